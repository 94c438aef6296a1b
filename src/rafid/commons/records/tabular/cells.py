"""What every cell parser does first: digits of any script, marks that nobody sees, words that mean "no value"."""

from __future__ import annotations

from typing import Any

from .errors import CellError

_DIGITS = {}
for _zero in (0x0660, 0x06F0, 0xFF10, 0x0966):  # Arabic-Indic, Persian, full width, Devanagari
    _DIGITS.update({_zero + value: 48 + value for value in range(10)})

_UNSEEN = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0x061C, 0x00AD, 0xFEFF, 0x0640], None
)
"""Direction marks, joiners, the byte order mark and the Arabic stretching line."""

PLAIN = {**_DIGITS, **_UNSEEN}

MISSING = frozenset(
    {
        "-", "--", "---", "–", "—", "−", ".", "..", "...", "…", "*", "?",
        "n/a", "na", "n.a.", "n.a", "nan", "null", "none", "nil", "not available", "no data", "x",
        "لا يوجد", "لايوجد", "لا توجد", "غير متوفر", "غير متاح", "غ.م", "غ م", "نییە", "بەردەست نییە",
    }
)  # fmt: skip
"""Cells of figures or dates that say that there is no value. Statistical tables print these."""

_ERRORS = frozenset(
    {"#n/a", "#na", "#ref!", "#div/0!", "#value!", "#name?", "#null!", "#num!", "#spill!", "#calc!", "#####"}
)


def plain(cell: str) -> str:
    """The text with ASCII digits, without unseen marks and without blanks at its ends."""
    return cell.strip() if cell.isascii() else cell.translate(PLAIN).strip()


def refuse_errors(cell: Any, text: str) -> None:
    """Raises ``CellError`` for a cell in which a spreadsheet's own error was saved as text."""
    if text.startswith("#") and (text.casefold() in _ERRORS or not text.strip("#")):
        raise CellError("error_cell", value=cell)


def is_missing(text: str) -> bool:
    return not text or (len(text) < 16 and text.casefold() in MISSING)


def parse_text(cell: Any) -> str | None:
    """The cell as text, composed (NFC), without blanks at its ends; None where it is empty.

    Numbers are written as a person would write them (7.0 → "7"), dates as ISO 8601. Raises ``CellError`` for a cell
    that holds a spreadsheet's error.
    """
    if cell is None:
        return None
    if isinstance(cell, str):
        text = cell.strip()
        if not text.isascii():
            from unicodedata import normalize

            text = normalize("NFC", text).strip("\ufeff\u200b\u200e\u200f \t\r\n")
        elif text.startswith("#"):
            refuse_errors(cell, text)
        return text or None
    if isinstance(cell, CellError):
        raise cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(cell)
