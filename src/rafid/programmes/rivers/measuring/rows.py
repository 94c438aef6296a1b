"""Rows of the datasets: what a person sees of stations, latest readings, reservoirs, droughts and the network."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from rafid.commons.products.tables import Rows
from rafid.commons.records.models import Source

from ..codes import Quality
from ..droughts.grid_index import NotComputed, can, index_of
from ..droughts.grids import current, grid_month
from ..droughts.shares import Share, areas, shares
from ..models import Reach, Station
from ..network.standing import valid
from ..status.queries import Status, status

MONTHS = 24
"""So many of the last months of a grid are in the dataset of droughts."""
SCALES = (3, 12)

NOBODY = AnonymousUser()


def stations(user: Any) -> Any:
    """Records: the tables, tiles and feeds of the commons read them as the person may."""
    return Station.objects.visible_to(user)


def readings(user: Any) -> Rows:
    """The latest good value of each variable of each station, after its embargo."""
    return Rows(reading_rows(status(user)), key=("station", "variable"))


def reading_rows(found: Status) -> list[dict[str, Any]]:
    return [
        {
            "station": one.station.code,
            "variable": variable,
            "time": value.time,
            "value": value.value,
            "unit": one.units[variable],
            "quality": Quality(value.quality).name.lower(),
            "class": one.klass if variable == one.shown else None,
            "known_from": value.known_from,
            "place": one.station.place.ref if one.station.place else None,
            "demonstration": one.station.source == Source.DEMONSTRATION,
            "place_id": one.station.place_id,
        }
        for one in found.standings
        for variable, value in one.values.items()
        if value.quality < 4
    ]


def reservoirs(user: Any) -> Rows:
    return Rows(reservoir_rows(status(user)), key=("code",))


def reservoir_rows(found: Status) -> list[dict[str, Any]]:
    return [
        {
            "code": one.reservoir.code,
            "name_ar": one.reservoir.name_ar,
            "name_ckb": one.reservoir.name_ckb,
            "name_en": one.reservoir.name_en,
            "country": one.reservoir.country,
            "time": one.time,
            "level_m": one.level,
            "storage_mm3": one.storage,
            "capacity_mm3": one.capacity,
            "fill_pct": None if one.percent is None else round(one.percent, 2),
            "inflow_m3s": one.inflow,
            "release_m3s": one.release,
            "demonstration": one.reservoir.source == Source.DEMONSTRATION,
            "place_id": one.reservoir.place_id,
        }
        for one in found.fills
    ]


def droughts(user: Any) -> Rows:
    """Governorates by month, of the newest grid that the person sees."""
    rows: list[dict[str, Any]] = []
    grid = next(iter(current(user)), None)
    if grid is not None:
        for index in ("spi", "spei"):
            for scale in SCALES:
                rows += _last_months(grid, index, scale)
    return Rows(rows, key=("period", "index", "scale", "area"))


def _last_months(grid: Any, index: str, scale: int) -> list[dict[str, Any]]:
    if not can(grid, index):
        return []
    try:
        values = index_of(grid, index, scale)
    except NotComputed:
        return []
    first, of = np.datetime64(grid.first_month, "M"), areas(grid)
    return [
        _area_row(grid, index, scale, str(first + at), one)
        for at in range(max(0, grid.months - MONTHS), grid.months)
        for one in shares(grid, values[at], of)
    ]


def drought_rows(grid: Any, index: str, scale: int, month: str) -> list[dict[str, Any]]:
    """Of each governorate and basin one row; none where the grid lacks the index, or it takes longer than a page may."""
    if not can(grid, index):
        return []
    try:
        found = grid_month(grid, index=index, scale=scale, month=month)
    except NotComputed:
        return []
    return [_area_row(grid, index, scale, month, one) for one in found.shares]


def _area_row(grid: Any, index: str, scale: int, month: str, one: Share) -> dict[str, Any]:
    return {
        "period": month.replace("-", ""),
        "index": index,
        "scale": scale,
        "area": one.area.code,
        "area_kind": one.area.kind,
        **{f"name_{language}": one.area.names.get(language, "") for language in ("ar", "ckb", "en")},
        "mean": None if one.mean is None else round(one.mean, 3),
        "dry_pct": _percent(one.dry_part),
        **{f"{name}_pct": _percent(one.part(name)) for name in one.classes},
        "known_km2": round(one.known, 1),
        "covered_pct": round(100 * one.covered, 1),
        "demonstration": grid.made_up,
        "place_id": one.area.place,
    }


def _percent(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 2)


def reaches(user: Any, at: datetime | None = None) -> list[dict[str, Any]]:
    """The network as it is valid: facts of the country, seen by everybody."""
    rows = valid(Reach.objects.select_related("upstream", "downstream"), at or timezone.now()).order_by("code")
    return [
        {
            "code": one.code,
            "upstream": one.upstream.code,
            "downstream": one.downstream.code,
            "river": one.upstream.river,
            "length_km": one.length_km,
            "travel_h": round(one.k_s / 3600, 3),
            "x": one.x,
            "loss_share": one.loss,
            "valid_from": one.valid_from,
            "source": one.source_text,
            "_line": [list(one.upstream.point.coords), list(one.downstream.point.coords)],
        }
        for one in rows
    ]
