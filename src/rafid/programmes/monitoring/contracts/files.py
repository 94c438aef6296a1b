"""The rows of a table as CSV and XLSX: the same rows, the same order, codes as heads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language_bidi

from rafid.commons.spreadsheets import disarmed, looks_like_formula, printable

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if value is None else disarmed(value) for value in row])
    return out.getvalue().encode()


def as_xlsx(heads: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title[:31].translate(str.maketrans("", "", "[]:*?/\\")) or "Rafid"
    sheet.sheet_view.rightToLeft = bool(get_language_bidi())
    for at, head in enumerate(heads, 1):
        cell = sheet.cell(1, at, head)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = max(12, len(head) + 2)
    for number, row in enumerate(rows, 2):
        for at, value in enumerate(row, 1):
            cell = sheet.cell(number, at)
            if isinstance(value, str):
                cell.value = printable(value)
                if looks_like_formula(value):
                    cell.data_type, cell.quotePrefix = "s", True
            else:
                cell.value = value
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def answer(kind: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str) -> HttpResponse:
    data = as_csv(heads, rows) if kind == "csv" else as_xlsx(heads, rows, title=title)
    response = HttpResponse(data, content_type=TYPES[kind])
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{kind}")
    response["Cache-Control"] = "private, no-cache"
    return response
