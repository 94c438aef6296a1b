"""How much of each cell of a grid lies in a basin: exact shares of area, so that a mean over the basin is one product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused

from .frames import F64

LEAST = 0.95
"""Share of a basin that must lie on cells with values."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Of one basin: the cells (flat indices) that it touches, and the area of the basin in each, as shares of the basin."""

    cells: NDArray[np.int64]
    shares: F64

    def mean(self, values: Any) -> F64:
        """Mean over the basin of grids (…, rows, columns). NaN where less than ``LEAST`` of its area has a value; the rest
        counts by what has one."""
        grids = np.asarray(values, float)
        own = grids.reshape(*grids.shape[:-2], -1)[..., self.cells]
        there = np.isfinite(own)
        known = (there * self.shares).sum(axis=-1)
        total = (np.where(there, own, 0.0) * self.shares).sum(axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(known >= LEAST, total / known, np.nan)


def weights_of(
    ground: Any, *, x: float, y: float, dx: float, dy: float, rows: int, columns: int, geographic: bool = True
) -> Weights:
    """Weights of a shape (a geometry of shapely in the grid's own system) on a grid whose north-western corner is (x, y). In
    degrees a cell counts by its true area: with the latitude its rows grow narrower. Raises ``Refused`` where the grid does
    not cover the shape."""
    from exactextract import exact_extract
    from exactextract.feature import JSONFeatureSource
    from exactextract.raster import NumPyRasterSource

    grid = shapely.box(x, y - rows * dy, x + columns * dx, y)
    if shapely.area(shapely.intersection(grid, ground)) < LEAST * shapely.area(ground):
        raise Refused(_("The grid does not cover the basin. Take a larger cut of it."))
    source = NumPyRasterSource(np.zeros((rows, columns)), xmin=x, ymin=y - rows * dy, xmax=x + columns * dx, ymax=y)
    feature = {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(ground)}
    (found,) = exact_extract(source, JSONFeatureSource([feature]), ["cell_id", "coverage"])
    cells = np.asarray(found["properties"]["cell_id"], np.int64)
    shares = np.asarray(found["properties"]["coverage"], float)
    if geographic:
        south = y - (cells // columns + 1) * dy
        north = south + dy
        shares = shares * (np.sin(np.radians(north)) - np.sin(np.radians(south)))
    keep = shares > 0
    return Weights(cells[keep], shares[keep] / shares[keep].sum())
