"""Water of the places upstream, led to a node: days that are over as observed, days ahead member by member.

A day is one mean flow. No water is lost: every run of the network and of a reservoir is held to a share of 1e-9.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.methods.hydrology import OperatingRules, StorageTable, operate, route_network

from ..models import Reservoir, RuleCurve, Series
from ..models import StorageTable as TableRow
from ..values.reading import known_values
from .course import PER_DAY, STEP, Course, Place
from .weather import NoWeather, daily, days_of_year, spread, start_of

F64 = NDArray[np.float64]
DAY = 86_400.0
WARM = 30
"""Days before today from which a routed flow forgets how it began."""
LATE = 7
"""Days that a place may be behind; its last flow is held for them."""
LONG_GAP = 5
"""Days; over a longer gap a place's flow says nothing of the model's error."""
FRESH = 10
"""Days; an older storage is no start of a reservoir."""
LOST = 1e-9
SEASON = 30
"""Days around today's season whose changes of a release may come again."""
FEWEST = 5


class WaterLost(Exception):
    """A run did not keep its water: nothing of it is used."""


@dataclass(frozen=True, eq=False)
class Past:
    """Mean flow of each day from ``first`` on at each place, m³/s, without gaps; ``doubtful`` days lie in a long gap;
    ``late`` tells by how many days a place is behind."""

    first: date
    flows: Mapping[str, F64]
    doubtful: NDArray[np.bool_]
    late: Mapping[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.doubtful)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self) - 1)

    def until(self, count: int) -> Past:
        return Past(self.first, {code: one[:count] for code, one in self.flows.items()}, self.doubtful[:count])


def read_past(course: Course, *, known_at: datetime | None = None, until: date | None = None) -> Past:
    """From the first day that all places know to the last that one of them knows."""
    places = {one.code: one for one in course.all_places}
    if not places:
        raise NoWeather(
            _("No place upstream is measured or forecast. Make a model active there, or let its flow be entered.")
        )
    end = start_of(until + timedelta(days=1)) - timedelta(microseconds=1) if until else None
    known = {code: _daily(one.flow, known_at, end) for code, one in places.items()}
    for code, days in known.items():
        if not days:
            raise NoWeather(_("There are no flows at %(place)s upstream.") % {"place": code})
    first, last = max(min(days) for days in known.values()), max(max(days) for days in known.values())
    late = {code: (last - max(days)).days for code, days in known.items()}
    for code, days in late.items():
        if days > LATE:
            raise NoWeather(
                _("The flow at %(place)s upstream ends on %(day)s. Enter what came since.")
                % {"place": code, "day": (last - timedelta(days=days)).isoformat()}
            )
    if first > last:
        raise NoWeather(_("The places upstream have no day in common."))
    count = (last - first).days + 1
    doubtful = np.zeros(count, bool)
    flows = {}
    for code, days in known.items():
        values = spread(days, first, count)
        doubtful |= _long_gaps(values)
        there = np.flatnonzero(np.isfinite(values))
        flows[code] = np.interp(np.arange(count), there, values[there])
    return Past(first, flows, doubtful, {code: one for code, one in late.items() if one})


def _daily(series: Any, known_at: datetime | None, end: datetime | None) -> dict[date, float]:
    found = daily(known_values(series, known_at=known_at, end=end), False)
    return {day: value for day, value in found.items() if value >= 0}


def _long_gaps(values: F64) -> NDArray[np.bool_]:
    missing = np.isnan(values)
    out = np.zeros(len(values), bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], missing.astype(int), [0]])))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        if stop - start > LONG_GAP:
            out[start:stop] = True
    return out


def led(course: Course, flows: Mapping[str, F64]) -> F64:
    """Mean flow of each day at the end of the course, of that at its places (..., days), m³/s. Raises ``WaterLost``."""
    run = route_network(
        course.network, {code: np.repeat(one, PER_DAY, axis=-1) for code, one in flows.items()}, dt=STEP
    )
    if run.balance_error > LOST:
        raise WaterLost(f"{run.balance_error:.1e} of the water to {course.code} is not accounted for")
    arriving = run.flow[course.code]
    return arriving.reshape(*arriving.shape[:-1], -1, PER_DAY).mean(axis=-1)


def led_as_observed(course: Course, past: Past) -> F64:
    return led(course, {one.code: past.flows[one.code] for one in course.places})


@dataclass(frozen=True, eq=False)
class Ahead:
    """What is known of the days after ``past``: ``forecast`` (place) → (members, days) or None where there is none, and
    ``storage`` of a reservoir on the last day, Mm³, or None. ``notes`` collects what the reader must know."""

    past: Past
    members: int
    days: int
    forecast: Callable[[str], F64 | None]
    storage: Callable[[Reservoir], float | None]
    seed: int = 0
    notes: list[dict[str, Any]] = field(default_factory=list)


def led_ahead(course: Course, ahead: Ahead) -> F64:
    """(members, days) at the end of the course. Fewer days where a forecast ends early."""
    coming = {one.code: passing(one, ahead) for one in course.places}
    days = min(one.shape[-1] for one in coming.values())
    flows = {}
    for code, one in coming.items():
        before = np.broadcast_to(ahead.past.flows[code][-WARM:], (ahead.members, min(WARM, len(ahead.past))))
        flows[code] = np.concatenate([before, one[:, :days]], axis=1)
    return led(course, flows)[:, -days:]


def passing(place: Place, ahead: Ahead) -> F64:
    """What a place lets pass on the days ahead (members, days)."""
    if place.role == "held":
        return _held(place, ahead)
    if place.role == "reservoir" and place.above is not None and place.above.places:
        arriving: F64 | None = led_ahead(place.above, ahead)
    elif place.role == "reservoir":
        arriving = None
    else:
        arriving = ahead.forecast(place.code)
        if arriving is None:
            _note(ahead, {"code": "upstream_none", "node": place.code})
            return np.full((ahead.members, ahead.days), ahead.past.flows[place.code][-1])
    if place.reservoir is None and arriving is not None:
        return arriving
    rules = Operated.of(place, ahead) if arriving is not None else None
    if rules is None or arriving is None:
        _note(ahead, {"code": "release_held", "node": place.code})
        return _held(place, ahead)
    releases = _held(place, ahead)
    return np.array([rules.run(one, release) for one, release in zip(arriving, releases, strict=True)])


def _held(place: Place, ahead: Ahead) -> F64:
    """The last flow, and for each member how it went on from one of the days of this season in the past (members, days)."""
    past = ahead.past.flows[place.code]
    last = np.full((ahead.members, ahead.days), past[-1])
    starts = _season(ahead.past, len(past) - 1 - ahead.days)
    if len(starts) < FEWEST:
        return last
    own = np.random.default_rng([ahead.seed, *place.code.encode()]).choice(starts, ahead.members)
    went = past[own[:, None] + np.arange(1, ahead.days + 1)] - past[own][:, None]
    return np.asarray(np.maximum(last + went, 0.0))


def _season(past: Past, latest: int) -> NDArray[np.int64]:
    """Days up to ``latest`` within a month of the last day's season."""
    days = days_of_year(past.first, len(past))
    apart = np.abs(days[: max(latest, 0)] - days[-1])
    return np.flatnonzero(np.minimum(apart, 366 - apart) <= SEASON)


def _note(ahead: Ahead, note: dict[str, Any]) -> None:
    if note not in ahead.notes:
        ahead.notes.append(note)


@dataclass(frozen=True, eq=False)
class Operated:
    """A reservoir within its rule curve, from what it holds on the day before ``first``: its release goes on as it did in past
    seasons, is cut at the lowest level and within the limits of the release, and what would stand above the highest level
    spills.

    It is not drawn to the target within days: those who run a dam do that over a season, and their plan is not known here.
    """

    table: StorageTable
    curve: list[RuleCurve]
    begin: float
    first: date

    @classmethod
    def of(cls, place: Place, ahead: Ahead) -> Operated | None:
        """None where table, standing rule curve or storage is not known."""
        reservoir = place.reservoir
        if reservoir is None:
            return None
        first = ahead.past.last + timedelta(days=1)
        row = (
            TableRow.objects.filter(reservoir=reservoir, valid_from__lte=start_of(first))
            .order_by("-valid_from")
            .first()
        )
        curve = list(RuleCurve.objects.filter(reservoir=reservoir, plan="").order_by("day_of_year"))
        begin = ahead.storage(reservoir)
        if row is None or not curve or begin is None:
            return None
        level, volume, area = np.array(row.rows, float).T
        held = min(max(begin, float(volume[0])), float(volume[-1]))
        return cls(StorageTable(level, volume, area), curve, held, first)

    def run(self, inflow: F64, release: F64) -> F64:
        """Release and spill of each day, m³/s. Raises ``WaterLost``."""
        days = [self.first + timedelta(days=i) for i in range(len(inflow))]
        done = operate(
            np.maximum(inflow, 0.0),
            table=self.table,
            rules=self._rules(days),
            demand=release[: len(inflow)],
            initial_volume=self.begin,
            dt=DAY,
        )
        out = done.release + done.spill
        kept = (done.storage[-1] - self.begin) * 1e6
        came = max(float(inflow.sum()) * DAY, self.begin * 1e6, 1.0)
        if abs(float((np.maximum(inflow, 0.0) - out).sum()) * DAY - kept) > LOST * came:
            raise WaterLost("a reservoir's balance does not close")
        return np.asarray(out)

    def _rules(self, days: list[date]) -> OperatingRules:
        """Of each day; between the days of the curve in proportion, over the turn of the year, too."""
        at = np.array([day.timetuple().tm_yday for day in days], float)
        marks = np.array([one.day_of_year for one in self.curve], float)

        def line(name: str, missing: float = 0.0) -> F64:
            values = [missing if getattr(one, name) is None else getattr(one, name) for one in self.curve]
            return np.asarray(np.interp(at, marks, np.array(values, float), period=365.25))

        lowest, highest = float(self.table.level[0]), float(self.table.level[-1])
        most = [one.release_max for one in self.curve if one.release_max is not None]
        return OperatingRules(
            minimum=np.clip(line("minimum"), lowest, highest),
            target=np.clip(line("maximum"), lowest, highest),
            maximum=np.clip(line("maximum"), lowest, highest),
            least_release=line("release_min"),
            most_release=line("release_max", max(most)) if most else np.inf,
        )


def storage_days(
    reservoir: Reservoir, *, known_at: datetime | None = None, until: date | None = None
) -> dict[date, float]:
    """Mm³ by day as recorded, or from the recorded level."""
    if reservoir.station_id is None:
        return {}
    end = start_of(until + timedelta(days=1)) - timedelta(microseconds=1) if until else None
    rows = Series.objects.filter(station=reservoir.station_id, variable__in=("storage", "reservoir_level")).exclude(
        origin__in=("forecast", "model")
    )
    found = {one.variable: one for one in rows.order_by("preferred")}
    if "storage" in found:
        return daily(known_values(found["storage"], known_at=known_at, end=end), False)
    table = TableRow.objects.filter(reservoir=reservoir).order_by("-valid_from").first()
    if "reservoir_level" not in found or table is None:
        return {}
    level, volume, _area = np.array(table.rows, float).T
    levels = daily(known_values(found["reservoir_level"], known_at=known_at, end=end), False)
    return {day: float(np.interp(one, level, volume)) for day, one in levels.items()}


def storage_on(days: Mapping[date, float], last: date) -> float | None:
    """On the day, or on the nearest one before it that is not too old."""
    for back in range(FRESH + 1):
        value = days.get(last - timedelta(days=back))
        if value is not None:
            return value
    return None
