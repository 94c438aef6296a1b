"""A rating drawn: gaugings, the curves with the band of one of them; discharge along, stage upwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..models import Rating
from ..sizes import Size, in_sizes
from ..units import measured, unit_said
from .curves import curve_of
from .gauge import Judged

SIZES = (Size(860, 400, 56, 16, 14, 44), Size(360, 280, 40, 18, 14, 40, narrow=True))
STEPS = 80


@dataclass(frozen=True)
class Frame:
    """m³/s by their logarithm, m in even steps."""

    least: float
    most: float
    lowest: float
    highest: float
    size: Size

    def x(self, flow: float) -> float:
        share = math.log(min(max(flow, self.least), self.most) / self.least) / math.log(self.most / self.least)
        return self.size.left + share * (self.size.across)

    def y(self, stage: float) -> float:
        return self.size.foot - (stage - self.lowest) / (self.highest - self.lowest) * (self.size.upwards)


def drawn(ratings: Sequence[Rating], gaugings: Sequence[Judged], chosen: Rating | None) -> SafeString | str:
    """``chosen`` has its band; its part beyond the gaugings is dashed."""
    curves = {one.pk: curve_of(one) for one in ratings}
    stages = [one.gauging.stage for one in gaugings] + [
        edge for curve in curves.values() for edge in (curve.lowest_gauged, curve.highest_gauged)
    ]
    flows = [one.gauging.discharge for one in gaugings] + [one.largest_gauged_flow for one in curves.values()]
    if not stages:
        return ""
    low, high = min(stages), max(stages)
    room = max(high - low, 0.5) * 0.12

    def parts(size: Size) -> Iterator[SafeString]:
        frame = Frame(max(min(flows) / 2, 1e-3), max(flows) * 1.6, low - room, high + room, size)
        yield _axes(frame)
        yield from (
            _curve(frame, curves[one.pk], one, one == chosen) for one in sorted(ratings, key=lambda r: r == chosen)
        )
        yield from (_dot(frame, one) for one in gaugings)

    return in_sizes("rating", _("Stage and discharge: gaugings and curves"), SIZES, parts)


def _axes(frame: Frame) -> SafeString:
    parts = []
    step = 10.0 ** math.floor(math.log10(frame.highest - frame.lowest))
    step = next(one * step for one in (1, 0.5, 0.2, 0.1) if (frame.highest - frame.lowest) / (one * step) >= 4)
    across = '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" dy="4" text-anchor="end">{}</text>'
    for i in range(math.ceil(frame.lowest / step), math.floor(frame.highest / step) + 1):
        y, said = f"{frame.y(i * step):.1f}", writing.number(round(i * step, 3))
        parts.append(format_html(across, frame.size.left, y, frame.size.end, frame.size.left - 6, y, said))
    upwards = '<path class="grid" d="M{} {}V{}"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
    steps = (1,) if frame.size.narrow and frame.most / frame.least > 30 else (1, 2, 5)
    first, last = math.floor(math.log10(frame.least)), math.ceil(math.log10(frame.most))
    for flow in (one * 10.0**power for power in range(first, last + 1) for one in steps):
        if frame.least <= flow <= frame.most:
            x, said = f"{frame.x(flow):.1f}", writing.number(round(flow, 3))
            parts.append(format_html(upwards, x, frame.size.top, frame.size.foot, x, frame.size.foot + 16, said))
    parts.append(
        format_html(
            '<text x="{}" y="{}" text-anchor="end">{}</text>', frame.size.end, frame.size.high - 8, unit_said("m³/s")
        )
    )
    parts.append(format_html('<text x="{}" y="{}">{}</text>', 4, frame.size.top + 8, unit_said("m")))
    return format_html_join("", "{}", ((one,) for one in parts))


def _curve(frame: Frame, curve: Any, row: Rating, chosen: bool) -> SafeString:
    from rafid.methods.hydrology import rate

    stages = np.linspace(frame.lowest, frame.highest, STEPS)
    rated = rate(stages, curve=curve)
    shown = np.asarray(rated.discharge) >= frame.least
    stages = stages[shown]
    flow, lower, upper = (np.asarray(one)[shown] for one in (rated.discharge, rated.lower, rated.upper))
    inside = (stages >= curve.lowest_gauged) & (stages <= curve.highest_gauged)
    state = "draft" if row.state == "draft" else "ended" if row.state != "published" or row.valid_to else "now"
    parts = []
    if chosen:
        outline = [*zip(lower, stages, strict=True), *reversed(list(zip(upper, stages, strict=True)))]
        parts.append(format_html('<path class="band" d="{}Z"/>', _path(frame, outline)))
    parts.append(
        format_html('<path class="curve beyond {}" d="{}"/>', state, _path(frame, zip(flow, stages, strict=True)))
    )
    sure = zip(flow[inside], stages[inside], strict=True)
    parts.append(
        format_html('<path class="curve {}" d="{}"><title>{}</title></path>', state, _path(frame, sure), row.number)
    )
    return format_html_join("", "{}", ((one,) for one in parts))


def _path(frame: Frame, points: Any) -> str:
    return "M" + "L".join(f"{frame.x(float(flow)):.1f} {frame.y(float(stage)):.1f}" for flow, stage in points)


def _dot(frame: Frame, one: Judged) -> SafeString:
    off = "" if math.isnan(one.deviation) else f" {one.deviation:+.0f} %"
    return format_html(
        '<circle class="gauging{}" cx="{}" cy="{}" r="4"><title>{} · {} · {}{}</title></circle>',
        " out" if one.gauging.left_out else "",
        f"{frame.x(one.gauging.discharge):.1f}",
        f"{frame.y(one.gauging.stage):.1f}",
        writing.day(one.gauging.time), measured(one.gauging.stage, "m", 2), measured(one.gauging.discharge, "m³/s"), off,
    )  # fmt: skip
