"""Cells that add up: rows, columns, sexes, places within places and tables that share cells, all as one list of sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

Sum = tuple[int, Sequence[int]]
"""The total's index, and the indexes of its parts."""

LARGEST = 2**53
"""Beyond it a float no longer tells one count from the next."""


@dataclass(frozen=True)
class Sums:
    """The sums of ``cells`` cells as a sparse matrix M, M x = 0: a row holds -1 for its total and 1 for each part.

    ``start`` (sums + 1), ``cell`` and ``sign`` list the entries by row, the total first.
    """

    cells: int
    start: I64
    cell: I64
    sign: F64

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def row(self) -> I64:
        """The row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.start))

    @property
    def total(self) -> I64:
        """The total's cell of each row."""
        return self.cell[self.start[:-1]]

    def residual(self, values: F64) -> F64:
        """Parts less total of each row."""
        return np.asarray(np.bincount(self.row, self.sign * values[self.cell], minlength=len(self)), np.float64)

    def matrix(self) -> Any:
        """M, as scipy's sparse array (sums, cells)."""
        from scipy.sparse import csr_array  # heavy, and wanted only where HiGHS is

        return csr_array((self.sign, self.cell, self.start), shape=(len(self), self.cells))

    def by_cell(self) -> tuple[I64, I64, F64]:
        """The same entries by cell: where each cell's begin (cells + 1), their rows, their signs."""
        order = np.argsort(self.cell, kind="stable")
        start = np.concatenate(([0], np.cumsum(np.bincount(self.cell, minlength=self.cells))))
        return start.astype(np.int64), self.row[order], self.sign[order]

    def only(self, kept: NDArray[np.bool_]) -> Sums:
        """The same rows with the entries of some cells alone; rows may become empty."""
        chosen = kept[self.cell]
        width = np.bincount(self.row[chosen], minlength=len(self))
        start = np.concatenate(([0], np.cumsum(width))).astype(np.int64)
        return Sums(self.cells, start, self.cell[chosen], self.sign[chosen])

    def levels(self) -> I64:
        """0 for a cell that is no total, else one more than the highest of its parts.

        Raises ``ValueError`` where a cell is, through other sums, a part of itself.
        """
        level, part = np.zeros(self.cells, np.int64), np.ones(self.cell.size, bool)
        part[self.start[:-1]] = False
        parts, above = self.cell[part], self.total[self.row[part]]
        for _ in range(self.cells + 1):
            higher = level.copy()
            np.maximum.at(higher, above, level[parts] + 1)
            if np.array_equal(higher, level):
                return level
            level = higher
            if int(level.max()) >= self.cells:
                break
        raise ValueError(f"cell {int(np.argmax(level))} is, through other sums, a part of itself")


def read_sums(cells: int, sums: Iterable[Sum]) -> Sums:
    """The sums of ``cells`` cells, checked; a sum that is given twice counts once.

    Raises ``ValueError`` for an index that is no whole number or outside 0..cells - 1, for a total that is its own part, a
    part named twice, and a sum without parts.
    """
    rows: list[I64] = []
    seen: set[bytes] = set()
    for number, given in enumerate(sums):
        try:
            total, parts = given
        except (TypeError, ValueError):
            raise ValueError(f"sum {number} is not a pair of a total and its parts") from None
        row = np.concatenate((_indexes(number, [total], cells), _indexes(number, parts, cells)))
        if row.size == 1:
            raise ValueError(f"cell {row[0]} is the total of sum {number}, which has no parts")
        if (row[1:] == row[0]).any():
            raise ValueError(f"cell {row[0]} is the total of sum {number} and one of its own parts")
        row[1:].sort()
        twice = row[1:-1][row[1:-1] == row[2:]]
        if twice.size:
            raise ValueError(f"cell {twice[0]} is named twice among the parts of sum {number}")
        if (key := row.tobytes()) not in seen:
            seen.add(key)
            rows.append(row)
    start = np.concatenate(([0], np.cumsum([row.size for row in rows]))).astype(np.int64)
    cell = np.concatenate(rows) if rows else np.empty(0, np.int64)
    sign = np.ones(cell.size)
    sign[start[:-1]] = -1.0
    return Sums(cells, start, cell, sign)


def _indexes(number: int, given: ArrayLike, cells: int) -> I64:
    found = np.asarray(given if isinstance(given, np.ndarray) else list(given))  # type: ignore[call-overload,arg-type]
    if found.ndim != 1:
        raise ValueError(f"the parts of sum {number} must be a flat list of indexes")
    if found.size == 0:
        return np.empty(0, np.int64)
    if found.dtype.kind not in "iu":
        raise ValueError(f"sum {number} names a cell by {found[0]!r}; cells are named by whole numbers from 0")
    outside = (found < 0) | (found >= cells)
    if outside.any():
        raise ValueError(f"sum {number} names cell {found[outside][0]}, but there are cells 0 to {cells - 1} only")
    return found.astype(np.int64)


def read_counts(counts: ArrayLike, sums: Sums | None = None) -> F64:
    """``counts`` (n,) as floats, checked: whole, not negative, and every total the sum of its parts.

    Raises ``ValueError`` that names the first cell which is not.
    """
    found = _vector(counts, "counts")
    for wrong, why in (
        (np.isnan(found), "has no count (NaN); protection needs the true counts, a withheld one too"),
        (np.isinf(found), "has an infinite count"),
        (found < 0, "has a negative count"),
        (found != np.floor(found), "has a count that is not whole"),
        (found > LARGEST, "has a count beyond 2^53, where a float is no longer exact"),
    ):
        if wrong.any():
            cell = int(np.argmax(wrong))
            raise ValueError(f"cell {cell} {why}: {found[cell]:g}")
    if sums is not None:
        check_sums(found, sums)
    return found


def check_sums(values: F64, sums: Sums) -> None:
    """Raises ``ValueError`` for a total that is not the sum of its parts; sums with an unknown cell (NaN) are passed over."""
    if not len(sums):
        return
    rest = sums.residual(values)
    scale = np.maximum.reduceat(np.abs(values)[sums.cell], sums.start[:-1])
    wrong = np.abs(rest) > 1e-9 * np.maximum(scale, 1.0)
    if wrong.any():
        first = int(np.argmax(wrong))
        total = int(sums.total[first])
        raise ValueError(
            f"cell {total} is given as the total {values[total]:.15g}, but its parts add up to "
            f"{values[total] + rest[first]:.15g}"
        )


def _vector(values: ArrayLike, name: str) -> F64:
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers") from None
    if found.ndim != 1:
        raise ValueError(f"{name} must be a vector, not an array of {found.ndim} dimensions")
    return np.array(found)


def read_values(values: ArrayLike, least: float) -> F64:
    """``values`` (n,) as floats, NaN where withheld. Raises ``ValueError`` for negative and infinite ones."""
    found = _vector(values, "values")
    if not (np.isfinite(least) and least >= 0):
        raise ValueError(f"least is the smallest value a withheld cell can have, a number of at least 0, not {least}")
    for wrong, why in ((np.isinf(found), "is infinite"), (found < 0, "is negative")):
        if wrong.any():
            cell = int(np.argmax(wrong))
            raise ValueError(f"the value of cell {cell} {why}: {found[cell]:g}")
    return found
