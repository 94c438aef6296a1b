"""Mean, spread and skew of log10 floods of which some are known only to lie below a limit: the Expected Moments Algorithm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology.given import F64
from rafid.methods.hydrology.pearson import moments_below, moments_between

NEAR = 1e-10
MOST_ROUNDS = 2000
FEWEST_KNOWN = 5
STEEPEST = 8.0
"""No skew beyond this is believed; reached only by records in which almost every year lies below a limit."""


@dataclass(frozen=True)
class RegionalSkew:
    """The skew of the region's gauges and its mean square error; error 0: the skew is held at ``value``."""

    value: float
    error: float


def expected_moments(
    known: F64,
    limits: Sequence[float],
    counts: NDArray[np.int64],
    region: RegionalSkew | None = None,
    between: tuple[F64, F64] | None = None,
) -> tuple[F64, F64, F64]:
    """``(mean, sd, skew)``, each (m,), of m records of log10 peaks.

    ``known`` (m, n): peaks known exactly, NaN for none; ``counts`` (m, limits): years known only to lie below each of
    ``limits`` (log10); ``between``: (low, high), each (m, ranges), log10, of peaks known only to lie there, NaN for none.

    Cohn, Lane and Baier 1997, Water Resour. Res. 33, doi:10.1029/97WR01640; Bulletin 17C, app. 7: the years below and the
    ranges count with what a log-Pearson III of the present moments expects of them, until the moments stand still. The
    corrections of bias count the peaks alone that are known exactly.

    NaN where the moments do not come to rest. Raises ``ValueError`` where a record has fewer than five known peaks, or known
    peaks all alike.
    """
    there = np.isfinite(known)
    n = there.sum(-1).astype(float)
    if np.any(n < FEWEST_KNOWN):
        raise ValueError(
            f"only {int(n.min())} peaks are known exactly, the others lie below a limit; "
            f"give {FEWEST_KNOWN} or more, or a lower limit"
        )
    low, high = between if between is not None else (np.empty((len(known), 0)),) * 2
    ranged = np.isfinite(low) & np.isfinite(high)
    ranges = ranged.sum(-1).astype(float)
    low, high = np.where(ranged, low, 0.0), np.where(ranged, high, 1.0)
    total = n + counts.sum(-1) + ranges
    wide, deep = n / (n - 1), n * n / ((n - 1) * (n - 2))
    x = np.where(there, known, 0.0)
    mean = x.sum(-1) / n
    off = np.where(there, x - mean[:, None], 0.0)
    sd = np.sqrt((off**2).sum(-1) / (n - 1))
    if np.any(sd <= 1e-9 * np.maximum(np.abs(mean), 1)):
        raise ValueError("the known peaks are all alike; a frequency needs peaks that differ")
    skew = _weighed(deep * (off**3).sum(-1) / (n * sd**3), n, region)
    moving = np.arange(len(mean))
    for _ in range(MOST_ROUNDS):
        m, s, g = mean[moving], sd[moving], skew[moving]
        years = [counts[moving, i].astype(float) for i in range(len(limits))]
        below = [moments_below((limit - m) / s, g) for limit in limits]
        first, second, third = (
            sum((y * b[power] for y, b in zip(years, below, strict=True)), np.zeros_like(m)) for power in range(3)
        )
        unseen = sum(years, np.zeros_like(m)) + ranges[moving]
        if low.shape[-1]:
            begin, end = ((one[moving] - m[:, None]) / s[:, None] for one in (low, high))
            inside = [np.where(ranged[moving], one, 0).sum(-1) for one in moments_between(begin, end, g[:, None])]
            first, second, third = first + inside[0], second + inside[1], third + inside[2]
        new_mean = (x[moving].sum(-1) + unseen * m + s * first) / total[moving]
        shift = (m - new_mean) / s  # what lies below, measured from the new mean
        third = third + 3 * shift * second + 3 * shift**2 * first + shift**3 * unseen
        second = second + 2 * shift * first + shift**2 * unseen
        off = np.where(there[moving], x[moving] - new_mean[:, None], 0.0)
        new_sd = np.sqrt((wide[moving] * (off**2).sum(-1) + s**2 * second) / total[moving])
        own = (deep[moving] * (off**3).sum(-1) + s**3 * third) / (total[moving] * new_sd**3)
        new_skew = _weighed(np.clip(own, -STEEPEST, STEEPEST), n[moving], region)
        moved = np.abs(new_mean - m) + np.abs(new_sd - s) + np.abs(new_skew - g)
        mean[moving], sd[moving], skew[moving] = new_mean, new_sd, new_skew
        moving = moving[~(moved < NEAR)]
        if not moving.size:
            break
    mean[moving] = sd[moving] = skew[moving] = np.nan
    return mean, sd, skew


def _weighed(own: F64, n: F64, region: RegionalSkew | None) -> F64:
    """The gauge's skew and the region's, each by the inverse of its mean square error."""
    if region is None:
        return own
    if region.error == 0:
        return np.full_like(own, region.value)
    error = skew_error(own, n)
    return (own * region.error + region.value * error) / (region.error + error)


def skew_error(skew: F64, n: F64) -> F64:
    """Mean square error of a skew from n peaks: Wallis, Matalas and Slack 1974, as Bulletin 17B, eq. 6."""
    steep = np.abs(skew)
    a = np.where(steep <= 0.9, -0.33 + 0.08 * steep, -0.52 + 0.30 * steep)
    b = np.where(steep <= 1.5, 0.94 - 0.26 * steep, 0.55)
    return 10 ** (a - b * np.log10(n / 10))  # type: ignore[no-any-return]
