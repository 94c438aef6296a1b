"""Borders that maps draw dashed: the edges that two areas share where the country pack calls their border contested or
provisional."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from django.db import connection

from rafid.commons.places.models import Place
from rafid.commons.places.state import places_state
from rafid.commons.places.uncertain import uncertain_borders

NEAR = 0.0005
"""Degrees (some 50 m) within which two borders are one: published ones overlap and gape by metres."""
_STATE_AGE = 2.0
_MOST_KEPT = 16

_kept: OrderedDict[tuple[Any, ...], tuple[shapely.Geometry, ...]] = OrderedDict()
_lock = threading.Lock()


def dashed_borders(on: date, band: int) -> Sequence[shapely.Geometry]:
    """Lines in degrees, of the borders in force on that day. None of areas whose borders are not known, or only roughly."""
    key = (str(connection.settings_dict["NAME"]), places_state(at_most=_STATE_AGE), on, band)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = tuple(_lines(on, band))
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _lines(on: date, band: int) -> list[shapely.Geometry]:
    from .painted import _shapes

    pairs = [one.refs for one in uncertain_borders(on)]
    ids = dict(Place.objects.filter(ref__in={ref for pair in pairs for ref in pair}).values_list("pk", "ref"))
    shapes = {ids[pk]: shape for pk, shape, rough, *_rest in _shapes(list(ids), on, band) if not rough}
    found = [shared_edge(shapes[one], shapes[other]) for one, other in pairs if one in shapes and other in shapes]
    return [line for line in found if not line.is_empty]


def shared_edge(one: shapely.Geometry, other: shapely.Geometry, near: float = NEAR) -> shapely.Geometry:
    """The part of the border of ``one`` that ``other`` shares, as lines; empty for areas that touch in a point or not at all.

    >>> shared_edge(shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)).length
    1.0
    """
    if not one.is_valid:
        one = shapely.make_valid(one)
    if not other.is_valid:
        other = shapely.make_valid(other)
    edge, exact = shapely.boundary(one), shapely.intersection(shapely.boundary(one), shapely.boundary(other))
    along = _only_lines(exact)
    about = _only_lines(shapely.intersection(edge, shapely.buffer(other, near)))
    # Where both are the same points the exact edge ends where the two part; else what lies within a hair counts.
    chosen = along if along.length >= 0.9 * about.length else about
    return shapely.line_merge(chosen) if chosen.length > 4 * near else shapely.MultiLineString()


def _only_lines(geometry: shapely.Geometry) -> shapely.Geometry:
    parts = [one for one in shapely.get_parts(geometry) if one.geom_type in ("LineString", "LinearRing")]
    return shapely.MultiLineString([one for one in parts if one.length > 0])
