"""Changing a record: saving against the version that was read, deleting with a reason, undoing, restoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.filters import small_number
from rafid.commons.history import because

from .checks import check_record
from .models import Record
from .refusals import sentence_for
from .search import index_record

SHARED = ("id", "version", "known_at", "ref", "source", "source_id", "source_row", "made_by", "state")
"""What a restored version does not bring back: identity and provenance stay, and nothing is published by restoring."""


class Stale(Exception):
    """Somebody changed the record since it was read; ``current`` is how it stands now."""

    def __init__(self, current: Record) -> None:
        super().__init__(f"version {current.version}")
        self.current = current


class Refused(Exception):
    """The database refuses; the message is a sentence that a person can act on."""


@dataclass(frozen=True)
class Difference:
    field: str
    before: Any
    after: Any


def version_read(text: str) -> int:
    """The version that a form says was read; 0, which is no record's, for what is no number."""
    return small_number(text) or 0


def locked(model: type[Record], pk: Any, version: int | None) -> Record:
    """The row, locked until the transaction ends. Raises Stale when ``version`` is not the one that stands."""
    row: Record = model.everything.select_for_update(of=("self",)).get(pk=pk)
    if version is not None and row.version != version:
        raise Stale(row)
    return row


def save(record: Record, *, version: int | None, reason: str = "", new: bool = False) -> Record:
    """Saves, judges by the declared checks and indexes for search, in one transaction.

    Raises Stale (the version is not the current one) and Refused (a constraint of the database).
    """
    try:
        with transaction.atomic(), because(reason):
            if not new:
                locked(type(record), record.pk, version)
            record.save(force_insert=new)
            record.refresh_from_db()
            check_record(record)
            index_record(record)
    except IntegrityError as error:
        raise Refused(sentence_for(error, type(record))) from error
    return record


def delete(record: Record, *, why: str, version: int | None) -> None:
    """Takes a record out of every list; it stays, with its reason, and can be brought back."""
    if not why.strip():
        raise Refused(_("Say why this record is deleted."))
    with transaction.atomic(), because(why):
        row = locked(type(record), record.pk, version)
        row.deleted_at, row.deleted_why = timezone.now(), why.strip()
        row.save(update_fields=["deleted_at", "deleted_why"])
        index_record(row)


def undelete(record: Record, *, why: str = "") -> None:
    with transaction.atomic(), because(why):
        row = locked(type(record), record.pk, None)
        row.deleted_at, row.deleted_why = None, ""
        row.save(update_fields=["deleted_at", "deleted_why"])
        index_record(row)


def restore(record: Record, event: Any, *, why: str, version: int | None) -> Record:
    """Makes the old version ``event`` the newest one. Nothing in between is lost: it stays in the history."""
    tracked = {field.name for field in event._meta.fields}
    for field in type(record)._meta.concrete_fields:
        if field.name in tracked and field.name not in SHARED and not getattr(field, "generated", False):
            setattr(record, field.attname, getattr(event, field.attname))
    return save(record, version=version, reason=why)


def differences(before: Any, after: Any, fields: Mapping[str, str] | None = None) -> list[Difference]:
    """What changed between two versions (records or events), field by field, without the clockwork."""
    names = fields or {f.name: f.name for f in after._meta.concrete_fields if not f.name.startswith("pgh_")}
    found = []
    for name in names:
        if name in ("id", "version", "web") or not hasattr(before, name) or not hasattr(after, name):
            continue
        field = after._meta.get_field(name)
        if getattr(before, field.attname) != getattr(after, field.attname):
            found.append(Difference(name, getattr(before, name), getattr(after, name)))
    return found
