"""CSV: one file of the main table, one of each repeat, in a zip. PostgreSQL writes the lines, we pack them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from ..schema import Table
from .choices import Choices
from .columns import Out
from .selection import Selection
from .snapshot import copied, rows, snapshot
from .zipped import ZipStream

BOM = b"\xef\xbb\xbf"
_WIDEST = 1600
"""Columns that a statement of PostgreSQL can answer."""


def export_csv_zip(selection: Selection) -> Iterator[bytes]:
    """The zip in pieces. ``{xform_id}.csv``, ``{xform_id}-{repeat}.csv``; the newest submission first."""
    zipped = ZipStream(timezone.localtime())
    with snapshot() as conn:
        choices = choices_found(conn, selection)
        for table in selection.tables:
            yield from zipped.deflated(f"{file_name(selection, table)}.csv", table_csv(conn, selection, table, choices))
    yield from zipped.end()


def file_name(selection: Selection, table: Table) -> str:
    name = selection.form.xform_id
    return name if table.number == 0 else f"{name}-{table.name}"


def choices_found(conn: Any, selection: Selection) -> Choices:
    """The choices with those that only the answers know: columns are told before the first row is."""
    if not selection.options.split:
        return selection.choices
    found = {
        column.path: [row[0] for row in rows(conn, *selection.options_sql(table, column))]
        for table in selection.tables
        for column in table.columns
        if column.type == "select_multiple"
    }
    return selection.choices.with_found(found)


def table_csv(conn: Any, selection: Selection, table: Table, choices: Choices) -> Iterator[bytes]:
    columns = selection.columns(table, choices)
    yield (BOM if selection.options.safe else b"") + _line([one.name for one in columns])
    if len(columns) > _WIDEST:
        yield from _wide(conn, selection, table, columns)
        return
    statement, params = selection.rows_sql(table, [one.sql for one in columns])
    yield from copied(conn, statement, [*(value for one in columns for value in one.params), *params])


def _wide(conn: Any, selection: Selection, table: Table, columns: Sequence[Out]) -> Iterator[bytes]:
    """More columns than a statement can answer come as one array, and are written here."""
    statement, params = selection.rows_sql(table, [f"ARRAY[{', '.join(one.sql for one in columns)}]"])
    values = [value for one in columns for value in one.params]
    for (row,) in rows(conn, statement, [*values, *params]):
        yield _line(row)


def _line(cells: Sequence[str | None]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow(["" if cell is None else cell for cell in cells])
    return out.getvalue().encode()
