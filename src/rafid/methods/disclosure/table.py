"""A table whose cells can be moved against one another: what an audit and a protection both work on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rafid.methods.disclosure.program import minimise
from rafid.methods.disclosure.sums import F64, I64, Sums

SUMS, STEPS = 500, 800
"""A change that touches more sums, or takes more steps, is left to HiGHS."""

NEIGHBOURS = 12
"""So many cells of each sum are tried first: a way among few is found in a time that does not grow with the table."""

FEW_STEPS = 400

Reached = tuple[float, I64, F64]
"""How far, the cells that move, and their changes."""

NOWHERE: Reached = (0.0, np.empty(0, np.int64), np.empty(0))


class Table:
    """Cells that satisfy ``sums``, of which those of ``movable`` (n,) may change, each down by ``room`` (n,) at most.
    Each sum lists its cells of low ``price`` (n,) first."""

    def __init__(self, room: F64, sums: Sums, movable: NDArray[np.bool_], price: F64) -> None:
        self.movable = movable
        self.room = np.where(movable, np.maximum(room, 0.0), 0.0)
        inside = sums.only(movable)
        order = np.lexsort((price[inside.cell], inside.row))
        self.sums = Sums(sums.cells, inside.start, inside.cell[order], inside.sign[order])
        self.width = np.diff(self.sums.start)
        self.cell_start, self.cell_row, self.cell_sign = self.sums.by_cell()
        # Where each entry by cell stands among the entries by sum, and back.
        self._where = np.argsort(self.sums.cell, kind="stable")
        self._entry = np.empty_like(self._where)
        self._entry[self._where] = np.arange(self._where.size)
        self.front = np.zeros(len(sums), np.int64)
        self.effort = 0  # numbers of the inverses that were worked on, about
        self._place = np.full(len(sums), -1, np.int64)
        self._state = np.zeros((2, sums.cells), np.int8)
        self._seen = np.zeros(sums.cells + 1, np.int64)
        self._inverse = np.empty((min(SUMS, len(sums) + 1),) * 2)

    def to_front(self, cell: int) -> None:
        """Lists a cell among the first of its sums."""
        for entry in range(self.cell_start[cell], self.cell_start[cell + 1]):
            row = self.cell_row[entry]
            self._swap(self._where[entry], self.sums.start[row] + self.front[row])
            self.front[row] += 1

    def to_back(self, cell: int) -> None:
        """Undoes ``to_front``."""
        for entry in range(self.cell_start[cell], self.cell_start[cell + 1]):
            row = self.cell_row[entry]
            self.front[row] -= 1
            self._swap(self._where[entry], self.sums.start[row] + self.front[row])

    def _swap(self, one: int, other: int) -> None:
        for array in (self.sums.cell, self.sums.sign, self._entry):
            array[one], array[other] = array[other], array[one]
        self._where[self._entry[one]], self._where[self._entry[other]] = one, other

    def move(self, cell: int, target: float, price: F64) -> Reached:
        """How far ``cell`` moves towards ``target`` at the least price, the cells that move with it, and their changes.

        ``price`` (n,) is infinite for cells that stay. Where a way among few cells reaches the target, it may be dearer
        than the least.
        """
        few = np.minimum(self.front, NEIGHBOURS) + NEIGHBOURS
        if (few < self.width).any():
            found = self._search(cell, target, price, np.minimum(few, self.width), FEW_STEPS)
            if found is not None and abs(found[0] - target) < 1e-9:
                return found
        return self._search(cell, target, price, self.width, STEPS) or self._by_program(cell, target, price)

    def move_in_front(self, cell: int, target: float, price: F64) -> Reached:
        """The same among the first cells of each sum's front alone: at least so far, perhaps farther."""
        few = self.front.max(initial=0) > NEIGHBOURS
        width, steps = (np.minimum(self.front, NEIGHBOURS), FEW_STEPS) if few else (self.front, STEPS)
        return self._search(cell, target, price, width, steps) or NOWHERE

    def _search(self, cell: int, target: float, price: F64, width: I64, steps: int) -> Reached | None:
        from rafid.methods.disclosure.moves import cheapest_move  # numba: heavy, and wanted only where tables are

        ended, reached, cells, changes = cheapest_move(
            cell, target, self.sums.start, width, self.sums.cell, self.sums.sign,
            self.cell_start, self.cell_row, self.cell_sign, price, self.room,
            self._place, self._state, self._seen, self._inverse, steps,
        )  # fmt: skip
        self.effort += cells.size**2 if ended else SUMS**2
        if not ended:
            return None
        own, which = np.unique(cells, return_inverse=True)
        summed = np.asarray(np.bincount(which, changes), np.float64)
        if not self.holds(own, summed):
            return None
        kept = np.abs(summed) > 1e-9
        return float(reached), own[kept], summed[kept]

    def holds(self, cells: I64, changes: F64) -> bool:
        """Whether a change keeps all sums, and no cell falls by more than its room."""
        if (changes < -self.room[cells] - 1e-7).any():
            return False
        count = self.cell_start[cells + 1] - self.cell_start[cells]
        entry = np.repeat(self.cell_start[cells] - np.cumsum(count) + count, count) + np.arange(count.sum())
        _, row = np.unique(self.cell_row[entry], return_inverse=True)
        return bool((np.abs(np.bincount(row, self.cell_sign[entry] * np.repeat(changes, count))) < 1e-7).all())

    def _by_program(self, cell: int, target: float, price: F64) -> Reached:
        """The same by HiGHS: if not all the way, how far, and then at which price."""
        from scipy.sparse import hstack

        self.effort += 8 * SUMS**2
        chosen = np.union1d(np.flatnonzero(np.isfinite(price)), [cell])
        at = int(np.searchsorted(chosen, cell))
        matrix = self.sums.matrix()[:, chosen]
        matrix = matrix[np.diff(matrix.indptr) > 0]
        both = hstack([matrix, -matrix], format="csr")  # increases, decreases
        own, other = (at, at + chosen.size) if target > 0 else (at + chosen.size, at)
        high = np.concatenate((np.full(chosen.size, np.inf), self.room[chosen]))
        low, far = np.zeros(high.size), np.zeros(high.size)
        low[own] = high[own] = abs(target)
        high[other] = 0.0
        paid = np.where(np.isfinite(price[chosen]), price[chosen], 0.0)
        paid = np.concatenate((paid, paid))
        answer = minimise(paid, both, 0.0, low, high)
        if answer is None:
            low[own], far[own] = 0.0, -1.0
            answer = minimise(far, both, 0.0, low, high)
            if answer is None:
                return NOWHERE
            # A hair less, so that rounding leaves a way.
            low[own] = high[own] = min(answer[own], abs(target)) * (1 - 1e-9)
            cheapest = minimise(paid, both, 0.0, low, high)
            answer = answer if cheapest is None else cheapest
        change = answer[: chosen.size] - answer[chosen.size :]
        kept = np.abs(change) > 1e-9
        return float(change[at]), chosen[kept], change[kept]
