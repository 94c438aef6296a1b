"""Cells of a column as values, in batches: what was read once is not read again.

A value leaves as the piece of JSON that the staged row is made of, so that a row costs one join of strings. Millions of
cells pass here: lists are walked by the interpreter's own loops, and problems, which are few, are kept beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

from django.db import models

from rafid.commons.programme import Column

from ..tabular import CellError
from ..tabular.dates import ParsedDate
from ..tabular.numbers import column_number_style
from ..tabular.parse import column_parser

type_problem = tuple[str, dict[str, Any]]

_MOST_REMEMBERED = 5_000
_LONGEST_TEXT = 10_000
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?", re.ASCII).fullmatch
_PLAIN_INTEGER = re.compile(r"0|[1-9]\d{0,14}", re.ASCII).fullmatch
"""As JSON writes them, too."""
_PLAIN_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d", re.ASCII).fullmatch
_LETTER = "A-Za-z0-9\u0620-\u064a\u066e-\u06d3"
_PLAIN_TEXT = re.compile(rf"[{_LETTER}](?:[{_LETTER} !#-/:-@\[\]-`{{-~]*[{_LETTER}])?").fullmatch
"""Latin and Arabic letters, each of one sign and already composed, without what JSON or COPY would write differently."""


@dataclass
class Reads:
    """A batch of one column: a piece of JSON per row, and problems and warnings (code, params) by the row's position."""

    pieces: list[str]
    problems: dict[int, type_problem] = field(default_factory=dict)
    warnings: dict[int, type_problem] = field(default_factory=dict)


def piece(code: str, value: Any) -> str:
    """``"code":value`` in JSON, ready for COPY's text format, which doubles backslashes."""
    if value is None:
        text = f'"{code}":null'
    elif value is True or value is False:
        text = f'"{code}":{"true" if value else "false"}'
    elif isinstance(value, int | Decimal):
        text = f'"{code}":{value}'
    elif isinstance(value, float):
        text = f'"{code}":{value!r}'
    elif isinstance(value, date):
        text = f'"{code}":"{value.isoformat()}"'
    else:
        text = f'"{code}":{encode_basestring(str(value))}'
    return text.replace("\\", "\\\\") if "\\" in text else text


class Cells:
    """One column of the file (or one value for all rows, or nothing) as values of one column of the import.

    ``samples`` are cells of the first rows; ``reading`` what the officer said of this column (``order``, ``calendar``);
    ``model_field`` the model's field that takes the value, whose own limits are then asked too.
    """

    def __init__(
        self,
        column: Column,
        samples: Sequence[Any] = (),
        *,
        reading: dict[str, Any] | None = None,
        model_field: Any = None,
    ) -> None:
        self.column = column
        self.parse: Callable[[Any], Any] = column_parser(
            column.kind, samples=samples, choices=column.choices, **(reading or {})
        )
        self.low, self.high = column.minimum, column.maximum
        if column.kind in ("longitude", "latitude"):
            bound = 180.0 if column.kind == "longitude" else 90.0
            self.low, self.high = max(-bound, self.low or -bound), min(bound, self.high or bound)
        self.length = _LONGEST_TEXT
        if column.kind in ("text", "choice", "period"):
            self.length = min(getattr(model_field, "max_length", None) or _LONGEST_TEXT, _LONGEST_TEXT)
        if isinstance(model_field, models.IntegerField) and column.kind in ("integer", "number"):
            low, high = integer_range(model_field)
            self.low = low if self.low is None else max(low, self.low)
            self.high = high if self.high is None else min(high, self.high)
        self.whole = isinstance(model_field, models.IntegerField) and column.kind == "number"
        self.null = piece(column.code, None)
        self.empty = piece(column.code, column.default)
        self.needed = column.required and column.default is None
        self.known: dict[Any, str] = {} if self.needed else {None: self.empty}
        self.remembers = column.kind != "json"  # hardly two are alike, and each may be long
        self.seen = 0
        self.plain = self._plain_reader(samples, reading or {})

    def _plain_reader(self, samples: Sequence[Any], reading: dict[str, Any]) -> Callable[[str], str | None] | None:
        """Reads the plainest spelling of this kind without asking its parser; None for anything else."""
        head = f'"{self.column.code}":'
        if self.column.kind == "integer":
            matches = _PLAIN_INTEGER
        elif self.column.kind in ("number", "longitude", "latitude") and not self.whole:
            if column_number_style(samples) == "comma":
                return None
            matches = _PLAIN_NUMBER
        elif self.column.kind == "text":
            return self._read_plain_text
        elif self.column.kind == "date" and not reading.get("calendar"):
            return self._read_plain_date
        else:
            return None
        low, high = self.low, self.high

        def read(cell: str) -> str | None:
            if not matches(cell):
                return None
            if (low is not None and float(cell) < low) or (high is not None and float(cell) > high):
                return None
            return head + cell

        return read

    def _read_plain_text(self, cell: str) -> str | None:
        if len(cell) <= self.length and _PLAIN_TEXT(cell):
            return f'"{self.column.code}":"{cell}"'
        return None

    def _read_plain_date(self, cell: str) -> str | None:
        if not _PLAIN_DATE(cell):
            return None
        try:
            date.fromisoformat(cell)
        except ValueError:
            return None
        return f'"{self.column.code}":"{cell}"'

    def read(self, cells: Sequence[Any]) -> Reads:
        """A batch, in order."""
        reads = Reads([])
        if not self.remembers or bool in set(map(type, cells)):  # True equals 1 as a key, but not as a cell
            self._read_each(cells, reads)
            return reads
        self.seen += len(cells)
        found: list[Any] = list(map(self.known.get, cells))
        if None in found:
            for index, known in enumerate(found):
                if known is None:
                    cell = cells[index]
                    # A cell may have come earlier in the same batch.
                    known = self.known.get(cell)
                    if known is None:
                        known = self._read_one(index, cell, reads)
                        if index not in reads.problems and index not in reads.warnings:
                            self.known[cell] = known
                    found[index] = known
        reads.pieces = found
        if len(self.known) > _MOST_REMEMBERED:
            # Names, numbers, positions: where hardly two cells are alike, remembering them costs more than reading.
            self.remembers = self.seen > 2 * len(self.known)
            self.known = {} if self.needed else {None: self.empty}
            self.seen = 0
        return reads

    def _read_each(self, cells: Sequence[Any], reads: Reads) -> None:
        one, plain = self._read_one, self.plain
        if plain is None:
            reads.pieces = [one(index, cell, reads) for index, cell in enumerate(cells)]
        else:
            reads.pieces = [
                (cell.__class__ is str and plain(cell)) or one(index, cell, reads) for index, cell in enumerate(cells)
            ]

    def _read_one(self, index: int, cell: Any, reads: Reads) -> str:
        try:
            value = None if cell is None else self.parse(cell)
        except CellError as error:
            reads.problems[index] = (error.code, error.params)
            return self.null
        if value is None:
            if self.needed:
                reads.problems[index] = ("required", {})
            return self.empty
        if value.__class__ is ParsedDate:
            if value.doubt:
                shown = {"value": str(cell)[:80], "date": value.value.isoformat()}
                reads.warnings[index] = (f"date_{value.doubt}", shown)
            value = value.value
        problem = self._beyond(value, cell)
        if problem:
            reads.problems[index] = problem
            return self.null
        return piece(self.column.code, value)

    def _beyond(self, value: Any, cell: Any) -> type_problem | None:
        if value.__class__ is str:
            if len(value) > self.length and self.column.kind != "json":
                return "too_long", {"length": len(value), "limit": self.length}
            return None
        if self.low is not None and value < self.low:
            return "below_minimum", {"value": str(cell)[:80], "limit": plain_number(self.low)}
        if self.high is not None and value > self.high:
            return "above_maximum", {"value": str(cell)[:80], "limit": plain_number(self.high)}
        if self.whole and value != int(value):
            return "not_an_integer", {"value": str(cell)[:80]}
        return None


def plain_number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def integer_range(model_field: Any) -> tuple[float, float]:
    """Smallest and largest value that the database takes for this field."""
    from django.db import connection

    low, high = connection.ops.integer_field_range(model_field.get_internal_type())
    return (float("-inf") if low is None else low), (float("inf") if high is None else high)
