"""Borders made coarse for small scales, before anybody asks for them: shared borders stay shared.

Polygons simplified one by one come apart at their borders; a coverage is simplified as one (shapely's
``coverage_simplify``, after Visvalingam and Whyatt 1993). PostGIS 3.3 has nothing of the kind.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry
from django.db.backends.postgresql.psycopg_any import DateRange
from numpy.typing import NDArray

from .models import BorderOverview, PlaceVersion

_WORLD = 2 * np.pi * 6378137.0
TILE_PIXELS = 512  # MapLibre's


@dataclass(frozen=True)
class Band:
    """Zooms that are served from one overview; ``tolerance`` in metres of EPSG:3857."""

    number: int
    last_zoom: int

    @property
    def tolerance(self) -> float:
        """One pixel at the band's largest zoom: the side of the triangles that vanish."""
        return float(_WORLD / (TILE_PIXELS * 2**self.last_zoom))


BANDS = (Band(0, 4), Band(1, 6), Band(2, 8), Band(3, 10))
"""Above the last zoom the borders themselves are drawn."""


def band_of(zoom: int) -> Band | None:
    return next((band for band in BANDS if zoom <= band.last_zoom), None)


@dataclass(frozen=True)
class _Drawn:
    version: int
    lower: date | None
    upper: date | None
    web: Any


def refresh(*, division: str | None = None, level: int | None = None) -> int:
    """Makes the overviews of all divisions and levels anew, or of one. Returns how many rows there are then.

    Call it in the transaction that changed versions.
    """
    versions = PlaceVersion.objects.filter(geometry__isnull=False)
    held = BorderOverview.objects.all()
    if division is not None:
        versions, held = versions.filter(place__division=division), held.filter(version__place__division=division)
    if level is not None:
        versions, held = versions.filter(place__level=level), held.filter(version__place__level=level)
    held.delete()
    groups: dict[tuple[str, int], list[_Drawn]] = {}
    rows = versions.order_by("pk").values_list("pk", "valid", "place__division", "place__level", AsWKB("web"))
    for pk, valid, one_division, one_level, web in rows.iterator(chunk_size=200):
        drawn = _Drawn(pk, valid.lower, valid.upper, shapely.from_wkb(bytes(web)))
        groups.setdefault((one_division, one_level), []).append(drawn)
    made = 0
    for group in groups.values():
        made += len(BorderOverview.objects.bulk_create(_overviews(group), batch_size=200))
    return made


def eras(spans: Iterable[tuple[date | None, date | None]]) -> Iterator[tuple[date | None, date | None]]:
    """The stretches of time between any two changes, in their order: within one the same versions are in force.

    >>> list(eras([(None, date(2025, 4, 14)), (date(2019, 6, 3), None)]))[1]
    (datetime.date(2019, 6, 3), datetime.date(2025, 4, 14))
    """
    days = sorted({day for span in spans for day in span if day is not None})
    bounds = [None, *days, None]
    return itertools.pairwise(bounds)


def simplified(webs: Iterable[Any], tolerance: float) -> NDArray[np.object_]:
    """Polygons of EPSG:3857 (n,), simplified as one coverage. Where they are none (overlaps), borders that two share
    exactly still stay shared."""
    return np.asarray(shapely.coverage_simplify(np.array(list(webs), dtype=object), tolerance))


def _overviews(group: list[_Drawn]) -> list[BorderOverview]:
    known: dict[tuple[int, ...], dict[int, NDArray[np.object_]]] = {}
    number = {bytes(key): at for at, key in enumerate({shapely.to_wkb(one.web) for one in group})}
    open_rows: dict[tuple[int, int], BorderOverview] = {}
    rows: list[BorderOverview] = []
    for lower, upper in eras((one.lower, one.upper) for one in group):
        present = [one for one in group if _in_force(one, lower, upper)]
        # A change of parent alone draws the same map again.
        key = tuple(number[shapely.to_wkb(one.web)] for one in present)
        if key not in known:
            known[key] = {band.number: simplified((one.web for one in present), band.tolerance) for band in BANDS}
        for band, shapes in known[key].items():
            for one, shape in zip(present, shapes, strict=True):
                before = open_rows.get((one.version, band))
                web = GEOSGeometry(memoryview(shapely.to_wkb(_multi(shape))), srid=3857)
                if before is not None and before.web.equals_exact(web):
                    before.valid = DateRange(before.valid.lower, upper)
                    continue
                row = BorderOverview(version_id=one.version, band=band, valid=DateRange(lower, upper), web=web)
                open_rows[one.version, band] = row
                rows.append(row)
    return rows


def _in_force(one: _Drawn, lower: date | None, upper: date | None) -> bool:
    starts = one.lower is None or (lower is not None and one.lower <= lower)
    ends = one.upper is None or (upper is not None and upper <= one.upper)
    return starts and ends


def _multi(shape: Any) -> Any:
    return shape if shape.geom_type == "MultiPolygon" else shapely.multipolygons([shape])
