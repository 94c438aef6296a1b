"""The cells of one XLSX sheet, row by row, from a stream of XML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any

from .errors import CellError, TableError
from .limits import Limits
from .package import feed, xml_parser
from .source import RawRow
from .strings import SharedStrings, unescape

_LAST_SERIAL = 2_958_466
_LAST_COLUMN = 16_384


def excel_date(serial: float, *, date1904: bool = False) -> date | datetime | time:
    """The date of an Excel serial number, a ``datetime`` where it has hours, a ``time`` below one day.

    ``date1904`` is the calendar of old Macintosh workbooks. In the usual one, Excel counts a 29 February 1900 that never
    was (serial 60). Raises ``ValueError`` for that day and outside 1900-9999.
    """
    if not 0 <= serial < _LAST_SERIAL:
        raise ValueError(serial)
    days, fraction = divmod(serial, 1)
    seconds = round(fraction * 86_400)
    if days == 0 and not date1904:
        return (datetime(1900, 1, 1) + timedelta(seconds=min(seconds, 86_399))).time()
    if date1904:
        epoch = datetime(1904, 1, 1)
    elif days == 60:
        raise ValueError("29 February 1900")
    else:
        epoch = datetime(1899, 12, 31) if days < 60 else datetime(1899, 12, 30)
    try:
        moment = epoch + timedelta(days=days, seconds=seconds)
    except OverflowError as error:
        raise ValueError(serial) from error
    return moment if seconds else moment.date()


def number(text: str) -> int | float:
    """A stored number as its cell shows it: whole ones as ``int``, others to Excel's own 15 digits."""
    if len(text) < 16 and text.isdecimal():
        return int(text)
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    if len(text) > 16:
        value = float(f"{value:.15g}")
    if value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def read_rows(
    blocks: Iterator[bytes],
    *,
    strings: SharedStrings | None,
    date_styles: frozenset[str],
    date1904: bool,
    limits: Limits,
) -> Iterator[RawRow]:
    """Rows in the sheet's order. A formula's stored result is its value; one without a result and cells that show an
    error are ``CellError``. Raises ``TableError`` where the XML is damaged or numbers its rows out of order.
    """
    found: list[RawRow] = []
    cells: list[Any] = []
    taken: list[str] = []
    columns: dict[str, int] = {}
    row_number = width = column = length = 0
    kind = style = None
    formula = collecting = has_value = phonetic = False
    cap = limits.max_columns + 1
    keep = limits.max_cell + 1

    def start(name: str, at: dict[str, str]) -> None:
        nonlocal row_number, width, column, kind, style, formula, collecting, has_value, length, phonetic
        if name == "c":
            reference = at.get("r")
            if reference is None:
                column += 1
            else:
                letters = reference.rstrip("0123456789")
                known = columns.get(letters)
                column = known if known is not None else new_column(letters)
            kind, style = at.get("t"), at.get("s")
            formula = has_value = False
            if taken:
                taken.clear()
            length = 0
        elif name == "v":
            collecting = has_value = True
        elif name == "row":
            given = at.get("r")
            following = int(given) if given is not None else row_number + 1
            if not row_number < following <= limits.max_rows:
                raise TableError("damaged")
            row_number = following
            cells.clear()
            width, column = 0, -1
        elif name == "f":
            formula = True
        elif name == "t":
            collecting = not phonetic
        elif name == "rPh":
            phonetic = True
        elif ":" in name:
            start(name.rpartition(":")[2], at)

    def new_column(letters: str) -> int:
        index = 0
        for letter in letters:
            index = index * 26 + ord(letter) - 64
        if not 0 < index <= _LAST_COLUMN or not letters.isascii() or not letters.isupper():
            raise TableError("damaged")
        columns[letters] = index - 1
        return index - 1

    def text(data: str) -> None:
        nonlocal length
        if collecting and length < keep:
            taken.append(data if len(data) <= keep - length else data[: keep - length])
            length += len(data)

    def end(name: str) -> None:
        nonlocal collecting, width, phonetic
        if name == "v":
            collecting = False
        elif name == "c":
            value = convert(taken[0] if len(taken) == 1 else "".join(taken))
            if value is None:
                return
            if column >= width:
                width = column + 1
            if column < cap:
                missing = column - len(cells)
                if missing > 0:
                    cells.extend([None] * missing)
                if missing >= 0:
                    cells.append(value)
                else:
                    cells[column] = value
        elif name == "row":
            if cells or width:
                found.append(RawRow(row_number, cells.copy(), width))
        elif name == "t":
            collecting = False
        elif name == "rPh":
            phonetic = False
        elif ":" in name:
            end(name.rpartition(":")[2])

    def convert(data: str) -> Any:
        if kind == "s":
            if not data:
                return None
            try:
                if strings is None:
                    raise IndexError
                return strings.get(int(data)) or None
            except (IndexError, ValueError) as error:
                raise TableError("damaged") from error
        if not data:
            # Only a formula that gives text may give an empty one; a number that is not there was never computed.
            return CellError("formula_without_value") if formula and not (has_value and kind == "str") else None
        if kind is None or kind == "n":
            try:
                value = number(data)
            except ValueError:
                return CellError("error_cell", value=data)
            if style in date_styles:
                try:
                    return excel_date(value, date1904=date1904)
                except ValueError:
                    return CellError("bad_excel_date", value=data)
            return value
        if kind == "e":
            return CellError("error_cell", value=data)
        if kind == "b":
            return data.strip() in ("1", "true")
        if kind == "d":
            try:
                moment = datetime.fromisoformat(data)
            except ValueError:
                return CellError("bad_excel_date", value=data)
            return moment if "T" in data else moment.date()
        return unescape(data)

    parser = xml_parser()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for _ in feed(parser, blocks):
        yield from found
        found.clear()
