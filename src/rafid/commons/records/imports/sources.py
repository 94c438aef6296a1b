"""Where the rows of a file come from: who said so, and of which day. Published figures stand on it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..models import ImportRun
from ..tabular import CellError
from ..tabular.dates import parse_date
from ..tabular.periods import parse_period
from .targets import Target

COLUMN = "source"
"""The column that says it by row."""
_DOUBTS = (None, "order", "american")
"""What is taken of a date that may be read in two ways: the importer's own reading. Others may be a day or a century off."""

_WHOLE_YEAR = re.compile(r"\d{4}")


class SourceError(ValueError):
    """What is said of the source cannot stand; the message says why and what to do."""


def source_date(text: str, today: date | None = None) -> str:
    """A source's own date as ISO: ``2024``, ``2024-11`` or ``2024-11-20``; empty stays empty. Raises ``SourceError``."""
    text = " ".join(text.replace("\x00", "").split())
    if not text:
        return ""
    found = _year_or_month(text) or _day(text)
    if found > (today or timezone.localdate()).isoformat()[: len(found)]:
        raise SourceError(
            _("“%(value)s” has not been yet. Write the year, month or day that the figures are of.")
            % {"value": writing.whole(text[:40])}
        )
    return found


def _year_or_month(text: str) -> str:
    """Empty where it is neither."""
    try:
        period = parse_period(text) or ""
    except CellError:
        return ""
    if period.isdecimal() and len(period) in (4, 6):
        return period if len(period) == 4 else f"{period[:4]}-{period[4:]}"
    return ""


def _day(text: str) -> str:
    try:
        read = parse_date(text)
    except CellError as error:
        if error.code == "no_such_day":
            raise SourceError(error.text(_)) from error
        read = None
    if read is None or read.doubt not in _DOUBTS or not _WHOLE_YEAR.search(text):
        raise SourceError(
            _(
                "“%(value)s” is not clear as a date. Write a year, a month or a day, such as 2024, 2024-11 or 2024-11-20."
            )
            % {"value": writing.whole(text[:40])}
        )
    return read.value.isoformat()


def by_row(target: Target) -> bool:
    """May a row of the file say its own source?"""
    return any(column.code == COLUMN for column in target.columns)


def lacks_source(run: ImportRun, target: Target) -> bool:
    """Would a row that does not say its own source become a figure without one?"""
    return target.declared.sourced and not str(run.options.get("source") or "").strip()


def missing_source(run: ImportRun, target: Target, mapping: Any, fixed: Any) -> bool:
    """Does neither the file as a whole nor any column of it say the source?"""
    return lacks_source(run, target) and not (by_row(target) and (COLUMN in mapping or COLUMN in fixed))
