"""Low floods that would bend a frequency curve: the multiple Grubbs-Beck test."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from rafid.methods.hydrology.given import F64, series

FEWEST = 10

OUTWARD, INWARD = 0.005, 0.10
"""Levels of the two sweeps: from the median down, and from the smallest up (Bulletin 17C, app. 6)."""

NODES = 64


class LowOutliers(int):
    """How many of the smallest peaks are low outliers: a whole number that knows why.

    ``count`` is the number itself. ``threshold`` is the smallest peak kept, in the unit of the peaks; 0 where all are kept.
    ``p_values`` are those of the smallest, second smallest … peak, as far as the median.
    """

    threshold: float
    p_values: tuple[float, ...]

    def __new__(cls, count: int, threshold: float = 0.0, p_values: tuple[float, ...] = ()) -> LowOutliers:
        made = super().__new__(cls, count)
        made.threshold, made.p_values = threshold, p_values
        return made

    @property
    def count(self) -> int:
        return int(self)

    def __reduce__(self) -> tuple[type[LowOutliers], tuple[int, float, tuple[float, ...]]]:
        return LowOutliers, (int(self), self.threshold, self.p_values)

    def __repr__(self) -> str:
        return f"LowOutliers(count={int(self)}, threshold={self.threshold:g})"

    def __str__(self) -> str:
        return str(int(self))


def low_outliers(peaks: ArrayLike) -> LowOutliers:
    """The low outliers among the yearly ``peaks`` (n,) of a gauge, in any unit; historic floods do not belong to them.

    Multiple Grubbs-Beck test (Cohn et al. 2013, Water Resour. Res. 49, doi:10.1002/wrcr.20392; Bulletin 17C, app. 6). Each of
    the lower half is judged by its distance from the mean of all that are larger, in their standard deviations, in log10. A
    sweep from the median down takes the first with p < 0.005 and all below it; one from the smallest up takes those with p <
    0.10; the larger number counts. Years without any flow are always among them. Above 20 degrees of freedom the
    noncentral t is that of Abramowitz and Stegun 26.7.10, as in the program of the US Geological Survey.

    Raises ``ValueError`` for fewer than 10 peaks, and for one that is missing, endless or negative.

    >>> low_outliers([1730, 4100, 4940, 5720, 7710, 8560, 9190, 9740, 10100, 2, 12300, 15200]).count
    2
    """
    ordered = np.sort(yearly_peaks(peaks))
    n, dry = ordered.size, int(np.count_nonzero(ordered == 0))
    logs = np.log10(ordered[dry:])
    half = n // 2
    distances = np.full(half, -np.inf)
    for r in range(dry + 1, half + 1):
        larger = logs[r - dry :]
        spread = float(larger.std(ddof=1))
        distances[r - 1] = (logs[r - dry - 1] - larger.mean()) / spread if spread > 0 else 0.0
    p = _p_values(n, np.arange(1, half + 1), distances)
    outward = np.flatnonzero(p < OUTWARD)
    inward = np.flatnonzero(p >= INWARD)
    count = max(dry, int(outward[-1]) + 1 if outward.size else 0, int(inward[0]) if inward.size else half)
    threshold = float(ordered[count]) if 0 < count < n else 0.0
    if threshold:  # equals of the smallest one kept are kept
        count = int(np.count_nonzero(ordered < threshold))
    return LowOutliers(count, threshold, tuple(p.tolist()))


def yearly_peaks(peaks: ArrayLike, name: str = "peaks") -> F64:
    """At least ten finite peaks, none negative. Raises ``ValueError`` for others."""
    found = series(peaks, name, least=0)
    if found.size < FEWEST:
        raise ValueError(
            f"{name} are {found.size} years; a frequency needs at least {FEWEST}, so wait or use a region's"
        )
    return found


def _p_values(n: int, rank: NDArray[np.int64], distance: F64) -> F64:
    """The chance that the r-th smallest of n normal values lies so far below the mean of the n - r larger ones.

    Given the r-th smallest, z, mean M and spread S of the larger ones have the moments of a normal distribution cut off at z; M
    less what S tells of it is taken as normal, S² as a gamma variable, so that the distance is a noncentral t. Averaged over
    z by Gauss and Legendre. Cohn et al. 2013.
    """
    nodes, weights = special.roots_legendre(NODES)
    r, m = rank[:, None].astype(float), (n - rank)[:, None].astype(float)
    z = special.ndtri(special.betaincinv(r, n + 1 - r, (nodes + 1) / 2))
    hazard = np.exp(-z * z / 2 - special.log_ndtr(-z)) / np.sqrt(2 * np.pi)
    first, second = hazard, 1 + hazard * z
    third, fourth = 2 * first + hazard * z**2, 3 * second + hazard * z**3
    variance = second - first**2
    skewed = third - 3 * second * first + 2 * first**3
    peaked = fourth - 4 * third * first + 6 * second * first**2 - 3 * first**4

    of_square = (peaked - variance**2) / m + 2 * variance**2 / (m * (m - 1))
    shape = variance**2 / of_square
    spread = np.sqrt(of_square / variance) * np.exp(special.gammaln(shape + 0.5) - special.gammaln(shape))
    both = skewed / np.sqrt(m * (m - 1)) / (2 * spread)
    slope = both / (variance - spread**2)
    left = np.sqrt(variance / m - both * slope)

    t = -np.sqrt(variance) / left * (np.maximum(distance, -1e6)[:, None] + slope)
    centre, freedom = (first - slope * spread - z) / left, 2 * shape
    deviate = (t * (1 - 1 / (4 * freedom)) - centre) / np.sqrt(1 + t * t / (2 * freedom))
    chance = special.ndtr(-deviate)
    few = freedom <= 20
    chance[few] = 1 - special.nctdtr(freedom[few], centre[few], t[few])
    return np.where(np.isinf(distance), 0.0, chance @ weights / 2)  # type: ignore[no-any-return]
