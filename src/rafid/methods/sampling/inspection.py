"""Acceptance of a lot by attributes: the single sampling plans of MIL-STD-105E."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from rafid.methods.sampling.estimate import number, whole

LETTERS: Final = "ABCDEFGHJKLMNPQRS"
SIZES: Final = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
LOTS: Final = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000)
"""The largest lot of each row of table I; the last row has no end."""

LEVELS: Final = {"I": "AABCCDEFGHJKLMN", "II": "ABCDEFGHJKLMNPQ", "III": "BCDEFGHJKLMNPQR"}
AQLS: Final = (0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0)

UP, DOWN = -1, -2
_NORMAL: Final = {14: 0, 15: UP, 16: DOWN, 17: 1, 18: 2, 19: 3, 20: 5, 21: 7, 22: 10, 23: 14, 24: 21}
_TIGHTENED: Final = {15: 0, 16: DOWN, 17: DOWN, 18: 1, 19: 2, 20: 3, 21: 5, 22: 8, 23: 12, 24: 18}
_DIAGONALS: Final = {"normal": _NORMAL, "tightened": _TIGHTENED}


@dataclass(frozen=True)
class Plan:
    """Look at ``size`` items: up to ``accept`` bad ones accept the lot, ``reject`` or more reject it. ``letter`` names the
    plan that an arrow led to."""

    letter: str
    size: int
    accept: int
    reject: int


def single_plan(lot: int, *, aql: float, level: str = "II", severity: str = "normal") -> Plan:
    """The single sampling plan for ``lot`` items by MIL-STD-105E (1989, public domain), tables I, II-A and II-B; the numbers
    of ISO 2859-1 are the same.

    ``aql`` in percent, one of the sixteen from 0.010 to 10; ``level`` I, II or III; ``severity`` normal or tightened. An arrow
    of the table moves to another letter with its size and its numbers; where the plan asks for more than the lot, all of it
    is looked at. Letter S stands in the table of tightened inspection only, as in the standard.

    Raises ``ValueError`` for another AQL, level or severity, and for a lot below 2.

    >>> single_plan(500, aql=1.0)
    Plan(letter='H', size=50, accept=1, reject=2)
    >>> single_plan(280, aql=0.65)
    Plan(letter='F', size=20, accept=0, reject=1)
    """
    items = whole(lot, "the lot", 2)
    if level not in LEVELS:
        raise ValueError(f"level {level!r} is none of {', '.join(LEVELS)}; II is the usual one")
    if severity not in _DIAGONALS:
        raise ValueError(f"severity {severity!r} is none of {', '.join(_DIAGONALS)}")
    asked = number(aql, "the AQL")
    column = next((j for j, known in enumerate(AQLS) if abs(known - asked) < 1e-9), None)
    if column is None:
        raise ValueError(f"AQL {aql} is none of the standard's; choose one of {', '.join(f'{a:g}' for a in AQLS)}")
    row, accept = _follow(LETTERS.index(LEVELS[level][bisect_left(LOTS, items)]), column, severity)
    return Plan(LETTERS[row], min(SIZES[row], items), accept, accept + 1)


def _follow(row: int, column: int, severity: str) -> tuple[int, int]:
    """Along the arrows to a letter with an acceptance number."""
    while (accept := _cell(row, column, severity)) < 0:
        row += 1 if accept == DOWN else -1
    return row, accept


def _cell(row: int, column: int, severity: str) -> int:
    """An acceptance number or an arrow. All cells of a diagonal are alike, but for the table's edges: above A there is
    nothing to go up to, and only tightened inspection has a last letter S, for AQL 0.025 alone."""
    diagonal = row + column
    if row == 0 and diagonal == 15:
        return DOWN
    if severity == "tightened":
        if (row, column) == (16, 2):
            return 1
        if (row, column) == (15, 1):
            return UP
    elif row == 15 and diagonal == 16:
        return UP
    return _DIAGONALS[severity].get(
        diagonal, DOWN if diagonal < 14 or (diagonal == 14 and severity != "normal") else UP
    )
