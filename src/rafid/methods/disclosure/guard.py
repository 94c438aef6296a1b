"""The bookkeeping of a protection: what is withheld so far, and the proof of each primary cell's width."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from rafid.methods.disclosure.sums import F64, I64, Sums
from rafid.methods.disclosure.table import Table

NEAR = 1e-6
"""Widths of intervals are fractions of small denominators: what is nearer to k than this is k."""

FREE = 1e-3
"""The price of moving a cell that is withheld anyway; not 0, so that short ways are preferred."""

STEP = 10.0
"""How many times dearer a total is than its parts."""

PATIENCE = 50_000_000
"""Giving back ends after so much effort: in tables of many fields all proofs move hundreds of cells,
each cell would ask for nearly all of them anew, and hardly one in ten can be given back."""

LIMIT = 3_000_000_000
"""Protecting ends after so much effort, about ten minutes: such a table is too large. Counted, not timed."""

Move = tuple[I64, F64]
"""Cells and their changes from the true counts, which keep all sums and every cell at 1 or more."""


class TooLargeError(ValueError):
    """Protecting the table would take too long: publish less detail."""


class Guard:
    """Each primary cell's ``high`` and ``low`` are the largest and smallest change from its count that a reader cannot
    exclude, as far as found; ``by_high`` and ``by_low`` number the moves that prove them. ``attempt`` 0 goes through the
    cells from high totals to parts and from large to small, another one in an order of its own. Cells of ``anyway`` are
    withheld whatever they are needed for."""

    def __init__(
        self,
        true: F64,
        sums: Sums,
        primary: NDArray[np.bool_],
        movable: NDArray[np.bool_],
        level: I64,
        k: float,
        attempt: int = 0,
        anyway: NDArray[np.bool_] | None = None,
    ) -> None:
        self.true, self.level, self.k = true, level, k
        self.primary = np.flatnonzero(primary)
        self.chance = np.random.default_rng(attempt)
        self.order = self._order(attempt)
        # A cell costs one, a large one up to half as much more, a total ten times as much for each step it stands above
        # its parts; a little chance lets no two ways cost the same.
        self.cost = (1 + 0.5 * np.log1p(true) / np.log1p(true.max())) * STEP**level
        self.free = FREE * (1 + self.chance.random(true.size))
        self.price = np.where(movable, self.cost * (1 + 1e-3 * self.chance.random(true.size)), np.inf)
        self.table = Table(true - 1, sums, movable, self.price)
        self.inside = np.full(true.size, np.inf)  # the price where only withheld cells move
        self.withheld = np.zeros(true.size, bool)
        self.owner = np.full(true.size, -1)  # the primary cell for whose sake a cell was withheld
        self.high, self.low = np.zeros(true.size), np.zeros(true.size)
        self.by_high, self.by_low = np.full(true.size, -1), np.full(true.size, -1)
        self.moves: list[Move] = []
        self.users: dict[int, list[int]] = defaultdict(list)  # the moves that move a cell
        self.proved: list[I64] = []  # the primary cells that a move once proved something of
        self.small = primary
        self.fixed = primary if anyway is None else primary | anyway
        self._withhold(np.flatnonzero(self.fixed), -1)

    @property
    def paid(self) -> float:
        """What the cells withheld in addition cost."""
        return float(self.cost[self.withheld].sum() - self.cost[self.fixed].sum())

    def protect(self) -> None:
        """Withholds what the primary cells need."""
        for cell in self.order:
            if not self._audit(cell):
                self._mend(cell)
            if self.table.effort > LIMIT:
                raise TooLargeError(
                    f"a table of {self.true.size:,} cells with {self.primary.size:,} small ones takes too long to protect; "
                    "publish less detail"
                )

    def give_back(self) -> None:
        """Publishes again what all primary cells can do without: totals first, then large cells."""
        enough = PATIENCE + self.table.effort
        second = np.flatnonzero(self.withheld & ~self.fixed)
        for cell in second[np.lexsort((-self.true[second], -self.level[second]))].tolist():
            if self.table.effort > enough:
                return
            relying = self._relying(cell)
            before = [array[relying] for array in (self.high, self.low, self.by_high, self.by_low)]
            self.withheld[cell], self.inside[cell] = False, np.inf
            self.table.to_back(cell)
            self.high[relying] = self.low[relying] = 0.0
            self.by_high[relying] = self.by_low[relying] = -1
            if not all(self._audit(one) for one in relying):
                self.high[relying], self.low[relying], self.by_high[relying], self.by_low[relying] = before
                self._withhold([cell], self.owner[cell])

    def _relying(self, cell: int) -> list[int]:
        """The primary cells whose proof moves ``cell``; first the one for whose sake it was withheld."""
        found = {
            one
            for number in self.users[cell]
            for one in self.proved[number].tolist()
            if number in (self.by_high[one], self.by_low[one])
        }
        return sorted(found, key=lambda one: (one != self.owner[cell], one))

    def _order(self, attempt: int) -> list[int]:
        size = self.true[self.primary]
        if attempt:
            size = size * self.chance.random(size.size)
        order: list[int] = self.primary[np.lexsort((-size, -self.level[self.primary]))].tolist()
        return order

    def _withhold(self, cells: Iterable[int], owner: int) -> None:
        for cell in cells:
            self.withheld[cell], self.owner[cell] = True, owner
            self.inside[cell] = self.price[cell] = self.free[cell]
            self.table.to_front(int(cell))

    def _keep(self, move: Move) -> None:
        cells, changes = move
        number = len(self.moves)
        self.moves.append(move)
        for cell in cells.tolist():
            self.users[cell].append(number)
        up, down = changes > self.high[cells], changes < self.low[cells]
        self.high[cells[up]], self.low[cells[down]] = changes[up], changes[down]
        self.by_high[cells[up]] = self.by_low[cells[down]] = number
        self.proved.append(cells[(up | down) & self.small[cells]])

    def _wide(self, cell: int) -> bool:
        return bool(self.high[cell] - self.low[cell] >= self.k - NEAR)

    def _audit(self, cell: int) -> bool:
        """Whether the withheld cells are found to leave ``cell`` wide enough; what was found on the way is kept."""
        if not self._wide(cell):
            self._keep(self.table.move_in_front(cell, self.k, self.inside)[1:])
        down = min(self.k, self.true[cell] - 1)
        if not self._wide(cell) and down > -self.low[cell] and self.high[cell] + down >= self.k - NEAR:
            self._keep(self.table.move_in_front(cell, -down, self.inside)[1:])
        return self._wide(cell)

    def _mend(self, cell: int) -> None:
        """Withholds the cheapest cells that make ``cell`` wide."""
        best = min(self._ways(cell), key=self._extra, default=None)
        if best is None:
            raise ValueError(
                f"cell {cell} ({self.true[cell]:.0f}) cannot be kept from being worked out: what is known already gives it "
                "away; publish less detail, or count the cell itself as known"
            )
        for move in best:
            self._withhold(move[0][~self.withheld[move[0]]], cell)
            self._keep(move)

    def _extra(self, way: list[Move]) -> float:
        cells = np.unique(np.concatenate([cells for cells, _ in way]))
        return float(self.cost[cells[~self.withheld[cells]]].sum())

    def _ways(self, cell: int) -> Iterator[list[Move]]:
        """Upwards from the lowest filling; or by the same cells up and down, which needs fewer where they are small."""
        up = self._way(cell, self.k + self.low[cell])
        if up is not None:
            yield up
            if np.count_nonzero(~self.withheld[up[0][0]]) == 1:
                return
        down = min(self.k, self.true[cell] - 1)
        if down > -self.low[cell] + NEAR:
            both = self._way(cell, *([self.k - down, -down] if down < self.k else [-down]))
            if both is not None:
                yield both

    def _way(self, cell: int, *targets: float) -> list[Move] | None:
        price, way = self.price, []
        for target in targets:
            reached, cells, changes = self.table.move(cell, target, price)
            if abs(reached - target) > NEAR:
                return None
            way.append((cells, changes))
            price = price.copy()
            price[cells] = self.free[cells]
        return way
