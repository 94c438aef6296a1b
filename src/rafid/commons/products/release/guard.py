"""Withholds what would tell too much, then tries to work it out as each reader would: by sums, and by all that he was given
before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .audiences import Held, held_by, readers
from .cells import Cell, Cells, cells_of, quasi_of
from .found_sums import find_sums
from .hierarchy import Hierarchy

SHOWN = 500
"""Withheld cells that a report lists; it counts all of them."""

LARGEST = 150_000
"""Cells of one table. More are not even tried."""


class TooManyCellsError(ValueError):
    """``cells``: how many the table has."""

    def __init__(self, cells: int) -> None:
        super().__init__(f"{cells} cells")
        self.cells = cells


@dataclass
class Guarded:
    """``withheld``: (row, field) → why (primary, secondary, audience, before, reporters, computed). ``report`` is what the desk
    shows."""

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
    places: Hierarchy,
) -> Guarded:
    """A table of counts. Raises ``ValueError`` where a measure is no count, ``TooManyCellsError`` and ``TooLargeError`` where
    the table is too large to be protected."""
    sums = find_sums(rows, fields, quasi_of(fields))
    table = cells_of(rows, fields, code=code, places=places, sums=sums)
    made = Guarded(cells=table.cells)
    if not table.cells:
        made.report = {"kind": "counts", "cells": 0}
        return made
    if len(table.cells) > LARGEST:
        raise TooManyCellsError(len(table.cells))
    audiences = [
        held_by(level, table, rows, fields, code=code, k=k, places=places, sums=sums) for level in readers(sensitivity)
    ]
    withheld, why, told = _bend(audiences, k)
    for index in np.flatnonzero(withheld):
        cell = table.cells[index]
        made.withheld[cell.row, cell.field] = why[index]
    _few_reporters(made, rows, table, least_share)
    _computed(made, rows, fields)
    listed = np.flatnonzero(withheld)[:SHOWN]
    exact = np.zeros(withheld.size, bool)
    exact[listed] = True
    made.report = _counted(table, k, withheld, why) | {
        "found": sums.as_json(),
        "counted": sums.counted,
        "told_before": [table.cells[index].key for index in told[:SHOWN]],
        "ledger": audiences[0].ledger,
    }
    reports: list[dict[str, Any]] = []
    made.report["audiences"] = reports
    for number, held in enumerate(audiences):
        same = number > 0 and held.ledger == audiences[number - 1].ledger
        if not same:
            low, high = held.attack(withheld, k, exact)
        bad = held.betrayed(low, high, k)
        if not same:
            made.problems += [_problem(held, int(index), low, high) for index in bad]
        narrowest = _narrowest(low, high, held.small(k))
        reports.append({
            "audience": held.audience, "ledger": held.ledger, "narrowest": narrowest, "problems": len(bad),
            "more": sum(one == f"audience{held.audience}" for one in why.values()),
        })  # fmt: skip
        if number == 0:
            made.report |= {"narrowest": narrowest, "withheld": _listed(table, why, listed, low, high)}
    return made


def _bend(audiences: Sequence[Held], k: int) -> tuple[Any, dict[int, str], Any]:
    """What is withheld for all of them, why each, and the small cells that the first audience has already.

    Whoever holds more works out more: what is withheld for the public stays so, and more is added for the next.
    """
    first = audiences[0]
    withheld = np.zeros(first.n, bool)
    why: dict[int, str] = {}
    for number, held in enumerate(audiences):
        if number and held.ledger == audiences[number - 1].ledger:
            continue
        now, _safe = held.protect(k, withheld)
        small = held.small(k)[: held.n]
        for index in np.flatnonzero(now & ~withheld):
            why[int(index)] = (
                "primary" if small[index] else "before" if held.stays[index]
                else "secondary" if not number else f"audience{held.audience}"
            )  # fmt: skip
        withheld = now
    counts = first.counts[: first.n]
    return withheld, why, np.flatnonzero(first.known[: first.n] & (counts > 0) & (counts < k))


def _counted(table: Cells, k: int, withheld: Any, why: Mapping[int, str]) -> dict[str, Any]:
    primary = sum(one == "primary" for one in why.values())
    return {
        "kind": "counts",
        "k": k,
        "cells": len(table.cells),
        "sums": len(table.sums),
        "open": len(table.open),
        "primary": primary,
        "secondary": int(withheld.sum()) - primary,
        "all": bool(withheld[[cell.count > 0 for cell in table.cells]].all()) and bool(withheld.any()),
    }


def _listed(table: Cells, why: Mapping[int, str], listed: Any, low: Any, high: Any) -> list[dict[str, Any]]:
    return [
        {
            "field": table.cells[index].field,
            "row": table.cells[index].row,
            "key": table.cells[index].key,
            "why": why[int(index)],
            "low": float(low[index]),
            "high": _number(high[index]),
        }
        for index in listed
    ]


def _problem(held: Held, index: int, low: Any, high: Any) -> dict[str, Any]:
    cell = held.table.cells[index]
    return {
        "what": "linked" if held.ledger else "narrow",
        "audience": held.audience,
        "field": cell.field,
        "cell": cell.key,
        "low": float(low[index]),
        "high": _number(high[index]),
    }


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


def _number(value: Any) -> float | None:
    return None if np.isinf(value) else float(value)


def _narrowest(low: Any, high: Any, of: Any) -> float | None:
    if not of.any():
        return None
    return _number((high - low)[of].min())
