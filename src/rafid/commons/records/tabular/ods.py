"""OpenDocument spreadsheets, read as a stream with flat memory (OASIS OpenDocument 1.3 part 3, chapters 9 and 19).

Parsed here and not by calamine, which holds the whole sheet in memory, gives no merged cells and drops hidden marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from .errors import CellError, TableError
from .limits import DEFAULT, Limits
from .package import Package, feed, hostile, xml_parser
from .source import Merge, RawRow, Sheet, Source

_CONTENT = "content.xml"
_LAST_COLUMN = 16_384
_CELLS = ("table:table-cell", "table:covered-table-cell")


@dataclass
class OpenDocument(Source):
    path: Path = Path()
    limits: Limits = DEFAULT
    positions: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def on_sheet(self, name: str) -> Source:
        return replace(self, sheet=name, merges={}, rows_hint=self.counts[name])

    def rows(self) -> Iterator[RawRow]:
        """Merged ranges are added to ``merges`` when their first row is read."""
        assert self.sheet is not None
        self.merges.clear()
        reader = _Reader(self.positions[self.sheet], self.limits, self)
        parser = xml_parser()
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        with Package(self.path, self.limits) as package:
            for _ in feed(parser, package.blocks(_CONTENT)):
                for row, times in reader.found:
                    for again in range(times):
                        yield row._replace(number=row.number + again, cells=row.cells.copy())
                reader.found.clear()
                if reader.done:
                    return


class _Reader:
    """Takes the rows of the table at ``position`` from expat's events."""

    def __init__(self, position: int, limits: Limits, source: Source) -> None:
        self.found: list[tuple[RawRow, int]] = []
        self.done = False
        self._wanted, self._limits, self._source = position, limits, source
        self._tables = -1
        self._depth = 0
        self._table_depth = self._cell_depth = 0
        self._number = 0
        self._repeat_row = 1
        self._cells: list[Any] = []
        self._column = self._width = 0
        self._at: dict[str, str] = {}
        self._covered = False
        self._parts: list[str] = []
        self._length = 0
        self._paragraphs = 0
        self._aside = 0
        self._keep = limits.max_cell + 1

    def start(self, name: str, at: dict[str, str]) -> None:
        self._depth += 1
        if name == "table:table":
            if self._table_depth:
                return
            self._tables += 1
            if self._tables == self._wanted:
                self._table_depth = self._depth
            return
        if not self._table_depth:
            return
        if self._cell_depth:
            if self._aside:
                return
            if self._depth == self._cell_depth + 1:
                if name == "text:p":
                    if self._paragraphs:
                        self._add("\n")
                    self._paragraphs += 1
                else:  # a comment, a drawing: it has paragraphs of its own
                    self._aside = self._depth
            elif name == "text:s":
                self._add(" " * min(int(at.get("text:c", "1")), self._keep))
            elif name == "text:tab":
                self._add("\t")
            elif name == "text:line-break":
                self._add("\n")
            elif name in ("office:annotation", "text:note"):
                self._aside = self._depth
        elif name in _CELLS:
            self._cell_depth = self._depth
            self._at, self._covered = at, name != "table:table-cell"
            self._parts.clear()
            self._length = self._paragraphs = 0
        elif name == "table:table-row":
            self._repeat_row = _count(at, "table:number-rows-repeated")
            self._number += 1
            self._cells, self._column, self._width = [], 0, 0

    def end(self, name: str) -> None:
        if self._depth == self._aside:
            self._aside = 0
        elif self._depth == self._cell_depth:
            self._cell_depth = 0
            self._end_cell()
        elif self._table_depth and not self._cell_depth:
            if name == "table:table-row":
                self._end_row()
            elif self._depth == self._table_depth:
                self._table_depth = 0
                self.done = True
        self._depth -= 1

    def text(self, data: str) -> None:
        if self._cell_depth and self._paragraphs and not self._aside and self._depth > self._cell_depth:
            self._add(data)

    def _add(self, data: str) -> None:
        if self._length < self._keep:
            self._parts.append(data[: self._keep - self._length])
            self._length += len(data)

    def _end_cell(self) -> None:
        at = self._at
        times = _count(at, "table:number-columns-repeated")
        value = _value(at, "".join(self._parts))
        if value is not None and not self._covered:
            last = self._column + times
            if last > _LAST_COLUMN:
                raise TableError("damaged")
            self._width = last
            cap = self._limits.max_columns + 1
            if self._column < cap:
                self._cells.extend([None] * (self._column - len(self._cells)))
                self._cells.extend([value] * (min(last, cap) - self._column))
        across, down = _count(at, "table:number-columns-spanned"), _count(at, "table:number-rows-spanned")
        if across > 1 or down > 1:
            self._source.add_merge(
                Merge(self._number, self._column, self._number + down - 1, self._column + across - 1)
            )
        self._column += times

    def _end_row(self) -> None:
        if self._number + self._repeat_row - 1 > 2 * self._limits.max_rows:
            raise TableError("damaged")
        if self._width:
            if self._number + self._repeat_row - 1 > self._limits.max_rows:
                raise TableError("damaged")
            self.found.append((RawRow(self._number, self._cells, self._width), self._repeat_row))
        self._number += self._repeat_row - 1


def _count(at: dict[str, str], name: str) -> int:
    given = at.get(name)
    if given is None:
        return 1
    count = int(given) if given.isdecimal() and len(given) < 9 else 0
    if count < 1:
        raise TableError("damaged")
    return count


def _value(at: dict[str, str], text: str) -> Any:
    kind = at.get("office:value-type") or at.get("calcext:value-type")
    if at.get("calcext:value-type") == "error" or (kind == "string" and _formula_error(at, text)):
        return CellError("error_cell", value=text or "#ERR!")
    if kind is None:
        return text or (CellError("formula_without_value") if "table:formula" in at else None)
    try:
        if kind in ("float", "percentage", "currency"):
            value = float(at["office:value"])
            if not isfinite(value):
                return CellError("error_cell", value=text or value)
            return int(value) if value.is_integer() and abs(value) < 1e15 else value
        if kind == "date":
            given = at["office:date-value"]
            return datetime.fromisoformat(given) if "T" in given else date.fromisoformat(given)
        if kind == "boolean":
            return at["office:boolean-value"] == "true"
    except (KeyError, ValueError):
        return CellError("error_cell", value=text or kind)
    if kind == "string":
        return at.get("office:string-value", text) or text or None
    return text or None


def _formula_error(at: dict[str, str], text: str) -> bool:
    return "table:formula" in at and text.startswith(("#", "Err:"))


def open_document(path: Path, limits: Limits) -> OpenDocument:
    """Finds the sheets and which of them are hidden. Raises ``TableError`` for a damaged document."""
    names: list[tuple[str, str]] = []
    counts: list[int] = []
    hidden_styles: set[str] = set()
    depth = table_depth = 0
    style = ""

    def start(name: str, at: dict[str, str]) -> None:
        nonlocal depth, table_depth, style
        depth += 1
        if name == "table:table" and not table_depth:
            table_depth = depth
            names.append((at.get("table:name", ""), at.get("table:style-name", "")))
            counts.append(0)
        elif name == "table:table-row" and table_depth:
            counts[-1] += 1
        elif name == "style:style":
            style = at.get("style:name", "")
        elif name == "style:table-properties" and at.get("table:display") == "false":
            hidden_styles.add(style)

    def end(_: str) -> None:
        nonlocal depth, table_depth
        if depth == table_depth:
            table_depth = 0
        depth -= 1

    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    with Package(path, limits) as package, hostile():
        for _ in feed(parser, package.blocks(_CONTENT)):
            if len(names) > limits.max_parts:
                raise TableError("damaged")
    document = OpenDocument(kind="ods", path=path, limits=limits)
    for position, (name, table_style) in enumerate(names):
        if name not in document.positions:
            document.positions[name] = position
            document.counts[name] = counts[position]
            document.sheets.append(Sheet(name, table_style in hidden_styles))
    return document
