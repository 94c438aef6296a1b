"""Visits by the book over the quarters: by partner, topic or governorate, each share with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from rafid.commons.places.models import Place
from rafid.methods.progress import Trend, trend

from ..models import Topic
from .bands import whiskers
from .board import BoardRow
from .figures import by_book, teams_of

BY: Mapping[str, Promise] = {"partner": _("Partner"), "topic": _("Topic"), "governorate": _("Governorate")}
QUARTERS = 8


@dataclass(frozen=True)
class Course:
    """One partner (topic, governorate): the share of visits that passed in all, and by quarter."""

    code: str
    name: str
    whole: Mapping[str, Any]
    points: Sequence[Mapping[str, Any] | None]
    trend: Trend | None

    @property
    def chart(self) -> SafeString:
        return whiskers(self.points)

    @property
    def word(self) -> str:
        """rises or falls where the whole interval of the slope says so, else unclear."""
        if self.trend is None:
            return "few"
        return "rises" if self.trend.low > 0 else "falls" if self.trend.high < 0 else "unclear"


@dataclass(frozen=True)
class Trends:
    quarters: Sequence[str]
    courses: Sequence[Course]
    apart: Sequence[tuple[Course, Course]]
    """Pairs whose intervals do not touch: the first lies below the second. Nothing else is ranked."""


def quarter(month: str) -> str:
    return f"{month[:4]}Q{(int(month[4:]) + 2) // 3}"


def trends(rows: Sequence[BoardRow], by: str) -> Trends:
    tallies: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        for month, team, place, topic, passed, assessed in row.figures["tallies"]:
            key = {"partner": row.contract.partner.ref, "topic": topic, "governorate": place}[by]
            if key:
                tallies[key].append((quarter(month), f"{row.contract.pk}/{team}", place, topic, passed, assessed))
    quarters = sorted({one[0] for found in tallies.values() for one in found})[-QUARTERS:]
    names = _names(rows, by, list(tallies))
    courses = []
    for code, found in tallies.items():
        inside = [one for one in found if one[0] in quarters]
        whole = by_book(teams_of(inside))
        if whole is None:
            continue
        points = [by_book(teams_of(one for one in inside if one[0] == when)) for when in quarters]
        courses.append(Course(code, names.get(code, code), whole, points, _trend(points)))
    courses.sort(key=lambda one: one.name)
    apart = [
        (a, b) for a in courses for b in courses
        if a.whole["high"] < b.whole["low"] and not a.whole["small"] and not b.whole["small"]
    ]  # fmt: skip
    return Trends(quarters, courses, apart)


def _trend(points: Sequence[Mapping[str, Any] | None]) -> Trend | None:
    """None for fewer than four quarters: three points make no trend."""
    try:
        return trend([one["share"] if one else nan for one in points])
    except ValueError:
        return None


def _names(rows: Sequence[BoardRow], by: str, codes: Sequence[str]) -> dict[str, str]:
    if by == "partner":
        return {row.contract.partner.ref: row.contract.partner.name for row in rows}
    if by == "topic":
        return {code: str(label) for code, label in Topic.choices}
    return {place.ref: place.name for place in Place.objects.filter(ref__in=codes)}
