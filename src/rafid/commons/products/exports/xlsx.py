"""XLSX: a sheet of data, one that explains the fields, one with source and licence. Written row by row while it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as _noop

from rafid.commons.names import in_three
from rafid.commons.programme import LANGUAGES

from ..tables import Table
from .workbook import book, sheet

DATA, FIELDS, SOURCE = _noop("Data"), _noop("Fields"), _noop("Source and licence")


def write(table: Table, *, hxl: bool = False, bom: bool = False) -> Iterator[bytes]:
    """Blocks of bytes. ``hxl`` adds the row of tags below the names; ``bom`` means nothing here.

    A frozen version is one file for readers of all languages: its sheets have names that do not change, so that queries
    of other tools find them again, and its labels stand in three languages.
    """
    frozen = table.frozen_at is not None
    moment = table.frozen_at or timezone.localtime()
    yield from book(_sheets(table, hxl, frozen, moment), moment)


def _sheets(table: Table, hxl: bool, frozen: bool, moment: datetime) -> Iterator[tuple[str, Iterator[str]]]:
    title = str if frozen else _
    heads = [table.names, [field.hxl or "" for field in table.fields]] if hxl else [table.names]
    kinds = [field.kind for field in table.fields]
    rows = (line.values for line in table.lines())
    full: list[bool] = [True]
    while full:
        full.clear()
        yield title(DATA), sheet(rows, heads=heads, kinds=kinds, full=full)
    said = _said_in_three if frozen else _
    yield title(FIELDS), sheet(_fields(table), heads=[[said("Field"), *LANGUAGES, said("Kind"), said("Unit"), "HXL"]])
    yield title(SOURCE), sheet(_source(table, said, moment))


def _said_in_three(text: str) -> str:
    """English, Arabic, Sorani."""
    return " · ".join(dict.fromkeys(in_three(text)[code] for code in ("en", "ar", "ckb")))


def _fields(table: Table) -> Iterator[list[Any]]:
    for field in table.fields:
        names = field.names or {}
        yield [field.name, *(str(names.get(code, "")) for code in LANGUAGES), field.kind, field.unit, field.hxl or ""]
        for choice, means in (field.choices or {}).items():
            yield [f"{field.name}={choice}", *(str(means.get(code, "")) for code in LANGUAGES), "", "", ""]


def _source(table: Table, said: Any, moment: datetime) -> Iterator[list[Any]]:
    declared = table.published.declared
    licence, link = table.published.licence
    for code in LANGUAGES:
        yield [f"{said('Title')} ({code})", str(declared.title.get(code, ""))]
    for code in LANGUAGES:
        if (declared.about or {}).get(code):
            yield [f"{said('About')} ({code})", str((declared.about or {})[code])]
    yield [said("Source"), table.attributed]
    yield [said("Licence"), licence]
    yield [said("Licence, where to read it"), link]
    yield [said("Rows"), table.count()]
    if table.number:
        yield [said("Version"), table.number]
    yield [said("Content, SHA-256"), table.content_sha256()]
    yield [said("Made on"), moment.date().isoformat()]
