"""The three calendars of Iraq's papers, to and from the Gregorian one.

- Hijri (lunar): the tabular civil calendar, leap years 2, 5, 7, 10, 13, 16, 18, 21, 24, 26, 29 of each 30
  (Reingold and Dershowitz, Calendrical Calculations, chapter 7). Months in Iraq begin with the sighted moon, so a day
  found this way may be off by one, rarely two: every reading of it is told as uncertain.
- Solar Hijri: by the breaks of the leap cycles (Borkowski 1996, "The Persian calendar for 3000 years", Earth, Moon, and
  Planets 74), exact for 1206-1497 and beyond.
- Kurdish: the solar year counted from 700 BC; it begins on Nowruz like the Solar Hijri one, its number is 1321 higher.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

type_calendar = Literal["gregorian", "hijri", "solar_hijri", "kurdish"]

KURDISH_OFFSET = 1321
_UNIX_TO_JULIAN = 1_721_425
"""Julian day number of the day before 0001-01-01: ``date.fromordinal`` counts from there."""

_BREAKS = (-61, 9, 38, 199, 426, 686, 756, 818, 1111, 1181, 1210, 1635, 2060, 2097, 2192, 2262, 2324, 2394, 2456, 3178)


def hijri_month_length(year: int, month: int) -> int:
    """29 or 30 days: odd months are long, and the last one of a leap year."""
    return 30 if month % 2 or (month == 12 and (11 * year + 14) % 30 < 11) else 29


def hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """The tabular civil day. Raises ``ValueError`` where the month has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= hijri_month_length(year, month)):
        raise ValueError(f"no day {day} in month {month} of {year}")
    julian = day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30 + 1_948_439
    return date.fromordinal(julian - _UNIX_TO_JULIAN)


def _solar_year(year: int) -> tuple[int, int]:
    """Years since the last leap year (0 = leap), and the day of March on which the solar year begins."""
    gregorian = year + 621
    leaps, before, jump = -14, _BREAKS[0], 0
    for after in _BREAKS[1:]:
        jump = after - before
        if year < after:
            break
        leaps += jump // 33 * 8 + jump % 33 // 4
        before = after
    count = year - before
    leaps += count // 33 * 8 + (count % 33 + 3) // 4
    if jump % 33 == 4 and jump - count == 4:
        leaps += 1
    gregorian_leaps = gregorian // 4 - (gregorian // 100 + 1) * 3 // 4 - 150
    if jump - count < 6:
        count = count - jump + (jump + 4) // 33 * 33
    since = ((count + 1) % 33 - 1) % 4
    return (4 if since == -1 else since), 20 + leaps - gregorian_leaps


def solar_month_length(year: int, month: int) -> int:
    """31 days for six months, 30 for five, 29 or 30 for the last."""
    if month < 12:
        return 31 if month < 7 else 30
    return 30 if _solar_year(year)[0] == 0 else 29


def solar_hijri_to_gregorian(year: int, month: int, day: int) -> date:
    """Raises ``ValueError`` where the month has no such day."""
    if not (1 <= month <= 12 and 1 <= day <= solar_month_length(year, month)):
        raise ValueError(f"no day {day} in month {month} of {year}")
    first = date(year + 621, 3, _solar_year(year)[1]).toordinal()
    return date.fromordinal(first + (month - 1) * 31 - (month // 7) * (month - 7) + day - 1)


def to_gregorian(calendar: type_calendar, year: int, month: int, day: int) -> date:
    """The Gregorian date of a day in any of the calendars. Raises ``ValueError`` for a day that does not exist."""
    if calendar == "hijri":
        return hijri_to_gregorian(year, month, day)
    if calendar == "solar_hijri":
        return solar_hijri_to_gregorian(year, month, day)
    if calendar == "kurdish":
        return solar_hijri_to_gregorian(year - KURDISH_OFFSET, month, day)
    return date(year, month, day)
