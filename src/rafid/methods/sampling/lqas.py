"""Lot quality assurance sampling: good or bad by a decision number, with both errors bounded."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from rafid.methods.sampling.estimate import NEAR, inside, share, whole

LARGEST = 1_000_000
"""No one visits more."""

_SLACK = 1 + 1e-11
"""A chance that is exactly the bound may come out a little above it."""


@dataclass(frozen=True)
class LqasPlan:
    """Of ``size``, ``decision`` successes or more mean good. ``alpha`` is the chance that a good lot (share ``high``) is
    called bad, ``beta`` that a bad one (share ``low``) is called good."""

    size: int
    decision: int
    alpha: float
    beta: float


def lqas_plan(*, low: float, high: float, alpha: float = 0.1, beta: float = 0.1, lot: int | None = None) -> LqasPlan:
    """The smallest n that has a d with P(X < d | high) ≤ alpha and P(X ≥ d | low) ≤ beta, and the least such d (Lemeshow and
    Taber 1991, "Lot quality assurance sampling", World Health Statistics Quarterly 44).

    Binomial; with ``lot`` items hypergeometric, of which ⌈high · lot⌉ and ⌊low · lot⌋ are successes. As n grows by one the
    least d that keeps beta stays or grows by one, so each n costs the same and no sum is made twice. Raises ``ValueError`` for
    low ≥ high, shares outside 0..1, and where no sample of the lot can tell the two apart.

    >>> lqas_plan(low=0.6, high=0.85).size, lqas_plan(low=0.6, high=0.85).decision
    (21, 16)
    """
    lower, upper = float(share(low, "low")), float(share(high, "high"))
    allowed, missed = inside(alpha, "alpha") * _SLACK, inside(beta, "beta") * _SLACK
    if lower >= upper:
        raise ValueError(f"low {low} is not below high {high}; name the share that is bad first")
    if lot is None:
        bad, good = _binomial(lower), _binomial(upper)
        largest, step_bad, step_good = LARGEST, _constant(lower), _constant(upper)
    else:
        items = whole(lot, "the lot", 1)
        few, many = math.floor(lower * items + NEAR), math.ceil(upper * items - NEAR)
        bad, good = _hypergeometric(items, few), _hypergeometric(items, many)
        largest, step_bad, step_good = items, _falling(items, few), _falling(items, many)
    decision, above, below = 1, 0.0, 1.0  # P(X ≥ d | low) and P(X < d | high) of an empty sample
    for size in range(1, largest + 1):
        # The last one drawn takes X from d - 1 to d.
        above += bad(size - 1, decision - 1) * step_bad(size - 1, decision - 1)
        below -= good(size - 1, decision - 1) * step_good(size - 1, decision - 1)
        if above > missed:
            above -= bad(size, decision)
            below += good(size, decision)
            decision += 1
        if below <= allowed:
            return LqasPlan(
                size,
                decision,
                math.fsum(good(size, k) for k in range(decision)),
                math.fsum(bad(size, k) for k in range(decision, size + 1)),
            )
    raise ValueError(
        f"no sample of up to {largest} tells {low} from {high} with these errors; choose them further apart"
    )


Chance = Callable[[int, int], float]
"""Of k successes in n; or, after them, of one more."""


def _binomial(rate: float) -> Chance:
    if rate in (0.0, 1.0):
        return lambda n, k: float(k == n * rate)
    yes, no = math.log(rate), math.log1p(-rate)
    return lambda n, k: math.exp(_log_comb(n, k) + k * yes + (n - k) * no) if 0 <= k <= n else 0.0


def _constant(rate: float) -> Chance:
    return lambda n, k: rate


def _hypergeometric(lot: int, successes: int) -> Chance:
    def chance(n: int, k: int) -> float:
        if not max(0, n - lot + successes) <= k <= min(n, successes):
            return 0.0
        return math.exp(_log_comb(successes, k) + _log_comb(lot - successes, n - k) - _log_comb(lot, n))

    return chance


def _falling(lot: int, successes: int) -> Chance:
    return lambda n, k: max(0, successes - k) / (lot - n)


def _log_comb(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
