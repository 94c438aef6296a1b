"""What is wrong with a set of polygons, measured: self-crossing, overlaps, gaps, children outside their parents.

Pure: shapely geometries in longitude and latitude (WGS 84) in, plain dataclasses out. Areas are ellipsoidal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

LEAST_M2 = 1.0
"""Smaller overlaps and gaps are rounding of coordinates, not mistakes."""

MOST_CHANGE = 0.001
"""A repair may change the area by this share; where it would change more, a person must decide what was meant."""


_FINE = 1e-9


@cache
def _ellipsoid() -> Any:
    from pyproj import Geod

    return Geod(ellps="WGS84")


def area_m2(geometry: Any) -> float:
    """Ellipsoidal area in m² of a polygon or multipolygon in degrees; 0 for anything else.

    Karney (2013), Algorithms for geodesics, as in PROJ.
    """
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and not part.is_empty]
    return float(sum(_ellipsoid().geometry_area_perimeter(shapely.orient_polygons(part))[0] for part in parts))


def polygons_only(geometry: Any) -> Any:
    """The polygons of a geometry as one multipolygon; empty where it has none."""
    parts = [part for part in _flat(geometry) if part.geom_type == "Polygon" and not part.is_empty]
    return shapely.multipolygons(parts) if parts else shapely.MultiPolygon()


def _flat(geometry: Any) -> list[Any]:
    if geometry is None:
        return []
    if geometry.geom_type == "GeometryCollection":
        return [inner for part in shapely.get_parts(geometry) for inner in _flat(part)]
    return list(shapely.get_parts(geometry))


def where(geometry: Any) -> tuple[float, float]:
    """A point of the geometry that a person can look at on a map."""
    point = shapely.point_on_surface(geometry)
    return round(float(point.x), 6), round(float(point.y), 6)


@dataclass(frozen=True)
class Mended:
    """A geometry that is valid, or None where no repair is safe.

    ``fault`` is empty for one that was valid already: ``no_polygon``, ``not_finite``, ``invalid``. ``change`` is the
    share of the area that the repair changed; ``at`` is where the fault lies.
    """

    geometry: Any
    fault: str = ""
    change: float = 0.0
    at: tuple[float, float] | None = None


def mend(geometry: Any) -> Mended:
    """Makes a polygon valid where that changes its area by less than ``MOST_CHANGE``.

    >>> bow = shapely.Polygon([(44, 33), (45, 34), (45, 33), (44, 34)])
    >>> mend(bow).geometry is None, mend(bow).fault
    (True, 'invalid')
    """
    if geometry is None or not _flat(geometry) or shapely.get_dimensions(geometry) < 2:
        return Mended(None, "no_polygon")
    coordinates = shapely.get_coordinates(geometry)
    if not np.isfinite(coordinates).all():
        return Mended(None, "not_finite")
    if shapely.is_valid(geometry):
        whole = polygons_only(geometry)
        return Mended(whole) if not whole.is_empty else Mended(None, "no_polygon")
    at = _fault_at(geometry)
    # Rings in their order of drawing: a bow tie has the area of its lobes' difference, and fails below.
    drawn = sum(abs(_signed(part)) for part in _flat(geometry) if part.geom_type == "Polygon")
    whole = polygons_only(shapely.make_valid(geometry, method="structure", keep_collapsed=False))
    if not shapely.is_valid(whole):
        # The crossing, as a new corner, was rounded to the other side of a line: a tenth of a millimetre settles it.
        whole = polygons_only(shapely.set_precision(whole, _FINE))
    crossed = polygons_only(shapely.make_valid(geometry, method="linework"))
    made = float(whole.area)
    if drawn <= 0 or made <= 0 or not shapely.is_valid(whole):
        return Mended(None, "invalid", 1.0, at)
    change = max(abs(made - drawn), abs(float(crossed.area) - made)) / drawn
    return Mended(whole if change < MOST_CHANGE else None, "invalid", float(change), at)


def _signed(polygon: Any) -> float:
    """Planar area by the order of the points, holes subtracted: what the drawing says, crossings and all."""
    total = 0.0
    for number, ring in enumerate([polygon.exterior, *polygon.interiors]):
        x, y = shapely.get_coordinates(ring).T
        area = abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2
        total += area if number == 0 else -area
    return total


def _fault_at(geometry: Any) -> tuple[float, float] | None:
    """The point that GEOS names in its reason, ``Self-intersection[44.5 33.5]``."""
    reason = str(shapely.is_valid_reason(geometry))
    inside = reason[reason.rfind("[") + 1 : reason.rfind("]")].split()
    try:
        return round(float(inside[0]), 6), round(float(inside[1]), 6)
    except (IndexError, ValueError):
        return None


@dataclass(frozen=True)
class Overlap:
    """Two polygons that both claim a piece of ground; ``first`` and ``second`` are their numbers."""

    first: int
    second: int
    area_m2: float
    at: tuple[float, float]
    geometry: Any


def overlaps(polygons: Sequence[Any]) -> list[Overlap]:
    """All pairs that overlap by more than ``LEAST_M2``, the largest first. The polygons must be valid."""
    shapes = _array(polygons)
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    ordered = left < right
    found = []
    for first, second in zip(left[ordered].tolist(), right[ordered].tolist(), strict=True):
        piece = polygons_only(shapely.intersection(shapes[first], shapes[second]))
        size = area_m2(piece)
        if size > LEAST_M2:
            found.append(Overlap(first, second, size, where(piece), piece))
    return sorted(found, key=lambda overlap: -overlap.area_m2)


@dataclass(frozen=True)
class Gap:
    """Ground inside the whole that no polygon claims; ``between`` are the numbers of those around it."""

    between: tuple[int, ...]
    area_m2: float
    at: tuple[float, float]
    geometry: Any


def gaps(polygons: Sequence[Any]) -> list[Gap]:
    """Holes of the union that are larger than ``LEAST_M2``, the largest first. The polygons must be valid.

    A gap that opens to the outside is none: nothing says where the whole should end.
    """
    shapes = _array(polygons)
    if not len(shapes):
        return []
    tree = shapely.STRtree(shapes)
    found = []
    for part in shapely.get_parts(polygons_only(shapely.union_all(shapes))):
        for ring in part.interiors:
            hole = shapely.Polygon(ring)
            size = area_m2(hole)
            if size > LEAST_M2:
                around = tuple(sorted(tree.query(hole, predicate="intersects").tolist()))
                found.append(Gap(around, size, where(hole), hole))
    return sorted(found, key=lambda gap: -gap.area_m2)


@dataclass(frozen=True)
class Outside:
    """A child that reaches out of its parent; ``share`` of its own area."""

    child: int
    area_m2: float
    share: float
    at: tuple[float, float]
    geometry: Any


def outside(children: Sequence[Any], parents: Sequence[Any | None]) -> list[Outside]:
    """What of each child lies outside the parent at the same position, the largest first; None is not measured."""
    found = []
    for number, (child, parent) in enumerate(zip(children, parents, strict=True)):
        if parent is None:
            continue
        rest = polygons_only(shapely.difference(child, parent))
        size = area_m2(rest)
        if size > LEAST_M2:
            found.append(Outside(number, size, size / area_m2(child), where(rest), rest))
    return sorted(found, key=lambda one: -one.area_m2)


def _array(polygons: Sequence[Any]) -> NDArray[np.object_]:
    return np.array(list(polygons), dtype=object)


def distance_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Geodesic distance in metres between two points in degrees (Karney 2013)."""
    return float(_ellipsoid().inv(lon, lat, other_lon, other_lat)[2])
