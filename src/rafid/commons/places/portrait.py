"""What the page of a place shows: where it lies, what is in it, what it was, what is near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from rafid.commons.collation import alphabetical

from .country import country
from .listing import by_name
from .load_country import SETTLEMENTS
from .models import Level, Place, PlaceLink, PlaceVersion
from .queries import Near, lineage_of, nearby
from .sketch import Sketch, draw

DIRECTIONS = (
    _("north"), _("north-east"), _("east"), _("south-east"), _("south"), _("south-west"), _("west"), _("north-west"),
)  # fmt: skip
NEAREST = 8

_LAYERS = {Level.GOVERNORATE: "governorates", Level.DISTRICT: "districts", Level.SUBDISTRICT: "subdistricts"}


def direction(azimuth: float) -> Any:
    """The one of eight directions, in the reader's language.

    >>> str(direction(359.0)), str(direction(46.0))
    ('north', 'north-east')
    """
    return DIRECTIONS[round(azimuth / 45) % 8]


@dataclass(frozen=True)
class PlaceMap:
    """A drawing and what a live map of it needs: its layers of tiles, what is marked, where names stand."""

    sketch: Sketch
    layers: list[dict[str, Any]]
    chosen: str
    points: str
    on: date


@dataclass(frozen=True)
class Neighbour:
    near: Near

    @property
    def place(self) -> Place:
        return self.near.place

    @property
    def km(self) -> float:
        return self.near.metres / 1000

    @property
    def direction(self) -> Any:
        return direction(self.near.azimuth)


def map_of(place: Place, on: date) -> PlaceMap | None:
    """The place among its neighbours, on the borders of that day. What has no borders is a dot in what holds it."""
    above = {one.level: one for one in lineage_of(place) if one.division == country().division}
    whole, district = above.get(Level.GOVERNORATE), above.get(Level.DISTRICT)
    dot = place.point is not None and place.level != Level.COUNTRY and not _drawn([place.pk], on)
    spots = [place] if dot else []
    for level, inside, here in _views(place, whole, district):
        around, marked = list(_areas(level, None, on)), [one.pk for one in here]
        focus = list(_areas(level, inside, on)) if inside is not None else []
        if not around or (inside is not None and not focus):
            continue
        if place.level == Level.SETTLEMENT and inside is not None and _drawn(marked, on):
            focus = marked
        sketch = draw({*around, *marked}, on, here=marked, spots=spots, focus=focus)
        if sketch is None:
            continue
        layer = {"id": _LAYERS[Level(level)], "kind": "fill", "labels": True}
        lines = [{"id": "governorates", "kind": "line"}] if level > Level.GOVERNORATE else []
        towns = [{"id": "settlements", "kind": "point", "minzoom": 10}] if level > Level.GOVERNORATE else []
        points = f"/api/v1/places?level={level}&division={country().division}&on={on}&fields=ref,names,point&limit=500"
        if level == Level.SUBDISTRICT and inside is not None:
            points += f"&within={inside.ref}"
        return PlaceMap(sketch, [layer, *lines, *towns], ",".join(one.ref for one in here), points, on)
    return None


def _views(place: Place, whole: Place | None, district: Place | None) -> list[tuple[int, Place | None, list[Place]]]:
    """Level, what holds the areas (None: the country), what is marked; the best first."""
    views: list[tuple[int, Place | None, list[Place]]] = []
    if place.level == Level.COUNTRY or whole is None:
        return [(int(Level.GOVERNORATE), None, [])]
    if place == whole:
        return [(int(Level.DISTRICT), whole, [whole]), (int(Level.GOVERNORATE), None, [whole])]
    if place.level == Level.SUBDISTRICT and district is not None:
        views.append((Level.SUBDISTRICT, district, [place]))
    linked = [district] if district is not None else []
    if place.division not in (country().division, SETTLEMENTS):
        links = PlaceLink.objects.filter(place=place, confidence__in="AB", other__isnull=False).select_related("other")
        linked = [link.other for link in links if link.other is not None]
    views.append((Level.DISTRICT, whole, linked))
    views.append((Level.GOVERNORATE, None, [whole]))
    return views


def _areas(level: int, inside: Place | None, on: date) -> QuerySet[PlaceVersion, UUID]:
    versions = PlaceVersion.objects.filter(
        valid__contains=on, geometry__isnull=False, place__level=level, place__division=country().division
    )
    if inside is not None:
        versions = versions.filter(parent=inside)
    return versions.values_list("place_id", flat=True)


def _drawn(places: list[UUID], on: date) -> bool:
    return PlaceVersion.objects.filter(place__in=places, valid__contains=on, geometry__isnull=False).exists()


def neighbours(place: Place, limit: int = NEAREST) -> list[Neighbour]:
    """The nearest of its own kind."""
    if place.point is None or place.level == Level.COUNTRY:
        return []
    found = nearby(place.point, limit, levels=(place.level,), division=place.division, but=place)
    return [Neighbour(near) for near in found]


@dataclass(frozen=True)
class Inside:
    """What lies in a place, of one level and division; ``places`` are shown, ``more`` only counted."""

    level: int
    division: str
    count: int
    places: list[Place]


def inside(place: Place) -> list[Inside]:
    """What lies in it by level and division, settlements aside: the direct parts listed, deeper ones counted."""
    below = Place.objects.filter(lineage__contains=[place.pk]).exclude(pk=place.pk).exclude(division=SETTLEMENTS)
    groups = below.values("level", "division").annotate(count=Count("pk")).order_by("level", "division")
    found = []
    for group in groups:
        direct = sorted(
            place.children.filter(level=group["level"], division=group["division"]),
            key=lambda one: (alphabetical(one.name), one.ref),
        )
        found.append(Inside(group["level"], group["division"], group["count"], direct))
    own = country().division
    return sorted(found, key=lambda group: (group.level, group.division != own, group.division))


def settlements(place: Place) -> QuerySet[Place]:
    return (
        Place.objects.filter(lineage__contains=[place.pk], division=SETTLEMENTS)
        .exclude(pk=place.pk)
        .select_related("parent")
        .order_by(*by_name(), "ref")
    )


def linked(place: Place) -> list[tuple[Place, str]]:
    """Areas of another division and how they lie to this one (A, B, C)."""
    links = PlaceLink.objects.filter(other=place).select_related("place") | PlaceLink.objects.filter(
        place=place, other__isnull=False
    ).select_related("other")
    pairs = [
        (link.place if link.other_id == place.pk else link.other, link.confidence)
        for link in links.select_related("place", "other")
    ]
    return sorted(
        ((one, confidence) for one, confidence in pairs if one is not None),
        key=lambda pair: (pair[1], alphabetical(pair[0].name)),
    )
