"""Withholds what would tell too much, then tries to work it out as a reader would: by sums, and by all published before.

What a reader knows is the new table together with the ledger's cells of the same measures that his kind of reader was given.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np

from rafid.methods.disclosure import Protected, attack_intervals, class_sizes, distinct_values, protect_counts

from ..models import LedgerCell
from .cells import Cell, Cells, cells_of, measures

NEAR = 1e-6
"""Linear programs answer to so many decimals."""

NEVER = -1.0
"""What stands for the value of a cell of which nothing was ever said."""

SHOWN = 500
"""Withheld cells that a report lists; it counts all of them."""


@dataclass
class Guarded:
    """``withheld``: (row, field) → why (primary, secondary, reporters, computed). ``report`` is what the desk shows."""

    withheld: dict[tuple[int, str], str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)


def guard_counts(
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    *,
    code: str,
    k: int,
    least_share: float,
    sensitivity: int,
    parents: Mapping[UUID, tuple[UUID, str]],
    refs: Mapping[UUID, str],
) -> Guarded:
    """A table of counts. Raises ``ValueError`` where a measure is no count."""
    table = cells_of(rows, fields, code=code, parents=parents, refs=refs)
    made = Guarded(cells=table.cells)
    if not table.cells:
        made.report = {"kind": "counts", "cells": 0}
        return made
    counts = np.array([cell.count for cell in table.cells])
    public = known_cells({cell.measure for cell in table.cells}, sensitivity)
    before = [public.get((cell.measure, cell.key), NEVER) for cell in table.cells]
    known = np.array([value == cell.count for value, cell in zip(before, table.cells, strict=True)], dtype=np.bool_)
    try:
        protected = protect_counts(counts, sums=table.sums, k=k, known=known)
    except ValueError:
        # What readers were given before tells a small one whatever is withheld now: all goes, and the attack says which.
        primary = (counts > 0) & (counts < k) & ~known
        withheld = (counts > 0) & ~known
        protected = Protected(np.where(withheld, np.nan, counts), withheld, primary)
    stays = np.array([value is None for value in before], dtype=np.bool_) & (counts > 0)
    withheld = protected.withheld | stays
    values = np.where(withheld, np.nan, counts)
    low, high = attack_intervals(values, sums=table.sums)
    for index in np.flatnonzero(withheld):
        cell = table.cells[index]
        made.withheld[cell.row, cell.field] = _why(index, protected.primary, protected.withheld)
    _few_reporters(made, rows, table, least_share)
    _computed(made, rows, fields)
    narrow = protected.primary & (high - low < k - NEAR)
    made.problems += [
        _problem("narrow", table.cells[index], low[index], high[index]) for index in np.flatnonzero(narrow)
    ]
    made.problems += _linked(rows, fields, values, table, public, protected.primary, code, k, parents, refs)
    told = np.flatnonzero(known & (counts > 0) & (counts < k))
    made.report = {
        "kind": "counts",
        "k": k,
        "cells": len(table.cells),
        "sums": len(table.sums),
        "open": len(table.open),
        "primary": int(protected.primary.sum()),
        "secondary": int((withheld & ~protected.primary).sum()),
        "told_before": [table.cells[index].key for index in told[:SHOWN]],
        "narrowest": _narrowest(low, high, protected.primary),
        "withheld": [
            {
                "field": table.cells[index].field,
                "row": table.cells[index].row,
                "key": table.cells[index].key,
                "why": _why(index, protected.primary, protected.withheld),
                "low": float(low[index]),
                "high": _number(high[index]),
            }
            for index in np.flatnonzero(withheld)[:SHOWN]
        ],
        "ledger": len(public),
    }
    return made


def _why(index: int, primary: Any, withheld: Any) -> str:
    return "primary" if primary[index] else "secondary" if withheld[index] else "before"


def _problem(what: str, cell: Cell, low: float, high: float) -> dict[str, Any]:
    return {"what": what, "field": cell.field, "cell": cell.key, "low": float(low), "high": _number(high)}


def known_cells(measures: set[str], sensitivity: int) -> dict[tuple[str, str], float | None]:
    """What readers of that kind were given of these measures: the last value that was published, None while always withheld."""
    found: dict[tuple[str, str], float | None] = {}
    rows = LedgerCell.objects.filter(measure__in=measures, sensitivity__lte=sensitivity).order_by("id")
    for measure, key, value in rows.values_list("measure", "key", "value"):
        if value is not None or (measure, key) not in found:
            found[measure, key] = value
    return found


def _few_reporters(made: Guarded, rows: Sequence[Mapping[str, Any]], table: Cells, least: float) -> None:
    """Too few reporters: the figure would say little of its place. It stays in the sums that a reader knows, so nothing
    else is opened by it."""
    for cell in table.cells:
        share = rows[cell.row].get("share_present")
        if share is not None and share < least:
            made.withheld.setdefault((cell.row, cell.field), "reporters")


def _computed(made: Guarded, rows: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]]) -> None:
    """A rate of a withheld count is that count to whoever knows the denominator."""
    for one in fields:
        for number, row in enumerate(rows):
            if row.get(one["name"]) is not None and any((number, name) in made.withheld for name in one.get("of", ())):
                made.withheld.setdefault((number, one["name"]), "computed")


def _linked(
    rows: Sequence[Mapping[str, Any]],
    fields: Sequence[Mapping[str, Any]],
    values: Any,
    table: Cells,
    public: Mapping[tuple[str, str], float | None],
    primary: Any,
    code: str,
    k: int,
    parents: Mapping[UUID, tuple[UUID, str]],
    refs: Mapping[UUID, str],
) -> list[dict[str, Any]]:
    """The new table and the earlier ones as one system: cells that were withheld, now or then, and that a reader of both can
    work out more nearly than ``k``."""
    here = {(cell.measure, cell.key) for cell in table.cells}
    others = {at: value for at, value in public.items() if at not in here}
    if not others:
        return []
    names = {one.get("measure") or f"{code}.{one['name']}": one["name"] for one in measures(fields)}
    by_ref = {ref: place for place, ref in refs.items()}
    told = [dict(row) for row in rows]
    for cell, value in zip(table.cells, values, strict=True):
        told[cell.row][cell.field] = float(value)
    dimensions: dict[str, None] = {}
    for (measure, key), value in others.items():
        said = json.loads(key)
        row: dict[str, Any] = {"place_id": by_ref.get(said.pop("place", "")), "period": said.pop("period", "")}
        dimensions |= dict.fromkeys(said)
        told.append(row | said | {names[measure]: float("nan") if value is None else value})
    both = cells_of(told, fields, code=code, parents=parents, refs=refs, more=[*dimensions])
    low, high = attack_intervals([cell.count for cell in both.cells], sums=both.sums)
    small = {table.cells[index].key for index in np.flatnonzero(primary)}
    found = []
    for index, cell in enumerate(both.cells):
        if (
            np.isnan(cell.count)
            and high[index] - low[index] < k - NEAR
            and (cell.row >= len(rows) or cell.key in small)
        ):
            found.append(_problem("linked", cell, low[index], high[index]))
    return found


def _number(value: Any) -> float | None:
    return None if np.isinf(value) else float(value)


def _narrowest(low: Any, high: Any, of: Any) -> float | None:
    if not of.any():
        return None
    return _number((high - low)[of].min())


def guard_records(rows: Sequence[Mapping[str, Any]], fields: Sequence[Mapping[str, Any]], *, k: int) -> Guarded:
    """A table of records: each must share its quasi-identifiers with ``k - 1`` others. Those that do not lose them."""
    quasi = [one["name"] for one in fields if one.get("role") == "quasi"]
    made = Guarded(report={"kind": "records", "records": len(rows), "k": k})
    if not quasi or not rows:
        return made
    codes = np.column_stack([_coded([row.get(name) for row in rows]) for name in quasi])
    sizes = class_sizes(codes)
    small = np.flatnonzero(sizes < k)
    for number in small:
        for name in quasi:
            if rows[number].get(name) is not None:
                made.withheld[int(number), name] = "primary"
    sensitive = [one["name"] for one in fields if one.get("role") == "sensitive"]
    diversity = {
        name: int(distinct_values(codes, sensitive=_coded([row.get(name) for row in rows]))[sizes >= k].min())
        for name in sensitive
        if (sizes >= k).any()
    }
    made.report |= {
        "quasi": quasi,
        "primary": len(small),
        "secondary": 0,
        "smallest_class": int(sizes.min()),
        "diversity": diversity,
        "withheld": [
            {"row": int(number), "key": "", "field": ", ".join(quasi), "why": "primary"} for number in small[:SHOWN]
        ],
    }
    if 0 < len(small) < k:
        made.problems.append({"what": "few_suppressed", "records": len(small)})
    return made


def _coded(values: Sequence[Any]) -> Any:
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(str(value), len(numbers)) for value in values], dtype=np.int64)
