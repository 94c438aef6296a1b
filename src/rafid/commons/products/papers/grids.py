"""A table as figures: written out for readers on paper and pages, and as numbers in the cells of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.writing import day, number

from .tree import Head, Table, Text, code


class Code(str):
    """A reference, which goes from left to right also between Arabic letters."""


@dataclass(frozen=True)
class Column:
    """``places``: decimals of a number as readers see it; None for texts, days and codes."""

    text: str
    places: int | None = None
    wide: float = 1.0


@dataclass(frozen=True)
class Grid:
    """``rows`` hold numbers, texts, :class:`Code`, dates or None. ``total``: the last row is a sum."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    total: bool = False

    def parts(self, most: int = 0, *, caption: bool = True) -> list[Any]:
        """The table for a document; ``most`` rows of it, with a line that says so."""
        rows = self.rows[:most] if most else self.rows
        heads = [Head(one.text, one.places is not None) for one in self.columns]
        written = [[said(cell, one.places) for cell, one in zip(row, self.columns, strict=True)] for row in rows]
        found: list[Any] = [
            Table(heads, written, self.title if caption else "", self.total, [one.wide for one in self.columns])
        ]
        if len(rows) < len(self.rows):
            told = {"shown": number(len(rows)), "all": number(len(self.rows))}
            found.append(Text(_("The first %(shown)s of %(all)s rows; the workbook has all of them.") % told, "small"))
        return found


def said(cell: Any, places: int | None) -> str:
    if cell is None or cell == "":
        return "–"
    if isinstance(cell, Code):
        return code(cell)
    if isinstance(cell, date):
        return day(cell)
    return number(cell, places) if isinstance(cell, int | float) else str(cell)
