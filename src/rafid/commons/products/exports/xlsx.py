"""XLSX: a sheet of data, one that explains the fields, one with source and licence. Written row by row to a file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.programme import LANGUAGES
from rafid.commons.spreadsheets import looks_like_formula, printable

from ..tables import Table

_BLOCK = 64 * 1024
_LONGEST = 32_767
"""Characters that a cell of XLSX holds."""


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes. ``hxl`` adds the row of tags below the names; ``bom`` means nothing here."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    data = book.create_sheet(_sheet(_("Data")))
    data.freeze_panes = "A3" if hxl else "A2"
    data.append(_row(data, table.names))
    if hxl:
        data.append(_row(data, [field.hxl or "" for field in table.fields]))
    for line in table.lines():
        data.append(_row(data, line.values))
    _explain_fields(book.create_sheet(_sheet(_("Fields"))), table)
    _name_source(book.create_sheet(_sheet(_("Source and licence"))), table)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while block := file.read(_BLOCK):
            yield block


def _sheet(name: str) -> str:
    """Excel takes 31 characters and not these."""
    return "".join(" " if sign in r"[]:*?/\'" else sign for sign in name)[:31]


def _row(sheet: Any, values: Sequence[Any]) -> list[Any]:
    return [_cell(sheet, value) if isinstance(value, str) else value for value in values]


def _cell(sheet: Any, text: str) -> Any:
    """Text stays text: nothing that begins with = becomes a formula, and the sign before the text says so to Excel."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import Cell

    text = printable(text)[:_LONGEST]
    if not looks_like_formula(text):
        return text
    cell: Cell = WriteOnlyCell(sheet)
    cell._value, cell.data_type = text, "s"
    cell.quotePrefix = True
    return cell


def _explain_fields(sheet: Any, table: Table) -> None:
    sheet.append([_("Field"), *LANGUAGES, _("Kind"), _("Unit"), "HXL"])
    for field in table.fields:
        names = field.names or {}
        sheet.append(
            _row(
                sheet,
                [field.name, *(names.get(code, "") for code in LANGUAGES), field.kind, field.unit, field.hxl or ""],
            )
        )
        for choice, means in (field.choices or {}).items():
            sheet.append(_row(sheet, [f"{field.name}={choice}", *(means.get(code, "") for code in LANGUAGES)]))


def _name_source(sheet: Any, table: Table) -> None:
    declared = table.published.declared
    licence, link = table.published.licence
    for code in LANGUAGES:
        sheet.append(_row(sheet, [f"{_('Title')} ({code})", declared.title.get(code, "")]))
    for code in LANGUAGES:
        if (declared.about or {}).get(code):
            sheet.append(_row(sheet, [f"{_('About')} ({code})", (declared.about or {})[code]]))
    rows = [
        (_("Source"), declared.attribution),
        (_("Licence"), licence),
        (_("Licence, where to read it"), link),
        (_("Rows"), table.count()),
        (_("Content, SHA-256"), table.fingerprint()),
        (_("Made on"), timezone.localdate().isoformat()),
    ]
    for name, value in rows:
        sheet.append(_row(sheet, [name, value]))
