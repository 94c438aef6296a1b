"""L-moments: mean, spread, skewness and kurtosis from the order of the values, which one huge flood does not upset."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.hydrology.given import F64, floats, whole

HIGHEST = 4


def l_moments(values: ArrayLike, *, order: int = 4) -> tuple[float | F64, ...]:
    """``(l1, l2, t3, t4)`` of ``values`` (n,), or of each row of (…, n); with ``order`` below 4 the first ones alone.

    l1 and l2 are in the unit of the values, t3 = l3/l2 and t4 = l4/l2 have none. Unbiased: from the probability-weighted
    moments b_r = n⁻¹ Σ C(i-1, r)/C(n-1, r) x_(i) of the ordered values (Hosking 1990, "L-moments", J. R. Stat. Soc. B 52;
    Hosking and Wallis 1997, ch. 2).

    Raises ``ValueError`` for an order outside 1..4, fewer values than the order, a value that is missing or endless, and
    from order 3 on for values that are all alike, whose ratios are 0/0.

    >>> [round(moment, 4) for moment in l_moments([2.0, 4.0, 8.0, 16.0, 64.0])]
    [18.8, 13.6, 0.7059, 0.5588]
    """
    x = floats(values, "values")
    if whole(order, "order") > HIGHEST:
        raise ValueError(f"order is {order!r}; give 1, 2, 3 or 4")
    if x.ndim == 0 or x.shape[-1] < order:
        raise ValueError(f"values are too few for {order} L-moments; give at least {order} along the last axis")
    if not np.all(np.isfinite(x)):
        raise ValueError("values hold one that is missing or endless; leave it out")
    x = np.sort(x, axis=-1)
    if order > 2 and np.any(x[..., 0] == x[..., -1]):
        raise ValueError("values are all alike, so that their skewness is 0/0; give values that differ")
    moments = x @ _weights(x.shape[-1], order)
    moments[..., 2:] /= moments[..., 1:2]
    if x.ndim == 1:
        return tuple(float(moment) for moment in moments)
    return tuple(moments[..., r] for r in range(order))


@lru_cache(maxsize=64)
def _weights(n: int, order: int) -> F64:
    """(n, order): what each ordered value counts for in l1, l2, l3, l4."""
    i = np.arange(n, dtype=float)
    powers = np.ones((n, order))
    for r in range(1, order):
        powers[:, r] = powers[:, r - 1] * (i - r + 1) / (n - r)
    # Shifted Legendre polynomials: p*(r, k) = (-1)^(r-k) C(r, k) C(r+k, k)
    legendre = np.array(
        [
            [(-1) ** (r - k) * math.comb(r, k) * math.comb(r + k, k) if k <= r else 0 for r in range(order)]
            for k in range(order)
        ]
    )
    weights: F64 = powers @ legendre / n
    weights.flags.writeable = False
    return weights


def probability_weighted(ordered: F64, count: F64 | NDArray[np.int64]) -> tuple[F64, F64, F64]:
    """``(b0, b1, b2)`` of each row of ``ordered`` (…, n), whose first ``count`` (…) values rise and whose others are 0.

    For many rows that lack different values. Rows with fewer than three values give what is to be thrown away (NaN or
    endless, without a warning).
    """
    i = np.arange(ordered.shape[-1], dtype=float)
    m = np.asarray(count, float)
    sums = ordered @ np.stack([np.ones_like(i), i, i * (i - 1)], -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return sums[..., 0] / m, sums[..., 1] / (m * (m - 1)), sums[..., 2] / (m * (m - 1) * (m - 2))
