"""A picture of the sheet around a problem: a few rows with their numbers, a few columns with their letters, the cell marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rafid.methods.xforms import Problem
from rafid.methods.xforms.survey import column_name
from rafid.methods.xforms.workbook import cell_name

AROUND: Final = 2
LONGEST: Final = 60
_ALWAYS: Final = ("type", "name", "list_name")
_ALONE: Final = [[name] for name in _ALWAYS]


@dataclass(frozen=True)
class Cell:
    """``near``: a neighbour or a gap, which a narrow screen leaves out."""

    text: str
    marked: bool = False
    near: bool = False


@dataclass(frozen=True)
class Line:
    """``number`` None: rows are left out here."""

    number: int | None
    cells: tuple[Cell, ...]
    heading: bool = False
    on: bool = False


@dataclass(frozen=True)
class Picture:
    """``letters``: one for each column, without text where columns are left out."""

    sheet: str
    letters: tuple[Cell, ...]
    lines: tuple[Line, ...]


def picture_of(problem: Problem, rows: Mapping[str, Mapping[int, tuple[str, ...]]]) -> Picture | None:
    """None where nobody knows the cell or the row."""
    sheet = rows.get(problem.sheet or "")
    if not sheet:
        return None
    heading = sheet.get(1, ())
    named = [column_name(text) for text in heading]
    place = named.index(problem.column) if problem.column in named else None
    row = problem.row if problem.row is not None else (1 if place is not None else None)
    if row is None:
        return None
    width = max((len(cells) for number, cells in sheet.items() if abs(number - row) <= AROUND), default=0)
    columns = _columns(named, place, max(width, len(heading)))
    numbers = sorted(number for number in sheet if number == 1 or abs(number - row) <= AROUND)
    near = [column is None or not (column == place or named[column : column + 1] in _ALONE) for column in columns]
    letters = tuple(
        Cell(cell_name(column + 1, 0)[:-1] if column is not None else "", near=aside)
        for column, aside in zip(columns, near, strict=True)
    )
    lines: list[Line] = []
    last = 0
    for number in numbers:
        if number > last + 1 and last:
            lines.append(Line(None, tuple(Cell("", near=aside) for aside in near)))
        cells = tuple(
            Cell(_text(sheet[number], column), number == row and column == place, aside)
            for column, aside in zip(columns, near, strict=True)
        )
        lines.append(Line(number, cells, number == 1, number == row))
        last = number
    return Picture(problem.sheet or "", letters, tuple(lines))


def _columns(named: list[str], place: int | None, width: int) -> list[int | None]:
    """Type and name, the marked column and its neighbours; None for a gap."""
    kept = {number for number, name in enumerate(named) if name in _ALWAYS}
    centre = place if place is not None else 2
    kept |= {number for number in range(centre - 1, centre + 2) if 0 <= number < max(width, centre + 1)}
    found: list[int | None] = []
    for number in sorted(kept):
        if found and found[-1] is not None and number > found[-1] + 1:
            found.append(None)
        found.append(number)
    return found


def _text(cells: tuple[str, ...], column: int | None) -> str:
    if column is None or column >= len(cells):
        return ""
    text = cells[column]
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
