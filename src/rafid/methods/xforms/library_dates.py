"""Dates and times: made from text, formatted, counted in days, and the clock."""

from __future__ import annotations

import math
from typing import Any, Final

from rafid.methods.xforms.errors import Unanswerable
from rafid.methods.xforms.functions import function
from rafid.methods.xforms.nodes import Node
from rafid.methods.xforms.running import Run
from rafid.methods.xforms.values import Moment, Plain, Value, day_moment, moved_to, read_moment

_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS: Final = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def _moment(run: Run, value: Value, *, keep_time: bool) -> Moment | None:
    """A date of a text, of a number of days or of a date; None for an empty answer."""
    plain: Plain = run.plain(value)
    if isinstance(plain, Moment):
        return plain
    if isinstance(plain, bool):
        raise Unanswerable("yes or no is no date")
    if isinstance(plain, float):
        if math.isnan(plain):
            return None
        try:
            day = day_moment(math.floor(plain) if keep_time else plain)
        except (ValueError, OverflowError):
            raise Unanswerable("the number lies beyond all dates") from None
        if not keep_time:
            return day
        seconds = (plain - math.floor(plain)) * 86400
        clock = day.wall.replace(hour=int(seconds // 3600), minute=int(seconds // 60 % 60), second=int(seconds % 60))
        return moved_to(Moment(clock, "dateTime", 0), run.offset() or 0)
    if not plain.strip():
        return None
    moment = read_moment(plain)
    if moment is None:
        raise Unanswerable(f"“{plain[:40]}” is no date")
    return moved_to(moment, run.offset())


@function("date", 1)
def _date(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    moment = _moment(run, values[0], keep_time=False)
    if moment is None:
        return ""
    return Moment(moment.wall.replace(hour=0, minute=0, second=0, microsecond=0))


@function("date-time", 1)
def _date_time(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return _moment(run, values[0], keep_time=True) or ""


@function("today", 0, restless=True)
def _today(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return Moment(run.clock().wall.replace(hour=0, minute=0, second=0, microsecond=0))


@function("now", 0, restless=True)
def _now(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    return run.clock()


@function("decimal-date-time", 1)
def _decimal_date_time(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """Days with fraction since 1970-01-01T00:00 UTC."""
    plain = run.plain(values[0])
    if isinstance(plain, float):
        return plain
    moment = _moment(run, plain, keep_time=True)
    return math.nan if moment is None else moment.utc_days(run.offset() or 0)


@function("decimal-time", 1)
def _decimal_time(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """The share of the local day that has passed: noon is 0.5."""
    plain = run.plain(values[0])
    if isinstance(plain, float):
        return plain - math.floor(plain) if math.isfinite(plain) else math.nan
    if isinstance(plain, str) and (time := read_moment(plain, "time")) is not None:
        return time.day_fraction
    moment = _moment(run, plain, keep_time=True)
    return math.nan if moment is None else moment.day_fraction


@function("format-date format-date-time", 2)
def _format_date(run: Run, here: Node, current: Node, values: list[Any]) -> Value:
    """``%Y %y %m %n %b %d %e %H %h %M %S %3 %a %W %w``; names in English, as nobody here knows the phone's language."""
    plain = run.plain(values[0])
    moment = read_moment(plain, "time") if isinstance(plain, str) else None
    if moment is None:
        moment = _moment(run, plain, keep_time=True)
    if moment is None:
        return ""
    wall = moment.wall
    parts = {
        "Y": f"{wall.year:04d}", "y": f"{wall.year % 100:02d}", "m": f"{wall.month:02d}", "n": str(wall.month),
        "b": _MONTHS[wall.month - 1], "d": f"{wall.day:02d}", "e": str(wall.day), "H": f"{wall.hour:02d}",
        "h": str(wall.hour), "M": f"{wall.minute:02d}", "S": f"{wall.second:02d}",
        "3": f"{wall.microsecond // 1000:03d}", "a": _DAYS[wall.weekday()], "W": str(wall.isocalendar().week),
        "w": str(wall.isoweekday() % 7), "%": "%",
    }  # fmt: skip
    pattern = run.text(values[1])
    written: list[str] = []
    position = 0
    while position < len(pattern):
        sign = pattern[position]
        if sign != "%":
            written.append(sign)
            position += 1
            continue
        code = pattern[position + 1 : position + 2]
        if code not in parts:
            raise Unanswerable(f"format-date() knows no “%{code}”")
        written.append(parts[code])
        position += 2
    return "".join(written)
