"""The figures of an edition beside its PDF: CSV and XLSX, the same bytes whenever they are made."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.spreadsheets import disarmed, looks_like_formula, printable

from .saying import rows

COLUMNS = ("block", "indicator", "name", "place_code", "place_name", "period", "by", "value", "before", "before_period",
           "unit", "flag", "source", "as_of")  # fmt: skip
_DAWN = (1980, 1, 1, 0, 0, 0)
"""The first date that a ZIP knows: a file that is made again is the same file."""
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def as_csv(figures: Mapping[str, Any]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows(figures):
        writer.writerow(["" if row[name] is None else disarmed(row[name]) for name in COLUMNS])
    return out.getvalue().encode()


def as_xlsx(figures: Mapping[str, Any], about: Iterable[tuple[str, str]]) -> bytes:
    """A sheet of figures, one that says what they are from: ``about`` as (name, text)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Data")[:31])
    sheet.freeze_panes = "A2"
    sheet.append(list(COLUMNS))
    for row in rows(figures):
        sheet.append([cell_of(sheet, row[name]) for name in COLUMNS])
    told = book.create_sheet(_("Source and licence")[:31])
    for name, text in about:
        told.append([cell_of(told, name), cell_of(told, text)])
    file = io.BytesIO()
    book.save(file)
    return timeless(file.getvalue())


def cell_of(sheet: Any, value: Any) -> Any:
    """For a row of a sheet: a text that looks like a formula stays a text."""
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import Cell

    text = printable(value)
    if not looks_like_formula(text):
        return text
    cell: Cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text, "s"
    cell.quotePrefix = True
    return cell


def timeless(data: bytes) -> bytes:
    """Without the hour at which it was zipped."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        for name in sorted(made.namelist()):
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", content)
            kept.writestr(zipfile.ZipInfo(name, _DAWN), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
