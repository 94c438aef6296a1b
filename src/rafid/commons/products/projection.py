"""From degrees to the pixels of one drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

type_bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

MERCATOR = "EPSG:3857"
_GEOD = pyproj.Geod(ellps="WGS84")


def equal_area(bounds: type_bounds) -> pyproj.CRS:
    """Lambert's azimuthal equal-area projection centred on ``bounds``: areas of one map can be compared by eye."""
    west, south, east, north = bounds
    return pyproj.CRS.from_proj4(
        f"+proj=laea +lat_0={(south + north) / 2:.6f} +lon_0={(west + east) / 2:.6f} +datum=WGS84 +units=m"
    )


class Projection:
    """Fits ``bounds`` (degrees) or the ``fitted`` geometries into a box of ``width`` × ``height`` pixels less ``margin``.

    ``crs``: anything that pyproj takes; ``equal_area(bounds)`` when None. y grows downwards. Raises ``ValueError`` where
    there is nothing to fit, the box is no larger than its margins, or the projection cannot show it.
    """

    def __init__(
        self,
        *,
        width: float,
        height: float,
        margin: float,
        bounds: type_bounds | None = None,
        fitted: Sequence[shapely.Geometry] = (),
        crs: object = None,
    ) -> None:
        room = width - 2 * margin, height - 2 * margin
        if not (room[0] > 0 and room[1] > 0 and all(map(math.isfinite, room))):
            raise ValueError("the box must be larger than its margins")
        if bounds is None:
            filled = [geometry for geometry in fitted if not shapely.is_empty(geometry)]
            if not filled:
                raise ValueError("there is nothing to draw: give areas or bounds")
            bounds = tuple(map(float, shapely.total_bounds(filled)))  # type: ignore[assignment]
        else:
            fitted = [shapely.segmentize(shapely.box(*bounds), max(bounds[2] - bounds[0], bounds[3] - bounds[1]) / 16)]
        assert bounds is not None
        if not (-180 <= bounds[0] <= bounds[2] <= 180 and -90 <= bounds[1] <= bounds[3] <= 90):
            raise ValueError("longitudes lie within ±180 and latitudes within ±90 degrees")
        self.bounds = bounds
        self.crs = equal_area(bounds) if crs is None else pyproj.CRS.from_user_input(crs)
        self._forth = pyproj.Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)
        west, south, east, north = shapely.total_bounds(self._projected(fitted))
        across, down = east - west, north - south
        scales = [length / extent for length, extent in zip(room, (across, down), strict=True) if extent > 0]
        self._scale = min(scales) if scales else room[0] / 1_000  # one point: a kilometre across
        self._left = width / 2 - (west + east) / 2 * self._scale
        self._top = height / 2 + (south + north) / 2 * self._scale
        self.width, self.height = width, height

    def _projected(self, geometries: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
        def forth(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(self._forth.transform(points[:, 0], points[:, 1]))

        found = shapely.transform(np.array(list(geometries), dtype=object), forth)
        if not np.isfinite(shapely.get_coordinates(found)).all():
            raise ValueError("this projection cannot show these places")
        return found

    def geometries(self, geometries: Sequence[shapely.Geometry]) -> NDArray[np.object_]:
        """Geometries in degrees as geometries in pixels."""

        def pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack((points[:, 0] * self._scale + self._left, self._top - points[:, 1] * self._scale))

        return shapely.transform(self._projected(geometries), pixels)

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a place is, in pixels."""
        x, y = self._forth.transform(lon, lat)
        return x * self._scale + self._left, self._top - y * self._scale

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Which place a pixel is."""
        lon, lat = self._forth.transform(
            (x - self._left) / self._scale, (self._top - y) / self._scale, direction="INVERSE"
        )
        return float(lon), float(lat)

    def metres_per_pixel(self) -> float:
        """Ground length of a pixel in the middle of the drawing, along the ellipsoid."""
        first = self.lon_lat(self.width / 2 - 1, self.height / 2)
        second = self.lon_lat(self.width / 2 + 1, self.height / 2)
        return float(_GEOD.inv(*first, *second)[2]) / 2

    def north(self) -> float:
        """Degrees clockwise from straight up to north, in the middle of the drawing."""
        lon, lat = self.lon_lat(self.width / 2, self.height / 2)
        here, there = self.point(lon, lat), self.point(lon, min(90.0, lat + 0.05))
        return math.degrees(math.atan2(there[0] - here[0], here[1] - there[1]))
