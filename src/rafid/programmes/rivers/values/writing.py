"""Columns of values into the table of values by COPY: straight into it where nothing stands yet, else beside what stands."""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from rafid.commons.records.imports.copying import copying

from .columns import I64, NO_FLOW_QUALITY, Columns

POSTGRES_EPOCH = np.datetime64("2000-01-01T00:00:00", "us")
SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
BLOCK = 20_000
"""Rows that are packed at a time, so that a million of them take no memory twice."""

Field = NDArray[Any] | bytes | None
"""A column of a binary COPY: big-endian numbers, the same bytes in all rows, or nothing in all rows."""


def make_years(rows: Columns) -> None:
    years = rows.times.astype("datetime64[Y]").astype(np.int64) + 1970
    years = np.unique(years[np.diff(years, prepend=0) != 0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT rafid_rivers_value_year(y) FROM unnest(%s::int[]) y", [years.tolist()])


def standing(rows: Columns, *, after: timedelta) -> set[UUID]:
    """The series of which some value stands between the first and the last time, or until ``after`` that."""
    keys, first, last = _spans(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) s(id, first, last)"
            " WHERE EXISTS (SELECT 1 FROM rafid_rivers_value v"
            " WHERE v.series_id = s.id AND v.time >= s.first AND v.time <= s.last + %s)",
            [keys, first, last, after],
        )
        return {pk for (pk,) in cursor.fetchall()}


def _spans(rows: Columns) -> tuple[list[UUID], list[str], list[str]]:
    each = list(rows.of_each())
    return (
        [key for key, _own in each],
        [f"{rows.times[own.start]}Z" for _key, own in each],
        [f"{rows.times[own.stop - 1]}Z" for _key, own in each],
    )


def straight(rows: Columns, flags: I64, *, moment: datetime, origin: str, reason: str, user: Any) -> None:
    """All rows are new."""
    maker = getattr(user, "pk", None)
    fixed: list[Field] = [origin.encode(), reason.encode(), maker.bytes if maker else None]
    known = _since_epoch(np.full(1, np.datetime64(moment.replace(tzinfo=None), "us"))).tobytes()
    with (
        connection.cursor() as cursor,
        copying(
            cursor,
            "COPY rafid_rivers_value (series_id, time, known_from, value, quality, flow_quality, origin_ref, reason,"
            " made_by_id) FROM STDIN (FORMAT BINARY)",
        ) as copy,
    ):
        copy.write(SIGNATURE)
        for at, series, times, value, flow in _alike(rows):
            copy.write(_packed(len(at), [series, times, known, value, flags[at].astype(">i2"), flow, *fixed]))
        copy.write(struct.pack(">h", -1))


def staged(rows: Columns, flags: I64) -> str:
    """A table of this transaction with the rows, and beside each what stands for its time: ``old``, ``old_quality``,
    ``old_known``."""
    came, staging = (f"rafid_values_{secrets.token_hex(6)}" for _table in range(2))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {came} (series_id uuid, time timestamptz, value float8, quality smallint,"
            " flow_quality smallint, base timestamptz, number int) ON COMMIT DROP"
        )
        with copying(cursor, f"COPY {came} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(SIGNATURE)
            for at, series, times, value, flow in _alike(rows):
                numbers = rows.rows[at].astype(">i4")
                for some, base in _bases(rows.base[at]):
                    chosen = [one[some] if isinstance(one, np.ndarray) else one for one in (value, flow)]
                    quality = flags[at][some].astype(">i2")
                    own: list[Field] = [series[some], times[some], chosen[0], quality, chosen[1], base, numbers[some]]
                    copy.write(_packed(int(some.sum()), own))
            copy.write(struct.pack(">h", -1))
        cursor.execute(f"ANALYZE {came}")
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS
            SELECT m.*, v.value AS old, v.quality AS old_quality, v.known_from AS old_known
            FROM {came} m LEFT JOIN LATERAL (
                SELECT value, quality, known_from FROM rafid_rivers_value
                WHERE series_id = m.series_id AND time = m.time ORDER BY known_from DESC LIMIT 1
            ) v ON true;
            DROP TABLE {came}
            """
        )
    return staging


def _alike(rows: Columns) -> Iterator[tuple[I64, NDArray[Any], NDArray[Any], Field, Field]]:
    """Blocks of rows that lack the same: their positions, series, times, values and quality of flows, packed."""
    names = np.array([one.bytes for one in rows.keys], "V16")
    lacks = rows.missing * 2 + (rows.flow_quality == NO_FLOW_QUALITY)
    for kind in range(4):
        every = np.flatnonzero(lacks == kind)
        for start in range(0, every.size, BLOCK):
            at = every[start : start + BLOCK]
            value = None if kind >= 2 else rows.values[at].astype(">f8")
            flow = None if kind % 2 else rows.flow_quality[at].astype(">i2")
            yield at, names[rows.which[at]], _since_epoch(rows.times[at]), value, flow


def _bases(base: NDArray[np.datetime64]) -> Iterator[tuple[NDArray[np.bool_], Field]]:
    none = np.isnat(base)
    if none.any():
        yield none, None
    if not none.all():
        yield ~none, _since_epoch(base[~none])


def _since_epoch(times: NDArray[np.datetime64]) -> NDArray[Any]:
    return (times - POSTGRES_EPOCH).astype(np.int64).astype(">i8")


def _packed(count: int, columns: Sequence[Field]) -> bytes:
    """Rows of PostgreSQL's binary COPY: how many fields, then each with its length before it."""
    form: list[tuple[str, str]] = [("fields", ">i2")]
    for at, one in enumerate(columns):
        form.append((f"size{at}", ">i4"))
        if isinstance(one, np.ndarray):
            form.append((f"own{at}", one.dtype.str))
        elif one:
            form.append((f"own{at}", f"V{len(one)}"))
    rows = np.zeros(count, form)
    rows["fields"] = len(columns)
    for at, one in enumerate(columns):
        rows[f"size{at}"] = -1 if one is None else one.dtype.itemsize if isinstance(one, np.ndarray) else len(one)
        if isinstance(one, np.ndarray):
            rows[f"own{at}"] = one
        elif one:
            rows[f"own{at}"] = np.void(one)
    return rows.tobytes()
