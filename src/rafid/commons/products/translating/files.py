"""Texts as a spreadsheet and as XLIFF 1.2, out and back in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rafid.commons.programme import LANGUAGES
from rafid.commons.spreadsheets import looks_like_formula, printable

from .texts import Text, write

HEADS = ("key", "of", *LANGUAGES)
LARGEST = 10_000_000
"""Bytes of a file that comes back."""


@dataclass(frozen=True)
class Refused:
    """What was not taken: its row or unit, the key, and why."""

    where: str
    key: str
    why: str


@dataclass(frozen=True)
class Taken:
    changed: int
    same: int
    refused: tuple[Refused, ...]


def as_xlsx(rows: Iterable[Text]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("texts")
    sheet.freeze_panes = "A2"
    sheet.append(list(HEADS))
    for one in rows:
        cells = []
        for text in (one.key, one.of, *(one.said[code] for code in LANGUAGES)):
            cell: Any = WriteOnlyCell(sheet)
            cell._value, cell.data_type = printable(text), "s"
            cell.quotePrefix = looks_like_formula(text)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_xliff(rows: Iterable[Text], source: str, target: str) -> bytes:
    """Units whose source language is there; what is translated already is in the target."""
    units = []
    for one in rows:
        if not one.said[source]:
            continue
        state = ' state="translated"' if one.said[target] else ' state="needs-translation"'
        units.append(
            f'<trans-unit id={quoteattr(one.key)} xml:space="preserve"><source>{escape(printable(one.said[source]))}</source>'
            f"<target{state}>{escape(printable(one.said[target]))}</target><note>{escape(printable(one.of))}</note></trans-unit>"
        )
    body = "\n".join(units)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        f'<file original="rafid" datatype="plaintext" source-language="{source}" target-language="{target}"><body>\n{body}\n'
        "</body></file></xliff>\n"
    ).encode()


def take(name: str, data: bytes, by: Any) -> Taken:
    """Reads a file that came back and writes what changed. Raises ``ValidationError`` for one that cannot be read."""
    if len(data) > LARGEST:
        raise ValidationError(_("The file is larger than 10 MB."))
    units = _xlsx(data) if name.lower().endswith(".xlsx") else _xliff(data)
    changed = same = 0
    refused = []
    for where, key, said in units:
        filled = {code: text for code, text in said.items() if text.strip()}
        if not filled:
            continue
        try:
            if write(key, filled, by):
                changed += 1
            else:
                same += 1
        except ValidationError as error:
            refused.append(Refused(where, key[:120], " ".join(error.messages)))
    return Taken(changed, same, tuple(refused))


def _unreadable() -> ValidationError:
    return ValidationError(_("The file cannot be read. Send the spreadsheet of this page back, or an XLIFF file."))


def _xlsx(data: bytes) -> Iterator[tuple[str, str, dict[str, str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = [
            [str(cell) if cell is not None else "" for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
    except Exception as error:
        raise _unreadable() from error
    heads = [head.strip().lower() for head in rows[0]] if rows else []
    if "key" not in heads or not set(heads) & set(LANGUAGES):
        raise ValidationError(_("The first row must name the columns: key, of, ar, ckb, en."))
    for number, row in enumerate(rows[1:], 2):
        said = dict(zip(heads, row, strict=False))
        if said.get("key"):
            yield str(number), said["key"], {code: said[code] for code in LANGUAGES if code in said}


def _xliff(data: bytes) -> Iterator[tuple[str, str, dict[str, str]]]:
    """By expat; a doctype, and with it any entity, is refused."""
    found: list[tuple[str, str, dict[str, str]]] = []
    at: dict[str, Any] = {"target": "", "key": "", "text": None}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "file":
            at["target"] = attributes.get("target-language", "")
        elif local == "trans-unit":
            at["key"] = attributes.get("id", "")
        elif local == "target":
            at["text"] = []

    def end(name: str) -> None:
        if name.rpartition(":")[2] == "target" and at["text"] is not None:
            found.append((str(len(found) + 1), at["key"], {at["target"]: "".join(at["text"])}))
            at["text"] = None

    def said(text: str) -> None:
        if at["text"] is not None:
            at["text"].append(text)

    def doctype(*_parts: Any) -> None:
        raise ValueError("doctype")

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = start, end
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = said, doctype
    try:
        reader.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise _unreadable() from error
    if at["target"] not in LANGUAGES:
        raise ValidationError(_("The file does not say its target language: ar, ckb or en."))
    yield from found
