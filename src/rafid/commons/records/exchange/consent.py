"""Changes that count only when other nodes have consented: they are asked at once, and the row stays as it is until then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from rafid.methods.exchange import Change
from rafid.methods.exchange.change import DECLINE

from ..models import Case, ExchangeState, Record, Sensitivity
from .cases import asking
from .declared import kind_named
from .entries import travelling, write_now
from .log import append
from .nodes import own
from .settling import lock, settle_these
from .shown import consents


def needed(record: Record, **changed: Any) -> tuple[str, ...]:
    """The other nodes whose consent a change of these fields needs; none where this installation is no node."""
    node, kind = own(), kind_named(record.kind())
    if node is None or node.revoked_at is not None or kind is None or record.sensitivity >= Sensitivity.RESTRICTED:
        return ()
    agreement = kind.rules.agreement
    if agreement is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT ({travelling(kind, "r")})::text FROM "{kind.model._meta.db_table}" r WHERE r.id = %s', [record.pk]
        )
        (text,) = cursor.fetchone()
    before = json.loads(text)
    change = Change(f"{node.name}:0", str(record.pk), kind.name, "set", changed)
    return tuple(one for one in agreement(change, before, {**before, **changed}) if one != node.name)


@transaction.atomic
def ask(record: Record, **changed: Any) -> None:
    """Writes the change into the log alone and opens its case. The row follows when all have consented."""
    lock()  # before the number of an entry is taken: who decides a case takes them in this order
    write_now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rafid_exchange_write(%s, %s, 'set', %s::jsonb)",
            [record.kind(), str(record.pk), json.dumps(changed)],
        )
    settle_these([str(record.pk)])


@transaction.atomic
def withdraw(record: Record, *, by: Any = None) -> None:
    """What this node asked about a record is asked no more, since it went on without: a consent that comes later counts for
    nothing."""
    node = own()
    if node is None or node.revoked_at is not None:
        return
    cases = Case.objects.filter(cause="agreement", ended_at=None, records__contains=[str(record.pk)])
    asked = [one for one in map(asking, cases) if one.startswith(f"{node.name}:")]
    if not asked:
        return
    lock()
    write_now()
    heads = ExchangeState.objects.get(record=str(record.pk)).heads
    for one in asked:
        append(str(record.pk), record.kind(), DECLINE, {"change": one}, dict.fromkeys([one, *heads]), by)
    settle_these([str(record.pk)])


def awaited(records: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """Record → the nodes whose consent is awaited, of those for which a case of consent is open."""
    found: dict[str, tuple[str, ...]] = {}
    wanted = {str(one) for one in records}
    for case in Case.objects.filter(cause="agreement", ended_at=None, records__overlap=list(wanted)):
        for record in wanted.intersection(case.records):
            found[record] = tuple(dict.fromkeys((*found.get(record, ()), *consents(case)["awaited"])))
    return found


def asked_about(kind: str, at: datetime | None = None) -> list[str]:
    """The records of a kind for which consent is awaited, or was ``at`` a moment."""
    then = Q(ended_at=None) if at is None else Q(opened_at__lte=at) & (Q(ended_at=None) | Q(ended_at__gt=at))
    cases = Case.objects.filter(then, kind=kind, cause="agreement")
    return [record for records in cases.values_list("records", flat=True) for record in records]
