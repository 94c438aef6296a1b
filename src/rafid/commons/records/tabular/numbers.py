"""Numbers as people in Iraq write them: three sets of digits, four kinds of separators, signs on either side.

Decided: a single separator followed by exactly three digits is thousands when it is a comma, an apostrophe or a blank
("1,234" = 1234) and a decimal point when it is a point ("1.234" = 1.234, told as ambiguous), unless the other cells of
the column show the style (``column_number_style``). The Arabic separators ٬ and ٫ are never ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple

from .cells import is_missing, plain, refuse_errors
from .errors import CellError

type_style = Literal["point", "comma"]
"""Which of the two is the decimal sign."""

_DIGITS = 40
"""More digits than any figure has; a database numeric would take them, a person never means them."""

_SIMPLE = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?\Z", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d{1,18}(?:[.,]\d{1,18})?[eE][+-]?\d{1,3}\Z", re.ASCII)
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "－": "-", "⁻": "-"})
_BLANKS = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009\u2007\u2008\u2006"), " ")
_MARKS = {**_BLANKS, ord("’"): "'", ord("‘"): "'", ord("`"): "'", ord("´"): "'", ord("،"): ",", ord("，"): ","}
_PERCENT = {
    "%": Decimal("0.01"),
    "٪": Decimal("0.01"),
    "؉": Decimal("0.001"),
    "‰": Decimal("0.001"),
    "％": Decimal("0.01"),
}
_GROUPS = re.compile(r"\d{1,3}(?:([ ,.'٬])\d{3})(?:\1\d{3})*\Z", re.ASCII)


class Number(NamedTuple):
    value: Decimal
    ambiguous: bool = False


def parse_number(cell: Any, *, style: type_style | None = None) -> Decimal | None:
    """The number in the cell; None where it is empty or says that there is none ("-", "n/a", "لا يوجد").

    Percent is divided: "45 %" is 0.45, as a spreadsheet stores it. ``style`` says which of point and comma is the
    decimal sign in this column. Raises ``CellError``.
    """
    if cell.__class__ is str and style != "comma" and _SIMPLE.match(cell):
        return Decimal(cell)
    number = read_number(cell, style=style)
    return None if number is None else number.value


def read_number(cell: Any, *, style: type_style | None = None) -> Number | None:
    """As ``parse_number``, with whether the cell alone could be read in two ways."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return _read_text(cell, style)
    if isinstance(cell, CellError):
        raise cell
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise CellError("not_a_number", value=cell)
    value = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if not value.is_finite():
        raise CellError("not_a_number", value=cell)
    return Number(_bounded(cell, value))


def parse_integer(cell: Any, *, style: type_style | None = None) -> int | None:
    """The whole number in the cell, None where there is none. 7.0 is whole. Raises ``CellError``."""
    if cell.__class__ is str and len(cell) < 19 and cell.isascii() and cell.isdigit():
        return int(cell)
    if cell.__class__ is int:
        return int(_bounded(cell, cell))
    value = parse_number(cell, style=style)
    if value is None:
        return None
    whole = value.to_integral_value()
    if whole != value:
        raise CellError("not_an_integer", value=cell)
    return int(whole)


def _bounded(cell: Any, value: Any) -> Any:
    if value and (abs(value).adjusted() if isinstance(value, Decimal) else value.bit_length() // 4) >= _DIGITS:
        raise CellError("number_too_large", value=cell)
    if isinstance(value, Decimal) and value and value.adjusted() < -_DIGITS:
        raise CellError("number_too_large", value=cell)
    return value


def _read_text(cell: str, style: type_style | None) -> Number | None:
    if len(cell) > 200:
        raise CellError("not_a_number", value=cell)
    text = plain(cell).translate(_MINUS).translate(_MARKS).strip(" '")
    if is_missing(text):
        return None
    refuse_errors(cell, text)
    factor = Decimal(1)
    for sign, share in _PERCENT.items():
        if sign in text:
            if text.count(sign) > 1 or not (text.startswith(sign) or text.rstrip(" )-+").endswith(sign)):
                raise CellError("not_a_number", value=cell)
            text, factor = text.replace(sign, "").strip(), factor * share
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1].strip()
    if text.startswith(("-", "+")):
        negative, text = negative or text[0] == "-", text[1:].strip()
    elif text.endswith(("-", "+")) and text[-2:-1] != "e":
        negative, text = negative or text[-1] == "-", text[:-1].strip()
    digits, ambiguous = _digits(text, style)
    if digits is None:
        raise CellError("not_a_number", value=cell)
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise CellError("not_a_number", value=cell) from error
    value = _bounded(cell, value) * factor
    return Number(-value if negative else value, ambiguous)


def _digits(text: str, style: type_style | None) -> tuple[str | None, bool]:
    """The number with a point and nothing else but digits, and whether it is ambiguous; None where it is no number."""
    if not text:
        return None, False
    if text.isascii() and text.isdigit():
        return (text, False) if len(text) <= 2 * _DIGITS else (None, False)
    if _SCIENTIFIC.match(text):
        return text.replace(",", "."), False
    if "٫" in text:
        text, _, decimal = text.partition("٫")
        if not decimal.isdigit() or not decimal.isascii():
            return None, False
        return _glue(_group(text), decimal), False
    return _western(text, style)


def _glue(whole: str | None, decimal: str) -> str | None:
    return None if whole is None else f"{whole}.{decimal}"


def _group(text: str) -> str | None:
    """The digits of a whole number with or without one kind of thousands separator."""
    if not text:
        return "0"
    if text.isascii() and text.isdigit():
        return text
    found = _GROUPS.match(text)
    return text.replace(found[1], "") if found else None


def _western(text: str, style: type_style | None) -> tuple[str | None, bool]:
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return _group(text), False
    sign = text[last]
    whole, tail = text[:last], text[last + 1 :]
    other = "," if sign == "." else "."
    if tail and not (tail.isascii() and tail.isdigit()):
        return _group(text), False  # blanks or apostrophes after it: thousands all the way, or nothing
    decimal_sign = {"point": ".", "comma": ","}.get(style or "")
    if sign in whole:
        return (_group(text), False) if decimal_sign != sign else (None, False)
    if other in whole or " " in whole or "'" in whole or "٬" in whole:
        # Two kinds of separators: the last one is the decimal sign, whatever the column's style.
        return _glue(_group(whole), tail or "0"), False
    if whole and not (whole.isascii() and whole.isdigit()):
        return None, False
    thousands = len(tail) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0"
    if not thousands:
        return _glue(whole or "0", tail or "0") if whole or tail else None, False
    if decimal_sign is not None:
        return (f"{whole}.{tail}" if decimal_sign == sign else whole + tail), False
    return (whole + tail, False) if sign == "," else (f"{whole}.{tail}", True)


def column_number_style(samples: Iterable[Any]) -> type_style | None:
    """Which of point and comma is the decimal sign in a column, by the cells that can be read in one way only.

    "1,5" and "1.234.567" show a decimal comma, "1.25" and "1,234,567" a decimal point, "1.234,5" and "1,234.5" likewise.
    None where no cell shows it or cells disagree.
    """
    votes = {"point": 0, "comma": 0}
    for cell in samples:
        if not isinstance(cell, str) or len(cell) > 60:
            continue
        text = plain(cell).translate(_MARKS).strip("()+-−–%٪ '")
        last = max(text.rfind("."), text.rfind(","))
        if last < 0 or not re.fullmatch(r"[\d.,' ]+", text, re.ASCII):
            continue
        sign, whole, tail = text[last], text[:last], text[last + 1 :]
        other = "," if sign == "." else "."
        if sign in whole:
            decimal = other
        elif other in whole or len(tail) != 3 or len(whole) > 3 or whole.startswith("0") or not whole:
            decimal = sign
        else:
            continue
        votes["point" if decimal == "." else "comma"] += 1
    if votes["point"] and not votes["comma"]:
        return "point"
    if votes["comma"] and not votes["point"]:
        return "comma"
    return None
