"""From the picture into this node's own tables: what other nodes did becomes rows that its pages show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection

from rafid.methods.exchange.standing import Standing

from ..models import ExchangeState
from .declared import kind_named
from .writing import write

MOST = 500
"""So many rows of one kind are written together."""


def apply(standings: dict[str, Standing], rows: dict[str, ExchangeState]) -> None:
    """Writes what the picture shows of these records. What a table refuses stays in the log, and is said."""
    from .entries import taking

    with taking():
        as_shown = _as_shown(standings)
        todo = {
            record: standing
            for record, standing in standings.items()
            if kind_named(standing.kind) is not None and (record not in as_shown or rows[record].refused)
        }
        refused: dict[str, str] = {}
        for name, wave in in_waves(todo):
            kind = kind_named(name)
            assert kind is not None
            for at in range(0, len(wave), MOST):
                refused |= write(kind, {record: todo[record] for record in wave[at : at + MOST]})
        changed: dict[str, list[str]] = {}
        for record in todo:
            if refused.get(record, "") != rows[record].refused:
                changed.setdefault(refused.get(record, ""), []).append(record)
        for why, records in changed.items():
            ExchangeState.objects.filter(record__in=records).update(refused=why)


def in_waves(standings: dict[str, Standing]) -> Iterator[tuple[str, list[str]]]:
    """Records by kind, those that others point to before them. What points to one another in a circle comes last, together."""
    points: dict[str, set[str]] = {}
    for record, standing in standings.items():
        named = (value for value in standing.fields.values() if isinstance(value, str))
        points[record] = {value for value in named if value in standings and value != record}
    while points:
        free = [record for record, others in points.items() if not others & points.keys()] or list(points)
        by_kind: dict[str, list[str]] = {}
        for record in free:
            by_kind.setdefault(standings[record].kind, []).append(record)
            del points[record]
        yield from by_kind.items()


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
