"""Values of the form language: numbers, texts, truth, dates and node lists, and how one becomes another.

As ODK Collect's engine converts them: a text is a number only in plain ASCII digits; a date counts as whole days since
1970-01-01 in arithmetic and as ISO text elsewhere; an empty answer is '' in text and NaN in arithmetic.
Source: XPath 1.0, section 4; ODK XForms specification.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Final

from rafid.methods.xforms.nodes import Nodes

NAN: Final = math.nan
EPOCH: Final = date(1970, 1, 1).toordinal()
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]*)?|-?\.[0-9]+")
_WHITE: Final = " \t\r\n"
# Longer digits add nothing to a double, and Python refuses very long integers.
_LONGEST_NUMBER: Final = 400
_CLOSE: Final = 1e-12

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}(?::?[0-9]{2})?)?")


@dataclass(frozen=True)
class Moment:
    """A date, a time of day or both, as the clock on the phone's wall showed it. ``offset``: minutes east of UTC, None where
    the text did not say."""

    wall: datetime
    kind: str = "date"
    """``date``, ``dateTime`` or ``time``."""
    offset: int | None = None

    @property
    def days(self) -> float:
        """Whole days since 1970-01-01: what Collect reckons with."""
        return float(self.wall.toordinal() - EPOCH) if self.kind != "time" else 0.0

    @property
    def day_fraction(self) -> float:
        """Share of the local day that has passed."""
        clock = self.wall
        seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
        return seconds / 86400

    def utc_days(self, default_offset: int) -> float:
        """Days with fraction since 1970-01-01T00:00 UTC."""
        offset = default_offset if self.offset is None else self.offset
        return self.wall.toordinal() - EPOCH + self.day_fraction - offset / 1440

    @property
    def text(self) -> str:
        """ISO 8601, with milliseconds and offset as Collect writes them."""
        if self.kind == "date":
            return self.wall.date().isoformat()
        clock = f"{self.wall:%H:%M:%S}.{self.wall.microsecond // 1000:03d}{offset_text(self.offset)}"
        return clock if self.kind == "time" else f"{self.wall.date().isoformat()}T{clock}"


Value = float | str | bool | Moment | Nodes
Plain = float | str | bool | Moment


def offset_text(offset: int | None) -> str:
    """``+03:00``; '' where there is none."""
    if offset is None:
        return ""
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"


def moment_of(when: datetime) -> Moment:
    """A clock reading as a dateTime."""
    shift = when.utcoffset()
    offset = None if shift is None else int(shift.total_seconds() // 60)
    return Moment(when.replace(tzinfo=None), "dateTime", offset)


def moved_to(moment: Moment, offset: int | None) -> Moment:
    """The same moment on the wall of another zone; unchanged when either zone is unknown."""
    if offset is None or moment.offset is None or offset == moment.offset:
        return moment
    wall = (moment.wall.replace(tzinfo=timezone(timedelta(minutes=moment.offset)))).astimezone(
        timezone(timedelta(minutes=offset))
    )
    return Moment(wall.replace(tzinfo=None), moment.kind, offset)


def read_moment(text: str, kinds: str = "date dateTime") -> Moment | None:
    """A date, dateTime or time of that kind, else None."""
    text = text.strip(_WHITE)
    day_text, separator, clock_text = text.partition("T")
    try:
        if not separator:
            if "date" in kinds.split() and (match := _DATE.fullmatch(text)):
                return Moment(datetime(int(match[1]), int(match[2]), int(match[3])))
            if "time" in kinds.split() and (match := _TIME.fullmatch(text)):
                clock, offset = _clock(match)
                return Moment(datetime.combine(date(1970, 1, 1), clock), "time", offset)
            return None
        if "dateTime" not in kinds.split():
            return None
        day, match = _DATE.fullmatch(day_text), _TIME.fullmatch(clock_text)
        if not day or not match:
            return None
        clock, offset = _clock(match)
        return Moment(datetime.combine(date(int(day[1]), int(day[2]), int(day[3])), clock), "dateTime", offset)
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> tuple[time, int | None]:
    micro = int(((match[4] or "") + "000000")[:6])
    clock = time(int(match[1]), int(match[2]), int(match[3] or 0), micro)
    zone = match[5]
    if not zone:
        return clock, None
    if zone == "Z":
        return clock, 0
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if hours > 14 or minutes > 59:
        raise ValueError
    return clock, (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes)


def day_moment(days: float) -> Moment:
    """The date that many days after 1970-01-01. ``ValueError`` beyond the years 1 to 9999."""
    return Moment(datetime.fromordinal(EPOCH + math.trunc(days)))


def text_to_number(text: str) -> float:
    """Optional minus, ASCII digits, one dot; else NaN. Python's float() takes '1e5', 'inf', '1_000' and '٣'."""
    text = text.strip(_WHITE)
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        return NAN
    return float(text)


def number_to_text(number: float) -> str:
    """Shortest digits that read back, without exponent and without ``.0``."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if abs(number) < 1e15 and number == int(number):
        return str(int(number))
    digits = repr(number)
    if "e" in digits:
        digits = format(Decimal(digits), "f")
    return digits.removesuffix(".0")


def to_number(value: Plain) -> float:
    """A plain value as number."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return text_to_number(value)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    return value.days


def to_text(value: Plain) -> str:
    """A plain value as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_to_text(value)
    return value.text


def to_bool(value: Plain) -> bool:
    """A plain value as truth: a text when it is not empty, a number when it is neither 0 nor NaN, a date always."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value != ""
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return True


def equal(left: Plain, right: Plain) -> bool:
    """``=``: truth wins over number, number over text; numbers within 1e-12, as Collect has it."""
    if isinstance(left, bool) or isinstance(right, bool):
        return to_bool(left) == to_bool(right)
    if isinstance(left, float) or isinstance(right, float):
        one, other = to_number(left), to_number(right)
        return one == other or abs(one - other) < _CLOSE
    return to_text(left) == to_text(right)


def compare(operator: str, left: Plain, right: Plain) -> bool:
    """``< <= > >=``: always as numbers, and false with NaN."""
    one, other = to_number(left), to_number(right)
    if operator == "<":
        return one < other
    if operator == "<=":
        return one <= other
    if operator == ">":
        return one > other
    return one >= other


def whole(number: float) -> int:
    """A number as a whole one for counting: cut towards zero, NaN is 0, what is too large stops at 2³¹."""
    if math.isnan(number):
        return 0
    return math.trunc(max(min(number, 2147483647.0), -2147483648.0))


def typed_value(text: str, kind: str) -> Plain:
    """An answer as its question's type has it; the text itself when empty or when it does not fit."""
    if not text:
        return ""
    if kind == "int":
        number = text_to_number(text)
        return text if math.isnan(number) else number
    if kind == "decimal":
        real = read_decimal(text)
        return text if real is None else real
    if kind in ("date", "dateTime", "time"):
        moment = read_moment(text, kind)
        return text if moment is None else moment
    if kind == "boolean":
        return text in ("true", "1") if text in ("true", "false", "1", "0") else text
    return text


_DECIMAL: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")


def read_decimal(text: str) -> float | None:
    """A decimal answer; Collect writes large ones with an exponent (1.0E12). None when it is none or not finite."""
    text = text.strip(_WHITE)
    if len(text) > _LONGEST_NUMBER or not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None
