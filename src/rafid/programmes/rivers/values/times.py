"""Reading what people and programs write for a time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


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


def read_date(text: str) -> date | None:
    """A day of the calendar, None for nothing. Raises :class:`Untimely` with a sentence."""
    written = text.strip().translate(_DIGITS)
    try:
        found = parse_date(written) if written else None
    except ValueError:
        found = None
    if written and found is None:
        raise Untimely(_("“%(value)s” is no date. Write it as 2026-11-29.") % {"value": text.strip()[:60]})
    return found
