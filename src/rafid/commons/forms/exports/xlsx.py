"""XLSX, written while it is sent: a sheet of the main table, one of each repeat. Text is text: no cell is ever a formula."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from rafid.commons.spreadsheets import looks_like_formula, printable

from ..schema import Table
from .columns import Out, number_or_text
from .csv_zip import choices_found
from .selection import Selection
from .snapshot import rows, snapshot
from .zipped import ZipStream

MOST_ROWS = 1_048_576
_MOST_COLUMNS = 16_384
_LONGEST = 32_767
"""What a sheet and a cell of it hold."""
_BLOCK = 1 << 16
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def export_xlsx(selection: Selection) -> Iterator[bytes]:
    """The book in pieces; a table with more rows than a sheet holds goes on in a further one."""
    zipped = ZipStream(timezone.localtime())
    titles: list[str] = []
    with snapshot() as conn:
        choices = choices_found(conn, selection)
        for table in selection.tables:
            columns = selection.columns(table, choices)[:_MOST_COLUMNS]
            lines = _lines(conn, selection, table, columns)
            more = True
            while more:
                titles.append(_title(selection, table, titles))
                state: list[bool] = []
                sheet = _sheet(columns, lines, state)
                yield from zipped.deflated(f"xl/worksheets/sheet{len(titles)}.xml", sheet)
                more = bool(state)
    for name, text in _frame(titles):
        yield from zipped.deflated(name, [text.encode()])
    yield from zipped.end()


def _lines(conn: Any, selection: Selection, table: Table, columns: Sequence[Out]) -> Iterator[Sequence[str | None]]:
    statement, params = selection.rows_sql(table, [f"ARRAY[{', '.join(one.sql for one in columns)}]"])
    values = [value for one in columns for value in one.params]
    for (cells,) in rows(conn, statement, [*values, *params]):
        yield cells


def _sheet(columns: Sequence[Out], lines: Iterator[Sequence[str | None]], full: list[bool]) -> Iterator[bytes]:
    """One sheet; ``full`` gets an element when lines are left over."""
    frozen = (
        '<sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
    )
    parts = [f'{_HEAD}<worksheet xmlns="{_SPREADSHEET}">{frozen}<sheetData><row>']
    parts += [_text(one.name, 1) for one in columns]
    parts.append("</row>")
    numbers = [one.number for one in columns]
    size = 0
    for count, cells in enumerate(lines, 1):
        line = "".join([_cell(text, number) for text, number in zip(cells, numbers, strict=True)])
        parts.append(f"<row>{line}</row>")
        size += len(line)
        if size > _BLOCK:
            yield "".join(parts).encode()
            parts, size = [], 0
        if count == MOST_ROWS - 1:
            full.append(True)
            break
    yield ("".join(parts) + "</sheetData></worksheet>").encode()


def _cell(text: str | None, number: bool) -> str:
    if text is None or text == "":
        return "<c/>"
    if number and not isinstance(number_or_text(text), str):
        return f"<c><v>{text}</v></c>"
    return _text(text, 2 if looks_like_formula(text) else 0)


def _text(text: str, style: int) -> str:
    told = (
        printable(text[:_LONGEST])
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\r", "&#13;")
    )
    styled = f' s="{style}"' if style else ""
    return f'<c t="inlineStr"{styled}><is><t xml:space="preserve">{told}</t></is></c>'


def _title(selection: Selection, table: Table, taken: Sequence[str]) -> str:
    """Excel takes 31 characters, some not, and each name once, whatever its case."""
    whole = selection.form.xform_id if table.number == 0 else table.name
    whole = _FORBIDDEN.sub(" ", whole)
    known = {one.lower() for one in taken}
    title, count = whole[:31], 1
    while title.lower() in known:
        count += 1
        tail = f" ({count})"
        title = whole[: 31 - len(tail)] + tail
    return title


def _frame(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a book has beside its sheets. Style 1 is the head, 2 text that a spreadsheet must not take for a formula."""
    numbers = range(1, len(titles) + 1)
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/>{parts}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    sheets = "".join(
        f'<sheet name="{_attribute(title)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, title in zip(numbers, titles, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="rId{len(titles) + 1}"'
        f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    yield (
        "xl/styles.xml",
        f'{_HEAD}<styleSheet xmlns="{_SPREADSHEET}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
        '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill'
        ' patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
        "<border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    )


def _attribute(text: str) -> str:
    return printable(text).replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
