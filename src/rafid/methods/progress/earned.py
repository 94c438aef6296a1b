"""Earned value and earned schedule of a workplan in physical units, as reported or as verified."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.sampling.estimate import F64, number

TOLERANCE = 1e-5
"""Three weights of a third, kept with six decimals, still add up to 1."""


@dataclass(frozen=True)
class EarnedValue:
    """In the currency of the budget, but for ``spi`` and ``cpi``. What needs the spending is None without it, and the
    estimate at completion also where nothing was earned."""

    planned: float
    earned: float
    spent: float | None
    schedule_variance: float
    spi: float
    cost_variance: float | None
    cpi: float | None
    estimate_at_completion: float | None


def earned_value(
    *,
    budget: float,
    weights: ArrayLike,
    targets: ArrayLike,
    planned: ArrayLike,
    achieved: ArrayLike,
    spent: float | None = None,
    cap: bool = False,
) -> EarnedValue:
    """What a contract's lines, (k,) each, were to have earned by now, and what they have, in physical units (PMI, "Practice
    standard for earned value management").

    planned = B Σ w p/T, earned = B Σ w a/T; spi = earned / planned (NaN when nothing was planned), cpi = earned / spent,
    estimate at completion = B / cpi. ``planned`` and ``achieved`` are cumulative, in the unit of the line's ``targets``. With
    ``cap`` a line counts at most what was planned, so that the surplus of one hides no gap of another.

    Raises ``ValueError`` for weights that do not add up to 1, a target not above 0, and negative numbers.

    >>> found = earned_value(budget=800_000, weights=[0.5, 0.3, 0.2], targets=[180_000, 4_000, 250],
    ...                      planned=[90_000, 1_600, 100], achieved=[70_000, 2_000, 90], spent=390_000)
    >>> round(found.spi, 4), round(found.cpi, 4), round(found.estimate_at_completion)
    (0.9254, 0.8542, 936499)
    """
    w, target = _line(weights, "the weights"), _line(targets, "the targets")
    p, a = _line(planned, "the planned quantities"), _line(achieved, "the achieved quantities")
    if len({x.shape for x in (w, target, p, a)}) > 1 or not w.size:
        raise ValueError("weights, targets, planned and achieved must be lists of one length, a number for each line")
    if abs(math.fsum(w) - 1) > TOLERANCE:
        raise ValueError(f"the weights add up to {math.fsum(w):.6g} and not to 1; mend the weight of a line")
    if not np.all(target > 0):
        raise ValueError("a target is not above 0; a line without a target earns nothing, leave it out")
    money = _money(budget, "the budget")
    if cap:
        a = np.minimum(a, p)
    due, earned = money * math.fsum(w * p / target), money * math.fsum(w * a / target)
    spi = earned / due if due > 0 else math.nan
    if spent is None:
        return EarnedValue(due, earned, None, earned - due, spi, None, None, None)
    cost = _money(spent, "the spending")
    cpi = earned / cost if cost > 0 else None
    estimate = money / cpi if cpi else None
    return EarnedValue(due, earned, cost, earned - due, spi, earned - cost, cpi, estimate)


def earned_schedule(planned_cumulative: Sequence[float] | F64, earned: float) -> float:
    """In how many periods the plan would have earned what is earned (Lipke 2003, "Schedule is different", The Measurable
    News): t = C + (earned - P_C) / (P_{C+1} - P_C), where C is the last period whose plan is not above ``earned``, P_0 = 0.

    At or past the end: the first period that reaches it. Other than spi, this does not rise to 1 at the end of a project that
    is late. Raises ``ValueError`` for a plan that is empty, negative or falls, and for negative earnings.

    >>> round(earned_schedule([50, 120, 200, 300, 420], 240), 4)
    3.4
    """
    plan = [0.0, *_line(planned_cumulative, "the plan").tolist()]
    if len(plan) == 1:
        raise ValueError("the plan has no period; give the cumulative plan of at least one")
    if any(later < earlier for earlier, later in pairwise(plan)):
        raise ValueError("the cumulative plan falls; a later period cannot have less than an earlier one")
    value = _money(earned, "what is earned")
    if value >= plan[-1]:
        return float(plan.index(plan[-1]))
    before = bisect_right(plan, value) - 1
    return float(before + (value - plan[before]) / (plan[before + 1] - plan[before]))


def finish_forecast(*, duration: float, schedule: float, elapsed: float) -> float | None:
    """In which period the work ends if it goes on at its pace: duration / (earned schedule / time gone), in periods from the
    start; None where nothing is earned yet. Raises ``ValueError`` for a duration or a time gone that is not above 0.

    >>> round(finish_forecast(duration=12, schedule=3.4, elapsed=4), 1)
    14.1
    """
    if not (0 < duration < math.inf and 0 < elapsed < math.inf and 0 <= schedule < math.inf):
        raise ValueError("duration and time gone must be above 0, the earned schedule 0 or more; count them in periods")
    return duration * elapsed / schedule if schedule else None


def _line(values: ArrayLike, name: str) -> F64:
    found = np.atleast_1d(np.asarray(values, float))
    if found.ndim != 1 or not np.all((found >= 0) & np.isfinite(found)):
        raise ValueError(f"{name} must be one number of 0 or more for each; one is missing or negative")
    return found


def _money(value: float, name: str) -> float:
    found = number(value, name)
    if not 0 <= found < math.inf:
        raise ValueError(f"{name} is {value}; give a number of 0 or more")
    return found
