"""Station files of the Global Runoff Data Centre: a header behind #, then date;time;value. -999 is missing.

Daily files have one column, monthly ones two (as provided, as computed from days): the first that is there counts. A month's
day is written 00.
"""

from __future__ import annotations

import re

from rafid.commons.records.tabular.errors import CellError

from .opening import lines_of, not_this
from .reading import FileError, Gathering, Reading, Readings, day, number, worse, zone_of
from .units import file_converter

NAME = "GRDC"


def read_grdc(data: bytes, *, zone: str | None = None) -> Readings:
    """Raises ``FileError`` for another kind of file, for one without a station, and for one that is shorter than it says."""
    lines, where = lines_of(data, NAME), zone_of(zone)
    facts: dict[str, str] = {}
    for line in lines:
        if line.startswith("#") and ":" in line:
            key, _, value = line[1:].partition(":")
            facts.setdefault(key.strip().lower(), value.strip())
    if "grdc" not in facts.get("title", "").lower() and "grdc-no." not in facts:
        raise not_this(data, NAME)
    station = facts.get("grdc-no.", "")
    if not station:
        raise FileError("no_station")
    unit, convert, no_unit = file_converter("discharge", _unit(facts.get("unit of measure", "")))
    table = Gathering("grdc")
    seen = 0
    for row, line in enumerate(lines, 1):
        if line.startswith("#") or not line.strip() or line.upper().startswith("YYYY"):
            continue
        seen += 1
        parts = [part.strip() for part in line.split(";")]
        if len(parts) < 3:
            table.refuse(row, "no_value")
            continue
        try:
            monthly = parts[0].endswith("-00")
            time, doubt = day(re.sub(r"-00\Z", "-01", parts[0]), where)
            values = [number(part) for part in parts[2 : 4 if monthly or len(parts) > 4 else 3]]
            value, comma = next((one for one in values if one[0] is not None and one[0] > -900), (None, ""))
        except CellError as error:
            table.take(error, row)
            continue
        kept = None if value is None else convert(value)
        table.add(Reading(station, "discharge", unit, time, kept, row, worse(comma, no_unit, doubt), "mean"))
    _whole(facts.get("data lines", ""), seen)
    return table.done()


def _unit(text: str) -> str:
    """The cube is often a letter that was lost on the way: m?/s, m�/s."""
    return "m3/s" if re.fullmatch(r"m.?/?s", text.strip()) else text


def _whole(announced: str, seen: int) -> None:
    if announced.isdigit() and int(announced) > seen:
        raise FileError("cut", found="@found_fewer")
    if not seen:
        raise FileError("cut", found="@found_no_values")
