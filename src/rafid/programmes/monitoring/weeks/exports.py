"""The rows of the pages as CSV and XLSX: the same rows for the same person."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.records.queries import period_days

from ..contracts.files import TYPES, answer
from . import not_seen
from .access import office, owner_asked, third_party
from .days import DAY, quarter_of
from .independence import matrix
from .queries import visits_between
from .views import days_or_404

WEEK = (
    "visit", "site", "site_name", "partner", "team", "place", "planned_on", "from", "to", "type", "state", "lead", "second",
    "reason", "not_seen_reason", "not_seen_text",
)  # fmt: skip
MEETINGS = ("monitor", "monitor_name", "partner", "partner_name", "led", "seconded", "share", "longest_run", "declared")
UNSEEN = ("visit", "plan", "period", "site", "partner", "place", "planned_on", "state", "reason", "text")


def _kind(kind: str) -> str:
    if kind not in TYPES:
        raise Http404
    return kind


def _clock(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%H:%M")


@third_party
@require_safe
def week(request: HttpRequest, week_code: str, kind: str) -> HttpResponse:
    days = days_or_404(week_code)
    rows = [
        (
            one.ref, one.site.ref, str(one.site), one.contract.partner.ref, one.team, one.place.ref if one.place else "",
            one.planned_on.isoformat() if one.planned_on else "", _clock(one.window.lower) if one.window else "",
            _clock(one.window.upper) if one.window else "", one.type, one.state, one.lead.code if one.lead else "",
            one.second.code if one.second else "", one.reason, one.not_seen_reason, one.not_seen_text,
        )
        for one in visits_between(request.user, owner_asked(request), days[0], days[-1] + DAY)
    ]  # fmt: skip
    return answer(_kind(kind), f"monitoring-week-{week_code}", WEEK, rows, title=_("Week"))


@office
@require_safe
def independence(request: HttpRequest, kind: str) -> HttpResponse:
    period = request.GET.get("period", "") or quarter_of(timezone.localdate())[0]
    days, owner = period_days(period), owner_asked(request)
    if days is None or owner is None:
        raise Http404
    found = matrix(request.user, owner, *days)
    rows = [
        (
            monitor.code, str(monitor), column.partner.ref, column.partner.name, cell.led, cell.seconded,
            round(cell.share, 4), cell.run, "yes" if cell.declared else "no",
        )
        for monitor, cells, _led in found.rows
        for column, cell in zip(found.partners, cells, strict=True)
        if cell is not None
    ]  # fmt: skip
    return answer(_kind(kind), f"monitoring-independence-{period}", MEETINGS, rows, title=_("Independence"))


@office
@require_safe
def unseen(request: HttpRequest, kind: str) -> HttpResponse:
    period = request.GET.get("period", "").replace("\x00", "")
    plan = request.GET.get("plan", "").replace("\x00", "")
    rows = [
        (
            one.ref, one.plan.ref if one.plan else "", one.plan.period if one.plan else "", one.site.ref,
            one.contract.partner.ref, one.place.ref if one.place else "",
            one.planned_on.isoformat() if one.planned_on else "", one.state, one.not_seen_reason, one.not_seen_text,
        )
        for one in not_seen.visits(request.user, owner_asked(request), period, plan)
    ]  # fmt: skip
    return answer(_kind(kind), "monitoring-not-seen", UNSEEN, rows, title=_("Not seen"))
