"""Who went to whom in a row: plain functions over sequences, in the order of time. Nobody leads too often in a row."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

MOST_IN_A_ROW = 2
"""Visits of one lead to one partner's team in a row."""
UNANNOUNCED = 0.20
"""The least share of visits without notice."""


def run_through(leads: Sequence[T], at: int) -> int:
    """How many neighbours of place ``at``, itself counted, have the same lead without a break.

    >>> run_through("ABBBA", 2)
    3
    """
    first = last = at
    while first > 0 and leads[first - 1] == leads[at]:
        first -= 1
    while last + 1 < len(leads) and leads[last + 1] == leads[at]:
        last += 1
    return last - first + 1


def longest_runs(leads: Iterable[T]) -> dict[T, int]:
    """By lead the most visits in a row.

    >>> longest_runs("ABBBA")
    {'A': 1, 'B': 3}
    """
    found: dict[T, int] = {}
    before: T | None = None
    run = 0
    for lead in leads:
        run = run + 1 if run and lead == before else 1
        before = lead
        found[lead] = max(found.get(lead, 0), run)
    return found


def least_unannounced(visits: int) -> int:
    """How many of so many visits come without notice: a fifth, rounded down, so that a first visit may be announced.

    >>> least_unannounced(4), least_unannounced(5), least_unannounced(11)
    (0, 1, 2)
    """
    return visits // 5
