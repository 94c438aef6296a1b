"""Hydroweb (LEGOS, CNES): virtual stations of rivers, and lakes.

Rivers: a head of “#KEY:: value”, then date, time, height above the geoid (m), its uncertainty, … parted by blanks. Lakes: a
first line of “lake=…;country=…”, then year as a decimal; date; time; height; … parted by semicolons. 9999 and more is missing.
Times are UTC.
"""

from __future__ import annotations

import re

from rafid.commons.records.tabular.errors import CellError

from .opening import lines_of, not_this
from .reading import UTC, FileError, Gathering, Reading, Readings, number, parsed

NAME = "Hydroweb"

_RIVER = re.compile(r"\d{4}-\d{2}-\d{2}\b")
_LAKE = re.compile(r"\d{4}\.\d+\s*;")


def read_hydroweb(data: bytes) -> Readings:
    """Raises ``FileError`` for another kind of file, one without the station's name, and one with fewer rows than it says."""
    lines = lines_of(data, NAME)
    facts = _facts(lines)
    lake = "lake" in facts
    if not lake and not {"RIVER", "ID", "BASIN"} & set(facts):
        raise not_this(data, NAME)
    station = facts.get("ID") or facts.get("lake") or ""
    if not station:
        raise FileError("no_station")
    table = Gathering("hydroweb")
    seen = 0
    for row, line in enumerate(lines, 1):
        if not (_LAKE if lake else _RIVER).match(line.strip()):
            continue
        seen += 1
        cells = [one.strip() for one in line.split(";")][1:] if lake else line.split()
        if len(cells) < 3:
            table.refuse(row, "no_value")
            continue
        try:
            time, _ = parsed(f"{cells[0]} {cells[1]}", UTC)
            height, doubt = number(cells[2])
        except CellError as error:
            table.take(error, row)
            continue
        value = None if height is None or height > 9000 else height
        table.add(Reading(station, "water_level_altimetry", "m", time, value, row, doubt))
    announced = facts.get("NUMBER OF MEASUREMENTS IN DATASET", "")
    if announced.isdigit() and int(announced) > seen:
        raise FileError("cut", found="@found_fewer")
    if not seen:
        raise FileError("cut", found="@found_no_values")
    return table.done()


def _facts(lines: list[str]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for line in lines[:80]:
        if line.startswith("#") and "::" in line:
            key, _, value = line[1:].partition("::")
            facts.setdefault(key.strip(), value.strip())
        elif "lake=" in line.lower()[:6]:
            for part in line.lstrip("#").split(";"):
                key, _, value = part.partition("=")
                facts.setdefault(key.strip().lower(), value.strip())
    return facts
