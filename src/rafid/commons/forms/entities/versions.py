"""The versions of one thing: made, changed against the version that somebody knew, and what of it conflicts.

All is applied, as ODK Central does it, and every version stays; a conflict is a mark for a person to look at.
Soft: others changed other properties since. Hard: they gave the same property another value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from ..facts import place_of_point
from ..models import Conflict, Entity, EntityList, EntityVersion

LABEL = "label"
_RANK = (Conflict.NONE, Conflict.SOFT, Conflict.HARD)


@dataclass(frozen=True)
class Origin:
    """Where a version comes from: a submission's version, or a person with a reason."""

    at: datetime
    submission_version: UUID | None = None
    by: Any = None
    reason: str = ""
    resolves: bool = False
    base_version: int | None = None
    branch_id: str = ""
    trunk_version: int | None = None


def lock_entity(entity_list: UUID, uuid: str) -> None:
    """Until the end of the transaction; also for one that is not there yet. Take several in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 8))", [f"{entity_list} {uuid}"])


def make(
    entity_list: EntityList,
    uuid: str,
    label: str,
    data: Mapping[str, str],
    origin: Origin,
    *,
    owner: UUID,
    place: UUID | None,
    conflict: str = Conflict.NONE,
) -> Entity:
    """A new thing with its first version. Its place is ``place``, else where its position lies."""
    kept = {name: value for name, value in data.items() if value != ""}
    entity = Entity.everything.create(
        list=entity_list,
        uuid=uuid,
        label=label[:500],
        data=kept,
        conflict=conflict,
        owner_id=owner,
        place_id=place or place_at(kept),
    )
    _keep(entity, [LABEL, *kept], origin, conflict=conflict, against=None, conflicting=[])
    return entity


def change(
    entity: Entity,
    label: str,
    data: Mapping[str, str],
    origin: Origin,
    *,
    against: int,
    conflict: str = Conflict.NONE,
) -> EntityVersion:
    """One more version: ``label`` ('' leaves it) and the properties that ``data`` names, meant for version ``against`` (0:
    none is known). ``conflict``: marked at least so. The entity's lock is held."""
    known = entity.versions.filter(number=against).first()
    before: Mapping[str, str] = {LABEL: known.label, **known.data} if known is not None else {}
    now = {LABEL: entity.label, **entity.data}
    said = {**data, **({LABEL: label[:500]} if label else {})}
    changed = [name for name, value in said.items() if value != before.get(name, "")]
    since: set[str] = set()
    for names in entity.versions.filter(number__gt=against).values_list("changed", flat=True):
        since.update(names)
    conflicting = [name for name in changed if name in since and said[name] != now.get(name, "")]
    if against < entity.version:
        conflict = worse(conflict, Conflict.HARD if conflicting else Conflict.SOFT)
    # What was sent as it was known says nothing new: others' changes to it stay.
    merged = {**entity.data, **{name: said[name] for name in changed if name != LABEL}}
    entity.data = {name: value for name, value in merged.items() if value != ""}
    if LABEL in changed:
        entity.label = said[LABEL]
    if "geometry" in changed:
        entity.place_id = place_at(entity.data) or entity.place_id
    entity.version += 1
    entity.conflict = Conflict.NONE if origin.resolves else worse(entity.conflict, conflict)
    entity.save()
    return _keep(entity, changed, origin, conflict=conflict, against=against, conflicting=conflicting)


def worse(one: str, other: str) -> str:
    return max(one, other, key=lambda mark: _RANK.index(Conflict(mark)))


def place_at(data: Mapping[str, str]) -> UUID | None:
    point = point_of(data)
    return place_of_point(*point) if point else None


def point_of(data: Mapping[str, str]) -> tuple[float, float] | None:
    """Longitude and latitude of ``geometry``; of a line or an area its first point."""
    from rafid.methods.xforms.geometry import read_point

    point = read_point(data.get("geometry", "").partition(";")[0].strip())
    return (point[1], point[0]) if point else None


def _keep(
    entity: Entity, changed: list[str], origin: Origin, *, conflict: str, against: int | None, conflicting: list[str]
) -> EntityVersion:
    return EntityVersion.objects.create(
        entity=entity,
        number=entity.version,
        label=entity.label,
        data=entity.data,
        changed=changed,
        base_version=origin.base_version,
        branch_id=origin.branch_id or None,
        trunk_version=origin.trunk_version,
        source_submission_id=origin.submission_version,
        by=origin.by,
        at=origin.at,
        conflict=conflict,
        against=against,
        conflicting=conflicting,
        reason=origin.reason,
        resolves=origin.resolves,
    )
