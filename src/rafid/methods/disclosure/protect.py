"""Which cells of a table are withheld, so that nobody finds the small ones by adding and subtracting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.disclosure.attack import attack_intervals, one_filling
from rafid.methods.disclosure.guard import NEAR, Guard, TooLargeError
from rafid.methods.disclosure.sums import F64, Sum, Sums, check_sums, read_counts, read_sums

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


def protect_counts(
    counts: ArrayLike,
    *,
    sums: Iterable[Sum],
    k: int = 5,
    known: ArrayLike | None = None,
    withheld: ArrayLike | None = None,
) -> Protected:
    """Withholds the small cells of a table, and as few others as it takes to keep them from being worked out (Hundepool and
    others 2012, "Statistical disclosure control", chapter 4: cell suppression).

    counts: (n,) true counts of all cells and totals. sums: (total's index, indexes of its parts) for every sum that a reader
    knows of: rows, columns, sexes, places within places, linked tables. k: the smallest count that may be published.
    known: (n,) bool, the cells that are public already and stay so; a small one among them has nothing left to protect.
    withheld: (n,) bool, the cells that are withheld whatever the others need, for another audience or since they were before.

    Primary are cells of 0 < count < k. Zeros are published, so a reader takes every withheld cell for 1 or more. For every
    primary cell ``attack_intervals`` of the published values gives high - low ≥ k. Few cells are withheld beyond the primary
    ones, small ones sooner than large ones, totals last. What is published is true, never rounded.

    A primary cell is safe where it can be moved by k in all while the sums hold: the difference of two fillings is the width
    of an interval. Where the withheld cells do not allow it, the cheapest change that does is searched among all cells,
    and what it moves is withheld. In the end each cell withheld in addition is given back if all can do without it.

    Raises ``TooLargeError`` where it would take too long, and ``ValueError`` for k below 2, for counts that are missing,
    negative or not whole, for sums that do not add up or that ``read_sums`` refuses, and where the known cells leave no way
    to protect a cell; it names the cell.

    >>> protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])]).values.tolist()
    [nan, nan, 30.0, 53.0]
    """
    whole_k(k)
    true = read_counts(counts)
    known_sums = list(sums)
    system = read_sums(true.size, known_sums)
    check_sums(true, system)
    public = _mask("known", known, true.size)
    primary = (true > 0) & (true < k) & ~public
    hidden = _withhold(true, known_sums, system, primary, public, _mask("withheld", withheld, true.size), k)
    return Protected(np.where(hidden, np.nan, true), hidden, primary)


def protect_linked(
    counts: ArrayLike,
    *,
    sums: Iterable[Sum],
    k: int = 5,
    known: ArrayLike | None = None,
    withheld: ArrayLike | None = None,
    guarded: ArrayLike | None = None,
) -> Protected:
    """The same for a table together with earlier ones of which nobody here knows the withheld counts any more.

    counts: (n,) as above; NaN for the cells of earlier tables that were withheld and stay so. guarded: (n,) bool, those among
    them whose interval must stay k wide, too; they are primary in the answer. The width of an interval does not depend on
    what the counts truly are, so any filling stands for them.

    >>> found = protect_linked([float("nan"), 20, 23, 43], sums=[(2, [0, 1]), (3, [1, 2])], known=[False, False, False, True],
    ...                        guarded=[True, False, False, False])
    >>> found.withheld.tolist()
    [True, True, True, False]
    """
    whole_k(k)
    given = np.asarray(counts, dtype=np.float64)
    known_sums = list(sums)
    unknown = np.isnan(given)
    true = one_filling(given, sums=known_sums)
    system = read_sums(true.size, known_sums)
    public = _mask("known", known, true.size)
    primary = ((true > 0) & (true < k) & ~public & ~unknown) | (_mask("guarded", guarded, true.size) & unknown)
    hidden = _withhold(true, known_sums, system, primary, public, _mask("withheld", withheld, true.size) | unknown, k)
    return Protected(np.where(hidden, np.nan, true), hidden, primary)


def whole_k(k: int) -> None:
    """Raises ``ValueError`` for a k that hides nobody."""
    if isinstance(k, bool) or not np.isfinite(k) or int(k) != k or k < 2:
        raise ValueError(f"k must be a whole number of at least 2, not {k!r}: below it nothing is small")


def _withhold(
    true: F64,
    sums: list[Sum],
    system: Sums,
    primary: NDArray[np.bool_],
    public: NDArray[np.bool_],
    anyway: NDArray[np.bool_],
    k: int,
) -> NDArray[np.bool_]:
    anyway = anyway & (true > 0) & ~public
    withheld, level = primary | anyway, system.levels()
    if not primary.any():
        return withheld
    best, effort = np.inf, 0
    for attempt in range(int(np.clip(PATIENCE // true.size, 1, ATTEMPTS))):
        guard = Guard(true, system, primary, (true > 0) & ~public, level, float(k), attempt, anyway)
        try:
            guard.protect()
        except TooLargeError:
            raise
        except ValueError:
            # The search goes one way at a time; whether anything at all would do is asked of the attack itself.
            all_but = _all_but(public, true, sums, primary, k)
            if all_but is None:
                raise
            return all_but
        guard.give_back()
        if guard.paid < best - 1e-9:
            best, withheld = guard.paid, guard.withheld
        effort += guard.table.effort
        if effort > EFFORT:
            break
    return withheld


def _all_but(
    public: NDArray[np.bool_], true: F64, sums: list[Sum], primary: NDArray[np.bool_], k: int
) -> NDArray[np.bool_] | None:
    """All cells that are neither zero nor known, where that keeps each primary one; None where it does not."""
    withheld = (true > 0) & ~public
    low, high = attack_intervals(np.where(withheld, np.nan, true), sums=sums, enough=k)
    return withheld if bool((high - low >= k - NEAR)[primary].all()) else None


def _mask(name: str, given: ArrayLike | None, cells: int) -> NDArray[np.bool_]:
    if given is None:
        return np.zeros(cells, bool)
    found = np.asarray(given)
    if found.dtype != bool or found.shape != (cells,):
        raise ValueError(f"{name} must say true or false for each of the {cells} cells")
    return found
