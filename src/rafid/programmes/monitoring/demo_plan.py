"""Who visits which site when, in the demonstration: twelve rounds in nine months, and what is planted to be found.

Nobody here exists. The same seed and the same day make the same plan.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

ROUNDS, DAYS = 12, 270
VISITS, BACK_CHECKS = 2400, 180
COPIER, DRIVER, REUSER = "M06", "M11", "M03"
COPIES, DRIVEN_KMH = 0.3, 400.0
PLANTED: Mapping[str, int] = {"photo": 5, "away": 12, "sum": 9, "edit": 20, "fast": 8}
ROUNDS_OF_VERSION = (1, 5, 9)
"""The round with which each version of the form begins."""
_DAY_TRIP = 110_000
"""Metres to the next site of a day, at most."""


@dataclass(frozen=True)
class Site:
    code: str
    district: str
    organisation: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Visit:
    """``number`` counts in the order of arrival; ``repeats``: the number of the visit that this one checks; ``planted``: what
    is wrong with it on purpose."""

    number: int
    round: int
    version: int
    monitor: str
    site: Site
    start: datetime
    end: datetime
    received: datetime
    repeats: int = 0
    planted: frozenset[str] = frozenset()


def sites_of(rows: Sequence[Mapping[str, str]]) -> list[Site]:
    return [
        Site(row["code"], row["place_ref"], row["organisation_ref"], float(row["lat"]), float(row["lon"]))
        for row in rows
    ]


def metres(a: Site, b: Site) -> float:
    """Near enough for a plan: on a plane."""
    x = (a.longitude - b.longitude) * math.cos(math.radians((a.latitude + b.latitude) / 2))
    return math.hypot(x, a.latitude - b.latitude) * 111_195


def plan(
    today: date,
    zone: ZoneInfo,
    sites: Sequence[Site],
    monitors: Mapping[str, str],
    *,
    share: float = 1.0,
    seed: int = 7,
) -> list[Visit]:
    """``monitors``: code → organisation; ``share``: how much of all visits, in as many rounds."""
    chance = random.Random(seed)  # noqa: S311 - made up, no secret
    total, checks = round(VISITS * share), round(BACK_CHECKS * share)
    first = today - timedelta(days=DAYS)
    visits: list[Visit] = []
    for number in range(1, ROUNDS + 1):
        quota = _quota(total - checks, number)
        visits += _round(number, quota, first, zone, sites, monitors, chance)
    originals = visits
    visits = _ordered(originals + _back_checks(originals, checks, monitors, today, zone, chance))
    return _planted(visits, share, chance)


def published_on(today: date, zone: ZoneInfo) -> list[datetime]:
    """When each version of the form was published: some days before its first round."""
    first = today - timedelta(days=DAYS)
    return [
        datetime.combine(first + timedelta(days=_day(number) - (20 if number == 1 else 1)), time(11), zone)
        for number in ROUNDS_OF_VERSION
    ]


def _day(number: int) -> int:
    """The day, counted from the first, on which a round begins."""
    return (number - 1) * DAYS // ROUNDS


def _quota(total: int, number: int) -> int:
    return total * number // ROUNDS - total * (number - 1) // ROUNDS


def _version(number: int) -> int:
    return sum(number >= begins for begins in ROUNDS_OF_VERSION)


def _round(
    number: int,
    quota: int,
    first: date,
    zone: ZoneInfo,
    sites: Sequence[Site],
    monitors: Mapping[str, str],
    chance: random.Random,
) -> list[Visit]:
    """Days in the field: each monitor goes to two to four sites of his organisation, first the least visited, then the
    nearest."""
    own = defaultdict(list)
    for site in sites:
        own[site.organisation].append(site)
    work_days = [
        day
        for day in (first + timedelta(days=_day(number) + more) for more in range(DAYS // ROUNDS))
        if day.weekday() not in (4, 5)
    ]
    left = {monitor: _share_of(quota, at, len(monitors)) for at, monitor in enumerate(monitors)}
    found: list[Visit] = []
    visited: Counter[str] = Counter()
    for monitor, organisation in monitors.items():
        days = chance.sample(work_days, len(work_days))
        while left[monitor] > 0:
            day = days.pop() if days else chance.choice(work_days)
            known = {visit.start.date() for visit in found if visit.monitor == monitor}
            if day in known:
                continue
            stops = _tour(own[organisation], visited, min(left[monitor], chance.choice((2, 3, 3, 4))))
            visited.update(site.code for site in stops)
            left[monitor] -= len(stops)
            found += _travelled(number, monitor, stops, day, first + timedelta(days=DAYS), zone, chance)
    return found


def _share_of(quota: int, at: int, among: int) -> int:
    return quota * (at + 1) // among - quota * at // among


def _tour(sites: Sequence[Site], visited: Counter[str], stops: int) -> list[Site]:
    here = min(sites, key=lambda site: visited[site.code])
    others = sorted(
        (site for site in sites if site is not here and metres(here, site) < _DAY_TRIP),
        key=lambda site: (visited[site.code], metres(here, site)),
    )
    return [here, *sorted(others[: stops - 1], key=lambda site: metres(here, site))]


def _travelled(
    number: int, monitor: str, stops: Sequence[Site], day: date, until: date, zone: ZoneInfo, chance: random.Random
) -> list[Visit]:
    at = datetime.combine(day, time(7, 30), zone) + timedelta(minutes=chance.randrange(60))
    sent = datetime.combine(day, time(19), zone) + timedelta(minutes=chance.randrange(200))
    made: list[Visit] = []
    for before, site in zip([None, *stops], stops, strict=False):
        if before is not None:
            at += timedelta(seconds=60 + metres(before, site) / (chance.uniform(45, 80) / 3.6) * 1.25)
        end = at + timedelta(minutes=min(95.0, max(22.0, chance.gauss(46, 12))))
        received = max(sent, end + timedelta(minutes=3)) + timedelta(seconds=40 * len(made))
        if chance.random() < 0.06:
            late = received + timedelta(days=chance.randrange(1, 4))  # a place without a line
            received = late if late.date() < until else received
        made.append(Visit(0, number, _version(number), monitor, site, at, end, received))
        at = end
    return made


def _back_checks(
    visits: Sequence[Visit], count: int, monitors: Mapping[str, str], today: date, zone: ZoneInfo, chance: random.Random
) -> list[Visit]:
    """A second visit to the same site within days, by another monitor of the same organisation."""
    busy = {(visit.monitor, visit.start.date()) for visit in visits}
    found: list[Visit] = []
    for at in chance.sample(range(len(visits)), len(visits)):
        visit = visits[at]
        others = [one for one in monitors if monitors[one] == monitors[visit.monitor] and one != visit.monitor]
        days = [visit.received.date() + timedelta(days=more) for more in range(1, 7)]
        # On a day on which he goes nowhere else: nobody is at two places at once.
        free = [(one, day) for day in days if day < today for one in others if (one, day) not in busy]
        if len(found) == count or not free:
            continue
        monitor, day = chance.choice(free)
        busy.add((monitor, day))
        start = datetime.combine(day, time(9), zone) + timedelta(seconds=chance.randrange(14_400))
        end = start + timedelta(minutes=chance.randrange(18, 40))
        received = end + timedelta(hours=4)
        found.append(replace(visit, monitor=monitor, start=start, end=end, received=received, repeats=at + 1))
    return found


def _ordered(visits: list[Visit]) -> list[Visit]:
    """Numbered by arrival; ``repeats`` (so far a place in the list, from 1) becomes the number of the visit."""
    order = sorted(range(len(visits)), key=lambda at: (visits[at].received, at))
    numbers = {at: number for number, at in enumerate(order, 1)}
    return [
        replace(visits[at], number=numbers[at], repeats=numbers[visits[at].repeats - 1] if visits[at].repeats else 0)
        for at in order
    ]


def _planted(visits: list[Visit], share: float, chance: random.Random) -> list[Visit]:
    marks: dict[int, set[str]] = defaultdict(set)
    plain = [at for at, visit in enumerate(visits) if not visit.repeats]
    later = [at for at in plain if visits[at].round > 1]
    of_copier = sum(visit.monitor == COPIER for visit in visits)
    for at in chance.sample([at for at in later if visits[at].monitor == COPIER], round(COPIES * of_copier)):
        marks[at].add("copy")
    for kind, whose in (("photo", REUSER), ("away", ""), ("sum", ""), ("edit", "")):
        usable = [at for at in later if not marks[at] and visits[at].monitor != COPIER]
        usable = [at for at in usable if not whose or visits[at].monitor == whose]
        for at in chance.sample(usable, max(1, round(PLANTED[kind] * share))):
            marks[at].add(kind)
    found = [replace(visit, planted=frozenset(marks[at])) for at, visit in enumerate(visits)]
    return _fast(found, max(1, round(PLANTED["fast"] * share)))


def _fast(visits: list[Visit], count: int) -> list[Visit]:
    """One monitor leaves a site and begins at the next as if he had driven at 400 km/h."""
    mine = sorted((visit.start, at) for at, visit in enumerate(visits) if visit.monitor == DRIVER and not visit.repeats)
    for (_start, before), (_next, at) in pairwise(mine):
        one, two = visits[before], visits[at]
        away = metres(one.site, two.site)
        if count and one.start.date() == two.start.date() and away > 12_000 and not two.planted and not one.planted:
            start = one.end + timedelta(seconds=away / (DRIVEN_KMH / 3.6))
            visits[at] = replace(two, start=start, end=start + (two.end - two.start), planted=frozenset({"fast"}))
            count -= 1
    return visits


def facts(visits: Sequence[Visit]) -> dict[str, Any]:
    """How much of everything there is; for those who check the plan."""
    planted: dict[str, int] = defaultdict(int)
    for visit in visits:
        for kind in visit.planted:
            planted[kind] += 1
    return {
        "visits": len(visits),
        "back_checks": sum(bool(visit.repeats) for visit in visits),
        "planted": dict(planted),
    }
