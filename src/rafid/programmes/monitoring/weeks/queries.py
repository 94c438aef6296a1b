"""A week as its page shows it: days, teams, what waits, what is to be done first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation

from ..models import Leave, Monitor, Route, Visit, VisitState
from ..models.visits import NOT_SEEN, OPEN
from .checking import clearance_missing
from .country_days import expected_between
from .days import DAY, WorkDay, work_days
from .proposing import waiting
from .routes import point_of


@dataclass
class Stop:
    visit: Visit
    unclear: bool = False
    """The place asks for a clearance and none covers the time."""


@dataclass
class Cell:
    day: WorkDay
    stops: list[Stop] = field(default_factory=list)
    minutes: float = 0.0
    away: bool = False


@dataclass
class Team:
    lead: Monitor
    seconds: list[Monitor]
    cells: list[Cell]


@dataclass
class Week:
    days: list[WorkDay]
    expected: list[tuple[date, str]]
    teams: list[Team]
    free: list[Monitor]
    waiting: list[Visit]
    unclear: list[Visit]
    unconfirmed: list[Visit]
    not_made: list[Visit]
    count: int


def offices(user: Any) -> QuerySet[Organisation]:
    """The third parties whose monitors or visits this person sees; the one with most visits first."""
    own = Visit.objects.visible_to(user).values("owner")
    with_monitors = Monitor.objects.visible_to(user).values("owner")
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=with_monitors)).order_by("ref")


def office_of(user: Any, ref: str = "") -> Organisation | None:
    rows = list(offices(user))
    chosen = next((one for one in rows if one.ref == ref), None)
    if chosen or not rows:
        return chosen
    counts = dict(
        Visit.objects.visible_to(user).filter(owner__in=rows).order_by().values_list("owner").annotate(of=Count("pk"))
    )
    return max(rows, key=lambda one: counts.get(one.pk, 0))


def visits_between(user: Any, owner: Any, first: date, until: date) -> QuerySet[Visit]:
    rows = Visit.objects.visible_to(user).filter(owner=owner, planned_on__gte=first, planned_on__lt=until)
    return rows.select_related("site", "contract__partner", "place", "lead", "second").order_by("window", "ref")


def next_day(user: Any, owner: Any, after: date) -> date | None:
    """The first day after ``after`` on which a visit is to be made."""
    rows = Visit.objects.visible_to(user).filter(
        owner=owner, window__isnull=False, state__in=OPEN, planned_on__gt=after
    )
    return rows.order_by("planned_on").values_list("planned_on", flat=True).first()


def week(user: Any, owner: Organisation, days: Sequence[date]) -> Week:
    first, until = days[0], days[-1] + DAY
    calendar = work_days(owner, first, until)
    visits = list(visits_between(user, owner, first, until).filter(window__isnull=False))
    standing = [one for one in visits if one.state not in NOT_SEEN]
    stops = {one.pk: Stop(one, bool(_unclear(one))) for one in standing}
    monitors = _monitors(user, owner, first, until)
    away = _away(monitors, days)
    minutes = {
        (route.lead_id, route.day): route.minutes
        for route in Route.objects.visible_to(user).filter(owner=owner, day__gte=first, day__lt=until)
    }
    teams = []
    for lead in _leads(standing):
        own = [one for one in standing if one.lead_id == lead.pk]
        seconds = {one.second_id: one.second for one in own if one.second}
        cells = [
            Cell(
                calendar[on],
                [stops[one.pk] for one in own if one.planned_on == on],
                minutes.get((lead.pk, on), 0.0),
                on in away.get(lead.pk, ()),
            )
            for on in days
        ]
        teams.append(Team(lead, [one for one in seconds.values() if one is not None], cells))
    busy = {one for visit in standing for one in (visit.lead_id, visit.second_id)}
    soon = timezone.localdate() + 3 * DAY
    return Week(
        days=list(calendar.values()),
        expected=_expected(first, until),
        teams=teams,
        free=[one for one in monitors if one.pk not in busy],
        waiting=list(waiting(user, owner, days)[:200]),
        unclear=[one.visit for one in stops.values() if one.unclear],
        unconfirmed=[
            one
            for one in standing
            if one.state in (VisitState.PLANNED, VisitState.CLEARED) and one.planned_on and one.planned_on <= soon
        ],
        not_made=[one for one in visits if one.state in NOT_SEEN],
        count=len(standing),
    )


def _unclear(visit: Visit) -> list[Any]:
    return clearance_missing(visit) if visit.state in (VisitState.PLANNED, VisitState.CLEARED) else []


def _leads(visits: Sequence[Visit]) -> list[Monitor]:
    found = {one.lead_id: one.lead for one in visits if one.lead is not None}
    return sorted(found.values(), key=lambda one: one.code)


def _monitors(user: Any, owner: Any, first: date, until: date) -> list[Monitor]:
    rows = Monitor.objects.visible_to(user).filter(owner=owner)
    rows = rows.filter(Q(left_on=None) | Q(left_on__gte=first), Q(joined_on=None) | Q(joined_on__lt=until))
    return list(rows.order_by("code"))


def _away(monitors: Sequence[Monitor], days: Sequence[date]) -> dict[Any, set[date]]:
    found: dict[Any, set[date]] = {}
    rows = Leave.objects.filter(monitor__in=list(monitors), days__overlap=(days[0], days[-1] + DAY))
    for row in rows:
        found.setdefault(row.monitor_id, set()).update(on for on in days if on in row.days)
    return found


def _expected(first: date, until: date) -> list[tuple[date, str]]:
    """Lunar holidays that are expected around these days; what is announced stands in the calendar."""
    margin = timedelta(days=2)
    return [(on, pick(holiday.names)) for on, holiday in expected_between(first - margin, until + margin)]


def features(visits: Sequence[Visit]) -> dict[str, Any]:
    """The visits about where they are; the exact place is read by those who go there."""
    found = []
    for one in visits:
        point = point_of(one)
        if point is not None:
            found.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": list(point)},
                    "properties": {"ref": one.ref, "name_ar": one.ref, "name_ckb": one.ref, "name_en": one.ref},
                }
            )
    return {"type": "FeatureCollection", "features": found}
