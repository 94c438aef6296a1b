"""Numbers, dates and periods as the reader's language writes them, with digits 0-9 everywhere.

Names of months and their order come from Babel (``ar_IQ``, ``ckb_IQ``): Django's own Arabic months are not Iraq's.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from babel import Locale, dates, numbers
from django.utils import timezone
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

LOCALES = {"ar": "ar_IQ", "ckb": "ckb_IQ", "en": "en_GB"}

_PERIOD = re.compile(r"(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|W(?P<week>\d{1,2})|(?P<month>0[1-9]|1[0-2]))?")
_LEFT_TO_RIGHT = "\u200e"  # keeps the minus before its number in a right-to-left line


@functools.cache
def _parsed(code: str) -> Locale:
    return Locale.parse(LOCALES.get(code, LOCALES["ar"]))


def locale(language: str | None = None) -> Locale:
    """Babel's locale of ``language``, today's reader by default."""
    return _parsed(language or get_language() or "ar")


def number(value: Any, places: int | str | None = None) -> str:
    """``1234567.5`` → ``1,234,567.5``. ``places`` fixes the decimals; without it at most two, none that are zero.

    None and what is no finite number give an empty string.
    """
    return _written(str(value), places)


@functools.lru_cache(maxsize=8192)
def _written(value: str, places: int | str | None) -> str:
    """A page of figures writes hundreds, and the next reader's page the same ones."""
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return ""
    if not exact.is_finite():
        return ""
    pattern = "#,##0.##" if places is None else "#,##0" + ("." + "0" * int(places) if int(places) else "")
    text = numbers.format_decimal(abs(exact), pattern, locale=_parsed("en"))
    negative = exact < 0 and any(digit in "123456789" for digit in text)
    return f"{_LEFT_TO_RIGHT}−{text}" if negative else text


def day(value: dt.date | dt.datetime | None) -> str:
    """``30 أيلول 2026``; a datetime is taken in the country's zone; None gives an empty string."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return dates.format_date(value, "long", locale=locale())


def moment(value: dt.datetime | None) -> str:
    """Day and time of 24 hours in the country's zone; None gives an empty string."""
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return _("%(day)s, %(time)s") % {"day": day(local), "time": local.strftime("%H:%M")}


def period(value: str | None) -> str:
    """2026, 2026Q1, 202609, 2026W5 as a person says them; any other text comes back as it is."""
    found = _PERIOD.fullmatch(value or "")
    if not found:
        return value or ""
    year = int(found["year"])
    if found["quarter"]:
        name = dates.get_quarter_names("wide", locale=locale())[int(found["quarter"])]
        return _("%(quarter)s %(year)s") % {"quarter": name, "year": year}
    if found["month"]:
        name = dates.get_month_names("wide", locale=locale())[int(found["month"])]
        return _("%(month)s %(year)s") % {"month": name, "year": year}
    if found["week"]:
        return _("Week %(week)s of %(year)s") % {"week": int(found["week"]), "year": year}
    return str(year)


def size(value: int | None) -> str:
    """Bytes as a file manager shows them, in thousands: ``1.2 MB``. The units are Latin in all three languages."""
    amount = float(value or 0)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{number(amount, 0 if unit == 'B' or amount >= 100 else 1)} {unit}"


def whole(text: Any) -> str:
    """A name, code, date or measure that stands in a sentence from right to left and keeps its own direction there."""
    return f"\u2068{text}\u2069" if text and get_language_bidi() else str(text)
