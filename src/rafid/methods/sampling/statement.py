"""What a sample could and could not show, in numbers, before the first visit: the programme puts them into words."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rafid.methods.sampling.acceptance import acceptance_probability
from rafid.methods.sampling.estimate import NEAR, inside, share, whole
from rafid.methods.sampling.proportions import proportion_interval


@dataclass(frozen=True)
class Statement:
    """Of ``drawn`` out of ``population``, at a ``confidence``.

    - If ``bad`` of all were bad, the chance that none of the drawn is bad is ``none_bad``; ``power`` is the chance of seeing
      at least one.
    - A result of ``good`` good of the drawn would mean a share between ``low`` and ``high`` of all.
    - If none of the drawn is bad, still up to ``most_bad`` of all may be.
    - By size, if every visit finds what was reported, at least ``floor`` of what was reported is there.
    - Where the aim is acceptance: the lot is ``accepted`` with this chance though ``bad`` of it are bad. Where it is LQAS:
      a lot with the share ``bad`` is called good with the chance ``accepted``. None for other aims.
    """

    population: int
    drawn: int
    confidence: float
    bad: int
    none_bad: float
    power: float
    good: int
    low: float
    high: float
    most_bad: int
    floor: float
    accepted: float | None


def plan_statement(
    population: int,
    drawn: int,
    *,
    bad: int | None = None,
    tolerable: float = 0.1,
    plausible: float = 0.9,
    confidence: float = 0.95,
    accept: int | None = None,
    decision: int | None = None,
) -> Statement:
    """The numbers of a plan's statement for a stratum of ``population`` sites of which ``drawn`` are visited.

    ``bad``: how many bad ones must not be missed, else the share ``tolerable`` of all, at least one. ``plausible``: the share
    of good ones among the drawn at which the interval is shown (Wilson for a known population). ``accept``: the acceptance
    number of a lot; ``decision``: the fewest good ones that LQAS calls good. All chances are hypergeometric, exact.

    Raises ``ValueError`` for a sample of nothing or larger than the stratum, and numbers that do not fit.

    >>> found = plan_statement(60, 20, bad=6)
    >>> round(found.none_bad, 2), found.good, round(found.low, 2), round(found.high, 2)
    (0.08, 18, 0.74, 0.97)
    """
    items, seen = whole(population, "the stratum", 1), whole(drawn, "the number drawn", 1)
    if seen > items:
        raise ValueError(f"{seen} drawn are more than the stratum of {items} holds; draw fewer")
    if accept is not None and decision is not None:
        raise ValueError("a lot is judged by an acceptance number or by a decision number; give one of them")
    left = 1 - inside(confidence)
    if bad is None:
        bad = max(1, math.ceil(float(share(tolerable, "the tolerable share")) * items - NEAR))
    elif whole(bad, "the number of bad ones") > items:
        raise ValueError(f"{bad} bad ones are more than the stratum of {items} holds")
    good = math.floor(float(share(plausible, "the plausible share")) * seen + 0.5)
    interval = proportion_interval(good, seen, confidence=confidence, population=items)
    none = _none(items, seen, bad)
    if decision is not None:
        accept = seen - whole(decision, "the decision number")
    accepted = None
    if accept is not None:
        accepted = 0.0 if accept < 0 else float(acceptance_probability(seen, accept, defects=bad, lot=items))
    return Statement(
        items,
        seen,
        float(confidence),
        int(bad),
        none,
        1 - none,
        good,
        float(interval.low),
        float(interval.high),
        _most(items, seen, left),
        1.0 if seen == items else left ** (1 / seen),
        accepted,
    )


def _none(items: int, seen: int, bad: int) -> float:
    return math.comb(items - bad, seen) / math.comb(items, seen)


def _most(items: int, seen: int, left: float) -> int:
    """The largest number of bad ones of which none is drawn with a chance above ``left``."""
    low, high = 0, items - seen + 1
    while high - low > 1:
        middle = (low + high) // 2
        if _none(items, seen, middle) > left:
            low = middle
        else:
            high = middle
    return low
