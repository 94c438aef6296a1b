"""Clearances: those that end soon first, what is asked for, which places ask for one. Each reading is in the log."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons.history import because
from rafid.commons.records.change import Refused

from .. import reading
from ..models import ClearanceArea, ClearanceState, SecurityClearance
from ..models.visits import OPEN
from ..refusals import told
from ..seeing import MANAGERS, MONITORS, may_anywhere
from .access import for_roles, must_schedule, owner_asked
from .checking import clearance_missing
from .clearing import STEPS, ask, decide, soon_over
from .days import DAY
from .forms import AnswerForm, AreaForm, AskForm, areas, span
from .queries import visits_between

AHEAD = 21
"""Days in which visits without a clearance are looked for."""
KEPT = timedelta(days=30)
"""How long a clearance that is over stays on the page."""

readers = for_roles(MANAGERS | MONITORS)


@readers
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    return _shown(request)


def _shown(request: HttpRequest, **more: Any) -> HttpResponse:
    owner, today = owner_asked(request), timezone.localdate()
    rows = reading.clearances(
        request, owner=owner, valid__endswith__gte=timezone.now() - KEPT, purpose="clearances of the weeks"
    )
    rows.sort(key=lambda one: (one.valid.lower, one.pk))
    order = {state: [one for one in rows if one.state == state] for state in ClearanceState.values}
    visits = visits_between(request.user, owner, today, today + AHEAD * DAY).filter(
        state__in=OPEN, window__isnull=False
    )
    context = {
        "tab": "clearances",
        "owner": owner,
        "soon": soon_over(rows),
        "groups": [(label, state, order[state]) for state, label in ClearanceState.choices],
        "count": len(rows),
        "unclear": [one for one in visits if clearance_missing(one)],
        "areas": ClearanceArea.objects.visible_to(request.user).filter(owner=owner, asked__endswith__gt=today)
        .select_related("place").order_by("asked"),
        "may_schedule": may_anywhere(request.user, "schedule"),
        "ask": AskForm(places=areas(), initial=_initial(request)),
        "area_form": AreaForm(),
        "days": AHEAD,
        **more,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/weeks/clearances.html", context, status=status)


def _initial(request: HttpRequest) -> dict[str, Any]:
    """From a visit that lacks one: its place and its day."""
    found = areas().filter(ref=request.GET.get("place", "").replace("\x00", "")).first()
    on = request.GET.get("on", "")
    begins = f"{on}T06:00" if len(on) == 10 else None
    return {"place": found, "begins": begins, "ends": f"{on}T18:00" if begins else None}


@readers
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    must_schedule(request)
    form = AskForm(request.POST, places=areas())
    owner = owner_asked(request)
    if form.is_valid() and owner is not None:
        must_schedule(request, owner.pk, form.cleaned_data["place"])
        try:
            ask(owner, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The clearance is asked for. Write the answer here when it comes."))
            return redirect("monitoring-clearances")
    return _shown(request, ask=form)


@readers
@require_POST
def area(request: HttpRequest) -> HttpResponse:
    must_schedule(request)
    form = AreaForm(request.POST)
    owner = owner_asked(request)
    if form.is_valid() and owner is not None:
        must_schedule(request, owner.pk, form.cleaned_data["area"])
        with told(ClearanceArea), because("place asks for clearance"):
            ClearanceArea.objects.create(
                owner=owner, place=form.cleaned_data["area"], asked=span(form), source=form.cleaned_data["source"],
                made_by=request.user,
            )  # fmt: skip
        messages.success(request, _("Visits there are confirmed only with a clearance that covers their time."))
        return redirect("monitoring-clearances")
    return _shown(request, area_form=form)


@readers
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, clearance: UUID) -> HttpResponse:
    rows = reading.clearances(request, pk=clearance)
    if not rows:
        raise Http404
    row: SecurityClearance = rows[0]
    states = [(str(state), ClearanceState(state).label) for state in STEPS[ClearanceState(row.state)]]
    begins, ends = timezone.localtime(row.valid.lower), timezone.localtime(row.valid.upper)
    form = AnswerForm(
        request.POST or None,
        states=states,
        initial={"begins": begins, "ends": ends, "by": row.by, "number": row.number},
    )
    if request.method == "POST":
        must_schedule(request, row.owner_id, row.place)
        if form.is_valid():
            given = form.cleaned_data
            try:
                again = decide(
                    row, given["state"], by=request.user, given_by=given["by"], number=given["number"],
                    begins=given["begins"], ends=given["ends"],
                )  # fmt: skip
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                _told(request, len(again))
                return redirect("monitoring-clearances")
    context = {
        "tab": "clearances", "clearance": row, "form": form, "states": states, "begins": begins, "ends": ends,
        "may_schedule": may_anywhere(request.user, "schedule"),
    }  # fmt: skip
    return render(request, "monitoring/weeks/clearance.html", context, status=422 if request.method == "POST" else 200)


def _told(request: HttpRequest, again: int) -> None:
    messages.success(request, _("The answer is kept."))
    if again:
        messages.warning(
            request,
            ngettext(
                "%(count)s visit lost its clearance and is planned again.",
                "%(count)s visits lost their clearance and are planned again.",
                again,
            )
            % {"count": again},
        )
