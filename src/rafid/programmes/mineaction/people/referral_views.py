"""Referrals: what waits, and one of them followed to its end. Behind the door."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.models import Account
from rafid.commons.records.change import Refused, Stale
from rafid.commons.records.queries import by_ref

from ..models import Referral, ReferralState, Service
from .door import Opened, behind_door, with_names
from .forms import StepForm, WithdrawForm
from .framing import made_up
from .refer import ENDED, WAITS_TOO_LONG, step, steps_from, waiting_days, withdraw

PAGE = 25


def _rows(request: HttpRequest) -> Any:
    rows = Referral.objects.visible_to(request.user).select_related("victim", "need", "owner", "place")
    return rows.annotate(stepped_at=Max("events__pgh_created_at"))


@require_safe
@behind_door
def referrals(request: HttpRequest, door: Opened) -> HttpResponse:
    filters = Filters(request.GET)
    show = filters.one_of("show", _("Show"), ("all", "ended"), "")
    service = filters.one_of("service", _("Service"), Service.values, "")
    rows = _rows(request)
    if show == "ended":
        rows = rows.filter(state__in=ENDED)
    elif not show:
        rows = rows.exclude(state__in=ENDED)
    if service:
        rows = rows.filter(service=service)
    page = Paginator(rows.order_by("on", "ref"), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    for row, person in zip(rows, with_names(request, [one.victim for one in rows], door), strict=True):
        row.person, row.waits = person, waiting_days(row, row.stepped_at)
    every = Referral.objects.visible_to(request.user).order_by()
    counts = {state: every.filter(state=state).count() for state in ReferralState.values}
    context = {
        "page": page, "rows": rows, "door": door, "demonstration": made_up(Referral),
        "show": show, "service": service, "services": Service.choices,
        "filter_notes": filters.notes, "limit": WAITS_TOO_LONG,
        "counts": [(ReferralState(state).label, number) for state, number in counts.items()],
    }  # fmt: skip
    return render(request, "mineaction/people/referrals.html", context)


@require_safe
@behind_door
def referral(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    return _page(request, by_ref(_rows(request), ref), door)


def _page(
    request: HttpRequest, row: Any, door: Opened, *, error: str = "", form: Any = None, withdrawing: Any = None
) -> HttpResponse:
    start = {"on": timezone.localdate(), "version": row.version}
    if form is None and steps_from(row):
        form = StepForm(referral=row, initial=start, prefix="step")
    if withdrawing is None and not row.withdrawn_on:
        withdrawing = WithdrawForm(initial=start, prefix="withdraw")
    context = {
        "demonstration": made_up(Referral), "referral": row, "victim": with_names(request, [row.victim], door)[0],
        "door": door, "form": form, "withdrawing": withdrawing, "error": error, "history": history(row),
        "waits": waiting_days(row, row.stepped_at), "limit": WAITS_TOO_LONG,
    }  # fmt: skip
    wrong = error or (form is not None and form.errors) or (withdrawing is not None and withdrawing.errors)
    return render(request, "mineaction/people/referral.html", context, status=422 if wrong else 200)


def history(row: Referral) -> list[dict[str, Any]]:
    """Its steps, newest first: state, day, who."""
    events: list[Any] = list(row.events.select_related("pgh_context").order_by("pgh_id"))  # type: ignore[attr-defined]
    ids = {str(one.pgh_context.metadata.get("user")) for one in events if one.pgh_context}
    people = {str(one.pk): str(one) for one in Account.objects.filter(pk__in=[one for one in ids if len(one) == 36])}
    told = []
    for before, event in pairwise([None, *events]):
        withdrawn = bool(event.withdrawn_on and not (before and before.withdrawn_on))
        if before is None or before.state != event.state or withdrawn:
            told.append(
                {
                    "state": ReferralState(event.state).label, "at": event.pgh_created_at, "withdrawn": withdrawn,
                    "by": people.get(str(event.pgh_context.metadata.get("user")), "") if event.pgh_context else "",
                }
            )  # fmt: skip
    return told[::-1]


@require_POST
@behind_door
def take_step(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    row = by_ref(_rows(request), ref)
    form = StepForm(request.POST, referral=row, prefix="step")
    if not form.is_valid():
        return _page(request, row, door, form=form)
    said = form.cleaned_data
    try:
        step(
            row, said["state"], on=said["on"], by=request.user, version=said["version"], text=said["text"],
            met=said.get("met", False),
        )  # fmt: skip
    except Refused as refused:
        return _page(request, row, door, error=str(refused), form=form)
    except Stale:
        return _page(request, by_ref(_rows(request), ref), door, error=_stale())
    return redirect("mineaction-referral", row.ref)


@require_POST
@behind_door
def take_back(request: HttpRequest, ref: str, door: Opened) -> HttpResponse:
    row = by_ref(_rows(request), ref)
    form = WithdrawForm(request.POST, prefix="withdraw")
    if not form.is_valid():
        return _page(request, row, door, withdrawing=form)
    try:
        withdraw(row, on=form.cleaned_data["on"], by=request.user, version=form.cleaned_data["version"])
    except Refused as refused:
        return _page(request, row, door, error=str(refused), withdrawing=form)
    except Stale:
        return _page(request, by_ref(_rows(request), ref), door, error=_stale())
    return redirect("mineaction-referral", row.ref)


def _stale() -> str:
    return _("Somebody changed this record since you read it. Open it again and look what stands there now.")
