"""The map of a list: a dot for each of its rows that has a place on the ground, by the same filters as the table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models import Extent
from django.http import HttpResponse

from rafid.commons.places.country import country

from .picture.shapes import collection, feature

MOST = 5_000
"""Dots of a map; the newest rows come first."""
AIR = 0.02


@dataclass(frozen=True)
class Dot:
    """``kind`` says how far it is: waiting, under_way, ended, off. ``shape`` is GeoJSON."""

    kind: str
    name: str
    text: str
    url: str
    shape: str


@dataclass(frozen=True)
class Dots:
    """``dots`` answers those of rows that a person sees; ``points`` is the field, from the rows, in which they lie."""

    label: Any
    dots: Callable[[Any, Any], Iterable[Dot]]
    points: str
    legend: tuple[tuple[str, Any], ...]

    def bounds(self, rows: Any, place: Any) -> str:
        return bounds_of(rows, self.points, place)


def bounds_of(rows: Any, points: str, place: Any) -> str:
    """West, south, east, north of what a map first shows: of the rows, whose field is ``points``."""
    return bounds_around(rows.order_by().aggregate(box=Extent(points))["box"], place)


def bounds_around(box: tuple[float, float, float, float] | None, place: Any) -> str:
    """Of the box, with a little air; else of the place, else of the country."""
    if box is None and place is not None and place.point:
        x, y = place.point.coords
        box = (x - 0.3, y - 0.3, x + 0.3, y + 0.3)
    if box is None:
        return ",".join(map(str, country().bounds))
    west, south, east, north = box
    return f"{west - AIR:.4f},{south - AIR:.4f},{east + AIR:.4f},{north + AIR:.4f}"


def shapes(dots: Iterable[Dot]) -> HttpResponse:
    return collection(
        [
            feature(
                one.shape,
                json.dumps({"kind": one.kind, "name": one.name, "text": one.text, "url": one.url}, ensure_ascii=False),
            )
            for one in dots
        ]
    )
