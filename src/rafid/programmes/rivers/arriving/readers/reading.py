"""What a reader gives: rows, and what it refused. All readers are pure: bytes or a path in, a table out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rafid.commons.records.tabular.errors import CellError, shown
from rafid.commons.records.tabular.numbers import read_number

from .messages import MESSAGES

LARGEST = 256 << 20
"""Bytes of a file of text."""

_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as the file has it: ``station`` by the file's own code; ``variable`` and ``unit`` as here where they are
    known, else as written; ``time`` in UTC; ``value`` None where it is marked as missing; ``row``: line of the file, or number
    of the value in one that has no lines; ``doubt``: a code of ``DOUBTS`` or empty; ``aggregation``: mean, sum, min, max, or
    empty."""

    station: str
    variable: str
    unit: str
    time: datetime
    value: float | None
    row: int
    doubt: str = ""
    aggregation: str = ""


class Said:
    """A code with its parameters, which becomes a sentence in any language by ``text(gettext)``."""

    code: str
    params: dict[str, Any]

    def text(self, translate: Callable[[str], str] = str) -> str:
        told = {
            name: translate(MESSAGES[value[1:]]) if isinstance(value, str) and value[:7] == "@found_" else value
            for name, value in self.params.items()
        }
        return translate(MESSAGES[self.code]) % told


@dataclass(frozen=True)
class Refused(Said):
    """A row that was not taken, and why."""

    row: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.row}: {self.text()}"


class FileError(Said, Exception):
    """The whole file is refused. ``found`` among the parameters may be a code of MESSAGES with @ before it."""

    def __init__(self, code: str, *, row: int | None = None, **params: Any) -> None:
        self.code, self.row = code, row
        self.params = {name: shown(value) if name == "value" else value for name, value in params.items()}
        super().__init__(code)

    @property
    def wrong_kind(self) -> bool:
        """The bytes are not what they were sent as."""
        return self.code in {"not_this_kind", "unknown_kind", "damaged", "cut", "empty"}

    def __str__(self) -> str:
        return self.text()


@dataclass(frozen=True)
class Readings:
    kind: str
    rows: tuple[Reading, ...]
    refused: tuple[Refused, ...]


class Gathering:
    """Takes rows one by one; the second of two different values of one time is refused, of two equal ones it is dropped."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.rows: list[Reading] = []
        self.refused: list[Refused] = []
        self._first: dict[tuple[str, str, str, datetime], Reading] = {}

    def add(self, one: Reading) -> None:
        key = (one.station, one.variable, one.aggregation, one.time)
        first = self._first.setdefault(key, one)
        if first is one:
            self.rows.append(one)
        elif first.value != one.value:
            self.refuse(one.row, "twice", other=first.row)

    def refuse(self, row: int, code: str, **params: Any) -> None:
        self.refused.append(Refused(row, code, {k: shown(v) if k == "value" else v for k, v in params.items()}))

    def take(self, error: CellError, row: int) -> None:
        self.refuse(row, error.code, **error.params)

    def done(self) -> Readings:
        return Readings(self.kind, tuple(self.rows), tuple(self.refused))


def number(text: str) -> tuple[float | None, str]:
    """The number and a doubt. A point is the decimal sign, and so is a comma; digits of any script. Raises ``CellError``.

    Fixed formats write no thousands, so that “1,234” is not a level of a kilometre.
    """
    plain = text.strip()
    if _PLAIN.match(plain):
        value = float(plain)
        if math.isinf(value):
            raise CellError("not_finite", value=text)
        return value, ""
    low = plain.lower().lstrip("+-")
    if low in {"", "nan", "na", "n/a", "null", "none", "--"}:
        return None, ""
    if low in {"inf", "infinity", "∞"}:
        raise CellError("not_finite", value=text)
    if "%" in plain or "٪" in plain:
        raise CellError("not_a_number", value=text)
    try:
        found = read_number(plain, style="comma")
    except CellError as error:
        raise CellError("not_a_number", value=text) from error
    if found is None:
        return None, ""
    return float(found.value), "decimal_comma" if "," in plain else ""


def zone_of(name: str | None) -> Any:
    """tzinfo of an IANA name, None for None. Raises ``FileError``."""
    if name is None:
        return None
    if name.upper() in {"UTC", "Z", "GMT"}:
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise FileError("unknown_zone", value=name) from error


def in_utc(moment: datetime, zone: Any) -> tuple[datetime, str]:
    """UTC and a doubt. Without a zone of its own or the file's: ``FileError``, because it has to be asked."""
    if moment.tzinfo is None:
        if zone is None:
            raise FileError("zone_not_said")
        moment = moment.replace(tzinfo=zone)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            return moment.astimezone(UTC), "ambiguous_hour"
    return moment.astimezone(UTC), ""


def parsed(text: str, zone: Any) -> tuple[datetime, str]:
    """An ISO 8601 date and time in UTC; 24:00 is the next day's 0:00. Raises ``CellError``, and ``FileError`` for no zone."""
    plain = text.strip().replace("/", "-")
    add = timedelta(0)
    if re.search(r"[ T]24:00(:00)?", plain):
        plain, add = re.sub(r"([ T])24:", r"\g<1>00:", plain), timedelta(days=1)
    try:
        found = datetime.fromisoformat(plain)
        return in_utc(found + add, zone)
    except (ValueError, OverflowError) as error:
        raise CellError("not_a_time", value=text) from error


def day(text: str, zone: Any) -> tuple[datetime, str]:
    """The beginning of a day. Without a zone it is the day in UTC, which is doubted. Raises ``CellError``."""
    try:
        found = date.fromisoformat(text.strip().replace("/", "-"))
        start = datetime(found.year, found.month, found.day, tzinfo=zone or UTC).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CellError("not_a_time", value=text) from error
    return start, "" if zone else "zone_assumed"


def worse(*doubts: str) -> str:
    """The first doubt that is one."""
    return next((one for one in doubts if one), "")
