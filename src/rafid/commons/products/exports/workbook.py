"""A book of sheets (OOXML, ECMA-376), written row by row as text while it is sent: memory does not grow with its rows.

Text stands in its cell (``inlineStr``) and not in a list of all texts, which would have to be held to the end. No cell is
ever a formula: what looks like one is text, and carries the sign by which Excel leaves it so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from rafid.commons.forms.exports.zipped import ZipStream
from rafid.commons.spreadsheets import looks_like_formula, printable

MOST_ROWS = 1_048_576
LONGEST = 32_767
"""Rows of a sheet, characters of a cell."""
_BLOCK = 1 << 18
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEAD, _TEXT, _DAY, _MOMENT = 1, 2, 3, 4
"""Styles: the head, text that looks like a formula, dates, moments."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_FIRST = date(1900, 3, 1)
"""Before it Excel counts days wrongly, so that older dates stay text."""
_ZERO = date(1899, 12, 30).toordinal()

type_cell = Callable[[Any], str]


def book(sheets: Iterable[tuple[str, Iterator[str]]], moment: datetime) -> Iterator[bytes]:
    """``sheets``: title and XML of each, as :func:`sheet` gives it. ``moment`` stands in the zip."""
    zipped = ZipStream(moment)
    titles: list[str] = []
    for title, pieces in sheets:
        titles.append(_title(title, titles))
        yield from zipped.deflated(f"xl/worksheets/sheet{len(titles)}.xml", (piece.encode() for piece in pieces))
    for name, text in _frame(titles):
        yield from zipped.deflated(name, [text.encode()])
    yield from zipped.end()


def sheet(
    rows: Iterable[Sequence[Any]],
    *,
    heads: Sequence[Sequence[str]] = (),
    kinds: Sequence[str] | None = None,
    full: list[bool] | None = None,
) -> Iterator[str]:
    """The XML of one sheet. ``heads`` stay in sight. ``kinds`` says of each column what it holds (date, datetime; else by the
    value). ``full`` gets an element when the sheet can hold no more, and leaves the rest in ``rows``."""
    yield f'{_XML}<worksheet xmlns="{_MAIN}">'
    if heads:
        n = len(heads)
        yield (
            f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{n}" topLeftCell="A{n + 1}" activePane="bottomLeft"'
            ' state="frozen"/></sheetView></sheetViews>'
        )
    yield "<sheetData>"
    yield "".join(f"<row>{''.join(_head(text) for text in head)}</row>" for head in heads)
    parts: list[str] = []
    size, left = 0, MOST_ROWS - len(heads)
    cells = None if kinds is None else [_BY_KIND.get(kind, any_cell) for kind in kinds]
    for values in rows:
        if cells is None:
            line = "".join(map(any_cell, values))
        else:
            line = "".join([cell(value) for cell, value in zip(cells, values, strict=True)])
        parts.append(f"<row>{line}</row>")
        size += len(line)
        left -= 1
        if size > _BLOCK:
            yield "".join(parts)
            parts, size = [], 0
        if left == 0:
            if full is not None:
                full.append(True)
            break
    parts.append("</sheetData></worksheet>")
    yield "".join(parts)


def any_cell(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return text_cell(value)
    if kind is int or kind is float:
        return f"<c><v>{value!r}</v></c>"
    if value is None:
        return "<c/>"
    if kind is bool:
        return f'<c t="b"><v>{1 if value else 0}</v></c>'
    return text_cell(str(value))


@lru_cache(maxsize=8192)
def text_cell(text: str) -> str:
    """Kept for the texts that come again and again, as names of places do."""
    if not text:
        return "<c/>"
    style = f' s="{_TEXT}"' if looks_like_formula(text) else ""
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


def _escaped(text: str) -> str:
    if len(text) > LONGEST:
        text = text[:LONGEST]
    if not text.isprintable():
        # A reader of XML takes a bare carriage return for a line feed.
        text = printable(text)
    if "&" in text or "<" in text or ">" in text or "\r" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")
    return text


def _head(text: str) -> str:
    return f'<c t="inlineStr" s="{_HEAD}"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>' if text else "<c/>"


@lru_cache(maxsize=8192)
def _date_cell(value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return any_cell(value)
    if day < _FIRST:
        return text_cell(value)
    return f'<c s="{_DAY}"><v>{day.toordinal() - _ZERO}</v></c>'


def _moment_cell(value: Any) -> str:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return any_cell(value)
    if at.date() < _FIRST or at.tzinfo is not None:
        # A sheet knows no time zones: a moment that names one stays as it is written.
        return text_cell(value)
    days = at.toordinal() - _ZERO + (at.hour * 3600 + at.minute * 60 + at.second + at.microsecond / 1e6) / 86400
    return f'<c s="{_MOMENT}"><v>{days!r}</v></c>'


_BY_KIND: dict[str, type_cell] = {"date": _date_cell, "datetime": _moment_cell}


def _title(wanted: str, taken: Sequence[str]) -> str:
    """Excel takes 31 characters, some not, and each name once, whatever its case."""
    wanted = _FORBIDDEN.sub(" ", wanted)
    known = {one.lower() for one in taken}
    title, count = wanted[:31], 1
    while title.lower() in known:
        count += 1
        tail = f" ({count})"
        title = wanted[: 31 - len(tail)] + tail
    return title


def _attribute(text: str) -> str:
    return _escaped(text).replace('"', "&quot;")


def _frame(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a book has beside its sheets."""
    numbers = range(1, len(titles) + 1)
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{types}.worksheet+xml"/>' for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{types}.styles+xml"/>{parts}</Types>',
    )
    yield (
        "_rels/.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1"'
        f' Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    named = "".join(
        f'<sheet name="{_attribute(title)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, title in zip(numbers, titles, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>',
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{links}<Relationship Id="rId{len(titles) + 1}"'
        f' Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    )
    xf = '<xf numFmtId="{}" fontId="{}" fillId="0" borderId="0" xfId="0"{}/>'
    styles = "".join(
        xf.format(*one)
        for one in (
            (0, 0, ""),
            (0, 1, ' applyFont="1"'),
            (49, 0, ' quotePrefix="1" applyNumberFormat="1"'),
            (164, 0, ' applyNumberFormat="1"'),
            (165, 0, ' applyNumberFormat="1"'),
        )
    )
    yield (
        "xl/styles.xml",
        f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/>'
        '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill'
        ' patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/>'
        '</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="5">{styles}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
    )
