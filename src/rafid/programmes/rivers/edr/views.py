"""The addresses below ``/edr``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, not_found
from rafid.commons.people.authentication import caller

from ..models import Series, Station
from . import describing
from .asking import CSV, FORMATS, GEOJSON, NEAR_KM, Asked, box, kilometres, read, shape
from .coverages import document
from .finding import near, one_station, stations, told
from .tables import as_csv, as_geojson

View = Callable[..., HttpResponse]


def service(view: View) -> View:
    """Knows who asks; a refusal is problem+json."""

    @require_safe
    @wraps(view)
    def asked(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            caller(request)
            response = view(request, **named)
        except Problem as problem:
            response = problem.response()
        response["Cache-Control"] = "private, no-cache"
        response.headers.setdefault("Vary", "Accept, Accept-Language, Authorization, Cookie")
        return response

    return asked


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/edr")


def _own(request: HttpRequest) -> str:
    return f"{_root(request)}/collections/{describing.COLLECTION}"


def _json(content: Any, kind: str = "application/json") -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False, allow_nan=False), content_type=kind)


def _known(collection: str) -> None:
    if collection != describing.COLLECTION:
        raise not_found()


@service
def landing(request: HttpRequest) -> HttpResponse:
    return _json(describing.landing(_root(request)))


@service
def conformance(request: HttpRequest) -> HttpResponse:
    return _json({"conformsTo": describing.CONFORMANCE})


@service
def api(request: HttpRequest) -> HttpResponse:
    return _json(describing.openapi(_root(request)), "application/vnd.oai.openapi+json;version=3.0")


@service
def collections(request: HttpRequest) -> HttpResponse:
    return _json(describing.collections(_root(request), request.user))


@service
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    _known(collection)
    return _json(describing.collection(_root(request), request.user))


@service
def locations(request: HttpRequest, collection: str) -> HttpResponse:
    """Stations as features; ``bbox`` and ``parameter-name`` narrow them."""
    _known(collection)
    asked, area = read(request), box(request.GET.get("bbox", ""))
    rows = stations(request.user)
    if area is not None:
        rows = rows.filter(point__intersects=area)
    found = list(rows.order_by("code"))
    by_station = _series_of(request.user, found)
    if asked.parameters:
        wanted = {name.partition(".")[0].removesuffix("_quality") for name in asked.parameters}
        found = [one for one in found if wanted & {series.variable for series in by_station[one.pk]}]
    features = [describing.place(_own(request), one, by_station[one.pk]) for one in found]
    body = {
        "type": "FeatureCollection",
        "numberMatched": len(features),
        "numberReturned": len(features),
        "features": features,
        "links": [describing.link(request.build_absolute_uri(), "self", FORMATS[GEOJSON])],
    }
    return _json(body, FORMATS[GEOJSON])


def _series_of(user: Any, rows: Sequence[Station]) -> dict[Any, list[Series]]:
    found: dict[Any, list[Series]] = {row.pk: [] for row in rows}
    for one in Series.objects.visible_to(user).filter(station__in=rows):
        found[one.station_id].append(one)
    return found


@service
def item(request: HttpRequest, collection: str, code: str) -> HttpResponse:
    _known(collection)
    row = one_station(request.user, code)
    return _json(describing.place(_own(request), row, _series_of(request.user, [row])[row.pk]), FORMATS[GEOJSON])


@service
def location(request: HttpRequest, collection: str, code: str) -> HttpResponse:
    _known(collection)
    asked = read(request)
    return _answer(request, asked, [(one_station(request.user, code), None)], name=code, single=True)


@service
def position(request: HttpRequest, collection: str) -> HttpResponse:
    """The nearest station that has what is asked; 404 where none is near enough."""
    _known(collection)
    asked, point = read(request), shape(request.GET.get("coords", ""), "POINT")
    found = near(request.user, point, kilometres(request, NEAR_KM), asked, most=1)
    if not found:
        raise not_found()
    return _answer(request, asked, found, name="position", single=True)


@service
def radius(request: HttpRequest, collection: str) -> HttpResponse:
    _known(collection)
    asked, point = read(request), shape(request.GET.get("coords", ""), "POINT")
    found = near(request.user, point, kilometres(request, None), asked, most=None)
    return _answer(request, asked, found, name="radius")


@service
def area(request: HttpRequest, collection: str) -> HttpResponse:
    _known(collection)
    asked, polygon = read(request), shape(request.GET.get("coords", ""), "POLYGON", "MULTIPOLYGON")
    rows = stations(request.user).filter(point__intersects=polygon).order_by("code")
    return _answer(request, asked, [(row, None) for row in rows], name="area")


def _answer(
    request: HttpRequest, asked: Asked, rows: Sequence[tuple[Station, float | None]], *, name: str, single: bool = False
) -> HttpResponse:
    found = told(request.user, rows, asked)
    known_at = asked.known_at or datetime.now(UTC)
    kind = FORMATS[asked.format]
    if asked.format == CSV:
        answer = HttpResponse(as_csv(found), content_type=kind)
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    if asked.format == GEOJSON:
        return HttpResponse(as_geojson(found, asked, known_at=known_at), content_type=kind)
    return _json(document(found, asked, known_at=known_at, single=single), kind)
