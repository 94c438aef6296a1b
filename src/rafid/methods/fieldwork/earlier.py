"""Which of some records are too much like an earlier one, among very many: the pairs of ``near_duplicates`` without comparing
all with all.

Records are put together by which questions they answered. Of two such groups it is known how many answers are compared, and
so how many may differ: d. The compared questions are dealt into d + 1 bands; two records that are alike agree in at least one
band wholly, since d differences cannot lie in d + 1 bands. Only records with a band in common are compared, each band's found
by sorting. Nothing is missed: this is the exact join of Manku, Jain & Das Sarma (2007, section 3) with the missing answers
taken out by the grouping, not a chance as with MinHash. Where answers are so uniform that bands tell nothing apart, all of the
two groups are compared after all, so that it never costs much more than that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

FEW_PAIRS = 20_000_000
"""Pairs up to which comparing all is at least as quick."""
GROUPS, FEWEST = 40, 300
"""Groups at most, and records of one at least; the others are compared with all."""
SOON = 100_000
"""Pairs of two groups below which sorting does not pay."""


def earlier_likeness(
    codes: NDArray[np.int32],
    rows: NDArray[np.int64],
    *,
    threshold: float = 0.85,
    min_compared: int = 10,
    few_pairs: int = FEW_PAIRS,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """For each of ``rows`` the row before it in ``codes`` (n, k) that it resembles most.

    ``codes`` are answers as numbers, 0 for unanswered, oldest record first. Gives ``(other, share, compared)``, each as long as
    ``rows``: ``other`` is -1 where no earlier record reaches ``threshold`` with ``min_compared`` questions that both answered.
    Columns in which all gave one answer say nothing and are left out, as in ``near_duplicates``, whose pairs these are. Of
    equals the earliest. Memory grows with n·k. ``few_pairs``: up to so many pairs all are compared. Raises ``ValueError``
    for what is no table and for a threshold outside 0..1.
    """
    if codes.ndim != 2:
        raise ValueError("codes must be a table, a row for each record")
    if not 0 <= threshold <= 1:
        raise ValueError("the threshold is a share, from 0 to 1")
    kept = np.ascontiguousarray(codes[:, _telling(codes)], dtype=np.int32)
    count = kept.shape[0]
    rows = np.asarray(rows, dtype=np.int64)
    wanted = np.zeros(count, np.bool_)
    wanted[rows] = True
    best = _Best(kept, wanted, float(threshold), max(int(min_compared), 1))
    if int(rows.sum()) <= few_pairs:
        best.search(np.flatnonzero(wanted), np.arange(count))
    else:
        _by_groups(best)
    return best.others[rows], best.shares[rows], best.compared[rows]


def _telling(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Columns with more than one answer, those first in which two records agree least often."""
    agreement = {}
    for column in range(codes.shape[1]):
        _values, counts = np.unique(codes[codes[:, column] != 0, column], return_counts=True)
        if counts.size > 1:
            agreement[column] = float(np.sum((counts / codes.shape[0]) ** 2)) + float(np.mean(codes[:, column] == 0))
    return np.array(sorted(agreement, key=lambda column: (agreement[column], column)), dtype=np.int64)


class _Best:
    """The most alike of the earlier records, so far, of each record that is ``wanted``."""

    def __init__(self, codes: NDArray[np.int32], wanted: NDArray[np.bool_], threshold: float, least: int) -> None:
        self.codes, self.wanted, self.threshold, self.least = codes, wanted, threshold, least
        self.others = np.full(codes.shape[0], -1, np.int64)
        self.shares = np.zeros(codes.shape[0], np.float64)
        self.compared = np.zeros(codes.shape[0], np.int64)

    def search(self, rows: NDArray[np.int64], among: NDArray[np.int64]) -> None:
        """All of ``rows`` with all of ``among``, both in order."""
        _search(self.codes, rows, among, self.threshold, self.least, self.others, self.shares, self.compared)

    def both_ways(self, one: NDArray[np.int64], two: NDArray[np.int64]) -> None:
        self.search(one[self.wanted[one]], two)
        if one is not two:
            self.search(two[self.wanted[two]], one)

    def join(self, one: NDArray[np.int64], two: NDArray[np.int64], columns: NDArray[np.int64]) -> None:
        """Of two groups whose records both answered just ``columns``."""
        if columns.size < self.least:
            return
        bands = int(np.floor((1.0 - self.threshold) * columns.size + 1e-9)) + 1
        left = int(one.size) * int(two.size) // (2 if one is two else 1)
        if bands > columns.size or left <= SOON:
            self.both_ways(one, two)
            return
        for band in range(bands):
            # Dealt in turn, so that each band has its share of those that tell most apart.
            mine = columns[band::bands]
            first = _sorted(self.codes, one, mine)
            second = first if one is two else _sorted(self.codes, two, mine)
            left -= int(_candidates(first[0], second[0]))
            if left < 0:
                self.both_ways(one, two)
                return
            _join(
                self.codes,
                columns,
                *first,
                *second,
                self.wanted,
                self.threshold,
                self.others,
                self.shares,
                self.compared,
            )


def _by_groups(best: _Best) -> None:
    answered = best.codes != 0
    packed = np.packbits(answered, axis=1)
    _patterns, of, counts = np.unique(packed, axis=0, return_inverse=True, return_counts=True)
    of = of.reshape(-1)
    most = np.argsort(-counts, kind="stable")[:GROUPS]
    groups = [np.flatnonzero(of == pattern) for pattern in most if counts[pattern] >= FEWEST]
    grouped = np.zeros(best.codes.shape[0], np.bool_)
    for group in groups:
        grouped[group] = True
    for at, one in enumerate(groups):
        for two in groups[at:]:
            best.join(one, two, np.flatnonzero(answered[one[0]] & answered[two[0]]))
    apart, together = np.flatnonzero(~grouped), np.flatnonzero(grouped)
    best.search(apart[best.wanted[apart]], np.arange(best.codes.shape[0]))
    best.search(together[best.wanted[together]], apart)


def _sorted(
    codes: NDArray[np.int32], rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A band's hash of each record, in order, and the records so ordered; of equal hashes the oldest first."""
    hashes = _hashes(codes, rows, columns)
    order = np.argsort(hashes, kind="stable")
    return hashes[order], rows[order]


@njit(cache=True, nogil=True)
def _hashes(codes: Any, rows: Any, columns: Any) -> Any:
    found = np.empty(rows.size, np.uint64)
    for at in range(rows.size):
        one = np.uint64(1469598103934665603)
        for column in columns:
            one = (one ^ np.uint64(np.uint32(codes[rows[at], column]))) * np.uint64(1099511628211)
            one ^= one >> np.uint64(29)
        found[at] = one
    return found


@njit(cache=True, nogil=True)
def _candidates(first: Any, second: Any) -> Any:
    """How many pairs have a hash in common (of one group with itself about twice as many)."""
    total, at, there = 0, 0, 0
    while at < first.size and there < second.size:
        if first[at] < second[there]:
            at += 1
        elif first[at] > second[there]:
            there += 1
        else:
            key, begin, start = first[at], at, there
            while at < first.size and first[at] == key:
                at += 1
            while there < second.size and second[there] == key:
                there += 1
            total += (at - begin) * (there - start)
    return total


@njit(cache=True, nogil=True)
def _join(
    codes: Any,
    columns: Any,
    first: Any,
    ones: Any,
    second: Any,
    twos: Any,
    wanted: Any,
    threshold: float,
    others: Any,
    shares: Any,
    compared: Any,
) -> None:
    """Compares records with a hash in common, and keeps the best of each."""
    both = columns.size
    at, there = 0, 0
    while at < first.size and there < second.size:
        if first[at] < second[there]:
            at += 1
            continue
        if first[at] > second[there]:
            there += 1
            continue
        key, begin, start = first[at], at, there
        while at < first.size and first[at] == key:
            at += 1
        while there < second.size and second[there] == key:
            there += 1
        for one in ones[begin:at]:
            for two in twos[start:there]:
                row, other = (one, two) if two < one else (two, one)
                if row == other or not wanted[row]:
                    continue
                needed = max(threshold, shares[row])
                most = np.floor((1.0 - needed) * both + 1e-9)
                differ = 0
                for column in columns:
                    if codes[row, column] != codes[other, column]:
                        differ += 1
                        if differ > most:
                            break
                if differ > most:
                    continue
                share = (both - differ) / both
                if share < threshold:
                    continue
                if share > shares[row] or (share == shares[row] and other < others[row]):
                    others[row], shares[row], compared[row] = other, share, both


@njit(cache=True, nogil=True)
def _search(
    codes: Any, rows: Any, among: Any, threshold: float, least: int, others: Any, shares: Any, compared: Any
) -> None:
    width = codes.shape[1]
    for row in rows:
        answered = 0
        for column in range(width):
            answered += codes[row, column] != 0
        if answered < least:
            continue
        # Of the answered, so many may differ at most; where the other left some out, fewer.
        most = np.floor((1.0 - threshold) * answered + 1e-9)
        for other in among:
            if other >= row:
                break
            same, both, differ = 0, 0, 0
            for column in range(width):
                one, two = codes[row, column], codes[other, column]
                if one != 0 and two != 0:
                    both += 1
                    if one == two:
                        same += 1
                    else:
                        differ += 1
                        if differ > most:
                            break
            if differ > most or both < least:
                continue
            share = same / both
            if share < threshold:
                continue
            if share > shares[row] or (share == shares[row] and share > 0 and other < others[row]):
                others[row], shares[row], compared[row] = other, share, both
