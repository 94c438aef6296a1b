"""Which cells of a table are withheld, so that nobody finds the small ones by adding and subtracting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.disclosure.attack import attack_intervals
from rafid.methods.disclosure.guard import NEAR, Guard
from rafid.methods.disclosure.sums import F64, Sum, check_sums, read_counts, read_sums

ATTEMPTS, PATIENCE = 8, 6_000
"""Small tables are protected in up to 8 orders, as many as keep cells × orders below 6,000, and the best is taken."""

EFFORT = 10_000_000
"""No other order is tried after so much effort; counted, not timed, so that the same table is always protected alike."""


@dataclass(frozen=True)
class Protected:
    """``values`` (n,): the true counts, NaN where withheld; ``withheld`` (n,); ``primary`` (n,): withheld since small."""

    values: F64
    withheld: NDArray[np.bool_]
    primary: NDArray[np.bool_]


def protect_counts(counts: ArrayLike, *, sums: Iterable[Sum], k: int = 5, known: ArrayLike | None = None) -> Protected:
    """Withholds the small cells of a table, and as few others as it takes to keep them from being worked out (Hundepool and
    others 2012, "Statistical disclosure control", chapter 4: cell suppression).

    counts: (n,) true counts of all cells and totals. sums: (total's index, indexes of its parts) for every sum that a reader
    knows of: rows, columns, sexes, places within places, linked tables. k: the smallest count that may be published.
    known: (n,) bool, the cells that are public already and stay so; a small one among them has nothing left to protect.

    Primary are cells of 0 < count < k. Zeros are published, so a reader takes every withheld cell for 1 or more. For every
    primary cell ``attack_intervals`` of the published values gives high - low ≥ k. Few cells are withheld beyond the primary
    ones, small ones sooner than large ones, totals last. What is published is true, never rounded.

    A primary cell is safe where it can be moved by k in all while the sums hold: the difference of two fillings is the width
    of an interval. Where the withheld cells do not allow it, the cheapest change that does is searched among all cells,
    and what it moves is withheld. In the end each cell withheld in addition is given back if all can do without it.

    Raises ``ValueError`` for k below 2, for counts that are missing, negative or not whole, for sums that do not add up or
    that ``read_sums`` refuses, and where the known cells leave no way to protect a cell; it names the cell.

    >>> protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])]).values.tolist()
    [nan, nan, 30.0, 53.0]
    """
    if isinstance(k, bool) or not np.isfinite(k) or int(k) != k or k < 2:
        raise ValueError(f"k must be a whole number of at least 2, not {k!r}: below it nothing is small")
    true = read_counts(counts)
    known_sums = list(sums)
    system = read_sums(true.size, known_sums)
    check_sums(true, system)
    level = system.levels()
    public = _mask(known, true.size)
    primary = (true > 0) & (true < k) & ~public
    withheld = primary.copy()
    if primary.any():
        best, effort = np.inf, 0
        for attempt in range(int(np.clip(PATIENCE // true.size, 1, ATTEMPTS))):
            guard = Guard(true, system, primary, (true > 0) & ~public, level, float(k), attempt)
            try:
                guard.protect()
            except ValueError:
                # The search goes one way at a time; whether anything at all would do is asked of the attack itself.
                all_but = _all_but(public, true, known_sums, primary, k)
                if all_but is None:
                    raise
                withheld = all_but
                break
            guard.give_back()
            if guard.paid < best - 1e-9:
                best, withheld = guard.paid, guard.withheld
            effort += guard.table.effort
            if effort > EFFORT:
                break
    return Protected(np.where(withheld, np.nan, true), withheld, primary)


def _all_but(
    public: NDArray[np.bool_], true: F64, sums: list[Sum], primary: NDArray[np.bool_], k: int
) -> NDArray[np.bool_] | None:
    """All cells that are neither zero nor known, where that keeps each primary one; None where it does not."""
    withheld = (true > 0) & ~public
    low, high = attack_intervals(np.where(withheld, np.nan, true), sums=sums)
    return withheld if bool((high - low >= k - NEAR)[primary].all()) else None


def _mask(known: ArrayLike | None, cells: int) -> NDArray[np.bool_]:
    if known is None:
        return np.zeros(cells, bool)
    found = np.asarray(known)
    if found.dtype != bool or found.shape != (cells,):
        raise ValueError(f"known must say true or false for each of the {cells} cells")
    return found
