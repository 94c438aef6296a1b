"""Stations with findings as drawn by the server, for those whose browser draws no live map."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.products.drawing import Area, Line, Spot, draw_map
from rafid.commons.records.models import Severity

from ..models import Reach
from ..status.drawing import BOUNDS, COLOURS, HEIGHT, WIDTH
from .queries import Doubted

KINDS = {Severity.NOTE: "watch", Severity.CHECK: "warning", Severity.SERIOUS: "severe"}
"""The colour of a finding is that of a threshold as severe."""


def drawn(spots: Sequence[Doubted]) -> SafeString:
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
    marks = [
        Spot(
            one.station.code, one.station.point.x, one.station.point.y, radius=6.0, fill=COLOURS[KINDS[Severity(one.worst)]],
            stroke="#ffffff", title=f"{one.station.name}: {one.count}",
        )
        for one in spots
    ]  # fmt: skip
    found = draw_map(
        areas, width=WIDTH, height=HEIGHT, bounds=BOUNDS, spots=marks, lines=lines, detail=1.0, stroke="#9aa5a1",
        with_scale="left", web=True, label=_("Map of stations"), name="findings",
    )  # fmt: skip
    return mark_safe(found.svg)  # noqa: S308 - numbers, colours and escaped text
