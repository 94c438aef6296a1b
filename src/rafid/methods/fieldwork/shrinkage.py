"""Rates of few cases, drawn towards the rate of all: one finding in two visits is not yet 50 %."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class ShrunkenRates:
    """``rates`` (k,); ``overall`` is the rate of all; ``prior_weight`` is the number of cases that it weighs, infinite where
    the groups do not differ more than chance makes them."""

    rates: NDArray[np.float64]
    overall: float
    prior_weight: float


def shrunken_rates(events: ArrayLike, totals: ArrayLike) -> ShrunkenRates:
    """``events`` x (k,) of ``totals`` n (k,) in each group, by the moment estimator of the beta-binomial (Kleinman 1973).

    m = Σx/Σn; S = Σ n(x/n - m)²; γ = [S/(m(1-m)) - (k-1)] / [N - Σn²/N - (k-1)]; w = 1/γ - 1; rate = (x + m·w)/(n + w).
    Where γ ≤ 0, k < 2, or m is 0 or 1: all m. Raises ``ValueError`` for n ≤ 0 and for x outside 0..n.

    >>> shrunken_rates([1, 8, 0, 2, 5], [25, 40, 12, 30, 50]).rates.round(5).tolist()
    [0.07713, 0.15256, 0.07718, 0.08624, 0.10082]
    """
    x, n = np.asarray(events, float), np.asarray(totals, float)
    if x.shape != n.shape or x.ndim != 1 or x.size == 0:
        raise ValueError("events and totals must be vectors of one length, and not empty")
    if not np.all(n > 0):
        raise ValueError("a total is not greater than 0; leave groups without cases out")
    if not np.all((x >= 0) & (x <= n)):
        raise ValueError("a number of events lies outside 0 and its total")
    whole, groups = float(n.sum()), x.size
    mean = float(x.sum()) / whole
    if groups < 2 or mean in (0.0, 1.0):
        return ShrunkenRates(np.full(groups, mean), mean, float("inf"))
    spread = float(np.sum(n * (x / n - mean) ** 2))
    room = whole - float(np.sum(n**2)) / whole - (groups - 1)
    gamma = (spread / (mean * (1 - mean)) - (groups - 1)) / room if room > 0 else 0.0
    if gamma <= 0:
        return ShrunkenRates(np.full(groups, mean), mean, float("inf"))
    weight = max(1 / gamma - 1, 0.0)
    return ShrunkenRates((x + mean * weight) / (n + weight), mean, weight)
