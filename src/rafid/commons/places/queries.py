"""Reads of places that more than one room needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.db.models import PointField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import F, FloatField, Func, Q, QuerySet, Value
from django.http import Http404
from django.utils import timezone

from rafid.methods.text import fold

from .country import Remark, country
from .models import Level, Place, PlaceVersion

NEAREST_AMONG = 8
"""Neighbours by plain degrees, of which the nearest by metres are taken: a degree of longitude is shorter."""


def places_at(
    on: date | None = None, *, level: int | None = None, division: str | None = None, within: Place | None = None
) -> QuerySet[PlaceVersion]:
    """Versions in force on that day (today by default), each with its ``place`` and the ``parent`` of that day.

    ``division`` is the country's first one where nothing is said, and ``"*"`` any; towns are in all of them. ``within``
    keeps what lay inside that place on that day, at any depth, itself included. Geometry is read only by those who
    ask for it: ``.defer(None)``.
    """
    on = on or timezone.localdate()
    versions = PlaceVersion.objects.filter(valid__contains=on)
    if level is not None:
        versions = versions.filter(place__level=level)
    if division != "*":
        usual = Q(place__division=division or country().division)
        versions = versions.filter(usual | Q(place__level=Level.SETTLEMENT) if division is None else usual)
    if within is not None:
        versions = versions.filter(inside(within, on))
    return versions.select_related("place", "parent").defer("geometry", "web").order_by("place__ref")


def inside(place: Place, on: date) -> Q:
    """As a condition on versions of that day: the place itself, or somewhere below it by the parents of that day."""
    of_day = PlaceVersion.objects.filter(valid__contains=on).order_by()
    rule = Q(place=place) | Q(parent=place)
    below = of_day.filter(parent=place)
    for _level in range(place.level + 1, max(Level.values)):
        rule |= Q(parent__in=below.values("place"))
        below = of_day.filter(parent__in=below.values("place"))
    return rule


def place_or_404(ref: str | UUID) -> Place:
    """By reference (any case), P-code, ISO code or id. Raises Http404."""
    text = str(ref).strip()
    if "\x00" in text or not text or len(text) > 40:
        raise Http404
    places = Place.objects.select_related("parent")
    try:
        found = places.filter(pk=UUID(text)).first()
    except ValueError:
        found = (
            places.filter(ref=text).first()
            or places.filter(Q(ref__iexact=text) | Q(pcode__iexact=text) | Q(iso_3166_2__iexact=text))
            .order_by("level")
            .first()
        )
    if found is None:
        raise Http404
    return found


class _Apart(Func):
    """PostGIS's ``<->``: the order in which the index walks outwards."""

    template = "%(expressions)s"
    arg_joiner = " <-> "
    output_field = FloatField()


@dataclass(frozen=True)
class Near:
    """A place, how far it is in metres on the ellipsoid, and in which direction in degrees from north."""

    place: Place
    metres: float
    azimuth: float


def azimuth(here: Point, there: Point) -> float:
    """The direction in which one leaves ``here`` for ``there``: degrees from north, clockwise (Karney 2013)."""
    from pyproj import Geod

    forward, _back, _metres = Geod(ellps="WGS84").inv(here.x, here.y, there.x, there.y)
    return float(forward % 360)


def nearby(
    point: Point, limit: int = 10, *, levels: tuple[int, ...] = (), division: str = "", but: Place | None = None
) -> list[Near]:
    """The places whose points lie nearest, nearest first; of one division where it is given."""
    places = Place.objects.filter(point__isnull=False)
    if division:
        places = places.filter(division=division)
    if levels:
        places = places.filter(level__in=levels)
    if but is not None:
        places = places.exclude(pk=but.pk)
    closest = places.order_by(_Apart(F("point"), Value(point, output_field=PointField(srid=4326))))
    found = Place.objects.filter(
        pk__in=list(closest.values_list("pk", flat=True)[: limit + NEAREST_AMONG])
    ).select_related("parent")
    measured = [
        Near(place, place.distance.m, azimuth(point, place.point))
        for place in found.annotate(distance=Distance("point", point, spheroid=True))
        if place.point is not None
    ]
    return sorted(measured, key=lambda near: near.metres)[:limit]


def barred(what: str = "rates") -> frozenset[str]:
    """References of all places for which ``what`` is barred."""
    return frozenset(bar.ref for bar in country().bars if bar.what == what)


def notes_of(place: Place) -> tuple[Remark, ...]:
    """What a reader of this place should know, bars included."""
    return tuple(one for one in (*country().bars, *country().notes) if one.ref == place.ref)


def found_by_text(places: QuerySet[Place], text: str) -> QuerySet[Place]:
    """Places one of whose names or codes holds all the words, spelled the common ways. For search boxes, not matching."""
    words = fold(text.replace("\x00", " ")).split()[:10]
    for word in words:
        places = places.filter(search__contains=word)
    return places if words else places.none()


def lineage_of(place: Place) -> list[Place]:
    """From the country down to the place itself, by today's parents."""
    held: dict[Any, Place] = Place.objects.in_bulk(place.lineage)
    return [held[pk] for pk in place.lineage if pk in held]
