"""How pages of visits write shares, hours and severities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from rafid.commons import writing

from ..findings.queries import title_of
from ..models import Severity

register = template.Library()


@register.filter
def percent(value: Any) -> str:
    """``0.7778`` → ``78 %``; what is None or no number gives an empty string."""
    text = writing.number(100 * value, 0) if isinstance(value, int | float) else ""
    return f"{text} %" if text else ""


@register.filter
def points(value: float) -> str:
    """A change of a share, in points with their sign."""
    text = writing.number(100 * value, 1)
    return f"\u200e+{text}" if value > 0 else text


@register.filter
def clock(value: datetime) -> str:
    return timezone.localtime(value).strftime("%H:%M")


@register.filter
def dot(value: float) -> str:
    """A number for programs: a dot, whatever the reader's language."""
    return f"{float(value):.5f}".rstrip("0").rstrip(".")


@register.filter
def month_name(value: date) -> str:
    return writing.period(f"{value:%Y%m}")


@register.filter
def severity_name(code: str) -> str:
    return str(Severity(code).label)


@register.filter
def what(finding: Any) -> str:
    """What was found, in the monitor's words, else in those of the item."""
    return str(finding.text or (finding.item.text if finding.item else "") or finding.item_code)


@register.filter
def heading(finding: Any) -> str:
    """What it is about, in a line, as lists of findings have it."""
    return title_of(finding)


@register.filter
def span(estimate: Any) -> str:
    """``86–92 %``: an interval of shares, in one direction whatever the page's."""
    if estimate is None:
        return ""
    return f"\u2066{writing.number(100 * estimate.low, 0)}–{writing.number(100 * estimate.high, 0)} %\u2069"
