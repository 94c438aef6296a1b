"""Who reads a release, and what each reader was given before: whoever holds two tables holds them together.

The public holds what was published; partners hold that, and what was released to them. All partners are taken for one: they
talk to one another. Whoever may read the records themselves works nothing out, so no release bends for him.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.commons.programme import PARTNER, PUBLIC
from rafid.methods.disclosure import Protected, TooLargeError, attack_intervals, one_filling, protect_linked

from ..models import LedgerCell
from .cells import Cells, cells_of, measures
from .found_sums import FoundSums
from .hierarchy import Hierarchy

NEAR = 1e-6
"""Linear programs answer to so many decimals."""

Known = dict[tuple[str, str], float | None]
"""Measure and key of a cell → the last value that was published; None while it was always withheld."""


def readers(sensitivity: int) -> list[int]:
    """The audiences that can read a version of that sensitivity, and may have been given something else before."""
    return [level for level in (PUBLIC, PARTNER) if level >= sensitivity] or [sensitivity]


def known_cells(measured: set[str], sensitivity: int) -> Known:
    """What an audience was given of these measures."""
    found: Known = {}
    rows = LedgerCell.objects.filter(measure__in=measured, sensitivity__lte=sensitivity).order_by("id")
    for measure, key, value in rows.values_list("measure", "key", "value"):
        if value is not None or (measure, key) not in found:
            found[measure, key] = value
    return found


def withheld_cells(measure: str) -> set[str]:
    """Keys of the cells of a measure that the public, or partners, were always refused."""
    return {
        key
        for audience in (PUBLIC, PARTNER)
        for (_measure, key), value in known_cells({measure}, audience).items()
        if value is None
    }


@dataclass
class Held:
    """The new table beside all that one audience has. The new cells come first, ``n`` of them.

    ``counts``: true ones of new cells, published ones of others, NaN for others that were withheld. ``known``: what the
    audience has with that value already. ``stays``: new cells that were withheld from it before. ``guarded``: others that
    were withheld, may be small, and were k wide until now; ``width``: how wide others were until now, infinite elsewhere.
    """

    audience: int
    n: int
    table: Cells
    counts: NDArray[np.float64]
    known: NDArray[np.bool_]
    stays: NDArray[np.bool_]
    guarded: NDArray[np.bool_]
    width: NDArray[np.float64]
    ledger: int
    withheld_before: NDArray[np.bool_] = field(repr=False)

    @property
    def linked(self) -> bool:
        return self.counts.size > self.n

    def small(self, k: int) -> NDArray[np.bool_]:
        """New cells that must stay hidden from it."""
        found: NDArray[np.bool_] = (self.counts > 0) & (self.counts < k) & ~self.known
        found[self.n :] = False
        return found

    def protect(self, k: int, withheld: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], bool]:
        """The new cells to withhold for its sake, ``withheld`` (n,) among them; and whether that keeps all small ones hidden.

        Where what it holds tells a small one whatever is withheld now, all goes, and the attack says which.
        Raises ``TooLargeError``.
        """
        anyway = np.zeros(self.counts.size, bool)
        anyway[: self.n] = withheld
        anyway |= self.stays
        try:
            found: Protected = protect_linked(
                self.counts, sums=self.table.sums, k=k, known=self.known, withheld=anyway, guarded=self.guarded
            )
        except TooLargeError:
            raise
        except ValueError:
            return ((self.counts > 0) & ~self.known)[: self.n] | withheld, False
        return (found.withheld | anyway)[: self.n] & (self.counts[: self.n] > 0), True

    def attack(
        self, withheld: NDArray[np.bool_], k: int, exact: NDArray[np.bool_]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Intervals of all cells, as this audience works them out; those of ``exact`` (n,) and all narrow ones to the end."""
        hidden = self.withheld_before.copy()
        hidden[: self.n] = withheld & ~self.known[: self.n]
        asked = self.withheld_before.copy()
        asked[: self.n] = exact
        values = np.where(hidden, np.nan, self.counts)
        return attack_intervals(values, sums=self.table.sums, enough=k, exact=asked)

    def betrayed(self, low: NDArray[np.float64], high: NDArray[np.float64], k: int) -> NDArray[np.intp]:
        """Cells of which it works out more than it should: small new ones, and those of before that may be small."""
        wide = high - low
        new = self.small(k) & (wide < k - NEAR)
        old = self.withheld_before & (low < k) & (wide < np.minimum(k, self.width) - NEAR)
        return np.flatnonzero(new | old)


def held_by(
    audience: int,
    table: Cells,
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    *,
    code: str,
    k: int,
    places: Hierarchy,
    sums: FoundSums,
) -> Held:
    public = known_cells({cell.measure for cell in table.cells}, audience)
    n = len(table.cells)
    counts = np.array([cell.count for cell in table.cells])
    here = {(cell.measure, cell.key) for cell in table.cells}
    others = {at: value for at, value in public.items() if at not in here}
    never = object()
    before = [public.get((cell.measure, cell.key), never) for cell in table.cells]
    known = np.array([value == cell.count for value, cell in zip(before, table.cells, strict=True)], dtype=bool)
    stays = np.array([value is None for value in before], dtype=bool) & (counts > 0)
    both = table
    if others:
        told, dimensions = _as_rows(others, fields, code, places, sums)
        both = cells_of([*rows, *told], fields, code=code, places=places, sums=sums, more=dimensions)
        counts = np.array([cell.count for cell in both.cells])
    more = counts.size - n
    known = np.concatenate((known, ~np.isnan(counts[n:])))
    stays = np.concatenate((stays, np.zeros(more, bool)))
    made = Held(
        audience, n, both, counts, known, stays, np.zeros(counts.size, bool), np.full(counts.size, np.inf), len(public),
        np.isnan(counts),
    )  # fmt: skip
    if made.withheld_before.any():
        _forget_contradictions(made)
        _look_back(made, public, fields, code, k, places, sums)
    return made


def _as_rows(
    cells: Mapping[tuple[str, str], float | None],
    fields: Sequence[Mapping[str, Any]],
    code: str,
    places: Hierarchy,
    sums: FoundSums,
) -> tuple[list[dict[str, Any]], list[str]]:
    """Cells of the ledger as rows of this table; and the dimensions that they have."""
    names = {one.get("measure") or f"{code}.{one['name']}": one["name"] for one in measures(fields, sums.counted)}
    by_ref = {ref: place for place, ref in places.refs.items()}
    dimensions: dict[str, None] = {}
    rows = []
    for (measure, key), value in cells.items():
        said = json.loads(key)
        row: dict[str, Any] = {"place_id": by_ref.get(said.pop("place", "")), "period": said.pop("period", "")}
        dimensions |= dict.fromkeys(said)
        rows.append(row | said | {names[measure]: float("nan") if value is None else value})
    return rows, [*dimensions]


def _forget_contradictions(held: Held) -> None:
    """Figures that were corrected need not fit those of before: then sums over what was withheld tell nothing."""
    try:
        one_filling(held.counts, sums=held.table.sums)
    except ValueError:
        unknown = held.withheld_before
        kept = [one for one in held.table.sums if not unknown[[one[0], *one[1]]].any()]
        held.table = Cells(held.table.cells, kept, held.table.open)


def _look_back(
    held: Held,
    public: Known,
    fields: Sequence[Mapping[str, Any]],
    code: str,
    k: int,
    places: Hierarchy,
    sums: FoundSums,
) -> None:
    """How wide what was withheld before was, without the new table: it must not become narrower."""
    rows, dimensions = _as_rows(public, fields, code, places, sums)
    alone = cells_of(rows, fields, code=code, places=places, sums=sums, more=dimensions)
    try:
        low, high = attack_intervals([cell.count for cell in alone.cells], sums=alone.sums, enough=k)
    except ValueError:
        return
    at = {(cell.measure, cell.key): number for number, cell in enumerate(alone.cells)}
    for number in np.flatnonzero(held.withheld_before):
        cell = held.table.cells[number]
        then = at[cell.measure, cell.key]
        held.width[number] = high[then] - low[then]
        held.guarded[number] = low[then] < k and held.width[number] >= k - NEAR
