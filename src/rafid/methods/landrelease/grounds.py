"""Grounds as they are handed in: polygons that are valid and not empty, or a sentence that names whose is not."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry
from shapely.geometry.base import BaseGeometry

Geometries = NDArray[np.object_]

POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


def polygonal_part(geometry: BaseGeometry) -> BaseGeometry:
    """What of a geometry has an area: a Polygon, a MultiPolygon, or an empty MultiPolygon.

    ``shapely.make_valid`` may answer a GeometryCollection of polygons and lines, and the next overlay then fails or drops the
    whole record; the lines of it hold no ground.

    >>> from shapely import LineString, GeometryCollection, box
    >>> polygonal_part(GeometryCollection([box(0, 0, 2, 1), LineString([(0, 0), (9, 9)])])).area
    2.0
    """
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    parts = shapely.get_parts(shapely.get_parts(geometry)) if geometry.geom_type == "GeometryCollection" else []
    found = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    return found[0] if len(found) == 1 else shapely.union_all(found) if found else shapely.MultiPolygon()


def checked(grounds: Sequence[Any], name: Callable[[int], str]) -> Geometries:
    """The grounds as an array, (n,), each valid and with an area; ``name`` tells whose the i-th is. A GeometryCollection counts
    by its polygons, which is said in a warning.

    Raises ``ValueError`` that names the record for a ground that is missing, empty, no polygon, or crosses itself (and where).
    """
    found = np.empty(len(grounds), object)
    found[:] = grounds
    if not all(ground is None or isinstance(ground, Geometry) for ground in grounds):
        at = next(i for i, ground in enumerate(grounds) if not (ground is None or isinstance(ground, Geometry)))
        raise ValueError(
            f"{name(at)}: the ground is a {type(grounds[at]).__name__}; give a shapely Polygon or MultiPolygon"
        )
    kinds = shapely.get_type_id(found)
    for at in np.flatnonzero(kinds == COLLECTION).tolist():
        found[at] = polygonal_part(found[at])
        warnings.warn(f"{name(at)}: only the polygons of its collection of shapes were counted", stacklevel=3)
    for at in np.flatnonzero(shapely.is_empty(found) | (kinds == -1)).tolist():
        raise ValueError(f"{name(at)} has no ground; draw its polygon, or leave it out until it is surveyed")
    for at in np.flatnonzero(~np.isin(kinds, (POLYGON, MULTIPOLYGON, COLLECTION))).tolist():
        raise ValueError(f"{name(at)}: the ground is a {found[at].geom_type}; give a Polygon or MultiPolygon")
    for at in np.flatnonzero(~shapely.is_valid(found)).tolist():
        raise ValueError(
            f"{name(at)}: the ground is no valid polygon ({shapely.is_valid_reason(found[at])}); "
            "mend the order of its points"
        )
    return found
