"""Reading what people and programs write for a time and a number."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_TWO_WAYS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


class Untimely(ValueError):
    """What was written is no time."""


def read_time(text: Any, *, zone: str | None = None) -> datetime:
    """An ISO 8601 time in UTC; ``zone`` is that of a time that says none (a name of the tz database).

    Raises :class:`Untimely` for what is no time, and for a time without a zone where ``zone`` is not given.
    """
    if isinstance(text, datetime):
        found: datetime | None = text
    elif isinstance(text, str):
        written = text.strip().translate(_DIGITS)
        try:
            found = parse_datetime(written)
            if found is None and (day := parse_date(written)) is not None:
                found = datetime(day.year, day.month, day.day)
        except ValueError:
            found = None
    else:
        found = None
    if found is None:
        raise Untimely(_("“%(text)s” is no time. Write it as 2026-03-01T06:00+03:00.") % {"text": str(text)[:60]})
    if found.tzinfo is None:
        if zone is None:
            raise Untimely(_("The time has no zone. Write +03:00 or Z behind it."))
        found = found.replace(tzinfo=ZoneInfo(zone))
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise Untimely(
            _("“%(text)s” is no time. Write it as 2026-03-01T06:00+03:00.") % {"text": str(text)[:60]}
        ) from error


def read_number(text: Any) -> float:
    """A number as people write it: Arabic-Indic digits, a decimal comma (٫ too), blanks around it.

    ``12,5`` is twelve and a half; ``1,234,5`` and ``1,234.5`` are refused as unclear. Raises ``ValueError`` with a sentence.
    """
    if isinstance(text, bool):
        raise ValueError(_("“%(text)s” is no number.") % {"text": text})
    if isinstance(text, int | float):
        number = float(text)
    else:
        written = str(text).strip().translate(_DIGITS).replace("٫", ".").replace("−", "-").replace("\u200e", "")
        if written.count(",") == 1 and "." not in written:
            written = written.replace(",", ".")
        if not _NUMBER.fullmatch(written):
            raise ValueError(_("“%(text)s” is no number.") % {"text": str(text)[:60]})
        number = float(written)
    if not math.isfinite(number):
        raise ValueError(_("“%(text)s” is no number.") % {"text": str(text)[:60]})
    return number


def read_flow(text: Any) -> float:
    """As :func:`read_number`, for a flow: ``6,000`` is refused. Pages write six thousand so, and as a decimal it is six."""
    if isinstance(text, str) and _TWO_WAYS.fullmatch(text.strip().translate(_DIGITS)):
        whole, part = text.strip().translate(_DIGITS).split(",")
        raise ValueError(
            _("“%(text)s” can be read in two ways. Write %(thousands)s or %(decimal)s.")
            % {"text": text.strip(), "thousands": whole + part, "decimal": f"{whole}.{part}"}
        )
    return read_number(text)
