"""Tables that share cells, stitched into one: a new release beside all that is public already."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rafid.methods.disclosure.sums import F64, Sum


class LinkedTable(NamedTuple):
    """``values``: a cell's key → its value, None or NaN where withheld; ``sums``: (total's key, keys of its parts)."""

    values: Mapping[Hashable, float | None]
    sums: Sequence[tuple[Hashable, Sequence[Hashable]]] = ()


@dataclass(frozen=True)
class Linked:
    """``cells``: the keys in order of first appearance; ``values`` (n,), NaN where no table publishes the cell; ``sums`` by
    index, as ``protect_counts`` and ``attack_intervals`` take them."""

    cells: tuple[Hashable, ...]
    values: F64
    sums: list[Sum]
    _index: dict[Hashable, int] = field(repr=False)

    def index(self, key: Hashable) -> int:
        """Where a cell stands. Raises ``ValueError`` for a key that no table has."""
        if key not in self._index:
            raise ValueError(f"cell {key!r} is in none of the tables")
        return self._index[key]

    def mask(self, keys: Iterable[Hashable]) -> NDArray[np.bool_]:
        """(n,) true for these cells; for ``known`` of ``protect_counts``. Raises ``ValueError`` as ``index``."""
        found = np.zeros(len(self.cells), bool)
        found[[self.index(key) for key in keys]] = True
        return found


def link(tables: Iterable[LinkedTable]) -> Linked:
    """One list of cells and sums for tables that share cells by their keys: margins in common, a map beside a table, a release
    beside earlier ones. What a reader subtracts from what, so (Hundepool and others 2012, section 4.3: linked tables).

    A cell that one table publishes and another withholds is public. To audit a release, link it as it would go out with
    the public cells of the ledger and give values and sums to ``attack_intervals``. To protect it, link the true counts
    and pass the ledger's published cells as ``known=linked.mask(keys)`` to ``protect_counts``.

    Raises ``ValueError`` for two published values of one cell that differ, and for a sum over a key without a value.

    >>> table = LinkedTable({"a": 3, "b": 20, "all": 23}, [("all", ["a", "b"])])
    >>> ledger = LinkedTable({"b": 20, "a": None})
    >>> linked = link([LinkedTable({"a": None, "b": None, "all": 23}, table.sums), ledger])
    >>> linked.cells, linked.values.tolist(), linked.sums
    (('a', 'b', 'all'), [nan, 20.0, 23.0], [(2, [0, 1])])
    """
    index: dict[Hashable, int] = {}
    values: list[float] = []
    sums: dict[tuple[int, frozenset[int]], Sum] = {}
    given = list(tables)
    for table in given:
        for key, value in table.values.items():
            number = float("nan") if value is None else float(value)
            at = index.setdefault(key, len(values))
            if at == len(values):
                values.append(number)
            elif np.isnan(values[at]):
                values[at] = number
            elif not np.isnan(number) and number != values[at]:
                raise ValueError(f"cell {key!r} is published as {values[at]:g} and as {number:g}; it cannot be both")
    for table in given:
        for total, parts in table.sums:
            missing = [key for key in (total, *parts) if key not in index]
            if missing:
                raise ValueError(f"cell {missing[0]!r} is in the sum of {total!r}, but no table has a value for it")
            members = [index[key] for key in parts]
            sums.setdefault((index[total], frozenset(members)), (index[total], members))
    return Linked(tuple(index), np.array(values, dtype=np.float64), list(sums.values()), index)
