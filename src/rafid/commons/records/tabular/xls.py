"""The old Excel format (BIFF8), through calamine in a process of its own. It is held in memory: so only up to a size."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from .errors import CellError, TableError, size
from .limits import DEFAULT, Limits
from .source import Merge, RawRow, Sheet, Source
from .xls_child import PASSWORD

_CHILD = Path(__file__).with_name("xls_child.py")
_ERRORS = frozenset({"#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#GETTING_DATA"})
_TIMES: dict[str, Any] = {"date": date.fromisoformat, "datetime": datetime.fromisoformat, "time": time.fromisoformat}


@dataclass
class OldWorkbook(Source):
    path: Path = Path()
    limits: Limits = DEFAULT

    def on_sheet(self, name: str) -> Source:
        sheet = replace(self, sheet=name, merges={})
        about = _about(_lines(self.path, name))
        sheet.rows_hint = about["height"]
        for (top, left), (bottom, right) in about["merges"]:
            sheet.add_merge(Merge(top + 1, left, bottom + 1, right))
        return sheet

    def rows(self) -> Iterator[RawRow]:
        assert self.sheet is not None
        cap = self.limits.max_columns + 1
        lines = _lines(self.path, self.sheet)
        _about(lines)
        for number, values in enumerate(lines, start=1):
            cells = [_cell(value) for value in values]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield RawRow(number, cells[:cap], len(cells))


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        if not value:
            return None
        if value in _ERRORS:
            return CellError("error_cell", value=value)
        return CellError("nul_character") if "\x00" in value else value
    if isinstance(value, float):
        if value != value or abs(value) == float("inf"):
            return CellError("error_cell", value=value)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, list):
        return _TIMES[value[0]](value[1])
    return value


def _lines(path: Path, sheet: str | None) -> Iterator[Any]:
    """What the child writes. Raises ``TableError`` where it ends before its time."""
    command = [sys.executable, "-I", str(_CHILD), str(path.resolve()), *([sheet] if sheet is not None else [])]
    if any("\x00" in part for part in command):
        raise TableError("damaged")
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                if not line.endswith(b"\n"):
                    break  # it was ended in the middle of a row
                yield json.loads(line)
            ended = child.wait()
        finally:
            child.kill()
        if ended:
            raise TableError("encrypted" if ended == PASSWORD else "damaged")


def _about(lines: Iterator[Any]) -> Any:
    about = next(lines, None)
    if about is None:
        raise TableError("damaged")
    return about


def open_old_workbook(path: Path, limits: Limits) -> OldWorkbook:
    length = path.stat().st_size
    if length > limits.max_xls:
        raise TableError("xls_too_large", size=size(length), limit=size(limits.max_xls))
    about = _about(_lines(path, None))
    return OldWorkbook(
        kind="xls", path=path, limits=limits, sheets=[Sheet(name, hidden) for name, hidden in about["sheets"]]
    )
