"""``/api/v1/mineaction/survey``: a field book drawn, and what its entries may have meant. Nothing is saved here."""

from __future__ import annotations

import json
import math
from datetime import date
from typing import Any

import shapely
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from rafid.commons.api import ERRORS, Problem, invalid
from rafid.commons.people.authentication import signed_in
from rafid.commons.places.models import Place
from rafid.methods.survey import check_polygons, ground_area, is_number, readings, to_wgs84, traverse

from ..picture.api import place_of
from . import tried
from .asked import book_of_json
from .book import MOST_ROWS
from .drawing import LARGEST_EDGE, draw
from .refusing import outside, wrong_of_trace
from .said import as_json, finding_text
from .where import in_country, outline

router = Router(tags=["mineaction"])


class MineactionLegIn(Schema):
    """``from``: the number of the point that it starts at, 0 is the start; without it the point before."""

    bearing: float
    distance: float
    from_: int | None = Field(None, alias="from")


class MineactionTraceIn(Schema):
    """Bearings in degrees, distances in metres; ``start`` east and north of the grid ``crs``. Magnetic bearings need ``on`` or
    ``declination``."""

    crs: str
    start: list[float] = Field(min_length=2, max_length=2)
    north: str
    on: date | None = None
    declination: float | None = None
    elevation: float = 0.0
    ground_distances: bool = True
    closed: bool = False
    legs: list[MineactionLegIn] = Field(max_length=MOST_ROWS)


class MineactionSurveyFinding(Schema):
    code: str
    severity: str
    message: str
    where: list[float] | None = None
    amount: float | None = None


class MineactionTraceOut(Schema):
    """``points`` in the grid, the start first; areas in m², null where the boundary crosses itself or has less than three
    points; ``ratio`` null where nothing is to be closed or nothing is missing; ``closing_leg`` bearing and distance from the
    last point to the start."""

    points: list[list[float]]
    plane_area: float | None
    ellipsoidal_area: float | None
    misclosure: list[float]
    ratio: float | None
    closing_leg: list[float]
    declination: float
    convergence: float
    scale: float
    findings: list[MineactionSurveyFinding]


@router.post("/survey/trace", response={200: MineactionTraceOut, **ERRORS}, summary="Points and areas of a traverse")
def trace(request: HttpRequest, body: MineactionTraceIn) -> Any:
    """Draws the legs and keeps nothing."""
    signed_in(request)
    if wrong := wrong_of_trace(body):
        raise Problem(422, _("The request cannot be understood"), wrong[0][1], wrong)
    try:
        found = traverse(
            body.start, [leg.bearing for leg in body.legs], [leg.distance for leg in body.legs], crs=body.crs,
            north=body.north, on=body.on, declination=body.declination, elevation=body.elevation,
            ground_distances=body.ground_distances, closed=body.closed,
            origins=[at if leg.from_ is None else leg.from_ for at, leg in enumerate(body.legs)],
        )  # fmt: skip
    except ValueError as error:
        raise invalid("start", outside()) from error
    ring = found.points[:-1] if body.closed else found.points
    findings: list[dict[str, Any]] = []
    plane = ellipsoidal = None
    if len(ring) >= 3:
        ground = shapely.Polygon(ring)
        findings = [_finding(one) for one in check_polygons([ground], max_edge=LARGEST_EDGE)]
        if ground.is_valid and ground.area > 0:
            try:
                areas = ground_area(ground, crs=body.crs)
            except ValueError as error:
                raise invalid("start", outside()) from error
            plane, ellipsoidal = areas.plane, areas.ellipsoidal
    lon, lat = to_wgs84(*body.start, crs=body.crs)
    if not in_country(float(lon), float(lat)):
        message = _("The start lies outside the country. Check zone, datum and order of axes.")
        findings.append({"code": "outside_country", "severity": "high", "message": message, "where": body.start})
    return {
        "points": found.points.tolist(), "plane_area": plane, "ellipsoidal_area": ellipsoidal,
        "misclosure": list(found.misclosure), "ratio": found.ratio if math.isfinite(found.ratio) else None,
        "closing_leg": list(found.closing_leg), "declination": found.declination, "convergence": found.convergence,
        "scale": found.scale, "findings": findings,
    }  # fmt: skip


def _finding(one: Any) -> dict[str, Any]:
    return {
        "code": one.code, "severity": one.severity, "message": finding_text(one),
        "where": None if one.where is None else list(one.where), "amount": one.amount,
    }  # fmt: skip


class MineactionReadingsIn(Schema):
    """Two numbers as typed. ``within``: a GeoJSON polygon, or ``place``, a P-code; ``near``: longitude and latitude."""

    x: str | float
    y: str | float
    crs: str | None = None
    within: dict[str, Any] | None = None
    place: str | None = None
    near: list[float] | None = Field(None, min_length=2, max_length=2)


class MineactionReadingOut(Schema):
    lon: float
    lat: float
    crs: str
    swapped: bool
    notation: str
    inside: bool | None
    distance: float | None


class MineactionReadingsOut(Schema):
    items: list[MineactionReadingOut]
    next: str | None = None


@router.post(
    "/survey/readings", response={200: MineactionReadingsOut, **ERRORS}, summary="What two numbers may have meant"
)
def read(request: HttpRequest, body: MineactionReadingsIn) -> Any:
    """Every grid, datum, order of axes and notation, the likeliest first. A person chooses; nothing is kept."""
    signed_in(request)
    within = outline(place_of(body.place)) if body.within is None else _polygon(body.within)
    if body.near is not None and not (abs(body.near[0]) <= 360 and abs(body.near[1]) <= 90):
        raise invalid("near", _("It is no longitude and latitude. Give degrees, longitude first."))
    for name in ("x", "y"):
        if not is_number(getattr(body, name)):
            text = str(getattr(body, name))[:40]
            raise invalid(
                name, _("“%(text)s” is no number. Type it as it stands in the book, digits only.") % {"text": text}
            )
    try:
        found = readings(body.x, body.y, crs=body.crs, within=within, near=body.near)
    except ValueError as error:
        raise invalid(
            "crs", _("“%(text)s” is no coordinate system that is known.") % {"text": str(body.crs)[:40]}
        ) from error
    return {"items": [_reading(one) for one in found], "next": None}


def _reading(one: Any) -> dict[str, Any]:
    return vars(one) | {"distance": one.distance if math.isfinite(one.distance) else None}


def _polygon(within: dict[str, Any]) -> Any:
    sentence = _("It is no GeoJSON geometry. Give a Polygon of longitude and latitude.")
    try:
        found = shapely.from_geojson(json.dumps(within))
    except shapely.errors.GEOSException as error:
        raise invalid("within", sentence) from error
    if found.geom_type not in ("Polygon", "MultiPolygon") or not found.area > 0:
        raise invalid("within", sentence)
    return found


class MineactionBookIn(Schema):
    """A field book as typed: ``rows`` are objects or lists of mark, label, origin, bearing, distance, x, y, fixed_by, accuracy,
    all texts. ``gps``: lines of label, longitude, latitude of marks that were measured again."""

    rows: list[dict[str, Any] | list[Any]] = Field([], max_length=MOST_ROWS + 1)
    crs: str = "EPSG:32638"
    north: str = "unknown"
    bearing_unit: str = "degrees"
    distance_unit: str = "m"
    taped: str = "ground"
    on: str = ""
    declination: str = ""
    closes: bool = False
    adjusted: bool = False
    swapped: bool = False
    notation: str = ""
    back: bool = False
    place: str = ""
    gps: str = Field("", max_length=100_000)


class MineactionFigureOut(Schema):
    code: str
    name: str
    text: str
    value: float | None


class MineactionPlacedOut(Schema):
    row: int
    label: str
    mark: str
    east: float
    north: float
    lon: float
    lat: float
    returns: bool


class MineactionProblemOut(Schema):
    message: str
    field: str
    row: int | None
    where: list[float] | None


class MineactionBookOut(Schema):
    """``ring`` is the boundary that counts; ``observed`` and ``adjusted`` both shapes where a closing error can be spread."""

    grid: str
    points: list[MineactionPlacedOut]
    ring: list[list[float]]
    observed: list[list[float]]
    adjusted: list[list[float]]
    figures: list[MineactionFigureOut]
    problems: list[MineactionProblemOut]
    warnings: list[str]
    can_adjust: bool
    is_ready: bool


@router.post("/survey/book", response={200: MineactionBookOut, **ERRORS}, summary="A field book as typed, drawn")
def book(request: HttpRequest, body: MineactionBookIn) -> Any:
    """What cannot be drawn is said row by row in ``problems``. Nothing is kept."""
    signed_in(request)
    return as_json(draw(book_of_json(body.dict())), _place(body.place))


class MineactionTriedOut(Schema):
    """``change``: what of the book is to be read otherwise, empty for how it stands; ``basis`` place, gps or legs."""

    basis: str
    change: dict[str, Any]
    name: str
    why: str
    distance: float | None
    inside: bool | None


class MineactionNorthOut(Schema):
    north: str
    name: str
    ring: list[list[float]]
    away: float | None
    why: str


class MineactionBookReadingsOut(Schema):
    items: list[MineactionTriedOut]
    norths: list[MineactionNorthOut]
    notes: list[str]
    next: str | None = None


@router.post(
    "/survey/book/readings",
    response={200: MineactionBookReadingsOut, **ERRORS},
    summary="What a wrong entry of a field book may have been",
)
def book_readings(request: HttpRequest, body: MineactionBookIn) -> Any:
    """Zone, datum, axes, notation; north, units, back-bearings against GPS positions. Nothing is applied."""
    signed_in(request)
    gps, notes = tried.gps_of(body.gps)
    asked = book_of_json(body.dict())
    found = tried.try_readings(asked, _place(body.place), gps)
    return {
        "items": [{**vars(one), "distance": _finite(one.distance)} for one in found.tried],
        "norths": [vars(one) for one in tried.norths(asked)] if any(not row.is_absolute for row in asked.rows) else [],
        "notes": [*notes, *found.notes],
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _place(ref: str) -> Place | None:
    return Place.objects.filter(ref=ref.replace("\x00", "")).first() if ref else None
