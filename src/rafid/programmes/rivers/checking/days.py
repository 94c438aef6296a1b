"""Values of many series on one row of days, so that they can be held beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..values.reading import Known, aware, moments

SUMS = ("evaporation", "precipitation")


@dataclass(frozen=True)
class Days:
    """``days`` in UTC, one after the other. ``known`` holds the values as they came."""

    days: NDArray[np.datetime64]
    known: Mapping[Any, Known]

    def of(self, series: Any) -> NDArray[np.float64]:
        """Mean of the good values of each day, the sum of what falls or evaporates; NaN for a day without one."""
        found = np.full(self.days.size, np.nan)
        known = self.known.get(series.pk)
        if known is None:
            return found
        good = ~np.isnan(known.good)
        at = (known.times[good].astype("datetime64[D]") - self.days[0]).astype(int)
        inside = (at >= 0) & (at < found.size)
        count = np.bincount(at[inside], minlength=found.size)
        total = np.bincount(at[inside], weights=known.good[good][inside], minlength=found.size)
        there = count > 0
        found[there] = total[there] if series.variable in SUMS else total[there] / count[there]
        return found

    def time(self, at: int) -> datetime:
        """The end of the day."""
        return aware(self.days[at] + np.timedelta64(1, "D"))

    def first(self, series: Any, at: int) -> datetime:
        """The first value of a day, which is what a finding points at."""
        times = self._times(series, at)
        return aware(times[0]) if times.size else aware(self.days[at])

    def last(self, series: Any, at: int) -> datetime:
        times = self._times(series, at)
        return aware(times[-1]) if times.size else aware(self.days[at])

    def _times(self, series: Any, at: int) -> NDArray[np.datetime64]:
        known = self.known.get(series.pk)
        if known is None:
            return np.array([], "datetime64[us]")
        low, high = np.searchsorted(known.times, [self.days[at], self.days[at] + np.timedelta64(1, "D")])
        return known.times[low:high]


def by_day(known: Mapping[Any, Known], start: datetime, end: datetime) -> Days:
    first, last = moments([start.astimezone(UTC), end.astimezone(UTC)]).astype("datetime64[D]")
    return Days(np.arange(first, last + np.timedelta64(1, "D")), known)
