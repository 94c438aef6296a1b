"""Reading and writing the log: rows of the database on one side, changes of ``methods.exchange`` on the other."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from rafid.methods.exchange import Change, canonical, node_and_number
from rafid.methods.exchange.change import as_json

from ..models import ExchangeBundle, ExchangeChange, ExchangeState, Node
from .errors import Refused


def change_of(row: ExchangeChange) -> Change:
    return Change(
        f"{row.node}:{row.number}",
        row.record,
        row.kind,
        row.action,
        json.loads(row.fields),
        tuple(row.after),
        row.at,
        row.by,
    )


def row_of(change: Change, bundle: ExchangeBundle | None = None) -> ExchangeChange:
    node, number = node_and_number(change.id)
    return ExchangeChange(
        node=node,
        number=number,
        record=change.record,
        kind=change.kind,
        action=change.action,
        fields=canonical(change.fields),
        after=list(change.after),
        at=change.at,
        by=change.by,
        bundle=bundle,
    )


def there(ids: Iterable[str]) -> dict[str, ExchangeChange]:
    """Those of these changes that the log holds."""
    by_node: dict[str, list[int]] = {}
    for one in ids:
        try:
            node, number = node_and_number(one)
        except ValueError:
            continue
        by_node.setdefault(node, []).append(number)
    return {
        f"{row.node}:{row.number}": row
        for node, numbers in by_node.items()
        for row in ExchangeChange.objects.filter(node=node, number__in=numbers)
    }


def have() -> dict[str, int]:
    """For each node the number up to which nothing is missing here. Known nodes without changes count as 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.name, coalesce((
                SELECT CASE WHEN count(*) = max(number) THEN max(number) END FROM rafid_records_exchangechange
                WHERE node = n.name), -1)
            FROM (SELECT name FROM rafid_records_node UNION SELECT node FROM rafid_records_exchangechange) n
            """
        )
        found = dict(cursor.fetchall())
        for name, number in found.items():
            if number >= 0:
                continue
            cursor.execute(
                """
                SELECT coalesce(max(number), 0) FROM (
                    SELECT number, row_number() OVER (ORDER BY number) AS place FROM rafid_records_exchangechange
                    WHERE node = %s) numbered WHERE number = place
                """,
                [name],
            )
            found[name] = cursor.fetchone()[0]
    return dict(sorted(found.items()))


def append(
    record: str, kind: str, action: str, fields: Mapping[str, Any], after: Iterable[str], by: Any = None
) -> Change:
    """This node's own next change. The caller holds a transaction; the entry is written in it."""
    node = Node.objects.select_for_update().filter(own=True, revoked_at=None).first()
    if node is None:
        raise Refused.no_node()
    node.number += 1
    Node.objects.filter(pk=node.pk).update(number=node.number)
    change = Change(
        f"{node.name}:{node.number}",
        record,
        kind,
        action,
        dict(fields),
        tuple(after),
        timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        getattr(by, "login", "") or "",
    )
    row_of(change).save(force_insert=True)
    ExchangeState.objects.update_or_create(
        record=record, defaults={"stale": True}, create_defaults={"kind": kind, "stale": True}
    )
    return change


def line(change: Change) -> str:
    return canonical(as_json(change))
