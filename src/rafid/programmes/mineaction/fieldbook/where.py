"""Where a book's start should lie: the outline of a place, as far as borders are known here."""

from __future__ import annotations

from typing import Any

import shapely
from django.utils import timezone
from shapely import wkb

from rafid.commons.places.country import country
from rafid.commons.places.models import Place, PlaceVersion


def outline(place: Place | None) -> Any:
    """Longitude and latitude; None where no border is known."""
    if place is None:
        return None
    rows = PlaceVersion.objects.filter(place=place, valid__contains=timezone.localdate()).exclude(geometry=None)
    version = rows.order_by("-pk").first()
    return None if version is None else wkb.loads(bytes(version.geometry.wkb))


def in_country(lon: float, lat: float) -> bool:
    """In the box around the country: a wrong zone or a swapped pair leads far beyond it."""
    west, south, east, north = country().bounds
    return bool(west <= lon <= east and south <= lat <= north)


def country_box() -> Any:
    return shapely.box(*country().bounds)
