"""Recording values: the one verb by which a sheet, a file, the API, a rating or a person's correction becomes values.

All rows or none. A value that stands already is neither written again nor changed; another value for a time that has one
needs a reason and becomes the newest row, the old one stays. Each value is judged on arrival by its series' rules, together
with the values before it; what is doubtful is stored, flagged and told as a finding.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.imports.copying import copying

from ..codes import VARIABLES, Quality
from ..models import Series
from ..refusals import told

AHEAD = timedelta(minutes=15)
"""How far a clock may be fast before its reading lies in the future."""
EARLIEST = datetime(1900, 1, 1, tzinfo=timezone.get_fixed_timezone(0))


@dataclass(frozen=True)
class Reading:
    """One value to record. ``row`` is its number where it came from (from 1); ``quality`` where the sender judged it;
    ``base`` the ``known_from`` of the value that the sender saw and changes."""

    series: UUID
    time: datetime
    value: float | None
    row: int = 0
    quality: int | None = None
    flow_quality: int | None = None
    base: datetime | None = None


@dataclass(frozen=True)
class Problem:
    """Why one row was not recorded."""

    row: int
    field: str
    reason: str


class NotRecorded(Exception):
    """Nothing was recorded: ``problems`` name each row that must be corrected."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{one.row}: {one.reason}" for one in problems))
        self.problems = list(problems)


@dataclass(frozen=True)
class Recorded:
    """``accepted`` values are new or changed, ``replaced`` of them changed one that stood, ``same`` stood already."""

    accepted: int = 0
    replaced: int = 0
    same: int = 0
    findings: int = 0
    known_from: datetime | None = None
    touched: dict[UUID, tuple[datetime, datetime]] = field(default_factory=dict)
    """First and last time that became different, by series."""


AFTER: list[Callable[[Recorded, Any], None]] = []
"""What follows from new values in the same transaction, such as flows from stages. Rooms add theirs when they are loaded."""


def record_values(
    readings: Iterable[Reading],
    *,
    user: Any = None,
    origin: str,
    reason: str = "",
    known_from: datetime | None = None,
    judge: bool = True,
    follow: bool = True,
) -> Recorded:
    """Records ``readings`` in one transaction. ``known_from`` is now; only demonstration and migration loaders give another.

    Raises :class:`NotRecorded` with every row that cannot be taken (a time in the future, a value that its variable cannot
    have, twice with two values, a closed station, a change without a reason, a value that somebody changed meanwhile); then
    nothing is recorded. Asks nobody's rights.
    """
    rows = list(readings)
    known = _series_of(rows)
    rows, problems = _sound(rows, known)
    if problems:
        raise NotRecorded(problems)
    if not rows:
        return Recorded()
    with told(), because(reason or origin), transaction.atomic():
        _lock(known)
        # After the locks: whoever held them has committed, with an earlier moment than this one.
        moment = known_from or _clock()
        flags = _judged(rows, known) if judge else {}
        staging = _staged(rows, flags)
        _refuse_changes(staging, rows, reason)
        recorded = _written(staging, moment, origin, reason, user)
        if judge:
            from ..checking.findings import tell

            found = tell(recorded, known, user=user)
            recorded = Recorded(
                recorded.accepted, recorded.replaced, recorded.same, found, recorded.known_from, recorded.touched
            )
        if follow:
            for after in AFTER:
                after(recorded, user)
    return recorded


def _series_of(rows: Sequence[Reading]) -> dict[UUID, Series]:
    found = Series.objects.filter(pk__in={row.series for row in rows}).select_related("station")
    return {one.pk: one for one in found}


def _sound(rows: list[Reading], known: dict[UUID, Series]) -> tuple[list[Reading], list[Problem]]:
    """Each time of each series once; and the rows that are wrong whatever stands in the database."""
    latest = timezone.now() + AHEAD
    problems: list[Problem] = []
    once: dict[tuple[UUID, datetime], Reading] = {}
    closed: set[UUID] = {pk for pk, one in known.items() if one.station.status == "closed"}
    limits = {pk: VARIABLES[one.variable] for pk, one in known.items()}
    ahead = {pk for pk, one in known.items() if one.origin == "forecast"}
    for row in rows:
        wrong = _wrong(row, limits.get(row.series), row.series in closed, None if row.series in ahead else latest)
        if wrong:
            problems.append(Problem(row.row, *wrong))
            continue
        key = (row.series, row.time)
        other = once.get(key)
        if other is None:
            once[key] = row
        elif other.value != row.value:
            problems.append(
                Problem(row.row, "time", _("Row %(other)s has another value for this time.") % {"other": other.row})
            )
    return list(once.values()), problems


def _wrong(row: Reading, variable: Any, closed: bool, latest: datetime | None) -> tuple[str, str] | None:
    if variable is None:
        return "series", _("There is no such series.")
    if closed:
        return "series", _("The station is closed. Open it again first, or choose another one.")
    if row.time.tzinfo is None:
        return "time", _("The time has no zone. Say in which zone it is.")
    if row.time < EARLIEST:
        return "time", _("The time lies before 1900.")
    if latest is not None and row.time > latest:
        return "time", _("The time lies in the future.")
    if row.value is None:
        return None
    if row.value != row.value or row.value in (float("inf"), float("-inf")):
        return "value", _("The value is no number.")
    if variable.lowest is not None and row.value < variable.lowest:
        return "value", _("%(variable)s is not less than %(lowest)s.") % {
            "variable": variable.name,
            "lowest": f"{variable.lowest:g}",
        }
    if variable.highest is not None and row.value > variable.highest:
        return "value", _("%(variable)s is not more than %(highest)s.") % {
            "variable": variable.name,
            "highest": f"{variable.highest:g}",
        }
    return None


def _lock(known: dict[UUID, Series]) -> None:
    """Two that record the same series go one after the other, in one order so that they never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(s::text, 0)) FROM unnest(%s::uuid[]) s",
            [sorted(known, key=str)],
        )


def _clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def _judged(rows: Sequence[Reading], known: dict[UUID, Series]) -> dict[tuple[UUID, datetime], int]:
    """The flag of each value by its series' rules; a flag that the sender gave stays if it is worse."""
    from ..checking.arrival import flags_of

    by_series: dict[UUID, list[Reading]] = {}
    for row in rows:
        by_series.setdefault(row.series, []).append(row)
    flags: dict[tuple[UUID, datetime], int] = {}
    for pk, some in by_series.items():
        flags.update(flags_of(known[pk], some))
    return flags


def _staged(rows: Sequence[Reading], flags: dict[tuple[UUID, datetime], int]) -> str:
    staging = f"rafid_values_{secrets.token_hex(6)}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {staging} (series_id uuid, time timestamptz, value float8, quality smallint,"
            " flow_quality smallint, base timestamptz, number int) ON COMMIT DROP"
        )
        with copying(cursor, f"COPY {staging} FROM STDIN") as copy:
            for row in rows:
                flag = flags.get((row.series, row.time), row.quality or Quality.NOT_JUDGED)
                quality = Quality.MISSING if row.value is None else flag
                copy.write_row((row.series, row.time, row.value, int(quality), row.flow_quality, row.base, row.row))
        cursor.execute(f"SELECT DISTINCT extract(year FROM time AT TIME ZONE 'UTC')::int FROM {staging}")
        for (year,) in cursor.fetchall():
            cursor.execute("SELECT rafid_rivers_value_year(%s)", [year])
        cursor.execute(f"ANALYZE {staging}")
        cursor.execute(
            f"""
            ALTER TABLE {staging} ADD old float8, ADD old_quality smallint, ADD old_known timestamptz;
            UPDATE {staging} n SET old = v.value, old_quality = v.quality, old_known = v.known_from
            FROM {staging} m CROSS JOIN LATERAL (
                SELECT value, quality, known_from FROM rafid_rivers_value
                WHERE series_id = m.series_id AND time = m.time ORDER BY known_from DESC LIMIT 1
            ) v WHERE n.series_id = m.series_id AND n.time = m.time
            """
        )
    return staging


_DIFFERS = "(old_known IS NOT NULL AND (value IS DISTINCT FROM old OR (value IS NOT NULL AND base IS NOT NULL)))"


def _refuse_changes(staging: str, rows: Sequence[Reading], reason: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT number, old, old_known FROM {staging} WHERE base IS NOT NULL AND base IS DISTINCT FROM old_known"
            " ORDER BY number LIMIT 100"
        )
        stale = cursor.fetchall()
        if stale:
            said = _("Somebody changed this value meanwhile: it is %(value)s now. Look at it again.")
            raise Stale(
                [Problem(row, "value", said % {"value": "–" if old is None else f"{old:g}"}) for row, old, _k in stale]
            )
        if reason:
            return
        cursor.execute(f"SELECT number, old FROM {staging} WHERE {_DIFFERS} ORDER BY number LIMIT 100")
        said = _("Another value (%(value)s) stands for this time. Say why it changes.")
        problems = [
            Problem(row, "reason", said % {"value": "–" if old is None else f"{old:g}"})
            for row, old in cursor.fetchall()
        ]
    if problems:
        raise NotRecorded(problems)


class Stale(NotRecorded):
    """Somebody changed a value since the sender read it."""


def _written(staging: str, moment: datetime, origin: str, reason: str, user: Any) -> Recorded:
    """Inserts what is new or different; a better judgement alone is a change only where the sender asked for it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO rafid_rivers_value
                (series_id, time, known_from, value, quality, flow_quality, origin_ref, reason, made_by_id)
            SELECT series_id, time, %(moment)s, value, quality, flow_quality, %(origin)s, %(reason)s, %(user)s
            FROM {staging} WHERE old_known IS NULL OR {_DIFFERS}
            ORDER BY series_id, time
            """,
            {"moment": moment, "origin": origin[:80], "reason": reason[:300], "user": getattr(user, "pk", None)},
        )
        cursor.execute(
            f"SELECT series_id, min(time), max(time), count(*), count(old_known) FROM {staging}"
            f" WHERE old_known IS NULL OR {_DIFFERS} GROUP BY series_id"
        )
        found = cursor.fetchall()
        cursor.execute(f"SELECT count(*) FROM {staging}")
        (count,) = cursor.fetchone()
        cursor.execute(f"DROP TABLE {staging}")
    accepted = sum(row[3] for row in found)
    return Recorded(
        accepted,
        sum(row[4] for row in found),
        count - accepted,
        0,
        moment,
        {row[0]: (row[1], row[2]) for row in found},
    )
