"""Rows of one kind written together: a first file of thousands of records costs few statements, and no guard is left out.

What cannot stand is found by halving, so that one record's fault is not everyone's.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import nullcontext
from decimal import Decimal
from typing import Any
from uuid import UUID

import pgtrigger
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from rafid.commons.identity import random_ref
from rafid.commons.names import in_three, pick
from rafid.commons.programme import LANGUAGES
from rafid.methods.exchange import canonical
from rafid.methods.exchange.erasing import is_tombstone
from rafid.methods.exchange.standing import Standing

from ..checks import judge
from ..models import Record, Source
from ..refusals import sentence_for
from ..registers import register_of_model
from ..search import index_rows
from .declared import Kind, key_of

NO_ID = gettext_noop("%(id)s is no id of a record.")
NO_VALUE = gettext_noop("A value does not fit here: %(why)s")
LACKS = gettext_noop("%(what)s points to %(value)s, which this node does not have.")

Pointed = dict[str, dict[str, Any]]
"""For each field that points to rows: what it travelled as, and the key of the row here."""


BAD = (ValidationError, DatabaseError, GEOSException, ArithmeticError, ValueError, TypeError)
"""What says that a row cannot stand here; anything else is a fault of the program."""


class CannotTake(ValueError):
    """The row cannot stand here, and why: in three languages, and what this node lacks for it."""

    def __init__(self, sentence: str, lacks: str = "", **values: Any) -> None:
        self.said = in_three(sentence, **values)
        self.lacks = lacks
        super().__init__(self.said["en"])


def write(kind: Kind, standings: dict[str, Standing]) -> dict[str, str]:
    """Writes these records as the picture shows them; why not, for those that cannot stand here."""
    ids: dict[str, UUID] = {}
    refused: dict[str, str] = {}
    for record, standing in standings.items():
        try:
            ids[record] = UUID(record)
        except ValueError:
            if standing.heads:
                refused[record] = _why(kind, CannotTake(NO_ID, id=record[:60]))
    pointed = _pointed(kind, [standings[record] for record in ids])
    rows: dict[Any, Any] = {
        row.pk: row for row in kind.model.everything.select_for_update(of=("self",)).filter(pk__in=ids.values())
    }
    new: dict[str, Record] = {}
    changed: dict[str, tuple[Record, tuple[str, ...]]] = {}
    for record, pk in ids.items():
        standing = standings[record]
        row = rows.get(pk)
        if not standing.heads or (row is None and standing.retired):
            continue
        try:
            if row is None:
                row = kind.model(pk=pk, source=Source.NODE)
                _fill(kind, row, standing, pointed, new=True)
                new[record] = row
            elif names := _fill(kind, row, standing, pointed, new=False):
                changed[record] = (row, names)
        except BAD as error:
            refused[record] = _why(kind, error)
    refused |= _stored(kind, new, lambda some: kind.model.everything.bulk_create(some.values()))
    by_names: dict[tuple[str, ...], dict[str, Record]] = {}
    for record, (row, names) in changed.items():
        by_names.setdefault(names, {})[record] = row
    for names, group in by_names.items():
        refused |= _stored(
            kind, group, lambda some, names=names: kind.model.everything.bulk_update(some.values(), names)
        )
    return refused


def _fill(kind: Kind, row: Any, standing: Standing, pointed: Pointed, *, new: bool) -> tuple[str, ...]:
    """Sets what the picture shows; the names of the fields that changed by it."""
    before = {field.attname: getattr(row, field.attname) for field in kind.fields}
    gone = row.deleted_at
    for field in kind.fields:
        if field.name in standing.fields:
            setattr(row, field.attname, value_of(field, standing.fields[field.name], pointed))
        elif not new and field.null:
            setattr(row, field.attname, None)
    if standing.retired and row.deleted_at is None:
        row.deleted_at, row.deleted_why = timezone.now(), f"retired at {standing.heads[0].rpartition(':')[0]}"
    elif not standing.retired and row.deleted_at is not None:
        row.deleted_at, row.deleted_why = None, ""
    if not row.ref:
        row.ref = random_ref(row.REF_PREFIX)
    names = [field.name for field in kind.fields if getattr(row, field.attname) != before[field.attname]]
    return (*names, *(("deleted_at", "deleted_why") if row.deleted_at != gone else ()))


def _stored(kind: Kind, rows: dict[str, Record], store: Any) -> dict[str, str]:
    """Stores rows together, in halves where they are refused together; why, for those that are refused alone."""
    if not rows:
        return {}
    skips = kind.declared.skips
    try:
        with transaction.atomic(), pgtrigger.ignore(*skips) if skips else nullcontext():
            store(rows)
            _settle_constraints()
            _judge(kind, [row.pk for row in rows.values()])
    except BAD as error:
        listed = list(rows.items())
        if len(listed) == 1:
            return {listed[0][0]: _why(kind, error)}
        half = len(listed) // 2
        return _stored(kind, dict(listed[:half]), store) | _stored(kind, dict(listed[half:]), store)
    return {}


def _settle_constraints() -> None:
    """What is only judged at the end of a transaction is judged now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def _judge(kind: Kind, ids: list[Any]) -> None:
    """Checks the rows as the database has them now, and puts them into the index of the search."""
    rows = kind.model.everything.filter(pk__in=ids)
    found = list(rows)
    register = register_of_model(kind.model)
    for check in register.checks if register else ():
        judge(register, check, rows, [row.pk for row in found if row.deleted_at is None])  # type: ignore[arg-type]
    index_rows(kind.model, found)


def _why(kind: Kind, error: Exception) -> str:
    """As it is kept: JSON of the sentence in three languages, and of what is lacking."""
    if isinstance(error, CannotTake):
        return canonical({**error.said, **({"lacks": error.lacks} if error.lacks else {})})
    said = {}
    for language in LANGUAGES:
        with override(language):
            if isinstance(error, IntegrityError):
                said[language] = sentence_for(error, kind.model)
            elif isinstance(error, ValidationError):
                said[language] = " ".join(error.messages)[:500]
            else:
                said[language] = gettext(NO_VALUE) % {"why": (str(error).splitlines() or [""])[0][:200]}
    return canonical(said)


def refusal(kept: str) -> str:
    """Why a record is not in its table here, in the reader's language."""
    return pick(json.loads(kept)) if kept.startswith("{") else kept


def _pointed(kind: Kind, standings: Iterable[Standing]) -> Pointed:
    """The rows to which these records point, looked up by one statement for each field."""
    listed = list(standings)
    found: Pointed = {}
    for field in kind.fields:
        if not field.is_relation:
            continue
        target: Any = field.related_model
        key = str(key_of(field))
        said = {str(standing.fields.get(field.name)) for standing in listed}
        manager = getattr(target, "everything", None) or target._default_manager
        values = [value for value in said if _fits(target._meta.get_field(key), value)]
        rows = manager.filter(**{f"{key}__in": values}).values_list(key, "pk")
        found[field.name] = {str(value): pk for value, pk in rows}
    return found


def _names(field: models.Field[Any, Any]) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(field.verbose_name)
    return said


def _fits(field: models.Field[Any, Any], value: Any) -> bool:
    try:
        field.to_python(value)
    except ValidationError:
        return False
    return True


def value_of(field: models.Field[Any, Any], value: Any, pointed: Pointed) -> Any:
    """A value as it travelled, as the column has it. Raises ``CannotTake`` where this node lacks what it points to."""
    if is_tombstone(value):  # erased before its correction came
        return None if field.null else ""
    if value is None:
        return None
    if field.is_relation:
        pk = pointed[field.name].get(str(value))
        if pk is None:
            raise CannotTake(LACKS, str(value)[:60], what=_names(field), value=str(value)[:60])
        return pk
    if isinstance(field, GeometryField):
        return GEOSGeometry(value, srid=field.srid)
    if isinstance(field, models.DecimalField):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(field, models.JSONField):
        return json.loads(json.dumps(value))
    return field.to_python(value)
