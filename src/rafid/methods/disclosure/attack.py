"""What a reader works out about withheld cells from what is published."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.disclosure.program import UnboundedError, minimise
from rafid.methods.disclosure.sums import F64, I64, Sum, Sums, check_sums, read_sums, read_values
from rafid.methods.disclosure.table import Table

NEAR = 1e-6
"""What is nearer to a whole number than this is that number."""


TURNS, MORE_TURNS = 8, 40
"""Fillings that bring many cells to their ends at once: so many, and where ``enough`` is asked for, while they still help."""


def attack_intervals(
    values: ArrayLike,
    *,
    sums: Iterable[Sum],
    least: float = 1.0,
    enough: float | None = None,
    exact: ArrayLike | None = None,
) -> tuple[F64, F64]:
    """The smallest and the largest value that each withheld cell can have (Hundepool and others 2012, "Statistical
    disclosure control", chapter 4: the audit of a table by linear programs).

    values: (n,) counts, cells and totals alike, NaN where withheld. sums: (total's index, indexes of its parts) for every sum
    that a reader knows of: rows, columns, places within places, other releases. least: what every withheld cell holds
    at least; 1, since zeros are published. enough: a width at which a cell is left alone: its low and high are then values that
    fillings reach, so its true interval is at least so wide; narrower ones are exact. exact: (n,) bool, the cells whose
    ends are wanted all the same. For tables of which only the narrow intervals matter, with far fewer programs.

    Gives low and high (n,), in the unit of the values: a published cell's own value twice; for a withheld cell the least and
    greatest value over all fillings, whole or not, that satisfy every sum; infinite where there is no upper end.

    Raises ``ValueError`` for negative and infinite values, sums that ``read_sums`` refuses, and published values that
    contradict one another; it names the cell.

    >>> low, high = attack_intervals([float("nan"), float("nan"), 30, 53], sums=[(3, [0, 1, 2])])
    >>> low.tolist(), high.tolist()
    ([1.0, 1.0, 30.0, 53.0], [22.0, 22.0, 30.0, 53.0])
    """
    known = read_values(values, least)
    system = read_sums(known.size, sums)
    check_sums(known, system)
    withheld = np.isnan(known)
    if not withheld.any():
        return known.copy(), known.copy()
    audit = _Audit(known, withheld, system, float(least))
    audit.asked = np.ones(known.size, bool) if enough is None or exact is None else np.array(exact, dtype=bool)
    if enough is not None:
        audit.enough = float(enough)
        if exact is None:
            audit.asked[:] = False
    return audit.intervals()


def one_filling(values: ArrayLike, *, sums: Iterable[Sum], least: float = 1.0) -> F64:
    """``values`` with numbers of at least ``least``, whole or not, in place of NaN, so that every sum holds.

    Raises ``ValueError`` as ``attack_intervals`` does, and where there is none.
    """
    known = read_values(values, least)
    system = read_sums(known.size, sums)
    check_sums(known, system)
    withheld = np.isnan(known)
    return _Audit(known, withheld, system, float(least)).fill() if withheld.any() else known


class _Audit:
    """Bounds from both sides: ``low`` and ``high`` that no filling passes, ``least`` and ``most`` that fillings reach.
    A cell is settled where they meet."""

    def __init__(self, known: F64, withheld: NDArray[np.bool_], sums: Sums, floor: float) -> None:
        self.known, self.withheld, self.floor = known, withheld, floor
        self.sums = sums.only(withheld)
        self.right = -sums.residual(np.where(withheld, 0.0, known))
        self.low, self.high = np.where(withheld, floor, known), np.where(withheld, np.inf, known)
        self.cells = np.flatnonzero(withheld)
        self.totals = sums.total
        matrix = self.sums.matrix()
        self.rows = np.flatnonzero(np.diff(matrix.indptr))
        self.matrix, self.rest = matrix[self.rows][:, self.cells], self.right[self.rows]
        self.enough, self.asked = np.inf, np.ones(known.size, bool)

    def intervals(self) -> tuple[F64, F64]:
        self._narrow()
        start = self.fill()
        self.least, self.most = start.copy(), start.copy()
        self._reach_in_groups()
        if np.isfinite(self.enough):
            self._reach_enough()
        self.start = start
        room = start - self.floor
        self.price = np.where(self.withheld, 1.0 + np.random.default_rng(0).random(start.size), np.inf)
        self.table = Table(room, self.sums, self.withheld, self.price)
        self.rays = Table(np.zeros_like(room), self.sums, self.withheld, self.price)
        for cell in self.cells:
            if self._wide(cell):
                self.low[cell], self.high[cell] = self.least[cell], self.most[cell]
                continue
            if self.least[cell] > self.low[cell] + NEAR:
                self._lowest(int(cell))
            if self.most[cell] < self.high[cell] - NEAR:
                self._highest(int(cell))
        low, high = np.where(self.withheld, self.low, self.known), np.where(self.withheld, self.high, self.known)
        for ends in (low, high):
            near = np.isfinite(ends) & self.withheld
            near[near] = np.abs(ends[near] - np.rint(ends[near])) < NEAR
            ends[near] = np.rint(ends[near])
        return low, high

    def _narrow(self) -> None:
        """Sum by sum: a cell is what the others leave over."""
        row, cell, sign = self.sums.row, self.sums.cell, self.sums.sign
        for _ in range(20):
            small = np.where(sign > 0, self.low[cell], -self.high[cell])
            large = np.where(sign > 0, self.high[cell], -self.low[cell])
            beyond = self.right[row] - _others(row, small, len(self.sums))
            short = self.right[row] - _others(row, large, len(self.sums))
            low, high = self.low.copy(), self.high.copy()
            np.maximum.at(low, cell, np.where(sign > 0, short, -beyond))
            np.minimum.at(high, cell, np.where(sign > 0, beyond, -short))
            changed = (low > self.low + NEAR) | (high < self.high - NEAR)
            self.low, self.high = low, high
            if not changed.any():
                return

    def fill(self) -> F64:
        """One filling. Where there is none, published values contradict one another."""
        filled = self.known.copy()
        answer = minimise(np.ones(self.cells.size), self.matrix, self.rest, self.floor, np.inf)
        if answer is None:
            from scipy.sparse import eye_array, hstack

            size = self.matrix.shape[0]
            bent = hstack([self.matrix, eye_array(size), -eye_array(size)], format="csr")
            cost = np.concatenate((np.zeros(self.cells.size), np.ones(2 * size)))
            low = np.concatenate((np.full(self.cells.size, self.floor), np.zeros(2 * size)))
            answer = minimise(cost, bent, self.rest, low, np.inf)
            miss = answer[self.cells.size :].reshape(2, size).sum(axis=0) if answer is not None else np.ones(size)
            total = int(self.totals[self.rows[int(np.argmax(miss))]])
            raise ValueError(
                f"the published values contradict one another: no values of at least {self.floor:g} in the withheld cells "
                f"make the sum of cell {total} true together with the others"
            )
        filled[self.cells] = np.maximum(answer, self.floor)
        return filled

    def _wide(self, cells: Any) -> Any:
        """Cells that nobody asks the ends of, since they are known to be wide enough."""
        return ~self.asked[cells] & (self.most[cells] - self.least[cells] >= self.enough)

    def _saw(self, filled: F64) -> None:
        np.minimum(self.least, filled, out=self.least)
        np.maximum(self.most, filled, out=self.most)

    def _reach_in_groups(self) -> None:
        """Fillings that bring many cells to their ends at once."""
        chance = np.random.default_rng(1)
        for turn in range(TURNS):
            down = (self.least > self.low + NEAR)[self.cells]
            up = ((self.most < self.high - NEAR) & np.isfinite(self.high))[self.cells]
            open_ = down if turn % 2 else up
            if open_.sum() < 8:
                continue
            weight = np.where(open_, (1.0 if turn % 2 else -1.0) * (0.1 + chance.random(open_.size)), 0.0)
            answer = minimise(weight, self.matrix, self.rest, self.low[self.cells], self.high[self.cells])
            if answer is None:
                return
            filled = self.known.copy()
            filled[self.cells] = answer
            self._saw(filled)

    def _reach_enough(self) -> None:
        """The same, some cells up and some down at once, as long as each settles a twentieth of those that are left."""
        chance = np.random.default_rng(2)
        left = np.count_nonzero(~self._wide(self.cells))
        for _ in range(MORE_TURNS):
            if left < 8:
                return
            sign = np.where(chance.random(self.cells.size) < 0.5, -1.0, 1.0)
            weight = np.where(self._wide(self.cells), 0.0, sign * (0.1 + chance.random(sign.size)))
            # Without an upper end a program has none: what nobody bounds is held at what is enough.
            high = np.minimum(self.high, np.maximum(self.most, self.least + 2 * self.enough))[self.cells]
            answer = minimise(weight, self.matrix, self.rest, self.low[self.cells], high)
            if answer is None:
                return
            filled = self.known.copy()
            filled[self.cells] = answer
            self._saw(filled)
            before, left = left, np.count_nonzero(~self._wide(self.cells))
            if left > 0.95 * before:
                return

    def _moved(self, cells: I64, changes: F64) -> None:
        there = self.start[cells] + changes
        self.least[cells] = np.minimum(self.least[cells], there)
        self.most[cells] = np.maximum(self.most[cells], there)

    def _lowest(self, cell: int) -> None:
        reached, cells, changes = self.table.move(cell, self.low[cell] - self.start[cell], self.price)
        self._moved(cells, changes)
        self.low[cell] = self.start[cell] + reached

    def _highest(self, cell: int) -> None:
        if np.isinf(self.high[cell]):
            reached, cells, changes = self.rays.move(cell, 1.0, self.price)
            if reached > 0.5:
                self.most[cells[changes > NEAR]] = np.inf
                return
            try:
                answer = minimise(-1.0 * (self.cells == cell), self.matrix, self.rest, self.floor, np.inf)
            except UnboundedError:
                answer = None
            self.high[cell] = np.inf if answer is None else answer[self.cells == cell][0]
            return
        reached, cells, changes = self.table.move(cell, self.high[cell] - self.start[cell], self.price)
        self._moved(cells, changes)
        self.high[cell] = self.start[cell] + reached


def _others(row: I64, values: F64, rows: int) -> F64:
    """For each entry the sum of its row's other entries, with infinite ones among them."""
    endless = np.isinf(values)
    finite = np.where(endless, 0.0, values)
    whole = np.bincount(row, finite, minlength=rows)[row] - finite
    count = np.bincount(row, endless, minlength=rows)[row] - endless
    infinite: F64 = np.where(values > 0, np.inf, -np.inf)
    way = np.zeros(rows)
    way[row[endless]] = infinite[endless]
    return np.where(count > 0.5, way[row], whole)
