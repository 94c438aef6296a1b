"""Works out how records stand after their changes became more, and opens and ends cases. Costs only these records."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from rafid.commons.history import because
from rafid.methods.exchange import Change, Conflict, Rules, canonical
from rafid.methods.exchange.ground import Decision, Plot, alike, decide, ground_conflict, plots, representatives
from rafid.methods.exchange.log import BUCKETS
from rafid.methods.exchange.standing import Standing, stand

from ..models import Case, ExchangeChange, ExchangeState
from .declared import kind_named
from .log import change_of, there

LOCK = 4_117_221
MOST = 2000
"""So many records are worked out at once, so that a first fill of a node takes no more memory than any other day."""


def settle(told: Callable[[int, int | None], None] | None = None, *, wait: bool = True) -> int:
    """Brings all records up to date whose changes became more; how many there were. ``told`` hears how far it is. Without
    ``wait`` it is left to who is at it already."""
    from .entries import write_now

    done: set[str] = set()
    tried: list[str] = []
    with transaction.atomic(), because("exchange"):
        # Before the number of an entry is taken: who decides a case takes them in this order.
        if not lock(wait=wait):
            return 0
        write_now()
        while True:
            records = _stale()
            if not records and done:
                records = _may_stand_now(done)
                tried, again = records, tried
                if records == again:
                    break
            if not records:
                break
            _settle(records)
            done.update(records)
            if told is not None:
                told(len(done), len(done) + ExchangeState.objects.filter(stale=True).count())
    return len(done)


def lock(*, wait: bool = True) -> bool:
    """One transaction at a time works out how records stand. False where another does and it was not to ``wait``."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def settle_these(records: list[str]) -> None:
    """These records alone, for a request that must not wait for all that is stale. The caller holds the lock."""
    _settle(records)


def _stale() -> list[str]:
    return list(ExchangeState.objects.filter(stale=True).values_list("record", flat=True)[:MOST])


def _may_stand_now(done: set[str]) -> list[str]:
    """Records that were not taken into their table for want of one of these, which came after them."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT record FROM rafid_records_exchangestate
            WHERE refused <> '' AND CASE WHEN starts_with(refused, '{') THEN refused::jsonb ->> 'lacks' END = ANY (%s)
            ORDER BY record LIMIT %s
            """,
            [list(done), MOST],
        )
        return [record for (record,) in cursor.fetchall()]


def _settle(records: list[str]) -> None:
    from .applying import apply

    changes, waiting = _placed(records)
    rows = {row.record: row for row in ExchangeState.objects.select_for_update().filter(record__in=records)}
    standings: dict[str, Standing] = {}
    for record in records:
        kind = kind_named(rows[record].kind)
        standing = stand(changes.get(record, ()), kind.rules if kind else Rules())
        if standing is not None:
            standings[record] = standing
    ground = {plot.record: plot for plot in _plots(standings)}
    for record in records:
        _keep(rows[record], standings.get(record), ground.get(record), waiting.get(record, []))
    ExchangeState.objects.bulk_create(
        rows.values(),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["record"],
        update_fields=[
            "kind", "node", "fields_shown", "retired", "live", "heads", "waiting", "leaf", "bucket", "ground", "stale",
        ],
    )  # fmt: skip
    _wake()
    asked, touched = _ground_cases(set(records), rows)
    found = [conflict for standing in standings.values() for conflict in standing.conflicts] + asked
    _cases(set(records), touched, found)
    apply(standings, rows)


def _placed(records: Iterable[str]) -> tuple[dict[str, list[Change]], dict[str, list[str]]]:
    """The changes of these records that build on nothing missing; and those that wait."""
    of: dict[str, dict[str, Change]] = {}
    for row in ExchangeChange.objects.filter(record__in=list(records)).iterator(chunk_size=5000):
        of.setdefault(row.record, {})[f"{row.node}:{row.number}"] = change_of(row)
    own = {one for changes in of.values() for one in changes}
    outside = {one for changes in of.values() for change in changes.values() for one in change.after} - own
    known = there(outside)
    waits_there = _waiting(row.record for row in known.values())
    placed = set(known) - waits_there
    todo = [change for changes in of.values() for change in changes.values()]
    while todo:
        later = [change for change in todo if not all(one in placed for one in change.after)]
        placed |= {change.id for change in todo} - {change.id for change in later}
        if len(later) == len(todo):
            break
        todo = later
    waiting = {
        record: sorted(one for one in changes if one not in placed)
        for record, changes in of.items()
        if any(one not in placed for one in changes)
    }
    return {record: [c for c in changes.values() if c.id in placed] for record, changes in of.items()}, waiting


def _waiting(records: Iterable[str] | None = None) -> set[str]:
    """The changes that wait, of these records or of all."""
    rows = ExchangeState.objects.exclude(waiting=[])
    if records is not None:
        rows = rows.filter(record__in=set(records))
    return {one for waiting in rows.values_list("waiting", flat=True) for one in waiting}


def _wake() -> None:
    """Records whose waiting changes have all that they build on, since it came to another record, are worked out again."""
    waiting = _waiting()
    rows = there(waiting)
    needed = {one for row in rows.values() for one in row.after}
    here = set(there(needed)) - waiting
    ready = {row.record for row in rows.values() if here.issuperset(row.after)}
    if ready:
        ExchangeState.objects.filter(record__in=ready).update(stale=True)


def _plots(standings: dict[str, Standing]) -> list[Plot]:
    by_kind: dict[str, list[Standing]] = {}
    for standing in standings.values():
        by_kind.setdefault(standing.kind, []).append(standing)
    found: list[Plot] = []
    for name, listed in by_kind.items():
        kind = kind_named(name)
        if kind is not None and kind.rules.ground.get(name):
            found += [plot for plot in plots(listed, kind.rules) if plot is not None]
    return found


def _keep(row: ExchangeState, standing: Standing | None, plot: Plot | None, waiting: list[str]) -> None:
    row.waiting, row.stale = waiting, False
    row.bucket = zlib.crc32(row.record.encode()) % BUCKETS
    if standing is None:
        row.leaf, row.live, row.retired, row.heads, row.ground = "", False, False, [], None
        return
    row.kind, row.node = standing.kind, standing.node
    row.fields_shown, row.retired, row.live = canonical(standing.fields), standing.retired, standing.live
    row.heads, row.leaf = list(standing.heads), standing.leaf.hex()
    row.ground = GEOSGeometry(memoryview(shapely.to_wkb(plot.shape)), srid=0) if plot else None


def _ground_cases(records: set[str], rows: dict[str, ExchangeState]) -> tuple[list[Conflict], set[str]]:
    """Cases of ground of these records and of those that a decision ties to them; and all of these."""
    pairs = _decided(records)
    touched = records | {record for pair in pairs for record in pair}
    pairs |= _decided(touched)
    decisions = {pair: decide(changes, _looked_up) for pair, changes in pairs.items()}
    _count_once(decisions, touched)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.record, a.kind, a.node, ST_AsBinary(a.ground), b.record, b.node, ST_AsBinary(b.ground)
            FROM rafid_records_exchangestate a
            JOIN rafid_records_exchangestate b ON a.ground && b.ground AND a.kind = b.kind AND a.node <> b.node
                AND a.record <> b.record AND b.live AND b.same_as = ''
            WHERE a.record = ANY (%s) AND a.live AND a.same_as = ''
            """,
            [list(touched)],
        )
        near: dict[tuple[str, str], tuple[Plot, Plot]] = {}
        for a, kind, a_node, a_shape, b, b_node, b_shape in cursor.fetchall():
            one = Plot(a, kind, a_node, shapely.from_wkb(bytes(a_shape)))
            other = Plot(b, kind, b_node, shapely.from_wkb(bytes(b_shape)))
            near[min(a, b), max(a, b)] = (one, other) if a < b else (other, one)
    by_kind: dict[str, list[tuple[Plot, Plot]]] = {}
    for pair, both in near.items():
        if pair in decisions and decisions[pair].same is not None:
            continue
        by_kind.setdefault(both[0].kind, []).append(both)
    found = []
    for name, listed in by_kind.items():
        kind = kind_named(name)
        if kind is None:
            continue
        for one, other, iou in alike([a for a, _b in listed], [b for _a, b in listed], kind.rules):
            decision = decisions.get((one.record, other.record))
            sides = _standing_like(rows, (one.record, other.record))
            about = decision.about if decision else ()
            found.append(ground_conflict(one, other, iou, sides, about))
    return found, touched


def _standing_like(rows: dict[str, ExchangeState], records: tuple[str, str]) -> dict[str, Any]:
    found = {}
    for record in records:
        row = rows.get(record) or ExchangeState.objects.get(record=record)
        found[record] = Standing(
            record, row.kind, row.node, json.loads(row.fields_shown), row.retired, tuple(row.heads), (), (), b""
        )
    return found


def _decided(records: Iterable[str]) -> dict[tuple[str, str], list[Change]]:
    """Pairs of records and the decisions on them, from either side."""
    listed = list(records)
    pairs: dict[tuple[str, str], list[Change]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT node, number FROM rafid_records_exchangechange
            WHERE action IN ('same', 'distinct') AND (record = ANY (%s) OR fields::jsonb ->> 'with' = ANY (%s))
            """,
            [listed, listed],
        )
        ids = [f"{node}:{number}" for node, number in cursor.fetchall()]
    rows = there(ids)
    waits = _waiting(row.record for row in rows.values())
    for one, row in rows.items():
        if one in waits:
            continue
        change = change_of(row)
        other = str(change.fields.get("with", ""))
        pairs.setdefault((min(change.record, other), max(change.record, other)), []).append(change)
    return pairs


def _looked_up(one: str) -> Change | None:
    row = there([one]).get(one)
    return change_of(row) if row else None


def _count_once(decisions: dict[tuple[str, str], Decision], touched: set[str]) -> None:
    """Keeps as which record each of these is counted."""
    live = set(ExchangeState.objects.filter(record__in=list(touched), live=True).values_list("record", flat=True))
    same = [(one.keep, one.other) for one in decisions.values() if one.same]
    counted = representatives(same, live.__contains__)
    for row in ExchangeState.objects.filter(record__in=list(touched)):
        if row.same_as != counted.get(row.record, ""):
            ExchangeState.objects.filter(pk=row.pk).update(same_as=counted.get(row.record, ""))


def _cases(records: set[str], touched: set[str], found: list[Conflict]) -> None:
    """Opens what is asked now and was not, and ends what is asked no longer. What was decided is not opened again."""
    asked = {conflict.id: conflict for conflict in found}
    now = timezone.now()
    mine = Q(records__overlap=list(records)) & ~Q(cause="ground") | Q(records__overlap=list(touched), cause="ground")
    for case in Case.objects.filter(mine, ended_at=None).exclude(pk__in=asked):
        case.ended_at = now
        case.save(update_fields=["ended_at"])
    known = {case.pk: case for case in Case.objects.filter(pk__in=asked)}
    for conflict in asked.values():
        case = known.get(conflict.id) or Case(pk=conflict.id, cause=conflict.cause)
        before = (case.sides, case.ended_at, case.amount)
        case.kind = ExchangeState.objects.get(record=conflict.records[0]).kind
        case.records, case.names = list(conflict.records), list(conflict.fields)
        case.sides, case.amount, case.ended_at = json.loads(canonical(conflict.sides)), conflict.amount, None
        case.past = _past(conflict)
        if conflict.id not in known or before != (case.sides, case.ended_at, case.amount):
            case.save(force_insert=conflict.id not in known)


def _past(conflict: Conflict) -> dict[str, Any]:
    """What all sides had before: the fields of their common past."""
    if len(conflict.records) > 1:
        return {}
    from rafid.methods.exchange.history import History

    rows = ExchangeChange.objects.filter(record=conflict.records[0])
    kind = kind_named(rows[0].kind)
    history = History([change_of(row) for row in rows], kind.rules if kind else Rules())
    sides = [history.place[side] for side in conflict.sides if side in history.place]
    common = history.common(sides) if sides else 0
    if len(sides) == 1:
        common &= ~(1 << sides[0])
    return json.loads(canonical(history.view(common))) if common else {}
