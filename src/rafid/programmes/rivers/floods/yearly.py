"""Flow as water years: the highest of each, and whether enough of its days are there to call it so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ..values.reading import Known

OCTOBER = 10
WHOLE = 0.9
"""A year counts with this share of its days: in the others the flood may have come on a day that nobody wrote down."""

F64 = NDArray[np.float64]
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class WaterYear:
    """Named by the year in which it ends. ``peak`` m³/s of the ``days`` that hold a value; ``why`` it does not count:
    ``running`` (it is not over) or ``short`` (days are missing); empty where it does."""

    year: int
    start: date
    end: date
    days: int
    peak: float | None
    on: date | None
    quality: int
    flow_quality: int
    why: str

    @property
    def length(self) -> int:
        return (self.end - self.start).days

    @property
    def counts(self) -> bool:
        return not self.why


def local_days(times: Days) -> Days:
    """Days of the country's clock."""
    offset = timezone.localtime().utcoffset() or timedelta(0)
    return (times + np.timedelta64(int(offset.total_seconds()), "s")).astype("datetime64[D]")


def water_year(days: Days, first_month: int = OCTOBER) -> NDArray[np.int64]:
    """The year in which the water year of each day ends."""
    months = days.astype("datetime64[M]").astype(np.int64) + (13 - first_month) % 12
    return months // 12 + 1970


def starts(year: int, first_month: int = OCTOBER) -> date:
    return date(year if first_month == 1 else year - 1, first_month, 1)


def water_years(known: Known, *, first_month: int = OCTOBER, now: datetime) -> list[WaterYear]:
    """Every water year from the first value to the last, the oldest first. ``now``: a year is over by then, or it is not."""
    good = np.flatnonzero(~np.isnan(known.good))
    if not good.size:
        return []
    values, days = known.good[good], local_days(known.times[good])
    named, today = water_year(days, first_month), timezone.localtime(now).date()
    found = []
    for year in range(int(named[0]), int(named[-1]) + 1):
        start, end = starts(year, first_month), starts(year + 1, first_month)
        at = np.flatnonzero(named == year)
        held = int(np.unique(days[at]).size)
        why = "running" if end > today else "short" if held < WHOLE * (end - start).days else ""
        if not at.size:
            found.append(WaterYear(year, start, end, 0, None, None, 9, -1, why))
            continue
        top = at[np.argmax(values[at])]
        where = good[top]
        found.append(
            WaterYear(
                year, start, end, held, float(values[top]), days[top].astype(object), int(known.quality[where]),
                int(known.flow_quality[where]), why,
            )
        )  # fmt: skip
    return found


def daily(known: Known) -> tuple[Days, F64]:
    """Every day from the first value to the last, and its mean flow: NaN where there is none."""
    good = ~np.isnan(known.good)
    if not good.any():
        return np.empty(0, "datetime64[D]"), np.empty(0)
    days, values = local_days(known.times[good]), known.good[good]
    first = days[0]
    at = (days - first).astype(int)
    count = np.bincount(at)
    with np.errstate(invalid="ignore"):
        means = np.where(count > 0, np.bincount(at, weights=values) / np.maximum(count, 1), np.nan)
    return first + np.arange(means.size), means


@dataclass(frozen=True)
class Month:
    """Daily flows of one calendar month in all years: the box of them."""

    month: int
    days: int
    low: float
    lower: float
    middle: float
    upper: float
    high: float


def months(days: Days, flow: F64) -> list[Month]:
    """Calendar months that hold a value."""
    held = ~np.isnan(flow)
    calendar = days[held].astype("datetime64[M]").astype(int) % 12 + 1
    values, found = flow[held], []
    for month in range(1, 13):
        of_month = values[calendar == month]
        if of_month.size:
            found.append(Month(month, int(of_month.size), *np.quantile(of_month, [0, 0.25, 0.5, 0.75, 1]).tolist()))
    return found


def whole_years(days: Any, flow: F64, first_month: int) -> int:
    """Years from ``first_month`` on without a gap, as the low flow asks for."""
    named = water_year(days, first_month)
    found = 0
    for year in np.unique(named).tolist():
        at = named == year
        length = (starts(year + 1, first_month) - starts(year, first_month)).days
        found += int(at.sum()) == length and not bool(np.isnan(flow[at]).any())
    return found
