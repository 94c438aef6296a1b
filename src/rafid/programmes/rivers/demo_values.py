"""Series and values of the demonstration, written set-wise with the moment at which each became known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from rafid.commons.records.imports.copying import copying
from rafid.methods.hydrology import check_series, rate

from .checking.arrival import rules_of
from .codes import VARIABLES
from .demo_network import SENSITIVITY
from .demo_ratings import DEEPER, SCOURED, Ratings
from .demo_slips import Slip, slipped
from .demo_world import F64, World, at, chance, level_of, table
from .models import Series, Station
from .values.reading import moments

KNOWN_AFTER = timedelta(hours=3)
Written = tuple[UUID, Any, Any, float | None, int, int | None, str, str]


def series(world: World, stations: dict[str, Station]) -> dict[tuple[str, str], Series]:
    """What each station measures: by (station, variable); telemetry has its own, ``(station, "stage 6h")``."""
    rows = {row["code"]: row for row in table("demo_stations.csv")}
    found: dict[tuple[str, str], Series] = {}

    def add(code: str, variable: str, key: str = "", **values: Any) -> Series:
        station = stations[code]
        one = Series(
            station=station,
            variable=variable,
            unit=VARIABLES[variable].unit,
            owner=station.owner,
            place=station.place,
            source="demonstration",
            known_at=at(world.first, 0),
            **{"sensitivity": SENSITIVITY[rows[code]["sensitivity"]], **values},
        )
        one.save()
        found[code, key or variable] = one
        return one

    for code, station in stations.items():
        if station.station_kind == "stage":
            top = 14.0
            stage = add(
                code, "stage", manned=True, preferred=True,
                rules={
                    "minimum": 0, "maximum": top, "suspect_maximum": 11, "max_rise": 0.13, "max_fall": 0.1, "flat_steps": 8,
                },
            )  # fmt: skip
            add(code, "discharge", aggregation="mean", origin="derived", derived_from=stage, preferred=True)
            add(
                code,
                "stage",
                "stage 6h",
                step="6h",
                origin="telemetry",
                rules={"minimum": 0, "maximum": top, "max_rise": 0.4},
            )
        elif station.station_kind == "reservoir":
            for variable in ("reservoir_level", "storage", "inflow", "release", "evaporation"):
                embargo = 72 if rows[code]["sensitivity"] == "partner" else 0
                origin = "derived" if variable in ("storage", "inflow") else "observed"
                add(
                    code,
                    variable,
                    aggregation="mean",
                    origin=origin,
                    manned=origin == "observed",
                    embargo_hours=embargo,
                )
        elif station.station_kind == "climate":
            for variable in ("precipitation", "temperature", "pet"):
                total = variable != "temperature"
                add(
                    code, variable, aggregation="sum" if total else "mean", manned=variable == "precipitation",
                    origin="derived" if variable == "pet" else "observed",
                    rules={"minimum": 0, "maximum": 250} if variable == "precipitation" else {},
                )  # fmt: skip
        elif station.station_kind == "quality":
            for variable in ("tds", "conductivity"):
                add(code, variable, manned=True, rules={"minimum": 0, "maximum": 60000})
        elif station.station_kind == "snow":
            add(code, "swe", rules={"minimum": 0, "maximum": 3000})
    return found


def write(world: World, series: dict[tuple[str, str], Series], ratings: Ratings, slips: list[Slip]) -> int:
    """All values of all series; answers how many."""
    with connection.cursor() as cursor:
        for year in range(world.first.year, world.today.year + 1):
            cursor.execute("SELECT rafid_rivers_value_year(%s)", [year])
        cursor.execute(
            "CREATE TEMPORARY TABLE rafid_rivers_demo (series_id uuid, time timestamptz, known_from timestamptz, value float8,"
            " quality smallint, flow_quality smallint, origin_ref text, reason text) ON COMMIT DROP"
        )
        count = 0
        with copying(cursor, "COPY rafid_rivers_demo FROM STDIN") as copy:
            for row in _rows(world, series, ratings, slips):
                copy.write_row(row)
                count += 1
        cursor.execute(
            "INSERT INTO rafid_rivers_value"
            " (series_id, time, known_from, value, quality, flow_quality, origin_ref, reason)"
            " SELECT * FROM rafid_rivers_demo ORDER BY series_id, time, known_from"
        )
        cursor.execute("ANALYZE rafid_rivers_value")
    return count


def _rows(
    world: World, series: dict[tuple[str, str], Series], ratings: Ratings, slips: list[Slip]
) -> Iterator[Written]:
    times = [at(day) for day in world.dates]
    known = [time + KNOWN_AFTER for time in times]
    for (code, key), one in series.items():
        if key == "stage":
            yield from _stages(world, code, one, series[code, "discharge"], ratings, slips, times, known)
        elif key == "stage 6h":
            yield from _telemetry(world, code, one, ratings)
        elif key != "discharge":
            yield from _plain(one, _read(world, code, key, slips), times, known)


def _plain(one: Series, values: F64, times: list[datetime], known: list[datetime]) -> Iterator[Written]:
    flags = check_series(moments(times), values, rules=rules_of(one)).tolist()
    for time, since, value, flag in zip(times, known, values.tolist(), flags, strict=True):
        missing = value != value
        yield one.pk, time, since, None if missing else value, 9 if missing else flag, None, "demonstration", ""


def _read(world: World, code: str, variable: str, slips: list[Slip]) -> F64:
    """What was written down: the truth, but for the slips."""
    read = _made(world, code, variable).copy()
    for slip in slips:
        if (slip.station, slip.variable) == (code, variable):
            first = world.days - 1 - slip.before
            read[first : first + slip.days] = slipped(slip, read[first : first + slip.days])
    return read


def _made(world: World, code: str, variable: str) -> F64:
    """The truth of one variable at a station, as its instrument shows it."""
    throws = chance(f"{code} {variable}")
    node = code.removesuffix("-res")
    if variable == "reservoir_level":
        return np.round(level_of(node, world.water.storage[node]), 2)
    if variable == "storage":
        return np.round(world.water.storage[node], 1)
    if variable == "release":
        return np.round(world.water.release[node], 1)
    if variable == "inflow":
        return np.round(np.maximum(world.water.flow[node] * np.exp(throws.normal(0, 0.05, world.days)), 0), 1)
    if variable == "evaporation":
        season = 3.4 - 3.0 * np.cos(2 * np.pi * (world.day_of_year - 15) / 365.25)
        return np.round(np.maximum(season + throws.normal(0, 0.4, world.days), 0), 1)
    if variable == "precipitation":
        return world.weather[code].rain
    if variable == "temperature":
        return world.weather[code].temperature
    if variable == "pet":
        return np.round(world.weather[code].pet, 2)
    if variable == "swe":
        return np.round(world.water.snow["bekhme"], 0)
    # Salt rises as the river falls; the sea comes up in a dry summer.
    flow = world.water.flow["basra"]
    tds = 900 + 9e5 / (flow + 120) * (1.0 if code == "quality-basra" else 0.55)
    tds = np.round(tds * np.exp(throws.normal(0, 0.05, world.days)), 0)
    return tds if variable == "tds" else np.round(tds / 0.64, 0)


def _stages(
    world: World,
    code: str,
    stage: Series,
    flow: Series,
    ratings: Ratings,
    slips: list[Slip],
    times: list[datetime],
    known: list[datetime],
) -> Iterator[Written]:
    """Stages with their slips and corrections, and the flows that the curves known at each moment made of them."""
    days = np.arange(world.days)
    bed = ratings.beds[code]
    true = np.round(bed.stage(world.water.flow[code], days) + chance(f"stage {code}").normal(0, 0.008, world.days), 2)
    true = np.maximum(true, 0.01)
    read, corrected = true.copy(), np.zeros(world.days, bool)
    for slip in slips:
        if (slip.station, slip.variable) == (code, "stage"):
            first = world.days - 1 - slip.before
            where = slice(first, first + slip.days)
            read[where] = slipped(slip, true[where])
            corrected[where] = slip.corrected
    flags = check_series(moments(times), read, rules=rules_of(stage)).tolist()
    curves = ratings.curves[code]
    rated = _rated(read, np.array(flags), curves[0])
    for day, time in enumerate(times):
        missing = read[day] != read[day]
        yield stage.pk, time, known[day], None if missing else float(read[day]), flags[day], None, "demonstration", ""
        yield (flow.pk, time, known[day], *rated[day], "rating:1", "")
    final = true if corrected.any() else read
    again = np.flatnonzero(corrected)
    if again.size:
        right = _rated(true, np.ones(world.days), curves[0])
        for day in again.tolist():
            since = known[day] + timedelta(days=1)
            yield (
                stage.pk,
                times[day],
                since,
                float(true[day]),
                1,
                None,
                "person",
                "Decimal lost; read again by telephone",
            )
            yield (flow.pk, times[day], since, *right[day], "rating:1", "The stage was corrected")
    if code == SCOURED:
        start = world.index(world.scoured_on)
        newer = _rated(final, np.array(flags), curves[1])
        published = ratings.published_at()
        for day in range(start, world.days):
            if newer[day][0] == rated[day][0]:
                continue
            # From the publication on the new curve is used from the first.
            since = max(published, known[day] + timedelta(seconds=1))
            if since > at(world.today, 23):
                continue
            yield (
                flow.pk,
                times[day],
                since,
                *newer[day],
                "rating:2",
                f"Rating 2: the bed lies {DEEPER} m deeper since the flood",
            )


def _rated(stage: F64, flags: NDArray[Any], curve: Any) -> list[tuple[float | None, int, int]]:
    """Flow, flag and flow's own flag; a failed stage makes no flow."""
    made = rate(np.where(flags >= 4, np.nan, stage), curve=curve)
    found: list[tuple[float | None, int, int]] = []
    for value, quality, flag in zip(
        np.asarray(made.discharge).tolist(), np.asarray(made.quality).tolist(), flags, strict=True
    ):
        found.append((None, 9, 9) if value != value else (round(value, 2), 3 if quality or flag == 3 else 1, quality))
    return found


def _telemetry(world: World, code: str, one: Series, ratings: Ratings) -> Iterator[Written]:
    """Six-hourly stages of the last 90 days, by a sensor that drifts a little."""
    days = np.arange(world.days - 90, world.days)
    hours = np.arange(0, 90 * 24, 6)
    flow = np.interp(hours / 24, np.arange(90), world.water.flow[code][days])
    stage = ratings.beds[code].stage(flow, np.full(hours.shape, world.days - 1))
    stage = np.round(np.maximum(stage + chance(f"telemetry {code}").normal(0.02, 0.01, hours.size), 0.01), 3)
    start = at(world.dates[int(days[0])], 0)
    for hour, value in zip(hours.tolist(), stage.tolist(), strict=True):
        time = start + timedelta(hours=hour)
        if time <= at(world.today, 6):
            yield one.pk, time, time + timedelta(minutes=20), value, 1, None, "telemetry", ""
