"""/api/v1/places: places as they stood on a day, one place with all its versions, and what a written name means."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import (
    ERRORS,
    Page,
    PageQuery,
    decode_cursor,
    encode_cursor,
    etag_of,
    invalid,
    not_found,
    unchanged,
)
from rafid.methods.text import fold

from .finding import suggestions
from .matching import OUTCOMES, REASONS, ask
from .models import Place, PlaceLink, PlaceVersion
from .queries import notes_of, place_or_404, places_at
from .state import places_state

router = Router(tags=["places"])

DIGITS = 6
"""Decimals of a degree in answers: a tenth of a metre."""


class PlaceOut(Schema):
    """A place as it stood on the day asked for. Which fields are there is the caller's choice."""

    id: str | None = None
    ref: str | None = None
    names: dict[str, str] | None = None
    other_names: list[str] | None = None
    level: int | None = None
    division: str | None = None
    parent: str | None = None
    pcode: str | None = None
    iso_3166_2: str | None = None
    code: str | None = None
    point: list[float] | None = Field(None, description="longitude, latitude")
    area_m2: float | None = None
    region: str | None = None
    valid_from: date | None = None
    valid_until: date | None = Field(None, description="the day after the last")
    source: str | None = None
    as_of: str | None = None
    generalised: bool | None = Field(None, description="the geometry is a rough outline")
    geometry: dict[str, Any] | None = None


class PlaceVersionOut(Schema):
    valid_from: date | None
    valid_until: date | None
    names: dict[str, str]
    parent: str | None
    has_geometry: bool
    generalised: bool
    area_m2: float | None
    source: str
    as_of: str


class LinkOut(Schema):
    """How this place lies to one of another division: A same name, B once a part of it, C doubtful, X none known."""

    place: str
    other: str | None
    confidence: str
    source: str


class RemarkOut(Schema):
    what: str
    text: dict[str, str]
    source: str


class PlaceDetail(PlaceOut):
    versions: list[PlaceVersionOut] = []
    links: list[LinkOut] = []
    remarks: list[RemarkOut] = []


class CandidateOut(Schema):
    ref: str
    name: str
    score: float
    reason: str
    reason_text: str


class MatchOut(Schema):
    text: str
    outcome: str
    outcome_text: str
    place: str | None
    candidates: list[CandidateOut]


FIELDS = tuple(name for name in PlaceOut.model_fields if name not in ("generalised", "geometry"))


class PlacesQuery(PageQuery):
    on: date | None = Field(None, description="the day; today when left out")
    level: int | None = Field(None, ge=0, le=4)
    division: str = Field("", max_length=20, pattern=r"^[a-z0-9_-]*$", description="a way of cutting the country")
    within: str = Field("", max_length=40, description="a place: it and what lay in it on that day")
    parent: str = Field("", max_length=40, description="a place: what lay directly in it on that day")
    q: str = Field("", max_length=200, description="words of a name or code, in any spelling")
    bbox: str = Field("", max_length=100, description="west,south,east,north in degrees")
    fields: str = Field("", max_length=400, description="names of the answer's fields, by comma")
    geometry: bool = False


class MatchQuery(Schema):
    text: str = Field(..., min_length=1, max_length=300)
    parent: str = Field("", max_length=40, description="reference of the place that it should lie in")
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    levels: str = Field("", max_length=20, pattern=r"^([0-4](,[0-4])*)?$", description="levels asked for, by comma")
    divisions: str = Field("", max_length=100, pattern=r"^[a-z0-9_*,-]*$")
    limit: int = Field(5, ge=1, le=20)


def json_answer(body: str, etag: str) -> HttpResponse:
    response = HttpResponse(body, content_type="application/json; charset=utf-8")
    response["ETag"] = etag
    return response


def chosen_fields(text: str) -> tuple[str, ...]:
    """Raises Problem 422 for a field that a place does not have."""
    asked = tuple(dict.fromkeys(name for name in text.split(",") if name))
    unknown = [name for name in asked if name not in FIELDS]
    if unknown:
        raise invalid("fields", _("There is no field %(name)s. There are: %(all)s.") % {
            "name": unknown[0][:40], "all": ", ".join(FIELDS),
        })  # fmt: skip
    return asked or FIELDS


def box_of(text: str) -> Polygon | None:
    """Raises Problem 422 for what is no box."""
    if not text:
        return None
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError:
        raise invalid("bbox", _("Write four numbers: west,south,east,north in degrees.")) from None
    if not (math.isfinite(west + south + east + north) and -180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise invalid("bbox", _("Write four numbers: west,south,east,north in degrees."))
    return Polygon.from_bbox((west, south, east, north))


def known_place(where: str, ref: str) -> Place:
    try:
        return place_or_404(ref)
    except Http404:
        raise invalid(where, _("No place has this code.")) from None


def asked_for(query: PlacesQuery) -> QuerySet[PlaceVersion]:
    """The versions that the question means."""
    within = known_place("within", query.within) if query.within else None
    versions = places_at(query.on, level=query.level, division=query.division or "*", within=within)
    if query.parent:
        versions = versions.filter(parent=known_place("parent", query.parent))
    for word in fold(query.q.replace("\x00", " ")).split()[:10]:
        versions = versions.filter(place__search__contains=word)
    box = box_of(query.bbox)
    if box is not None:
        # A rough outline says nothing about where a place lies; its point does.
        drawn = Q(geometry__intersects=box, generalised=False)
        versions = versions.filter(drawn | Q(place__point__within=box))
    return versions


def show(version: PlaceVersion, fields: Iterable[str]) -> dict[str, Any]:
    place = version.place
    everything = {
        "id": str(place.pk),
        "ref": place.ref,
        "names": version.names,
        "other_names": place.other_names,
        "level": place.level,
        "division": place.division,
        "parent": version.parent.ref if version.parent else None,
        "pcode": place.pcode,
        "iso_3166_2": place.iso_3166_2 or None,
        "code": place.code or None,
        "point": [round(x, DIGITS) for x in place.point.coords] if place.point else None,
        "area_m2": version.area_m2 or place.area_m2,
        "region": place.region or None,
        "valid_from": version.valid.lower and version.valid.lower.isoformat(),
        "valid_until": version.valid.upper and version.valid.upper.isoformat(),
        "source": version.source,
        "as_of": version.as_of or None,
    }
    return {name: everything[name] for name in fields}


def with_geometry(item: dict[str, Any], version: Any) -> str:
    """JSON of an item with the geometry as the database wrote it: parsing it to write it again costs most of a list."""
    drawn = version.drawn or "null"
    text = json.dumps({**item, "generalised": version.generalised}, ensure_ascii=False)
    return f'{text[:-1]}, "geometry": {drawn}}}'


@router.get("", response={200: Page[PlaceOut], **ERRORS}, summary="Places on a day")
def places(request: HttpRequest, query: Query[PlacesQuery]) -> HttpResponse:
    etag = etag_of(places_state(), request.GET.urlencode(), str(query.on or timezone.localdate()))
    held = unchanged(request, etag)
    if held:
        return held
    fields = chosen_fields(query.fields)
    versions = asked_for(query)
    count = versions.count() if query.count else None
    if query.cursor:
        (after,) = decode_cursor(query.cursor, 1)
        if "\x00" in str(after):
            raise invalid("cursor", _("This cursor was not given by this list. Start again without it."))
        versions = versions.filter(place__ref__gt=str(after))
    if query.geometry:
        versions = versions.annotate(drawn=AsGeoJSON("geometry", precision=DIGITS))
    found = list(versions[: query.limit + 1])
    more, found = len(found) > query.limit, found[: query.limit]
    following = encode_cursor([found[-1].place.ref]) if more else None
    items = [show(version, fields) for version in found]
    texts = (
        [with_geometry(item, version) for item, version in zip(items, found, strict=True)]
        if query.geometry
        else [json.dumps(item, ensure_ascii=False) for item in items]
    )
    body = f'{{"items": [{", ".join(texts)}], "next": {json.dumps(following)}, "count": {json.dumps(count)}}}'
    return json_answer(body, etag)


class SuggestionOut(Schema):
    """``label`` is what a field shows once the place is chosen; ``note`` tells places of one name apart."""

    ref: str
    name: str
    label: str
    note: str


class SuggestionsOut(Schema):
    items: list[SuggestionOut]


class SuggestQuery(Schema):
    q: str = Field("", max_length=200, description="the beginning of a name, or a code, in any script")
    levels: str = Field("", max_length=20, pattern=r"^([0-4](,[0-4])*)?$", description="levels asked for, by comma")
    divisions: str = Field("", max_length=100, pattern=r"^[a-z0-9_,-]*$", description="divisions asked for, by comma")
    limit: int = Field(12, ge=1, le=30)


def _levels(text: str) -> tuple[int, ...]:
    return tuple(int(one) for one in _words(text))


def _words(text: str) -> tuple[str, ...]:
    return tuple(one for one in text.split(",") if one)


@router.get(
    "/suggest", response={200: SuggestionsOut, **ERRORS}, summary="Places for a field in which one types a name"
)
def suggest(request: HttpRequest, query: Query[SuggestQuery]) -> HttpResponse:
    """Today's places whose names or codes hold the words, larger ones first; then those spelled or pronounced alike."""
    etag = etag_of(places_state(), request.GET.urlencode(), get_language())
    held = unchanged(request, etag)
    if held:
        return held
    items = [
        {"ref": one.ref, "name": one.name, "label": one.label, "note": f"{one.where} · {one.ref}"}
        for one in suggestions(query.q, query.limit, _levels(query.levels), _words(query.divisions))
    ]
    return json_answer(json.dumps({"items": items}, ensure_ascii=False), etag)


@router.get("/match", response={200: MatchOut, **ERRORS}, summary="Which place a written name means")
def match(request: HttpRequest, query: Query[MatchQuery]) -> dict[str, Any]:
    if (query.lon is None) != (query.lat is None):
        raise invalid("lon" if query.lon is None else "lat", _("A point needs longitude and latitude."))
    decision, candidates = ask(
        query.text.replace("\x00", " "),
        parent=known_place("parent", query.parent) if query.parent else None,
        near=(query.lon, query.lat) if query.lon is not None else None,
        levels=[int(level) for level in query.levels.split(",") if level],
        divisions=[division for division in query.divisions.split(",") if division],
        limit=query.limit,
    )
    certain = next((one.ref for one in decision.candidates if decision.place_id == one.place_id), None)
    return {
        "text": query.text,
        "outcome": decision.outcome,
        "outcome_text": str(OUTCOMES[decision.outcome]),
        "place": certain,
        "candidates": [
            {
                "ref": one.ref,
                "name": one.name,
                "score": one.score,
                "reason": one.reason,
                "reason_text": str(REASONS[one.reason]),
            }
            for one in candidates
        ],
    }


class ItemQuery(Schema):
    on: date | None = Field(None, description="the day; today when left out")
    geometry: bool = False


@router.get("/{ref}", response={200: PlaceDetail, **ERRORS}, summary="One place with its versions")
def place(request: HttpRequest, ref: str, query: Query[ItemQuery]) -> HttpResponse:
    """The version of the day asked for, or the last one where the place was not there on that day."""
    one = place_or_404(ref)
    on = query.on or timezone.localdate()
    etag = etag_of(places_state(), one.ref, str(on), query.geometry)
    held = unchanged(request, etag)
    if held:
        return held
    rows = PlaceVersion.objects.filter(place=one).select_related("parent").defer("geometry", "web").order_by("valid")
    versions: list[Any] = list(rows.annotate(drawn=AsGeoJSON("geometry", precision=DIGITS)) if query.geometry else rows)
    if not versions:
        raise not_found()
    drawn = set(rows.filter(geometry__isnull=False).values_list("pk", flat=True))
    shown = next((version for version in versions if version.holds(on)), versions[-1])
    shown.place = one
    item = show(shown, FIELDS)
    item["versions"] = [
        {
            "valid_from": version.valid.lower and version.valid.lower.isoformat(),
            "valid_until": version.valid.upper and version.valid.upper.isoformat(),
            "names": version.names,
            "parent": version.parent.ref if version.parent else None,
            "has_geometry": version.pk in drawn,
            "generalised": version.generalised,
            "area_m2": version.area_m2,
            "source": version.source,
            "as_of": version.as_of,
        }
        for version in versions
    ]
    links = PlaceLink.objects.filter(Q(place=one) | Q(other=one)).select_related("place", "other")
    item["links"] = [
        {
            "place": link.place.ref,
            "other": link.other.ref if link.other else None,
            "confidence": link.confidence,
            "source": link.source,
        }
        for link in links.order_by("place__ref")
    ]
    item["remarks"] = [{"what": r.what, "text": dict(r.text), "source": r.source} for r in notes_of(one)]
    body = with_geometry(item, shown) if query.geometry else json.dumps(item, ensure_ascii=False)
    return json_answer(body, etag)
