"""A table as the importer sees it: column names, and rows as a stream, whatever the file was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from .delimited import open_delimited
from .delimiters import ONE_COLUMN
from .encodings import shown_encoding
from .errors import CellError, Note, TableError, column_name, size
from .headers import LOOKED_AT, Header, find_header
from .kinds import kind_of
from .limits import Limits
from .ods import open_document
from .source import Merge, RawRow, Sheet, Source
from .xls import open_old_workbook
from .xlsx import open_workbook

_BLANK_ROWS = 10_000
"""Blank rows above the table that are read before it is called empty."""


class Row(NamedTuple):
    """``number`` is the sheet's own row number, 1-based; ``cells`` is as long as the header.

    A cell is None (empty), str, int, float, bool, date, datetime, time, or a ``CellError`` that says why it cannot be
    taken. ``error`` is set where the row as a whole cannot be taken; its cells are then those that were read.
    """

    number: int
    cells: list[Any]
    error: CellError | None = None


@dataclass
class Table:
    """``sheets`` is empty for text files. ``header`` has one name per column, "" for one without a name; ``hxl`` the
    HXL tags per column or None; ``titles`` are the rows above the header; ``rows_hint`` is about how many rows there
    are, for progress. ``encoding`` and ``delimiter`` are None for workbooks."""

    name: str
    kind: str
    sheets: list[Sheet]
    sheet: str | None
    header: list[str]
    header_rows: list[int]
    hxl: list[str] | None
    titles: list[str]
    encoding: str | None
    delimiter: str | None
    notes: list[Note]
    rows_hint: int | None
    _source: Source = field(repr=False)
    _last: int = field(repr=False)
    _limits: Limits = field(repr=False)

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """Rows with content below the header, with flat memory; each call reads the file anew.

        ``after`` leaves out rows up to that number: an interrupted import goes on. Raises ``TableError`` where the file
        breaks off or cannot be read further; what one row or cell has wrong stands in the row.
        """
        start = max(after, self._last)
        width = len(self.header)
        longest = self._limits.max_cell
        merges = self._source.merges
        repeated: dict[int, tuple[int, Any]] = {}
        for number, cells, full, error in _raw(self._source):
            if merges or repeated:
                _repeat_merged(number, cells, merges, repeated, self._last)
            if number <= start:
                continue
            cells = [cell if cell != "" else None for cell in cells]
            if full > width and error is None:
                error = self._too_wide(number, cells, full)
            if len(cells) > width:
                del cells[width:]
            elif len(cells) < width:
                cells += [None] * (width - len(cells))
            for index, cell in enumerate(cells):
                if cell.__class__ is str and len(cell) > longest:
                    cells[index] = CellError("cell_too_long", row=number, column=index, length=len(cell), limit=longest)
            yield Row(number, cells, error)

    def _too_wide(self, number: int, cells: list[Any], full: int) -> CellError | None:
        if full > self._limits.max_columns:
            return CellError("row_too_wide", row=number, columns=full, limit=self._limits.max_columns)
        for index in range(len(self.header), len(cells)):
            if cells[index] is not None and str(cells[index]).strip():
                return CellError("row_wider_than_header", row=number, column=index, column_name=column_name(index))
        return None


def _raw(source: Source) -> Iterator[RawRow]:
    """Rows with content; what the operating system says on the way is a ``TableError`` too."""
    rows = source.rows()
    while True:
        try:
            row = next(rows, None)
        except OSError as error:
            raise TableError("unreadable", reason=error.strerror or str(error)) from error
        if row is None:
            return
        for cell in row.cells:
            if cell is not None and (cell.__class__ is not str or (cell and not cell.isspace())):
                yield row
                break
        else:
            if row.error is not None or row.width > len(row.cells):
                yield row


def _repeat_merged(
    number: int,
    cells: list[Any],
    merges: dict[int, list[Merge]],
    repeated: dict[int, tuple[int, Any]],
    header_last: int,
) -> None:
    """Text of a cell merged over several rows holds for each of them; a figure must not be counted twice."""
    for column in [column for column, (bottom, _) in repeated.items() if bottom < number]:
        del repeated[column]
    for column, (_, value) in repeated.items():
        if column >= len(cells):
            cells += [None] * (column + 1 - len(cells))
        if cells[column] is None or cells[column] == "":
            cells[column] = value
    for merge in merges.get(number, ()):
        if number > header_last and merge.bottom > number and merge.left < len(cells):
            value = cells[merge.left]
            if isinstance(value, str) and value.strip():
                repeated[merge.left] = (merge.bottom, value)


def _open_source(path: Path, limits: Limits, encoding: str | None, delimiter: str | None) -> Source:
    kind = kind_of(path, limits)
    if kind == "xlsx":
        return open_workbook(path, limits)
    if kind == "ods":
        return open_document(path, limits)
    if kind == "xls":
        return open_old_workbook(path, limits)
    return open_delimited(path, limits, encoding, delimiter)


def _first_rows(source: Source) -> list[RawRow]:
    def until_blank() -> Iterator[RawRow]:
        for row in _raw(source):
            if row.number > _BLANK_ROWS + 1:
                return
            yield row

    return list(islice(until_blank(), LOOKED_AT))


def _with_header(source: Source, header_row: int | None) -> tuple[Source, Header]:
    return source, find_header(_first_rows(source), source.merges, given=header_row)


def _choose_sheet(source: Source, sheet: str | None, header_row: int | None) -> tuple[Source, Header]:
    """The sheet that was asked for, else the first visible one that holds a table."""
    if not source.sheets:
        raise TableError("no_sheet")
    if sheet is not None:
        if sheet not in [one.name for one in source.sheets]:
            raise TableError("no_such_sheet", sheet=sheet[:80], sheets=_listed([one.name for one in source.sheets]))
        return _with_header(source.on_sheet(sheet), header_row)
    first_error: TableError | None = None
    for one in sorted(source.sheets, key=lambda one: one.hidden)[:50]:
        try:
            return _with_header(source.on_sheet(one.name), header_row)
        except TableError as error:
            if error.code not in ("header_missing", "no_rows"):
                raise
            if first_error is None or (first_error.code, error.code) == ("header_missing", "no_rows"):
                first_error = error
    assert first_error is not None
    raise first_error


def _listed(names: list[str]) -> str:
    return ", ".join(names[:10]) + (", …" if len(names) > 10 else "")


def _notes(source: Source, header: Header) -> list[Note]:
    notes = []
    if source.encoding and not source.encoding_sure:
        notes.append(Note("encoding_guessed", encoding=shown_encoding(source.encoding)))
    hidden = [one.name for one in source.sheets if one.hidden and one.name != source.sheet]
    others = [one.name for one in source.sheets if not one.hidden and one.name != source.sheet]
    if others:
        notes.append(Note("other_sheets", sheet=source.sheet, sheets=_listed(others)))
    if hidden:
        notes.append(Note("hidden_sheets", sheets=_listed(hidden)))
    if header.titles:
        notes.append(Note("title_rows", count=len(header.titles)))
    if len(header.rows) > 1:
        notes.append(Note("header_joined", count=len(header.rows)))
    if header.hxl_row is not None:
        notes.append(Note("hxl_row", row=header.hxl_row))
    if any(one.bottom > one.top for top, found in source.merges.items() if top > header.last for one in found):
        notes.append(Note("merged_cells"))
    return notes


def open_table(
    path: str | Path,
    *,
    name: str | None = None,
    sheet: str | None = None,
    limits: Limits | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    header_row: int | None = None,
) -> Table:
    """Opens a CSV (or other delimited text), XLSX, ODS or XLS file; which one is decided by its bytes.

    ``name`` is the file's name as the sender knows it. ``sheet``, ``encoding``, ``delimiter`` (one character) and
    ``header_row`` (the sheet's own number of the lowest row of column names) overrule what is found. Raises
    ``TableError`` with a sentence and a remedy for anything that is not a table, and nothing else for bytes of any kind.
    """
    path, limits = Path(path), limits or Limits()
    try:
        length = path.stat().st_size
        if length == 0:
            raise TableError("empty_file")
        if length > limits.max_bytes:
            raise TableError("file_too_large", size=size(length), limit=size(limits.max_bytes))
        source = _open_source(path, limits, encoding, delimiter)
        if source.kind == "csv":
            source, header = _with_header(source, header_row)
        else:
            source, header = _choose_sheet(source, sheet, header_row)
    except OSError as error:
        raise TableError("unreadable", reason=error.strerror or str(error)) from error
    if len(header.names) > limits.max_columns:
        raise TableError("too_many_columns", columns=_columns(source, header), limit=limits.max_columns)
    return Table(
        name=name or path.name,
        kind=source.kind,
        sheets=source.sheets,
        sheet=source.sheet,
        header=header.names,
        header_rows=header.rows,
        hxl=header.hxl,
        titles=header.titles,
        encoding=source.encoding,
        delimiter=None if source.delimiter == ONE_COLUMN else source.delimiter,
        notes=_notes(source, header),
        rows_hint=source.rows_hint,
        _source=source,
        _last=header.last,
        _limits=limits,
    )


def _columns(source: Source, header: Header) -> int:
    return max(row.width for row in _first_rows(source) if row.number in header.rows)
