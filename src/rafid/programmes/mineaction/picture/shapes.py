"""Grounds as GeoJSON, written by the database: a list of hundreds costs one statement."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Area, AsGeoJSON
from django.db.models.functions import Cast
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rafid.commons.api import invalid

PRECISION = 7
"""Decimals of a degree: about a centimetre."""


def with_shape(rows: Any, field: str) -> Any:
    return rows.annotate(shape=AsGeoJSON(field, precision=PRECISION))


def measured(rows: Any) -> Any:
    """``measured_m2``: the area on the ellipsoid, of hazards or releases."""
    return rows.annotate(measured_m2=Area(Cast("ground", GeometryField(geography=True, srid=4326))))


def read_bbox(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees. Raises Problem 422 with what is wrong."""
    if not text:
        return None
    try:
        west, south, east, north = (float(one) for one in text.split(","))
    except ValueError:
        raise invalid("bbox", _("Write the corners as west,south,east,north in degrees.")) from None
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise invalid(
            "bbox", _("The corners are west,south,east,north in degrees, west before east and south before north.")
        )
    return west, south, east, north


def collection(features: list[str], **more: str) -> HttpResponse:
    """``features`` are JSON texts."""
    head = "".join(f'"{name}":{value},' for name, value in more.items())
    return HttpResponse(
        '{"type":"FeatureCollection",' + head + '"features":[' + ",\n".join(features) + "]}",
        content_type="application/geo+json",
        headers={"Cache-Control": "private, no-cache"},
    )


def feature(shape: str | None, properties: str, id: str = "") -> str:
    """Both are JSON texts."""
    own = f'"id":"{id}",' if id else ""
    return f'{{"type":"Feature",{own}"geometry":{shape or "null"},"properties":{properties}}}'
