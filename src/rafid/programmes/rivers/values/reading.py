"""Values as known at a moment: for each time the row with the largest ``known_from`` that is not after it.

Every page, export, forecast and bulletin reads values here and nowhere else, so that the embargo and the two times are held
in one place. One statement a series: the key (series, time, known_from) is read backwards, and only the partitions of the
asked years.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from ..seeing import latest_time

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
LAST_DAYS = timedelta(days=90)
"""What is answered where nobody says from when to when: this long before the last value."""


@dataclass(frozen=True)
class Known:
    """Values of one series, ascending. ``times`` are UTC to the microsecond, ``values`` NaN where missing; ``known_from``
    when each became known, ``quality`` by QARTOD, ``flow_quality`` -1 where it is no rated flow."""

    series: UUID
    times: NDArray[np.datetime64]
    values: NDArray[np.float64]
    quality: NDArray[np.int16]
    flow_quality: NDArray[np.int16]
    known_from: NDArray[np.datetime64]
    origin: list[str]
    reasons: list[str]

    def __len__(self) -> int:
        return len(self.times)

    @property
    def good(self) -> NDArray[np.float64]:
        """The values, NaN where they failed or are missing."""
        return np.where(self.quality >= 4, np.nan, self.values)


_READ = """
SELECT DISTINCT ON (time) date_part('epoch', time), value, quality, coalesce(flow_quality, -1),
    date_part('epoch', known_from), origin_ref, reason
FROM rafid_rivers_value
WHERE series_id = %(series)s {known} {start} {end}
ORDER BY time DESC, known_from DESC
{limit}
"""


def known_values(
    series: Any,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    known_at: datetime | None = None,
    last: int | None = None,
) -> Known:
    """Values of ``series`` (record or id) with start ≤ time ≤ end as known at ``known_at`` (now, where none is given);
    with ``last`` only so many of the latest. Asks nobody's rights: see :func:`seen_values`."""
    pk = getattr(series, "pk", series)
    sql = _READ.format(
        known="AND known_from <= %(known_at)s" if known_at else "",
        start="AND time >= %(start)s" if start else "",
        end="AND time <= %(end)s" if end else "",
        limit="LIMIT %(last)s" if last else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"series": pk, "known_at": known_at, "start": start, "end": end, "last": last})
        rows = cursor.fetchall()
    rows.reverse()
    return _as_known(pk, rows)


def _as_known(pk: UUID, rows: Sequence[Sequence[Any]]) -> Known:
    times, values, quality, flow_quality, known_from, origin, reasons = ([row[at] for row in rows] for at in range(7))
    return Known(
        pk,
        _moments(times),
        np.array(values, dtype=np.float64),
        np.array(quality, dtype=np.int16),
        np.array(flow_quality, dtype=np.int16),
        _moments(known_from),
        origin,
        reasons,
    )


def _moments(seconds: Sequence[float]) -> NDArray[np.datetime64]:
    """Seconds since 1970, which hold a microsecond exactly for the years that there are: as datetimes they would cost ten
    times as much as all the rest of a row."""
    return np.rint(np.array(seconds, np.float64) * 1e6).astype(np.int64).view("datetime64[us]")


def moments(times: Iterable[datetime]) -> NDArray[np.datetime64]:
    """Aware datetimes as UTC moments of numpy, which knows no zones."""
    naive = [time.astimezone(UTC).replace(tzinfo=None) for time in times]
    return np.array(naive, dtype="datetime64[us]")


def aware(moment: np.datetime64) -> datetime:
    """A moment of numpy as a datetime in UTC."""
    naive: datetime = moment.astype("datetime64[us]").astype(datetime)
    return naive.replace(tzinfo=UTC)


def seen_values(
    user: Any,
    series: Any,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    known_at: datetime | None = None,
    last: int | None = None,
) -> Known:
    """The same for a person who sees ``series``: values under an embargo are not there yet."""
    limit = latest_time(user, series)
    if limit is not None:
        end = min(end, limit) if end else limit
    return known_values(series, start=start, end=end, known_at=known_at, last=last)


def last_time(series: Any, *, before: datetime | None = None) -> datetime | None:
    """The time of the latest value (not after ``before``); None for a series without values."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(time) FROM rafid_rivers_value WHERE series_id = %s AND time <= coalesce(%s, 'infinity'::timestamptz)",
            [getattr(series, "pk", series), before],
        )
        found: datetime | None = cursor.fetchone()[0]
    return found


_LATEST = """
SELECT s.id, v.time, v.value, v.quality, coalesce(v.flow_quality, -1), v.known_from
FROM unnest(%(series)s::uuid[]) AS s(id)
CROSS JOIN LATERAL (
    SELECT * FROM (
        SELECT DISTINCT ON (time) time, value, quality, flow_quality, known_from FROM rafid_rivers_value
        WHERE series_id = s.id AND time <= %(before)s AND time > %(since)s AND known_from <= %(known_at)s
        ORDER BY time DESC, known_from DESC
    ) known WHERE value IS NOT NULL ORDER BY time DESC LIMIT 1
) v
"""


@dataclass(frozen=True)
class Latest:
    time: datetime
    value: float | None
    quality: int
    flow_quality: int
    known_from: datetime


def latest_of(
    series: Iterable[UUID],
    *,
    before: datetime,
    known_at: datetime | None = None,
    within: timedelta = timedelta(days=400),
) -> dict[UUID, Latest]:
    """The latest value of each of many series by one statement; a series without one within ``within`` is left out. A time that
    is known to have no value, as one that was taken back, is passed over: the reading before it stands."""
    ids = list(series)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _LATEST, {"series": ids, "before": before, "since": before - within, "known_at": known_at or FOREVER}
        )
        return {row[0]: Latest(*row[1:]) for row in cursor.fetchall()}


_WINDOWS = """
SELECT DISTINCT ON (series_id, time) series_id, date_part('epoch', time), value, quality, coalesce(flow_quality, -1),
    date_part('epoch', known_from), origin_ref, reason
FROM rafid_rivers_value
WHERE series_id = ANY(%(series)s) AND time >= %(start)s AND time <= %(end)s AND known_from <= %(known_at)s
ORDER BY series_id, time, known_from DESC
"""


def windows_of(
    series: Iterable[UUID], *, start: datetime, end: datetime, known_at: datetime | None = None
) -> dict[UUID, Known]:
    """The values of many series from ``start`` to ``end`` by one statement; a series without values is left out."""
    ids = list(series)
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_WINDOWS, {"series": ids, "start": start, "end": end, "known_at": known_at or FOREVER})
        rows = cursor.fetchall()
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1:])
    return {pk: _as_known(pk, rows) for pk, rows in found.items()}


_VERSIONS = """
SELECT known_from, value, quality, reason, origin_ref, made_by_id FROM rafid_rivers_value
WHERE series_id = %s AND time = %s ORDER BY known_from
"""


def versions_of(series: Any, time: datetime) -> list[dict[str, Any]]:
    """All that was ever known of one time, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [getattr(series, "pk", series), time])
        names = ("known_from", "value", "quality", "reason", "origin_ref", "made_by")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
