"""How good a simulation or a single forecast was, against what was observed.

Pairs with NaN on either side are left out everywhere; a score of no pair, or against an observed that does not vary where the
score measures variation, is refused rather than answered. Probabilities and ensembles are judged in ``ensemble_scores``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.ensemble_scores import Reliability, brier, crps, rank_histogram, reliability
from rafid.methods.hydrology.given import F64, floats, number

__all__ = [
    "Contingency",
    "Reliability",
    "brier",
    "contingency",
    "crps",
    "kge",
    "nse",
    "pairs",
    "rank_histogram",
    "reliability",
    "skill_score",
]


@dataclass(frozen=True)
class Contingency:
    """Events by what was said and what came. A ratio of nothing is NaN."""

    hits: int
    misses: int
    false_alarms: int
    correct_negatives: int

    @property
    def pod(self) -> float:
        """Probability of detection: of the events, the share that was forecast."""
        return _ratio(self.hits, self.hits + self.misses)

    @property
    def far(self) -> float:
        """False alarm ratio: of the forecasts of an event, the share that did not come."""
        return _ratio(self.false_alarms, self.hits + self.false_alarms)

    @property
    def csi(self) -> float:
        """Critical success index: hits of all that was forecast or came."""
        return _ratio(self.hits, self.hits + self.misses + self.false_alarms)

    @property
    def bias(self) -> float:
        """Events forecast over events observed; 1 is neither too many nor too few."""
        return _ratio(self.hits + self.false_alarms, self.hits + self.misses)


def nse(observed: ArrayLike, simulated: ArrayLike) -> float:
    """Nash-Sutcliffe efficiency, 1 - Σ(o-s)² / Σ(o-ō)² (Nash and Sutcliffe 1970, doi:10.1016/0022-1694(70)90255-6). 1 is
    perfect, 0 as good as the mean. Raises ``ValueError`` for shapes that differ, no pair, and an observed that does not vary.

    >>> round(nse([1, 2, 4, 8, 5, 3, 2], [1.2, 1.8, 3.5, 9, 4.5, 3.2, 2.1]), 6)
    0.951653
    """
    seen, said = pairs(observed, simulated)
    around = _varied(seen)
    return 1.0 - float(np.sum((seen - said) ** 2)) / float(around @ around)


def kge(observed: ArrayLike, simulated: ArrayLike, *, variant: str = "2009") -> float:
    """Kling-Gupta efficiency, 1 - √((r-1)² + (α-1)² + (β-1)²): correlation, σs/σo ("2009", Gupta et al.,
    doi:10.1016/j.jhydrol.2009.08.003) or the ratio of the coefficients of variation ("2012", Kling et al.,
    doi:10.1016/j.jhydrol.2012.01.011), and μs/μo. 1 is perfect; the mean flow alone has 1 - √2.

    A simulation that does not vary explains nothing: its r is 0. Raises ``ValueError`` as :func:`nse`, for a mean observed of
    0, and with "2012" a mean simulated of 0.

    >>> o, s = [1, 2, 4, 8, 5, 3, 2], [1.2, 1.8, 3.5, 9, 4.5, 3.2, 2.1]
    >>> round(kge(o, s), 6), round(kge(o, s, variant="2012"), 6)
    (0.890124, 0.903005)
    """
    if variant not in ("2009", "2012"):
        raise ValueError(f'the variant is {variant!r}; it is "2009" or "2012"')
    seen, said = pairs(observed, simulated)
    a = _varied(seen)
    b = said - said.mean()
    if abs(float(seen.mean())) <= 1e-12 * float(np.abs(seen).max()):
        raise ValueError(
            "the observed values have a mean of 0, so no ratio of means; take a quantity that has a zero, as flow"
        )
    size_a, size_b = math.sqrt(float(a @ a)), math.sqrt(float(b @ b))
    flat = size_b <= 1e-15 * len(said) * float(np.abs(said).max())
    r = 0.0 if flat else float(a @ b) / (size_a * size_b)
    beta = float(said.mean()) / float(seen.mean())
    spread = 0.0 if flat else size_b / size_a
    if variant == "2012":
        if beta == 0:
            raise ValueError(
                'the simulated values have a mean of 0 and no coefficient of variation; use the variant "2009"'
            )
        spread /= beta
    return 1.0 - math.sqrt((r - 1) ** 2 + (spread - 1) ** 2 + (beta - 1) ** 2)


def contingency(observed: ArrayLike, forecast: ArrayLike, *, threshold: float) -> Contingency:
    """Hits, misses, false alarms and correct negatives; an event is a value ≥ ``threshold``. Raises ``ValueError`` for shapes
    that differ, no pair and a threshold that is no number.

    >>> found = contingency([1, 5, 6, 2], [6, 5, 2, 1], threshold=5)
    >>> found.hits, found.misses, found.false_alarms, found.correct_negatives, found.csi
    (1, 1, 1, 1, 0.3333333333333333)
    """
    limit = number(threshold, "the threshold")
    seen, said = pairs(observed, forecast)
    came, told = seen >= limit, said >= limit
    return Contingency(
        hits=int(np.sum(came & told)),
        misses=int(np.sum(came & ~told)),
        false_alarms=int(np.sum(~came & told)),
        correct_negatives=int(np.sum(~came & ~told)),
    )


def skill_score(score: ArrayLike, reference: ArrayLike, *, perfect: float = 0.0) -> Any:
    """(score - reference) / (perfect - reference): 1 is perfect, 0 as good as the reference, below 0 worse. A number or an
    array. Raises ``ValueError`` where the reference is perfect: over that there is no skill.

    >>> skill_score(0.73, 1.0)
    0.27
    """
    found, known = floats(score, "the score"), floats(reference, "the reference")
    if np.isinf(found).any() or np.isinf(known).any():
        raise ValueError("a score is infinite; leave its case out")
    best = number(perfect, "the perfect score")
    if np.any(known == best):
        raise ValueError("the reference is perfect, so nothing can be better; compare over more cases")
    skill = (found - known) / (best - known)
    return float(skill) if skill.ndim == 0 else skill


def pairs(observed: ArrayLike, simulated: ArrayLike) -> tuple[F64, F64]:
    """Both as (n,) without those where either is NaN. Raises ``ValueError`` for shapes that differ, infinity, and no pair."""
    seen, said = floats(observed, "the observed"), floats(simulated, "the simulated")
    if seen.shape != said.shape:
        raise ValueError(
            f"observed {seen.shape} and simulated {said.shape} have not one shape; give a value of each for a time"
        )
    there = ~(np.isnan(seen) | np.isnan(said))
    seen, said = seen[there], said[there]
    if not (np.isfinite(seen).all() and np.isfinite(said).all()):
        raise ValueError("a value is infinite; correct it, or set it to NaN to leave its pair out")
    if not seen.size:
        raise ValueError("no time has an observed and a simulated value; check that the periods meet")
    return seen, said


def _varied(seen: F64) -> F64:
    around: F64 = seen - seen.mean()
    if float(around @ around) <= (1e-15 * float(np.abs(seen).max())) ** 2 * len(seen):
        raise ValueError("the observed values do not vary, so nothing is there to explain; take a longer period")
    return around


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
