"""Where the column names of a sheet are: below title rows, in one row or several, in one language or two.

What is looked at are the first rows only; every decision here can be overruled by the officer who names the row.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors import TableError
from .source import Merge, RawRow

LOOKED_AT = 50
"""Rows with content that are looked at."""
_DEEPEST = 30
"""The column names stand within this many rows with content."""
_UPPER_ROWS = 2
HIERARCHY, LANGUAGES = " > ", " / "

_NUMBER = re.compile(r"^[\s+\-−–(]*[\d٠-٩۰-۹][\d٠-٩۰-۹.,،٬٫'’\s:/\-]*[)%٪\-−]?\s*$")
_YEAR = re.compile(r"^\s*(?:1[89]|2[01])\d\d(?:[-/]\d{1,4}|Q[1-4]|\.0)?\s*$")
_HXL = re.compile(r"^\s*#[A-Za-z][A-Za-z0-9_]*(?:\s*\+[A-Za-z][A-Za-z0-9_]*)*\s*$")
_ARABIC = re.compile("[\u0600-\u06ff]")
_LATIN = re.compile("[A-Za-z]")


@dataclass(frozen=True)
class Header:
    """``names`` per column of the sheet, "" where a column has none; ``rows`` are the numbers of the rows that held
    them, ``hxl`` the tags per column or None, ``hxl_row`` their row; data begins after row ``last``."""

    names: list[str]
    rows: list[int]
    hxl: list[str] | None
    hxl_row: int | None
    last: int
    titles: list[str] = field(default_factory=list)


def is_text(cell: Any) -> bool:
    return isinstance(cell, str) and bool(cell.strip()) and not _NUMBER.match(cell)


def _is_name(cell: Any) -> bool:
    """Text, or a year as the name of a column."""
    return is_text(cell) or bool(_YEAR.match(str(cell)) if isinstance(cell, str | int) else False)


def _holds(cell: Any) -> bool:
    return cell is not None and bool(str(cell).strip())


def _filled(cells: Sequence[Any]) -> list[int]:
    return [index for index, cell in enumerate(cells) if _holds(cell)]


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _at(cells: Sequence[Any], index: int) -> Any:
    return cells[index] if index < len(cells) else None


def find_header(rows: Sequence[RawRow], merges: Mapping[int, list[Merge]], *, given: int | None = None) -> Header:
    """The header among the first ``rows`` with content. ``given`` is the number of the lowest row of names, if a person
    said so. Raises ``TableError`` where no row looks like names, or none follows."""
    if not rows:
        raise TableError("header_missing")
    tag_row = _tag_row(rows)
    upper: list[int] = []
    if given is not None:
        at = next((index for index, row in enumerate(rows) if row.number == given), None)
        if at is None:
            raise TableError("header_missing", row=given)
        lowest = at
        upper = _upper(rows, at, merges)
        tag_row = tag_row if tag_row is not None and tag_row > at else None
        parts = [_spread(rows, index, merges) for index in upper] + [list(rows[at].cells)]
        joiner = HIERARCHY
    elif tag_row == 0:
        at, lowest, parts, joiner = 0, 0, [list(rows[0].cells)], HIERARCHY
    else:
        at = tag_row - 1 if tag_row is not None else _best(rows)
        upper = _upper(rows, at, merges)
        parts = [_spread(rows, index, merges) for index in upper]
        lowest, joiner = at, HIERARCHY
        below = rows[at + 1] if at + 2 < len(rows) and tag_row is None else None
        if below is not None and _is_lower(rows, at, merges):
            parts += [_spread(rows, at, merges), list(below.cells)]
            lowest = at + 1
        elif below is not None and _is_second_language(rows, at):
            parts += [list(rows[at].cells), list(below.cells)]
            lowest, joiner = at + 1, LANGUAGES
        else:
            parts.append(list(rows[at].cells))
        if upper and joiner == LANGUAGES:
            joiner = HIERARCHY
    names = _join(parts, joiner)
    if not any(names):
        raise TableError("header_missing")
    last_index = max(lowest, tag_row) if tag_row is not None else lowest
    data = rows[last_index + 1 :]
    if not data:
        raise TableError("no_rows")
    names += [""] * (_unnamed_width(data, len(names)) - len(names))
    tags = None
    if tag_row is not None:
        tags = [_text(_at(rows[tag_row].cells, index)) for index in range(len(names))]
    first = min([*upper, at])
    own_rows = sorted({*upper, at, lowest})
    return Header(
        names=names,
        rows=[rows[index].number for index in own_rows],
        hxl=[tag.replace(" ", "") for tag in tags] if tags else None,
        hxl_row=rows[tag_row].number if tag_row is not None else None,
        last=rows[last_index].number,
        titles=[" ".join(dict.fromkeys(_text(c) for c in row.cells if _text(c))) for row in rows[:first]],
    )


def _tag_row(rows: Sequence[RawRow]) -> int | None:
    """The row of HXL tags (HXL 1.1): at least half of its filled cells are tags."""
    for index, row in enumerate(rows[:_DEEPEST]):
        filled = _filled(row.cells)
        tags = sum(bool(isinstance(row.cells[at], str) and _HXL.match(row.cells[at])) for at in filled)
        if tags and tags * 2 >= len(filled):
            return index
    return None


def _best(rows: Sequence[RawRow]) -> int:
    """The first row that names most of the table's columns."""
    counts = sorted(len(_filled(row.cells)) for row in rows)
    usual = counts[min(len(counts) - 1, len(counts) * 3 // 4)]
    needed = math.ceil(0.6 * usual)
    best, most = None, 0
    for index, row in enumerate(rows[:_DEEPEST]):
        filled = _filled(row.cells)
        names = sum(_is_name(row.cells[at]) for at in filled)
        if not any(is_text(row.cells[at]) for at in filled) or names * 2 < len(filled):
            continue
        if names >= needed:
            return index
        if names > most:
            best, most = index, names
    if best is None:
        raise TableError("header_missing")
    return best


def _spans(rows: Sequence[RawRow], at: int, merges: Mapping[int, list[Merge]]) -> dict[int, int]:
    """Column → last column that its name covers: by merging, else by the empty cells after it."""
    row = rows[at]
    filled = _filled(row.cells)
    merged = {merge.left: merge.right for merge in merges.get(row.number, ()) if merge.right > merge.left}
    width = max(len(other.cells) for other in rows[at : at + 3])
    spans = {}
    for position, left in enumerate(filled):
        after = filled[position + 1] if position + 1 < len(filled) else width
        spans[left] = merged.get(left, after - 1) if merged else after - 1
    return spans


def _spread(rows: Sequence[RawRow], at: int, merges: Mapping[int, list[Merge]]) -> list[Any]:
    """The row with each name repeated over the columns that it covers."""
    cells = list(rows[at].cells)
    for left, right in _spans(rows, at, merges).items():
        right = min(right, left + 500)
        cells += [None] * (right + 1 - len(cells))
        cells[left : right + 1] = [cells[left]] * (right + 1 - left)
    return cells


def _upper(rows: Sequence[RawRow], at: int, merges: Mapping[int, list[Merge]]) -> list[int]:
    """The rows above ``at`` that group its columns, top first."""
    found: list[int] = []
    while at > 0 and len(found) < _UPPER_ROWS and _groups(rows, at - 1, merges):
        at -= 1
        found.insert(0, at)
    return found


def _groups(rows: Sequence[RawRow], at: int, merges: Mapping[int, list[Merge]]) -> bool:
    """Whether row ``at`` groups the columns that the next row names, rather than being a title."""
    row, below = rows[at], rows[at + 1]
    filled, named = _filled(row.cells), set(_filled(below.cells))
    if below.number != row.number + 1 or not filled or not all(_is_name(row.cells[index]) for index in filled):
        return False
    spans = _spans(rows, at, merges)
    if not any(right > left for left, right in spans.items()):
        return False
    width = max(named, default=0) + 1
    if any(merge.right > merge.left for merge in merges.get(row.number, ())):
        return not (len(filled) == 1 and spans[filled[0]] - filled[0] + 1 >= width)
    if len(filled) < 2:
        return False
    # Without merged cells, a row of "source: ministry" looks the same: names that repeat below it, or names that
    # stand here because the row below is empty there, are what only a group row has.
    labels = [_text(below.cells[index]) for index in sorted(named)]
    return len(set(labels)) < len(labels) or any(index not in named and index < width for index in filled)


def _is_lower(rows: Sequence[RawRow], at: int, merges: Mapping[int, list[Merge]]) -> bool:
    """Whether the row after ``at`` divides the columns that ``at`` names: it has text under what is covered only."""
    row, below = rows[at], rows[at + 1]
    filled = _filled(below.cells)
    if below.number != row.number + 1 or not filled or not all(_is_name(below.cells[index]) for index in filled):
        return False
    covered: set[int] = set()
    for left, right in _spans(rows, at, merges).items():
        if right > left:
            covered.update(range(left, min(right, left + 500) + 1))
    own = set(_filled(row.cells))
    return all(index in covered for index in filled) and any(index not in own for index in filled)


def _is_second_language(rows: Sequence[RawRow], at: int) -> bool:
    """Whether the row after ``at`` says the same in the other script: text above figures, Arabic under Latin."""
    row, below = rows[at], rows[at + 1]
    filled = _filled(below.cells)
    if below.number != row.number + 1 or len(filled) < 2 or not all(is_text(below.cells[index]) for index in filled):
        return False
    crossed = 0
    for index in filled:
        upper, lower = _text(_at(row.cells, index)), _text(below.cells[index])
        crossed += bool(_ARABIC.search(upper)) != bool(_ARABIC.search(lower)) and bool(
            _LATIN.search(upper) or _LATIN.search(lower)
        )
    if crossed * 2 < len(filled):
        return False
    data = list(rows[at + 2 :])
    return any(
        sum(_at(other.cells, index) is not None and not is_text(_at(other.cells, index)) for other in data) * 2
        > len(data)
        for index in filled
    )


def _join(parts: Sequence[Sequence[Any]], joiner: str) -> list[str]:
    width = max((max(_filled(part), default=-1) for part in parts), default=-1) + 1
    names = []
    for index in range(width):
        words = dict.fromkeys(_text(_at(part, index)) for part in parts)
        names.append(joiner.join(word for word in words if word))
    return names


def _unnamed_width(data: Sequence[RawRow], width: int) -> int:
    """Columns without a name to the right count when most rows have something there."""
    while sum(_holds(_at(row.cells, width)) for row in data) * 2 > len(data):
        width += 1
    return width
