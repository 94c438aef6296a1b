"""Dates as people write them: four orders, three scripts, three calendars, and what a spreadsheet makes of them.

Decided: in Iraq the day stands before the month, so 03/04/2024 is 3 April, told as uncertain unless the column shows
the order (``column_date_order``); 04/13/2024 can only be American and is told. A date in the Hijri calendar is told as
uncertain by a day. A year 1300-1420 without a mark or a month's name may be Hijri (1882-2000) or solar (1921-2041):
that is an error which names both, not a guess. A cell that gives one day in several calendars is taken when they agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Literal, NamedTuple, cast

from .calendars import KURDISH_OFFSET, to_gregorian, type_calendar
from .cells import is_missing, plain, refuse_errors
from .errors import CellError
from .months import take_marker, take_month, words

type_order = Literal["dmy", "mdy", "ymd"]
type_doubt = Literal["order", "american", "two_digit_year", "serial", "hijri_day", "compact"]

FIRST_YEAR, LAST_YEAR = 1800, 2199
_RANGES: dict[str, tuple[int, int]] = {
    "gregorian": (FIRST_YEAR, LAST_YEAR),
    "hijri": (1300, 1500),
    "solar_hijri": (1300, 1499),
    "kurdish": (1300 + KURDISH_OFFSET, 1499 + KURDISH_OFFSET),
}
_LAST_UNCLEAR = 1420
"""Up to this solar year (2041) a bare year may be solar as well as lunar."""
_SERIALS = range(20_000, 80_001)
"""Excel's serial numbers of 1954-2119: what a date becomes when its cell lost its format."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d\Z", re.ASCII)
_TIME = re.compile(
    r"(?:(?<=\d)T|(?<!\d)[T\s,]*)(?<![\d:])\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*"
    r"(?:Z\b|[+-]\d\d:?\d\d|[ap]\.?m\.?(?!\w)|[صمظ](?!\w)|پ\.ن|د\.ن)?",
    re.I,
)
_THREE = re.compile(r"(\d{1,4})\s*[/\-.\\،,_\s]\s*(\d{1,2})\s*[/\-.\\،,_\s]\s*(\d{1,4})\Z", re.ASCII)
_BETWEEN = re.compile(
    r"\s*(?:الموافق(?:ة)?(?:\s+ل)?|المصادف|بەرامبەر(?:\s+بە)?|هاوکات|corresponding to|[=()|])\s*|\s+[/–]\s+", re.I
)


class ParsedDate(NamedTuple):
    """``value`` is Gregorian; ``calendar`` the one that it was written in; ``doubt`` why it may be another day, or None.

    doubt: ``order`` (day and month could be swapped), ``american`` (the month stands first), ``two_digit_year``,
    ``serial`` (a bare number was taken for a spreadsheet's date), ``hijri_day`` (off by a day), ``compact`` (ddmmyyyy).
    """

    value: date
    calendar: type_calendar = "gregorian"
    doubt: type_doubt | None = None

    @property
    def certain(self) -> bool:
        return self.doubt is None


def parse_date(
    cell: Any, *, order: type_order | None = None, calendar: type_calendar | None = None
) -> ParsedDate | None:
    """The date in the cell; None where it is empty or says that there is none.

    ``order`` and ``calendar`` say what is known of the column. Times of day are left out. Raises ``CellError``, which
    names the remedy, for what is no date, does not exist, or could be two dates far apart.
    """
    if isinstance(cell, str):
        if len(cell) == 10 and calendar is None and _ISO.match(cell):
            return _iso(cell)
        if len(cell) > 200:
            raise CellError("not_a_date", value=cell)
        return _parse_text(cell, order, calendar)
    if cell is None:
        return None
    if isinstance(cell, CellError):
        raise cell
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return ParsedDate(_in_range(cell, cell))
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _serial_or_compact(cell, str(int(cell)) if abs(cell) < 1e12 else "", order, calendar)
    raise CellError("not_a_date", value=cell)


@lru_cache(maxsize=65_536)
def _iso(cell: str) -> ParsedDate | None:
    year = int(cell[:4])
    if 1300 <= year <= 1500:
        return _parse_text(cell, None, None)
    try:
        return ParsedDate(_in_range(date.fromisoformat(cell), cell))
    except CellError:
        if 2621 <= year <= 2820:
            return _parse_text(cell, None, None)
        raise
    except ValueError as error:
        raise CellError("no_such_day", value=cell) from error


def _in_range(value: date, cell: Any) -> date:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise CellError("date_out_of_range", value=cell, first=FIRST_YEAR, last=LAST_YEAR)
    return value


@lru_cache(maxsize=65_536)
def _parse_text(cell: str, order: type_order | None, calendar: type_calendar | None) -> ParsedDate | None:
    text = plain(cell)
    if is_missing(text):
        return None
    refuse_errors(cell, text)
    try:
        return _one_date(cell, text, order, calendar)
    except CellError as error:
        pieces = [piece for piece in _BETWEEN.split(text) if piece and piece.strip(" .,،")]
        if len(pieces) < 2 or error.code != "not_a_date":
            raise
        found = []
        for piece in pieces:
            try:
                found.append(_one_date(cell, piece.strip(" .,،"), order, None))
            except CellError as other:
                raise (other if other.code != "not_a_date" else error) from None
        return _agreed(cell, found)


def _agreed(cell: str, found: list[ParsedDate]) -> ParsedDate:
    """One day given in several calendars: the surest reading, if the others are within two days of it."""
    best = min(found, key=lambda one: (one.doubt is not None, one.calendar != "gregorian"))
    for other in found:
        if abs(other.value - best.value) > timedelta(days=2):
            raise CellError("date_calendars_disagree", value=cell, first=str(best.value), second=str(other.value))
    return best


def _one_date(cell: str, text: str, order: type_order | None, calendar: type_calendar | None) -> ParsedDate:
    text = _TIME.sub(" ", text).strip()
    if text.replace(".", "", 1).isdigit() and text.isascii():
        whole = text.partition(".")[0]
        return _serial_or_compact(cell, whole, order, calendar)
    month: tuple[str, int, str] | None = None
    marker: str | None = None
    if not _THREE.match(text):
        folded = words(text)
        month = take_month(folded)
        marker, text = take_marker(month[2] if month else folded)
    if month:
        return _named_month(cell, month[0], month[1], text, marker)
    numbers = _THREE.match(text)
    if not numbers:
        raise CellError("not_a_date", value=cell)
    return _numeric(cell, numbers[1], numbers[2], numbers[3], order, cast("type_calendar | None", marker or calendar))


def _named_month(cell: str, calendar: str, month: int, rest: str, marker: str | None) -> ParsedDate:
    numbers = rest.replace("|", " ").split()
    if len(numbers) != 2 or not all(number.isdigit() and number.isascii() for number in numbers):
        raise CellError("not_a_date", value=cell)
    first, second = numbers
    day, year = (second, first) if len(first) == 4 or int(first) > 31 else (first, second)
    doubt: type_doubt | None = None
    if len(year) <= 2 and calendar == "gregorian":
        doubt, number = "two_digit_year", _century(int(year))
    else:
        number = int(year)
    if calendar == "solar_hijri" and (marker == "kurdish" or number > 2000):
        calendar = "kurdish"
    if marker and marker != calendar and not (marker == "hijri" and calendar == "solar_hijri"):
        raise CellError("not_a_date", value=cell)
    return _made(cell, cast("type_calendar", calendar), number, month, int(day), doubt)


def _numeric(cell: str, a: str, b: str, c: str, order: type_order | None, calendar: type_calendar | None) -> ParsedDate:
    doubt: type_doubt | None = None
    if len(a) >= 3 or int(a) > 31 or (order == "ymd" and len(c) <= 2):
        year, month, day = a, int(b), int(c)
    else:
        year, day, month = c, int(a), int(b)
        american = order == "mdy" or (month > 12 >= day)
        if american:
            day, month = month, day
            doubt = None if order == "mdy" else "american"
        elif order is None and day <= 12 and day != month:
            doubt = "order"
    number = int(year)
    if len(year) <= 2:
        if calendar not in (None, "gregorian"):
            raise CellError("not_a_date", value=cell)
        number, doubt = _century(number), doubt or "two_digit_year"
    return _made(cell, calendar or _calendar_of(cell, number, month, day), number, month, day, doubt)


def _century(year: int) -> int:
    return 2000 + year if year < 50 else 1900 + year


def _calendar_of(cell: str, year: int, month: int, day: int) -> type_calendar:
    """The calendar that a bare year belongs to. Raises ``CellError`` where it may be lunar or solar."""
    if 2621 <= year <= 2820:
        return "kurdish"
    if not 1300 <= year <= 1500:
        return "gregorian"
    if year > _LAST_UNCLEAR:
        return "hijri"
    readings = []
    for calendar in ("hijri", "solar_hijri"):
        try:
            readings.append(str(to_gregorian(calendar, year, month, day)))
        except ValueError:
            readings.append("–")
    if readings == ["–", "–"]:
        raise CellError("no_such_day", value=cell)
    raise CellError("date_calendar_unclear", value=cell, hijri=readings[0], solar=readings[1])


def _made(cell: Any, calendar: type_calendar, year: int, month: int, day: int, doubt: type_doubt | None) -> ParsedDate:
    first, last = _RANGES[calendar]
    if not first <= year <= last:
        raise CellError("date_out_of_range", value=cell, first=first, last=last)
    try:
        value = to_gregorian(calendar, year, month, day)
    except ValueError as error:
        raise CellError("no_such_day", value=cell) from error
    return ParsedDate(value, calendar, "hijri_day" if calendar == "hijri" else doubt)


def _serial_or_compact(cell: Any, digits: str, order: type_order | None, calendar: type_calendar | None) -> ParsedDate:
    """A bare number: yyyymmdd, ddmmyyyy, or a spreadsheet's serial number of 1954-2119."""
    if len(digits) == 8:
        if 1300 <= int(digits[:4]) <= LAST_YEAR:
            return _numeric(str(cell), digits[:4], digits[4:6], digits[6:], order, calendar)
        if FIRST_YEAR <= int(digits[4:]) <= LAST_YEAR:
            found = _numeric(str(cell), digits[:2], digits[2:4], digits[4:], order, calendar)
            return found._replace(doubt=found.doubt or "compact")
    if digits.isdigit() and int(digits) in _SERIALS and calendar in (None, "gregorian"):
        return ParsedDate(date(1899, 12, 30) + timedelta(days=int(digits)), "gregorian", "serial")
    raise CellError("not_a_date", value=cell)


def column_date_order(samples: Iterable[Any]) -> type_order | None:
    """The order that a column's cells show: 31/12/2024 shows the day first, 12/31/2024 the month. None where no cell
    shows it or cells disagree."""
    votes = {"dmy": 0, "mdy": 0}
    for cell in samples:
        if not isinstance(cell, str) or len(cell) > 60:
            continue
        found = _THREE.match(_TIME.sub(" ", plain(cell)).strip())
        if found and len(found[1]) <= 2:
            first, second = int(found[1]), int(found[2])
            if first > 12 >= second:
                votes["dmy"] += 1
            elif second > 12 >= first:
                votes["mdy"] += 1
    if votes["dmy"] and not votes["mdy"]:
        return "dmy"
    if votes["mdy"] and not votes["dmy"]:
        return "mdy"
    return None
