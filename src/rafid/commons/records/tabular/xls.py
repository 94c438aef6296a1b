"""The old Excel format (BIFF8), through calamine, which holds the sheet in memory: so only up to a size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import python_calamine as calamine

from .errors import CellError, TableError, size
from .limits import DEFAULT, Limits
from .source import Merge, RawRow, Sheet, Source

_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"})


@dataclass
class OldWorkbook(Source):
    path: Path = Path()
    limits: Limits = DEFAULT

    def on_sheet(self, name: str) -> Source:
        sheet = replace(self, sheet=name, merges={})
        read = _sheet(self.path, name)
        sheet.rows_hint = read.total_height
        for (top, left), (bottom, right) in read.merged_cell_ranges or []:
            sheet.add_merge(Merge(top + 1, left, bottom + 1, right))
        return sheet

    def rows(self) -> Iterator[RawRow]:
        assert self.sheet is not None
        read = _sheet(self.path, self.sheet)
        if read.start is None:
            return
        before = [None] * read.start[1]  # calamine leaves out empty columns before the first cell, but not the rows
        cap = self.limits.max_columns + 1
        for number, values in enumerate(_called(read.iter_rows), start=1):
            cells = before + [_cell(value) for value in values]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield RawRow(number, cells[:cap], len(cells))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        if not value:
            return None
        return CellError("error_cell", value=value) if value in _ERRORS else value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def _called(function: Any, *arguments: Any) -> Any:
    """calamine raises its own errors on damaged files, and panics (a ``BaseException``) on some hostile ones."""
    try:
        return function(*arguments)
    except calamine.PasswordError as error:
        raise TableError("encrypted") from error
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:
        raise TableError("damaged") from error


def _sheet(path: Path, name: str) -> calamine.CalamineSheet:
    return _called(_called(calamine.CalamineWorkbook.from_path, str(path)).get_sheet_by_name, name)


def open_old_workbook(path: Path, limits: Limits) -> OldWorkbook:
    length = path.stat().st_size
    if length > limits.max_xls:
        raise TableError("xls_too_large", size=size(length), limit=size(limits.max_xls))
    workbook = _called(calamine.CalamineWorkbook.from_path, str(path))
    return OldWorkbook(
        kind="xls",
        path=path,
        limits=limits,
        sheets=[
            Sheet(sheet.name, sheet.visible != calamine.SheetVisibleEnum.Visible)
            for sheet in workbook.sheets_metadata
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ],
    )
