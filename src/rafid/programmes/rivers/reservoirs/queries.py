"""What is known of reservoirs: their facts, tables, levels and flows, as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from rafid.methods.hydrology import StorageTable as Table

from ..models import Reservoir, ReservoirFact, Series, StorageTable
from ..seeing import latest_time
from ..values.reading import Known, Latest, aware, latest_of, seen_values

VARIABLES = ("reservoir_level", "storage", "inflow", "release", "evaporation", "precipitation")
DAYS = 30


@dataclass
class State:
    """A reservoir as it stands. ``storage`` Mm³ is measured or read from the table at ``level`` m; ``fill`` % of the capacity
    that is preferred."""

    row: Reservoir
    series: dict[str, Series] = field(default_factory=dict)
    latest: dict[str, Latest] = field(default_factory=dict)
    facts: list[ReservoirFact] = field(default_factory=list)
    table: Table | None = None
    table_row: StorageTable | None = None

    def now(self, variable: str) -> float | None:
        one = self.latest.get(variable)
        return one.value if one and one.quality < 4 else None

    @property
    def level(self) -> float | None:
        return self.now("reservoir_level")

    @property
    def storage(self) -> float | None:
        measured = self.now("storage")
        if measured is not None:
            return measured
        if self.table is None or self.level is None:
            return None
        try:
            return float(self.table.volume_at(self.level))
        except ValueError:
            return None

    @property
    def as_of(self) -> datetime | None:
        times = [self.latest[one].time for one in ("storage", "reservoir_level") if one in self.latest]
        return max(times, default=None)

    def fact(self, name: str) -> float | None:
        """The preferred value, or the only one that a source gives."""
        own = [one for one in self.facts if one.name == name]
        chosen = [one for one in own if one.preferred] or (own if len({one.value for one in own}) == 1 else [])
        return chosen[0].value if chosen else None

    @property
    def fill(self) -> float | None:
        capacity, storage = self.fact("capacity"), self.storage
        return None if not capacity or storage is None else 100 * storage / capacity


def states(user: Any, rows: Iterable[Reservoir], at: datetime) -> list[State]:
    """By a fixed number of statements, however many reservoirs."""
    found = {one.pk: State(one) for one in rows}
    by_station = {one.row.station_id: one for one in found.values() if one.row.station_id}
    every: dict[Any, tuple[State, str]] = {}
    series = Series.objects.visible_to(user).filter(station__in=by_station, variable__in=VARIABLES)
    for one in series.exclude(origin__in=("forecast", "model")).order_by("-preferred", "origin", "ref"):
        state = by_station[one.station_id]
        if one.variable not in state.series:
            state.series[one.variable] = one
            every[one.pk] = (state, one.variable)
    embargoed = [pk for pk, (state, variable) in every.items() if state.series[variable].embargo_hours]
    for pk, value in latest_of([pk for pk in every if pk not in embargoed], before=at).items():
        state, variable = every[pk]
        state.latest[variable] = value
    for pk in embargoed:
        state, variable = every[pk]
        limit = latest_time(user, state.series[variable], at) or at
        for one in latest_of([pk], before=min(limit, at)).values():
            state.latest[variable] = one
    for fact in ReservoirFact.objects.filter(reservoir__in=found).order_by("name", "-preferred", "-as_of"):
        found[fact.reservoir_id].facts.append(fact)
    tables = StorageTable.objects.filter(reservoir__in=found, valid_from__lte=at).order_by("valid_from")
    for row in tables:
        found[row.reservoir_id].table_row = row
    for state in found.values():
        if state.table_row is not None:
            state.table = as_table(state.table_row)
    return list(found.values())


@dataclass(frozen=True)
class Together:
    """Storage and capacity, Mm³, of the ``count`` reservoirs of which both are known, of ``every`` one."""

    storage: float
    room: float
    count: int
    every: int

    @property
    def fill(self) -> float | None:
        return 100 * self.storage / self.room if self.room else None


def together(found: Iterable[State]) -> Together:
    every = list(found)
    known = [(one.storage, one.fact("capacity")) for one in every]
    pairs = [(storage, room) for storage, room in known if storage is not None and room]
    return Together(sum(one for one, _room in pairs), sum(room for _one, room in pairs), len(pairs), len(every))


def grouped(found: Iterable[State], by: Callable[[State], str]) -> list[tuple[str, Together]]:
    """The same for each group, in the order in which they come."""
    groups: dict[str, list[State]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(one)
    return [(name, together(own)) for name, own in groups.items()]


def nothing() -> Known:
    none = np.array([], "datetime64[us]")
    return Known(UUID(int=0), none, np.array([]), np.array([], np.int16), np.array([], np.int16), none, [], [])


def as_table(row: StorageTable) -> Table:
    level, volume, area = np.array(row.rows, float).T
    return Table(level, volume, area)


@dataclass(frozen=True)
class Day:
    """One day's balance; Mm³ but for the flows, m³/s. ``residual``: what the terms do not explain of the change."""

    day: datetime
    level: float | None
    storage: float | None
    inflow: float | None
    release: float | None
    evaporated: float | None
    change: float | None
    residual: float | None


def balance(user: Any, state: State, at: datetime, *, days: int = DAYS) -> list[Day]:
    """The last days, newest first. A term that is not measured is left out of the residual, which then is empty."""
    start = at - timedelta(days=days + 1)
    read = {name: _daily(user, one, start, at) for name, one in state.series.items()}
    storage = dict(read.get("storage", {}))
    levels = read.get("reservoir_level", {})
    if state.table is not None:
        for day, level in levels.items():
            if day not in storage and state.table.level[0] <= level <= state.table.level[-1]:
                storage[day] = float(state.table.volume_at(level))
    found = []
    for day in sorted({*storage, *levels, *read.get("inflow", {}), *read.get("release", {})}):
        before = storage.get(day - timedelta(days=1))
        inflow, release = read.get("inflow", {}).get(day), read.get("release", {}).get(day)
        change = None if before is None or day not in storage else storage[day] - before
        gone = _evaporated(state, read, day, levels.get(day))
        known = change is not None and inflow is not None and release is not None
        residual = change - (inflow - release) * 0.0864 + (gone or 0.0) if known else None  # type: ignore[operator]
        found.append(Day(day, levels.get(day), storage.get(day), inflow, release, gone, change, residual))
    return found[::-1]


def _daily(user: Any, series: Series, start: datetime, end: datetime) -> dict[datetime, float]:
    """Mean by day in UTC; the sum of what falls or evaporates."""
    known = seen_values(user, series, start=start, end=end)
    days: dict[datetime, list[float]] = {}
    for time, value in zip(known.times, known.good, strict=True):
        if not np.isnan(value):
            days.setdefault(aware(time).replace(hour=0, minute=0, second=0, microsecond=0), []).append(float(value))
    add = series.variable in ("evaporation", "precipitation")
    return {day: sum(some) if add else sum(some) / len(some) for day, some in days.items()}


def _evaporated(state: State, read: dict[str, Any], day: datetime, level: float | None) -> float | None:
    mm = read.get("evaporation", {}).get(day)
    if mm is None or level is None or state.table is None or not state.table.level[0] <= level <= state.table.level[-1]:
        return None
    net = mm - read.get("precipitation", {}).get(day, 0.0)
    return float(net * state.table.area_at(level) * 1e-3)
