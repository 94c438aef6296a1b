"""How good probabilities and ensembles were. Members are the first axis; cases with a NaN are left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, I64, chance, floats, whole

BLOCK = 1024
"""Cases at a time: with a hundred members less than a megabyte."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """For each bin of stated probability, (bins,): the mean of what was stated, how often the event came (NaN where a bin is
    empty), how many cases; and the bins' edges (bins + 1,)."""

    forecast: F64
    observed: F64
    count: I64
    edges: F64


def crps(ensemble: ArrayLike, observed: ArrayLike, *, fair: bool = False) -> float:
    """Continuous ranked probability score of ``ensemble`` (m, ...) against ``observed`` (...), mean over the cases, in the
    unit of both; 0 is perfect, and for one member it is the absolute error.

    mean|x - y| - Σᵢⱼ|xᵢ - xⱼ| / (2m²) (Gneiting and Raftery 2007, doi:10.1198/016214506000001437, eq. 21); ``fair`` divides by
    2m(m-1) and does not punish few members (Ferro 2014, doi:10.1002/qj.2270). The double sum is Σ(2i - m - 1)x₍ᵢ₎ of the
    sorted members, twice.

    Raises ``ValueError`` for shapes that do not fit, no case without NaN, and ``fair`` with one member.

    >>> crps([1, 2, 3, 4, 5], 2.5), round(crps([1, 2, 3, 4, 5], 2.5, fair=True), 12)
    (0.5, 0.3)
    """
    members, seen = _cases(ensemble, observed)
    if fair and len(members) < 2:
        raise ValueError("one member has no spread to be fair about; give two or more, or fair=False")
    found = _crps_of_each(members, seen, fair=fair)
    if not np.isfinite(found).all():
        found = _crps_of_each(*_whole(members, seen), fair=fair)
    return float(found.mean())


def _crps_of_each(members: F64, seen: F64, *, fair: bool) -> F64:
    """(n,) of members (m, n), in blocks that stay in the processor's cache; not finite where a case is not."""
    count, cases = members.shape
    weights = (2.0 * np.arange(1, count + 1) - count - 1) / (count * (count - 1) if fair else count**2)
    ones = np.full(count, 1 / count)
    found = np.empty(cases)
    with np.errstate(invalid="ignore"):
        for start in range(0, cases, BLOCK):
            end = min(start + BLOCK, cases)
            block = members[:, start:end].T.copy(order="C")  # the caller's own stay as they are
            block.sort(axis=1)
            spread = block @ weights
            block -= seen[start:end, None]
            np.abs(block, out=block)
            np.subtract(block @ ones, spread, out=found[start:end])
    return found


def brier(probability: ArrayLike, outcome: ArrayLike) -> float:
    """Mean of (p - o)²: ``probability`` 0 to 1, ``outcome`` 1 where the event came and 0 where not; of one shape (Brier 1950).
    0 is perfect. Raises ``ValueError`` for other values, shapes that differ and no pair.

    >>> round(brier([0.9, 0.2, 0.5], [1, 0, 1]), 12)
    0.1
    """
    stated, came = _stated(probability, outcome)
    return float(np.mean((stated - came) ** 2))


def rank_histogram(ensemble: ArrayLike, observed: ArrayLike, *, seed: int = 0) -> I64:
    """How often the observed lay below all m members, above one of them, … above all: (m + 1,) counts (Hamill 2001,
    doi:10.1175/1520-0493(2001)129<0550:IORHFV>2.0.CO;2). Flat is reliable, a bowl too narrow, a hill too wide.

    Among members equal to the observed its place is drawn by ``seed``. Raises ``ValueError`` as :func:`crps`.

    >>> rank_histogram([[1, 1], [2, 2], [3, 3]], [0.5, 2.5]).tolist()
    [1, 0, 1, 0]
    """
    members, seen = _whole(*_cases(ensemble, observed))
    below = (members < seen).sum(0)
    equal = (members == seen).sum(0)
    drawn = chance(seed).integers(0, equal + 1)
    return np.bincount(below + drawn, minlength=len(members) + 1).astype(np.int64)


def reliability(probability: ArrayLike, outcome: ArrayLike, *, bins: int = 10) -> Reliability:
    """Stated probability beside observed frequency in ``bins`` of equal width; the last holds 1 too. Raises ``ValueError`` as
    :func:`brier`, and for fewer than one bin.

    >>> found = reliability([0.1, 0.2, 0.9, 1.0], [0, 1, 1, 1], bins=2)
    >>> found.forecast.round(2).tolist(), found.observed.tolist(), found.count.tolist()
    ([0.15, 0.95], [0.5, 1.0], [2, 2])
    """
    many = whole(bins, "bins")
    stated, came = _stated(probability, outcome)
    edges = np.linspace(0.0, 1.0, many + 1)
    into = np.clip(np.searchsorted(edges, stated, side="right") - 1, 0, many - 1)
    count = np.bincount(into, minlength=many)
    with np.errstate(invalid="ignore"):
        return Reliability(
            forecast=np.bincount(into, stated, many) / count,
            observed=np.bincount(into, came, many) / count,
            count=count.astype(np.int64),
            edges=edges,
        )


def _cases(ensemble: ArrayLike, observed: ArrayLike) -> tuple[F64, F64]:
    """Members as (m, n), observed as (n,)."""
    members, seen = floats(ensemble, "the ensemble"), floats(observed, "the observed")
    if members.ndim == 0 or members.shape[0] == 0:
        raise ValueError("the ensemble has no member; give them along the first axis")
    if members.shape[1:] != seen.shape:
        raise ValueError(
            f"the ensemble {members.shape} does not fit the observed {seen.shape}; (members, …) against (…)"
        )
    if not seen.size:
        raise ValueError("no case has an observed value and all members; check that the periods meet")
    return members.reshape(members.shape[0], -1), seen.reshape(-1)


def _whole(members: F64, seen: F64) -> tuple[F64, F64]:
    """The cases that hold no NaN."""
    there = ~(np.isnan(members).any(0) | np.isnan(seen))
    members, seen = members[:, there], seen[there]
    if not (np.isfinite(members).all() and np.isfinite(seen).all()):
        raise ValueError("a value is infinite; correct it, or set it to NaN to leave its case out")
    if not seen.size:
        raise ValueError("no case has an observed value and all members; check that the periods meet")
    return members, seen


def _stated(probability: ArrayLike, outcome: ArrayLike) -> tuple[F64, F64]:
    stated, came = floats(probability, "the probability"), floats(outcome, "the outcome")
    if stated.shape != came.shape:
        raise ValueError(
            f"probability {stated.shape} and outcome {came.shape} have not one shape; give both for each case"
        )
    there = ~(np.isnan(stated) | np.isnan(came))
    stated, came = stated[there], came[there]
    if not stated.size:
        raise ValueError("no case has a probability and an outcome; check that the periods meet")
    if not ((stated >= 0) & (stated <= 1)).all():
        raise ValueError("a probability is not between 0 and 1; give shares, not percent")
    if not ((came == 0) | (came == 1)).all():
        raise ValueError("an outcome is neither 0 nor 1; say whether the event came")
    return stated, came
