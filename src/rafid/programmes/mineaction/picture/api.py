"""``/api/v1/mineaction``: hazards, releases, activities, the ledger, and why it changed."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any

from django.contrib.gis.geos import Polygon
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, invalid, not_found, paged
from rafid.commons.people.authentication import caller, signed_in
from rafid.commons.people.visibility import places_within
from rafid.commons.places.models import Place
from rafid.commons.records.queries import by_ref

from ..models import Activity, Hazard, HazardCell, Release
from ..models import hazards as states
from . import ledgers
from .asked import Asked, NoDate, asked
from .inputs import Inputs, inputs_for
from .remaining import stored_rows
from .scope import sees_exactly
from .shapes import collection, feature, measured, read_bbox, with_shape

router = Router(tags=["mineaction"])
MOST_FEATURES = 20_000


class MineactionHazardOut(Schema):
    """``precision``: "exact", or "1 km" where ``point`` is that of a grid of 0.01 degrees and measures are withheld (null).
    ``status``: the hazard's state, coarsely "open" or "worked_on". ``remaining_m2`` is computed, never typed."""

    id: str
    ref: str
    type: str
    classification: str
    status: str
    group: str
    place: str | None
    organisation: str | None
    authority: str
    recorded_on: date
    suspected_on: date | None = None
    confirmed_on: date | None = None
    area_m2: float | None
    remaining_m2: float | None
    point: list[float] | None
    precision: str
    version: int | None = None


class MineactionReleaseOut(Schema):
    """``area_m2`` is computed; ``reported_m2`` what the report stated."""

    id: str
    ref: str
    kind: str
    on: date
    known: str
    hazard: str | None
    activity: str | None
    place: str | None
    organisation: str | None
    authority: str
    depth_m: float | None
    method: str
    assets: str
    not_covered: str
    area_m2: float
    reported_m2: float | None
    replaces: str | None


class MineactionActivityOut(Schema):
    id: str
    ref: str
    kind: str
    status: str
    task: str | None
    team: str
    start: date
    end: date | None
    hazards: list[str]
    place: str | None
    organisation: str | None
    authority: str
    area_m2: float
    items_found: int


class MineactionLedgerRow(Schema):
    id: str
    area: float
    remaining: float


class MineactionLedgerOut(Schema):
    """Areas in m², of the hazards that you see exactly. ``state``: the moment of this answer; asked for as ``known``, it gives
    the same figures again."""

    on: date
    known: str | None
    place: str | None
    recorded: float
    ground: float
    counted_twice: float
    cleared: float
    reduced: float
    cancelled: float
    remaining: float
    remaining_confirmed: float
    remaining_suspected: float
    still_claimed: float
    released_twice: float
    outside: float
    hazards: int
    rows: list[MineactionLedgerRow]
    state: str


class MineactionStepOut(Schema):
    """``item``: the id of the hazard or release, ``ref`` its reference, ``report`` the number of the report that brought it."""

    cause: str
    item: str
    change: float
    kind: str
    ref: str | None
    on: date | None
    known: str | None
    report: str | None


class MineactionChangesOut(Schema):
    before: MineactionLedgerOut
    after: MineactionLedgerOut
    steps: list[MineactionStepOut]


class MineactionHazardsQuery(PageQuery):
    place: str | None = None
    status: str | None = Field(None, description="a state, or one of the groups open, worked_on, closed")
    classification: str | None = None
    organisation: str | None = None
    authority: str | None = None
    precision: str | None = Field(None, description="“public”: everything that is open, on a grid of 1 km")


class MineactionReleasesQuery(PageQuery):
    place: str | None = None
    kind: str | None = None
    organisation: str | None = None
    authority: str | None = None
    hazard: str | None = None
    since: date | None = None
    until: date | None = None


class MineactionActivitiesQuery(PageQuery):
    place: str | None = None
    kind: str | None = None
    status: str | None = None
    organisation: str | None = None


def place_of(given: str | None) -> Place | None:
    """By reference or P-code. Raises Problem 422 for one that is not there."""
    if not given:
        return None
    text = given.replace("\x00", "")
    found = Place.objects.filter(ref=text).first() or Place.objects.filter(pcode=text).first()
    if found is None:
        raise invalid("place", _("There is no place “%(place)s”. Give its reference.") % {"place": text[:60]})
    return found


def _filtered(rows: Any, query: Any, **paths: str) -> Any:
    """``paths``: the parameter's name → the lookup."""
    for name, path in paths.items():
        given = getattr(query, name, None)
        if given:
            rows = rows.filter(**{path: given.replace("\x00", "") if isinstance(given, str) else given})
    place = place_of(query.place)
    return rows.filter(place__in=places_within(place.pk)) if place is not None else rows


_BY = {"classification": "classification", "organisation": "organisation__ref", "authority": "owner__ref"}


@router.get(
    "/hazards", response={200: Page[MineactionHazardOut], **ERRORS}, summary="Hazards, exact or on a grid of 1 km"
)
def hazards(request: HttpRequest, query: Query[MineactionHazardsQuery]) -> Any:
    """Those whose authority or operator you are exactly; anybody gets what is open or worked on, coarsely."""
    user = caller(request)
    if query.precision == "public" or not sees_exactly(user):
        rows = _cells(user, query)
        return paged(rows, query, _cell, key="hazard_id")
    rows = _exact(user, query)
    page = paged(rows.select_related("place", "organisation", "owner"), query, lambda row: row)
    stored = stored_rows([row.pk for row in page["items"]])
    page["items"] = [_hazard(row, stored.get(row.pk)) for row in page["items"]]
    return page


def _exact(user: Any, query: MineactionHazardsQuery) -> Any:
    rows = measured(_filtered(Hazard.objects.visible_to(user), query, **_BY))
    groups = {"open": states.OPEN, "worked_on": states.WORKED_ON, "closed": states.CLOSED}
    if query.status == "worked_on":
        return rows.filter(state__in=states.WORKED_ON)
    return rows.filter(state__in=groups.get(query.status, (query.status,))) if query.status else rows


def _cells(user: Any, query: MineactionHazardsQuery) -> Any:
    rows = HazardCell.objects.visible_to(user).select_related("place", "owner")
    own = {name: path for name, path in _BY.items() if name != "organisation"}
    rows = _filtered(rows, query, **own)
    return rows.filter(group=query.status) if query.status else rows


def _hazard(row: Hazard, stored: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "type": row.type, "classification": row.classification, "status": row.state,
        "group": row.group, "place": row.place and row.place.ref, "organisation": row.organisation and row.organisation.ref,
        "authority": row.owner.ref, "recorded_on": row.on, "suspected_on": row.suspected_on,
        "confirmed_on": row.confirmed_on, "area_m2": row.measured_m2 and row.measured_m2.sq_m,
        "remaining_m2": stored and stored.remaining_m2, "point": row.point and list(row.point.coords),
        "precision": "exact", "version": row.version,
    }  # fmt: skip


def _cell(row: HazardCell) -> dict[str, Any]:
    return {
        "id": str(row.hazard_id), "ref": row.ref, "type": row.type, "classification": row.classification,
        "status": row.group, "group": row.group, "place": row.place and row.place.ref, "organisation": None,
        "authority": row.owner.ref, "recorded_on": row.on, "area_m2": None, "remaining_m2": None,
        "point": row.cell and list(row.cell.coords), "precision": "1 km",
    }  # fmt: skip


class MineactionFeaturesQuery(MineactionHazardsQuery):
    bbox: str = ""
    limit: int = Field(MOST_FEATURES, ge=1, le=MOST_FEATURES)


GEOJSON: dict[str, Any] = {
    "responses": {
        200: {"description": "A FeatureCollection, as much as fits in `limit`", "content": {"application/geo+json": {}}}
    }
}
"""How an operation that answers with shapes is described."""


@router.get("/hazards.geojson", response={**ERRORS}, summary="Hazards as GeoJSON, within a bbox", openapi_extra=GEOJSON)
def hazards_geojson(request: HttpRequest, query: Query[MineactionFeaturesQuery]) -> HttpResponse:
    user, box = caller(request), read_bbox(query.bbox)
    coarse = query.precision == "public" or not sees_exactly(user)
    field = "cell" if coarse else "ground"
    rows = _cells(user, query) if coarse else _exact(user, query)
    rows = _within(rows.exclude(**{field: None}), field, box).select_related("place", "owner")
    rows = rows if coarse else rows.select_related("place", "owner", "organisation")
    rows = list(with_shape(rows.order_by("ref"), field)[: query.limit])
    stored = {} if coarse else stored_rows([row.pk for row in rows])
    shown = [_cell(row) if coarse else _hazard(row, stored.get(row.pk)) for row in rows]
    return collection([_feature(row.shape, one) for row, one in zip(rows, shown, strict=True)])


def _feature(shape: str | None, one: dict[str, Any]) -> str:
    properties = {name: value for name, value in one.items() if name not in ("id", "point")}
    return feature(shape, json.dumps({"id": one["id"], **properties}, default=str, ensure_ascii=False), one["id"])


def _within(rows: Any, field: str, box: tuple[float, float, float, float] | None) -> Any:
    if box is None:
        return rows
    corners = Polygon.from_bbox(box)
    corners.srid = 4326
    return rows.filter(**{f"{field}__intersects": corners})


@router.get("/releases", response={200: Page[MineactionReleaseOut], **ERRORS}, summary="Released ground; public")
def releases(request: HttpRequest, query: Query[MineactionReleasesQuery]) -> Any:
    """How, to which depth, by whom, when, and what was not covered. It never says that ground is without hazard."""
    page = paged(_releases(caller(request), query), query, lambda row: row)
    page["items"] = [_release(row) for row in page["items"]]
    return page


def _releases(user: Any, query: MineactionReleasesQuery) -> Any:
    rows = _filtered(
        Release.objects.visible_to(user), query, kind="type", organisation="organisation__ref", authority="owner__ref",
        since="on__gte", until="on__lte", hazard="hazard__ref",
    )  # fmt: skip
    return measured(rows).select_related("place", "owner", "organisation", "hazard", "activity", "replaces")


def _release(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "kind": row.type, "on": row.on, "known": row.known_at.isoformat(),
        "hazard": row.hazard and row.hazard.ref, "activity": row.activity and row.activity.ref,
        "place": row.place and row.place.ref, "organisation": row.organisation and row.organisation.ref,
        "authority": row.owner.ref, "depth_m": row.depth_m, "method": row.method, "assets": row.assets,
        "not_covered": row.not_covered, "area_m2": row.measured_m2.sq_m, "reported_m2": row.reported_m2,
        "replaces": row.replaces and row.replaces.ref,
    }  # fmt: skip


class MineactionReleaseFeaturesQuery(MineactionReleasesQuery):
    bbox: str = ""
    limit: int = Field(MOST_FEATURES, ge=1, le=MOST_FEATURES)


@router.get(
    "/releases.geojson", response={**ERRORS}, summary="Released ground as GeoJSON, within a bbox", openapi_extra=GEOJSON
)
def releases_geojson(request: HttpRequest, query: Query[MineactionReleaseFeaturesQuery]) -> HttpResponse:
    rows = _within(_releases(caller(request), query), "ground", read_bbox(query.bbox)).order_by("ref")
    return collection([_feature(row.shape, _release(row)) for row in with_shape(rows, "ground")[: query.limit]])


@router.get("/activities", response={200: Page[MineactionActivityOut], **ERRORS}, summary="Work on the ground")
def activities(request: HttpRequest, query: Query[MineactionActivitiesQuery]) -> Any:
    rows = _filtered(
        Activity.objects.visible_to(signed_in(request)), query, kind="type", status="state",
        organisation="organisation__ref",
    )  # fmt: skip
    rows = rows.select_related("place", "owner", "organisation", "task").prefetch_related("hazards")
    page = paged(rows, query, lambda row: row)
    ids = [row.pk for row in page["items"]]
    done = {
        row["activity"]: row
        for row in Activity.days.rel.related_model.objects.filter(activity__in=ids)
        .values("activity").annotate(area=Sum("area_m2"), items=Sum("items_found"))
    }  # fmt: skip
    seen = set(Hazard.objects.visible_to(request.user).filter(activities__in=ids).values_list("pk", flat=True))
    page["items"] = [_activity(row, done.get(row.pk, {}), seen) for row in page["items"]]
    return page


def _activity(row: Activity, done: dict[str, Any], seen: set[Any]) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "kind": row.type, "status": row.state, "task": row.task and row.task.ref,
        "team": row.team, "start": row.start, "end": row.end,
        "hazards": sorted(one.ref for one in row.hazards.all() if one.pk in seen),
        "place": row.place and row.place.ref, "organisation": row.organisation and row.organisation.ref,
        "authority": row.owner.ref, "area_m2": done.get("area") or 0.0, "items_found": done.get("items") or 0,
    }  # fmt: skip


type_day = Annotated[str, Field(description="a day, 2026-11-29; `known` may be an instant, too")]


@router.get("/ledger", response={200: MineactionLedgerOut, **ERRORS}, summary="Every square metre once, in a state")
def ledger(
    request: HttpRequest, on: type_day = "", known: type_day = "", place: str = "", rows: bool = True
) -> dict[str, Any]:
    """As of a day (today where left out), as known on another (now). ``place``: its reference."""
    inputs, where = _inputs(request, place)
    return _ledger(inputs, _asked({"on": on, "known": known}), where, rows)


@router.get("/ledger/changes", response={200: MineactionChangesOut, **ERRORS}, summary="Why the remaining area changed")
def changes(
    request: HttpRequest, on: type_day = "", known: type_day = "", to_on: type_day = "", to_known: type_day = "",
    place: str = "", rows: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The steps add up to the difference of the two remaining areas."""
    inputs, where = _inputs(request, place)
    before = _asked({"on": on, "known": known})
    after = _asked({"to_on": to_on, "to_known": to_known}, "to_")
    steps = ledgers.steps_between(inputs, before, after)
    records = ledgers.records_of(steps, request.user)
    return {
        "before": _ledger(inputs, before, where, rows),
        "after": _ledger(inputs, after, where, rows),
        "steps": [_step(one, records.get(one.record)) for one in steps],
    }


def _inputs(request: HttpRequest, place: str) -> tuple[Inputs, Place | None]:
    user, where = signed_in(request), place_of(place)
    if not sees_exactly(user):
        raise not_found()
    return inputs_for(user, where), where


def _asked(query: dict[str, str], before: str = "") -> Asked:
    try:
        return asked(query, before)
    except NoDate as error:
        raise invalid(error.name, str(error)) from error


def _ledger(inputs: Inputs, asked: Asked, place: Place | None, rows: bool) -> dict[str, Any]:
    state = ledgers.state_of(inputs, asked)
    try:
        found = ledgers.ledger_at(inputs, asked)
    except ValueError as error:
        raise Problem(409, _("The ledger cannot be computed"), str(error)) from error
    by_hazard = ledgers.by_hazard(found)
    return {
        **{name: getattr(found, name) for name in ledgers.FIELDS},
        "on": asked.on, "known": asked.known.isoformat() if asked.known else None, "place": place and place.ref,
        "hazards": len(by_hazard), "state": state.isoformat(),
        "rows": [
            {"id": str(pk), "area": row.area, "remaining": row.remaining} for pk, row in by_hazard.items() if rows
        ],
    }  # fmt: skip


def _step(step: ledgers.Step, record: Any) -> dict[str, Any]:
    return {
        "cause": step.cause, "item": str(step.record), "change": step.change, "kind": step.kind,
        "ref": record and record.ref, "on": record and record.on, "known": record and record.known_at.isoformat(),
        "report": record.report.reference if record and record.report_id else None,
    }  # fmt: skip


@router.get("/hazards/{ref}", response={200: MineactionHazardOut, **ERRORS}, summary="One hazard")
def hazard(request: HttpRequest, ref: str) -> Any:
    row = by_ref(
        measured(Hazard.objects.visible_to(caller(request))).select_related("place", "organisation", "owner"), ref
    )
    return _hazard(row, stored_rows([row.pk]).get(row.pk))
