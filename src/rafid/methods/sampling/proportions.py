"""Shares with their intervals: of single items, and of clusters such as teams or sites."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.sampling.estimate import F64, Estimate, inside, plain, quantile, student, whole

METHODS = ("wilson", "exact")


def proportion_interval(
    successes: ArrayLike,
    n: ArrayLike,
    *,
    confidence: float = 0.95,
    method: str = "wilson",
    population: ArrayLike | None = None,
) -> Estimate:
    """The share of successes among ``n``, with its interval; ``successes``, ``n`` and ``population`` may be arrays.

    ``wilson``: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22. ``exact``: Clopper
    and Pearson 1934, Biometrika 26, which covers at least as often as it says and is wider. With a ``population`` of N, of
    which n were seen, Wilson's n is replaced by n (N-1) / (N-n); a point where all were seen. No success among n is not a
    share of zero: the interval says how large it may be.

    Raises ``ValueError`` for n below 1, successes outside 0..n, a population below n, another method, and a population for
    the exact interval.

    >>> found = proportion_interval(18, 24)
    >>> round(found.low, 4), round(found.high, 4)
    (0.551, 0.88)
    """
    if method not in METHODS:
        raise ValueError(f"method {method!r} is none of {', '.join(METHODS)}")
    x, m = np.broadcast_arrays(np.asarray(successes, float), np.asarray(n, float))
    if not np.all(m >= 1):
        raise ValueError("a share of nothing: n must be 1 or more; leave out what was not seen")
    if not np.all((x >= 0) & (x <= m)):
        raise ValueError("a number of successes lies outside 0 and its n; count them again")
    p = x / m
    if method == "exact":
        if population is not None:
            raise ValueError(
                "the exact interval is for an endless population; use wilson where the population is known"
            )
        low, high = _exact(x, m, inside(confidence))
        return Estimate(plain(p), plain(low), plain(high), plain(np.sqrt(p * (1 - p) / m)), plain(np.ones_like(p)))
    weight = np.asarray(m if population is None else _of_population(m, np.asarray(population, float)), float)
    z = quantile(confidence)
    with np.errstate(invalid="ignore"):
        share = z * z / weight
        middle = (p + share / 2) / (1 + share)
        reach = z * np.sqrt(p * (1 - p) / weight + share / (4 * weight)) / (1 + share)
    # At the ends rounding would leave 1e-17 instead of 0.
    low = np.where(x == 0, 0.0, np.maximum(middle - reach, 0.0))
    high = np.where(x == m, 1.0, np.minimum(middle + reach, 1.0))
    seen = np.isinf(weight)
    low, high = np.where(seen, p, low), np.where(seen, p, high)
    return Estimate(plain(p), plain(low), plain(high), plain(np.sqrt(p * (1 - p) / weight)), plain(m / weight))


def _of_population(m: F64, population: F64) -> F64:
    if not np.all(population >= m):
        raise ValueError("the population is smaller than the sample; give the number of all from whom it was drawn")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(population == m, np.inf, m * (population - 1) / (population - m))


def _exact(x: F64, m: F64, confidence: float) -> tuple[F64, F64]:
    from scipy.special import betaincinv  # heavy, and wanted only here

    tail = (1 - confidence) / 2
    low = np.where(x == 0, 0.0, betaincinv(np.maximum(x, 1), m - x + 1, tail))
    high = np.where(x == m, 1.0, betaincinv(x + 1, np.maximum(m - x, 1), 1 - tail))
    return low, high


def cluster_proportion(
    successes: ArrayLike, sizes: ArrayLike, *, confidence: float = 0.95, clusters: int | None = None
) -> Estimate:
    """The share of successes where what was seen comes in k clusters, ``successes`` (k,) of ``sizes`` (k,), each cluster
    drawn with equal chance, of K ``clusters`` in all (Cochran 1977, "Sampling techniques", ch. 9A).

    p = Σy/Σm; r = y - p m; variance (1 - k/K) k/(k-1) Σr² / (Σm)²; Student with k-1 degrees of freedom, cut to 0..1; the
    design effect is the variance over p(1-p)/Σm, NaN where that is 0. Answers of one team are alike: its hundred answers tell
    less than a hundred of many. **Where all clusters have the same share the interval is a point**, which proves nothing when
    that share is 0 or 1: show ``proportion_interval`` of the clusters instead.

    Raises ``ValueError`` for fewer than two clusters, successes outside 0 and the size, and a K below k.

    >>> round(cluster_proportion([5, 9, 7, 8], [8, 10, 9, 11]).standard_error, 4)
    0.0549
    """
    y, m = np.asarray(successes, float), np.asarray(sizes, float)
    if y.ndim != 1 or y.shape != m.shape:
        raise ValueError("successes and sizes must be two lists of one length, a number for each cluster")
    k = y.size
    if k < 2:
        raise ValueError("one cluster says nothing of how clusters differ; visit two or more")
    if not np.all(m >= 1) or not np.all((y >= 0) & (y <= m)):
        raise ValueError("a cluster is empty or its successes lie outside 0 and its size; leave it out or count again")
    every = math.inf if clusters is None else whole(clusters, "the number of all clusters", 1)
    if every < k:
        raise ValueError(f"{k} clusters were seen, more than the {every} that there are")
    total = float(m.sum())
    p = float(y.sum()) / total
    variance = (1 - k / every) * k / (k - 1) * float(np.sum((y - p * m) ** 2)) / total**2
    simple = p * (1 - p) / total
    error = math.sqrt(variance)
    reach = student(confidence, k - 1) * error
    return Estimate(p, max(0.0, p - reach), min(1.0, p + reach), error, variance / simple if simple > 0 else math.nan)
