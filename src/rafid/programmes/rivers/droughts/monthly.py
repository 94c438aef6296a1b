"""Values of a series as months: sums of what falls, means of what stands or flows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ..codes import VARIABLES
from ..models import Series
from ..values.reading import Known

WHOLE = 0.9
"""A month with a smaller share of its days has no value: a sum that lacks days is a drought that was none."""

Months = NDArray[np.datetime64]
F64 = NDArray[np.float64]


def monthly(series: Series, known: Known, first: np.datetime64, last: np.datetime64) -> F64:
    """One value a month from ``first`` to ``last`` (datetime64[M], both ends), NaN where days are missing."""
    count = int((last - first).astype(int)) + 1
    found = np.full(count, np.nan)
    good = ~np.isnan(known.good)
    times, values = known.times[good] + _ahead(), known.good[good]
    at = (times.astype("datetime64[M]") - first).astype(int)
    inside = (at >= 0) & (at < count)
    at, values, days = at[inside], values[inside], times[inside].astype("datetime64[D]")
    if not at.size:
        return found
    if series.step == "1mo":
        found[at] = values
        return found
    _days, which = np.unique(days, return_index=True)
    held = np.bincount(at[which], minlength=count)
    lengths = np.diff((first + np.arange(count + 1)).astype("datetime64[D]")).astype(int)
    whole = held >= WHOLE * lengths
    sums = np.bincount(at, weights=values, minlength=count)
    if VARIABLES[series.variable].flux:
        found[whole] = sums[whole] * lengths[whole] / held[whole]
    else:
        counts = np.bincount(at, minlength=count)
        found[whole] = sums[whole] / counts[whole]
    return found


def _ahead() -> np.timedelta64:
    """How far the country's clock is ahead of UTC: its days and months are those of its people."""
    offset = timezone.localtime().utcoffset() or timedelta(0)
    return np.timedelta64(int(offset.total_seconds()), "s")


def month_of(text: str) -> np.datetime64:
    """``2026-03`` or ``202603``. Raises ``ValueError`` for others."""
    digits = text.replace("-", "")
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit() or not "01" <= digits[4:] <= "12":
        raise ValueError(f"the month is {text!r}; write it as 2026-03")
    return np.datetime64(f"{digits[:4]}-{digits[4:]}", "M")


def said(month: Any) -> str:
    return str(month.astype("datetime64[M]"))
