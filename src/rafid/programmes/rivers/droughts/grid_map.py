"""A month of a grid for the live map: its cells as rows of numbers, which the browser makes squares of, and the governorates
with the class of their mean."""

from __future__ import annotations

import functools
import json
from typing import Any

import numpy as np
import shapely
from django.utils import timezone

from rafid.commons.names import pick
from rafid.commons.places.models import Level, PlaceVersion

from .classes import CODES, COLOURS, NONE, classed, names
from .grids import GridMonth
from .shares import Share

DETAIL = 0.005
"""Degrees that an outline may be off: less than a pixel of a map of the country."""


def told(month: GridMonth) -> dict[str, Any]:
    """``values``: rows from north to south, null where there is no index; ``classes``: the same as digits, ``.`` for none."""
    grid = month.grid
    digits = np.where(month.classes == NONE, ".", month.classes.astype(str))
    return {
        "index": f"{month.index.upper()}-{month.scale}",
        "month": month.month,
        "demonstration": grid.made_up,
        "classes": [
            {"code": code, "name": name, "colour": colour}
            for code, colour, name in zip(CODES, COLOURS, (names()[code] for code in CODES), strict=True)
        ],
        "grid": {
            **{name: getattr(grid, name) for name in ("west", "north", "cell_x", "cell_y", "columns", "rows")},
            "values": [[None if value != value else round(value, 2) for value in row] for row in month.values.tolist()],
            "classes": ["".join(row) for row in digits],
        },
        "areas": [_area(one) for one in month.shares if one.area.kind == "governorate"],
    }


def _area(share: Share) -> dict[str, Any]:
    mean = share.mean
    return {
        "ref": share.area.code,
        "name": pick(share.area.names) or share.area.code,
        "mean": None if mean is None else round(mean, 2),
        "dry": None if share.dry_part is None else round(100 * share.dry_part),
        "class": None if mean is None else int(classed([mean])[0]),
        "geometry": _outlines(_newest()).get(share.area.place),
    }


def _newest() -> Any:
    return PlaceVersion.objects.order_by("-pk").values_list("pk", flat=True).first()


@functools.lru_cache(maxsize=2)
def _outlines(_newest: Any) -> dict[Any, Any]:
    rows = PlaceVersion.objects.filter(
        place__level=Level.GOVERNORATE, geometry__isnull=False, valid__contains=timezone.localdate()
    ).values_list("place", "geometry")
    found = {}
    for place, shape in rows:
        small = shapely.simplify(shapely.from_wkb(bytes(shape.wkb)), DETAIL)
        found[place] = json.loads(shapely.to_geojson(shapely.set_precision(small, 0.001)))
    return found
