"""What people knew before and after: the same people, or others each time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.sampling.estimate import quantile
from rafid.methods.sampling.proportions import proportion_interval


@dataclass(frozen=True)
class PairedChange:
    """``before`` and ``after`` are shares of the ``n`` pairs; ``gained`` and ``lost`` numbers of people; ``difference``,
    ``low`` and ``high`` shares, after less before; ``p`` of the hypothesis that as many gain as lose."""

    before: float
    after: float
    gained: int
    lost: int
    difference: float
    low: float
    high: float
    p: float
    n: int


def paired_change(before: ArrayLike, after: ArrayLike, *, confidence: float = 0.95) -> PairedChange:
    """``before`` and ``after`` (n,) yes or no (bool, or 1 and 0) of the same people in the same order.

    p by the exact test of McNemar (1947, Psychometrika 12): two-sided binomial of those who gained among all who changed. The
    interval is that of Bonett and Price (2012, "Adjusted Wald confidence interval for a difference of binomial proportions
    based on paired data", Journal of Educational and Behavioral Statistics 37): p̃₁ = (gained+1)/(n+2), p̃₂ = (lost+1)/(n+2),
    p̃₁ - p̃₂ ± z √((p̃₁ + p̃₂ - (p̃₁ - p̃₂)²)/(n+2)), cut to -1..1.

    A gain right after a session is flattered. Raises ``ValueError`` for lists of different lengths, empty ones, and a value
    that is neither yes nor no: leave a person out who did not answer twice.

    >>> found = paired_change([1] * 15 + [0] * 25, [1] * 13 + [0] * 2 + [1] * 14 + [0] * 11)
    >>> round(found.difference, 3), round(found.low, 3), round(found.high, 3), round(found.p, 4)
    (0.3, 0.108, 0.464, 0.0042)
    """
    first, second = _answers(before, "before"), _answers(after, "after")
    if first.size != second.size:
        raise ValueError(
            f"{first.size} answers before and {second.size} after are not of the same people; keep those who answered twice"
        )
    if not first.size:
        raise ValueError("nobody answered twice; there is no change to measure")
    n = first.size
    gained, lost = int((second & ~first).sum()), int((first & ~second).sum())
    up, down = (gained + 1) / (n + 2), (lost + 1) / (n + 2)
    reach = quantile(confidence) * math.sqrt((up + down - (up - down) ** 2) / (n + 2))
    return PairedChange(
        float(first.mean()),
        float(second.mean()),
        gained,
        lost,
        (gained - lost) / n,
        max(-1.0, up - down - reach),
        min(1.0, up - down + reach),
        _mcnemar(gained, lost),
        n,
    )


def _mcnemar(gained: int, lost: int) -> float:
    changed = gained + lost
    # Whole numbers: thousands of pairs neither overflow nor lose a digit.
    tail = ways = 1
    for k in range(min(gained, lost)):
        ways = ways * (changed - k) // (k + 1)
        tail += ways
    return float(min(1.0, 2 * tail / 2**changed))


def _answers(values: ArrayLike, name: str) -> NDArray[np.bool_]:
    given = np.asarray(values)
    if given.ndim != 1:
        raise ValueError(f"{name} must be one list, an answer for each person")
    if given.dtype.kind == "b":
        return given
    try:
        numbers = given.astype(float)
    except (TypeError, ValueError):
        numbers = np.full(given.shape, np.nan)
    if not np.all((numbers == 0) | (numbers == 1)):
        raise ValueError(f"an answer {name} is neither yes (1) nor no (0); leave a person out who did not answer twice")
    return np.asarray(numbers == 1, dtype=bool)


@dataclass(frozen=True)
class GroupChange:
    """``before`` of ``n_before`` people, ``after`` of ``n_after`` others; ``difference``: after less before, and its range."""

    before: float
    after: float
    difference: float
    low: float
    high: float
    n_before: int
    n_after: int


def group_change(
    yes_before: int, n_before: int, yes_after: int, n_after: int, *, confidence: float = 0.95
) -> GroupChange:
    """The difference of two shares of different people, after less before.

    Interval by the hybrid score method (Newcombe 1998, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17, method 10): with Wilson's (l, u) of each share, d - √((p₂-l₂)² + (u₁-p₁)²) and
    d + √((u₂-p₂)² + (p₁-l₁)²). Raises ``ValueError`` for an empty group and for more successes than people.

    >>> found = group_change(48, 80, 56, 70)
    >>> round(found.difference, 4), round(found.low, 4), round(found.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    first = proportion_interval(yes_before, n_before, confidence=confidence)
    second = proportion_interval(yes_after, n_after, confidence=confidence)
    p1, l1, u1 = float(first.value), float(first.low), float(first.high)
    p2, l2, u2 = float(second.value), float(second.low), float(second.high)
    return GroupChange(
        p1,
        p2,
        p2 - p1,
        p2 - p1 - math.hypot(p2 - l2, u1 - p1),
        p2 - p1 + math.hypot(u2 - p2, p1 - l1),
        int(n_before),
        int(n_after),
    )
