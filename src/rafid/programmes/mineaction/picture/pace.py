"""How long what is left takes at the pace of the last year. Plain arithmetic on months; no promise.

The range is a bootstrap: the twelve months are drawn again, with replacement, from the twelve that were (Efron and Tibshirani,
An Introduction to the Bootstrap, 1993, chapter 13: percentiles). It knows good and bad months, not next year's budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

DRAWS, SEED = 2000, 20260930
LOW, HIGH = 5.0, 95.0


@dataclass(frozen=True)
class Pace:
    """``rate``: m² a year. ``years`` until nothing is left, and its range of 90 %; None where at that pace it never ends."""

    rate: float
    years: float | None
    low: float | None
    high: float | None


def pace(months: Sequence[float], remaining: float) -> Pace:
    """``months``: m² released in each of the last months, those without work as 0.

    >>> pace([1000.0] * 12, 24_000.0)
    Pace(rate=12000.0, years=2.0, low=2.0, high=2.0)
    """
    if not months:
        raise ValueError("no month is given; give at least one, with 0 where nothing was released")
    done = np.asarray(months, float)
    if not np.isfinite(done).all() or (done < 0).any():
        raise ValueError("a month has less than 0 m², or no number; correct it")
    yearly = 12 / len(done)
    rate = float(done.sum() * yearly)
    if remaining <= 0:
        return Pace(rate, 0.0, 0.0, 0.0)
    if rate <= 0:
        return Pace(rate, None, None, None)
    drawn = np.random.default_rng(SEED).choice(done, (DRAWS, len(done))).sum(1) * yearly
    slow, fast = np.percentile(drawn, [LOW, HIGH])
    return Pace(
        rate, remaining / rate, float(remaining / fast) if fast > 0 else None,
        float(remaining / slow) if slow > 0 else None,
    )  # fmt: skip
