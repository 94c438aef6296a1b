"""``/api/v1/mineaction``: tasks, accreditations, spot tasks, ordnance."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import places_within
from rafid.commons.records.queries import by_ref

from ..models import Accreditation, OrdnanceFind, SpotTask, Task
from ..picture.api import place_of
from ..picture.scope import sees_exactly

router = Router(tags=["mineaction"])


class MineactionTaskOut(Schema):
    """``status``: draft, issued, accepted, started, suspended, finished, closed or cancelled. ``orders``: how many went out."""

    id: str
    ref: str
    activity: str
    status: str
    purpose: str
    priority: str
    valid_from: date
    valid_to: date | None
    hazards: list[str]
    spot_task: str | None
    place: str | None
    organisation: str | None
    authority: str
    recorded_on: date
    orders: int
    version: int


class MineactionAccreditationOut(Schema):
    id: str
    ref: str
    activity: str
    phase: str
    status: str
    valid_from: date
    valid_to: date
    conditions: str
    organisation: str | None
    authority: str
    version: int


class MineactionSpotTaskOut(Schema):
    """Who called stands in no answer."""

    id: str
    ref: str
    what: str
    device_category: str
    priority: str
    status: str
    reported_on: date
    done_on: date | None
    outcome: str
    items: int
    point: list[float] | None
    place: str | None
    organisation: str | None
    authority: str
    version: int


class MineactionOrdnanceOut(Schema):
    id: str
    ref: str
    category: str
    model: str
    quantity: int
    condition: str
    on: date
    depth_m: float | None
    point: list[float] | None
    disposal: str
    destroyed_on: date | None
    hazard: str | None
    activity: str | None
    spot_task: str | None
    place: str | None
    organisation: str | None
    authority: str
    version: int


class MineactionWorkQuery(PageQuery):
    place: str | None = None
    status: str | None = None
    organisation: str | None = None
    authority: str | None = None
    activity: str | None = None
    hazard: str | None = None
    since: date | None = None
    until: date | None = None


class MineactionOrdnanceQuery(PageQuery):
    place: str | None = None
    category: str | None = None
    disposal: str | None = None
    organisation: str | None = None
    authority: str | None = None
    hazard: str | None = None
    spot_task: str | None = Field(None, description="its reference")
    since: date | None = None
    until: date | None = None


def _rows(request: HttpRequest, model: Any, query: Any, **paths: str) -> Any:
    """What the person may see, narrowed. ``paths``: the parameter's name → the lookup."""
    user = signed_in(request)
    if not sees_exactly(user):
        raise not_found()
    rows = model.objects.visible_to(user)
    paths |= {"organisation": "organisation__ref", "authority": "owner__ref"}
    for name, path in paths.items():
        given = getattr(query, name, None)
        if given:
            rows = rows.filter(**{path: given.replace("\x00", "") if isinstance(given, str) else given})
    place = place_of(query.place)
    rows = rows.filter(place__in=places_within(place.pk)) if place is not None else rows
    return rows.select_related("place", "organisation", "owner")


@router.get("/tasks", response={200: Page[MineactionTaskOut], **ERRORS}, summary="Tasks of operators")
def tasks(request: HttpRequest, query: Query[MineactionWorkQuery]) -> Any:
    """An authority's own; an operator gets those that were issued to it."""
    paths = {
        "status": "state",
        "activity": "activity",
        "hazard": "hazards__ref",
        "since": "valid_from__gte",
        "until": "valid_from__lte",
    }
    rows = _rows(request, Task, query, **paths).select_related("spot_task").prefetch_related("hazards", "orders")
    return paged(rows, query, _task)


@router.get("/tasks/{ref}", response={200: MineactionTaskOut, **ERRORS}, summary="One task by its number or id")
def task(request: HttpRequest, ref: str) -> Any:
    user = signed_in(request)
    if not sees_exactly(user):
        raise not_found()
    return _task(
        by_ref(Task.objects.visible_to(user).select_related("place", "organisation", "owner", "spot_task"), ref)
    )


@router.get(
    "/accreditations", response={200: Page[MineactionAccreditationOut], **ERRORS}, summary="Accreditations of operators"
)
def accreditations(request: HttpRequest, query: Query[MineactionWorkQuery]) -> Any:
    paths = {"status": "state", "activity": "activity", "since": "valid_to__gte", "until": "valid_from__lte"}
    return paged(_rows(request, Accreditation, query, **paths), query, _accreditation)


@router.get(
    "/spot-tasks", response={200: Page[MineactionSpotTaskOut], **ERRORS}, summary="Spot tasks, without who called"
)
def spot_tasks(request: HttpRequest, query: Query[MineactionWorkQuery]) -> Any:
    paths = {"status": "state", "since": "reported_on__gte", "until": "reported_on__lte"}
    return paged(_rows(request, SpotTask, query, **paths).prefetch_related("items"), query, _spot)


@router.get("/ordnance", response={200: Page[MineactionOrdnanceOut], **ERRORS}, summary="Ordnance that was found")
def ordnance(request: HttpRequest, query: Query[MineactionOrdnanceQuery]) -> Any:
    paths = {
        "category": "category",
        "disposal": "disposal",
        "hazard": "hazard__ref",
        "spot_task": "spot_task__ref",
        "since": "on__gte",
        "until": "on__lte",
    }
    rows = _rows(request, OrdnanceFind, query, **paths).select_related("hazard", "activity", "spot_task")
    return paged(rows, query, _find)


def _shared(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "place": row.place and row.place.ref, "authority": row.owner.ref,
        "organisation": row.organisation and row.organisation.ref, "version": row.version,
    }  # fmt: skip


def _task(row: Task) -> dict[str, Any]:
    return _shared(row) | {
        "activity": row.activity, "status": row.state, "purpose": row.purpose, "priority": row.priority,
        "valid_from": row.valid_from, "valid_to": row.valid_to, "hazards": sorted(one.ref for one in row.hazards.all()),
        "spot_task": row.spot_task and row.spot_task.ref, "recorded_on": row.on, "orders": len(row.orders.all()),
    }  # fmt: skip


def _accreditation(row: Accreditation) -> dict[str, Any]:
    return _shared(row) | {
        "activity": row.activity, "phase": row.phase, "status": row.state, "valid_from": row.valid_from,
        "valid_to": row.valid_to, "conditions": row.conditions,
    }  # fmt: skip


def _point(row: Any) -> list[float] | None:
    return None if row.point is None else [round(value, 6) for value in row.point.coords]


def _spot(row: SpotTask) -> dict[str, Any]:
    return _shared(row) | {
        "what": row.what, "device_category": row.device_category, "priority": row.priority, "status": row.state,
        "reported_on": row.reported_on, "done_on": row.done_on, "outcome": row.outcome, "point": _point(row),
        "items": sum(one.quantity for one in row.items.all()),
    }  # fmt: skip


def _find(row: OrdnanceFind) -> dict[str, Any]:
    return _shared(row) | {
        "category": row.category, "model": row.model, "quantity": row.quantity, "condition": row.condition, "on": row.on,
        "depth_m": row.depth_m, "point": _point(row), "disposal": row.disposal, "destroyed_on": row.destroyed_on,
        "hazard": row.hazard and row.hazard.ref, "activity": row.activity and row.activity.ref,
        "spot_task": row.spot_task and row.spot_task.ref,
    }  # fmt: skip
