"""The one equal-area plane in which grounds are added up, made for the country's bounds."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from rafid.commons.places.country import country

LONGEST_EDGE = 0.002
"""In degrees, some 200 m. An edge that is straight in degrees is bent in the plane; two shapes that share a part of it would
leave slivers between them: of 100 m² on an edge of some kilometres, of a few dm² on pieces of this length."""


@functools.lru_cache(maxsize=4)
def plane_of(bounds: tuple[float, float, float, float]) -> str:
    """Albers' equal-area projection, its parallels at a sixth and five sixths of the bounds, on half degrees.

    >>> plane_of((38.77, 29.05, 48.62, 37.39))
    '+proj=aea +lat_1=30.5 +lat_2=36 +lat_0=33 +lon_0=43.5 +datum=WGS84 +units=m +no_defs'
    """
    west, south, east, north = bounds
    sixth = (north - south) / 6
    first, last, middle, meridian = (
        round(2 * value) / 2 for value in (south + sixth, north - sixth, (south + north) / 2, (west + east) / 2)
    )
    return f"+proj=aea +lat_1={first:g} +lat_2={last:g} +lat_0={middle:g} +lon_0={meridian:g} +datum=WGS84 +units=m +no_defs"


@functools.lru_cache(maxsize=4)
def _transformer(bounds: tuple[float, float, float, float], back: bool) -> Transformer:
    degrees, plane = "EPSG:4326", plane_of(bounds)
    return Transformer.from_crs(plane if back else degrees, degrees if back else plane, always_xy=True)


def to_plane(grounds: Sequence[Any]) -> np.ndarray:  # type: ignore[type-arg]
    """Shapely geometries, WKB or the database's own geometries in degrees → shapely geometries in metres of the plane."""
    return _moved(shapely.segmentize(_shapely(grounds), LONGEST_EDGE), back=False)


def as_drawn(grounds: Sequence[Any]) -> np.ndarray:  # type: ignore[type-arg]
    """As :func:`to_plane`, corner by corner: for what is judged as somebody drew it, also where it crosses itself."""
    return _moved(_shapely(grounds), back=False)


def to_degrees(grounds: Sequence[Any]) -> np.ndarray:  # type: ignore[type-arg]
    """Shapely geometries of the plane → degrees, longitude first."""
    return _moved(np.asarray(grounds, object), back=True)


def _shapely(grounds: Sequence[Any]) -> np.ndarray:  # type: ignore[type-arg]
    found = np.empty(len(grounds), object)
    found[:] = [
        ground if isinstance(ground, shapely.Geometry) else shapely.from_wkb(bytes(getattr(ground, "wkb", ground)))
        for ground in grounds
    ]
    return found


def _moved(grounds: np.ndarray, *, back: bool) -> np.ndarray:  # type: ignore[type-arg]
    if not len(grounds):
        return grounds
    move = _transformer(country().bounds, back)
    moved: np.ndarray = shapely.transform(  # type: ignore[type-arg]
        grounds, lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
    )
    return moved
