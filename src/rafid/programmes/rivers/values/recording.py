"""Recording values: the one verb by which a sheet, a file, the API, a rating or a person's correction becomes values.

All rows or none. A value that stands already is neither written again nor changed; another value for a time that has one
needs a reason and becomes the newest row, the old one stays. Each value is judged on arrival by its series' rules, together
with the values before it; what is doubtful is stored, flagged and told as a finding. All of it is done by columns
(``columns``, ``writing``), so that a million values cost hardly more than their rows in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike

from rafid.commons.history import because

from ..codes import VARIABLES, Quality
from ..models import Series
from ..refusals import told
from .columns import I64, Bools, Columns, Reading, columns_from, columns_of
from .reading import aware
from .writing import make_years, staged, standing, straight

AHEAD = timedelta(minutes=15)
"""How far a clock may be fast before its reading lies in the future."""
AROUND = timedelta(days=2)
"""Values so long after those that arrive are judged together with them."""
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


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
    return _recorded(columns_of(readings), user, origin, reason, known_from, judge, follow)


def record_columns(
    parts: Mapping[UUID, tuple[ArrayLike, ArrayLike]],
    *,
    user: Any = None,
    origin: str,
    reason: str = "",
    known_from: datetime | None = None,
    judge: bool = True,
    follow: bool = True,
) -> Recorded:
    """The same for who has arrays: of each series its times (datetime64, UTC) and values, NaN where missing. Rows that are
    refused are counted within their series, from 1."""
    return _recorded(columns_from(parts), user, origin, reason, known_from, judge, follow)


def _recorded(
    rows: Columns, user: Any, origin: str, reason: str, known_from: datetime | None, judge: bool, follow: bool
) -> Recorded:
    known = {one.pk: one for one in Series.objects.filter(pk__in=rows.keys).select_related("station")}
    rows = _sound(rows, known)
    if not len(rows):
        return Recorded()
    with told(), because(reason or origin), transaction.atomic():
        _lock(known)
        # After the locks: whoever held them has committed, with an earlier moment than this one.
        moment = known_from or _clock()
        stand = standing(rows, after=AROUND)
        judged = _judged(rows, known, stand) if judge else {}
        flags = _flags(rows, judged)
        make_years(rows)
        if stand or not np.isnat(rows.base).all():
            staging = staged(rows, flags)
            _refuse_changes(staging, reason)
            recorded = _written(staging, moment, origin, reason, user)
        else:
            straight(rows, flags, moment=moment, origin=origin[:80], reason=reason[:300], user=user)
            recorded = Recorded(len(rows), known_from=moment, touched=dict(_touched(rows)))
        if judge:
            from ..checking.findings import tell

            found = tell(recorded, known, around={pk: one.around for pk, one in judged.items()}, user=user)
            recorded = Recorded(
                recorded.accepted, recorded.replaced, recorded.same, found, recorded.known_from, recorded.touched
            )
        if follow:
            for after in AFTER:
                after(recorded, user)
    return recorded


def _touched(rows: Columns) -> Iterator[tuple[UUID, tuple[datetime, datetime]]]:
    for pk, own in rows.of_each():
        yield pk, (aware(rows.times[own.start]), aware(rows.times[own.stop - 1]))


def _sound(rows: Columns, known: dict[UUID, Series]) -> Columns:
    """Sorted, and each time of each series once. Raises :class:`NotRecorded` for rows that are wrong whatever stands in the
    database."""
    problems = [(int(at), Problem(int(rows.rows[at]), *said)) for at, said in _wrong(rows, known)]
    if not problems and _in_order(rows):
        return rows
    kept = np.ones(len(rows), bool)
    kept[[at for at, _problem in problems]] = False
    at = np.flatnonzero(kept)
    at = at[np.lexsort((at, rows.times[at], rows.which[at]))]
    same = np.zeros(at.size, bool)
    same[1:] = (np.diff(rows.which[at]) == 0) & (np.diff(rows.times[at]) == np.timedelta64(0, "us"))
    first = at[np.maximum.accumulate(np.where(same, 0, np.arange(at.size)))] if at.size else at
    with np.errstate(invalid="ignore"):
        differ = (rows.missing[at] != rows.missing[first]) | (
            ~rows.missing[at] & (rows.values[at] != rows.values[first])
        )
    said = _("Row %(other)s has another value for this time.")
    for one, other in zip(at[differ], first[differ], strict=True):
        problems.append((int(one), Problem(int(rows.rows[one]), "time", said % {"other": int(rows.rows[other])})))
    if problems:
        raise NotRecorded([problem for _at, problem in sorted(problems, key=lambda one: one[0])])
    return rows.taken(at[~same])


def _in_order(rows: Columns) -> bool:
    """Sorted by series and time as they came, and no time twice."""
    series, later = np.diff(rows.which), np.diff(rows.times) > np.timedelta64(0, "us")
    return bool(((series > 0) | ((series == 0) & later)).all())


def _wrong(rows: Columns, known: dict[UUID, Series]) -> Iterator[tuple[int, tuple[str, str]]]:
    """The rows that cannot be taken: field and sentence, the first that applies."""
    own = [known.get(key) for key in rows.keys]
    limits = [None if one is None else VARIABLES[one.variable] for one in own]

    def of_row(each: Sequence[Any], kind: Any) -> Any:
        return np.array(each, kind)[rows.which]

    latest = np.datetime64((timezone.now() + AHEAD).astimezone(UTC).replace(tzinfo=None), "us")
    ahead = of_row([one is not None and one.origin == "forecast" for one in own], bool)
    lowest = of_row([-np.inf if one is None or one.lowest is None else one.lowest for one in limits], float)
    highest = of_row([np.inf if one is None or one.highest is None else one.highest for one in limits], float)
    rules: list[tuple[Bools, str, Callable[[Any], str]]] = [
        (of_row([one is None for one in own], bool), "series", lambda _v: _("There is no such series.")),
        (
            of_row([one is not None and one.station.status == "closed" for one in own], bool),
            "series",
            lambda _v: _("The station is closed. Open it again first, or choose another one."),
        ),
        (rows.zoneless, "time", lambda _v: _("The time has no zone. Say in which zone it is.")),
        (
            rows.times < np.datetime64(EARLIEST.replace(tzinfo=None), "us"),
            "time",
            lambda _v: _("The time lies before 1900. If it is of another calendar, write the Gregorian date."),
        ),
        (~ahead & (rows.times > latest), "time", lambda _v: _("The time lies in the future.")),
        (~rows.missing & ~np.isfinite(rows.values), "value", lambda _v: _("The value is no number.")),
        (
            rows.values < lowest,
            "value",
            lambda variable: (
                _("%(variable)s is not less than %(lowest)s.")
                % {"variable": variable.name, "lowest": f"{variable.lowest:g}"}
            ),
        ),
        (
            rows.values > highest,
            "value",
            lambda variable: (
                _("%(variable)s is not more than %(highest)s.")
                % {"variable": variable.name, "highest": f"{variable.highest:g}"}
            ),
        ),
    ]
    seen = np.zeros(len(rows), bool)
    for mask, name, sentence in rules:
        for at in np.flatnonzero(mask & ~seen):
            yield int(at), (name, sentence(limits[int(rows.which[at])]))
        seen |= mask


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


def _judged(rows: Columns, known: dict[UUID, Series], stand: set[UUID]) -> dict[UUID, Any]:
    """By series, ``checking.arrival.Judged``: flags by its rules, and the values as they will stand; a flag that the sender
    gave stays if it is worse."""
    from ..checking.arrival import judged

    return {
        pk: judged(known[pk], rows.times[own], rows.values[own], rows.quality[own], among_others=pk in stand)
        for pk, own in rows.of_each()
    }


def _flags(rows: Columns, judged: dict[UUID, Any]) -> I64:
    flags = np.where(rows.quality > 0, rows.quality, int(Quality.NOT_JUDGED))
    for pk, own in rows.of_each():
        if pk in judged:
            flags[own] = judged[pk].flags
    flags[rows.missing] = int(Quality.MISSING)
    return flags


_DIFFERS = "(old_known IS NOT NULL AND (value IS DISTINCT FROM old OR (value IS NOT NULL AND base IS NOT NULL)))"


def _refuse_changes(staging: str, reason: str) -> None:
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
