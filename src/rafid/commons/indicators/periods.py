"""Periods as stretches of days: a figure uses the parents and borders at its period's end."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_PERIOD = re.compile(r"(\d{4})(?:Q([1-4])|W(\d{1,2})|(0[1-9]|1[0-2]))?", re.ASCII)


class Span(NamedTuple):
    """First and last day, both within the period."""

    start: date
    end: date


@lru_cache(maxsize=1024)
def span(period: str) -> Span:
    """Days of 2026, 2026Q1, 202609, 2026W5 (ISO week). Raises ``ValueError`` for anything else.

    >>> span("2026W1")
    Span(start=datetime.date(2025, 12, 29), end=datetime.date(2026, 1, 4))
    """
    found = _PERIOD.fullmatch(period)
    if not found or int(found[1]) < 1:
        raise ValueError(f"{period!r} is no period")
    year = int(found[1])
    if found[3]:
        start = date.fromisocalendar(year, int(found[3]), 1)
        return Span(start, start + timedelta(days=6))
    first, last = 1, 12
    if found[2]:
        first, last = int(found[2]) * 3 - 2, int(found[2]) * 3
    elif found[4]:
        first = last = int(found[4])
    return Span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def is_period(text: str) -> bool:
    try:
        span(text)
    except ValueError:
        return False
    return True


def in_order(period: str) -> tuple[date, int, str]:
    """Sorting key: by the last day, the longer period after the shorter one that ends with it."""
    days = span(period)
    return days.end, (days.end - days.start).days, period
