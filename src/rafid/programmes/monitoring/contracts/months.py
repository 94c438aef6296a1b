"""Months, written as their first day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from rafid.commons.indicators.periods import is_period, span


def first_of(day: date) -> date:
    return day.replace(day=1)


def after(month: date, count: int = 1) -> date:
    """
    >>> after(date(2026, 11, 1), 3), after(date(2026, 1, 1), -1)
    (datetime.date(2027, 2, 1), datetime.date(2025, 12, 1))
    """
    number = month.year * 12 + month.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def last_day(month: date) -> date:
    return after(month) - timedelta(days=1)


def between(start: date, end: date) -> list[date]:
    """The months of a time, both ends' among them."""
    found, month = [], first_of(start)
    while month <= end:
        found.append(month)
        month = after(month)
    return found


def ended_by(day: date) -> date:
    """The last month that is over on this day; its own last day counts.

    >>> ended_by(date(2026, 9, 30)), ended_by(date(2026, 9, 29))
    (datetime.date(2026, 9, 1), datetime.date(2026, 8, 1))
    """
    month = first_of(day)
    return month if last_day(month) <= day else after(month, -1)


def last_ended() -> date:
    return ended_by(timezone.localdate())


def code(month: date) -> str:
    """202609, as periods are written."""
    return f"{month:%Y%m}"


def asked(text: str) -> date | None:
    """The month that an address names; None for what is no month."""
    if len(text) == 6 and is_period(text) and text.isdecimal():
        return span(text).start
    return None


def backwards(last: date, count: int) -> Iterator[date]:
    for step in range(count):
        yield after(last, -step)
