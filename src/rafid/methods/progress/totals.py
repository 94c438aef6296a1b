"""What was really achieved, from what was reported everywhere and verified at some sites: a range, and a floor."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.sampling.estimate import F64, Estimate, inside, student


def verified_total(
    reported: ArrayLike, verified: ArrayLike, *, strata: ArrayLike | None = None, confidence: float = 0.95
) -> Estimate:
    """The true total of all sites, by the ratio of verified to reported (Cochran 1977, "Sampling techniques", ch. 6).

    ``reported`` x and ``verified`` y, (N,), y NaN where nobody went; ``strata`` (N,) codes, else one stratum, each sampled
    with equal chances. In each: R = Σy/Σx of the visited, total = R X, variance N² (1-n/N)/n · s²(y - R x) · (mean x of all /
    mean x of the visited)², s² with n-1; Student with Σ(n-1) degrees of freedom. A stratum visited as a whole is exact. The
    design effect is the variance beside that of blowing up the visited sites' mean, NaN where that is 0.

    Good where reports are rounded honestly. **Too narrow where a few sites are wholly invented**, for a sample may miss them:
    show ``verified_floor`` beside it. Raises ``ValueError`` for fewer than two visited of more in a stratum, a report that is
    missing or negative, and a negative verified number.

    >>> found = verified_total([100, 200, 150, 50, 300], [100, 180, float("nan"), 50, float("nan")])
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (754.29, 672.85, 835.72)
    """
    x, y = _pairs(reported, verified)
    inside(confidence)
    total = variance = plain_variance = 0.0
    freedom = 0
    for name, rows in _strata(strata, x.size):
        sites, seen = x[rows], ~np.isnan(y[rows])
        n, every = int(seen.sum()), sites.size
        found, said = y[rows][seen], sites[seen]
        if n == every:
            total += math.fsum(found)
            continue
        if n < 2:
            raise ValueError(f"{n} of the {every} sites{name} were visited; two are needed to say how they differ")
        base = math.fsum(said)
        if base <= 0:
            raise ValueError(
                f"the visited sites{name} reported nothing, so that no ratio can be taken; count them by themselves"
            )
        ratio = math.fsum(found) / base
        total += ratio * math.fsum(sites)
        share = every**2 * (1 - n / every) / n
        scale = (math.fsum(sites) / every) / (base / n)
        variance += share * float(np.sum((found - ratio * said) ** 2)) / (n - 1) * scale**2
        plain_variance += share * float(np.var(found, ddof=1))
        freedom += n - 1
    error = math.sqrt(variance)
    reach = student(confidence, freedom) * error if freedom else 0.0
    effect = variance / plain_variance if plain_variance > 0 else math.nan
    return Estimate(total, total - reach, total + reach, error, effect)


def verified_floor(
    reported: ArrayLike, verified: ArrayLike, *, certain: ArrayLike | None = None, confidence: float = 0.95
) -> float:
    """What is there at least, with this confidence, however few sites are invented: for sites **drawn by the size reported**.

    ``reported`` x and ``verified`` y, (N,), y NaN where nobody went. Those ``certain`` to be drawn (bool (N,)) count min(y, x),
    0 where they were not seen. Of the n visited among the others, of X reported in all, the taints t = 1 - y/x, cut to 0..1,
    from large to small; p_j the upper one-sided Clopper-Pearson bound of j in n, p_n = 1; u = p_0 + Σ (p_j - p_{j-1}) t_j
    (Stringer 1963, "Practical aspects of statistical sampling in auditing"; Bickel 1992, "Inference and auditing: the Stringer
    bound", International Statistical Review 60). Floor = X max(0, 1-u). All visited: Σ min(y, x). A site that reported nothing
    adds nothing.

    Not for a sample with equal chances: its small sites would count as much as the large ones. A drawn site that could not be
    seen is left out as NaN only if the reason has nothing to do with what is there; else give 0. Raises ``ValueError`` as
    ``verified_total`` does for what is missing or negative.

    >>> round(verified_floor([100] * 40, [100] * 20 + [float("nan")] * 20), 2)
    3443.57
    """
    x, y = _pairs(reported, verified)
    left = 1 - inside(confidence)
    sure = np.zeros(x.size, dtype=bool) if certain is None else np.asarray(certain, dtype=bool)
    if sure.shape != x.shape:
        raise ValueError(f"{sure.size} marks of certainty do not fit {x.size} sites; give one for each")
    held = np.nan_to_num(np.minimum(y, x), nan=0.0)
    floor = math.fsum(held[sure])
    others = ~sure & (x > 0)
    seen = others & ~np.isnan(y)
    n = int(seen.sum())
    if n == int(others.sum()):
        return floor + math.fsum(held[others])
    taints = np.sort(np.clip(1 - y[seen] / x[seen], 0, 1))[::-1]
    bounds = _upper(n, left)
    over = float(bounds[0]) + math.fsum(np.diff(bounds) * taints)
    return floor + math.fsum(x[others]) * max(0.0, 1 - over)


def _upper(n: int, left: float) -> F64:
    """p_0 to p_n."""
    from scipy.special import betaincinv  # heavy, and wanted only here

    j = np.arange(n)
    return np.append(np.asarray(betaincinv(j + 1, n - j, 1 - left), float), 1.0)


def _pairs(reported: ArrayLike, verified: ArrayLike) -> tuple[F64, F64]:
    x, y = np.asarray(reported, float), np.asarray(verified, float)
    if x.ndim != 1 or x.shape != y.shape or not x.size:
        raise ValueError("reported and verified must be two lists of one length; give NaN where nobody went")
    if not np.all((x >= 0) & np.isfinite(x)):
        raise ValueError("a reported number is missing or negative; what a site did not report is 0")
    if not np.all(np.isnan(y) | ((y >= 0) & np.isfinite(y))):
        raise ValueError("a verified number is negative or endless; give NaN where nobody went")
    return x, y


def _strata(strata: ArrayLike | None, count: int) -> list[tuple[str, NDArray[Any]]]:
    """The rows of each stratum, with its name for a complaint."""
    if strata is None:
        return [("", np.arange(count))]
    codes = np.asarray(strata)
    if codes.shape != (count,):
        raise ValueError(f"{codes.size} strata do not fit {count} sites; give one for each")
    return [(f" of stratum {name}", np.flatnonzero(codes == name)) for name in np.unique(codes)]
