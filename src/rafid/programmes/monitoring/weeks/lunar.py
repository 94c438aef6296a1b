"""Around which day a date of the lunar calendar falls, so that nobody is surprised by a holiday that is not announced yet.

The civil (tabular) Islamic calendar: months of 30 and 29 days, eleven leap years of 355 days in thirty. Announced days differ
from it by a day or two: it is a hint, never a holiday.
"""

from __future__ import annotations

from datetime import date, timedelta

_FIRST = date(622, 7, 19)
"""1 Muharram 1 of the civil count, in the proleptic Gregorian calendar."""
_MEAN_YEAR = 354 + 11 / 30


def day_of(year: int, month: int, day: int) -> date:
    """The Gregorian day of a day of the lunar calendar.

    >>> day_of(1446, 10, 1)
    datetime.date(2025, 3, 31)
    """
    days = (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day - 1
    return _FIRST + timedelta(days=days)


def days_between(month: int, day: int, first: date, until: date) -> list[date]:
    """Every time at which this day of the lunar year falls from ``first`` to before ``until``."""
    year = max(1, int((first - _FIRST).days / _MEAN_YEAR) - 1)
    found = []
    while (on := day_of(year, month, day)) < until:
        if on >= first:
            found.append(on)
        year += 1
    return found
