"""DAHITI water levels (DGFI-TUM): JSON, CSV or ASCII as its program interface gives them. Heights above the geoid, m; UTC.

JSON: {"info" or facts: …, "data": [{"datetime" or "date", "wse" or "water_level" or "height", …}]}. CSV and ASCII: a head
behind # (or a row of column names), then time, height, error. The head or the file's name says which target it is.
"""

from __future__ import annotations

import json
import re
from typing import Any

from rafid.commons.records.tabular.errors import CellError

from .opening import checked, lines_of, not_this
from .reading import UTC, FileError, Gathering, Reading, Readings, number, parsed

NAME = "DAHITI"

_ID = re.compile(r"dahiti[ _-]?id[\"']?\s*[:=;,]?\s*[\"']?(\d+)", re.I)
_TIME = re.compile(r"[\"']?(\d{4}-\d{2}-\d{2}(?:[ T;,]+\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?)[\"']?")
_HEIGHTS = ("wse", "water_level", "height")


def read_dahiti(data: bytes, *, station: str = "") -> Readings:
    """``station``: the target's number where the file does not hold it (CSV). Raises ``FileError`` for another kind of file,
    one that ends inside its JSON, and one without a station."""
    checked(data, NAME)
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"{":
        return _json(data, station)
    return _lines(data, station)


def _json(data: bytes, station: str) -> Readings:
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - 1 or "Unterminated" in error.msg:
            raise FileError("cut", found="@found_json_open", row=error.lineno) from error
        raise FileError("damaged", found="@found_unreadable", row=error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise FileError("damaged", found="@found_unreadable") from error
    rows = whole.get("data")
    info = whole.get("info") if isinstance(whole.get("info"), dict) else whole
    if isinstance(rows, dict):
        rows = rows.get("water_level") or rows.get("data")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise not_this(data, NAME)
    if rows and not any(name in rows[0] for name in _HEIGHTS):
        raise not_this(data, NAME)
    station = str(info.get("dahiti_id") or info.get("id") or station)
    if not station:
        raise FileError("no_station")
    table = Gathering("dahiti")
    for row, one in enumerate(rows, 1):
        time = one.get("datetime") or one.get("date") or ""
        height: Any = next((one[name] for name in _HEIGHTS if name in one), None)
        _take(table, row, station, str(time), "" if height is None else str(height))
    return table.done()


def _lines(data: bytes, station: str) -> Readings:
    lines = lines_of(data, NAME)
    head = "\n".join(lines[:60])
    columns = next((line.lower() for line in lines[:60] if "date" in line.lower() and _named(line)), "")
    told = _ID.search(head)
    if not columns and not (told or "dahiti" in head.lower()):
        raise not_this(data, NAME)
    station = told[1] if told else station
    if not station:
        raise FileError("no_station")
    table = Gathering("dahiti")
    for row, line in enumerate(lines, 1):
        match = _TIME.match(line.strip())
        if not match:
            if line.strip() and not line.startswith("#") and line.lower() != columns:
                table.refuse(row, "not_a_time", value=line)
            continue
        rest = [cell for cell in re.split(r"[;,\s]+", line.strip()[match.end() :]) if cell]
        if not rest:
            table.refuse(row, "no_value")
            continue
        _take(table, row, station, re.sub(r"[;,\s]+", " ", match[1]), rest[0])
    if not table.rows and not table.refused:
        raise FileError("cut", found="@found_no_values")
    return table.done()


def _named(line: str) -> bool:
    return any(name in line.lower() for name in _HEIGHTS)


def _take(table: Gathering, row: int, station: str, time: str, height: str) -> None:
    try:
        moment, _ = parsed(time, UTC)
        value, doubt = number(height)
    except CellError as error:
        table.take(error, row)
        return
    kept = None if value is None or abs(value) > 9000 else value
    table.add(Reading(station, "water_level_altimetry", "m", moment, kept, row, doubt))
