"""Where the values of a map lie: borders of places on a day, or the own geometry of a version's rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import shapely
from django.db import connection

from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place, PlaceVersion
from rafid.commons.places.queries import places_at

from .body import Body
from .painted import _BAND_FAR, _BAND_NEAR, _FAR, _shapes, drawn_by

type_box = tuple[float, float, float, float]
_MARGIN = 0.04
"""Share of the extent that is left around places."""


def place_shapes(refs: Iterable[str], on: date, box: type_box) -> dict[str, Any]:
    """Borders in force on the day, by reference; the coarser ones where the map is of a whole country."""
    ids = dict(Place.objects.filter(ref__in=list(refs)).values_list("pk", "ref"))
    return {ids[pk]: _valid(shape) for pk, shape, *_rest in _shapes(list(ids), on, band_of(box))}


def band_of(box: type_box) -> int:
    return _BAND_FAR if max(box[2] - box[0], box[3] - box[1]) > _FAR else _BAND_NEAR


def border_sources(refs: Iterable[str], on: date) -> tuple[list[tuple[str, str]], bool]:
    """Sources of the borders with their dates, and whether some are rough outlines only."""
    rows = PlaceVersion.objects.filter(place__ref__in=list(refs), valid__contains=on, geometry__isnull=False)
    found = rows.order_by("source", "as_of").values_list("source", "as_of", "generalised").distinct()
    pairs = dict.fromkeys((drawn_by(source), as_of) for source, as_of, _rough in found if source)
    return list(pairs), any(rough for *_pair, rough in found)


def row_shapes(dataset: str, version: int, keys: Iterable[str]) -> dict[str, Any]:
    """The geometry of rows by their key, as it was frozen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.key, ST_AsBinary(r.geometry) FROM rafid_products_releasedrow r"
            " JOIN rafid_products_datasetversion v ON v.id = r.version_id"
            " JOIN rafid_products_dataset d ON d.id = v.dataset_id"
            " WHERE d.code = %s AND v.number = %s AND r.key = ANY(%s) AND r.geometry IS NOT NULL",
            [dataset, version, list(keys)],
        )
        return {key: _valid(shapely.from_wkb(bytes(shape))) for key, shape in cursor.fetchall()}


def _valid(shape: Any) -> Any:
    return shape if shapely.is_valid(shape) else shapely.make_valid(shape)


def place_points(refs: Iterable[str]) -> dict[str, tuple[float, float]]:
    rows = Place.objects.filter(ref__in=list(refs), point__isnull=False)
    return {ref: (point.x, point.y) for ref, point in rows.values_list("ref", "point")}


def governorates(on: date, box: type_box) -> dict[str, Any]:
    """The ground of every map, and of its inset."""
    return place_shapes(Place.objects.filter(level=Level.GOVERNORATE).values_list("ref", flat=True), on, box)


def _districts(refs: Iterable[str], on: date) -> list[str]:
    found: list[str] = []
    for place in Place.objects.filter(ref__in=list(refs)):
        found += places_at(on, level=Level.DISTRICT, within=place).values_list("place__ref", flat=True)
    return found


def _beyond(body: Body, figures: Mapping[str, Any], on: date) -> list[Any]:
    """Where districts of the chosen places are marked whose own borders are not known: those of a larger place may be rough,
    and nothing that the map shows lies off the page."""
    shown = {row[1] for one in figures.get("layers") or () for row in one["values"]}
    refs = shown & {*_districts(body.places, on)}
    refs -= {*place_shapes(refs, on, (0, 0, 1, 1))} if refs else set()
    return [shapely.Point(at) for at in place_points(refs).values()]


def extent_of(body: Body, figures: Mapping[str, Any], on: date) -> tuple[type_box, bool]:
    """West, south, east, north of what the page shows, and whether it is the whole country."""
    whole = country().bounds
    if body.bbox is not None:
        return body.bbox, False
    if body.places:
        shapes = [*place_shapes(body.places, on, (0, 0, 1, 1)).values()]
        if not shapes:  # a governorate whose borders are not known is where its districts are
            shapes = [*place_shapes(_districts(body.places, on), on, (0, 0, 1, 1)).values()]
        points = [shapely.Point(at) for at in place_points(body.places).values()]
        found = shapely.total_bounds([*(shapes or points), *_beyond(body, figures, on)])
        west, south, east, north = (float(edge) for edge in found) if shapes or points else whole
        room = max(east - west, north - south, 0.1) * _MARGIN
        return (west - room, south - room, east + room, north + room), False
    return whole, True
