"""Hazards as dots on the governorates: what the page shows on paper, and where the browser draws no live map."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.products.drawing import Area, Spot, draw_map

CHA, SHA, CLEARED = "#ff0000", "#f4a718", "#1b7f4b"
EDGES = {"open": CHA, "worked_on": SHA, "closed": CLEARED}
WIDTH, HEIGHT, MOST = 900, 420, 4000


def overview(hazards: Iterable[tuple[str, Any, str, str]], bounds: str) -> SafeString:
    """``hazards``: reference, point, class and group of each; ``bounds`` west, south, east, north of the map."""
    west, south, east, north = (float(one) for one in bounds.split(","))
    frame = shapely.box(west, south, east, north)
    areas = [
        Area(row.place.ref, shape, fill="#f6f6f2")
        for row in places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
        if (shape := shapely.from_wkb(bytes(row.geometry.wkb))).intersects(frame)
    ]
    spots = [
        Spot(
            ref,
            point.x,
            point.y,
            radius=3.2,
            fill=CHA if kind == "CHA" else SHA,
            stroke=EDGES.get(group, CLEARED),
            opacity=0.75,
        )
        for ref, point, kind, group in list(hazards)[:MOST]
        if point is not None
    ]
    if not areas and not spots:
        return mark_safe("")
    label = _("Map of hazards and released ground")
    drawn = draw_map(
        areas, width=WIDTH, height=HEIGHT, bounds=(west, south, east, north), spots=spots, detail=1.0, stroke="#9aa5a1",
        with_scale="left", web=True, label=label, name="hazards",
    )  # fmt: skip
    return mark_safe(drawn.svg)  # noqa: S308 - numbers, colours and escaped text
