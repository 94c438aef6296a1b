"""Rows of the file as staged rows: columns read in batches, places matched once per name, checks asked row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist

from rafid.commons.programme import LANGUAGES, Check

from ..models import ImportRun
from ..tabular import CellError, Row, Table
from .cells import Cells, Reads, type_problem
from .places import Places
from .sources import COLUMN as SOURCE
from .sources import lacks_source
from .targets import Target

SAMPLES = 200
"""First rows whose cells show how a column is written."""
SHOWN = 100
"""First rows that are kept as they came, for the preview."""
SERIOUS = 3
_NULL = "\\N"

type_said = dict[str, list[type_problem]]
"""Column → what is said about its cell."""


class Rows:
    """Understands the rows of one table for one run."""

    def __init__(self, run: ImportRun, target: Target, table: Table, places: Places) -> None:
        self.run, self.target, self.places = run.pk, target, places
        self.order = [column.code for column in target.columns]
        self.positions = {code: int(at) for code, at in run.mapping.items() if code in set(self.order)}
        fixed = run.options.get("fixed") or {}
        reading = run.options.get("reading") or {}
        first = [row.cells for row in islice(table.rows(), SAMPLES)]
        self.cells: dict[str, Cells] = {}
        self.constant: dict[str, Any] = {}
        for declared in target.columns:
            # Where the file as a whole says no source, each row must.
            needed = declared.code == SOURCE and lacks_source(run, target)
            column = replace(declared, required=True) if needed else declared
            at = self.positions.get(column.code)
            samples = [cells[at] for cells in first if at < len(cells)] if at is not None else []
            self.cells[column.code] = Cells(
                column, samples, reading=reading.get(column.code), model_field=field_of(target, column.code)
            )
            if at is None:
                self.constant[column.code] = fixed.get(column.code) or None
        self.checks = target.checks
        self.kinds = kinds_of(target)
        self.seen = 0
        """Rows staged so far: the first ones are kept as they came."""

    def lines(self, batch: Sequence[Row]) -> str:
        """The batch in COPY's text format: run, number, raw, values, problems, warnings."""
        columns = self._columns(batch)
        problems: dict[int, type_said] = {}
        warnings: dict[int, type_said] = {}
        for index, row in enumerate(batch):
            if row.error is not None:
                problems[index] = {"": [(row.error.code, row.error.params)]}
        for code, reads in columns.items():
            for index, problem in reads.problems.items():
                problems.setdefault(index, {}).setdefault(code, []).append(problem)
            for index, warning in reads.warnings.items():
                warnings.setdefault(index, {}).setdefault(code, []).append(warning)
        values = [*map(",".join, zip(*(reads.pieces for reads in columns.values()), strict=True))]
        if self.checks:
            self._judge(values, problems, warnings)
        head = f"{self.run}\t"
        lines = [f"{head}{row[0]}\t\\N\t{{{text}}}\t\\N\t\\N\n" for row, text in zip(batch, values, strict=True)]
        shown = range(max(0, min(len(batch), SHOWN - self.seen)))
        for index in {*problems, *warnings, *shown}:
            said, warned = problems.get(index), warnings.get(index)
            row = batch[index]
            raw = copied(plain_cells(row.cells)) if said or index in shown else _NULL
            lines[index] = (
                f"{head}{row.number}\t{raw}\t{{{values[index]}}}\t{copied(as_json(said)) if said else _NULL}"
                f"\t{copied(as_json(warned)) if warned else _NULL}\n"
            )
        self.seen += len(batch)
        return "".join(lines)

    def _columns(self, batch: Sequence[Row]) -> dict[str, Reads]:
        cells = [row[1] for row in batch]
        columns: dict[str, Reads] = {}
        places: dict[str, Sequence[Any]] = {}
        for code in self.order:
            at = self.positions.get(code)
            if at is None:
                column: Sequence[Any] = [self.constant[code]] * len(batch)
            else:
                column = [row[at] for row in cells]
            if code in self.places.known:
                places[code] = column
                columns[code] = Reads([])  # keeps the order
            else:
                columns[code] = self.cells[code].read(column)
        columns.update(self.places.read(places, self.cells))
        return columns

    def _judge(self, lines: Sequence[str], problems: dict[int, type_said], warnings: dict[int, type_said]) -> None:
        for index, text in enumerate(lines):
            if index in problems:
                continue
            values = json.loads(f"{{{text}}}".replace("\\\\", "\\"), parse_float=Decimal)
            for code, kind in self.kinds:
                values[code] = from_json(values.get(code), kind)
            for check in self.checks:
                assert check.row is not None
                if check.row(values):
                    said = problems if check.severity >= SERIOUS else warnings
                    told = ("check", {"check": check.code, "text": message_of(check, values)})
                    said.setdefault(index, {}).setdefault(check.field, []).append(told)


def field_of(target: Target, code: str) -> Any:
    """The model's field of that name, None where there is none."""
    if target.model is None or target.declared.apply is not None:
        return None
    try:
        return target.model._meta.get_field(code)
    except FieldDoesNotExist:
        return None


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def message_of(check: Check, values: dict[str, Any]) -> dict[str, str]:
    """The check's own sentence with the row's values, in three languages."""
    texts = check.message or dict.fromkeys(LANGUAGES, check.code)
    return {language: texts.get(language, texts["en"]).format_map(_Known(values)) for language in LANGUAGES}


def as_json(said: type_said) -> Any:
    return {
        code: [{"code": name, "params": {key: plain(value) for key, value in params.items()}} for name, params in found]
        for code, found in said.items()
    }


def plain(value: Any) -> Any:
    """A cell or parameter as JSON can hold it."""
    if value is None or isinstance(value, str | int | bool | dict | list):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, CellError):
        return value.params.get("value", "")
    return str(value)


def plain_cells(cells: Iterable[Any]) -> list[Any]:
    return [plain(cell) for cell in cells]


def copied(value: Any) -> str:
    """JSON for COPY's text format. A NUL, which JSON in PostgreSQL cannot hold, is shown as a replacement sign."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text.replace("\\u0000", "\ufffd").replace("\\", "\\\\")


def kinds_of(target: Target) -> list[tuple[str, str]]:
    """Columns whose staged values are not yet Python's: their code and kind."""
    as_they_are = ("text", "choice", "period", "boolean", "integer")
    return [(column.code, column.kind) for column in target.columns if column.kind not in as_they_are]


def from_json(value: Any, kind: str) -> Any:
    """The Python value of a staged one; numbers as ``Decimal``, places as ``UUID``."""
    if value is None:
        return None
    if kind == "place":
        return UUID(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "number":
        return value if isinstance(value, Decimal) else Decimal(value)
    if kind in ("longitude", "latitude"):
        return float(value)
    return value
