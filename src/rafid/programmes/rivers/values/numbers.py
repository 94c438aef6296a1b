"""Numbers as people write them: the one reader of the sheet, the corrections, the forms, the machines' texts and the tables.

A point and the Arabic ٫ are decimal signs, ٬ parts thousands; digits may be of any script. One comma is a decimal sign, too,
unless just three digits stand behind it: our own pages write six thousand as ``6,000``, and as a decimal it is six. Such a
number is refused with both readings, whatever it is of: the person knows which one was meant.
"""

from __future__ import annotations

import math
import re
from typing import Any

from django.utils.translation import gettext as _

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_SIGNS = str.maketrans({"−": "-", "،": ",", "\u200e": None, "\u200f": None, "\u061c": None})
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(٬\d{3})+([٫.,]\d*)?")


def plain(text: str) -> str:
    """What was written, with the digits and signs of a keyboard; the separators stay."""
    return text.strip().translate(_DIGITS).translate(_SIGNS).strip()


def two_readings(text: str) -> tuple[str, str] | None:
    """Both numbers that ``6,000`` can mean, as they are written in one way only: ``("6000", "6.000")``. None for all others."""
    written = plain(text)
    if not _TWO_WAYS.fullmatch(written):
        return None
    whole, part = written.split(",")
    return whole + part, f"{whole}.{part}"


def read_number(text: Any) -> float:
    """A number of a program as it is, and of a person as this module says. ``12,5`` is twelve and a half, ``6٬000`` six
    thousand; ``6,000`` is refused with both readings, ``1,234,5`` and ``1,234.5`` as no number. Raises ``ValueError`` with a
    sentence."""
    if isinstance(text, bool):
        raise ValueError(_("“%(text)s” is no number.") % {"text": text})
    if isinstance(text, int | float):
        try:
            number = float(text)
        except OverflowError:
            number = math.inf
    else:
        number = float(_read(str(text)))
    if not math.isfinite(number):
        raise ValueError(_("“%(text)s” is no number.") % {"text": str(text)[:60]})
    return number


def _read(text: str) -> str:
    if (both := two_readings(text)) is not None:
        raise ValueError(
            _("“%(text)s” can be read in two ways. Write %(thousands)s or %(decimal)s.")
            % {"text": text.strip(), "thousands": both[0], "decimal": both[1]}
        )
    written = plain(text)
    if _THOUSANDS.fullmatch(written):
        written = written.replace("٬", "")
    written = written.replace("٫", ".")
    if written.count(",") == 1 and "." not in written:
        written = written.replace(",", ".")
    if not _NUMBER.fullmatch(written):
        raise ValueError(_("“%(text)s” is no number.") % {"text": text[:60]})
    return written
