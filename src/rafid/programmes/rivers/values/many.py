"""Values of many series for one person: by one statement for each embargo that holds, whatever their number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from ..models import Series
from ..seeing import embargo_of_others, of_staff
from .reading import FOREVER, Known, windows_of
from .recording import EARLIEST


def limits_of(user: Any, rows: Sequence[Series]) -> dict[Any, datetime | None]:
    """The last time of which the person sees values of each series; None where there is no limit."""
    own = set(Series.objects.filter(of_staff(user), pk__in=[one.pk for one in rows]).values_list("pk", flat=True))
    now = timezone.now()
    limits: dict[Any, datetime | None] = {}
    for one in rows:
        embargo = None if one.pk in own else embargo_of_others(user, one)
        limits[one.pk] = now - embargo if embargo else None
    return limits


def seen_windows(
    user: Any,
    rows: Sequence[Series],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[Any, Known]:
    """The values from ``start`` to ``end`` of series that the person sees; a series without values is left out."""
    groups: dict[datetime | None, list[Any]] = {}
    for pk, limit in limits_of(user, rows).items():
        groups.setdefault(limit, []).append(pk)
    found: dict[Any, Known] = {}
    for limit, ids in groups.items():
        until = min(one for one in (end, limit, FOREVER) if one is not None)
        found.update(windows_of(ids, start=start or EARLIEST, end=until, known_at=known_at))
    return found


_COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM rafid_rivers_value WHERE series_id = ANY(%s) AND time >= %s AND time <= %s LIMIT %s
) q
"""


def more_than(most: int, rows: Sequence[Series], *, start: datetime | None, end: datetime | None) -> bool:
    """Do these series hold more than ``most`` values, with all their versions, in this time?"""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [[one.pk for one in rows], start or EARLIEST, end or FOREVER, most + 1])
        return bool(cursor.fetchone()[0] > most)


_SPAN = """
SELECT min(a.time), max(b.time) FROM unnest(%(ids)s::uuid[], %(until)s::timestamptz[]) AS u(id, until)
CROSS JOIN LATERAL (SELECT time FROM rafid_rivers_value WHERE series_id = u.id AND (u.until IS NULL OR time <= u.until)
    ORDER BY time LIMIT 1) a
CROSS JOIN LATERAL (SELECT time FROM rafid_rivers_value WHERE series_id = u.id AND (u.until IS NULL OR time <= u.until)
    ORDER BY time DESC LIMIT 1) b
"""


def span_of(user: Any, rows: Sequence[Series]) -> tuple[datetime, datetime] | None:
    """From when to when these series have values that the person sees."""
    limits = limits_of(user, rows)
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, {"ids": list(limits), "until": list(limits.values())})
        first, last = cursor.fetchone()
    return (first, last) if first is not None else None
