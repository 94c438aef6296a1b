"""Text that a spreadsheet must not take for a formula, or could not hold: for every file that one may open."""

from __future__ import annotations

import re
from typing import Any

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d[\d,]*(\.\d*)?|\.\d+)([eE][+-]?\d+)?\Z")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def looks_like_formula(text: str) -> bool:
    """Would a spreadsheet that opens it run it? ``-5`` and ``+964`` are numbers and do nothing."""
    return bool(_FORMULA.match(text)) and not _NUMBER.match(text.strip())


def disarmed(value: Any) -> Any:
    """Text that begins with = + - @ gets an apostrophe in front, which spreadsheets read as "this is text"."""
    if isinstance(value, str) and looks_like_formula(value):
        return "'" + value
    return value


def printable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return _UNPRINTABLE.sub("\ufffd", text)
