"""Staged rows as people look at them: each cell as it came, what it was understood as, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from rafid.commons import writing
from rafid.commons.names import pick
from rafid.commons.places.models import Place
from rafid.methods.text import fold

from ..models import ImportRow, ImportRun
from ..tabular import column_name
from .messages import label, sentence
from .targets import Target

MOST_GROUPED = 200_000
"""Rows with problems of which the page counts each kind; of more, counting takes longer than it helps."""


@dataclass(frozen=True)
class ShownColumn:
    """A column of the import: where it stands in the file, or the one value of all rows."""

    code: str
    name: str
    kind: str
    position: int | None
    header: str
    fixed: str = ""

    @property
    def number(self) -> bool:
        return self.kind in ("integer", "number", "longitude", "latitude")


@dataclass(frozen=True)
class ShownCell:
    """``text`` as it came; ``meaning`` where it was understood as something that reads otherwise."""

    text: str
    meaning: str = ""
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    number: bool = False


@dataclass(frozen=True)
class ShownRow:
    """``problems`` and ``warnings`` are those of the row as a whole."""

    number: int
    cells: list[ShownCell]
    problems: list[str]
    warnings: list[str]
    bad: bool


def columns_of(run: ImportRun, target: Target) -> list[ShownColumn]:
    """The import's columns that this file fills, in the import's order."""
    fixed = run.options.get("fixed") or {}
    found = []
    for column in target.columns:
        if column.kind == "json":
            continue  # for the import, not for people: other columns say what stands in it
        at = run.mapping.get(column.code)
        if at is not None and at < len(run.header):
            header = f"{column_name(at)} · {run.header[at]}" if run.header[at] else column_name(at)
        elif column.code in fixed:
            at, header = None, _("the same in all rows")
        else:
            continue
        found.append(
            ShownColumn(column.code, pick(column.names), column.kind, at, header, str(fixed.get(column.code, "")))
        )
    return found


def shown_rows(rows: Iterable[ImportRow], run: ImportRun, target: Target) -> list[ShownRow]:
    rows = list(rows)
    columns = columns_of(run, target)
    places = _places(rows, columns)
    return [_row(row, columns, run, target, places) for row in rows]


def _places(rows: Iterable[ImportRow], columns: Iterable[ShownColumn]) -> Mapping[UUID, Place]:
    codes = [column.code for column in columns if column.kind == "place"]
    ids = {row.values[code] for row in rows for code in codes if row.values.get(code)}
    return Place.objects.in_bulk([UUID(one) for one in ids])


def _row(
    row: ImportRow, columns: list[ShownColumn], run: ImportRun, target: Target, places: Mapping[UUID, Place]
) -> ShownRow:
    problems, warnings = _said(row.problems, target), _said(row.warnings, target)
    cells = []
    for column in columns:
        meaning = _meaning(row.values.get(column.code), column.kind, places)
        if column.position is None:
            text = column.fixed
        elif row.raw is not None:
            text = as_written(row.raw[column.position]) if column.position < len(row.raw) else ""
        else:
            text, meaning = meaning, ""
        if fold(meaning.replace(",", "")) == fold(text.replace(",", "")) or not text:
            meaning = ""
        cells.append(
            ShownCell(text, meaning, problems.pop(column.code, []), warnings.pop(column.code, []), column.number)
        )
    # What is said of a column that this file does not fill is said of the row.
    return ShownRow(row.number, cells, _flat(problems, target), _flat(warnings, target), row.problems is not None)


def _said(found: Mapping[str, Any] | None, target: Target) -> dict[str, list[str]]:
    return {code: [sentence(one, target) for one in several] for code, several in (found or {}).items()}


def _flat(said: Mapping[str, list[str]], target: Target) -> list[str]:
    return [f"{label(target, code)}: {text}" if code else text for code, texts in said.items() for text in texts]


def as_written(cell: Any) -> str:
    """A cell of the file as text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _meaning(value: Any, kind: str, places: Mapping[UUID, Place]) -> str:
    if value is None:
        return ""
    if kind == "place":
        place = places.get(UUID(value))
        return f"{place.name} ({place.ref})" if place else ""
    if kind == "date":
        return writing.day(date.fromisoformat(value))
    if kind == "period":
        return writing.period(value)
    if kind in ("integer", "number"):
        return writing.number(value)
    return as_written(value)


@dataclass(frozen=True)
class ProblemCount:
    column: str
    name: str
    text: str
    rows: int


def problem_counts(run: ImportRun, target: Target) -> list[ProblemCount]:
    """How often each kind of problem came in each column, the most frequent first; with the first one's sentence."""
    if not run.bad or run.bad > MOST_GROUPED:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.key, count(DISTINCT number), (array_agg(p ORDER BY number))[1]::text, p->>'code',
                   coalesce(p->'params'->>'check', '')
            FROM rafid_records_importrow, jsonb_each(problems) e, jsonb_array_elements(e.value) p
            WHERE run_id = %s AND problems IS NOT NULL
            GROUP BY 1, 4, 5 ORDER BY 2 DESC, 1 LIMIT 20
            """,
            [run.pk],
        )
        found = cursor.fetchall()
    return [
        ProblemCount(code, label(target, code), sentence(json.loads(first), target), rows)
        for code, rows, first, _code, _check in found
    ]
