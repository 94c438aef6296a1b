"""Which of some records are too much like an earlier one, among very many: the loop of ``near_duplicates`` at machine speed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


def earlier_likeness(
    codes: NDArray[np.int32], rows: NDArray[np.int64], *, threshold: float = 0.85, min_compared: int = 10
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """For each of ``rows`` the row before it in ``codes`` (n, k) that it resembles most.

    ``codes`` are answers as numbers, 0 for unanswered, oldest record first. Gives ``(other, share, compared)``, each as long as
    ``rows``: ``other`` is -1 where no earlier record reaches ``threshold`` with ``min_compared`` questions that both answered.
    Columns in which all gave one answer say nothing and are left out, as in ``near_duplicates``, whose pairs these are. Of
    equals the earliest. Raises ``ValueError`` for what is no table and for a threshold outside 0..1.

    A pair is left as soon as it cannot reach the threshold any more; the columns that tell most apart are asked first.
    """
    if codes.ndim != 2:
        raise ValueError("codes must be a table, a row for each record")
    if not 0 <= threshold <= 1:
        raise ValueError("the threshold is a share, from 0 to 1")
    telling = _telling(codes)
    kept = np.ascontiguousarray(codes[:, telling], dtype=np.int32)
    found: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]] = _search(
        kept, np.asarray(rows, dtype=np.int64), float(threshold), max(int(min_compared), 1)
    )
    return found


def _telling(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Columns with more than one answer, those first in which two records agree least often."""
    agreement = {}
    for column in range(codes.shape[1]):
        _values, counts = np.unique(codes[codes[:, column] != 0, column], return_counts=True)
        if counts.size > 1:
            agreement[column] = float(np.sum((counts / codes.shape[0]) ** 2)) + float(np.mean(codes[:, column] == 0))
    return np.array(sorted(agreement, key=lambda column: (agreement[column], column)), dtype=np.int64)


@njit(cache=True, nogil=True)
def _search(codes: Any, rows: Any, threshold: float, least: int) -> Any:
    count, width = rows.size, codes.shape[1]
    others = np.full(count, -1, np.int64)
    shares = np.zeros(count, np.float64)
    compared = np.zeros(count, np.int64)
    for at in range(count):
        row = rows[at]
        answered = 0
        for column in range(width):
            answered += codes[row, column] != 0
        if answered < least:
            continue
        # Of the answered, so many may differ at most; where the other left some out, fewer.
        most = np.floor((1.0 - threshold) * answered + 1e-9)
        for other in range(row):
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
            if share >= threshold and share > shares[at]:
                others[at], shares[at], compared[at] = other, share, both
    return others, shares, compared


@njit(cache=True, nogil=True)
def likeness(codes: Any) -> Any:
    """Shares (n, n) of same answers among those that both gave, of records ``codes`` (n, k); -1 with oneself, 0 where no
    question was answered by both."""
    count, width = codes.shape
    shares = np.empty((count, count), np.float32)
    for one in range(count):
        shares[one, one] = -1.0
        for two in range(one):
            same, both = 0, 0
            for column in range(width):
                if codes[one, column] != 0 and codes[two, column] != 0:
                    both += 1
                    same += codes[one, column] == codes[two, column]
            share = np.float32(same / max(both, 1))
            shares[one, two] = share
            shares[two, one] = share
    return shares


@njit(cache=True, nogil=True)
def best_of_others(shares: Any, rows: Any) -> Any:
    """Mean over ``rows`` of the greatest share with another of them."""
    total = 0.0
    for one in rows:
        best = np.float32(-1.0)
        for two in rows:
            if shares[one, two] > best:
                best = shares[one, two]
        total += float(best)
    return total / rows.size
