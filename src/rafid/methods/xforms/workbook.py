"""An XLSForm's sheets as rows of texts, whatever file they come in, and nothing else that a workbook can carry."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from rafid.methods.xforms.said import say

MOST_UNPACKED: Final = 100_000_000
MOST_ROWS: Final = 20_000
_MOST_COLUMNS: Final = 1_000
_MOST_PACKED: Final = 50_000_000
_CHUNK: Final = 1 << 20
SHEETS: Final = ("survey", "choices", "settings", "entities", "external_choices", "osm")


@dataclass(frozen=True)
class Sheet:
    """``rows``: row number (from 1, as the spreadsheet counts) → texts of its cells from column A; empty rows are left out."""

    name: str
    rows: dict[int, list[str]]

    def heading(self) -> list[str]:
        """The first row."""
        return self.rows.get(1, [])


def refuse_hostile(data: bytes, ending: str) -> None:
    """Looks at a file before anything opens it: the zip's directory first, then what really comes out, counted.

    Raises ``ValueError`` when it is no workbook, unpacks to more than 100 MB, or carries macros or links to other files."""
    if len(data) > _MOST_PACKED:
        raise ValueError(say("The file has %(size)s bytes; %(most)s are allowed.", size=len(data), most=_MOST_PACKED))
    if ending == ".xls":
        if not data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            raise ValueError(say("This is no XLS workbook."))
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise ValueError(say("The workbook has macros. Save it without them."))
        return
    if ending == ".md":
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            names = [member.filename.lower() for member in members]
            if "xl/workbook.xml" not in names:
                raise ValueError(say("This is no XLSX workbook."))
            if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
                raise ValueError(say("The workbook has macros. Save it as .xlsx without them."))
            if any("externallinks/" in name for name in names):
                raise ValueError(say("The workbook has links to other files. Paste their values instead."))
            if sum(member.file_size for member in members) > MOST_UNPACKED or len(members) > 10_000:
                raise ValueError(say("The workbook unpacks to more than 100 MB."))
            unpacked = 0
            for member in members:
                with packed.open(member) as stream:
                    while chunk := stream.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > MOST_UNPACKED:
                            raise ValueError(say("The workbook unpacks to more than 100 MB."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ValueError(say("This is no readable XLSX workbook: %(reason)s.", reason=str(error))) from None
    except Exception as error:
        if isinstance(error, ValueError):
            raise
        raise ValueError(say("This is no readable XLSX workbook: %(reason)s.", reason=str(error))) from None


def read_sheets(data: bytes, ending: str) -> dict[str, Sheet]:
    """The sheets of an XLSForm by name. Raises ``ValueError`` when it cannot be read or has more than 20,000 rows."""
    try:
        if ending == ".md":
            found = dict(_markdown(data))
        elif ending == ".xls":
            found = dict(_xls(data))
        else:
            found = dict(_xlsx(data))
    except _TooMany:
        raise ValueError(say("The workbook has more than %(most)s rows.", most=MOST_ROWS)) from None
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(say("This is no readable workbook: %(reason)s.", reason=str(error))) from None
    return found


class _TooMany(Exception):
    pass


def _sheet(name: str, rows: Iterable[Iterable[Any]], budget: list[int]) -> tuple[str, Sheet]:
    kept: dict[int, list[str]] = {}
    empty = 0
    for number, row in enumerate(rows, 1):
        cells = [_text(cell) for _, cell in zip(range(_MOST_COLUMNS), row, strict=False)]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            empty += 1
            # A sheet that was formatted down to its last row is not long.
            if empty > MOST_ROWS:
                break
            continue
        kept[number] = cells
        budget[0] -= 1
        if budget[0] < 0:
            raise _TooMany
    return name, Sheet(name, kept)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _xlsx(data: bytes) -> Iterator[tuple[str, Sheet]]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    budget = [MOST_ROWS]
    try:
        for title in book.sheetnames:
            name = title.strip().lower()
            sheet = book[title]
            if name in SHEETS and hasattr(sheet, "iter_rows"):
                # What a file says of its own size is not believed.
                sheet.reset_dimensions()
                yield _sheet(name, sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), budget)
    finally:
        book.close()


def _xls(data: bytes) -> Iterator[tuple[str, Sheet]]:
    import xlrd

    book = xlrd.open_workbook(file_contents=data, on_demand=True)
    budget = [MOST_ROWS]
    for title in book.sheet_names():
        name = title.strip().lower()
        if name in SHEETS:
            sheet = book.sheet_by_name(title)
            yield _sheet(name, (sheet.row_values(number) for number in range(sheet.nrows)), budget)


_RULE: Final = re.compile(r"^[\s|:\-]+$")


def _markdown(data: bytes) -> Iterator[tuple[str, Sheet]]:
    """``| survey |`` begins a sheet; its rows have an empty first cell. The heading is row 1."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(say("The file is not UTF-8.")) from None
    name: str | None = None
    rows: list[list[str]] = []
    budget = [MOST_ROWS]
    for line in text.split("\n"):
        line = line.strip()
        if not line.startswith("|"):
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line[1:])]
        if line.endswith("|") and not line.endswith("\\|"):
            cells.pop()
        if cells and cells[0]:
            if name is not None:
                yield _sheet(name, rows, budget)
            name, rows = cells[0].lower(), []
        elif name is not None and not _RULE.match(line):
            rows.append(cells[1:])
    if name is None:
        raise ValueError(say("There is no sheet here: a line like “| survey |” begins one."))
    yield _sheet(name, rows, budget)


def cell_name(column: int, row: int) -> str:
    """``E4`` for column 5, row 4."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
