"""How often a dataset comes: a duration of ISO 8601 (P1M), or as needed; when the next version is due."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_DURATION = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?\Z")
USUAL = ("P1D", "P1W", "P1M", "P3M", "P6M", "P1Y", "P2Y", "P5Y", "P10Y")
"""Those that a composer chooses from."""

DCAT = {
    "P1D": "DAILY", "P7D": "WEEKLY", "P1W": "WEEKLY", "P14D": "BIWEEKLY", "P2W": "BIWEEKLY", "P1M": "MONTHLY",
    "P2M": "BIMONTHLY", "P3M": "QUARTERLY", "P6M": "ANNUAL_2", "P1Y": "ANNUAL", "P12M": "ANNUAL", "P2Y": "BIENNIAL",
    "P3Y": "TRIENNIAL", "P5Y": "QUINQUENNIAL", "P10Y": "DECENNIAL",
}  # fmt: skip
"""Codes of the Publications Office's list of frequencies, which DCAT catalogues use."""


def duration(every: str) -> tuple[int, int] | None:
    """Months and days; None for "as needed", for nothing at all, and for what is no duration.

    >>> duration("P1Y"), duration("P3M"), duration("P2W"), duration("as needed"), duration("P")
    ((12, 0), (3, 0), (0, 14), None, None)
    """
    match = _DURATION.match(every)
    if match is None or not any(match.groups()):
        return None
    years, months, weeks, days = (int(part or 0) for part in match.groups())
    found = (12 * years + months, 7 * weeks + days)
    return found if any(found) else None


def due_on(last: date, every: str) -> date | None:
    """The day by which the next version is due after one of ``last``; None where nothing is due.

    >>> due_on(date(2026, 1, 31), "P1M"), due_on(date(2026, 1, 31), "as needed")
    (datetime.date(2026, 2, 28), None)
    """
    found = duration(every)
    if found is None:
        return None
    months, days = found
    at = last.year * 12 + last.month - 1 + months
    year, month = divmod(at, 12)
    if year > date.max.year - 20:
        return None
    return date(year, month + 1, min(last.day, calendar.monthrange(year, month + 1)[1])) + timedelta(days=days)


def words(every: str) -> str:
    """``P3M`` in the reader's language."""
    found = duration(every)
    if found is None:
        return _("as needed")
    if found in ((0, 1), (0, 7), (1, 0), (12, 0)):
        return {
            (0, 1): _("every day"), (0, 7): _("every week"), (1, 0): _("every month"), (12, 0): _("every year"),
        }[found]  # fmt: skip
    months, days = found
    said = []
    years, months = divmod(months, 12)
    if years:
        said.append(ngettext("%(n)s year", "%(n)s years", years) % {"n": years})
    if months:
        said.append(ngettext("%(n)s month", "%(n)s months", months) % {"n": months})
    weeks, days = divmod(days, 7) if days % 7 == 0 else (0, days)
    if weeks:
        said.append(ngettext("%(n)s week", "%(n)s weeks", weeks) % {"n": weeks})
    if days:
        said.append(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
    return _("every %(time)s") % {"time": " ".join(said)}
