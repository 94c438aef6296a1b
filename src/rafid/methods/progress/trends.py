"""A trend that one bad month does not make."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.sampling.estimate import F64, quantile

FEWEST = 4


@dataclass(frozen=True)
class Trend:
    """``slope`` per step, between ``low`` and ``high``; ``p`` of the hypothesis that there is none."""

    slope: float
    low: float
    high: float
    p: float


def trend(values: ArrayLike, *, confidence: float = 0.95) -> Trend:
    """The slope of ``values`` (n,) at equal steps, NaN where there is none: it is left out and keeps its step.

    Median of the slopes of all pairs (Theil 1950; Sen 1968, "Estimates of the regression coefficient based on Kendall's tau",
    JASA 63), its interval by Sen's ranks (N ∓ z σ)/2 of the N slopes, p by the test of Mann (1945) and Kendall with ties and
    continuity. Raises ``ValueError`` for fewer than four values.

    >>> found = trend([0.72, 0.75, 0.71, 0.78, 0.80, 0.79])
    >>> round(found.slope, 4), round(found.p, 2)
    (0.0167, 0.13)
    """
    y = np.asarray(values, float)
    if y.ndim != 1:
        raise ValueError("a trend needs one list of values, one for each step")
    at = np.flatnonzero(~np.isnan(y))
    y = y[at]
    if y.size < FEWEST:
        raise ValueError(f"{y.size} values make no trend; wait until there are {FEWEST}")
    if not np.all(np.isfinite(y)):
        raise ValueError("a value is endless; mend it or leave it out")
    earlier, later = np.triu_indices(y.size, 1)
    rise = y[later] - y[earlier]
    slopes = np.sort(rise / (at[later] - at[earlier]))
    deviation = math.sqrt(_variance(y))
    reach = quantile(confidence) * deviation
    lowest = max(round((slopes.size - reach) / 2) - 1, 0)
    highest = min(round((slopes.size + reach) / 2), slopes.size - 1)
    score = int(np.sign(rise).sum())
    p = math.erfc((abs(score) - 1) / deviation / math.sqrt(2)) if score and deviation else 1.0
    return Trend(float(np.median(slopes)), float(slopes[lowest]), float(slopes[highest]), p)


def _variance(y: F64) -> float:
    """Of Kendall's S, where nothing but ties orders the values."""
    n = y.size
    ties = np.unique(y, return_counts=True)[1]
    return float(n * (n - 1) * (2 * n + 5) - np.sum(ties * (ties - 1) * (2 * ties + 5))) / 18
