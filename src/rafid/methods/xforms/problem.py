"""What is wrong or unwise in a form, and where."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """``severity``: error or warning. ``sheet``, ``row`` (from 1, as the spreadsheet counts), ``column`` (its heading) and
    ``cell`` (``E4``) are None where nobody knows them; ``field``: the question's name."""

    severity: str
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    cell: str | None = None
    field: str | None = None
