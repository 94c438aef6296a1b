"""Where a map of all is too coarse to show each ground, those that lie together get a map of their own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from ..hazards.plane import to_plane
from .plate import EDGE, SMALL, WIDE

NEAR = 1500.0
"""Metres: what lies closer goes on one map."""
MOST = 4


def details(drawn: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Groups of two and more, the largest first; none where most grounds can be seen on the whole map already."""
    rows = [one for one in drawn if one.get("ground")]
    if len(rows) < 3:
        return []
    shapes = np.asarray(to_plane([shapely.from_geojson(json.dumps(one["ground"])) for one in rows]))
    west, south, east, north = shapely.bounds(shapes).T
    scale = (WIDE - 2 * EDGE) / max(east.max() - west.min(), north.max() - south.min(), 50.0)
    if np.median(np.maximum(east - west, north - south)) * scale >= 3 * SMALL:
        return []
    parts = shapely.get_parts(shapely.union_all(shapely.buffer(shapes, NEAR / 2)))
    _part, inside = shapely.STRtree(shapes).query(parts, predicate="intersects")
    groups = [inside[_part == at].tolist() for at in range(len(parts))]
    groups = sorted((one for one in groups if 1 < len(one) < len(rows)), key=len, reverse=True)[:MOST]
    return [[rows[at] for at in sorted(group)] for group in groups]
