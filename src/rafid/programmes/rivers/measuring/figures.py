"""Indicators computed from the records, of what everybody may see: restricted and embargoed series are in none of them.

They are asked as somebody without an account, so that the one visibility rule decides what goes in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone

from rafid.commons.indicators.periods import span
from rafid.commons.places.models import Level, Place

from ..codes import RISING
from ..droughts.grid_index import NotComputed, can
from ..droughts.grids import current, grid_month
from ..models import Forecast, ForecastValue, Series, Station, Threshold
from ..seeing import embargo_of_others
from ..status.queries import status
from ..values.reading import windows_of
from .rows import NOBODY

Row = dict[str, Any]
LEVELS = {name: number for number, name in enumerate(RISING, 1)}
"""0 is normal, 1 watch, 2 warning, 3 severe, 4 extreme."""


def _bounds(period: str) -> tuple[datetime, datetime] | None:
    """From its first moment to its last, or to now; None before it begins."""
    days, zone = span(period), timezone.get_current_timezone()
    start = datetime.combine(days.start, time(0), zone)
    end = min(datetime.combine(days.end + timedelta(days=1), time(0), zone) - timedelta(seconds=1), timezone.now())
    return (start, end) if start < end else None


def _districts(places: Sequence[Place]) -> dict[UUID, int]:
    """The places in which figures of gauges count: districts, and governorates for a gauge of which no more is known."""
    return {one.pk: one.level for one in places if one.level in (Level.GOVERNORATE, Level.DISTRICT)}


def _district_of(station: Station, districts: dict[UUID, int]) -> UUID | None:
    lineage = station.place.lineage if station.place else ()
    return max((pk for pk in lineage if pk in districts), key=lambda pk: districts[pk], default=None)


def _public(variable: str) -> list[Series]:
    rows = Series.objects.visible_to(NOBODY).filter(variable=variable, station__isnull=False)
    rows = rows.filter(station__in=Station.objects.visible_to(NOBODY).values("pk")).exclude(
        origin__in=("forecast", "model")
    )
    best: dict[Any, Series] = {}
    for one in rows.select_related("station__place").order_by("-preferred", "origin", "ref"):
        best.setdefault(one.station_id, one)
    return list(best.values())


def _highest(rows: Sequence[Series], start: datetime, end: datetime) -> dict[Any, float]:
    """The highest good value of each series that is over its embargo, by one statement for all of them."""
    now = timezone.now()
    limits = {one.pk: now - embargo_of_others(NOBODY, one) for one in rows}
    found = {}
    for pk, known in windows_of(limits, start=start, end=end).items():
        limit = np.datetime64(limits[pk].astimezone(UTC).replace(tzinfo=None), "us")
        good = known.good[known.times <= limit]
        if np.isfinite(good).any():
            found[pk] = float(np.nanmax(good))
    return found


def stages(places: Sequence[Place], period: str) -> Iterator[Row]:
    """The highest reading of a staff gauge in each district."""
    bounds, districts = _bounds(period), _districts(places)
    found: dict[UUID, float] = {}
    if bounds is None:
        return
    rows = [one for one in _public("stage") if _district_of(one.station, districts)]
    highest = _highest(rows, *bounds)
    for one in rows:
        district = _district_of(one.station, districts)
        if district and one.pk in highest:
            found[district] = max(found.get(district, highest[one.pk]), highest[one.pk])
    yield from ({"place": place, "value": round(value, 3)} for place, value in found.items())


def classes(places: Sequence[Place], period: str) -> Iterator[Row]:
    """The most severe class that a gauge of each district reached."""
    bounds, districts = _bounds(period), _districts(places)
    if bounds is None:
        return
    start, end = bounds
    found: dict[UUID, int] = {}
    for variable in ("stage", "discharge"):
        by_station = {one.station_id: one for one in _public(variable)}
        ladders: dict[Any, list[Threshold]] = {}
        rows = Threshold.objects.visible_to(NOBODY).filter(
            station__in=by_station, variable=variable, class_code__in=RISING, valid_from__lte=end
        )
        for one in rows:
            if one.valid_to is None or one.valid_to > start:
                ladders.setdefault(one.station_id, []).append(one)
        highest = _highest([by_station[pk] for pk in ladders], start, end)
        for pk, ladder in ladders.items():
            series = by_station[pk]
            district, value = _district_of(series.station, districts), highest.get(series.pk)
            if district and value is not None:
                reached = max((LEVELS[one.class_code] for one in ladder if value >= one.value), default=0)
                found[district] = max(found.get(district, 0), reached)
    yield from ({"place": place, "value": value} for place, value in found.items())


def probabilities(places: Sequence[Place], period: str) -> Iterator[Row]:
    """The largest share of members of a public forecast of the period that reached the warning threshold."""
    bounds, districts = _bounds(period), _districts(places)
    if bounds is None:
        return
    forecasts = Forecast.objects.visible_to(NOBODY).filter(state="issued", issued_at__range=bounds)
    # An archive of another centre's is issued here on the day on which it came in.
    forecasts = forecasts.exclude(model__kind="external")
    found: dict[UUID, float] = {}
    stations: dict[Any, list[Station]] = {}
    for one in Station.objects.visible_to(NOBODY).exclude(node=None).select_related("place"):
        stations.setdefault(one.node_id, []).append(one)
    for forecast in forecasts.select_related("model"):
        for station in stations.get(forecast.model.node_id, ()):
            district = _district_of(station, districts)
            threshold = (
                Threshold.objects.visible_to(NOBODY)
                .filter(station=station, variable="discharge", class_code="warning", valid_to=None)
                .first()
            )
            if district is None or threshold is None:
                continue
            values = [
                row for row in ForecastValue.objects.filter(forecast=forecast).values_list("members", flat=True) if row
            ]
            if values:
                reached = (np.asarray(values, float) >= threshold.value).any(axis=0)
                found[district] = max(found.get(district, 0.0), float(reached.mean()))
    yield from ({"place": place, "value": round(value, 4)} for place, value in found.items())


def fills(places: Sequence[Place], period: str) -> Iterator[Row]:
    """Stored water and capacity at the end of the period, by governorate, of reservoirs in the country."""
    bounds = _bounds(period)
    governorates = {one.pk for one in places if one.level == Level.GOVERNORATE}
    if bounds is None:
        return
    found: dict[UUID, list[float]] = {}
    for one in status(NOBODY, at=bounds[1]).fills:
        lineage = one.reservoir.place.lineage if one.reservoir.place_id else ()
        place = next((pk for pk in lineage if pk in governorates), None)
        fresh = one.time is not None and one.time >= bounds[0]
        if place is not None and fresh and one.storage is not None and one.capacity:
            sums = found.setdefault(place, [0.0, 0.0])
            sums[0] += one.storage
            sums[1] += one.capacity
    for place, (stored, room) in found.items():
        yield {"place": place, "numerator": round(stored, 3), "denominator": round(room, 3)}


def spi_means(places: Sequence[Place], period: str) -> Iterator[Row]:
    for share in _shares(period):
        if share.mean is not None:
            yield {"place": share.area.place, "value": round(share.mean, 3)}


def dry_grounds(places: Sequence[Place], period: str) -> Iterator[Row]:
    for share in _shares(period):
        if share.known:
            yield {"place": share.area.place, "numerator": round(share.dry, 2), "denominator": round(share.known, 2)}


def _shares(period: str) -> list[Any]:
    """Governorates in the month; periods that are no month have no index of their own."""
    if len(period) != 6 or not period.isdigit():
        return []
    for grid in current(NOBODY):
        if not can(grid, "spi"):
            continue
        try:
            found = grid_month(grid, index="spi", scale=3, month=period)
        except (ValueError, NotComputed):
            continue
        return [one for one in found.shares if one.area.place]
    return []


def source_now(grid: bool) -> str:
    """What figures say of their source: that they are invented, where they are a demonstration's; else the indicator's own."""
    made_up = Station.objects.filter(source="demonstration").exists()
    if grid:
        made_up = next((one.made_up for one in current(NOBODY)), made_up)
    return "DEMONSTRATION: invented records" if made_up else ""


def last_months(count: int, today: Any = None) -> list[str]:
    """The months before this one, the oldest first."""
    now = np.datetime64((today or timezone.localdate()).isoformat(), "M")
    return [str(now - back).replace("-", "") for back in range(count, 0, -1)]
