"""SHEF, the Standard Hydrometeorological Exchange Format (NWS Manual 10-944): reports .A, .B and .E, revised and continued
ones.

A report is a station (or a table of them), a date, a zone, and elements parted by slashes; what begins with D changes the time
or the units of what follows. Without DU the units are English, as the manual has it, and become metric.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rafid.commons.records.tabular.errors import CellError

from .opening import lines_of, not_this
from .reading import FileError, Gathering, Reading, Readings
from .shef_elements import Element, element_of, value_of
from .shef_times import Clock, interval

NAME = "SHEF"

_HEAD = re.compile(r"\.([ABE])(R?)(\d{0,2})(?:\s+|(?=/))(.*)")
_PLACE = re.compile(r"(\S+)\s+(\d{8}|\d{6}|\d{4})(?!\d)(?:\s+([A-Z]{1,2})(?=[\s/]|\Z))?[\s/]*(.*)", re.S)


@dataclass
class _Report:
    """Lines of one report: its kind, and (row, text) of each, comments taken out."""

    kind: str
    lines: list[tuple[int, str]]
    body: list[tuple[int, str]]
    ended: bool


def read_shef(data: bytes, *, today: date | None = None) -> Readings:
    """``today`` tells the year of dates that have none: that which lies nearest. Raises ``FileError`` for another kind of
    file, a table without its .END, and dates without a year where ``today`` is not given."""
    reports = _reports(lines_of(data, NAME))
    if not reports:
        raise not_this(data, NAME)
    table = Gathering("shef")
    for report in reports:
        if report.kind == "B" and not report.ended:
            raise FileError("cut", found="@found_no_end", row=report.lines[0][0])
        try:
            {"A": _single, "B": _table, "E": _series}[report.kind](report, table, today)
        except CellError as error:
            table.take(error, report.lines[0][0])
    return table.done()


def _reports(lines: list[str]) -> list[_Report]:
    found: list[_Report] = []
    inside = False
    for row, line in enumerate(lines, 1):
        text = re.sub(r":[^:]*(?::|\Z)", " ", line).rstrip()
        if text.upper().startswith(".END"):
            if inside:
                found[-1].ended = True
            inside = False
            continue
        match = _HEAD.match(text)
        if match and match[3] and found and found[-1].kind == match[1]:
            found[-1].lines.append((row, match[4].strip()))
        elif match:
            found.append(_Report(match[1], [(row, match[4].strip())], [], False))
            inside = match[1] == "B"
        elif inside and text.strip():
            found[-1].body.append((row, text.strip()))
    return found


def _begin(report: _Report, today: date | None) -> tuple[str, Clock, list[tuple[int, str]]]:
    """Station, clock, and the elements that follow, each with its row."""
    row, text = report.lines[0]
    match = _PLACE.match(text)
    if not match:
        raise CellError("unknown_format", value=text)
    clock = Clock.begin(match[2], match[3] or "", today)
    parts = [(row, one.strip()) for one in match[4].split("/")]
    for later, more in report.lines[1:]:
        if parts and not parts[-1][1]:
            parts.pop()
        parts += [(later, one.strip()) for one in more.removeprefix("/").split("/")]
    if parts and not parts[-1][1]:
        parts.pop()
    return match[1], clock, parts


def _single(report: _Report, table: Gathering, today: date | None) -> None:
    station, clock, parts = _begin(report, today)
    for row, part in parts:
        if not part or clock.take(part):
            continue
        code, _, written = part.partition(" ")
        _put(table, row, station, clock, code, written)


def _table(report: _Report, table: Gathering, today: date | None) -> None:
    _source, clock, parts = _begin(report, today)
    heads = [part for _, part in parts if part]
    while heads and clock.take(heads[0]):
        heads.pop(0)
    many = sum(not Clock.is_control(part) for part in heads)
    for row, line in report.body:
        for packed in line.split(","):
            station, _, rest = packed.strip().partition(" ")
            if not station:
                continue
            values, own = _own(rest, clock, table, row)
            if own is None:
                continue
            if len(values) > many:
                table.refuse(row, "too_many_values")
                continue
            here = own.copy()
            for head in heads:
                if Clock.is_control(head):
                    here.take(head)
                elif values:
                    _put(table, row, station, here, head, values.pop(0))


def _own(rest: str, clock: Clock, table: Gathering, row: int) -> tuple[list[str], Clock | None]:
    """The station's values, and the clock with its own changes."""
    own = clock.copy()
    values: list[str] = []
    try:
        for cell in rest.split("/"):
            first, _, after = cell.strip().partition(" ")
            if not values and Clock.is_control(first):
                own.take(first)
                if after.strip():
                    values.append(after.strip())
            else:
                values.append(cell.strip())
    except CellError as error:
        table.take(error, row)
        return [], None
    return values, own


def _series(report: _Report, table: Gathering, today: date | None) -> None:
    station, clock, parts = _begin(report, today)
    code, step, count = "", None, 0
    for row, part in parts:
        if part.upper().startswith("DI"):
            step, count = interval(part), 0
            start = clock.copy()
        elif Clock.is_control(part):
            clock.take(part)
            count = 0
        elif not code:
            code = part.strip()
        else:
            if step is None:
                raise CellError("unknown_format", value=part)
            if part:
                _put(table, row, station, start.later(step, count), code, part)
            count += 1


def _put(table: Gathering, row: int, station: str, clock: Clock, code: str, written: str) -> None:
    try:
        element: Element = element_of(code)
        if not written.strip():
            return
        value, doubt = value_of(written.strip(), element, metric=clock.metric)
        time = clock.moment()
    except CellError as error:
        table.take(error, row)
        return
    doubt = doubt or ("forecast" if element.forecast else "")
    table.add(Reading(station, element.variable, element.unit, time, value, row, doubt, element.aggregation))
