"""How far a deminer comes in a day, by operator and kind of work: the median, and how far single days lie from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

ODD = 6.0
"""A day is odd that lies so many median deviations from the operator's median."""
FEWEST = 5
"""Days without which nothing is called odd."""


@dataclass(frozen=True)
class Rate:
    """m² a deminer and day. ``odd``: days far from the operator's own median."""

    operator: str
    kind: str
    days: int
    area: float
    deminer_days: int
    median: float
    deviation: float
    odd: int


def rates(days: Iterable[Any]) -> list[Rate]:
    """``days``: rows of daily progress with their activity. Days without deminers or without ground are left out."""
    grouped: dict[tuple[str, str], list[tuple[float, int]]] = defaultdict(list)
    for row in days:
        if row.deminers and row.area_m2 > 0:
            one = row.activity
            grouped[(one.organisation.name if one.organisation else "–", str(one.get_type_display()))].append(
                (row.area_m2, row.deminers)
            )
    found = []
    for (operator, kind), rows in sorted(grouped.items()):
        areas, people = np.array([area for area, _n in rows]), np.array([n for _area, n in rows])
        each = areas / people
        middle = float(np.median(each))
        away = np.abs(each - middle)
        deviation = float(np.median(away))
        odd = int((away > ODD * deviation).sum()) if deviation > 0 and len(rows) >= FEWEST else 0
        found.append(Rate(operator, kind, len(rows), float(areas.sum()), int(people.sum()), middle, deviation, odd))
    return found
