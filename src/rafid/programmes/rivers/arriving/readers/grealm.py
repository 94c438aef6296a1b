"""G-REALM lake levels (USDA, NASA): a head of named lines, then columns.

Sixteen columns: satellite, cycle, day, hour, minute, change of height, its error, backscatter, three corrections, three modes
and a flag of ice, height above EGM2008, source. Five in the smoothed product: day, hour, minute, change of height, height
above EGM2008. The height is taken, not the change; 9999.99 is missing. Times are UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rafid.commons.records.tabular.errors import CellError

from .opening import lines_of, not_this
from .reading import FileError, Gathering, Reading, Readings, number

NAME = "G-REALM"

_DAY = re.compile(r"\d{8}\Z", re.ASCII)
_SAYS = re.compile(r":\s*(?:Target database id|Latitude and longitude)", re.I)


def read_grealm(data: bytes) -> Readings:
    """Raises ``FileError`` for another kind of file, one without the lake's number, and one without rows."""
    lines = lines_of(data, NAME)
    head = lines[:60]
    if not any(_SAYS.search(line) for line in head):
        raise not_this(data, NAME)
    named = next((line for line in head if re.search(r":\s*Target database id", line, re.I)), "")
    station = (named.split() or [""])[0]
    if not station.isdigit():
        raise FileError("no_station")
    table = Gathering("grealm")
    seen = 0
    for row, line in enumerate(lines, 1):
        cells = line.split()
        start = 0 if cells and _DAY.match(cells[0]) else 2 if len(cells) > 2 and _DAY.match(cells[2]) else None
        if start is None:
            continue
        seen += 1
        raw = start == 2
        if len(cells) < (15 if raw else 5):
            if raw or len(cells) < 4:
                table.refuse(row, "no_value")
            else:
                table.refuse(row, "no_height")
            continue
        try:
            time = _time(cells[start : start + 3])
            height, _ = number(cells[14] if raw else cells[4])
        except CellError as error:
            table.take(error, row)
            continue
        value = None if height is None or height > 9000 else height
        doubt = "smoothed" if not raw else "frozen" if cells[13] not in {"0", "9"} else ""
        table.add(Reading(station, "water_level_altimetry", "m", time, value, row, doubt))
    if not seen:
        raise FileError("cut", found="@found_no_values")
    return table.done()


def _time(cells: list[str]) -> datetime:
    try:
        hour, minute = (0, 0) if cells[1] == "99" else (int(cells[1]), int(cells[2]))
        return datetime.strptime(cells[0], "%Y%m%d").replace(hour=hour, minute=minute, tzinfo=UTC)
    except ValueError as error:
        raise CellError("not_a_time", value=" ".join(cells)) from error
