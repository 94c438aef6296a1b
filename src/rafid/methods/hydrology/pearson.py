"""The Pearson III distribution with mean 0 and variance 1, for any skew: its quantiles, and its moments below a limit.

Skew 0 is the normal distribution, and nothing jumps on the way there: the usual form by gamma functions is 0/0 at 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

F64 = NDArray[np.float64]

STRAIGHT = 1e-4
"""Below this skew the series in it (Cornish and Fisher 1937) errs less than the gamma function of 4/skew²."""


def factor(probability: ArrayLike, skew: ArrayLike) -> F64:
    """K: what is not exceeded with this probability (Bulletin 17B, app. 3: frequency factor). Arrays broadcast."""
    p, g = np.asarray(probability, float), np.asarray(skew, float)
    z = special.ndtri(p)
    with np.errstate(invalid="ignore"):
        straight = z + (z * z - 1) * g / 6 + (z**3 - 7 * z) * g * g / 144
    bent, h, shape = _shape(g)
    y = np.where(h > 0, special.gammaincinv(shape, p), special.gammainccinv(shape, p))
    found: F64 = np.where(bent, h / 2 * (y - shape), straight)
    return found


def below(value: ArrayLike, skew: ArrayLike) -> F64:
    """F: the probability of not more than ``value``. Arrays broadcast."""
    z, g = np.asarray(value, float), np.asarray(skew, float)
    with np.errstate(invalid="ignore"):
        straight = special.ndtr(z - (z * z - 1) * g / 6 + (7 * z**3 - z) * g * g / 144)
    bent, h, shape = _shape(g)
    y = np.maximum(shape + 2 * z / h, 0)
    found: F64 = np.where(bent, np.where(h > 0, special.gammainc(shape, y), special.gammaincc(shape, y)), straight)
    return found


def moments_below(limit: ArrayLike, skew: ArrayLike) -> tuple[F64, F64, F64]:
    """E[Z], E[Z²], E[Z³] of what lies below ``limit``. Arrays broadcast.

    From d/dz ((1 + g z/2) f) = -z f, Pearson's own equation, by parts: nothing cancels, at no skew. Where the distribution
    begins above the limit, all of it counts as lying on the limit.
    """
    c, g = np.asarray(limit, float), np.asarray(skew, float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        w = np.exp(_log_edge(c, g)) / below(c, g)
        first = -w
        second = 1 - c * w - g * w / 2
        third = -c * c * w - 2 * w + g * second
    lost = ~np.isfinite(w)
    return np.where(lost, c, first), np.where(lost, c * c, second), np.where(lost, c**3, third)


def moments_between(low: ArrayLike, high: ArrayLike, skew: ArrayLike) -> tuple[F64, F64, F64]:
    """E[Z], E[Z²], E[Z³] of what lies between ``low`` and ``high``. Arrays broadcast.

    By parts as ``moments_below``; a range that lies above the mean is turned round first, so that its chance is no difference
    of numbers near 1. A range so narrow or so far out that its chance is lost in rounding counts as its middle.
    """
    a, b, g = np.broadcast_arrays(np.asarray(low, float), np.asarray(high, float), np.asarray(skew, float))
    middle = (a + b) / 2
    turned = middle > 0
    sign = np.where(turned, -1.0, 1.0)
    first_end, last_end, h = np.where(turned, -b, a), np.where(turned, -a, b), sign * g
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        chance = below(last_end, h) - below(first_end, h)
        at_first, at_last = (np.exp(_log_edge(end, h)) / chance for end in (first_end, last_end))
        first = at_first - at_last
        second = 1 + first_end * at_first - last_end * at_last + h / 2 * first
        third = first_end**2 * at_first - last_end**2 * at_last + 2 * first + h * second
    lost = ~np.isfinite(first + second + third) | (b - a < 1e-5) | (chance < 1e-250)
    return (
        np.where(lost, middle, sign * first),
        np.where(lost, middle**2, second),
        np.where(lost, middle**3, sign * third),
    )


def _log_edge(c: F64, g: F64) -> F64:
    """ln of (1 + g c/2) f(c): with u = g c/2 and a = 4/g², a (ln(1+u) - u) - ½ ln 2π - what Stirling's formula lacks at a.

    Outside the distribution it is -∞.
    """
    u = g * c / 2
    near = -c * c / 2 * (1 - u * (2 / 3 - u * (1 / 2 - u * (2 / 5 - u / 3))))
    bent, _, a = _shape(g)
    far = a * (np.log1p(np.maximum(u, -1)) - u)
    lack = np.where(
        a < 100,
        special.gammaln(a) - (a - 0.5) * np.log(a) + a - np.log(2 * np.pi) / 2,
        (1 / 12 - 1 / (360 * a * a)) / a,
    )
    found: F64 = np.where(bent & (np.abs(u) >= 1e-3), far, near) - np.log(2 * np.pi) / 2 - np.where(bent, lack, 0)
    return found


def _shape(g: F64) -> tuple[NDArray[np.bool_], F64, F64]:
    """Where the gamma function serves, the skew there (1 elsewhere), and 4/skew²."""
    bent = np.abs(g) >= STRAIGHT
    h = np.where(bent, g, 1.0)
    return bent, h, 4 / h**2
