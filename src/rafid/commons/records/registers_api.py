"""The registers of all programmes over /api/v1/records/{programme}/{record}: the same rows as their pages."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry, Polygon
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from rafid.commons.api import (
    CHANGE_ERRORS,
    ERRORS,
    Page,
    PageQuery,
    Problem,
    etag_of,
    invalid,
    not_found,
    paged,
    record_etag,
    require_match,
    unchanged,
)
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_on
from rafid.commons.places.models import Place

from .change import Refused, Stale, delete, save
from .forms import form_class
from .models import Record, Source
from .queries import by_ref, filtered
from .registers import Register, register_of

router = Router()


class RecordQuery(PageQuery):
    place: str | None = Field(None, max_length=40)
    period: str | None = Field(None, max_length=10)
    organisation: str | None = Field(None, max_length=40)
    state: str | None = Field(None, max_length=12)
    q: str | None = Field(None, max_length=200)
    fields: str | None = Field(None, max_length=1000, description="names, separated by commas")
    bbox: str | None = Field(None, max_length=100, description="west,south,east,north in degrees")


class RecordIn(Schema):
    """The fields of the register's form; places and organisations by their reference, a point as [lon, lat]."""

    values: dict[str, Any]
    reason: str = Field("", max_length=500)


def plain(value: Any) -> Any:
    if isinstance(value, GEOSGeometry):
        return json.loads(value.geojson)
    if isinstance(value, Place | Organisation | Record):
        return value.ref
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value) if isinstance(value, UUID) else value


def shown(register: Register, fields: str | None) -> list[str]:
    known = ["ref", *register.shown, *register.listed, "place", "owner", "sensitivity", "state", "version", "known_at"]
    known = list(dict.fromkeys(known))
    if not fields:
        return known
    asked = [name.strip() for name in fields.split(",")]
    for name in asked:
        if name not in known:
            raise invalid("fields", _("There is no field “%s”. Known: %s") % (name, ", ".join(known)))
    return asked


def item(record: Any, names: list[str]) -> dict[str, Any]:
    return {"id": str(record.pk), **{name: plain(getattr(record, name)) for name in names}}


def box(text: str) -> Polygon:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise invalid("bbox", _("Give four numbers: west,south,east,north.")) from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise invalid("bbox", _("Give four numbers: west,south,east,north."))
    return Polygon.from_bbox((west, south, east, north))


def found(programme: str, code: str) -> Register:
    return register_of(programme, code)


@router.get("/{programme}/{code}", response={200: Page[dict[str, Any]], **ERRORS}, summary="List a register")
def list_records(request: HttpRequest, programme: str, code: str, query: Query[RecordQuery]) -> Any:
    register = found(programme, code)
    names = shown(register, query.fields)
    asked = {k: v for k, v in query.dict().items() if isinstance(v, str) and v}
    rows = filtered(register, request.user, asked).select_related("place", "owner", *register.pointing(names))
    if query.bbox:
        if register.geometry is None:
            raise invalid("bbox", _("This register holds no positions."))
        rows = rows.filter(**{f"{register.geometry}__bboverlaps": box(query.bbox)})
    return paged(rows, query, lambda record: item(record, names))


@router.get("/{programme}/{code}/{ref}", response={200: dict[str, Any], 304: None, **ERRORS}, summary="One record")
def get_record(request: HttpRequest, response: HttpResponse, programme: str, code: str, ref: str) -> Any:
    register = found(programme, code)
    record = by_ref(register.model.objects.visible_to(request.user), ref)
    etag = record_etag(record)
    same = unchanged(request, etag)
    if same:
        return same
    response["ETag"] = etag
    return item(record, shown(register, None))


def _submit(request: HttpRequest, register: Register, record: Any, given: RecordIn, *, new: bool) -> Any:
    """The page's own form judges, so that the API takes what the page takes."""
    # A new record begins with what its model takes when nothing is said.
    held = [n for n in register.editable if not new or register.model._meta.get_field(n).has_default()]
    values = {n: plain(getattr(record, n)) for n in held}
    unknown = set(given.values) - set(register.editable)
    if unknown:
        raise Problem(
            422, _("The record cannot be taken"), "", [(name, _("There is no such field.")) for name in sorted(unknown)]
        )
    values.update(given.values)
    data: dict[str, Any] = {"reason": given.reason, "version": None if new else record.version}
    for name, value in values.items():
        if name == register.geometry:
            point = value["coordinates"] if isinstance(value, dict) and "coordinates" in value else value
            if isinstance(point, list | tuple) and len(point) == 2:
                data[f"{name}_0"], data[f"{name}_1"] = point
        elif name == "owner":
            owner = Organisation.objects.filter(ref=str(value).replace("\x00", "")).first()
            data[name] = str(owner.pk) if owner else str(value)
        elif value is not None:
            data[name] = value
    form = form_class(register)(data, instance=record, user=request.user, register=register)
    if not form.is_valid():
        raise Problem(
            422,
            _("The record cannot be taken"),
            "",
            [(name, str(text)) for name, texts in form.errors.items() for text in texts],
        )
    try:
        return save(form.instance, version=None if new else record.version, reason=given.reason, new=new)
    except Refused as refusal:
        raise Problem(422, _("The record cannot be taken"), str(refusal)) from refusal
    except Stale as stale:
        raise Problem(
            409,
            _("Somebody changed this record since you read it"),
            _("Read it again and decide what is to stand."),
            [("ETag", record_etag(stale.current))],
        ) from stale


def _own_door(request: HttpRequest, door: str) -> None:
    """Refuses what is done on a page of its own, by rules that look at more than the one record."""
    if door:
        address = request.build_absolute_uri(door)
        raise Problem(409, _("This is done on its own page"), _("Open %s: its rules are kept there.") % address)


@router.post("/{programme}/{code}", response={201: dict[str, Any], **ERRORS}, summary="Add a record")
def add_record(
    request: HttpRequest, response: HttpResponse, programme: str, code: str, given: Annotated[RecordIn, Body()]
) -> Any:
    register = found(programme, code)
    user = signed_in(request)
    if not may(user, "add", programme):
        raise Problem(403, _("Not yours to do"), _("Your roles do not include this."))
    _own_door(request, register.door("add"))
    record = _submit(request, register, register.model(made_by=user, source=Source.PERSON), given, new=True)
    response["ETag"] = record_etag(record)
    return 201, item(record, shown(register, None))


@router.patch("/{programme}/{code}/{ref}", response={200: dict[str, Any], **CHANGE_ERRORS}, summary="Change a record")
def change_record(
    request: HttpRequest,
    response: HttpResponse,
    programme: str,
    code: str,
    ref: str,
    given: Annotated[RecordIn, Body()],
) -> Any:
    register = found(programme, code)
    user = signed_in(request)
    record = by_ref(register.model.objects.visible_to(user), ref)
    if not may_on(user, "change", record):
        raise Problem(403, _("Not yours to do"), _("Your roles do not include this."))
    _own_door(request, register.door("change", record))
    require_match(request, record)
    record = _submit(request, register, record, given, new=False)
    response["ETag"] = record_etag(record)
    return item(record, shown(register, None))


@router.delete("/{programme}/{code}/{ref}", response={204: None, **CHANGE_ERRORS}, summary="Delete, with a reason")
def remove_record(
    request: HttpRequest, programme: str, code: str, ref: str, why: Annotated[str, Query(max_length=500)] = ""
) -> Any:
    register = found(programme, code)
    user = signed_in(request)
    record = by_ref(register.model.objects.visible_to(user), ref)
    if not may_on(user, "delete", record):
        raise Problem(403, _("Not yours to do"), _("Your roles do not include this."))
    _own_door(request, register.door("delete", record))
    require_match(request, record)
    try:
        delete(record, why=why, version=record.version)
    except Refused as refusal:
        raise invalid("why", str(refusal)) from refusal
    return 204, None


@router.get("/{programme}/{code}/{ref}/history", response={200: list[dict[str, Any]], **ERRORS}, summary="Its history")
def record_history(request: HttpRequest, response: HttpResponse, programme: str, code: str, ref: str) -> Any:
    from .views.history import visible_events

    register = found(programme, code)
    record = by_ref(register.model.everything.visible_to(request.user), ref)
    if record.deleted_at and not may_on(request.user, "delete", record):
        raise not_found()
    known = request.user.is_authenticated
    entries = []
    for event in visible_events(register, record, request.user):
        facts = event.pgh_context.metadata if event.pgh_context else {}
        values = {}
        for name in shown(register, None):
            try:
                event._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            values[name] = plain(getattr(event, name))
        entries.append(
            {
                "version": event.version,
                "at": event.pgh_created_at.isoformat(),
                "what": event.pgh_label,
                "why": facts.get("reason", ""),
                "by": facts.get("user") if known else None,
                "values": values,
            }
        )
    response["ETag"] = etag_of(str(record.pk), len(entries))
    return entries
