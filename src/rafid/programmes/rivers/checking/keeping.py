"""Findings as the checks make them, kept beside those that stand: one fault is one finding, however often it is looked for.

A fault that goes on makes its finding longer. One that is gone settles its finding, one that came back opens it again. What a
person said about a finding stays. Nothing is locked: a finding that somebody changes at that moment is looked at again
with the next check.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from ..models import SeriesFinding, SeriesFindingState

State = SeriesFindingState
OPEN = (State.OPEN, State.CONFIRMED)
SETTLED = (State.CORRECTED, State.RESOLVED)
LONGEST = timedelta(days=400)
"""Older open findings are left to people."""


def since(codes: Iterable[str], start: datetime, *, series: Iterable[UUID] | None = None) -> datetime:
    """``start``, or earlier where a finding of these checks has been open since: so that it can be settled."""
    rows = SeriesFinding.objects.filter(check_code__in=list(codes), state__in=OPEN, start__gte=start - LONGEST)
    if series is not None:
        rows = rows.filter(series__in=list(series))
    first = rows.aggregate(first=Min("start"))["first"]
    return min(start, first) if first else start


def keep(
    wanted: Iterable[SeriesFinding],
    *,
    series: Iterable[UUID],
    codes: Iterable[str],
    start: datetime,
    end: datetime,
    before: datetime | None = None,
    join: timedelta = timedelta(0),
    settled: str = State.RESOLVED,
    user: Any = None,
) -> int:
    """Compares what the checks ``codes`` say of ``series`` from ``start`` to ``end`` with the findings that stand; answers how
    many are new. Findings from ``before`` on are looked at, as a fault may have begun earlier; those that lie no further apart
    than ``join`` are one."""
    first = before or start
    there: dict[tuple[UUID, str], list[SeriesFinding]] = defaultdict(list)
    rows = SeriesFinding.objects.filter(
        series__in=list(series), check_code__in=list(codes), start__lte=end + join, end__gte=first - join
    )
    for row in rows.order_by("start"):
        there[row.series_id, row.check_code].append(row)
    new = []
    with transaction.atomic():
        for one in wanted:
            stands = there[one.series_id, one.check_code]
            match = _match(one, stands, join)
            if match is None:
                new.append(one)
                continue
            stands.remove(match)
            _goes_on(match, one, first)
        for stands in there.values():
            for row in stands:
                if row.state in OPEN and row.start <= end and row.end >= start:
                    _change(row, state=settled, settled_at=timezone.now(), settled_by=user)
        SeriesFinding.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def settle(code: str, touched: Mapping[UUID, tuple[datetime, datetime]], *, user: Any = None) -> None:
    """Findings of ``code`` that wait for a value: those of whose time one came."""
    rows = SeriesFinding.objects.filter(series__in=list(touched), check_code=code, state__in=OPEN)
    for row in rows:
        first, last = touched[row.series_id]
        if first <= row.start <= last:
            _change(row, state=State.CORRECTED, settled_at=timezone.now(), settled_by=user)


def _match(one: SeriesFinding, stands: list[SeriesFinding], join: timedelta) -> SeriesFinding | None:
    """The finding of the same beginning; else one that is not settled and overlaps."""
    for row in stands:
        if row.start == one.start:
            return row
    for row in stands:
        if row.state not in SETTLED and row.start <= one.end + join and row.end >= one.start - join:
            return row
    return None


def _goes_on(row: SeriesFinding, one: SeriesFinding, looked_from: datetime) -> None:
    start = one.start if row.start >= looked_from else row.start
    now: dict[str, Any] = {
        "start": start,
        "end": one.end,
        "value": one.value,
        "against": one.against,
        "severity": one.severity,
        "message": one.message,
    }
    if row.state in SETTLED:
        now |= {"state": State.OPEN, "settled_at": None, "settled_by": None}
    elif (row.start, row.end, row.value, row.against, row.severity) == tuple(list(now.values())[:5]):
        return
    _change(row, **now)


def _change(row: SeriesFinding, **values: Any) -> None:
    SeriesFinding.objects.filter(pk=row.pk, version=row.version).update(**values, version=row.version + 1)
