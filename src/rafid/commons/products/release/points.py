"""Where a record may be said to lie: exactly, on a grid, displaced, or in its district only."""

from __future__ import annotations

import json
import math
from hashlib import sha256
from typing import Any

import numpy as np
from django.conf import settings

from ..models import Dataset

_METRES = 111_320.0
"""A degree of latitude."""


def moved(dataset: Dataset, key: str, geometry: str | None) -> str | None:
    """The position as the dataset's policy lets it out, as GeoJSON text; None where only the district may be said.

    A displaced one lies where it lay in the version before: from several draws the middle could be guessed.
    """
    if geometry is None or dataset.points == "district":
        return None
    if dataset.points == "exact":
        return geometry
    lon, lat = _point(json.loads(geometry))
    if dataset.points == "grid":
        return _text(*_on_grid(lon, lat, float(dataset.grid_m or 1000)))
    # numba and scipy stand behind the methods of disclosure
    from rafid.methods.disclosure import displace_points

    seed = int.from_bytes(sha256(f"{settings.SECRET_KEY}:{dataset.code}:{key}".encode()).digest()[:8])
    inner, outer = float(dataset.inner_m or 0), float(dataset.outer_m or 1)
    east, north = displace_points(np.zeros((1, 2)), inner=inner, outer=outer, seed=seed)[0]
    return _text(lon + east / (_METRES * math.cos(math.radians(lat))), lat + north / _METRES)


def _point(geometry: dict[str, Any]) -> tuple[float, float]:
    if geometry["type"] == "Point":
        return float(geometry["coordinates"][0]), float(geometry["coordinates"][1])
    import shapely

    middle = shapely.from_geojson(json.dumps(geometry)).centroid
    return middle.x, middle.y


def _on_grid(lon: float, lat: float, metres: float) -> tuple[float, float]:
    """The middle of its cell. Rows of cells are as high as ``metres``; within a row all are as wide."""
    row = math.floor(lat * _METRES / metres)
    middle = (row + 0.5) * metres / _METRES
    wide = metres / (_METRES * math.cos(math.radians(middle)))
    return (math.floor(lon / wide) + 0.5) * wide, middle


def _text(lon: float, lat: float) -> str:
    return json.dumps({"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]})
