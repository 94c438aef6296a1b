"""Where a book's start should lie: the outline of a place, as far as borders are known here."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils import timezone
from shapely import wkb

from rafid.commons.places.country import country
from rafid.commons.places.models import Place, PlaceVersion


def bordered(place: Place | None) -> tuple[Place | None, Any]:
    """The nearest place of which a border is known, and that border in longitude and latitude: of a district without one
    its governorate. Nothing where not even that is known."""
    today = timezone.localdate()
    while place is not None:
        version = PlaceVersion.objects.filter(place=place, valid__contains=today).order_by("-pk").first()
        if version is not None and version.geometry is not None:
            return place, wkb.loads(bytes(version.geometry.wkb))
        place = place.parent if version is None else version.parent
    return None, None


def outline(place: Place | None) -> Any:
    """That border alone; None where none is known."""
    return bordered(place)[1]


def in_country(lon: float, lat: float) -> bool:
    """In the box around the country: a wrong zone or a swapped pair leads far beyond it."""
    west, south, east, north = country().bounds
    return bool(west <= lon <= east and south <= lat <= north)


def country_box() -> Any:
    return shapely.box(*country().bounds)
