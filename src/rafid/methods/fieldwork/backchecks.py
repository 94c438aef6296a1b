"""Back-checks: another person asks some of the questions again.

After the practice of Innovations for Poverty Action: items of type 1 should not change between two visits and say something
about the interviewer; type 2 is hard to ask and says something about training; type 3 is unstable and says something about
the question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

Rate = tuple[int, int, float]
"""Compared, different, share of the different; NaN where nothing was compared."""


class Mismatch(NamedTuple):
    id: Hashable
    item: str
    first: Any
    second: Any


@dataclass(frozen=True)
class BackCheck:
    """``by_*`` map to ``(compared, mismatched, rate)``; ``unmatched`` are back-checks of records that are not there."""

    compared: int
    mismatched: int
    error_rate: float
    by_interviewer: dict[Hashable, Rate]
    by_item: dict[str, Rate]
    by_type: dict[int, Rate]
    unmatched: tuple[Hashable, ...]
    mismatches: tuple[Mismatch, ...]


class _Tally:
    def __init__(self) -> None:
        self.compared = self.mismatched = 0

    def add(self, differs: bool) -> None:
        self.compared += 1
        self.mismatched += differs

    @property
    def rate(self) -> Rate:
        return self.compared, self.mismatched, self.mismatched / self.compared if self.compared else float("nan")


def back_check_rates(
    original: Mapping[Hashable, Mapping[str, Any]],
    repeated: Mapping[Hashable, Mapping[str, Any]],
    *,
    items: Mapping[str, int],
    interviewers: Mapping[Hashable, Hashable],
    tolerances: Mapping[str, float] | None = None,
) -> BackCheck:
    """Answers of ``original`` and ``repeated`` records, by id, compared item by item where both were answered.

    ``items``: item → type 1, 2 or 3. ``interviewers``: id → who asked first. An item with a tolerance differs where
    |a - b| exceeds it, or where one of the two is no number; any other where the texts differ. Raises ``ValueError`` for
    another type, a negative tolerance, and a tolerance of an item that is not asked.
    """
    allowed = dict(tolerances or {})
    for item, kind in items.items():
        if kind not in (1, 2, 3):
            raise ValueError(f"item {item!r} has type {kind!r}; 1, 2 and 3 are known")
    for item, tolerance in allowed.items():
        if item not in items:
            raise ValueError(f"a tolerance is given for {item!r}, which is not among the items")
        if not tolerance >= 0:
            raise ValueError(f"the tolerance of {item!r} is negative")
    whole = _Tally()
    by_interviewer: dict[Hashable, _Tally] = defaultdict(_Tally)
    by_item, by_type = {item: _Tally() for item in items}, {kind: _Tally() for kind in sorted(set(items.values()))}
    unmatched, mismatches = [], []
    for key, again in repeated.items():
        first = original.get(key)
        if first is None:
            unmatched.append(key)
            continue
        for item, kind in items.items():
            one, two = first.get(item), again.get(item)
            if _empty(one) or _empty(two):
                continue
            differs = _differ(one, two, allowed.get(item))
            for tally in (whole, by_interviewer[interviewers.get(key)], by_item[item], by_type[kind]):
                tally.add(differs)
            if differs:
                mismatches.append(Mismatch(key, item, one, two))
    return BackCheck(
        *whole.rate,
        {who: tally.rate for who, tally in by_interviewer.items()},
        {item: tally.rate for item, tally in by_item.items()},
        {kind: tally.rate for kind, tally in by_type.items()},
        tuple(unmatched),
        tuple(mismatches),
    )


def _empty(answer: Any) -> bool:
    return answer is None or answer == ""


def _differ(one: Any, two: Any, tolerance: float | None) -> bool:
    if tolerance is None:
        return str(one) != str(two)
    try:
        # Not "a - b > t": NaN must differ.
        return not abs(float(one) - float(two)) <= tolerance
    except (TypeError, ValueError):
        return True
