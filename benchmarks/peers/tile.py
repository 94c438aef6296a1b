"""Live tiles as Django packages for vector tiles make them: the ORM finds, PostGIS clips and packs, nothing is prepared.

The question is the same: the same versions, valid on the same day, with the same properties.
"""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.db import connection
from django.db.models import F, Func
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from rafid.commons.places.models import PlaceVersion
from rafid.commons.products.tile_layers import layers


class TileEnvelope(Func):
    function = "ST_TileEnvelope"
    output_field = GeometryField(srid=3857)


class AsMVTGeom(Func):
    function = "ST_AsMVTGeom"
    output_field = GeometryField(srid=3857)


def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    asked: Any = layers()[layer]
    field = "place__point" if asked.points else "geometry"
    box = TileEnvelope(z, x, y)
    rows = (
        PlaceVersion.objects.filter(
            valid__contains=timezone.localdate(), place__level=asked.level, place__division=asked.division
        )
        .annotate(box=Transform(box, 4326))
        .filter(**{f"{field}__intersects": F("box")})
        .annotate(shape=AsMVTGeom(Transform(field, 3857), box, 4096, 64, True))
        .values_list(
            "place__ref", "place__pcode", "name_ar", "name_ckb", "name_en", "place__level", "parent__ref", "shape"
        )
    )
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ST_AsMVT(t, %s, 4096, 'shape') FROM (SELECT ref, pcode, name_ar, name_ckb, name_en, level, parent, "
            f"shape::geometry AS shape FROM ({sql}) q(ref, pcode, name_ar, name_ckb, name_en, level, parent, shape)) t",
            [layer, *parameters],
        )
        (body,) = cursor.fetchone()
    return HttpResponse(
        bytes(body or b""), content_type="application/vnd.mapbox-vector-tile", status=200 if body else 204
    )
