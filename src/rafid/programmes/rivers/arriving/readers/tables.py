"""CSV and workbooks: long (station, time, value, and perhaps variable and unit) or wide (time, then a column for each
station).

Opened and guessed by the commons' reader of tables: any separator, encoding and script. Columns are known by their names in
three languages; a column of a wide table is a station by its own name, whose variable is asked once.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from rafid.commons.records.tabular import CellError, Table, open_table
from rafid.commons.records.tabular.dates import parse_date
from rafid.commons.records.tabular.errors import shown
from rafid.commons.records.tabular.numbers import column_number_style, type_style

from ...values.numbers import two_readings
from .reading import FileError, Gathering, Reading, Readings, day, in_utc, number, parsed, worse, zone_of
from .units import KNOWN, converter, variable_named

NAMES: dict[str, tuple[str, ...]] = {
    "station": ("station", "station code", "code", "site", "gauge", "المحطة", "رمز المحطة", "وێستگە", "کۆدی وێستگە"),
    "time": (
        "time",
        "datetime",
        "date and time",
        "date/time",
        "timestamp",
        "الوقت",
        "التاريخ والوقت",
        "کات",
        "بەروار و کات",
    ),
    "date": ("date", "day", "التاريخ", "اليوم", "بەروار", "ڕۆژ"),
    "variable": ("variable", "parameter", "المتغير", "گۆڕاو"),
    "unit": ("unit", "units", "الوحدة", "یەکە"),
    "value": ("value", "reading", "القيمة", "القراءة", "بەها", "خوێندنەوە"),
}

BESIDE = {"quality", "flow quality", "known from", "reason", "source", "note", "longitude", "latitude"}
"""Columns that stand beside values in files of ours: they are no stations."""
SHOWING = 500
"""So many rows show how numbers are written in a column."""
_HEAD = re.compile(r"(?P<variable>[\w ]+?) \[(?P<unit>[^\]]*)\]")


def read_table(path: Path, *, zone: str | None = None) -> Readings:
    """Raises ``TableError`` for what is no table, ``FileError`` for one without times or values."""
    table = open_table(path)
    where = zone_of(zone)
    columns = {kind: _column(table, kind) for kind in NAMES}
    when = columns["time"] if columns["time"] is not None else columns["date"]
    if when is None:
        raise FileError("no_time_column", found=", ".join(table.header[:12]))
    clock = columns["time"] if columns["date"] is not None and columns["time"] is not None else None
    if clock is not None:
        when = columns["date"]
    gathered = Gathering("table")
    long = columns["value"] is not None
    rest = [
        at
        for at, name in enumerate(table.header)
        if name and at not in {one for one in columns.values() if one is not None} and _plain(name) not in BESIDE
    ]
    if not long and not rest:
        raise FileError("no_value_column", found=", ".join(table.header[:12]))
    styles = _styles(table, rest if columns["value"] is None else [columns["value"]])
    for row in table.rows():
        if row.error is not None:
            gathered.take(row.error, row.number)
            continue
        try:
            time, doubt = _time(row.cells[when], None if clock is None else row.cells[clock], where)
        except CellError as error:
            gathered.take(error, row.number)
            continue
        if long:
            station = _text(row.cells, columns["station"])
            variable = _text(row.cells, columns["variable"])
            _put(
                gathered,
                row.number,
                station,
                variable,
                _text(row.cells, columns["unit"]),
                row.cells[columns["value"]],
                time,
                doubt,
                styles[columns["value"]],
            )
        else:
            for at in rest:
                if row.cells[at] is not None:
                    station, variable, unit = _headed(table.header[at].strip())
                    _put(gathered, row.number, station, variable, unit, row.cells[at], time, doubt, styles[at])
    return gathered.done()


def _column(table: Table, kind: str) -> int | None:
    for at, name in enumerate(table.header):
        if _plain(name) in NAMES[kind]:
            return at
    return None


def _plain(name: str) -> str:
    return " ".join(name.strip().lower().replace("_", " ").split())


def _headed(name: str) -> tuple[str, str, str]:
    """Station, variable and unit of a column: “stage [m]” says what was measured, any other name where."""
    found = _HEAD.fullmatch(name)
    if found is not None and variable_named(found["variable"]) in KNOWN:
        return "", found["variable"], found["unit"]
    return name, "", ""


def _text(cells: list[Any], at: int | None) -> str:
    return "" if at is None or cells[at] is None else str(cells[at]).strip()


def _put(
    gathered: Gathering,
    row: int,
    station: str,
    variable: str,
    unit: str,
    cell: Any,
    time: datetime,
    doubt: str,
    style: type_style | None,
) -> None:
    try:
        if isinstance(cell, CellError):
            raise cell
        named = variable_named(variable) if variable else ""
        kept, convert, _ = converter(named, unit)
        value, comma = (
            (float(cell), "")
            if isinstance(cell, int | float) and not isinstance(cell, bool)
            else _number(str(cell or ""), style)
        )
    except CellError as error:
        gathered.take(error, row)
        return
    gathered.add(
        Reading(station, named, kept, time, None if value is None else convert(value), row, worse(comma, doubt))
    )


def _styles(table: Table, columns: list[int]) -> dict[int, type_style | None]:
    """Which decimal sign the first rows of each column show; None where nothing shows it."""
    cells: dict[int, list[Any]] = {at: [] for at in columns}
    for row in islice(table.rows(), SHOWING):
        for at in columns:
            if row.error is None:
                cells[at].append(row.cells[at])
    return {at: column_number_style(some) for at, some in cells.items()}


def _number(text: str, style: type_style | None) -> tuple[float | None, str]:
    """As fixed formats are read, except “6,000”: people write six thousand so, and six. The column's other cells say which;
    where they do not, the row is refused with both."""
    both = two_readings(text)
    if both is None or style == "comma":
        return number(text)
    if style == "point":
        return float(both[0]), ""
    raise CellError("two_ways", text=shown(text), thousands=both[0], decimal=both[1])


def _time(cell: Any, clock: Any, zone: Any) -> tuple[datetime, str]:
    if isinstance(cell, CellError):
        raise cell
    if isinstance(cell, datetime):
        return in_utc(cell, zone)
    if cell is None:
        raise CellError("not_a_time", value="")
    if clock is not None:
        said = cell.isoformat() if isinstance(cell, date) else _day(str(cell))
        return parsed(f"{said} {_hour(clock)}", zone)
    if isinstance(cell, date):
        return day(cell.isoformat(), zone)
    text = str(cell).strip()
    head, _, tail = text.partition(" ")
    if ":" in tail and "T" not in head:
        return parsed(f"{_day(head)} {tail.strip()}", zone)
    return parsed(text, zone) if ":" in text else day(_day(text), zone)


def _hour(clock: Any) -> str:
    text = str(clock).strip()
    if text.replace(".", "", 1).isdigit():
        hours = float(text)
        return f"{int(hours):02d}:{round(hours % 1 * 60):02d}"
    return text if text[1:2] != ":" else f"0{text}"


def _day(text: str) -> str:
    """31/3/2026 as people in Iraq write it: the day first."""
    try:
        found = parse_date(text)
    except CellError as error:
        raise CellError("not_a_time", value=text) from error
    if found is None:
        raise CellError("not_a_time", value=text)
    return found.value.isoformat()
