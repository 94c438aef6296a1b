"""Drawn for reservoirs: the level of a year between its rules, and what the daily balance leaves unexplained."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..models import RuleCurve
from ..sizes import Size, in_sizes
from ..units import unit_said
from ..values.reading import Known, aware
from .queries import Day

SIZES = (Size(860, 280, 62, 14, 14, 30), Size(360, 230, 50, 8, 16, 26, narrow=True))
YEAR = 365


@dataclass(frozen=True)
class Frame:
    first: float
    last: float
    low: float
    high: float
    size: Size

    def x(self, at: float) -> float:
        return self.size.left + (at - self.first) / (self.last - self.first) * (self.size.across)

    def y(self, value: float) -> float:
        return self.size.foot - (value - self.low) / (self.high - self.low) * (self.size.upwards)

    def path(self, points: Sequence[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(at):.1f} {self.y(value):.1f}" for at, value in points)


def year_of_rules(known: Known, rules: Sequence[RuleCurve], end: datetime) -> SafeString | str:
    """The level, m, of the last 365 days; the band from the lowest to the highest level of the rule curve, and its target.
    Nothing where there is neither."""
    start = end - timedelta(days=YEAR)
    good = ~np.isnan(known.good)
    level = [
        ((aware(time) - start) / timedelta(days=1), float(value))
        for time, value in zip(known.times[good], known.good[good], strict=True)
    ]
    band = [(float(day), *_rule(rules, start + timedelta(days=day))) for day in range(0, YEAR + 1, 5)] if rules else []
    values = [value for _at, value in level] + [one for row in band for one in row[1:]]
    if not values:
        return ""
    room = max(max(values) - min(values), 1.0) * 0.06

    def parts(size: Size) -> Iterator[SafeString]:
        frame = Frame(0, YEAR, min(values) - room, max(values) + room, size)
        yield _across(frame, "m")
        yield _months(frame, start)
        if band:
            edge = frame.path([(at, high) for at, _low, _target, high in band])
            back = frame.path([(at, low) for at, low, _target, _high in reversed(band)])
            yield format_html('<path class="band" d="{}L{}Z"/>', edge, back[1:])
            yield format_html('<path class="target" d="{}"/>', frame.path([(at, mid) for at, _l, mid, _h in band]))
        if level:
            yield format_html('<path class="level" d="{}"/>', " ".join(frame.path(run) for run in _runs(level)))

    return in_sizes("dam-chart", _("The level of the last year between its rules"), SIZES, parts)


def _rule(rules: Sequence[RuleCurve], moment: datetime) -> tuple[float, float, float]:
    """Lowest, target and highest level of that day, by straight lines between the days of the curve; the year closes."""
    days = np.array([one.day_of_year for one in rules], float)
    day = float(moment.timetuple().tm_yday)
    low, mid, high = (
        float(np.interp(day, days, [getattr(one, name) for one in rules], period=366.0))
        for name in ("minimum", "target", "maximum")
    )
    return low, mid, high


def _runs(level: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """A gap of more than ten days is not drawn over."""
    runs = [[level[0]]]
    for before, one in pairwise(level):
        if one[0] - before[0] > 10:
            runs.append([])
        runs[-1].append(one)
    return runs


def residuals(days: Sequence[Day]) -> SafeString | str:
    """A bar a day, Mm³: what inflow, release and evaporation do not explain. Nothing where no day has all terms."""
    known = [(one.day, one.residual) for one in reversed(days) if one.residual is not None]
    if not known:
        return ""
    most = max(max(abs(value) for _day, value in known), 0.1) * 1.1
    first = known[0][0]
    count = (known[-1][0] - first).days + 1

    def parts(size: Size) -> Iterator[SafeString]:
        frame = Frame(-0.6, count - 0.4, -most, most, size)
        yield _across(frame, "Mm³")
        yield _days(frame, first, count)
        yield _bars(frame, known, first, max(1.5 if size.narrow else 2.0, size.across / count * 0.7))

    return in_sizes("dam-chart", _("What the balance leaves unexplained"), SIZES, parts)


def _bars(frame: Frame, known: Sequence[tuple[date, float]], first: date, wide: float) -> SafeString:
    zero = frame.y(0)
    return format_html_join(
        "",
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>',
        (
            (
                "gained" if value >= 0 else "lost", f"{frame.x((day - first).days) - wide / 2:.1f}",
                f"{min(zero, frame.y(value)):.1f}", f"{wide:.1f}", f"{max(abs(frame.y(value) - zero), 0.5):.1f}",
                writing.day(day), writing.number(round(value, 2)),
            )
            for day, value in known
        ),
    )  # fmt: skip


def _days(frame: Frame, first: date, count: int) -> SafeString:
    marks = 3 if frame.size.narrow else 6
    return format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (f"{frame.x(at):.1f}", frame.size.high - 8, f"{day.day}/{day.month}")
            for at in range(0, count, max(1, count // marks))
            for day in [first + timedelta(days=at)]
        ),
    )


def _across(frame: Frame, unit: str) -> SafeString:
    size = 10.0 ** math.floor(math.log10(frame.high - frame.low))
    step = next(one * size for one in (1, 0.5, 0.2, 0.1) if (frame.high - frame.low) / (one * size) >= 4)
    lines = format_html_join(
        "",
        '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" dy="4" text-anchor="end">{}</text>',
        (
            (frame.size.left, y, frame.size.end, frame.size.left - 6, y, writing.number(round(at * step, 4)))
            for at in range(math.ceil(frame.low / step), math.floor(frame.high / step) + 1)
            for y in [f"{frame.y(at * step):.1f}"]
        ),
    )
    return format_html('{}<text x="4" y="{}">{}</text>', lines, frame.size.top - 4, unit_said(unit))


def _months(frame: Frame, start: datetime) -> SafeString:
    firsts = [day for day in range(YEAR) if (start + timedelta(days=day)).day == 1][:: 4 if frame.size.narrow else 2]
    return format_html_join(
        "",
        '<path class="tick" d="M{} {}v5"/><text x="{}" y="{}" text-anchor="middle">{}</text>',
        (
            (x, frame.size.foot, x, frame.size.high - 8, f"{start + timedelta(days=day):%Y-%m}")
            for day in firsts
            for x in [f"{frame.x(day):.1f}"]
        ),
    )
