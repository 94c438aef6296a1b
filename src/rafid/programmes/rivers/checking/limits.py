"""How far values may lie from what else is known before they are doubted: what stands in the series' rules, else what is usual.

``off`` in the rules names checks that a hydrologist does not want for a series: ``{"off": ["neighbour"]}``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from ..models import Series


@dataclass(frozen=True)
class Limits:
    """Shares are of the value that is compared with; floors are in the unit of the series.

    ``gap_steps``: so many missing readings in a row are believed. ``neighbour_share``, ``neighbour_floor``: how far a flow
    may lie below what arrives. ``jump``: a change so many times the usual one needs a counterpart at the neighbour.
    ``rated_share``, ``rated_floor``: a reported flow beside that of the rating. ``balance_share``: of what goes through the dam
    in a day; ``balance_m``: of the level, as it is read no better. ``apart_share``, ``apart_floor``: another source.
    """

    gap_steps: float = 0
    neighbour_share: float = 0.3
    neighbour_floor: float = 10.0
    jump: float = 8.0
    rated_share: float = 0.25
    rated_floor: float = 2.0
    balance_share: float = 0.25
    balance_m: float = 0.03
    apart_share: float | None = None
    apart_floor: float | None = None


NAMES = frozenset(one.name for one in fields(Limits))


def limits_of(series: Series) -> Limits:
    """What is no number of 0 or more in the rules counts as not said."""
    said = {name: value for name, value in series.rules.items() if name in NAMES and _size(value)}
    return Limits(**said)


def wanted(series: Series, check: str) -> bool:
    off = series.rules.get("off")
    return not (isinstance(off, list) and check in off)


def _size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
