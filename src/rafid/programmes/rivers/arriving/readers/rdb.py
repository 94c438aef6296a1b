"""USGS RDB: comments behind #, a row of column names, a row of their widths, rows parted by tabs.

Columns of values are named {series}_{parameter}[_{statistic}], each with its qualifiers in …_cd. Feet become metres, cubic
feet cubic metres.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any

from rafid.commons.records.tabular.errors import CellError

from .opening import lines_of, not_this
from .reading import FileError, Gathering, Reading, Readings, day, number, parsed, worse, zone_of
from .units import converter

NAME = "USGS RDB"

PARAMETERS = {
    "00060": ("discharge", "ft3/s"),
    "30208": ("discharge", "m3/s"),
    "00065": ("stage", "ft"),
    "30207": ("stage", "m"),
    "62614": ("reservoir_level", "ft"),
    "62615": ("reservoir_level", "ft"),
    "00062": ("reservoir_level", "ft"),
    "00054": ("storage", "ac-ft"),
    "00045": ("precipitation", "in"),
    "00010": ("water_temperature", "degC"),
    "00020": ("temperature", "degC"),
    "00095": ("conductivity", "uS/cm"),
    "00400": ("ph", ""),
    "63680": ("turbidity", "FNU"),
    "70300": ("tds", "mg/l"),
}
STATISTICS = {"00001": "max", "00002": "min", "00003": "mean", "00006": "sum"}
ZONES = {"UTC": 0, "GMT": 0, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
         "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10}  # fmt: skip

_COLUMN = re.compile(r"\w+?_(\d{5})(?:_(\d{5}))?\Z")
_NO_VALUE = {"ice", "eqp", "***", "ssn", "bkw", "dis", "rat", "mnt", "fld", "dry", "pr", "zfl", "tst", "---"}


@dataclass(frozen=True)
class _Column:
    at: int
    mark: int | None
    variable: str
    unit: str
    convert: Any
    aggregation: str


def read_rdb(data: bytes, *, zone: str | None = None) -> Readings:
    """Raises ``FileError`` for another kind of file, one without known parameters, and one whose last row is cut."""
    lines, where = lines_of(data, NAME), zone_of(zone)
    body = [(row, line.split("\t")) for row, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if len(body) < 2 or "site_no" not in body[0][1] or not all(re.fullmatch(r"\d+[sdn]", one) for one in body[1][1]):
        raise not_this(data, NAME)
    heads = body[0][1]
    columns = _columns(heads)
    if not columns:
        raise FileError("no_variable", found=", ".join(heads[:12]))
    site = heads.index("site_no")
    when = next((heads.index(one) for one in ("datetime", "dateTime", "date") if one in heads), None)
    if when is None:
        raise FileError("no_time")
    clock = heads.index("tz_cd") if "tz_cd" in heads else None
    table = Gathering("rdb")
    for row, cells in body[2:]:
        if len(cells) < len(heads):
            if row == body[-1][0]:
                raise FileError("cut", found="@found_no_end", row=row)
            table.refuse(row, "no_value")
            continue
        try:
            time, doubt = _time(cells[when], where if clock is None else _zone(cells[clock]))
        except CellError as error:
            table.take(error, row)
            continue
        for column in columns:
            if not cells[column.at].strip():
                continue
            try:
                value, comma = _value(cells[column.at])
            except CellError as error:
                table.take(error, row)
                continue
            mark = cells[column.mark].split(":") if column.mark is not None else []
            said = "estimated" if "e" in mark else "provisional" if "P" in mark else ""
            said = "marked_missing" if value is None else worse(comma, said, doubt)
            kept = None if value is None else column.convert(value)
            table.add(Reading(cells[site], column.variable, column.unit, time, kept, row, said, column.aggregation))
    return table.done()


def _columns(heads: list[str]) -> list[_Column]:
    found = []
    for at, name in enumerate(heads):
        match = _COLUMN.match(name)
        if match and match[1] in PARAMETERS:
            variable, written = PARAMETERS[match[1]]
            unit, convert, _ = converter(variable, written)
            mark = heads.index(f"{name}_cd") if f"{name}_cd" in heads else None
            found.append(_Column(at, mark, variable, unit, convert, STATISTICS.get(match[2] or "", "")))
    return found


def _value(text: str) -> tuple[float | None, str]:
    plain = re.sub(r"(?i)[ _](?:ice|eqp|bkw|ssn|mnt)\Z", "", text.strip())
    return (None, "") if plain.lower() in _NO_VALUE else number(plain)


def _zone(code: str) -> Any:
    if code not in ZONES:
        raise CellError("unknown_zone", value=code)
    return timezone(timedelta(hours=ZONES[code]))


def _time(text: str, zone: Any) -> tuple[Any, str]:
    return day(text, zone) if len(text.strip()) == 10 else parsed(text, zone)
