"""Days of the week, times and shares as the pages of weeks write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from babel import dates
from django import template
from django.utils import timezone

from rafid.commons.writing import locale, number

from ..seeing import MANAGERS, MONITORS, OFFICE, held

register = template.Library()


@register.filter
def weekday(value: dt.date) -> str:
    """``Monday`` in the reader's language."""
    return dates.format_date(value, "EEEE", locale=locale())


@register.filter
def short_day(value: dt.date) -> str:
    """Day and month, without the year."""
    return dates.format_date(value, "d MMMM", locale=locale())


@register.filter
def clock(value: Any) -> str:
    """``09:30`` of a time, or of a moment in the country's zone."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value).time()
    return value.strftime("%H:%M") if value else ""


@register.filter
def hours(value: Any) -> str:
    """``09:00–11:00`` of a range of moments, read from left to right."""
    return f"\u2066{clock(value.lower)}–{clock(value.upper)}\u2069" if value else ""


@register.filter
def between(value: Any, until: Any) -> str:
    return f"\u2066{clock(value)}–{clock(until)}\u2069"


@register.filter
def percent(value: float | None) -> str:
    """A share as whole percent; empty where there is none."""
    return "" if value is None else f"\u2066{number(100 * value, 0)} %\u2069"


@register.inclusion_tag("monitoring/weeks/tabs.html", takes_context=True)
def weeks_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The pages of weeks that this person may open."""
    user = context["request"].user
    return {
        "tab": context.get("tab", ""),
        "of_office": bool(held(user, OFFICE)),
        "reads_clearances": bool(held(user, MANAGERS | MONITORS)),
    }
