"""How much of each governorate and basin lies in each class: every cell counts by the ground that it has inside the border.

The part of a cell that lies inside is exact (exactextract); the ground of a cell is that of its latitudes on a sphere.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import BinaryField, F, Func, TextField
from django.utils import timezone
from numpy.typing import NDArray

from rafid.commons.places.models import Level, Place, PlaceVersion

from ..models import Basin, DroughtGrid
from .classes import CODES, NONE, classed

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """A place (by ``ref``) or a basin (by ``code``), with its cells and how much ground each has inside, in km²."""

    kind: str
    code: str
    names: dict[str, str]
    place: Any
    cells: NDArray[np.int64]
    ground: F64
    whole: float


@dataclass(frozen=True)
class Share:
    """``classes``: km² by class; ``dry``: those of them where the index is −1 or less; ``mean`` of the index over the ground
    that has one; ``covered``: the share of the area that has an index."""

    area: Area
    classes: dict[str, float]
    dry: float
    mean: float | None
    covered: float

    @property
    def known(self) -> float:
        return sum(self.classes.values())

    def part(self, name: str) -> float | None:
        return self.classes[name] / self.known if self.known else None

    @property
    def dry_part(self) -> float | None:
        return self.dry / self.known if self.known else None


def shares(grid: DroughtGrid, values: Any, of: tuple[Area, ...] | None = None) -> list[Share]:
    """Of one month's index (rows, columns). Governorates first, then basins, each by code. ``of``: the areas, where several
    months are asked one after another."""
    flat = np.asarray(values, float).reshape(-1)
    kinds = classed(flat)
    found = []
    for area in areas(grid) if of is None else of:
        index, which = flat[area.cells], kinds[area.cells]
        known = which != NONE
        sums = np.bincount(which[known], weights=area.ground[known], minlength=len(CODES))
        total = float(area.ground[known].sum())
        found.append(
            Share(
                area,
                dict(zip(CODES, map(float, sums), strict=True)),
                float(area.ground[known & (index <= -1)].sum()),
                float((index[known] * area.ground[known]).sum() / total) if total else None,
                total / area.whole if area.whole else 0.0,
            )
        )
    return found


def areas(grid: DroughtGrid) -> tuple[Area, ...]:
    """The areas that the grid touches, by the borders of today."""
    newest = PlaceVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
    shape = Func(F("ground"), function="ST_AsEWKB", output_field=BinaryField())
    drawn = Func(shape, function="md5", output_field=TextField())
    grounds = tuple(Basin.objects.exclude(ground=None).order_by("pk").values_list("code", drawn))
    return _areas(grid.pk, newest, grounds)


@functools.lru_cache(maxsize=8)
def _areas(pk: Any, _newest: Any, _grounds: tuple[tuple[str, str], ...]) -> tuple[Area, ...]:
    grid = DroughtGrid.objects.get(pk=pk)
    versions = PlaceVersion.objects.filter(
        place__level=Level.GOVERNORATE, geometry__isnull=False, valid__contains=timezone.localdate()
    ).select_related("place")
    wanted: list[tuple[str, str, dict[str, str], Any, Any]] = [
        ("governorate", one.place.ref, one.place.names, one.place.pk, one.geometry)
        for one in sorted(versions, key=lambda one: one.place.ref)
    ]
    wanted += [
        ("basin", one.code, one.names, None, one.ground) for one in Basin.objects.exclude(ground=None).order_by("code")
    ]
    return tuple(_of(grid, *one) for one in wanted) if wanted else ()


def _of(grid: DroughtGrid, kind: str, code: str, names: dict[str, str], place: Any, geometry: Any) -> Area:
    cells, inside = covered(grid, geometry)
    ground = inside * cell_km2(grid)[cells // grid.columns]
    return Area(kind, code, names, place, cells, ground, _whole(grid, geometry, float(ground.sum())))


def covered(grid: DroughtGrid, geometry: Any) -> tuple[NDArray[np.int64], F64]:
    """The numbers of the cells that ``geometry`` touches, row by row from north-west, and the share of each inside."""
    from exactextract import exact_extract
    from exactextract.feature import JSONFeatureSource
    from exactextract.raster import NumPyRasterSource

    west, south, east, north = bounds_of(grid)
    numbers = np.arange(grid.rows * grid.columns, dtype=np.float64).reshape(grid.rows, grid.columns)
    raster = NumPyRasterSource(numbers, xmin=west, ymin=south, xmax=east, ymax=north)
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(geometry.geojson)}
    (found,) = exact_extract(raster, JSONFeatureSource([feature]), ["values", "coverage"])
    said = found["properties"]
    values, parts = np.asarray(said["values"], float), np.asarray(said["coverage"], float)
    some = (parts > 0) & np.isfinite(values)
    return values[some].astype(np.int64), parts[some]


def bounds_of(grid: DroughtGrid) -> tuple[float, float, float, float]:
    west, north = grid.west - grid.cell_x / 2, grid.north + grid.cell_y / 2
    return west, north - grid.rows * grid.cell_y, west + grid.columns * grid.cell_x, north


def cell_km2(grid: DroughtGrid) -> F64:
    """The ground of a cell of each row, on a sphere of 6,371 km."""
    north = grid.north + grid.cell_y / 2 - grid.cell_y * np.arange(grid.rows)
    band = np.sin(np.radians(np.clip(north, -90, 90))) - np.sin(np.radians(np.clip(north - grid.cell_y, -90, 90)))
    return np.asarray(6371.0088**2 * np.radians(grid.cell_x) * band, float)


def _whole(grid: DroughtGrid, geometry: Any, inside: float) -> float:
    """The ground of the whole area, also where the grid does not reach it, by the same sphere."""
    west, south, east, north = bounds_of(grid)
    box = geometry.extent
    if west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]:
        return inside
    # Cells of the same size, continued beyond the grid.
    rows_up, rows_down = _beyond(north, box[3], grid.cell_y, -1), _beyond(south, box[1], grid.cell_y, 1)
    left, right = _beyond(west, box[0], grid.cell_x, 1), _beyond(east, box[2], grid.cell_x, -1)
    wide = DroughtGrid(
        west=grid.west - left * grid.cell_x, north=grid.north + rows_up * grid.cell_y, cell_x=grid.cell_x,
        cell_y=grid.cell_y, columns=grid.columns + left + right, rows=grid.rows + rows_up + rows_down,
    )  # fmt: skip
    cells, parts = covered(wide, geometry)
    return float((parts * cell_km2(wide)[cells // wide.columns]).sum())


def _beyond(edge: float, reach: float, cell: float, sign: int) -> int:
    return max(0, int(np.ceil(sign * (edge - reach) / cell)))


def place_of(area: Area) -> Place | None:
    return Place.objects.filter(pk=area.place).first() if area.place else None
