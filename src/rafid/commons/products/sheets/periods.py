"""Which period a field means: the edition's, the one before, the latest that has a figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from rafid.commons.indicators.periods import in_order, is_period, span

from .fields import LATEST, PREVIOUS

KINDS = {"P1Y": "year", "P3M": "quarter", "P1M": "month", "P7D": "week"}
"""How often editions come, and the period that each is about."""


def kind_of(period: str) -> str:
    """``year``, ``quarter``, ``month`` or ``week``."""
    return {4: "year"}.get(len(period)) or ("quarter" if "Q" in period else "week" if "W" in period else "month")


def containing(day: date, kind: str) -> str:
    """The period of a kind in which a day lies."""
    if kind == "quarter":
        return f"{day.year}Q{(day.month + 2) // 3}"
    if kind == "month":
        return f"{day.year}{day.month:02}"
    if kind == "week":
        year, week, _day = day.isocalendar()
        return f"{year}W{week}"
    return str(day.year)


def before(period: str) -> str:
    """The period of the same kind that ends the day before this one begins."""
    return containing(span(period).start - timedelta(days=1), kind_of(period))


def after(period: str) -> str:
    return containing(span(period).end + timedelta(days=1), kind_of(period))


def ended(day: date, every: str) -> str:
    """The last whole period before a day, of the kind in which editions come; empty for one-off products."""
    kind = KINDS.get(every)
    return before(containing(day, kind)) if kind else ""


def meant(asked: str, edition: str, there: Sequence[str], *, lenient: bool = False) -> str:
    """``there``: periods that have a figure, the newest first. ``lenient``: nothing asked means the latest; a chart names its
    period itself, while a figure inside a sentence must be that of the edition or say otherwise. Empty: there is none."""
    if is_period(asked):
        return asked
    if asked == PREVIOUS:
        if edition:
            return before(edition)
        return there[1] if len(there) > 1 else ""
    if edition and asked != LATEST and not lenient:
        return edition
    end = span(edition).end if edition else None
    return next((one for one in there if end is None or span(one).end <= end), "")


def compared_with(period: str, there: Sequence[str]) -> str:
    """The newest period of the same kind before this one that has a figure; empty where it is the first."""
    kind, start = kind_of(period), span(period).start
    earlier = [one for one in there if kind_of(one) == kind and span(one).end < start]
    return max(earlier, key=in_order, default="")
