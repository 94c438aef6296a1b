"""Columns that are the sum of others, though nobody says so: a reader sees it in the numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.disclosure.sums import LARGEST

I64 = NDArray[np.int64]

STEPS = 20_000
"""So many choices are tried for one total; counted, so that the same table always gives the same sums."""

FEW = 3
"""Rows in which a sum of some of the others must hold. In fewer, numbers meet by chance; a sum of all others needs one."""


def find_totals(table: ArrayLike) -> list[tuple[int, list[int]]]:
    """Columns that equal the sum of others in every row: (the total's column, its parts' columns).

    table: (rows, columns), NaN where there is no number; a row counts for a sum where all its numbers are there. Columns with
    negative or fractional numbers are no counts and left out, as are those that are zero throughout. Exact: a sum that fails
    in one row is none. At most one sum for each total, of its largest parts; no column is, through others, a part of itself.

    >>> find_totals([[3, 20, 23, 7], [4, 30, 34, 9], [0, 8, 8, 1]])
    [(2, [0, 1])]
    """
    given = np.asarray(table, dtype=np.float64)
    if given.ndim != 2:
        raise ValueError(f"the table must have rows and columns, not {given.ndim} dimensions")
    there = ~np.isnan(given)
    whole = np.where(there, given, 0.0)
    counts = (whole >= 0).all(axis=0) & (whole == np.floor(whole)).all(axis=0) & (whole <= LARGEST).all(axis=0)
    numbers = np.where(counts, whole, 0.0).astype(np.int64)
    usable = np.flatnonzero(counts & (numbers > 0).any(axis=0))
    order = sorted(usable.tolist(), key=lambda one: (-int(numbers[:, one].sum(dtype=np.object_)), one))
    found = []
    for at, total in enumerate(order):
        # Smaller ones only, and of equal ones only later: so no sum leads back to itself.
        parts = _parts(total, order[at + 1 :], numbers, there, FEW if at else 1)
        if parts:
            found.append((total, sorted(parts)))
    return found


def _parts(total: int, others: list[int], numbers: I64, there: NDArray[np.bool_], least: int) -> list[int]:
    rows = there[:, total]
    others = [one for one in others if (there[:, one] & rows).any()]
    if _holds(total, others, numbers, there, least):
        return others
    fitting = [
        one for one in others if (numbers[rows & there[:, one], one] <= numbers[rows & there[:, one], total]).all()
    ]
    if fitting != others and _holds(total, fitting, numbers, there, FEW):
        return fitting
    both = rows & there[:, fitting].all(axis=1) if fitting else rows
    if np.count_nonzero(numbers[both, total]) < FEW:
        return []
    chosen = _choose(numbers[both, total], numbers[both][:, fitting])
    parts = [fitting[one] for one in chosen]
    return parts if _holds(total, parts, numbers, there, FEW) else []


def _holds(total: int, parts: list[int], numbers: I64, there: NDArray[np.bool_], least: int) -> bool:
    """Of one part, two columns alike: that needs as many rows as any other, so that it is no chance."""
    if not parts:
        return False
    both = there[:, total] & there[:, parts].all(axis=1)
    enough = np.count_nonzero(numbers[both, total]) >= (least if len(parts) > 1 else FEW)
    return bool(enough and (numbers[both][:, parts].sum(axis=1) == numbers[both, total]).all())


def _choose(total: I64, parts: I64) -> list[int]:
    """Columns of ``parts`` (rows, m), large ones first, whose sum is ``total``; none where none is found in time."""
    after = np.concatenate((parts[:, ::-1].cumsum(axis=1)[:, ::-1], np.zeros((len(parts), 1), np.int64)), axis=1)
    stack: list[tuple[int, I64, tuple[int, ...]]] = [(0, total, ())]
    for _ in range(STEPS):
        if not stack:
            return []
        at, rest, chosen = stack.pop()
        if not rest.any():
            return list(chosen)
        if at == parts.shape[1] or (after[:, at] < rest).any():
            continue
        stack.append((at + 1, rest, chosen))
        if (parts[:, at] <= rest).all():
            stack.append((at + 1, rest - parts[:, at], (*chosen, at)))
    return []
