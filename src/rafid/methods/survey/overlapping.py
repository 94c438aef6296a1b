"""Which shapes lie on one another, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from rafid.methods.landrelease.grounds import polygonal_part
from rafid.methods.survey.grids import number

SAME, INSIDE = 0.8, 0.9

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Overlaps:
    """Arrays, a pair each, by i and then j: ``area`` they share (m²), ``iou`` over the area of both together, ``inside`` over
    the smaller one's, ``relation`` same (iou of 0.8 or more), inside (0.9 or more) or partly."""

    i: Ints
    j: Ints
    area: Floats
    iou: Floats
    inside: Floats
    relation: NDArray[np.str_]


def overlaps(a: Sequence[Any], b: Sequence[Any] | None = None, *, minimum: float = 1.0) -> Overlaps:
    """Pairs that share more than ``minimum`` m²: i of ``a`` and j of ``b``, or i < j of ``a`` alone. Shapes that touch share
    nothing; empty ones (None) neither; invalid ones are made valid for the measurement only.

    Raises ``ValueError`` for what is no geometry, naming its index, and a minimum below 0.

    >>> found = overlaps([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 25, 10), shapely.box(25, 0, 30, 10)])
    >>> found.i.tolist(), found.j.tolist(), found.area.tolist(), found.relation.tolist()
    ([0], [1], [50.0], ['partly'])
    """
    if not number(minimum, "the minimum") >= 0:
        raise ValueError(f"the minimum is {minimum!r}; give m² of 0 or more")
    left = _measurable(a, "a")
    right = left if b is None else _measurable(b, "b")
    i, j = shapely.STRtree(right).query(left, predicate="intersects")
    if b is None:
        i, j = i[i < j], j[i < j]
    area = shapely.area(shapely.intersection(left[i], right[j]))
    kept = np.flatnonzero(area > minimum)
    kept = kept[np.lexsort((j[kept], i[kept]))]
    i, j, area = i[kept], j[kept], area[kept]
    own, other = shapely.area(left)[i], shapely.area(right)[j]
    iou, inside = area / (own + other - area), area / np.minimum(own, other)
    relation = np.where(iou >= SAME, "same", np.where(inside >= INSIDE, "inside", "partly"))
    return Overlaps(i, j, area, iou, inside, relation)


def _measurable(shapes: Sequence[Any], name: str) -> NDArray[np.object_]:
    if isinstance(shapes, str) or not hasattr(shapes, "__len__"):
        raise ValueError(f"{name} is a {type(shapes).__name__}; give a list of shapes")
    found = np.empty(len(shapes), object)
    found[:] = list(shapes)
    for at, shape in enumerate(found):
        if shape is not None and not isinstance(shape, shapely.Geometry):
            raise ValueError(f"shape {at} of {name} is a {type(shape).__name__}; give a Polygon or MultiPolygon")
    bad = np.flatnonzero(~shapely.is_valid(found) & ~shapely.is_missing(found))
    found[bad] = shapely.make_valid(found[bad])
    for at in np.flatnonzero(~np.isin(shapely.get_type_id(found), (-1, 3, 6))).tolist():
        found[at] = polygonal_part(found[at])
    return found
