"""Two versions of a curve side by side: their flows at the same stages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..models import Rating
from .curves import curve_of

STEPS = 10


@dataclass(frozen=True)
class Compared:
    """``percent``: how far ``other`` lies from ``one``; None where ``one`` has no flow. ``beyond``: outside what one of the two
    gauged."""

    stage: float
    one: float
    other: float
    percent: float | None
    beyond: bool


def compare(one: Rating, other: Rating) -> list[Compared]:
    """Flows at ten steps over all stages that either gauged, in round centimetres."""
    from rafid.methods.hydrology import rate

    first, second = curve_of(one), curve_of(other)
    low, high = min(first.lowest_gauged, second.lowest_gauged), max(first.highest_gauged, second.highest_gauged)
    stages = np.unique(np.round(np.linspace(low, high, STEPS + 1), 2))
    here, there = (rate(stages, curve=curve) for curve in (first, second))
    rows = []
    for stage, a, b, p, q in zip(stages, here.discharge, there.discharge, here.quality, there.quality, strict=True):
        percent = 100 * (float(b) / float(a) - 1) if a > 0 and np.isfinite(b) else None
        rows.append(Compared(float(stage), float(a), float(b), percent, bool(p) or bool(q)))
    return rows
