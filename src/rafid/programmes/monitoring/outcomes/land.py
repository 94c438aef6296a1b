"""What became of released ground: shares with their intervals. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Any

from rafid.methods.sampling import cluster_proportion, proportion_interval

SMALL = 10


@dataclass(frozen=True)
class Share:
    """``yes`` of ``n``; the interval is a point where all were looked at (``census``)."""

    yes: int
    n: int
    value: float
    low: float
    high: float

    @property
    def small(self) -> bool:
        return self.n < SMALL


@dataclass(frozen=True)
class Land:
    """Of some grounds in one round. ``area``: the used part of the released m², each ground a cluster; None for one or two."""

    grounds: int
    area_m2: float
    used_m2: float
    beneficiaries: int
    used: Share
    unused: Share
    as_intended: Share
    dispute: Share
    area_low: float | None
    area_high: float | None

    @property
    def area_share(self) -> float:
        return self.used_m2 / self.area_m2 if self.area_m2 else 0.0

    @property
    def small(self) -> bool:
        return self.grounds < SMALL


def share(yes: int, n: int, *, census: bool = False) -> Share:
    found = proportion_interval(yes, n, population=n if census else None)
    return Share(yes, n, float(found.value), float(found.low), float(found.high))


def land(rows: Iterable[Any], *, census: bool = False) -> Land | None:
    """``rows`` have actual, intended, used_m2, area_m2, dispute, beneficiaries; None where there is none."""
    every: Sequence[Any] = list(rows)
    if not every:
        return None
    n = len(every)
    used = sum(one.actual != "unused" for one in every)
    area, used_area = fsum(one.area_m2 for one in every), fsum(one.used_m2 for one in every)
    low = high = None
    if census:
        low = high = used_area / area
    elif n > 2:
        # A ground below 1 m² would be no cluster; none is so small.
        found = cluster_proportion([one.used_m2 for one in every], [max(one.area_m2, 1.0) for one in every])
        low, high = float(found.low), float(found.high)
    return Land(
        n, area, used_area, sum(one.beneficiaries for one in every), share(used, n, census=census),
        share(n - used, n, census=census),
        share(sum(one.actual == one.intended for one in every), n, census=census),
        share(sum(bool(one.dispute) for one in every), n, census=census), low, high,
    )  # fmt: skip
