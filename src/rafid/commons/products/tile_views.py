"""``/tiles/{layer}/{z}/{x}/{y}.mvt`` and ``/tiles/{layer}.json``, as map libraries and desktop tools ask for them.

A layer is one of places, of a register, or a released dataset by its code; ``/tiles/{dataset}.pmtiles`` is that one as a file.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, etag_of, invalid, not_found, unchanged
from rafid.commons.indicators.periods import is_period
from rafid.commons.people.authentication import caller
from rafid.commons.programme import PUBLIC as PUBLIC_DATA

from .catalogue.finding import dataset_seen, newest, version_seen
from .gallery.files import answer as file_answer
from .overviews.layer import ReleasedLayer, described, kept_released, pmtiles_of, released_layer, state_of
from .tile_layers import PlaceLayer, Shown, layer_of, type_layer
from .tiles import (
    LAST_ZOOM,
    Tile,
    era_of,
    kept_tile,
    place_bounds,
    place_sources,
    record_bounds,
    record_tile,
)

CONTENT_TYPE = "application/vnd.mapbox-vector-tile"
PUBLIC = "public, max-age=300"
PRIVATE = "private, no-cache"
EMPTY = gzip.compress(b"", mtime=0)


@dataclass(frozen=True)
class Stored:
    """A file of the store under the name that a reader saves it by."""

    name: str
    media_type: str
    sha256: str


# A tile that is kept asks the database nothing, so it opens no transaction either.
@transaction.non_atomic_requests
@require_safe
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponse:
    """204 where nothing lies, 404 for a layer or a tile that does not exist, 400 for a day that is none."""
    try:
        asked = Tile(z, x, y)
        found = _layer(request, layer)
        if not asked.exists:
            raise not_found()
        if isinstance(found, ReleasedLayer):
            return _released(request, found, asked)
        return _place(request, found, asked) if isinstance(found, PlaceLayer) else _record(request, found, asked)
    except Problem as problem:
        return _refused(problem)


def _place(request: HttpRequest, layer: PlaceLayer, asked: Tile) -> HttpResponse:
    era = era_of(_day(request.GET))
    etag = etag_of(layer.code, era.key[1:], (asked.z, asked.x, asked.y))
    response = unchanged(request, etag)
    if response is None:
        response = _answer(request, kept_tile(layer, asked, era))
    # One state of the places in two encodings: the same tile, not the same bytes.
    response["ETag"] = f"W/{etag}"
    response["Cache-Control"] = PUBLIC
    return response


def _record(request: HttpRequest, layer: Any, asked: Tile) -> HttpResponse:
    shown = _shown(request, layer)  # outside: a failed sign-in must stay noted when it is refused
    with transaction.atomic():
        made = record_tile(layer.code, shown, asked)
    etag = f'"{hashlib.sha256(made).hexdigest()[:32]}"'
    response = unchanged(request, etag)
    if response is None:
        response = _answer(request, gzip.compress(made, 1, mtime=0) if made else b"")
    response["ETag"] = f"W/{etag}"
    response["Cache-Control"] = PRIVATE
    return response


def _released(request: HttpRequest, layer: ReleasedLayer, asked: Tile) -> HttpResponse:
    period = _period(request)
    with transaction.atomic():
        state = state_of(layer, asked)
        etag = etag_of("released", state, period, (asked.z, asked.x, asked.y))
        response = unchanged(request, etag)
        if response is None:
            response = _answer(request, kept_released(layer, asked, period, state))
    response["ETag"] = f"W/{etag}"
    # Withdrawn it must be gone with the next request.
    response["Cache-Control"] = PRIVATE
    return response


def _period(request: HttpRequest) -> str:
    found = request.GET.get("period", "")
    if found and not is_period(found):
        raise invalid("period", _("Write periods as 2026, 2026Q1, 202609 or 2026W5."))
    return found


def _answer(request: HttpRequest, packed: bytes) -> HttpResponse:
    if not packed:
        return HttpResponse(status=204)
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type=CONTENT_TYPE, headers={"Content-Encoding": "gzip"})
    else:
        response = HttpResponse(gzip.decompress(packed), content_type=CONTENT_TYPE)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@require_safe
def tilejson(request: HttpRequest, layer: str) -> HttpResponse:
    """TileJSON 3.0; the address of its tiles keeps the question: the day, or the filters of a register."""
    try:
        found = _layer(request, layer)
        if isinstance(found, ReleasedLayer):
            return _said_of_released(request, found)
        if isinstance(found, PlaceLayer):
            on = _day(request.GET)
            bounds, fields = place_bounds(found, on), found.fields
            sources = "; ".join(place_sources(found, on))
            kept = {"on": on.isoformat()} if "on" in request.GET else {}
        else:
            shown = _shown(request, found)
            bounds, fields, sources = record_bounds(shown), shown.fields, ""
            kept = {name: value for name, value in request.GET.items() if name != "lang"}
    except Problem as problem:
        return _refused(problem)
    query = f"?{urlencode(kept)}" if kept else ""
    body: dict[str, Any] = {
        "tilejson": "3.0.0",
        "name": found.code,
        "scheme": "xyz",
        "tiles": [request.build_absolute_uri("/")[:-1] + f"/tiles/{found.code}/{{z}}/{{x}}/{{y}}.mvt{query}"],
        "vector_layers": [{"id": found.code, "fields": dict.fromkeys(fields, "")}],
        "minzoom": 0,
        "maxzoom": LAST_ZOOM,
    }
    if bounds:
        body["bounds"] = [round(edge, 6) for edge in bounds]
    if sources:
        body["attribution"] = sources
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = PUBLIC if isinstance(found, PlaceLayer) else PRIVATE
    return response


def _said_of_released(request: HttpRequest, layer: ReleasedLayer) -> HttpResponse:
    period = _period(request)
    root = request.build_absolute_uri("/")[:-1]
    query = f"?{urlencode({'period': period})}" if period else ""
    body = {
        "tilejson": "3.0.0",
        **described(layer.version),
        "scheme": "xyz",
        "tiles": [f"{root}/tiles/{layer.code}/{{z}}/{{x}}/{{y}}.mvt{query}"],
        "minzoom": 0,
        "maxzoom": LAST_ZOOM,
        "bounds": layer.version.bounds,
    }
    if pmtiles_of(layer.version):
        body["pmtiles"] = f"{root}/tiles/{layer.code}/v{layer.version.number}.pmtiles"
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = PRIVATE
    return response


@require_safe
def pmtiles(request: HttpRequest, layer: str, number: int | None = None) -> Any:
    """The newest version, or one, as a PMTiles file, which readers take in parts."""
    try:
        user = caller(request)
        dataset = dataset_seen(layer, user)
        version = newest(dataset, user) if number is None else version_seen(dataset, number, user)
        found = pmtiles_of(version) if version else None
        if found is None:
            raise not_found()
        file = Stored(f"{layer}-v{found.version.number}.pmtiles", "application/vnd.pmtiles", found.sha256)
        return file_answer(request, cast(Any, file), public=found.version.sensitivity == PUBLIC_DATA)
    except LookupError:
        return not_found().response()
    except Problem as problem:
        return _refused(problem)


def _layer(request: HttpRequest, code: str) -> type_layer | ReleasedLayer:
    """What the rooms know by that name; else the released dataset of that code."""
    try:
        return layer_of(code)
    except LookupError:
        pass
    try:
        return released_layer(code, caller(request))
    except LookupError:
        raise not_found() from None


def _shown(request: HttpRequest, layer: Any) -> Shown:
    """What this person may see of it; a layer that he may not know is not there."""
    try:
        found: Shown = layer.shown(caller(request), request.GET.dict())
    except LookupError:
        raise not_found() from None
    return found


def _day(query: Mapping[str, str]) -> date:
    given = query.get("on", "")
    if not given:
        return timezone.localdate()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise invalid("on", _("Write the day as 2024-12-31.")) from None


def _refused(problem: Problem) -> HttpResponse:
    if problem.status == 422:
        problem.status = 400  # a protocol of its own, not /api/v1
    return problem.response()
