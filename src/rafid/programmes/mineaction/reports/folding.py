"""Which report has the last word about a field: the one with the latest date of information, whatever came in first.

Reports of the same day all count: of two that speak of one field, the one received later wins. So the records are the same in
whatever order the reports were accepted.
"""

from __future__ import annotations

from typing import Any

from rafid.commons.records.change import Refused

from ..models import FieldReport, ReportState
from .content import read


def accepted_about(target: Any) -> list[FieldReport]:
    """Accepted reports of a record (its id), the one with the last word first."""
    rows = FieldReport.objects.filter(target=target, state=ReportState.APPROVED)
    return sorted(rows, key=_word, reverse=True)


def _word(report: FieldReport) -> tuple[Any, ...]:
    return (report.on, report.known_at, str(report.pk))


def before(one: FieldReport, other: FieldReport) -> bool:
    """Does ``other`` have the word over ``one``?"""
    return _word(one) < _word(other)


def last_word(name: str, reports: list[FieldReport]) -> FieldReport | None:
    """Of :func:`accepted_about`: who says the most recent about a field."""
    return next((report for report in reports if name in report.content), None)


def to_set(
    report: FieldReport,
    values: dict[str, Any],
    earlier: FieldReport | None,
    *,
    model: type[Any],
    allowed: tuple[str, ...],
) -> dict[str, Any]:
    """What the report changes in its target. A field that only the replaced version spoke of gets back what the others say."""
    reports = accepted_about(report.target)
    changes = {name: said for name, said in values.items() if last_word(name, reports) in (report, None)}
    if earlier is not None:
        changes |= said_by_others(earlier, reports, model=model, allowed=allowed, besides=set(values))
    return changes


def said_by_others(
    gone: FieldReport,
    reports: list[FieldReport],
    *,
    model: type[Any],
    allowed: tuple[str, ...],
    besides: set[str] = frozenset(),  # type: ignore[assignment]
) -> dict[str, Any]:
    """For the fields of a report that counts no more: the values of those who speak next; nothing where nobody does."""
    found: dict[str, Any] = {}
    for name in allowed:
        if name in gone.content and name not in besides and (other := last_word(name, reports)) is not None:
            try:
                found |= read(model, (name,), other.content)
            except Refused:  # what it named is gone since; the record keeps what it has
                continue
    return found


def latest_day(record: Any, reports: list[FieldReport], gone: FieldReport | None) -> Any:
    """The record's date of information: that of the newest report, or a newer one that a person entered."""
    days = [report.on for report in reports]
    if gone is None or record.on != gone.on:
        days.append(record.on)
    return max(days, default=record.on)
