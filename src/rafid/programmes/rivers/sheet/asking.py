"""What is asked back when a number is typed: ten times off, centimetres, too fast, outside what the series can be.

The browser asks the same from the same facts, where there is no line. A question is no refusal: who says "it is right" is
believed, and the checks on arrival say the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ..checking.arrival import rules_of
from ..models import Series
from ..units import unit_said
from ..values.reading import Latest, latest_of

TEN_TIMES = 7.0
"""So many times more, or less, than before looks like a lost decimal sign."""
HUNDRED = 40.0
"""So many times more looks like centimetres."""

QUESTIONS = {
    "centimetres": gettext_noop("Is this in centimetres? Before it was %(last)s m: then it is %(value)s m."),
    "ten_times": gettext_noop("This is ten times off: before it was %(last)s %(unit)s. Is the decimal sign lost?"),
    "fast_rise": gettext_noop("From %(last)s to %(value)s %(unit)s is faster than this river rises. Is it right?"),
    "fast_fall": gettext_noop("From %(last)s to %(value)s %(unit)s is faster than this river falls. Is it right?"),
    "outside": gettext_noop("%(value)s %(unit)s lies outside what this series can be. Is it right?"),
}


@dataclass(frozen=True)
class Fact:
    """What is known of a series before a number is typed."""

    series: Series
    last: Latest | None

    @property
    def value(self) -> float | None:
        return self.last.value if self.last else None

    def rule(self, name: str) -> float | None:
        found = self.series.rules.get(name)
        return float(found) if isinstance(found, int | float) else None

    @property
    def low(self) -> float | None:
        rules = rules_of(self.series)
        return _first(max, rules.minimum, rules.suspect_minimum)

    @property
    def high(self) -> float | None:
        rules = rules_of(self.series)
        return _first(min, rules.maximum, rules.suspect_maximum)


def _first(of: Any, *values: float | None) -> float | None:
    given = [one for one in values if one is not None]
    return of(given) if given else None


def facts_of(series: Iterable[Series], before: datetime) -> dict[UUID, Fact]:
    rows = list(series)
    last = latest_of([one.pk for one in rows], before=before)
    return {one.pk: Fact(one, last.get(one.pk)) for one in rows}


def asked(fact: Fact, value: float, time: datetime) -> str:
    """The code of the question, or empty."""
    before = fact.value
    if before is not None and abs(before) > 0.05 and value * before > 0:
        ratio = abs(value / before)
        if fact.series.unit == "m" and ratio >= HUNDRED:
            return "centimetres"
        level = fact.series.unit == "m" and abs(before) >= 20  # above the sea: a lost decimal is more than the bed
        if (
            not level
            and not fact.series.variable.startswith("precip")
            and (ratio >= TEN_TIMES or ratio <= 1 / TEN_TIMES)
        ):
            return "ten_times"
    low, high = fact.low, fact.high
    if (low is not None and value < low) or (high is not None and value > high):
        return "outside"
    if before is not None and fact.last is not None and time > fact.last.time:
        hours = (time - fact.last.time).total_seconds() / 3600
        rise, fall = fact.rule("max_rise"), fact.rule("max_fall")
        if rise is not None and value - before > rise * hours:
            return "fast_rise"
        if fall is not None and before - value > fall * hours:
            return "fast_fall"
    return ""


def sentence(code: str, fact: Fact, value: float) -> str:
    shown = value / 100 if code == "centimetres" else value
    last = "–" if fact.value is None else f"{fact.value:g}"
    return _(QUESTIONS[code]) % {"last": last, "value": f"{shown:g}", "unit": unit_said(fact.series.unit)}
