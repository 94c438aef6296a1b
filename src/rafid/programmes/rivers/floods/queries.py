"""What is read for the frequency of floods: the flows of a station, and the yearly peaks of all stations at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from ..models import Basin, HistoricalFlood, PerceivedPeriod, RegionalSkew, Series, Station, Threshold
from ..seeing import latest_time
from ..values.reading import FOREVER, seen_values
from .fitting import FEWEST, Frequency, Region, frequency, history_of
from .yearly import OCTOBER, WHOLE, Month, daily, months, starts, water_year, water_years, whole_years

ORIGINS = ("observed", "telemetry", "derived")
STEPS = ("1d", "6h", "1h")
EXCEEDED = (1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99)
"""Per cent of the time."""
APRIL = 4
"""Low flow is counted from the wet season on, so that no summer is cut in two."""
LOW_DAYS, LOW_PERIOD = 7, 10


def flows_of(user: Any, station: Station | None = None) -> list[Series]:
    """Series of measured or rated flow, daily or finer, by station the one first that stands for it."""
    rows = Series.objects.visible_to(user).filter(variable="discharge", origin__in=ORIGINS, step__in=STEPS)
    rows = rows.filter(station__in=Station.objects.visible_to(user).values("pk"))
    if station is not None:
        rows = rows.filter(station=station)
    ranked = rows.select_related("station")
    return sorted(ranked, key=lambda one: (one.station.code, not one.preferred, ORIGINS.index(one.origin), one.ref))


@dataclass(frozen=True)
class Asked:
    """What a person chose. ``first_month`` of the water year; ``fit``: the one to use, empty: the usual one."""

    known_at: datetime | None = None
    first_month: int = OCTOBER
    region: Region = field(default_factory=Region)
    fit: str = ""
    series: str = ""


@dataclass(frozen=True)
class LowFlow:
    """``flow`` in m³/s; None with ``why``: ``short`` (fewer than ten years without a gap) or ``none`` (no answer)."""

    flow: float | None
    years: int
    why: str = ""


@dataclass(frozen=True)
class Study:
    """All that one station's page tells. ``known_at``: as of when; ``last``: the last day that the person sees."""

    station: Station
    series: Series | None
    choice: list[Series]
    asked: Asked
    known_at: datetime
    frequency: Frequency
    duration: list[tuple[int, float]] = field(default_factory=list)
    low: LowFlow = LowFlow(None, 0, "short")
    months: list[Month] = field(default_factory=list)
    count: int = 0

    @property
    def made_up(self) -> bool:
        return bool(self.station.source == "demonstration")


def study(user: Any, station: Station, asked: Asked = Asked()) -> Study:
    """The frequency, duration, low flow and seasons of ``station`` as this person sees them."""
    now = asked.known_at or timezone.now()
    choice = flows_of(user, station)
    series = next((one for one in choice if asked.series in (str(one.pk), one.ref)), choice[0] if choice else None)
    made_up = bool(station.source == "demonstration")
    floods = list(
        HistoricalFlood.objects.visible_to(user).filter(station=station, known_at__lte=now).order_by("year", "known_at")
    )
    perceived = PerceivedPeriod.objects.visible_to(user).filter(station=station, known_at__lte=now)
    known_of: dict[str, Any] = {
        "made_up": made_up,
        "known_at": asked.known_at,
        "periods": list(perceived.order_by("first_year", "known_at")),
    }
    if series is None:
        nothing = Frequency([], history_of(floods, [], **known_of), asked.region, problem="short")
        return Study(station, None, choice, asked, now, nothing)
    known = seen_values(user, series, known_at=asked.known_at)
    years = water_years(known, first_month=asked.first_month, now=now)
    history = history_of(floods, years, **known_of)
    found = frequency(years, history, region=asked.region, asked=asked.fit)
    days, flow = daily(known)
    return Study(
        station, series, choice, asked, now, found, _duration(flow), _low(days, flow), months(days, flow) if days.size else [],
        len(known),
    )  # fmt: skip


def _duration(flow: Any) -> list[tuple[int, float]]:
    from rafid.methods.hydrology import flow_duration

    if not flow.size:
        return []
    found = np.asarray(flow_duration(flow, exceedance=[one / 100 for one in EXCEEDED]))
    return list(zip(EXCEEDED, found.tolist(), strict=True))


def _low(days: Any, flow: Any) -> LowFlow:
    from rafid.methods.hydrology import low_flow

    whole = whole_years(days, flow, APRIL) if days.size else 0
    if whole < FEWEST:
        return LowFlow(None, whole, "short")
    try:
        found = low_flow(np.maximum(flow, 0), days=LOW_DAYS, return_period=LOW_PERIOD, years=water_year(days, APRIL))
    except ValueError:
        return LowFlow(None, whole, "none")
    return LowFlow(found, whole)


@dataclass
class Peaks:
    """One station of the list: its whole years and the highest of their peaks; ``thresholds`` that rest on a return period."""

    station: Station
    series: Series
    years: int = 0
    first: int | None = None
    last: int | None = None
    mean: float | None = None
    highest: float | None = None
    highest_in: int | None = None
    thresholds: list[Threshold] = field(default_factory=list)

    @property
    def enough(self) -> bool:
        return self.years >= FEWEST


_PEAKS = """
SELECT series_id, year, count(DISTINCT day), max(value) FROM (
    SELECT series_id, value, extract(year FROM clock + make_interval(months => %(ahead)s))::int AS year, clock::date AS day
    FROM (
        SELECT DISTINCT ON (v.series_id, v.time) v.series_id, v.value, v.quality, v.time AT TIME ZONE %(zone)s AS clock
        FROM unnest(%(series)s::uuid[], %(until)s::timestamptz[]) AS s(id, until)
        JOIN rafid_rivers_value v ON v.series_id = s.id AND v.time <= s.until AND v.known_from <= %(known_at)s
        ORDER BY v.series_id, v.time, v.known_from DESC
    ) latest WHERE value IS NOT NULL AND quality < 4
) yearly GROUP BY series_id, year ORDER BY series_id, year
"""


def peaks_of(
    user: Any, *, known_at: datetime | None = None, first_month: int = OCTOBER, river: str = ""
) -> list[Peaks]:
    """Every station with a flow that the person sees; a fixed number of queries, whatever their number."""
    chosen: dict[Any, Series] = {}
    for one in flows_of(user):
        if not river or one.station.river == river:
            chosen.setdefault(one.station_id, one)
    now = known_at or timezone.now()
    found = {one.pk: Peaks(one.station, one) for one in chosen.values()}
    for pk, years in _yearly(user, list(chosen.values()), known_at, first_month).items():
        row = found[pk]
        counted = [
            (year, top)
            for year, days, top in years
            if starts(year + 1, first_month) <= timezone.localtime(now).date()
            and days >= WHOLE * (starts(year + 1, first_month) - starts(year, first_month)).days
        ]
        if counted:
            row.years, row.first, row.last = len(counted), counted[0][0], counted[-1][0]
            row.highest_in, row.highest = max(counted, key=lambda one: one[1])
            row.mean = sum(top for _year, top in counted) / len(counted)
    by_station = {one.station.pk: one for one in found.values()}
    for threshold in periods_in_use(user, by_station, now):
        by_station[threshold.station_id].thresholds.append(threshold)
    return sorted(found.values(), key=lambda one: (one.station.river, one.station.code))


def _yearly(
    user: Any, rows: list[Series], known_at: datetime | None, first_month: int
) -> dict[Any, list[tuple[int, int, float]]]:
    if not rows:
        return {}
    found: dict[Any, list[tuple[int, int, float]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _PEAKS,
            {
                "series": [one.pk for one in rows],
                "until": [latest_time(user, one) or FOREVER for one in rows],
                "known_at": known_at or FOREVER,
                "zone": settings.TIME_ZONE,
                "ahead": (13 - first_month) % 12,
            },
        )
        for pk, *row in cursor.fetchall():
            found.setdefault(pk, []).append(tuple(row))
    return found


def periods_in_use(user: Any, stations: Iterable[Any], moment: datetime) -> list[Threshold]:
    """Thresholds that rest on a return period and hold at ``moment``."""
    rule = Q(valid_to=None) | Q(valid_to__gt=moment)
    rows = Threshold.objects.visible_to(user).filter(
        rule, station__in=list(stations), kind="return_period", valid_from__lte=moment
    )
    return list(rows.select_related("station").order_by("station", "value"))


def skews_of(user: Any, station: Station | None = None) -> list[RegionalSkew]:
    """The register's skews that count, the newest first; for a station first those of the basins in which it lies."""
    rows = list(
        RegionalSkew.objects.visible_to(user)
        .filter(left_out="")
        .select_related("basin")
        .order_by(F("as_of").desc(nulls_last=True), "-known_at")
    )
    if station is None or not any(one.basin_id for one in rows):
        return rows
    around = set(Basin.objects.filter(ground__covers=station.point).values_list("pk", flat=True))
    return sorted(rows, key=lambda one: (one.basin_id not in around, one.basin_id is not None))
