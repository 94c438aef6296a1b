"""Cells that are marked on a grid, as polygons along their sides."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from numpy.typing import NDArray

from .frames import Frame


def outline(mask: NDArray[np.bool_], frame: Frame) -> Any:
    """The marked cells as one MultiPolygon in degrees; empty where none is. Cells that touch at a corner only stay apart."""
    if not mask.any():
        return shapely.MultiPolygon()
    return many(frame.degrees(shapely.union_all(_boxes(mask, frame))))


def many(shape: Any) -> Any:
    """Its polygons as one MultiPolygon that is valid; lines and points, on which nothing stands, are left out."""
    if not shapely.is_valid(shape):
        shape = shapely.make_valid(shape)
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in ("Polygon", "MultiPolygon")]
    polygons = [one for part in parts for one in shapely.get_parts(part)]
    return shapely.MultiPolygon([one for one in polygons if one.area > 0])


def geos(shape: Any) -> GEOSGeometry:
    """As a field of the database takes it."""
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


def shape_of(geometry: GEOSGeometry) -> Any:
    """A field of the database as a geometry of shapely."""
    return shapely.from_wkb(bytes(geometry.wkb))


def _boxes(mask: NDArray[np.bool_], frame: Frame) -> Any:
    """Rectangles of neighbouring marked cells: the runs of each row, joined with equal runs of the rows above."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _same, stops = np.nonzero(edges == -1)
    order = np.lexsort((rows, stops, starts))
    rows, starts, stops = rows[order], starts[order], stops[order]
    new = np.ones(len(rows), bool)
    new[1:] = (np.diff(rows) != 1) | (np.diff(starts) != 0) | (np.diff(stops) != 0)
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(rows)) - 1
    return shapely.box(
        frame.x + starts[first] * frame.dx,
        frame.y - (rows[last] + 1) * frame.dy,
        frame.x + stops[first] * frame.dx,
        frame.y - rows[first] * frame.dy,
    )
