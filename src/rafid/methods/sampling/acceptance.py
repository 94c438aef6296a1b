"""What a sample that finds nothing, or little, says of the lot it was drawn from."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.sampling.estimate import F64, NEAR, Number, inside, number, plain, share, whole


def acceptance_probability(
    size: int,
    accept: int,
    *,
    rate: ArrayLike | None = None,
    defects: ArrayLike | None = None,
    lot: int | None = None,
) -> Number:
    """The chance that at most ``accept`` of ``size`` drawn items are bad: the operating characteristic of a plan.

    ``rate``: share of bad ones in an endless lot (array), binomial. Or ``defects`` bad ones (array) in ``lot`` items,
    hypergeometric, exact in whole numbers. Raises ``ValueError`` for both or neither, and for numbers that do not fit.

    >>> round(acceptance_probability(50, 1, rate=0.01), 4)
    0.9106
    >>> round(acceptance_probability(20, 1, defects=6, lot=60), 4)
    0.3395
    """
    drawn, most = whole(size, "the size of the sample"), whole(accept, "the acceptance number")
    if (rate is None) == (defects is None):
        raise ValueError("give either a rate of bad items or a number of defects in a lot, not both or neither")
    if rate is not None:
        if lot is not None:
            raise ValueError("a rate belongs to an endless lot; for a lot of known size give the number of defects")
        shares = share(rate, "the rate of bad items")
        if most >= drawn:
            return plain(np.ones_like(shares))
        from scipy.special import betainc  # heavy, and wanted only here

        return plain(np.asarray(betainc(drawn - most, most + 1, 1 - shares), float))
    if lot is None:
        raise ValueError("the number of defects says nothing without the size of the lot; give lot as well")
    items = whole(lot, "the lot")
    if drawn > items:
        raise ValueError(f"the sample of {drawn} is larger than the lot of {items}; draw fewer")
    counts = np.asarray(defects)
    found = [_at_most(most, drawn, _defects(bad, items), items) for bad in counts.ravel().tolist()]
    return plain(np.asarray(found, float).reshape(counts.shape))


def _defects(bad: object, lot: int) -> int:
    count = whole(bad, "the number of defects")
    if count > lot:
        raise ValueError(f"{count} defects are more than the lot of {lot} holds")
    return count


def _at_most(most: int, drawn: int, bad: int, lot: int) -> float:
    ways = sum(math.comb(bad, k) * math.comb(lot - bad, drawn - k) for k in range(min(most, drawn, bad) + 1))
    return ways / math.comb(lot, drawn)


def zero_acceptance_size(
    *, confidence: float, lot: int | None = None, defects: int | None = None, rate: float | None = None
) -> int:
    """The fewest items to look at so that, all of them being good, fewer than ``defects`` of ``lot`` are bad with this
    confidence: the smallest n with C(N-D, n) / C(N, n) ≤ 1 - confidence.

    Without a lot ln(1 - confidence) / ln(1 - rate), rounded up; with lot and rate D = max(1, ⌈rate · lot⌉). A sample of that
    size finds at least one bad item with that confidence. Raises ``ValueError`` where neither or both of defects and rate are
    given, for shares outside 0..1, and for more defects than the lot holds.

    >>> zero_acceptance_size(confidence=0.95, lot=200, defects=10), zero_acceptance_size(confidence=0.95, rate=0.1)
    (51, 29)
    """
    left = 1 - inside(confidence)
    if (defects is None) == (rate is None):
        raise ValueError("give either the number of defects or the rate that must not be missed, not both or neither")
    if lot is None:
        if rate is None:
            raise ValueError("a number of defects needs the size of the lot; give lot, or a rate instead")
        if not 0 < number(rate, "the rate") <= 1:
            raise ValueError(
                f"the rate is {rate}; give a share above 0 and up to 1, for no sample finds what is not there"
            )
        return 1 if rate == 1 else max(1, math.ceil(math.log(left) / math.log1p(-rate) - NEAR))
    items = whole(lot, "the lot", 1)
    if rate is not None:
        bad = max(1, math.ceil(float(share(rate, "the rate")) * items - NEAR))
    else:
        bad = whole(defects, "the number of defects", 1)
        if bad > items:
            raise ValueError(f"{bad} defects are more than the lot of {items} holds")
    return _fewest(items, bad, left * (1 + NEAR**1.25))


def _fewest(lot: int, bad: int, left: float) -> int:
    """C(N-D, n) / C(N, n) is the product of (N-D-i) / (N-i) over n, and of (N-n-j) / (N-j) over D: the shorter one counts."""
    if bad * bad > lot:
        chance, drawn = 1.0, 0
        while chance > left:
            chance *= (lot - bad - drawn) / (lot - drawn)
            drawn += 1
        return drawn
    low, high = 0, lot - bad + 1  # at high none of the bad ones can be missed
    while high - low > 1:
        middle = (low + high) // 2
        if math.prod((lot - middle - j) / (lot - j) for j in range(bad)) <= left:
            high = middle
        else:
            low = middle
    return high


def detection_power(*, fraction: ArrayLike, items: ArrayLike, sensitivity: ArrayLike = 1.0) -> Number:
    """The chance that searching a share of the ground again finds at least one of ``items`` that were missed:
    1 - (1 - fraction · sensitivity)^items. Arrays broadcast.

    ``sensitivity``: the chance that an item on ground searched again is found. Raises ``ValueError`` for shares outside 0..1
    and for a negative number of items.

    >>> round(detection_power(fraction=0.1, items=1, sensitivity=0.95), 4)
    0.095
    """
    missed = np.asarray(items, float)
    if not np.all(missed >= 0):
        raise ValueError("the number of missed items must be 0 or more")
    one: F64 = share(fraction, "the fraction of ground") * share(sensitivity, "the sensitivity")
    return plain(np.asarray(1 - (1 - one) ** missed, float))
