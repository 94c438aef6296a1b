"""What people do with things that are visited again: add, change, delete, bring back, decide on conflicts, import a table.

Each needs a reason, and leaves a version. Whoever reviews or designs where the thing is may do it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.people.models import Organisation
from rafid.commons.people.visibility import may, may_at
from rafid.methods.xforms import is_property_name
from rafid.methods.xforms.entities import is_uuid
from rafid.methods.xforms.geometry import read_point

from ..facts import place_named
from ..models import Entity, EntityList, EntitySource, EntityVersion
from ..refusals import Refused
from ..submissions.review import typed_in
from .versions import LABEL, Origin, change, lock_entity, make

KEEPERS = ("review", "design")
MOST_ROWS = 20_000
LARGEST_TABLE = 20_000_000
_SYSTEM = frozenset({"name", "label", "__version", "__trunkVersion", "__branchId", "place", "uuid", "organisation"})


def may_keep(user: Any, entity: Entity) -> bool:
    return may_keep_at(user, entity.list, entity.owner_id, entity.place_id)


def may_keep_at(user: Any, entity_list: EntityList, owner: UUID, place: UUID | None) -> bool:
    return any(may_at(user, action, entity_list.programme, owner, place) for action in KEEPERS)


def may_add(user: Any, entity_list: EntityList) -> bool:
    """Anywhere at all."""
    own = entity_list.source == EntitySource.OWN
    return own and any(may(user, action, entity_list.programme) for action in KEEPERS)


@dataclass(frozen=True)
class RowFault:
    """``row`` counts as the sheet does: the heading is 1."""

    row: int
    column: str
    sentence: str


class NotImported(Refused):
    """Nothing of the table was taken; ``faults`` says why, row by row."""

    def __init__(self, faults: Sequence[RowFault]) -> None:
        super().__init__(422, "rows", _("Nothing was imported: some rows cannot be taken."))
        self.faults = list(faults)


@transaction.atomic
def add(
    entity_list: EntityList,
    label: str,
    data: Mapping[str, str],
    *,
    owner: Organisation,
    place: UUID | None,
    by: Any,
    reason: str,
    uuid: str = "",
) -> Entity:
    """Raises :class:`Refused`."""
    _must(by, entity_list, owner.pk, place)
    return make(
        entity_list,
        uuid or str(uuid4()),
        _labelled(label),
        _known(entity_list, data),
        Origin(timezone.now(), by=by, reason=_reason(reason)),
        owner=owner.pk,
        place=place,
    )


@transaction.atomic
def alter(entity: Entity, version: int, label: str, data: Mapping[str, str], *, by: Any, reason: str) -> Entity:
    """``version`` is the one that the person had before him; stale is 409, never the last wins."""
    locked = _locked(entity, by)
    if locked.version != version:
        raise Refused(
            409, "stale", _("Somebody changed this meanwhile. Look at how it stands now, and change it again.")
        )
    known = _known(locked.list, data)
    if {**locked.data, **known} == locked.data and label == locked.label:
        raise Refused(422, "same", _("Nothing is different from what stands there."))
    change(
        locked,
        _labelled(label),
        known,
        Origin(timezone.now(), by=by, reason=_reason(reason)),
        against=version,
    )
    return locked


@transaction.atomic
def remove(entity: Entity, *, by: Any, reason: str) -> None:
    """It leaves the phones' lists; its versions and visits stay."""
    locked = _locked(entity, by)
    if locked.deleted_at is None:
        change(locked, "", {}, Origin(timezone.now(), by=by, reason=_reason(reason)), against=locked.version)
        locked.deleted_at = timezone.now()
        locked.save(update_fields=["deleted_at", "changed_at"])


@transaction.atomic
def bring_back(entity: Entity, *, by: Any, reason: str) -> None:
    locked = _locked(entity, by)
    if locked.deleted_at is not None:
        change(locked, "", {}, Origin(timezone.now(), by=by, reason=_reason(reason)), against=locked.version)
        locked.deleted_at = None
        locked.save(update_fields=["deleted_at", "changed_at"])


@dataclass(frozen=True)
class Candidate:
    """A value that somebody gave a property; ``version`` is where it stands."""

    value: str
    version: EntityVersion


@dataclass(frozen=True)
class Disputed:
    """A property with several values since people last agreed. ``before``: what all of them had known."""

    name: str
    before: str
    now: str
    candidates: list[Candidate]


def disputed(entity: Entity) -> list[Disputed]:
    """What a person has to decide on: hard conflicts since the last decision, property by property."""
    versions = list(entity.versions.order_by("number").select_related("by", "source_submission__submission"))
    by_number = {one.number: one for one in versions}
    last = max((one.number for one in versions if one.resolves), default=0)
    open_ones = [one for one in versions if one.number > last and one.conflicting]
    names = dict.fromkeys(name for one in open_ones for name in one.conflicting)
    found = []
    for name in names:
        against = min(one.against or 0 for one in open_ones if name in one.conflicting)
        candidates: dict[str, Candidate] = {}
        for one in versions:
            if one.number > against and name in one.changed:
                candidates[value_of(one, name)] = Candidate(value_of(one, name), one)
        before = by_number.get(against)
        now = by_number[entity.version]
        found.append(
            Disputed(name, value_of(before, name) if before else "", value_of(now, name), list(candidates.values()))
        )
    return found


def value_of(version: EntityVersion, name: str) -> str:
    return version.label if name == LABEL else str(version.data.get(name, ""))


@transaction.atomic
def resolve_conflict(entity: Entity, version: int, picked: Mapping[str, str], *, by: Any, reason: str) -> Entity:
    """A person decides: ``picked`` gives disputed properties their value; what is not named stays as it is now.

    Without a dispute (a soft conflict) it says that somebody looked. Raises :class:`Refused`.
    """
    locked = _locked(entity, by)
    if locked.version != version:
        raise Refused(
            409, "stale", _("Somebody changed this meanwhile. Look at how it stands now, and change it again.")
        )
    if locked.conflict == "none":
        raise Refused(409, "agreed", _("There is no conflict to decide on."))
    names = {one.name for one in disputed(locked)}
    if set(picked) - names:
        raise Refused(422, "picked", _("“%s” is not in dispute.") % sorted(set(picked) - names)[0])
    data = {name: value for name, value in picked.items() if name != LABEL}
    change(
        locked,
        picked.get(LABEL, ""),
        data,
        Origin(timezone.now(), by=by, reason=_reason(reason), resolves=True),
        against=locked.version,
    )
    return locked


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    same: int


@transaction.atomic
def import_csv(entity_list: EntityList, table: bytes, *, owner: Organisation, by: Any, reason: str) -> Imported:
    """A table as ODK has them: ``label``, properties, ``geometry`` (or ``latitude`` and ``longitude``), ``place`` (its code
    or name); rows with ``name`` change the thing of that id, others are added. All of it is taken, or nothing.

    Raises :class:`NotImported` with every fault, :class:`Refused` for a table that cannot be read.
    """
    why = _reason(reason)
    if entity_list.source != EntitySource.OWN:
        raise Refused(409, "view", _("This list shows another register; change that."))
    heading, rows = _table(table)
    faults = _heading_faults(entity_list, heading)
    if faults:
        raise NotImported(faults)
    entity_list = EntityList.objects.select_for_update().get(pk=entity_list.pk)
    fresh = [name for name in heading if name not in _SYSTEM | {"latitude", "longitude"}]
    if "latitude" in heading:
        fresh.append("geometry")
    entity_list.properties = list(dict.fromkeys([*entity_list.properties, *fresh]))
    entity_list.save(update_fields=["properties"])
    done = {"added": 0, "changed": 0, "same": 0}
    for number, row in enumerate(rows, 2):
        try:
            done[_import_row(entity_list, row, owner, by, why)] += 1
        except _RowProblem as problem:
            faults.append(RowFault(number, problem.column, problem.sentence))
    if faults:
        raise NotImported(faults)
    return Imported(**done)


class _RowProblem(Exception):
    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


def _import_row(entity_list: EntityList, row: Mapping[str, str], owner: Organisation, by: Any, why: str) -> str:
    uuid = (row.get("name") or row.get("uuid") or "").strip().lower().removeprefix("uuid:")
    if uuid and not is_uuid(uuid):
        raise _RowProblem("name", _("“%s” is no identity of an entity; leave it empty to add a new one.") % uuid[:60])
    data = {name: value for name, value in row.items() if name not in _SYSTEM | {"latitude", "longitude"}}
    if row.get("latitude") or row.get("longitude"):
        data["geometry"] = f"{row.get('latitude', '')} {row.get('longitude', '')} 0 0"
    if data.get("geometry") and ";" not in data["geometry"] and read_point(data["geometry"]) is None:
        raise _RowProblem("geometry", _("“%s” is no position: latitude, then longitude.") % data["geometry"][:60])
    place = None
    if row.get("place"):
        place = place_named(row["place"])
        if place is None:
            raise _RowProblem("place", _("There is no place “%s”, or several.") % row["place"][:60])
    label = (row.get("label") or "").strip()
    existing = None
    if uuid:
        lock_entity(entity_list.pk, uuid)
        existing = Entity.everything.filter(list=entity_list, uuid=uuid).first()
    if existing is None:
        if not label:
            raise _RowProblem("label", _("A new entity needs a label."))
        if not may_keep_at(by, entity_list, owner.pk, place):
            raise _RowProblem("place", _("Your roles do not reach this place."))
        make(
            entity_list,
            uuid or str(uuid4()),
            label,
            data,
            Origin(timezone.now(), by=by, reason=why),
            owner=owner.pk,
            place=place,
        )
        return "added"
    if not may_keep(by, existing) or existing.deleted_at is not None:
        raise _RowProblem("name", _("The list has no entity of this identity that you may change."))
    said = {name: value for name, value in data.items() if value != existing.data.get(name, "")}
    if not said and (not label or label == existing.label):
        return "same"
    change(existing, label, said, Origin(timezone.now(), by=by, reason=why), against=existing.version)
    return "changed"


def _table(table: bytes) -> tuple[list[str], list[dict[str, str]]]:
    if len(table) > LARGEST_TABLE:
        raise Refused(413, "too_large", _("The table is too large. Divide it."))
    try:
        text = table.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(422, "encoding", _("The file is not UTF-8. Save it as “CSV UTF-8”.")) from None
    if "\x00" in text:
        raise Refused(422, "encoding", _("The file is no text file."))
    dialect = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    try:
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect, strict=True))
    except csv.Error as error:
        raise Refused(422, "csv", _("The file is no table: %s.") % error) from None
    heading = [name.strip() for name in read[0]] if read else []
    if not any(heading):
        raise Refused(422, "heading", _("The first row holds no column names."))
    if len(read) > MOST_ROWS + 1:
        raise Refused(422, "rows", _("The table has more than %s rows. Divide it.") % MOST_ROWS)
    rows = [
        {name: value.strip() for name, value in zip(heading, row, strict=False) if name}
        for row in read[1:]
        if any(value.strip() for value in row)
    ]
    return heading, rows


def _heading_faults(entity_list: EntityList, heading: Sequence[str]) -> list[RowFault]:
    faults = []
    for name in dict.fromkeys(heading):
        if heading.count(name) > 1:
            faults.append(RowFault(1, name, _("The column “%s” stands there twice.") % name))
        elif name and name not in _SYSTEM | {"latitude", "longitude"} and not is_property_name(name):
            faults.append(
                RowFault(
                    1, name, _("“%s” cannot be a property: letters, digits and _ only, a letter first.") % name[:60]
                )
            )
    if "label" not in heading and "name" not in heading:
        faults.append(RowFault(1, "label", _("A column “label” is needed: what the thing is called in lists.")))
    return faults


def _locked(entity: Entity, by: Any) -> Entity:
    lock_entity(entity.list_id, str(entity.uuid))
    found = Entity.everything.select_related("list").get(pk=entity.pk)
    _must(by, found.list, found.owner_id, found.place_id)
    return found


def _must(by: Any, entity_list: EntityList, owner: UUID, place: UUID | None) -> None:
    if entity_list.source != EntitySource.OWN or not may_keep_at(by, entity_list, owner, place):
        raise Refused(403, "right", _("Your roles do not include changing this list there."))


def _reason(reason: str) -> str:
    reason = typed_in(reason)
    if not reason:
        raise Refused(422, "reason", _("Say why."))
    return reason[:2000]


def _labelled(label: str) -> str:
    if not label.strip():
        raise Refused(422, "label", _("A label is needed: what the thing is called in lists."))
    return label.strip()


def _known(entity_list: EntityList, data: Mapping[str, str]) -> dict[str, str]:
    """Raises for what is no property of the list, and for a geometry that cannot be read."""
    for name, value in data.items():
        if name not in entity_list.properties and name != "geometry":
            raise Refused(422, name, _("The list has no property “%s”.") % name)
        if "\x00" in value:
            raise Refused(422, name, _("There is a character that no text may hold."))
    geometry = data.get("geometry", "")
    if geometry and ";" not in geometry and read_point(geometry) is None:
        raise Refused(422, "geometry", _("“%s” is no position: latitude, then longitude.") % geometry[:60])
    return {name: value.strip() for name, value in data.items()}
