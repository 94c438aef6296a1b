"""Floods drawn: peaks and fits on probability paper, how often a flow is reached, the months of a year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..sizes import Size, in_sizes
from ..units import measured, unit_said
from .fitting import PERIODS, Curve, Frequency, Perceived
from .yearly import Month

SIZES = (Size(860, 400, 62, 18, 14, 44), Size(360, 280, 50, 12, 14, 40, narrow=True))
LOW = (Size(860, 300, 62, 18, 14, 44), Size(360, 230, 50, 12, 14, 26, narrow=True))
STEPS = 60


class Paper:
    """m³/s by their logarithm upwards, anything along."""

    def __init__(self, first: float, last: float, lowest: float, highest: float, size: Size) -> None:
        self.first, self.last, self.size = first, last, size
        self.lowest, self.highest = math.log(max(lowest, 1e-3)), math.log(max(highest, 2e-3))

    def x(self, value: float) -> float:
        return self.size.left + (value - self.first) / (self.last - self.first) * (self.size.across)

    def y(self, flow: float) -> float:
        inside = min(max(math.log(max(flow, 1e-3)), self.lowest), self.highest)
        return self.size.foot - (inside - self.lowest) / (self.highest - self.lowest) * (self.size.upwards)

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(along):.1f} {self.y(flow):.1f}" for along, flow in points)

    def flows(self) -> SafeString:
        """Lines across at 1, 2 and 5 of each power of ten."""
        first, last = (math.floor(one / math.log(10)) for one in (self.lowest, self.highest))
        parts = []
        for flow in (one * 10.0**power for power in range(first, last + 1) for one in (1, 2, 5)):
            if self.lowest <= math.log(flow) <= self.highest:
                y = f"{self.y(flow):.1f}"
                parts.append((self.size.left, y, self.size.end, self.size.left - 6, y, writing.number(round(flow, 3))))
        across = '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" dy="4" text-anchor="end">{}</text>'
        return format_html_join("", across, parts)

    def upwards(self, marks: Iterable[tuple[float, str]]) -> SafeString:
        line = '<path class="grid" d="M{} {}V{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
        below = self.size.foot
        rows = (
            (f"{self.x(at):.1f}", self.size.top, below, f"{self.x(at):.1f}", below + 16, said) for at, said in marks
        )
        return format_html_join("", line, rows)


def probability_paper(found: Frequency) -> SafeString | str:
    """Return periods along by the normal distribution; the fit that is used with its interval, the others thin."""
    used = found.used
    if used is None:
        return ""
    from rafid.methods.hydrology import normal_deviate

    told = [one for one in found.history.told if not one.why]
    floods = [*found.peaks, *found.history.peaks, *(end for one in told if one.ranged for end in one.ends)]
    highest = max([*floods, *(one.high for one in used.quantiles), *(c.quantiles[-1].flow for c in _able(found))])
    first, last = (float(normal_deviate(one)) for one in (0.99, 1 / PERIODS[-1]))
    band = [(float(normal_deviate(1 / one.period)), one) for one in used.quantiles]
    outline = [*((at, one.low) for at, one in band), *((at, one.high) for at, one in reversed(band))]

    def parts(size: Size) -> Iterator[Any]:
        paper = Paper(first, last, max(min(floods) * 0.7, highest / 1e4), highest * 1.1, size)
        left_out = {25, 5, 50, 200} if size.narrow else {25}
        yield paper.flows()
        yield paper.upwards(
            (float(normal_deviate(1 / one)), writing.number(one)) for one in PERIODS if one not in left_out
        )
        yield _axes(paper, _("Return period, years"))
        yield format_html('<path class="band" d="{}Z"/>', paper.path(outline))
        for one in sorted(_able(found), key=lambda one: one is used):
            yield _line(paper, one, one is used, first, last)
        for one in found.history.entering:
            yield _perceived(paper, one)
        yield from _dots(paper, found)

    return in_sizes("floods", _("Yearly peaks and fits on probability paper"), SIZES, parts)


def _able(found: Frequency) -> list[Curve]:
    return [one for one in found.curves.values() if one.fit is not None]


def _axes(paper: Paper, along: str) -> SafeString:
    return format_html(
        '<text x="{}" y="{}">{}</text><text class="along" x="{}" y="{}" text-anchor="end">{}</text>',
        4, paper.size.top - 2, unit_said("m³/s"), paper.size.end, paper.size.high - 8, along,
    )  # fmt: skip


def _line(paper: Paper, curve: Curve, used: bool, first: float, last: float) -> SafeString:
    from scipy import special

    if curve.fit is None:
        return format_html("")
    along = np.linspace(first, last, STEPS)
    flows = np.asarray(curve.fit.quantile(special.ndtr(-along)))
    shown = np.flatnonzero(flows >= math.exp(paper.lowest))
    points = list(zip(along[shown].tolist(), flows[shown].tolist(), strict=True))
    if not points:
        return format_html("")
    name = f"fit {curve.code} used" if used else f"fit {curve.code}"
    return format_html('<path class="{}" d="{}"><title>{}</title></path>', name, paper.path(points), curve.code)


def _perceived(paper: Paper, period: Perceived) -> SafeString:
    """The threshold of a period, with its years."""
    y = paper.y(period.threshold)
    return format_html(
        '<path class="perceived" d="M{} {}H{}"><title>{}–{} · {}</title></path>'
        '<text class="years" x="{}" y="{}">{}–{}</text>',
        paper.size.left, f"{y:.1f}", paper.size.end, period.first, period.last, measured(period.threshold, "m³/s", 0),
        paper.size.left + 6, f"{y - 4:.1f}", period.first, period.last,
    )  # fmt: skip


def _dots(paper: Paper, found: Frequency) -> list[SafeString]:
    from rafid.methods.hydrology import normal_deviate

    dot = '<circle class="peak{}" cx="{}" cy="{}" r="4"><title>{} · {}</title></circle>'
    parts = []
    for year, at in zip(found.counted, found.positions, strict=True):
        peak = float(year.peak or 0)
        out = " out" if peak < found.low_threshold else ""
        x, y = f"{paper.x(float(normal_deviate(at))):.1f}", f"{paper.y(peak):.1f}"
        parts.append(format_html(dot, out, x, y, year.year, measured(peak, "m³/s", 0)))
    told = [one for period in found.history.entering for one in period.floods]
    for one, at in zip(told, found.historic_positions, strict=True):
        flood = one.flood
        x, y = paper.x(float(normal_deviate(at))), paper.y(flood.flow)
        parts.append(
            format_html(
                '<path class="told" d="M{} {}l5 5l-5 5l-5 -5Z"><title>{} · {}</title></path>',
                f"{x:.1f}", f"{y - 5:.1f}", flood.year, measured(flood.flow, "m³/s", 0),
            )
        )  # fmt: skip
        if one.ranged:
            low, high = (f"{paper.y(end):.1f}" for end in one.ends)
            parts.append(format_html('<path class="told-range" d="M{} {}V{}"/>', f"{x:.1f}", low, high))
    return parts


def duration_curve(rows: Sequence[tuple[int, float]]) -> SafeString | str:
    """Flow by the share of the time in which it is reached."""
    if not rows:
        return ""
    flows = [flow for _share, flow in rows]

    def parts(size: Size) -> Iterator[Any]:
        paper = Paper(0, 100, max(min(flows) * 0.8, max(flows) / 1e4), max(flows) * 1.2, size)
        yield paper.flows()
        yield paper.upwards((one, writing.number(one)) for one in range(0, 101, 20 if size.narrow else 10))
        yield format_html('<path class="fit used" d="{}"/>', paper.path(rows))

    return in_sizes("floods low", _("Flow by the share of the time in which it is reached, %"), LOW, parts)


def seasons(rows: Sequence[Month]) -> SafeString | str:
    """A box for each month: half of its days lie in it, all between the ends."""
    if not rows:
        return ""
    highest = max(one.high for one in rows)

    def parts(size: Size) -> Iterator[Any]:
        paper = Paper(0.3, 12.7, max(min(one.low for one in rows) * 0.8, highest / 1e4), highest * 1.2, size)
        half = 8 if size.narrow else 16
        yield paper.flows()
        yield paper.upwards((one, str(one)) for one in range(1, 13))
        for one in rows:
            x = paper.x(one.month)
            low, lower, middle, upper, high = (
                f"{paper.y(flow):.1f}" for flow in (one.low, one.lower, one.middle, one.upper, one.high)
            )
            yield format_html(
                '<path class="whisker" d="M{0} {1}V{5}"/><path class="box" d="M{6} {2}H{7}V{4}H{6}Z"/>'
                '<path class="middle" d="M{6} {3}H{7}"/>',
                f"{x:.1f}", low, lower, middle, upper, high, f"{x - half:.1f}", f"{x + half:.1f}",
            )  # fmt: skip

    return in_sizes("floods low", _("Daily flow in each month of the year"), LOW, parts)
