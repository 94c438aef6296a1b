"""Where yearly peaks stand on probability paper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from rafid.methods.hydrology.given import F64, finite, number, series, whole

CUNNANE = 0.4


def plotting_positions(
    peaks: ArrayLike,
    *,
    historic_peaks: Sequence[float] | F64 = (),
    historic_years: int = 0,
    historic_threshold: float | None = None,
    a: float = CUNNANE,
) -> tuple[F64, F64]:
    """``(of the peaks, of the historic ones)``: yearly probabilities of exceedance, in the order given.

    Without history (i - a)/(n + 1 - 2a), i = 1 for the largest; a = 0.4: Cunnane 1978, J. Hydrol. 37. With it, of the k floods
    above ``historic_threshold`` in all N = n + h years (i - a)/(k + 1 - 2a) · k/N, and of the m others k/N + (1 - k/N) (j - a)/
    (m + 1 - 2a): Hirsch and Stedinger 1987, Water Resour. Res. 23 (Bulletin 17C, app. 5). ``historic_years`` counts the
    historic peaks, as in ``fit_lp3``.

    Raises ``ValueError`` for no peak, a missing one, ``a`` outside 0..0.5, and history that contradicts itself.

    >>> plotting_positions([30.0, 10.0, 20.0], a=0.0)[0].tolist()
    [0.25, 0.75, 0.5]
    """
    x = series(peaks, "peaks", least=0)
    told = series(historic_peaks, "historic_peaks", least=0) if np.size(historic_peaks) else np.empty(0)
    span, shift = whole(historic_years, "historic_years", least=0), number(a, "a", least=0)
    if not x.size:
        raise ValueError("peaks hold no year; give at least one")
    if shift > 0.5:
        raise ValueError(f"a is {shift:g}; give 0 to 0.5")
    if told.size > span:
        raise ValueError(f"{told.size} historic peaks do not fit into {span} historic years; count the whole time")
    if not span:
        return _ranked(x, shift), np.empty(0)
    if historic_threshold is None:
        raise ValueError("historic years need historic_threshold: the flood that would have been written down")
    if np.any(told < historic_threshold):
        raise ValueError(f"a historic peak lies below the threshold of {historic_threshold:g}; leave it out")
    every = np.concatenate([x, told])
    above = every >= historic_threshold
    share = above.sum() / (x.size + span)
    found = np.empty(every.size)
    found[above] = share * _ranked(every[above], shift)
    found[~above] = share + (1 - share) * _ranked(every[~above], shift)
    return found[: x.size], found[x.size :]


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
