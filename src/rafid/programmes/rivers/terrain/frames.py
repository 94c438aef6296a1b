"""Where the cells of a grid lie: from rows and columns to degrees and back, and how large a cell is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

F64 = NDArray[np.float64]
GEOD = Geod(ellps="WGS84")
EDGE_POINTS = 20
"""Points on each side of a frame: a straight side of a map grid bends in degrees."""


@dataclass(frozen=True)
class Frame:
    """A grid, north up: ``x`` and ``y`` of its north-western corner, the sides of a cell, all in units of ``crs`` (WKT)."""

    crs: str
    x: float
    y: float
    dx: float
    dy: float
    rows: int
    columns: int

    @cached_property
    def system(self) -> CRS:
        return CRS.from_wkt(self.crs)

    @property
    def geographic(self) -> bool:
        return bool(self.system.is_geographic)

    @property
    def cells(self) -> int:
        return self.rows * self.columns

    @property
    def code(self) -> str:
        """What people call the coordinate system: its EPSG code, else its name."""
        number = self.system.to_epsg()
        return f"EPSG:{number}" if number else str(self.system.name)

    @cached_property
    def _to_degrees(self) -> Transformer:
        return Transformer.from_crs(self.system, CRS.from_epsg(4326), always_xy=True)

    @cached_property
    def _from_degrees(self) -> Transformer:
        return Transformer.from_crs(CRS.from_epsg(4326), self.system, always_xy=True)

    def degrees(self, shape: Any) -> Any:
        """A shape of the grid's system in degrees east and north."""
        return shapely.transform(shape, lambda xy: np.column_stack(self._to_degrees.transform(xy[:, 0], xy[:, 1])))

    def planar(self, shape: Any) -> Any:
        """A shape in degrees in the grid's system."""
        return shapely.transform(shape, lambda xy: np.column_stack(self._from_degrees.transform(xy[:, 0], xy[:, 1])))

    def cell_of(self, longitude: float, latitude: float) -> tuple[int, int] | None:
        """Row and column in which a point lies; None outside."""
        x, y = self._from_degrees.transform(longitude, latitude)
        if not (np.isfinite(x) and np.isfinite(y)):
            return None
        row, column = int(np.floor((self.y - y) / self.dy)), int(np.floor((x - self.x) / self.dx))
        return (row, column) if 0 <= row < self.rows and 0 <= column < self.columns else None

    def middle_of(self, row: int, column: int) -> tuple[float, float]:
        """Longitude and latitude of a cell's middle."""
        x, y = self._to_degrees.transform(self.x + (column + 0.5) * self.dx, self.y - (row + 0.5) * self.dy)
        return float(x), float(y)

    @property
    def box(self) -> Any:
        return shapely.box(self.x, self.y - self.rows * self.dy, self.x + self.columns * self.dx, self.y)

    @cached_property
    def outline(self) -> Any:
        """The frame in degrees."""
        side = max(self.columns * self.dx, self.rows * self.dy) / EDGE_POINTS
        return self.degrees(shapely.segmentize(self.box, side))

    @cached_property
    def sides_m(self) -> tuple[float, float]:
        """A cell's north-south and east-west side at the middle of the grid, m."""
        row, column = self.rows / 2, self.columns / 2
        x, y = self.x + column * self.dx, self.y - row * self.dy
        lon, lat = self._to_degrees.transform([x, x, x + self.dx], [y, y - self.dy, y])
        _there, _back, down = GEOD.inv(lon[0], lat[0], lon[1], lat[1])
        _there, _back, across = GEOD.inv(lon[0], lat[0], lon[2], lat[2])
        return float(down), float(across)

    @cached_property
    def row_km2(self) -> F64:
        """The area of one cell of each row on the ellipsoid, km²."""
        tops = self.y - np.arange(self.rows) * self.dy
        left = self.x + (self.columns // 2) * self.dx
        cells = shapely.box(left, tops - self.dy, left + self.dx, tops)
        return np.array([area_km2(one) for one in self.degrees(cells)])

    def area_of(self, mask: NDArray[np.bool_]) -> float:
        """km² of the cells that are marked."""
        return float(mask.sum(axis=1) @ self.row_km2)


def area_km2(shape: Any) -> float:
    """km² on the ellipsoid of a shape in degrees."""
    if shape.is_empty:
        return 0.0
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6
