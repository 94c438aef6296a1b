"""/api/v1/entity-lists: lists of things that are visited again, and the things of each."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, not_found, paged
from rafid.commons.people.authentication import signed_in

from ..models import Entity, EntityList, EntitySource, Sight, Submission
from .csv_file import properties_of
from .rows import entity_seen, list_seen
from .seen import as_seen, facts_of, hidden_properties, label_of, name_of, place_of, seen_by, versions_told, works_with
from .versions import LABEL

router = Router(tags=["forms"])


class ListOut(Schema):
    name: str
    programme: str
    organisation: str
    source: str
    properties: list[str]
    needs_approval: bool


class EntityOut(Schema):
    """``data``: the properties that the caller sees, as text; ``conflict``: none, soft or hard."""

    uuid: UUID
    label: str
    version: int
    data: dict[str, str]
    conflict: str
    place: str | None
    organisation: str
    changed_at: str
    deleted: bool


class EntityVersionOut(Schema):
    """``changed``: what this version gave another value; ``conflicting``: where others had done so since ``against``."""

    number: int
    label: str
    data: dict[str, str]
    changed: list[str]
    at: str
    conflict: str
    conflicting: list[str]
    against: int | None
    base_version: int | None
    branch_id: UUID | None
    trunk_version: int | None
    submission: str | None
    reason: str
    resolves: bool


class EntityDetail(EntityOut):
    versions: list[EntityVersionOut]


@router.get("", response={200: Page[ListOut], **ERRORS}, auth=signed_in, summary="Entity lists that you may see")
def lists(request: HttpRequest, page: Query[PageQuery]) -> dict[str, Any]:
    return paged(EntityList.objects.visible_to(request.user).select_related("owner"), page, _list_out)


@router.get("/{list_name}", response={200: Page[EntityOut], **ERRORS}, auth=signed_in, summary="Things of a list")
def things(request: HttpRequest, list_name: str, page: Query[PageQuery]) -> dict[str, Any]:
    """By key, stable while data arrives. A list that shows places or a register has its rows there, none here."""
    entity_list = _list(request, list_name)
    rows = Entity.objects.filter(list=entity_list).visible_to(request.user).select_related("owner", "place")
    rows = seen_by(rows, request.user)
    hidden = hidden_properties(entity_list, request.user)
    return paged(rows, page, lambda one: _out(one, hidden))


@router.get(
    "/{list_name}/{entity_uuid}",
    response={200: EntityDetail, **ERRORS},
    auth=signed_in,
    summary="One thing, with all its versions",
)
def thing(request: HttpRequest, list_name: str, entity_uuid: UUID) -> dict[str, Any]:
    try:
        entity = entity_seen(request.user, list_name, entity_uuid)
    except Http404:
        raise not_found() from None
    hidden = hidden_properties(entity.list, request.user)
    told = versions_told(request.user, entity)
    works = works_with(request.user, entity)
    visible = set(
        Submission.objects.visible_to(request.user)
        .filter(pk__in=[one.version.source_submission.submission_id for one in told if one.version.source_submission])
        .values_list("pk", flat=True)
    )
    seen = {name for name in (*properties_of(entity.list), LABEL) if hidden.get(name) != Sight.NOTHING}
    return {
        **_out(entity, hidden),
        "versions": [
            {
                "number": one.number,
                "label": label_of(entity.uuid, then.label, hidden),
                "data": as_seen(then.data, hidden),
                "changed": [name for name in one.changed if name in seen],
                "at": one.at.isoformat(timespec="seconds"),
                "conflict": one.conflict,
                "conflicting": [name for name in one.conflicting if name in seen],
                "against": one.against,
                "base_version": one.base_version,
                "branch_id": one.branch_id,
                "trunk_version": one.trunk_version,
                "submission": one.source_submission.instance_id
                if one.source_submission is not None and one.source_submission.submission_id in visible
                else None,
                "reason": one.reason if works else "",
                "resolves": one.resolves,
            }
            for then in told
            for one in [then.version]
        ],
    }


def _list(request: HttpRequest, name: str) -> EntityList:
    try:
        return list_seen(request.user, name)
    except Http404:
        raise not_found() from None


def _list_out(one: EntityList) -> dict[str, Any]:
    return {
        "name": one.name,
        "programme": one.programme,
        "organisation": one.owner.ref,
        "source": EntitySource(one.source).value,
        "properties": properties_of(one),
        "needs_approval": one.needs_approval,
    }


def _out(one: Entity, hidden: dict[str, Sight]) -> dict[str, Any]:
    return {
        "uuid": one.uuid,
        "label": name_of(one, hidden),
        "version": one.version,
        "data": facts_of(one, hidden),
        "conflict": one.conflict,
        "place": place.ref if (place := place_of(one)) else None,
        "organisation": one.owner.ref,
        "changed_at": one.changed_at.isoformat(timespec="seconds"),
        "deleted": one.deleted_at is not None,
    }
