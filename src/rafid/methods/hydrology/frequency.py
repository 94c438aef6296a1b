"""How often a flood is reached: GEV and Gumbel by L-moments, log-Pearson III with historic floods and low outliers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from rafid.methods.hydrology import pearson
from rafid.methods.hydrology.censored import FEWEST_KNOWN, RegionalSkew, expected_moments
from rafid.methods.hydrology.fitted import GUMBEL, FrequencyFit, Parameters
from rafid.methods.hydrology.given import F64, number
from rafid.methods.hydrology.lmoments import l_moments
from rafid.methods.hydrology.lowflow import flow_duration, low_flow
from rafid.methods.hydrology.outliers import LowOutliers, low_outliers, yearly_peaks
from rafid.methods.hydrology.perception import PerceptionPeriod, drawn_ranges, periods_of, ranges_in_logs

__all__ = [
    "FrequencyFit",
    "LowOutliers",
    "Parameters",
    "fit_gev",
    "fit_gumbel",
    "fit_lp3",
    "flow_duration",
    "l_moments",
    "low_flow",
    "low_outliers",
]

STEEPEST, FLATTEST = -0.999, 20.0
"""Shapes between which L-moments of a GEV exist and t3 rises with -shape."""


def fit_gev(peaks: ArrayLike) -> FrequencyFit:
    """The generalised extreme value distribution of yearly ``peaks`` (n,), n ≥ 10, by L-moments.

    ``parameters`` location, scale (unit of the peaks), shape; shape < 0: heavy upper tail. The shape solves 2 (1-3^-k)/(1-2^-k)
    - 3 = t3 itself, not its usual approximation. Hosking, Wallis and Wood 1985, Technometrics 27.

    Raises ``ValueError`` for fewer than 10 peaks, peaks all alike, and one that is missing, endless or negative.
    """
    x = _that_differ(peaks)
    location, scale, shape = (float(one) for one in _gev(x[None])[0])
    made = Parameters(location=location, scale=scale, shape=shape)
    return FrequencyFit("gev", made, x.size, LowOutliers(0), partial(_gev_again, made, x.size))


def fit_gumbel(peaks: ArrayLike, *, method: str = "lmoments") -> FrequencyFit:
    """Gumbel's distribution of yearly ``peaks`` (n,), n ≥ 10; ``parameters`` location, scale in the unit of the peaks.

    ``lmoments``: scale l2/ln 2. ``moments``: scale sd √6/π, as textbooks' frequency factors (Chow, Maidment and Mays 1988, ch.
    12). Raises ``ValueError`` as ``fit_gev``, and for another method.
    """
    if method not in ("lmoments", "moments"):
        raise ValueError(f"method is {method!r}; give lmoments or moments")
    x = _that_differ(peaks)
    location, scale = (float(one) for one in _gumbel(x[None], method)[0])
    made = Parameters(location=location, scale=scale)
    return FrequencyFit("gumbel", made, x.size, LowOutliers(0), partial(_gumbel_again, made, x.size, method))


def fit_lp3(
    peaks: ArrayLike,
    *,
    historic_peaks: Sequence[float] | F64 = (),
    historic_years: int = 0,
    historic_threshold: float | None = None,
    low_outliers: str | None = "mgbt",
    regional_skew: float | None = None,
    regional_skew_mse: float | None = None,
    periods: Sequence[PerceptionPeriod] = (),
) -> FrequencyFit:
    """Log-Pearson III of yearly ``peaks`` (n,), n ≥ 10, by the Expected Moments Algorithm.

    ``parameters`` are mean, sd and skew of log10.

    ``historic_years`` counts the whole time before the gauge of which floods above ``historic_threshold`` are known, the
    ``historic_peaks`` included; every other year of it is known to have stayed below. ``periods`` tell the same of several
    times, each with its own threshold, and of floods known only to lie in a range. ``low_outliers="mgbt"`` looks for low
    outliers; they, and years without flow in any case, enter as years below the smallest peak kept. ``regional_skew`` is held
    where ``regional_skew_mse`` is None or 0, else weighted with the gauge's by the inverse of their mean square errors
    (that of the gauge: Bulletin 17B, eq. 6). Units: any one for peaks and threshold. England et al. 2018, Bulletin 17C,
    doi:10.3133/tm4B5.

    Raises ``ValueError`` for fewer than 10 peaks, one that is missing, endless or negative, historic peaks below the threshold
    or more than their years, fewer than five peaks that are known, and peaks all alike.

    >>> fit = fit_lp3([38.5, 17.2, 25.4, 55.9, 12.3, 22.0, 46.0, 20.6, 13.3, 28.4, 11.6], regional_skew=-0.1)
    >>> round(fit.quantile(0.01)), fit.low_outliers.count
    (77, 0)
    """
    x = yearly_peaks(peaks)
    told = periods_of(periods, historic_peaks, historic_years, historic_threshold)
    peaks_told = np.array([peak for one in told for peak in one.peaks], float)
    region = _region(regional_skew, regional_skew_mse)
    outliers = _outliers(x, low_outliers)
    kept = x[x >= outliers.threshold] if outliers else x
    if kept.size + peaks_told.size < FEWEST_KNOWN or not kept.all():
        raise ValueError("nearly all peaks are low outliers or zero; such a river has no frequency of floods")

    under = [(one.below, one.threshold) for one in told]
    if outliers.threshold > 0:
        under.append((int(outliers), outliers.threshold))
    known = np.log10(np.concatenate([kept, peaks_told]))
    low, high = ranges_in_logs(told)
    mean, sd, skew = (
        float(one[0])
        for one in expected_moments(
            known[None], [math.log10(limit) for _years, limit in under],
            np.array([years for years, _limit in under], int).reshape(1, -1), region, (low[None], high[None]),
        )
    )  # fmt: skip
    if math.isnan(mean):
        raise ValueError("the moments do not come to rest: too many years lie below a limit; give a regional skew")
    made = Parameters(mean=mean, sd=sd, skew=skew)
    again = partial(_lp3_again, made, x.size, tuple(told), outliers.threshold, region)
    return FrequencyFit("lp3", made, x.size, outliers, again)


def _that_differ(peaks: ArrayLike) -> F64:
    x = yearly_peaks(peaks)
    if x.min() == x.max():
        raise ValueError("peaks are all alike; a frequency needs peaks that differ")
    return x


def _reduced(probability: F64, shape: float) -> F64:
    y = -np.log(-np.log(probability))
    return y if abs(shape) <= GUMBEL else -np.expm1(-shape * y) / shape


def _gumbel_again(made: Parameters, n: int, method: str, chance: np.random.Generator, m: int) -> F64:
    return _gumbel(made.location + made.scale * _reduced(chance.random((m, n)), 0.0), method)


def _gumbel(x: F64, method: str) -> F64:
    """(m, 2) of (m, n)."""
    if method == "moments":
        centre, scale = x.mean(-1), x.std(-1, ddof=1) * math.sqrt(6) / math.pi
    else:
        centre, spread = (np.asarray(one) for one in l_moments(x, order=2))
        scale = spread / math.log(2)
    return np.stack([centre - np.euler_gamma * scale, scale], -1)


def _gev_again(made: Parameters, n: int, chance: np.random.Generator, m: int) -> F64:
    return _gev(made.location + made.scale * _reduced(chance.random((m, n)), made.shape))


def _gev(x: F64) -> F64:
    """(m, 3) of (m, n); the shape by Newton from Hosking's approximation, held inside its limits."""
    centre, spread, skewness = (np.asarray(one) for one in l_moments(x, order=3))
    c = 2 / (3 + skewness) - math.log(2) / math.log(3)
    k = np.clip(7.8590 * c + 2.9554 * c * c, STEEPEST, FLATTEST)
    for _ in range(50):
        k = np.where(np.abs(k) < 1e-7, 1e-7, k)
        two, three = -np.expm1(-k * math.log(2)), -np.expm1(-k * math.log(3))
        off = 2 * three / two - 3 - skewness
        slope = 2 * (math.log(3) * (1 - three) * two - math.log(2) * (1 - two) * three) / two**2
        step = off / slope
        k = np.clip(k - step, STEEPEST, FLATTEST)
        if np.all(np.abs(step) < 1e-12):
            break
    k = np.where(np.abs(k) < 1e-7, 1e-7, k)
    gamma = special.gamma(1 + k)
    scale = spread * k / (-np.expm1(-k * math.log(2)) * gamma)
    return np.stack([centre - scale * (1 - gamma) / k, scale, k], -1)


def _lp3_again(
    made: Parameters,
    n: int,
    periods: tuple[PerceptionPeriod, ...],
    low: float,
    region: RegionalSkew | None,
    chance: np.random.Generator,
    m: int,
) -> F64:
    """The gauge's years and those of each period drawn anew; what falls below their limits, and what is known as a range, is
    known no better than it was."""
    drawn = made.mean + made.sd * pearson.factor(chance.random((m, n + sum(one.years for one in periods))), made.skew)
    limits, counts, lows, highs = [], [], [np.empty((m, 0))], [np.empty((m, 0))]

    def below(part: F64, limit: float) -> None:
        under = part < math.log10(limit)
        limits.append(math.log10(limit))
        counts.append(under.sum(-1))
        part[under] = np.nan

    start = n
    for one in periods:
        part = drawn[:, start : start + one.years]
        start += one.years
        below(part, one.threshold)
        if one.ranges:
            least, most = drawn_ranges(part, one.widths, chance)
            part[np.isfinite(least)] = np.nan
            lows.append(least)
            highs.append(most)
    if low > 0:
        below(drawn[:, :n], low)
    enough = np.isfinite(drawn).sum(-1) >= FEWEST_KNOWN
    told = np.stack(counts, -1) if counts else np.zeros((m, 0), int)
    between = np.concatenate(lows, -1)[enough], np.concatenate(highs, -1)[enough]
    return np.stack(expected_moments(drawn[enough], limits, told[enough], region, between), -1)


def _region(skew: float | None, error: float | None) -> RegionalSkew | None:
    if skew is None:
        if error is not None:
            raise ValueError("regional_skew_mse is given without regional_skew; give both")
        return None
    return RegionalSkew(number(skew, "regional_skew"), number(error or 0.0, "regional_skew_mse", least=0))


def _outliers(x: F64, test: str | None) -> LowOutliers:
    if test == "mgbt":
        return low_outliers(x)
    if test is not None:
        raise ValueError(f"low_outliers is {test!r}; give 'mgbt', or None for none")
    dry = int(np.count_nonzero(x == 0))
    return LowOutliers(dry, float(x[x > 0].min()) if 0 < dry < x.size else 0.0)
