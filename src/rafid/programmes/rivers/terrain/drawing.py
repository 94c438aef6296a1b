"""Flood maps and catchments as the server draws them, and as shapes for the live map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.products.drawing import Area, draw_map
from rafid.commons.writing import number

from ..models import FloodMap, FloodPart
from .extent import DEPTHS
from .outlines import shape_of

COLOURS = ("#c6dbef", "#9ecae1", "#6baed6", "#3182bd", "#08519c")
WIDTH, HEIGHT = 720.0, 520.0
PRECISION = 6
LEAST_KM = 2.0
"""A map shows at least so much ground."""


def colour_of(part: FloodPart) -> str:
    if part.depth_to_m is None and part.depth_from_m == 0:
        return COLOURS[3]  # seen from above: how deep is not known
    return COLOURS[DEPTHS.index(part.depth_from_m)] if part.depth_from_m in DEPTHS else COLOURS[-1]


def depth_text(part: FloodPart) -> str:
    if part.depth_to_m is None:
        return (
            _("water") if part.depth_from_m == 0 else _("more than %(low)s m") % {"low": number(part.depth_from_m, 1)}
        )
    return _("%(low)s to %(high)s m") % {"low": number(part.depth_from_m, 1), "high": number(part.depth_to_m, 1)}


def bounds_of(shapes: Iterable[Any]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.total_bounds(list(shapes))
    pad = LEAST_KM / 222
    across, down = max((east - west) * 0.04, pad), max((north - south) * 0.04, pad)
    return west - across, south - down, east + across, north + down


def drawn(parts: Sequence[FloodPart]) -> SafeString:
    if not parts:
        return mark_safe("")
    shapes = [shape_of(one.ground) for one in parts]
    areas = [
        Area(str(one.pk), shape, fill=colour_of(one), title=depth_text(one))
        for one, shape in zip(parts, shapes, strict=True)
    ]
    return _map(areas, bounds_of(shapes), _("Map of the flood"))


def drawn_shapes(shapes: Sequence[tuple[str, Any, str]]) -> SafeString:
    """Outlines with their reference and title."""
    if not shapes:
        return mark_safe("")
    areas = [Area(ref, shape, fill="#9ecae1", title=title) for ref, shape, title in shapes]
    return _map(areas, bounds_of(one.geometry for one in areas), _("Map of catchments"))


def _map(areas: list[Area], bounds: tuple[float, float, float, float], label: str) -> SafeString:
    found = draw_map(
        areas, width=WIDTH, height=HEIGHT, bounds=bounds, detail=1.0, stroke="#08519c", stroke_width=0.2,
        with_scale="left", web=True, label=label, name="terrain",
    )  # fmt: skip
    return mark_safe(found.svg)  # noqa: S308 - numbers, colours and escaped text


def features(flood: FloodMap) -> dict[str, Any]:
    """The polygons of a map by class of depth, as GeoJSON; each says of which map it is, and whether that is made up."""
    rows = FloodPart.objects.filter(flood=flood).annotate(shape=AsGeoJSON("ground", precision=PRECISION))
    return {
        "type": "FeatureCollection",
        "name": flood.ref,
        **({"note": "DEMONSTRATION"} if flood.source == "demonstration" else {}),
        "features": [
            {
                "type": "Feature",
                "id": str(one.pk),
                "geometry": json.loads(one.shape),
                "properties": {
                    "map": flood.ref,
                    "origin": flood.origin,
                    "station": one.station_code,
                    "stage_m": one.stage_m,
                    "for": flood.valid_at.isoformat() if flood.valid_at else None,
                    "known_at": flood.data_known_at.isoformat(),
                    "depth_from_m": one.depth_from_m,
                    "depth_to_m": one.depth_to_m,
                    "area_km2": round(one.area_km2, 6),
                    "demonstration": one.made_up,
                    "colour": colour_of(one),
                    "text": depth_text(one),
                },
            }
            for one in rows
        ],
    }
