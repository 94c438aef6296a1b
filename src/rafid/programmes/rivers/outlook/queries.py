"""What an outlook says, beside what is usual and what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..forecasting.keeping import parameters_of
from ..forecasting.weather import NoWeather, read_record
from ..models import Outlook
from .making import Season, Traced

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Range:
    """Of the traces: a tenth lies below ``low`` and a tenth above ``high``."""

    label: str
    low: float
    middle: float
    high: float
    usual: float | None
    came: float | None = None

    @property
    def within(self) -> bool | None:
        """Did what came lie in the 80 % range?"""
        return None if self.came is None else self.low <= self.came <= self.high

    @property
    def share(self) -> float | None:
        """Percent of the usual."""
        return 100 * self.middle / self.usual if self.usual else None


@dataclass(frozen=True, eq=False)
class Shown:
    row: Outlook
    months: list[Range]
    total: Range
    below_usual: float
    """Share of the traces, in percent, with less than the middle of past seasons."""
    supply: list[dict[str, Any]]

    @property
    def skill(self) -> float | None:
        found = self.row.skill.get("crpss_climatology")
        return float(found) if found is not None else None


def shown(row: Outlook, *, came: F64 | None = None) -> Shown:
    volumes = np.array(row.volumes, float)
    past = np.array(row.climatology, float) if row.climatology else None
    months = [
        _range(label, volumes[:, i], past[:, i] if past is not None else None, came[i] if came is not None else None)
        for i, label in enumerate(row.months)
    ]
    total = _range(
        row.season,
        volumes.sum(axis=1),
        past.sum(axis=1) if past is not None else None,
        came.sum() if came is not None else None,
    )
    below = 100 * float((volumes.sum(axis=1) < total.usual).mean()) if total.usual is not None else 0.0
    return Shown(row, months, total, below, row.supply.get("rows", []) if row.supply else [])


def _range(label: str, values: F64, past: F64 | None, came: float | None) -> Range:
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9]).tolist()
    return Range(label, low, middle, high, float(np.median(past)) if past is not None else None, came)


def what_came(row: Outlook) -> F64 | None:
    """Mm³ by month of a season that is over and was observed; None before that."""
    if row.model is None:
        return None
    try:
        record = read_record(row.model)
    except NoWeather:
        return None
    season = Season.read(row.season)
    if season.after > record.last:
        return None
    depths = Traced(record, parameters_of(row.model.parameters), season).seen(season)
    return None if depths is None else depths * row.model.area_km2 / 1000
