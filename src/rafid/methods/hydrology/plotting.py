"""Where yearly peaks stand on probability paper."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from rafid.methods.hydrology.given import F64, finite, number, series
from rafid.methods.hydrology.perception import PerceptionPeriod, periods_of

CUNNANE = 0.4


def plotting_positions(
    peaks: ArrayLike,
    *,
    historic_peaks: Sequence[float] | F64 = (),
    historic_years: int = 0,
    historic_threshold: float | None = None,
    periods: Sequence[PerceptionPeriod] = (),
    a: float = CUNNANE,
) -> tuple[F64, F64]:
    """``(of the peaks, of the historic ones)``: yearly probabilities of exceedance, in the order given.

    Without history (i - a)/(n + 1 - 2a), i = 1 for the largest; a = 0.4: Cunnane 1978, J. Hydrol. 37. With it, of the k floods
    above ``historic_threshold`` in all N = n + h years (i - a)/(k + 1 - 2a) · k/N, and of the m others k/N + (1 - k/N) (j - a)/
    (m + 1 - 2a): Hirsch and Stedinger 1987, Water Resour. Res. 23 (Bulletin 17C, app. 5). ``historic_years`` counts the
    historic peaks, as in ``fit_lp3``.

    Of several ``periods`` the thresholds cut the floods into steps. Downwards from the highest, what of a step is reached in a
    year that stays below the step above has the share k/(k + the years known to lie below the step), the same paper's general
    form. Their floods come behind the historic peaks, period by period, those known as a range by its middle in log10.

    Raises ``ValueError`` for no peak, a missing one, ``a`` outside 0..0.5, and history that contradicts itself.

    >>> plotting_positions([30.0, 10.0, 20.0], a=0.0)[0].tolist()
    [0.25, 0.75, 0.5]
    """
    x = series(peaks, "peaks", least=0)
    shift = number(a, "a", least=0)
    if not x.size:
        raise ValueError("peaks hold no year; give at least one")
    if shift > 0.5:
        raise ValueError(f"a is {shift:g}; give 0 to 0.5")
    told = periods_of(periods, historic_peaks, historic_years, historic_threshold)
    every = np.concatenate([x, *(_floods(one) for one in told)])
    found = np.empty(every.size)
    reached, above = 0.0, np.inf
    for limit in sorted({one.threshold for one in told}, reverse=True):
        step = (every >= limit) & (every < above)
        k, below = (
            int(step.sum()),
            int((every < limit).sum()) + sum(one.below for one in told if one.threshold <= limit),
        )
        share = (1 - reached) * k / (k + below) if k else 0.0
        found[step] = reached + share * _ranked(every[step], shift)
        reached, above = reached + share, limit
    rest = every < above
    found[rest] = reached + (1 - reached) * _ranked(every[rest], shift)
    return found[: x.size], found[x.size :]


def _floods(period: PerceptionPeriod) -> F64:
    """Those of a period, one known as a range by its middle, not below the threshold."""
    middles = [math.sqrt(max(low, high * 1e-9) * high) for low, high in period.ranges]
    return np.array([*period.peaks, *(max(one, period.threshold) for one in middles)], float)


def _ranked(x: F64, a: float) -> F64:
    """(i - a)/(n + 1 - 2a), the largest first; equals one behind the other."""
    rank = np.empty(x.size)
    rank[np.argsort(-x, kind="stable")] = np.arange(1, x.size + 1)
    return (rank - a) / (x.size + 1 - 2 * a)


def normal_deviate(aep: ArrayLike) -> F64:
    """The standard normal deviate that is exceeded with probability ``aep``: how far along probability paper. Raises
    ``ValueError`` outside 0..1, ends excluded.

    >>> round(float(normal_deviate(0.01)), 3)
    2.326
    """
    chance = finite(aep, "aep")
    if np.any((chance <= 0) | (chance >= 1)):
        raise ValueError("aep must lie between 0 and 1: the flood of 100 years has 0.01")
    return np.asarray(-special.ndtri(chance))
