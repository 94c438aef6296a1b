"""A month of a grid as a picture: a square for each cell in the colour of its class, the borders of governorates above."""

from __future__ import annotations

import functools
import io
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from rafid.commons.places.models import Level, PlaceVersion

from .classes import COLOURS, NONE

WIDE = 1100
BLANK = (217, 217, 217)
LINE = (70, 80, 78)


def picture(
    classes: Any, bounds: tuple[float, float, float, float], lines: Sequence[Sequence[tuple[float, float]]], *,
    demonstration: bool = False,
) -> bytes:  # fmt: skip
    """PNG of ``classes`` (rows, columns), drawn so that a kilometre is as long from west to east as from south to north in the
    middle of the map. ``lines``: borders as longitudes and latitudes. The lowest class is hatched, too."""
    west, south, east, north = bounds
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDE / ((east - west) * squeeze)
    high = max(1, round((north - south) * scale))
    table = np.full((10, 3), BLANK, np.uint8)
    for number, colour in enumerate(COLOURS):
        table[number] = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    image = Image.fromarray(table[np.minimum(classes, NONE)]).resize((WIDE, high), Image.Resampling.NEAREST)
    draw = ImageDraw.Draw(image)
    low = Image.fromarray(((classes == 0) * 255).astype(np.uint8)).resize((WIDE, high), Image.Resampling.NEAREST)
    hatch = Image.new("L", image.size, 0)
    pen = ImageDraw.Draw(hatch)
    for at in range(-high, WIDE, 9):
        pen.line([(at, high), (at + high, 0)], fill=110, width=1)
    image.paste((40, 20, 0), mask=Image.composite(hatch, Image.new("L", image.size, 0), low))
    for line in lines:
        points = [((x - west) * squeeze * scale, (north - y) * scale) for x, y in line]
        draw.line(points, fill=LINE, width=2, joint="curve")
    if demonstration:
        big = ImageFont.load_default(size=64)
        over = Image.new("L", image.size, 0)
        ImageDraw.Draw(over).text((WIDE / 2, high / 2), "DEMONSTRATION", fill=60, font=big, anchor="mm")
        image.paste((161, 29, 29), mask=over.rotate(20))
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def borders() -> tuple[tuple[tuple[float, float], ...], ...]:
    """Outlines of the governorates of today, simplified for a picture."""
    newest = PlaceVersion.objects.order_by("-pk").values_list("pk", flat=True).first()
    return _borders(newest)


@functools.lru_cache(maxsize=2)
def _borders(_newest: Any) -> tuple[tuple[tuple[float, float], ...], ...]:
    rows = PlaceVersion.objects.filter(
        place__level=Level.GOVERNORATE, geometry__isnull=False, valid__contains=timezone.localdate()
    ).values_list("geometry", flat=True)
    found = []
    for one in rows:
        shape = shapely.simplify(shapely.from_wkb(bytes(one.wkb)), 0.01)
        for part in shapely.get_parts(shape):
            found.append(tuple((float(x), float(y)) for x, y in part.exterior.coords))
    return tuple(found)
