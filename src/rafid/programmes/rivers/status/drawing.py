"""The stations as drawn by the server, for those whose browser draws no live map."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.products.drawing import Area, Line, Spot, draw_map

from ..models import Reach
from .queries import Standing

COLOURS = {
    "extreme": "#6b0f1a", "severe": "#c1121f", "warning": "#e36414", "watch": "#e9b824", "normal": "#2a7f62",
    "low": "#4a7fb5", "critical": "#1d3f72", "unknown": "#8a918f",
}  # fmt: skip
WIDTH, HEIGHT = 720.0, 560.0
BOUNDS = (37.9, 28.9, 49.0, 38.2)


def drawn(standings: Sequence[Standing]) -> SafeString:
    frame = shapely.box(*BOUNDS)
    areas = [
        Area(row.place.ref, shape, fill="#f6f6f2")
        for row in places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
        if (shape := shapely.from_wkb(bytes(row.geometry.wkb))).intersects(frame)
    ]
    lines = [
        Line(shapely.from_wkb(bytes(line.wkb)), stroke="#5b8fb9", width=1.6)
        for line in Reach.objects.filter(valid_to=None).exclude(line=None).values_list("line", flat=True)
    ]
    spots = [
        Spot(
            one.station.code,
            one.station.point.x,
            one.station.point.y,
            radius=5.0,
            fill=COLOURS[one.klass],
            stroke="#ffffff",
            title=one.station.name,
        )
        for one in reversed(standings)
    ]
    if not areas and not spots:
        return mark_safe("")
    found = draw_map(
        areas, width=WIDTH, height=HEIGHT, bounds=BOUNDS, spots=spots, lines=lines, detail=1.0, stroke="#9aa5a1",
        with_scale="left", web=True, label=_("Map of stations"), name="rivers",
    )  # fmt: skip
    return mark_safe(found.svg)  # noqa: S308 - numbers, colours and escaped text
