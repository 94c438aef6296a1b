"""A week as it is proposed: the manager accepts it, changes lines, or leaves some out."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from rafid.commons.filters import small_number

from ..models import Monitor, Visit, VisitType
from .access import must_schedule, owner_asked, third_party
from .checking import FIELD_TYPES
from .proposing import MOST, NotTaken, Row, propose, take_over
from .routing import DETOUR, KMH
from .schedule import LONGEST, MINUTES
from .views import days_or_404


@third_party
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, week_code: str) -> HttpResponse:
    days = days_or_404(week_code)
    must_schedule(request)
    owner = owner_asked(request)
    minutes = small_number(request.GET.get("minutes", "")) or MINUTES
    minutes = min(max(minutes, 10), LONGEST)
    context: dict[str, Any] = {
        "tab": "week", "code": week_code, "days": days, "owner": owner, "minutes": minutes, "detour": DETOUR, "kmh": KMH,
        "types": [(str(one), VisitType(one).label) for one in FIELD_TYPES],
        "monitors": Monitor.objects.visible_to(request.user).filter(owner=owner).order_by("code"),
    }  # fmt: skip
    if request.method == "POST":
        rows = _rows(request, days)
        wanted = [row for row in rows if row.visit.pk not in _left_out(request)]
        problems = sum(len(row.problems) for row in wanted)
        if wanted and not problems:
            for row in wanted:
                must_schedule(request, row.visit.owner_id, row.visit.place)
            try:
                made = take_over(wanted, by=request.user)
            except NotTaken as refusal:
                for row in rows:
                    row.problems = refusal.problems.get(row.visit.pk, [])
                context["refused"] = str(refusal)
            else:
                messages.success(
                    request,
                    ngettext("%(count)s visit is planned.", "%(count)s visits are planned.", len(made))
                    % {"count": len(made)},
                )
                return redirect("monitoring-week", week_code)
        elif not wanted:
            context["refused"] = _("Choose at least one visit.")
        context |= {"rows": rows, "left": _left_out(request), "left_out": []}
        return render(request, "monitoring/weeks/propose.html", context, status=422)
    if owner is not None:
        found = propose(request.user, owner, days, minutes=minutes)
        context |= {"rows": found.rows, "left": set(), "left_out": found.left_out}
    return render(request, "monitoring/weeks/propose.html", context)


def _left_out(request: HttpRequest) -> set[Any]:
    kept = set(request.POST.getlist("take"))
    asked = request.POST.getlist("visit")[:MOST]
    rows = Visit.objects.visible_to(request.user).filter(ref__in=[one for one in asked if one not in kept])
    return set(rows.values_list("pk", flat=True))


def _rows(request: HttpRequest, days: list[date]) -> list[Row]:
    """The lines as they were sent, each with what is wrong with it."""
    refs = [one.replace("\x00", "") for one in request.POST.getlist("visit")[:MOST]]
    visits = Visit.objects.visible_to(request.user).filter(ref__in=refs)
    by_ref = {one.ref: one for one in visits.select_related("site", "contract__partner", "place")}
    monitors = {str(one.pk): one for one in Monitor.objects.visible_to(request.user)}
    rows = []
    for ref in refs:
        visit = by_ref.get(ref)
        if visit is None:
            continue
        sent = {
            name: request.POST.get(f"{name}-{ref}", "") for name in ("on", "start", "lead", "second", "type", "minutes")
        }
        row = Row(visit, days[0], time(9), None, None, "", 0.0)
        try:
            row.on, row.start = date.fromisoformat(sent["on"]), time.fromisoformat(sent["start"])
        except ValueError:
            row.problems.append(_("Write the day and the time of this visit."))
        row.lead = monitors.get(sent["lead"])
        row.second = monitors.get(sent["second"])
        row.minutes = small_number(sent["minutes"]) or MINUTES
        row.type = sent["type"] if sent["type"] in FIELD_TYPES else VisitType.ANNOUNCED
        if row.lead is None:
            row.problems.append(_("Choose who leads the visit."))
        if request.POST.get(f"version-{ref}") != str(visit.version):
            row.problems.append(_("Somebody changed this visit meanwhile. Open the proposal again."))
        rows.append(row)
    return rows
