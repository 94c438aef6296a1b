"""XLSX workbooks, read as a stream with flat memory (ECMA-376 part 1, SpreadsheetML).

openpyxl's read-only mode was tried: it gives no merged cells, cannot tell a formula without a stored result from an
empty cell, keeps every shared string as an object, and read 9,400 rows of 12 columns a second where the parser here
reads several times as many.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .errors import TableError
from .limits import DEFAULT, Limits
from .package import Package, feed, hostile, xml_parser
from .source import Merge, RawRow, Sheet, Source
from .strings import SharedStrings, read_strings
from .xlsx_cells import read_rows

_DATE_BUILTIN = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in number formats that show dates or times (ECMA-376 18.8.30, with the East Asian ones)."""
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_DATE_LETTER = re.compile(r"[ymdhs]", re.I)
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_MAX_MERGES = 200_000
_SMALL = 16 << 20


@dataclass
class Workbook(Source):
    path: Path = Path()
    limits: Limits = DEFAULT
    targets: dict[str, str] = field(default_factory=dict)
    date_styles: frozenset[str] = frozenset()
    date1904: bool = False
    strings_part: str | None = None
    strings: SharedStrings | None = None

    def on_sheet(self, name: str) -> Source:
        sheet = replace(self, sheet=name, merges={})
        with Package(self.path, self.limits) as package:
            sheet.rows_hint = sheet._look_through(package)
            if self.strings is None and self.strings_part:
                self.strings = sheet.strings = read_strings(package, self.strings_part, self.limits)
        return sheet

    def rows(self) -> Iterator[RawRow]:
        assert self.sheet is not None
        with Package(self.path, self.limits) as package:
            yield from read_rows(
                package.blocks(self.targets[self.sheet]),
                strings=self.strings,
                date_styles=self.date_styles,
                date1904=self.date1904,
                limits=self.limits,
            )

    def _look_through(self, package: Package) -> int:
        """Counts the rows and takes the merged ranges, which stand after them, without parsing the rows."""
        assert self.sheet is not None
        count, tail, found = 0, b"", bytearray()
        for block in package.blocks(self.targets[self.sheet], 1 << 20):
            text = tail + block
            count += text.count(b"<row ") + text.count(b"<row>")
            if found or b"mergeCell " in text:
                found += block if found else text
                if len(found) > _SMALL:
                    break
            tail = text[-4:] if not found else b""
        for number, match in enumerate(_MERGE.finditer(bytes(found))):
            if number >= _MAX_MERGES:
                break
            left, top, right, bottom = match.groups()
            self.add_merge(Merge(int(top), column_index(left.decode()), int(bottom), column_index(right.decode())))
        return count


def column_index(letters: str) -> int:
    """0-based index of spreadsheet letters: A → 0, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _elements(package: Package, part: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Local name and attributes of every element of a small part, in order."""
    if package.stated_size(part) > _SMALL:
        raise TableError("damaged")
    found: list[tuple[str, dict[str, str]]] = []
    parser = xml_parser()
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    for _ in feed(parser, package.blocks(part)):
        yield from found
        found.clear()


def _relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """id → (kind, target part) of the relationships of ``part``."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", name + ".rels")
    if not package.has(rels):
        return {}
    relations = {}
    for element, at in _elements(package, rels):
        if element == "Relationship" and at.get("TargetMode") != "External":
            target = at.get("Target", "")
            full = target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            relations[at.get("Id", "")] = (at.get("Type", "").rpartition("/")[2], full.lstrip("/"))
    return relations


def _date_styles(package: Package, part: str) -> frozenset[str]:
    """The cell styles (as the attribute ``s`` names them) whose number format shows a date or a time."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False
    for element, at in _elements(package, part):
        if element == "numFmt":
            formats[at.get("numFmtId", "")] = at.get("formatCode", "")
        elif element == "cellXfs":
            inside = True
        elif element in ("cellStyles", "dxfs", "tableStyles"):
            inside = False
        elif inside and element == "xf":
            styles.append(at.get("numFmtId", "0"))
    return frozenset(str(index) for index, format_ in enumerate(styles) if _is_date(format_, formats))


def _is_date(number_format: str, formats: dict[str, str]) -> bool:
    if number_format in formats:
        code = _NOT_FORMAT.sub("", formats[number_format].split(";")[0])
        return bool(_DATE_LETTER.search(code)) and "general" not in code.casefold()
    return number_format.isdecimal() and len(number_format) < 4 and int(number_format) in _DATE_BUILTIN


def open_workbook(path: Path, limits: Limits) -> Workbook:
    """Reads the workbook's own parts: sheets, styles, dates. Raises ``TableError`` for a damaged one."""
    with Package(path, limits) as package, hostile():
        main = next((part for kind, part in _relations(package, "").values() if kind == "officeDocument"), "")
        main = main or "xl/workbook.xml"
        relations = _relations(package, main)
        workbook = Workbook(kind="xlsx", path=path, limits=limits)
        for element, at in _elements(package, main):
            if element == "workbookPr":
                workbook.date1904 = at.get("date1904") in ("1", "true")
            elif element == "sheet":
                _add_sheet(workbook, at, relations, package)
        for kind, part in relations.values():
            if kind == "styles" and package.has(part):
                workbook.date_styles = _date_styles(package, part)
            elif kind == "sharedStrings" and package.has(part):
                workbook.strings_part = part
    return workbook


def _add_sheet(workbook: Workbook, at: dict[str, Any], relations: dict[str, tuple[str, str]], package: Package) -> None:
    name = at.get("name", "")
    reference = next((value for key, value in at.items() if _local(key) == "id" and ":" in key), "")
    kind, part = relations.get(reference, ("", ""))
    if kind == "worksheet" and package.has(part) and name not in workbook.targets:
        workbook.sheets.append(Sheet(name, at.get("state", "visible") != "visible"))
        workbook.targets[name] = part
