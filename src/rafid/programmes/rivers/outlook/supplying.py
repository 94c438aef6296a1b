"""Who is served from a month's water: the first priority first, those of one priority in proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Want:
    area: str
    sector: str
    month: int
    mm3: float
    priority: int


@dataclass(frozen=True)
class Served:
    """Over all traces: the middle of what is met, what is met in the driest tenth, and how many traces leave it short."""

    area: str
    sector: str
    priority: int
    month: str
    demand: float
    met: float
    met_dry: float
    short_probability: float

    def as_json(self) -> dict[str, Any]:
        return {
            "area": self.area,
            "sector": self.sector,
            "priority": self.priority,
            "month": self.month,
            "demand": round(self.demand, 3),
            "met": round(self.met, 3),
            "met_dry": round(self.met_dry, 3),
            "short_probability": round(self.short_probability, 4),
        }


def serve(volumes: F64, months: Sequence[str], wants: Sequence[Want]) -> list[Served]:
    """``volumes`` (traces, months) in Mm³. What one priority leaves, the next may use; nothing is carried into the next
    month."""
    found = []
    for at, month in enumerate(months):
        left = np.maximum(volumes[:, at], 0).astype(float)
        of_month = [one for one in wants if one.month == int(month[5:7])]
        for priority in sorted({one.priority for one in of_month}):
            equal = [one for one in of_month if one.priority == priority]
            asked = sum(one.mm3 for one in equal)
            share = np.minimum(left / asked, 1.0) if asked > 0 else np.ones_like(left)
            for one in equal:
                found.append(tell(one, month, share * one.mm3))
            left = np.maximum(left - asked, 0)
    return found


def tell(want: Want, month: str, met: F64) -> Served:
    """``met`` (traces,) in Mm³."""
    return Served(
        want.area,
        want.sector,
        want.priority,
        month,
        want.mm3,
        float(np.median(met)),
        float(np.quantile(met, 0.1)),
        float((met < want.mm3 * (1 - 1e-9)).mean()),
    )
