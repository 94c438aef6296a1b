"""A visit's time and monitors, and its steps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rafid.commons.records.change import Refused, Stale, version_read
from rafid.commons.records.queries import by_ref
from rafid.commons.writing import day as written
from rafid.commons.writing import whole

from ..models import ContractState, RuleOverride, Site, Visit, VisitState
from ..models.visits import OPEN
from ..seeing import may_here
from .access import must_schedule, owner_asked, third_party
from .checking import asks_clearance, clearance_missing
from .days import one_day, week_of
from .forms import AddForm, TimeForm, initial_of
from .schedule import AGAIN, Broken, Unexplained, clear, confirm, plan_new, plan_visit
from .views import days_or_404

STEPS = {"clear": clear, "confirm": confirm}
OFFERED = 500
"""Sites that the list below the field offers."""


def visit_or_404(request: HttpRequest, ref: str) -> Visit:
    rows = Visit.objects.visible_to(request.user).select_related("site", "contract__partner", "place", "lead", "second")
    found: Visit = by_ref(rows, ref)
    return found


def broken(form: Any, request: HttpRequest, refusal: Refused) -> dict[str, Any]:
    """Errors at the fields that they speak of; what may be allowed is asked for below the form."""
    found = refusal.breaches if isinstance(refusal, Broken) else []
    if isinstance(refusal, Unexplained):
        form.add_error(None, str(refusal))
    for one in found:
        form.add_error(one.field if one.field in form.fields else None, one.sentence)
    if not found:
        form.add_error(None, str(refusal))
    allowable = {one.rule: one for one in found if one.allowable}
    return {
        "breaches": list(allowable.values()) if len(allowable) and all(one.allowable for one in found) else [],
        "allowed": request.POST.getlist("allow"),
        "why": request.POST.get("why", ""),
    }


@third_party
@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, visit: str) -> HttpResponse:
    """The page from which a visit is planned, moved, cleared and confirmed."""
    row = visit_or_404(request, visit)
    more: dict[str, Any] = {}
    form = TimeForm(request.POST or None, user=request.user, owner=row.owner_id, initial=initial_of(row))
    if request.method == "POST":
        must_schedule(request, row.owner_id, row.place)
        if form.is_valid():
            try:
                planned = plan_visit(
                    row, form.wish, by=request.user, version=form.cleaned_data["version"],
                    allow=request.POST.getlist("allow"), why=request.POST.get("why", "")[:2000],
                )  # fmt: skip
            except Stale as stale:
                form.add_error(None, changed(stale.current))
            except Refused as refusal:
                more = broken(form, request, refusal)
            else:
                said = {"visit": whole(planned.ref), "day": written(planned.planned_on)}
                messages.success(request, _("%(visit)s is planned for %(day)s.") % said)
                return redirect("monitoring-week", week_of(planned.planned_on or timezone.localdate()))
    return _shown(request, row, form=form, **more)


def changed(row: Any) -> str:
    return _("Somebody changed %s meanwhile. Open the page again and look at what stands now.") % whole(row.ref)


def _shown(request: HttpRequest, row: Visit, **more: Any) -> HttpResponse:
    on = row.planned_on
    context = {
        "tab": "week",
        "visit": row,
        "code": week_of(on or timezone.localdate()),
        "work_day": one_day(row.owner_id, on, row.place) if on else None,
        "asks": bool(on and asks_clearance(row.place, on)),
        "unclear": clearance_missing(row) if row.window else [],
        "overrides": RuleOverride.objects.visible_to(request.user)
        .filter(visit=row)
        .select_related("monitor", "made_by")
        .order_by("known_at"),
        "open": row.state in AGAIN,
        "may_clear": row.state == VisitState.PLANNED and row.window is not None,
        "may_confirm": row.state in (VisitState.PLANNED, VisitState.CLEARED) and row.window is not None,
        "may_schedule": may_here(request.user, "schedule", owner=row.owner_id, place=row.place),
        "was": _was(row),
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/weeks/visit.html", context, status=status)


def _was(row: Visit) -> list[Any]:
    """Every time at which the visit was not made before, with its reason: nothing is replaced in silence."""
    found, before = [], None
    for event in row.events.order_by("pgh_id"):
        now = (event.state, event.not_seen_reason, event.not_seen_text, event.planned_on)
        if event.not_seen_reason and now != before:
            found.append(event)
        before = now
    return found if row.state in OPEN or len(found) > 1 else []


@third_party
@require_POST
def step(request: HttpRequest, visit: str) -> HttpResponse:
    row = visit_or_404(request, visit)
    must_schedule(request, row.owner_id, row.place)
    action = STEPS.get(request.POST.get("step", ""))
    if action is None:
        return redirect("monitoring-visit-plan", row.ref)
    form = TimeForm(None, user=request.user, owner=row.owner_id, initial=initial_of(row))
    try:
        done = action(row, by=request.user, version=version_read(request.POST.get("version", "")))
    except Stale as stale:
        return _shown(request, row, form=form, refused=[changed(stale.current)])
    except Broken as refusal:
        return _shown(request, row, form=form, refused=[one.sentence for one in refusal.breaches])
    except Refused as refusal:
        return _shown(request, row, form=form, refused=[str(refusal)])
    messages.success(
        request, _("%(visit)s: %(state)s.") % {"visit": whole(done.ref), "state": done.get_state_display()}
    )
    return redirect("monitoring-visit-plan", row.ref)


@third_party
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, week_code: str) -> HttpResponse:
    """A visit beside the sample: extra, for a risk, for a complaint; once or again."""
    days = days_or_404(week_code)
    must_schedule(request)
    owner = owner_asked(request)
    first = max(days[0], min(timezone.localdate(), days[-1]))
    form = AddForm(
        request.POST or None,
        user=request.user,
        owner=owner,
        initial={"planned_on": first, "site": request.GET.get("site", "")},
    )
    more: dict[str, Any] = {}
    sites = Site.objects.visible_to(request.user).filter(owner=owner, contract__state=ContractState.ACTIVE)
    sites = sites.select_related("contract__partner", "place").order_by("ref")
    if request.method == "POST" and form.is_valid():
        site = _site(form, sites)
        if site is not None:
            must_schedule(request, site.owner_id, site.place)
            more = _planned(request, form, site)
            if "done" in more:
                return redirect("monitoring-week", week_of(more["done"]))
    context = {"tab": "week", "code": week_code, "form": form, "sites": sites[:OFFERED], "owner": owner, **more}
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/weeks/add.html", context, status=status)


def _planned(request: HttpRequest, form: AddForm, site: Site) -> dict[str, Any]:
    given = form.cleaned_data
    times = given["times"] or 1
    try:
        made = plan_new(
            site, form.wish, by=request.user, reason=given["reason"], text=given["reason_text"],
            every_weeks=given["every_weeks"] or 0, times=times, allow=request.POST.getlist("allow"),
            why=request.POST.get("why", "")[:2000],
        )  # fmt: skip
    except Refused as refusal:
        return broken(form, request, refusal)
    on: date = form.wish.on
    said = {"visit": whole(made[0].ref), "day": written(on)}
    messages.success(request, _("%(visit)s is planned for %(day)s.") % said)
    if len(made) > 1:
        last = {"count": len(made) - 1, "day": written(made[-1].planned_on)}
        messages.info(request, _("%(count)s more wait for their weeks, until %(day)s.") % last)
    return {"done": on}


def _site(form: AddForm, sites: Any) -> Site | None:
    """By reference, id or name in any language; an error at the field where it is none or several."""
    text = form.cleaned_data["site"].replace("\x00", "").split(" · ")[0].strip()
    named = Q(name_ar__iexact=text) | Q(name_ckb__iexact=text) | Q(name_en__iexact=text)
    found = list(sites.filter(Q(ref__iexact=text) | Q(external_id=text) | named)[:4])
    if len(found) == 1:
        return found[0]
    if found:
        refs = ", ".join(one.ref for one in found)
        form.add_error("site", _("Several sites are called so: %s. Write the reference of one.") % refs)
    else:
        form.add_error("site", _("No site of an active contract is called so. Choose one from the list."))
    return None
