"""Many values as columns, sorted by series and time: what a million of them is checked, judged and written by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Moments = NDArray[np.datetime64]

NEVER = np.datetime64("NaT", "us")
NO_FLOW_QUALITY = -1
TAKEN_APART = 500
"""Readings that are taken apart at a time: those of a generator are gone again before Python looks for what is garbage, which
for a million of them takes longer than making them."""


class Reading(NamedTuple):
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
class Columns:
    """``which`` counts in ``keys``. ``values`` are NaN where ``missing``; ``quality`` is 0 where the sender said none,
    ``flow_quality`` -1, ``base`` NaT. ``zoneless``: the time came without a zone."""

    keys: list[UUID]
    which: I64
    times: Moments
    values: F64
    missing: Bools
    rows: I64
    quality: I64
    flow_quality: I64
    base: Moments
    zoneless: Bools

    def __len__(self) -> int:
        return len(self.which)

    def taken(self, at: Any) -> Columns:
        """Those rows alone, by mask or positions."""
        return Columns(self.keys, *(getattr(self, one.name)[at] for one in fields(self)[1:]))

    def of_each(self) -> Iterator[tuple[UUID, slice]]:
        """Each series that has rows, and where they are. The rows are sorted."""
        starts = np.flatnonzero(np.diff(self.which, prepend=-1))
        for start, end in zip(starts, [*starts[1:], len(self)], strict=True):
            yield self.keys[int(self.which[start])], slice(int(start), int(end))


def columns_of(readings: Iterable[Reading]) -> Columns:
    """The same as columns, in their order."""
    of_each: tuple[list[Any], ...] = tuple([] for _name in Reading._fields)
    left = iter(readings)
    while block := list(islice(left, TAKEN_APART)):
        for column, part in zip(of_each, zip(*block, strict=True), strict=True):
            column.extend(part)
    series, times, values, rows, quality, flow_quality, base = of_each
    count = len(series)
    if not count:
        return _columns([], np.zeros(0, np.int64), np.zeros(0, "datetime64[us]"), np.zeros(0))
    # A few ids stand for many rows: they are told apart by where they lie before they are compared.
    objects = {id(one): one for one in series}
    keys = sorted(set(objects.values()), key=str)
    number = {one: at for at, one in enumerate(keys)}
    of_object = {at: number[one] for at, one in objects.items()}
    return Columns(
        keys,
        np.fromiter(map(of_object.__getitem__, map(id, series)), np.int64, count),
        _moments(times),
        np.array(values, np.float64),
        np.fromiter((one is None for one in values), bool, count) if None in values else np.zeros(count, bool),
        np.array(rows, np.int64),
        _whole(quality, 0),
        _whole(flow_quality, NO_FLOW_QUALITY),
        np.full(count, NEVER) if base.count(None) == count else _moments(base),
        np.fromiter((one.tzinfo is None for one in times), bool, count),
    )


def columns_from(parts: Mapping[UUID, tuple[ArrayLike, ArrayLike]]) -> Columns:
    """Of each series its times (datetime64, UTC) and values (NaN where missing). Rows are counted within each, from 1."""
    keys = sorted(parts, key=str)
    times = [np.asarray(parts[one][0], "datetime64[us]") for one in keys]
    values = [np.asarray(parts[one][1], np.float64) for one in keys]
    for key, some, own in zip(keys, times, values, strict=True):
        if some.ndim != 1 or some.shape != own.shape or np.isnat(some).any():
            raise ValueError(f"series {key}: give one value for each time, and no time that is missing")
    sizes = [one.size for one in times]
    joined = _columns(
        keys,
        np.repeat(np.arange(len(keys)), sizes),
        np.concatenate([np.zeros(0, "datetime64[us]"), *times]),
        np.concatenate([np.zeros(0), *values]),
    )
    joined.rows[:] = np.concatenate([np.zeros(0, np.int64), *(np.arange(1, size + 1) for size in sizes)])
    joined.missing[:] = np.isnan(joined.values)
    return joined


def _columns(keys: list[UUID], which: I64, times: Moments, values: F64) -> Columns:
    count = len(which)
    return Columns(
        keys, which, times, values, np.zeros(count, bool), np.zeros(count, np.int64), np.zeros(count, np.int64),
        np.full(count, NO_FLOW_QUALITY, np.int64), np.full(count, NEVER), np.zeros(count, bool),
    )  # fmt: skip


def _moments(times: Sequence[datetime | None]) -> Moments:
    """To the microsecond, which a double of seconds holds for the years that there are."""
    if None in times:
        seconds = np.array([np.nan if one is None else one.timestamp() for one in times])
    else:
        seconds = np.fromiter(map(datetime.timestamp, times), np.float64, len(times))  # type: ignore[arg-type]
    none = np.isnan(seconds)
    found = np.rint(np.where(none, 0, seconds) * 1e6).astype(np.int64).view("datetime64[us]")
    found[none] = NEVER
    return found


def _whole(numbers: Sequence[int | None], empty: int) -> I64:
    if numbers.count(None) == len(numbers):
        return np.full(len(numbers), empty)
    known = np.array(numbers, np.float64)
    return np.where(np.isnan(known), empty, known).astype(np.int64)
