"""Filling a week: which team goes where on which day. A plain function over plain data; the same input gives the same week.

Day by day the most urgent governorate gets the pair that may do most there, and visits join their way as long as the day holds
them. It is a greedy proposal that a manager changes, not the best week proven.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import permutations
from typing import Any

from .rotation import MOST_IN_A_ROW
from .routing import KMH, Point, arrivals, ordered

STOPS = 4
"""Visits of a team on a day, at most."""
GRAIN = 5
"""Minutes to which times are rounded up."""

Key = Hashable
Span = tuple[int, int]
"""From and to, in minutes after midnight."""


@dataclass(frozen=True)
class Task:
    """A visit to be placed. ``spans``: on which days it can be, and between which times; ``to``: the partner's team."""

    id: Any
    area: Key
    base: Point
    point: Point
    partner: Key
    to: Key
    minutes: int
    spans: Mapping[date, Span]
    due: date | None = None


@dataclass(frozen=True)
class Person:
    id: Any
    days: frozenset[date]
    declared: frozenset[Key] = frozenset()
    load: int = 0


@dataclass(frozen=True)
class Placed:
    task: Task
    on: date
    start: int
    lead: Any
    second: Any
    travel: float
    """Minutes on the road to it."""


@dataclass
class History:
    """By team the last (day, lead, second), the newest last."""

    last: dict[Key, list[tuple[date, Any, Any]]] = field(default_factory=dict)

    def may(self, to: Key, on: date, lead: Any, second: Any) -> bool:
        """Two pairs do not go to one team on one day: their visits would mingle in time, and nobody could count a row."""
        rows = self.last.get(to, [])
        if any(day == on and (one, two) != (lead, second) for day, one, two in rows):
            return False
        recent = [one for _day, one, _second in rows[-MOST_IN_A_ROW:]]
        if len(recent) == MOST_IN_A_ROW and set(recent) == {lead}:
            return False
        earlier = next(((one, two) for day, one, two in reversed(rows) if day != on), None)
        return earlier is None or set(earlier) != {lead, second}

    def add(self, to: Key, on: date, lead: Any, second: Any) -> None:
        self.last.setdefault(to, []).append((on, lead, second))

    def copy(self) -> History:
        return History({to: list(rows) for to, rows in self.last.items()})


def fill(
    tasks: Sequence[Task], people: Sequence[Person], days: Sequence[date], history: History, *, kmh: float = KMH
) -> tuple[list[Placed], list[Task]]:
    """The visits placed, in the order of time, and those that are left."""
    left = sorted(tasks, key=_urgency)
    load = {one.id: one.load for one in people}
    past, placed = history.copy(), []
    for on in sorted(days):
        free = [one for one in people if on in one.days]
        while len(free) > 1:
            possible = [task for task in left if on in task.spans]
            team = _best_team(possible, free, on, past, load)
            if team is None:
                break
            lead, second, area = team
            made = _route([one for one in possible if one.area == area], lead, second, on, past, kmh)
            free = [one for one in free if one.id not in (lead.id, second.id)]
            for one in made:
                past.add(one.task.to, on, lead.id, second.id)
                left.remove(one.task)
                for person in (lead.id, second.id):
                    load[person] += 1
            placed += made
    return placed, left


def _urgency(task: Task) -> tuple[bool, date, str]:
    return task.due is None, task.due or date.max, str(task.id)


def _best_team(
    possible: Sequence[Task], free: Sequence[Person], on: date, past: History, load: Mapping[Any, int]
) -> tuple[Person, Person, Key] | None:
    """For the area of the most urgent visit that anybody may lead: the pair that may do most there, of those the pair that
    had least to do so far."""
    areas = list(dict.fromkeys(task.area for task in possible))
    for area in areas:
        there = [task for task in possible if task.area == area]
        choices = []
        for lead, second in permutations(free, 2):
            allowed = sum(_may(task, lead, second, on, past) for task in there)
            if allowed:
                work = load[lead.id] + load[second.id]
                choices.append((-min(allowed, STOPS), work, load[lead.id], str(lead.id), str(second.id), lead, second))
        if choices:
            *_rest, lead, second = min(choices, key=lambda one: one[:5])
            return lead, second, area
    return None


def _may(task: Task, lead: Person, second: Person, on: date, past: History) -> bool:
    return task.partner not in lead.declared and past.may(task.to, on, lead.id, second.id)


def _route(tasks: Sequence[Task], lead: Person, second: Person, on: date, past: History, kmh: float) -> list[Placed]:
    """Visits join by urgency while the team is back in time, each within its own hours, and nobody leads too often in a row."""
    best: list[Placed] = []
    chosen: list[Task] = []
    for task in tasks:
        if len(chosen) == STOPS:
            break
        tried = _timed([*chosen, task], lead, second, on, kmh)
        if tried is not None and _in_turn(tried, lead, second, on, past):
            best, chosen = tried, [*chosen, task]
    return best


def _in_turn(route: Sequence[Placed], lead: Person, second: Person, on: date, past: History) -> bool:
    now = past.copy()
    for one in route:
        if not _may(one.task, lead, second, on, now):
            return False
        now.add(one.task.to, on, lead.id, second.id)
    return True


def _timed(tasks: Sequence[Task], lead: Person, second: Person, on: date, kmh: float) -> list[Placed] | None:
    """The team leaves when the day begins and is back before it ends; None where the day does not hold the visits."""
    base, points = tasks[0].base, [task.point for task in tasks]
    order = ordered(base, points, kmh=kmh)
    opens = min(task.spans[on][0] for task in tasks)
    closes = max(task.spans[on][1] for task in tasks)
    reached, home = arrivals(base, points, order, [task.minutes for task in tasks], kmh=kmh)
    late, made = 0.0, []
    for number, (at, clock) in enumerate(zip(order, reached, strict=True)):
        task = tasks[at]
        start = max(_rounded(opens + clock + late), task.spans[on][0])
        late = start - opens - clock
        if start + task.minutes > task.spans[on][1]:
            return None
        before = reached[number - 1] + tasks[order[number - 1]].minutes if number else 0.0
        made.append(Placed(task, on, start, lead.id, second.id, clock - before))
    return made if opens + home + late <= closes else None


def _rounded(minutes: float) -> int:
    return int(-(-minutes // GRAIN) * GRAIN)


def without_notice(ids: Sequence[Any], how_many: int, *, salt: str) -> set[Any]:
    """Which of the visits come without notice: by hash, so that nobody guesses them by their order."""
    ranked = sorted(ids, key=lambda one: hashlib.sha256(f"{salt}|{one}".encode()).hexdigest())
    return set(ranked[: max(0, how_many)])
