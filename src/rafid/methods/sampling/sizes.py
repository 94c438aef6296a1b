"""How many to visit, and how many of them where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.sampling.estimate import NEAR, inside, number, quantile, whole


def sample_size(
    *,
    margin: float,
    confidence: float = 0.95,
    p: float = 0.5,
    population: int | None = None,
    design_effect: float = 1.0,
    response: float = 1.0,
) -> int:
    """How many to ask so that a share near ``p`` is known to ± ``margin`` (Cochran 1977, "Sampling techniques", ch. 4).

    n₀ = z² p (1-p) / margin² · design effect; n = n₀ / (1 + (n₀ - 1) / N); over the share that responds; rounded up. Raises
    ``ValueError`` for shares outside 0..1, a design effect that is not positive and a population below 1.

    >>> sample_size(margin=0.05), sample_size(margin=0.1, population=200)
    (385, 66)
    """
    z = quantile(confidence)
    inside(margin, "the margin")
    inside(p, "the expected share p")
    if not 0 < number(design_effect, "the design effect") < math.inf:
        raise ValueError(f"the design effect is {design_effect}; give 1 for a simple sample, more for clusters")
    if not 0 < number(response, "the response") <= 1:
        raise ValueError(f"the response is {response}; give the share that answers, above 0 and up to 1")
    wanted = z * z * p * (1 - p) / margin**2 * design_effect
    if population is not None:
        wanted /= 1 + (wanted - 1) / whole(population, "the population", 1)
    return max(1, math.ceil(wanted / response - NEAR))


def allocate(sizes: ArrayLike, total: int, *, weights: ArrayLike | None = None, minimum: int = 1) -> NDArray[np.int64]:
    """``total`` visits shared out to strata of so many sites, (k,) whole numbers in proportion to size × weight.

    Rounded by largest remainder, the earlier stratum first where remainders are equal. Each stratum gets at least
    min(minimum, size) and at most its size; what a full stratum cannot take, the others share in proportion. Raises
    ``ValueError`` where that is impossible, and for weights that are not positive.

    >>> allocate([120, 60, 15, 5], 30, weights=[1, 2, 1, 1]).tolist()
    [14, 14, 1, 1]
    """
    most = [whole(size, "the size of a stratum") for size in np.atleast_1d(np.asarray(sizes)).tolist()]
    wanted, floor = whole(total, "the total"), whole(minimum, "the minimum")
    each = [1.0] * len(most) if weights is None else np.atleast_1d(np.asarray(weights, float)).tolist()
    if len(each) != len(most):
        raise ValueError(f"{len(each)} weights do not fit {len(most)} strata; give one for each")
    if not all(0 < weight < math.inf for weight in each):
        raise ValueError("a weight is not greater than 0; leave a stratum out that is not to be sampled")
    least = [min(floor, size) for size in most]
    if wanted > sum(most):
        raise ValueError(f"{wanted} visits are more than the {sum(most)} sites of all strata; visit fewer")
    if wanted < sum(least):
        raise ValueError(f"{wanted} visits are too few for at least {floor} in each stratum; {sum(least)} are needed")
    # Fractions: a remainder of exactly a half must be one on every machine.
    measure = [size * Fraction(weight) for size, weight in zip(most, each, strict=True)]
    raised: set[int] = set()
    while True:
        quota = _quotas(measure, most, wanted - sum(least[i] for i in raised), raised)
        for i in raised:
            quota[i] = Fraction(least[i])
        given = [max(math.floor(share), few) for share, few in zip(quota, least, strict=True)]
        left = wanted - sum(given)
        if left >= 0:
            break
        # The minimum takes more than rounding leaves: those who need it get it first, the others share the rest.
        raised |= {i for i in range(len(most)) if given[i] > quota[i]}
    order = sorted(range(len(most)), key=lambda i: given[i] - quota[i])
    for i in order[:left]:
        given[i] += 1
    return np.array(given, np.int64)


def _quotas(measure: Sequence[Fraction], most: Sequence[int], total: int, without: set[int]) -> list[Fraction]:
    """Proportional shares of ``total``, none above ``most``."""
    share = [Fraction(0)] * len(measure)
    open_, left = [i for i in range(len(measure)) if i not in without and most[i] > 0], Fraction(total)
    while open_:
        whole_measure = sum(measure[i] for i in open_)
        full = [i for i in open_ if left * measure[i] >= most[i] * whole_measure]
        for i in full or open_:
            share[i] = Fraction(most[i]) if full else left * measure[i] / whole_measure
        if not full:
            break
        left -= sum(most[i] for i in full)
        open_ = [i for i in open_ if i not in full]
    return share
