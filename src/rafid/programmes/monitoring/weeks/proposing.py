"""A week is proposed from the visits that wait, and taken over as the manager leaves or changes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused, Stale

from ..models import ClearanceState, Monitor, SecurityClearance, Visit, VisitType
from ..models.visits import TAKES_TIME
from .checking import FIELD_TYPES, asks_clearance, breaches, of_team, open_declarations
from .days import DAY, quarter_of, work_days
from .filling import History, Person, Placed, Task, fill, without_notice
from .routes import bases, point_of
from .schedule import MINUTES, Broken, Wish, plan_visit

MOST = 300
"""Visits of one proposal; more wait for the next week."""
BACK = timedelta(days=366)


@dataclass
class Row:
    """A line of the proposal as it stands in the form: ``problems`` is what speaks against it when it is taken over."""

    visit: Visit
    on: date
    start: time
    lead: Monitor | None
    second: Monitor | None
    type: str
    travel: float
    minutes: int = MINUTES
    problems: list[str] = field(default_factory=list)


@dataclass
class Proposal:
    rows: list[Row]
    left_out: list[tuple[Visit, str]]


class NotTaken(Refused):
    """Some rows cannot be taken over; ``problems`` by the visit's id. Nothing was saved."""

    def __init__(self, problems: Mapping[Any, list[str]]) -> None:
        super().__init__(_("Nothing was planned yet: some visits break a rule. Change these or leave them out."))
        self.problems = dict(problems)


def waiting(user: Any, owner: Any, days: Sequence[date]) -> Any:
    """Visits without a time (or postponed) that are due by the end of the week, or at no special time."""
    due = Q(planned_on=None) | Q(planned_on__lte=days[-1])
    rows = Visit.objects.visible_to(user).filter(due, owner=owner, type__in=FIELD_TYPES)
    rows = rows.filter(Q(state="planned", window=None) | Q(state="postponed"))
    return rows.select_related("site", "contract__partner", "place").order_by("planned_on", "ref")


def propose(user: Any, owner: Any, days: Sequence[date], *, minutes: int = MINUTES) -> Proposal:
    """Working days, hours, leave, clearance, declarations and rotation are kept; a fifth of each partner's visits or more come
    without notice. Nothing is saved."""
    visits = list(waiting(user, owner, days)[:MOST])
    people = _people(owner, days)
    tasks, missing = _tasks(owner, visits, days, minutes)
    placed, left = fill(tasks, people, days, _history(owner, visits, days))
    by_id = {visit.pk: visit for visit in visits}
    monitors = Monitor.objects.in_bulk([person.id for person in people])
    quiet = _quiet(owner, placed, by_id)
    rows = [
        Row(
            by_id[one.task.id], one.on, time(one.start // 60, one.start % 60), monitors[one.lead], monitors[one.second],
            _type(by_id[one.task.id], quiet), one.travel, one.task.minutes,
        )
        for one in sorted(placed, key=lambda one: (one.on, str(one.lead), one.start))
    ]  # fmt: skip
    out = [(by_id[pk], why) for pk, why in missing.items()]
    return Proposal(rows, out + [(by_id[one.id], _why(one, people)) for one in left if one.id not in missing])


def _type(visit: Visit, quiet: set[Any]) -> str:
    return VisitType.UNANNOUNCED if visit.pk in quiet else visit.type


def _why(task: Task, people: Sequence[Person]) -> str:
    if len(people) < 2:
        return _("No two monitors are free in this week.")
    if all(task.partner in person.declared for person in people):
        return _("Each monitor has an open declaration about this partner.")
    return _("No pair may go that keeps the rotation, or the days are full. Try another week, or plan it by hand.")


def _people(owner: Any, days: Sequence[date]) -> list[Person]:
    """Monitors by the days on which they are there and have nothing planned."""
    first, last = days[0], days[-1]
    rows = Monitor.objects.filter(owner=owner).filter(Q(left_on=None) | Q(left_on__gte=first))
    rows = rows.filter(Q(joined_on=None) | Q(joined_on__lte=last)).prefetch_related("leave")
    rows = rows.annotate(load=Count("led", filter=Q(led__planned_on__gte=first - timedelta(days=28))))
    busy: dict[Any, set[date]] = {}
    taken = Visit.objects.filter(
        owner=owner, planned_on__range=(first, last), window__isnull=False, state__in=TAKES_TIME
    )
    for on, *pair in taken.values_list("planned_on", "lead", "second"):
        for one in pair:
            busy.setdefault(one, set()).add(on)
    declared: dict[Any, set[Any]] = {}
    for monitor, partner in open_declarations(last).values_list("monitor", "partner"):
        declared.setdefault(monitor, set()).add(partner)
    return [
        Person(
            row.pk,
            frozenset(
                on
                for on in days
                if on not in busy.get(row.pk, ())
                and not (row.left_on and row.left_on < on)
                and not (row.joined_on and row.joined_on > on)
                and not any(on in leave.days for leave in row.leave.all())
            ),
            frozenset(declared.get(row.pk, ())),
            row.load,
        )
        for row in rows.order_by("code")
    ]


def _tasks(
    owner: Any, visits: Sequence[Visit], days: Sequence[date], minutes: int
) -> tuple[list[Task], dict[Any, str]]:
    centres = bases(visits)
    spans: dict[Any, tuple[dict[date, tuple[int, int]], str]] = {}
    tasks, missing = [], {}
    for visit in visits:
        if visit.place_id not in spans:
            spans[visit.place_id] = _spans(owner, visit.place, days)
        possible, why = spans[visit.place_id]
        point = point_of(visit)
        if point is None:
            missing[visit.pk] = _("Nobody knows where it is: the site has no position and no place.")
            continue
        if not possible:
            missing[visit.pk] = why
            continue
        centre = centres.get(visit.place_id)
        base = (centre.point.x, centre.point.y) if centre is not None and centre.point else point
        partner = visit.contract.partner_id
        tasks.append(
            Task(
                visit.pk, centre.pk if centre else None, base, point, partner, (partner, visit.team), minutes, possible,
                visit.planned_on,
            )
        )  # fmt: skip
    return tasks, missing


def _spans(owner: Any, place: Any, days: Sequence[date]) -> tuple[dict[date, tuple[int, int]], str]:
    """Between which minutes of which days somebody may be at the place, and why on none."""
    found, uncleared, today = {}, False, timezone.localdate()
    for on, day in work_days(owner, days[0], days[-1] + DAY, place).items():
        if day.off or on < today:
            continue
        span = (_minute(day.opens), _minute(day.closes))
        if asks_clearance(place, on):
            cleared = _cleared(owner, place, on, span)
            uncleared = uncleared or cleared is None
            if cleared is None:
                continue
            span = cleared
        found[on] = span
    if uncleared:
        return found, _("No security clearance is granted for the days of this week. Ask for one.")
    return found, _("No day of this week is a working day that is still to come.")


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _cleared(owner: Any, place: Any, on: date, span: tuple[int, int]) -> tuple[int, int] | None:
    """The longest part of the day's hours that one granted clearance covers."""
    best: tuple[int, int] | None = None
    rows = SecurityClearance.objects.filter(owner=owner, state=ClearanceState.GRANTED, place__in=place.lineage or [])
    for row in rows:
        begins, ends = timezone.localtime(row.valid.lower), timezone.localtime(row.valid.upper)
        if begins.date() > on or ends.date() < on:
            continue
        opens = max(span[0], _minute(begins.time()) if begins.date() == on else 0)
        closes = min(span[1], _minute(ends.time()) if ends.date() == on else 24 * 60)
        if closes > opens and (best is None or closes - opens > best[1] - best[0]):
            best = (opens, closes)
    return best


def _history(owner: Any, visits: Iterable[Visit], days: Sequence[date]) -> History:
    past = History()
    for partner, team in {(visit.contract.partner_id, visit.team) for visit in visits}:
        rows = of_team(owner, partner, team).filter(planned_on__gte=days[0] - BACK, planned_on__lte=days[-1])
        for on, lead, second in rows.values_list("planned_on", "lead", "second"):
            past.add((partner, team), on, lead, second)
    return past


def _quiet(owner: Any, placed: Sequence[Placed], visits: Mapping[Any, Visit]) -> set[Any]:
    """The visits that become unannounced, so that at least a fifth of a partner's visits in the quarter are."""
    groups: dict[tuple[Any, str], list[Placed]] = {}
    for one in placed:
        groups.setdefault((one.task.partner, quarter_of(one.on)[0]), []).append(one)
    found: set[Any] = set()
    for (partner, quarter), rows in groups.items():
        _code, first, until = quarter_of(rows[0].on)
        there = Visit.objects.filter(
            owner=owner, contract__partner=partner, planned_on__gte=first, planned_on__lt=until, type__in=FIELD_TYPES,
            state__in=TAKES_TIME, window__isnull=False,
        )  # fmt: skip
        already = there.filter(type=VisitType.UNANNOUNCED).count()
        own = [one.task.id for one in rows if visits[one.task.id].type == VisitType.UNANNOUNCED]
        total = there.count() + len(rows)
        wanted = -(-total // 5) - already - len(own)
        found |= without_notice([one.task.id for one in rows if one.task.id not in own], wanted, salt=quarter)
    return found


def take_over(rows: Sequence[Row], *, by: Any) -> list[Visit]:
    """Plans all of them or none. Raises ``NotTaken`` with what speaks against each."""
    problems: dict[Any, list[str]] = {}
    made = []
    with transaction.atomic():
        for row in rows:
            wish = Wish(row.on, row.start, row.lead, row.second, row.type, row.minutes)
            try:
                with transaction.atomic():
                    made.append(plan_visit(row.visit, wish, by=by, version=row.visit.version, alone=False))
            except Broken as broken:
                problems[row.visit.pk] = [one.sentence for one in broken.breaches]
            except Stale:
                problems[row.visit.pk] = [_("Somebody changed this visit meanwhile. Open the proposal again.")]
            except Refused as refused:
                problems[row.visit.pk] = [str(refused)]
        for visit in made:
            found = [one.sentence for one in breaches(visit)]
            if found:
                problems[visit.pk] = found
        if problems:
            raise NotTaken(problems)
    return made
