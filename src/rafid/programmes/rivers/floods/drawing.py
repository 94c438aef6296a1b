"""Floods drawn: peaks and fits on probability paper, how often a flow is reached, the months of a year."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from .fitting import PERIODS, Curve, Frequency
from .yearly import Month

WIDE, HIGH = 860, 400
LEFT, RIGHT, TOP, BOTTOM = 62, 18, 14, 44
STEPS = 60


class Paper:
    """m³/s by their logarithm upwards, anything along."""

    def __init__(self, first: float, last: float, lowest: float, highest: float, high: int = HIGH) -> None:
        self.first, self.last, self.high = first, last, high
        self.lowest, self.highest = math.log(max(lowest, 1e-3)), math.log(max(highest, 2e-3))

    def x(self, value: float) -> float:
        return LEFT + (value - self.first) / (self.last - self.first) * (WIDE - LEFT - RIGHT)

    def y(self, flow: float) -> float:
        inside = min(max(math.log(max(flow, 1e-3)), self.lowest), self.highest)
        return self.high - BOTTOM - (inside - self.lowest) / (self.highest - self.lowest) * (self.high - TOP - BOTTOM)

    def path(self, points: Iterable[tuple[float, float]]) -> str:
        return "M" + "L".join(f"{self.x(along):.1f} {self.y(flow):.1f}" for along, flow in points)

    def flows(self) -> SafeString:
        """Lines across at 1, 2 and 5 of each power of ten."""
        first, last = (math.floor(one / math.log(10)) for one in (self.lowest, self.highest))
        parts = []
        for flow in (one * 10.0**power for power in range(first, last + 1) for one in (1, 2, 5)):
            if self.lowest <= math.log(flow) <= self.highest:
                y = f"{self.y(flow):.1f}"
                parts.append((LEFT, y, WIDE - RIGHT, LEFT - 6, y, writing.number(round(flow, 3))))
        across = '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" dy="4" text-anchor="end">{}</text>'
        return format_html_join("", across, parts)

    def upwards(self, marks: Iterable[tuple[float, str]]) -> SafeString:
        line = '<path class="grid" d="M{} {}V{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
        below = self.high - BOTTOM
        rows = ((f"{self.x(at):.1f}", TOP, below, f"{self.x(at):.1f}", below + 16, said) for at, said in marks)
        return format_html_join("", line, rows)


def _svg(parts: Sequence[Any], what: str, high: int = HIGH) -> SafeString:
    return format_html(
        '<svg class="floods" viewBox="0 0 {} {}" role="img" aria-label="{}" direction="ltr">{}</svg>',
        WIDE, high, what, format_html_join("", "{}", ((one,) for one in parts)),
    )  # fmt: skip


def probability_paper(found: Frequency) -> SafeString | str:
    """Return periods along by the normal distribution; the fit that is used with its interval, the others thin."""
    used = found.used
    if used is None:
        return ""
    from rafid.methods.hydrology import normal_deviate

    floods = [*found.peaks, *found.history.peaks]
    highest = max([*floods, *(one.high for one in used.quantiles), *(c.quantiles[-1].flow for c in _able(found))])
    first, last = (float(normal_deviate(one)) for one in (0.99, 1 / PERIODS[-1]))
    paper = Paper(first, last, max(min(floods) * 0.7, highest / 1e4), highest * 1.1)
    marks = [(float(normal_deviate(1 / one)), writing.number(one)) for one in PERIODS if one != 25]
    parts: list[Any] = [paper.flows(), paper.upwards(marks), _axes(_("Return period, years"))]
    band = [(float(normal_deviate(1 / one.period)), one) for one in used.quantiles]
    outline = [*((at, one.low) for at, one in band), *((at, one.high) for at, one in reversed(band))]
    parts.append(format_html('<path class="band" d="{}Z"/>', paper.path(outline)))
    parts += [_line(paper, one, one is used, first, last) for one in sorted(_able(found), key=lambda one: one is used)]
    if found.history.threshold:
        y = f"{paper.y(found.history.threshold):.1f}"
        parts.append(format_html('<path class="perceived" d="M{} {}H{}"/>', LEFT, y, WIDE - RIGHT))
    parts += _dots(paper, found)
    return _svg(parts, _("Yearly peaks and fits on probability paper"))


def _able(found: Frequency) -> list[Curve]:
    return [one for one in found.curves.values() if one.fit is not None]


def _axes(along: str) -> SafeString:
    return format_html(
        '<text x="{}" y="{}">m³/s</text><text class="along" x="{}" y="{}" text-anchor="end">{}</text>',
        4, TOP - 2, WIDE - RIGHT, HIGH - 8, along,
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


def _dots(paper: Paper, found: Frequency) -> list[SafeString]:
    from rafid.methods.hydrology import normal_deviate

    dot = '<circle class="peak{}" cx="{}" cy="{}" r="4"><title>{} · {} m³/s</title></circle>'
    parts = []
    for year, at in zip(found.counted, found.positions, strict=True):
        peak = float(year.peak or 0)
        out = " out" if peak < found.low_threshold else ""
        x, y = f"{paper.x(float(normal_deviate(at))):.1f}", f"{paper.y(peak):.1f}"
        parts.append(format_html(dot, out, x, y, year.year, f"{peak:.0f}"))
    for flood, at in zip(found.history.used, found.historic_positions, strict=True):
        x, y = paper.x(float(normal_deviate(at))), paper.y(flood.flow)
        parts.append(
            format_html(
                '<path class="told" d="M{} {}l5 5l-5 5l-5 -5Z"><title>{} · {} m³/s</title></path>',
                f"{x:.1f}", f"{y - 5:.1f}", flood.year, f"{flood.flow:.0f}",
            )
        )  # fmt: skip
        if flood.flow_low and flood.flow_high:
            parts.append(
                format_html(
                    '<path class="told-range" d="M{} {}V{}"/>', f"{x:.1f}", f"{paper.y(flood.flow_low):.1f}",
                    f"{paper.y(flood.flow_high):.1f}",
                )
            )  # fmt: skip
    return parts


def duration_curve(rows: Sequence[tuple[int, float]]) -> SafeString | str:
    """Flow by the share of the time in which it is reached."""
    if not rows:
        return ""
    flows = [flow for _share, flow in rows]
    paper = Paper(0, 100, max(min(flows) * 0.8, max(flows) / 1e4), max(flows) * 1.2, 300)
    marks = [(one, writing.number(one)) for one in (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)]
    curve = format_html('<path class="fit used" d="{}"/>', paper.path(rows))
    return _svg(
        [paper.flows(), paper.upwards(marks), curve], _("Flow by the share of the time in which it is reached, %"), 300
    )


def seasons(rows: Sequence[Month]) -> SafeString | str:
    """A box for each month: half of its days lie in it, all between the ends."""
    if not rows:
        return ""
    highest = max(one.high for one in rows)
    paper = Paper(0.3, 12.7, max(min(one.low for one in rows) * 0.8, highest / 1e4), highest * 1.2, 300)
    parts: list[Any] = [paper.flows(), paper.upwards((one, str(one)) for one in range(1, 13))]
    for one in rows:
        x = paper.x(one.month)
        low, lower, middle, upper, high = (
            f"{paper.y(flow):.1f}" for flow in (one.low, one.lower, one.middle, one.upper, one.high)
        )
        parts.append(
            format_html(
                '<path class="whisker" d="M{0} {1}V{5}"/><path class="box" d="M{6} {2}H{7}V{4}H{6}Z"/>'
                '<path class="middle" d="M{6} {3}H{7}"/>',
                f"{x:.1f}", low, lower, middle, upper, high, f"{x - 16:.1f}", f"{x + 16:.1f}",
            )
        )  # fmt: skip
    return _svg(parts, _("Daily flow in each month of the year"), 300)
