"""What is wrong with shapes, one by one and among each other. Nothing is repaired here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rafid.methods.survey.grids import number

CODES = ("empty", "invalid", "few_points", "repeated_point", "duplicate", "long_edge", "parts_overlap", "small")
HIGH = ("empty", "invalid", "duplicate", "repeated_point", "parts_overlap")
SEVERITIES = {code: "high" if code in HIGH else "medium" if code == "few_points" else "low" for code in CODES}

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class Finding:
    """``index`` of the shape; ``where`` (x, y) on the map; ``amount``: m of a long edge, m² of parts that overlap or of a small
    shape, times of a repeated point, different points of a shape with too few; ``other``: index of the first with the same
    shape."""

    index: int
    code: str
    severity: str
    where: tuple[float, float] | None = None
    amount: float | None = None
    other: int | None = None


def check_polygons(polygons: Sequence[Any], *, max_edge: float = 5000.0, min_area: float = 1.0) -> tuple[Finding, ...]:
    """Findings on Polygons and MultiPolygons of one plane in metres (None is an empty one), by shape and then by code.

    ``empty``; ``invalid`` (where it crosses or touches itself); ``few_points``: less than three different ones in a ring;
    ``repeated_point``; ``duplicate``: the same shape whatever the start and direction; ``long_edge`` over ``max_edge``;
    ``parts_overlap``; ``small``: under ``min_area``, of valid ones only, since the area of a bow tie means nothing.

    Raises ``ValueError`` for what is no polygon, naming its index.

    >>> [(found.code, found.where) for found in check_polygons([shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])])]
    [('invalid', (5.0, 5.0))]
    """
    for name, limit in (("max_edge", max_edge), ("min_area", min_area)):
        if not number(limit, name) >= 0:
            raise ValueError(f"{name} is {limit!r}; give a number of 0 or more")
    shapes = _shapes(polygons)
    found = sorted(_found(shapes, max_edge, min_area), key=lambda f: (f.index, CODES.index(f.code)))
    return tuple(found)


def _found(shapes: Geometries, max_edge: float, min_area: float) -> Iterator[Finding]:
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for at in np.flatnonzero(empty):
        yield _finding(at, "empty")
    valid = shapely.is_valid(shapes)
    for at in np.flatnonzero(~valid & ~empty):
        yield _finding(at, "invalid", where=_crossing(shapes[at]))
    small = valid & ~empty & (shapely.area(shapes) < min_area)
    for at in np.flatnonzero(small):
        yield _finding(at, "small", where=_inside(shapes[at]), amount=float(shapes[at].area))
    yield from _duplicates(shapes, ~empty)
    yield from _points(shapes, max_edge)
    for at in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        yield from _parts(int(at), shapes[at])


def _finding(at: Any, code: str, where: Any = None, amount: float | None = None, other: Any = None) -> Finding:
    place = None if where is None else (float(where[0]), float(where[1]))
    return Finding(int(at), code, SEVERITIES[code], place, amount, None if other is None else int(other))


def _shapes(polygons: Sequence[Any]) -> Geometries:
    if isinstance(polygons, str) or not hasattr(polygons, "__len__"):
        raise ValueError(f"the polygons are a {type(polygons).__name__}; give a list of them")
    found = np.empty(len(polygons), object)
    found[:] = list(polygons)
    for at, shape in enumerate(found):
        if shape is not None and not (
            isinstance(shape, shapely.Geometry) and (shape.geom_type in ("Polygon", "MultiPolygon") or shape.is_empty)
        ):
            kind = getattr(shape, "geom_type", type(shape).__name__)
            raise ValueError(f"shape {at} is a {kind}; give a Polygon or MultiPolygon")
    return found


def _crossing(shape: Any) -> tuple[float, float] | None:
    said = re.search(r"\[(\S+) (\S+)", shapely.is_valid_reason(shape))
    return (float(said[1]), float(said[2].rstrip("]"))) if said else None


def _inside(shape: Any) -> tuple[float, float]:
    point = shapely.point_on_surface(shape)
    return (point.x, point.y)


def _duplicates(shapes: Geometries, there: NDArray[np.bool_]) -> Iterator[Finding]:
    # Empty shapes equal one another and are left out; of the rest, only those in one box can be the same.
    at = np.flatnonzero(there)
    _, box = np.unique(shapely.bounds(shapes[at]), axis=0, return_inverse=True)
    box = box.ravel()
    at = at[np.bincount(box)[box] > 1] if len(at) else at
    first: dict[bytes, int] = {}
    for index, text in zip(at.tolist(), shapely.to_wkb(shapely.normalize(shapes[at])), strict=True):
        if first.setdefault(text, index) != index:
            yield _finding(index, "duplicate", where=shapely.get_coordinates(shapes[index])[0], other=first[text])


def _points(shapes: Geometries, max_edge: float) -> Iterator[Finding]:
    """Findings on the points of rings: too few, repeated, too far from the next."""
    parts, shape_of = shapely.get_parts(shapes, return_index=True)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    shape_of = shape_of[part_of]
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    if not len(points):
        return
    same = ring_of[1:] == ring_of[:-1]
    edge = np.hypot(*(points[1:] - points[:-1]).T)
    long = np.flatnonzero(same & (edge > max_edge))
    # The last of an ascending order is kept: one finding for each shape, its longest edge.
    longest = {shape_of[ring_of[at]]: at for at in long[np.argsort(edge[long], kind="stable")]}
    for shape, at in longest.items():
        yield _finding(shape, "long_edge", where=(points[at] + points[at + 1]) / 2, amount=float(edge[at]))

    inner = np.r_[same, False]  # without the point that closes the ring
    points, ring_of = points[inner], ring_of[inner]
    order = np.lexsort((points[:, 1], points[:, 0], ring_of))
    again = np.r_[False, (ring_of[order][1:] == ring_of[order][:-1]) & (points[order][1:] == points[order][:-1]).all(1)]
    repeats = np.bincount(ring_of[order][again], minlength=len(rings))
    different = np.bincount(ring_of, minlength=len(rings)) - repeats
    few = {shape_of[ring]: different[ring] for ring in np.flatnonzero(different < 3)[::-1]}
    begins = np.searchsorted(ring_of, np.arange(len(rings)))
    for shape, count in few.items():
        ring = np.flatnonzero((shape_of == shape) & (different < 3))[0]
        yield _finding(shape, "few_points", where=points[begins[ring]], amount=float(count))
    places = np.sort(order[again])
    times = np.bincount(shape_of[ring_of[places]], minlength=len(shapes))
    for shape, place in {shape_of[ring_of[place]]: place for place in places[::-1]}.items():
        yield _finding(shape, "repeated_point", where=points[place], amount=float(times[shape]))


def _parts(index: int, shape: Any) -> Iterator[Finding]:
    parts = shapely.get_parts(shape)
    parts = np.where(shapely.is_valid(parts), parts, shapely.make_valid(parts))
    first, second = shapely.STRtree(parts).query(parts, predicate="intersects")
    once = first < second
    both = shapely.intersection(parts[first[once]], parts[second[once]])
    amount = float(shapely.area(parts).sum() - shapely.area(shapely.union_all(parts))) if once.any() else 0.0
    largest = both[np.argmax(shapely.area(both))] if len(both) else None
    if largest is not None and largest.area > 0:
        yield _finding(index, "parts_overlap", where=_inside(largest), amount=amount)
