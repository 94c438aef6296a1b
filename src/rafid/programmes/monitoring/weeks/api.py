"""``/api/v1/monitoring/weeks``, ``independence`` and ``not-seen``: what the pages of weeks show, for the third party."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from rafid.commons.api import ERRORS, not_found
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.queries import period_days

from ..seeing import OFFICE, THIRD_PARTY, held
from . import not_seen
from .days import DAY, quarter_of, week_days, work_days
from .independence import matrix
from .queries import office_of, visits_between

router = Router(tags=["monitoring"])


class MonitoringWeekDay(Schema):
    """``off``: why nobody works on it, empty where they do."""

    day: date
    opens: str
    closes: str
    off: str
    names: list[str]


class MonitoringWeekVisit(Schema):
    id: str
    ref: str
    site: str
    partner: str
    team: str
    type: str
    state: str
    planned_on: date | None
    begins: datetime | None
    ends: datetime | None
    lead: str | None
    second: str | None


class MonitoringWeekOut(Schema):
    week: str
    days: list[MonitoringWeekDay]
    visits: list[MonitoringWeekVisit]


class MonitoringMeeting(Schema):
    monitor: str
    partner: str
    led: int
    seconded: int
    share: float
    longest_run: int
    declared: bool


class MonitoringIndependenceOut(Schema):
    period: str
    visits: int
    unannounced: int
    meetings: list[MonitoringMeeting]


class MonitoringNotSeenOut(Schema):
    """``plan`` is null for visits beside the samples; ``share``: of those that are over."""

    plan: str | None
    period: str | None
    drawn: int
    seen: int
    not_seen: int
    share: float | None
    states: dict[str, int]
    reasons: dict[str, int]


class MonitoringNotSeenList(Schema):
    items: list[MonitoringNotSeenOut]
    next: str | None = None


def _owner(request: HttpRequest, roles: Any) -> Any:
    user = signed_in(request)
    owner = office_of(user) if held(user, roles) else None
    if owner is None:
        raise not_found()
    return owner


@router.get("/weeks/{week_code}", response={200: MonitoringWeekOut, **ERRORS}, summary="A week: its days and visits")
def one_week(request: HttpRequest, week_code: str) -> Any:
    owner = _owner(request, THIRD_PARTY)
    days = week_days(week_code)
    if days is None:
        raise not_found()
    calendar = work_days(owner, days[0], days[-1] + DAY)
    return {
        "week": week_code,
        "days": [
            {
                "day": one.on, "opens": one.opens.strftime("%H:%M"), "closes": one.closes.strftime("%H:%M"), "off": one.off,
                "names": list(one.names),
            }
            for one in calendar.values()
        ],
        "visits": [_visit(one) for one in visits_between(request.user, owner, days[0], days[-1] + DAY)],
    }  # fmt: skip


def _visit(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "site": row.site.ref, "partner": row.contract.partner.ref, "team": row.team,
        "type": row.type, "state": row.state, "planned_on": row.planned_on,
        "begins": row.window.lower if row.window else None, "ends": row.window.upper if row.window else None,
        "lead": row.lead.code if row.lead else None, "second": row.second.code if row.second else None,
    }  # fmt: skip


@router.get(
    "/independence", response={200: MonitoringIndependenceOut, **ERRORS}, summary="Who visited whom, in a period"
)
def independence(request: HttpRequest, period: str = "") -> Any:
    """``period`` as 2026, 2026Q4, 202611 or 2026W48; the running quarter where it is left out."""
    owner = _owner(request, OFFICE)
    period = period or quarter_of(timezone.localdate())[0]
    days = period_days(period)
    if days is None:
        raise not_found()
    found = matrix(request.user, owner, *days)
    return {
        "period": period,
        "visits": found.visits,
        "unannounced": found.without_notice,
        "meetings": [
            {
                "monitor": monitor.code, "partner": column.partner.ref, "led": cell.led, "seconded": cell.seconded,
                "share": cell.share, "longest_run": cell.run, "declared": cell.declared,
            }
            for monitor, cells, _led in found.rows
            for column, cell in zip(found.partners, cells, strict=True)
            if cell is not None
        ],
    }  # fmt: skip


@router.get("/not-seen", response={200: MonitoringNotSeenList, **ERRORS}, summary="What was not seen, by plan")
def unseen(request: HttpRequest, period: str = "") -> Any:
    owner = _owner(request, OFFICE)
    rows, beside = not_seen.lines(request.user, owner, period.replace("\x00", ""))
    return {"items": [_line(one) for one in [*rows, beside]], "next": None}


def _line(line: Any) -> dict[str, Any]:
    return {
        "plan": line.plan.ref if line.plan else None, "period": line.plan.period if line.plan else None, "drawn": line.drawn,
        "seen": line.seen, "not_seen": line.unseen, "share": line.share, "states": dict(line.states),
        "reasons": dict(line.reasons),
    }  # fmt: skip
