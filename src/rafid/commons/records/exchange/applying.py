"""From the picture into this node's own tables: what other nodes did becomes rows that its pages show."""

from __future__ import annotations

import json
from contextlib import nullcontext
from decimal import Decimal
from typing import Any
from uuid import UUID

import pgtrigger
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from rafid.methods.exchange.standing import Standing

from ..checks import check_record
from ..models import ExchangeState, Record, Source
from ..search import index_record
from .declared import Kind, key_of, kind_named


class CannotTake(ValueError):
    """The row cannot stand here, and why."""


def apply(standings: dict[str, Standing], rows: dict[str, ExchangeState]) -> None:
    """Writes what the picture shows of these records. What a table refuses stays in the log, and is said."""
    from .entries import taking

    with taking():
        as_shown = _as_shown(standings)
        for record, standing in _by_need(standings):
            kind = kind_named(standing.kind)
            if kind is None or (record in as_shown and not rows[record].refused):
                continue
            why = ""
            skips = kind.declared.skips
            try:
                with transaction.atomic(), pgtrigger.ignore(*skips) if skips else nullcontext():
                    _apply(kind, record, standing)
                    _settle_constraints()
            except (CannotTake, ValidationError, DatabaseError, ValueError, TypeError) as error:
                why = str(error).splitlines()[0][:500] or type(error).__name__
            if why != rows[record].refused:
                ExchangeState.objects.filter(record=record).update(refused=why)


def _as_shown(standings: dict[str, Standing]) -> set[str]:
    """The records whose rows say already what the picture shows: as a rule, all that this node changed itself."""
    from .entries import travelling

    by_kind: dict[str, list[UUID]] = {}
    for record, standing in standings.items():
        try:
            by_kind.setdefault(standing.kind, []).append(UUID(record))
        except ValueError:
            continue
    found = set()
    for name, records in by_kind.items():
        kind = kind_named(name)
        if kind is None:
            continue
        table = kind.model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT r.id::text, r.deleted_at IS NOT NULL, ({travelling(kind, 'r')})::text"
                f' FROM "{table}" r WHERE r.id = ANY (%s)',
                [records],
            )
            for record, gone, text in cursor.fetchall():
                standing = standings[record]
                if gone == standing.retired and _said(json.loads(text)) == _said(standing.fields):
                    found.add(record)
    return found


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _settle_constraints() -> None:
    """What is only judged at the end of a transaction is judged now, so that one record's fault is not everyone's."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _by_need(standings: dict[str, Standing]) -> list[tuple[str, Standing]]:
    """Records that others point to first."""
    listed = list(standings.items())
    return sorted(
        listed, key=lambda item: sum(value in standings for value in item[1].fields.values() if isinstance(value, str))
    )


def _apply(kind: Kind, record: str, standing: Standing) -> None:
    if not standing.heads:
        return
    try:
        pk = UUID(record)
    except ValueError:
        raise CannotTake(f"{record[:60]} is no id of a record") from None
    row: Record | None = kind.model.everything.select_for_update(of=("self",)).filter(pk=pk).first()
    new = row is None
    if row is None:
        if standing.retired:
            return
        row = kind.model(pk=pk, source=Source.NODE)
    before = {field.attname: getattr(row, field.attname) for field in kind.fields}
    gone = row.deleted_at
    for field in kind.fields:
        if field.name in standing.fields:
            setattr(row, field.attname, value_of(field, standing.fields[field.name]))
        elif not new and field.null:
            setattr(row, field.attname, None)
    if standing.retired and row.deleted_at is None:
        row.deleted_at, row.deleted_why = timezone.now(), f"retired at {standing.heads[0].rpartition(':')[0]}"
    elif not standing.retired and row.deleted_at is not None:
        row.deleted_at, row.deleted_why = None, ""
    same = all(getattr(row, name) == value for name, value in before.items())
    if not new and same and row.deleted_at == gone:
        return
    row.save(force_insert=new)
    row.refresh_from_db()
    check_record(row)
    index_record(row)


def value_of(field: models.Field[Any, Any], value: Any) -> Any:
    """A value as it travelled, as the column has it. Raises ``CannotTake`` where this node lacks what it points to."""
    if value is None:
        return None
    if field.is_relation:
        key = key_of(field)
        target: Any = field.related_model
        manager = getattr(target, "everything", None) or target._default_manager
        pk = manager.filter(**{str(key): value}).values_list("pk", flat=True).first()
        if pk is None:
            raise CannotTake(f"{field.name} points to {value!s:.60}, which this node does not have")
        return pk
    if isinstance(field, GeometryField):
        return GEOSGeometry(value, srid=field.srid)
    if isinstance(field, models.DecimalField):
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-field.decimal_places))
    if isinstance(field, models.JSONField):
        return json.loads(json.dumps(value))
    return field.to_python(value)
