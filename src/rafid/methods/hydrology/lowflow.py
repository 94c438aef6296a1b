"""What a river carries most of the time, and how little it carries in a dry year."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology import pearson
from rafid.methods.hydrology.given import F64, finite, number, series, whole

YEAR = 365.25
FEWEST_YEARS = 10
FEWEST_FLOWING = 5


def flow_duration(flow: ArrayLike, *, exceedance: ArrayLike) -> float | F64:
    """The flow that is reached or exceeded for a share ``exceedance`` of the time (0.95: Q95); an array for an array.

    ``flow`` (n,) at equal steps, NaN where there is none; the answer has its unit, between two flows linearly. Vogel and
    Fennessey 1994, J. Water Resour. Plann. Manage. 120 (period of record). Raises ``ValueError`` for a share outside 0..1 and
    a record without a value.

    >>> flow_duration([8.0, 1.0, 2.0, 5.0, 3.0], exceedance=0.75)
    2.0
    """
    q = series(flow, "flow", gaps=True)
    share = finite(exceedance, "exceedance")
    if np.any((share < 0) | (share > 1)):
        raise ValueError("exceedance must lie between 0 and 1; give 0.95 for 95 % of the time")
    q = q[~np.isnan(q)]
    if not q.size:
        raise ValueError("flow holds no value; give a record with some")
    found = np.quantile(q, 1 - share)
    return float(found) if share.ndim == 0 else np.asarray(found)


def low_flow(flow: ArrayLike, *, days: int = 7, return_period: float = 10, years: ArrayLike | None = None) -> float:
    """The lowest mean flow of ``days`` days that is not exceeded once in ``return_period`` years (7Q10); unit of ``flow``.

    ``flow`` (n,) daily, from the first day of a water year on, NaN where there is none; ``years`` (n,) names the water year of
    each day where it is known better than by 365.25 days. Let it begin in the wet season, so that no drought is cut in two. A
    year with a gap or an end missing is left out. The minima are log-Pearson III by moments; years without flow by
    conditional probability (Jennings and Benson 1969, Water Resour. Res. 5, doi:10.1029/WR005i001p00276).

    Raises ``ValueError`` for negative flows, a return period of 1 or less, and fewer than ten whole years.
    """
    q = series(flow, "flow", least=0, gaps=True)
    window = whole(days, "days")
    rare = 1 / number(return_period, "return_period", above=1)
    lowest = _minima(q, window, _water_years(q.size, years))
    if lowest.size < FEWEST_YEARS:
        raise ValueError(f"flow holds {lowest.size} whole years; a low flow of a return period needs {FEWEST_YEARS}")
    flowing = np.log10(lowest[lowest > 0])
    dry = 1 - flowing.size / lowest.size
    if rare <= dry:
        return 0.0
    n = flowing.size
    if n < FEWEST_FLOWING:
        raise ValueError(f"only {n} years have flow all through; ask for a shorter return period")
    off = flowing - flowing.mean()
    sd = math.sqrt(float((off**2).sum()) / (n - 1))
    skew = 0.0 if sd < 1e-12 else float(n * (off**3).sum() / ((n - 1) * (n - 2) * sd**3))
    return float(10 ** (flowing.mean() + sd * pearson.factor((rare - dry) / (1 - dry), skew)))


def _water_years(n: int, years: ArrayLike | None) -> F64:
    if years is None:
        return np.floor(np.arange(n) / YEAR)
    found = series(years, "years")
    if found.size != n:
        raise ValueError(f"years has {found.size} entries and flow {n}; give the year of every day")
    if np.any(np.diff(found) < 0):
        raise ValueError("years go back; give the days in their order")
    return found


def _minima(q: F64, window: int, year: F64) -> F64:
    """The smallest running mean of each whole year, windows inside the year."""
    starts = np.flatnonzero(np.diff(year, prepend=year[0] - 1))
    found = []
    for days in np.split(q, starts[1:]):
        if days.size >= max(365, window) and not np.isnan(days).any():
            means = np.lib.stride_tricks.sliding_window_view(days, window).sum(-1) / window
            found.append(means.min())
    return np.array(found)
