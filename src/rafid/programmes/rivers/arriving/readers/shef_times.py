"""Dates, hours, zones, steps and units of SHEF's reports: what begins with D."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from rafid.commons.records.tabular.errors import CellError

from .reading import FileError

_AREAS = {
    "E": ("America/New_York", -5, -4),
    "C": ("America/Chicago", -6, -5),
    "M": ("America/Denver", -7, -6),
    "P": ("America/Los_Angeles", -8, -7),
    "L": ("America/Anchorage", -9, -8),
}
_CONTROL = re.compile(r"D[SNHDMYJTRCUVQI][A-Z0-9+\-.]*\Z")
_STEP = re.compile(r"D[IR]([SNHDMEY])([+-]?\d{1,4})\Z")
_ORDER = "YMDHNS"


@dataclass
class Clock:
    """A day and an hour of it (24 is its end) in a zone, and whether values are metric."""

    day: datetime
    hours: timedelta
    zone: Any
    metric: bool = False
    shift: tuple[str, int] | None = None
    """What DR added to the observation's time."""

    @classmethod
    def begin(cls, text: str, zone: str, today: date | None) -> Clock:
        """From the date and the zone of a report. Without an hour it is noon in Z and the day's end elsewhere (manual,
        4.1.4)."""
        area = _zone(zone or "Z")
        start = datetime.combine(_date(text, today), datetime.min.time())
        return cls(start, timedelta(hours=12 if area is UTC else 24), area)

    @staticmethod
    def is_control(part: str) -> bool:
        return bool(_CONTROL.match(part.strip().upper()))

    def copy(self) -> Clock:
        return replace(self)

    @property
    def local(self) -> datetime:
        return self.day + self.hours

    def moment(self) -> datetime:
        local = self.local if self.shift is None else _add(self.local, *self.shift)
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def later(self, step: tuple[str, int], count: int) -> Clock:
        return replace(self, day=_add(self.local, step[0], step[1] * count), hours=timedelta(0))

    def take(self, part: str) -> bool:
        """Whether the part changed time or units. Raises ``CellError`` for one that cannot be read."""
        text = part.strip().upper()
        if not self.is_control(text):
            return False
        kind, rest = text[1], text[2:]
        if kind == "U":
            self.metric = rest == "S"
        elif kind == "R":
            match = _STEP.match(text)
            if not match:
                raise CellError("unknown_format", value=part)
            self.shift = None if int(match[2]) == 0 else (match[1], int(match[2]))
        elif kind not in "CVQI":
            self._set(kind, rest, part)
            self.shift = None
        return True

    def _set(self, kind: str, rest: str, part: str) -> None:
        """DH06, DH0630, DD15, DM0315, DT202603150600, DJ074: the part named and the smaller ones that follow it."""
        try:
            if kind == "J":
                year, days = (self.day.year, rest) if len(rest) == 3 else (_year(rest[:-3]), rest[-3:])
                self.day = datetime(year, 1, 1) + timedelta(int(days) - 1)
                return
            order = "YMDHNS" if kind == "T" else _ORDER[_ORDER.index(kind) :]
            cells = [rest[:4], rest[4:]] if kind == "T" else ["", rest]
            pairs = ([cells[0]] if cells[0] else []) + [cells[1][at : at + 2] for at in range(0, len(cells[1]), 2)]
            if not rest or len(pairs) > len(order) or any(len(one) not in {2, 4} for one in pairs):
                raise ValueError(rest)
            said = dict(zip(order, pairs, strict=False))
            year = _year(said["Y"]) if "Y" in said else self.day.year
            self.day = datetime(year, int(said.get("M", self.day.month)), int(said.get("D", self.day.day)))
            if "H" in said:
                self.hours = timedelta(hours=int(said["H"]))
            if "N" in said:
                hour = self.hours // timedelta(hours=1)
                self.hours = timedelta(hours=hour, minutes=int(said["N"]), seconds=int(said.get("S", 0)))
            if self.hours > timedelta(hours=24) or int(said.get("N", 0)) > 59:
                raise ValueError(rest)
        except (ValueError, OverflowError) as error:
            raise CellError("not_a_time", value=part) from error


def interval(part: str) -> tuple[str, int]:
    """(unit, many) of DI. Raises ``CellError``."""
    match = _STEP.match(part.strip().upper())
    if not match or int(match[2]) == 0:
        raise CellError("unknown_format", value=part)
    return match[1], int(match[2])


def _add(local: datetime, unit: str, many: int) -> datetime:
    try:
        if unit in "SNHD":
            return local + many * timedelta(**{{"S": "seconds", "N": "minutes", "H": "hours", "D": "days"}[unit]: 1})
        months = local.year * 12 + local.month - 1 + (12 * many if unit == "Y" else many)
        year, month = divmod(months, 12)
        last = (datetime(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return local.replace(year=year, month=month + 1, day=last if unit == "E" else min(local.day, last))
    except (ValueError, OverflowError) as error:
        raise CellError("not_a_time", value=f"{local} {many}{unit}") from error


def _date(text: str, today: date | None) -> date:
    try:
        if len(text) == 8:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        if len(text) == 6:
            return date(_year(text[:2]), int(text[2:4]), int(text[4:]))
        if today is None:
            raise FileError("year_not_said")
        tries = []
        for year in (today.year - 1, today.year, today.year + 1):
            try:
                tries.append(date(year, int(text[:2]), int(text[2:])))
            except ValueError:
                continue
        return min(tries, key=lambda one: abs((one - today).days))
    except ValueError as error:
        raise CellError("not_a_time", value=text) from error


def _year(text: str) -> int:
    """Of two digits: 1970 to 2069."""
    number = int(text)
    return number if number > 99 else number + (1900 if number >= 70 else 2000)


def _zone(code: str) -> Any:
    if code == "Z":
        return UTC
    name, standard, summer = _AREAS.get(code[0], ("", 0, 0))
    if not name or code[1:] not in {"", "S", "D"}:
        raise CellError("unknown_zone", value=code)
    if code[1:]:
        return timezone(timedelta(hours=standard if code[1] == "S" else summer))
    return ZoneInfo(name)
