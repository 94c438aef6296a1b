"""The tables of a report as a workbook: a sheet each, numbers as numbers, and what they are from on the last sheet."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import get_language_info, override
from django.utils.translation import gettext as _

from ..sheets.datafile import cell_of, timeless
from .grids import Grid

_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDTHS = 10, 48
MOST_ON_FOOT = 4
"""Facts about the file that stand on the foot of its printed pages: the first ones."""


def as_xlsx(language: str, grids: Sequence[Grid], about: Iterable[tuple[str, str]]) -> bytes:
    """The same bytes whenever it is made. Its sheets begin at the right where the language does."""
    from openpyxl import Workbook

    with override(language):
        book = Workbook(write_only=True)
        rtl = bool(get_language_info(language)["bidi"])
        names: set[str] = set()
        rows = list(about)
        foot = " · ".join(text for _what, text in rows[:MOST_ON_FOOT])[:200].replace("&", "&&")
        for grid in grids:
            places = [one.places for one in grid.columns]
            _sheet(book, _name(grid.title, names), [one.text for one in grid.columns], grid.rows, rtl, places, foot)
        _sheet(book, _name(_("About this file"), names), [_("What"), _("Text")], rows, rtl, foot=foot)
    file = io.BytesIO()
    book.save(file)
    return timeless(file.getvalue())


def _sheet(
    book: Any, name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], rtl: bool,
    places: Sequence[int | None] = (), foot: str = "",
) -> None:  # fmt: skip
    """``places``: decimals by column. ``foot`` stands below each printed page: what the figures are from."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet = book.create_sheet(name)
    sheet.oddFooter.center.text = foot
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    sheet.freeze_panes = "B2"
    sheet.sheet_view.rightToLeft = rtl
    for at, head in enumerate(heads):
        longest = max([len(head), *(len(str(row[at])) for row in rows[:200] if row[at] is not None)])
        sheet.column_dimensions[get_column_letter(at + 1)].width = min(max(longest + 2, _WIDTHS[0]), _WIDTHS[1])
    sheet.append([_head(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, cell, places[at] if at < len(places) else None) for at, cell in enumerate(row)])


def _cell(sheet: Any, value: Any, places: int | None) -> Any:
    if places is None or isinstance(value, bool) or not isinstance(value, int | float):
        return cell_of(sheet, str(value) if isinstance(value, str) else value)
    from openpyxl.cell import WriteOnlyCell

    cell: Any = WriteOnlyCell(sheet, value=value)
    cell.number_format = "#,##0" + ("." + "0" * places if places else "")
    return cell


def _head(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    cell: Any = WriteOnlyCell(sheet, value=text)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    return cell


def _name(title: str, taken: set[str]) -> str:
    """At most 31 signs, none of those that a workbook refuses, and each once."""
    short = _FORBIDDEN.sub(" ", title).strip()[:31] or "1"
    name, at = short, 2
    while name in taken:
        name, at = f"{short[:28]} {at}", at + 1
    taken.add(name)
    return name
