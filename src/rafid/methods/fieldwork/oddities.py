"""Values far from the others, and batteries of questions answered with one and the same word."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

THRESHOLDS: Final = {"mad": 3.5, "iqr": 1.5, "sd": 3.0}
FEWEST: Final = 5
"""Values below which nothing can be called far from the others."""


def outliers(values: ArrayLike, *, method: str = "mad", threshold: float | None = None) -> NDArray[np.bool_]:
    """Which of ``values`` (n,) lie far from the rest: bool (n,).

    ``mad``: |0.6745 (x - median) / MAD| > 3.5 (Iglewicz & Hoaglin 1993); where MAD is 0, (x - median) / (1.253314 · mean
    absolute deviation). ``iqr``: below q1 - 1.5·IQR or above q3 + 1.5·IQR, quantiles linear. ``sd``: |x - mean| / s > 3
    with n - 1. ``threshold`` replaces 3.5, 1.5 or 3. NaN is never one; among fewer than 5 values there is none. Raises
    ``ValueError`` for another method and for values that are no vector.

    >>> outliers([20, 22, 19, 21, 23, 20, 95]).nonzero()[0].tolist()
    [6]
    """
    if method not in THRESHOLDS:
        raise ValueError(f"method {method!r} is none of {', '.join(THRESHOLDS)}")
    x = np.asarray(values, float)
    if x.ndim != 1:
        raise ValueError("values must be a vector")
    limit = THRESHOLDS[method] if threshold is None else threshold
    there = np.isfinite(x)
    known = x[there]
    if known.size < FEWEST:
        return np.zeros(x.shape, dtype=bool)
    found = np.zeros(x.shape, dtype=bool)
    if method == "iqr":
        low, high = np.quantile(known, [0.25, 0.75])
        reach = limit * (high - low)
        found[there] = (known < low - reach) | (known > high + reach)
    else:
        found[there] = _scores(known, method) > limit
    return found


def _scores(known: NDArray[np.float64], method: str) -> NDArray[np.float64]:
    if method == "sd":
        off, scale = np.abs(known - known.mean()), float(known.std(ddof=1))
    else:
        off = np.abs(known - np.median(known))
        scale = float(np.median(off)) / 0.6745
        if scale == 0:
            scale = 1.253314 * float(off.mean())
    return off / scale if scale > 0 else np.zeros(known.shape)


def straight_lining(answers: ArrayLike) -> NDArray[np.float64]:
    """Share (n,) of the commonest answer among those given, for each row of a battery (n, k) of objects.

    '' and None are unanswered. NaN where fewer than two questions were answered. Raises ``ValueError`` for what is no table.

    >>> straight_lining([["a", "a", "b", ""], ["a", "", "", None]]).tolist()
    [0.6666666666666666, nan]
    """
    rows = np.asarray(answers, dtype=object)
    if rows.ndim != 2:
        raise ValueError("answers must be a table, a row for each record")
    shares = np.full(rows.shape[0], np.nan)
    for index, row in enumerate(rows):
        given = Counter(answer for answer in row if answer is not None and answer != "")
        if given.total() >= 2:
            shares[index] = given.most_common(1)[0][1] / given.total()
    return shares
