"""A forecast as a fan: between what 90 and 50 % of the members lie, their middle, the days before it, and thresholds.

Leads that are not better than persistence are drawn pale. Times run from left to right in every language.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..sizes import Size, in_sizes
from ..units import unit_said
from .queries import Shown
from .weather import ZONE

SIZES = (Size(860, 340, 62, 92, 22, 34), Size(360, 280, 46, 6, 22, 28, narrow=True))
LINE = 14
"""From one line of writing to the next."""
BEFORE = 10
"""Days of observations before the forecast."""


@dataclass(frozen=True)
class Frame:
    first: datetime
    last: datetime
    top: float
    size: Size

    def x(self, time: datetime) -> float:
        return self.size.left + (time - self.first) / (self.last - self.first) * (self.size.across)

    def y(self, flow: float) -> float:
        return self.size.foot - flow / self.top * (self.size.upwards)


def fan(shown: Shown, observed: list[tuple[datetime, float]]) -> SafeString | str:
    """``observed``: times and flows before the forecast, m³/s."""
    if not shown.steps:
        return ""
    begin = shown.row.data_known_at
    times = [shown.time_of(step) for step in shown.steps]
    highest = max(float(shown.quantiles[95].max()), max((flow for _time, flow in observed), default=0.0), 1e-6)
    limits = [one for one in shown.likely if one.limit.flow <= 2.5 * highest]
    top = _round_up(1.08 * max(highest, *(one.limit.flow for one in limits), 0.0))

    def parts(size: Size) -> Iterator[SafeString]:
        frame = Frame(begin - timedelta(days=BEFORE), times[-1], top, size)
        yield _axes(frame)
        yield _band(frame, times, shown.quantiles[5], shown.quantiles[95], "fan-wide")
        yield _band(frame, times, shown.quantiles[25], shown.quantiles[75], "fan-near")
        yield _line(frame, list(zip(times, shown.quantiles[50].tolist(), strict=True)), "fan-middle")
        yield _line(frame, [one for one in observed if one[0] >= frame.first], "fan-seen")
        yield _unproven(frame, times, shown)
        yield from (_limit(frame, one.limit) for one in limits)
        yield _names(frame, limits)
        yield _now(frame, begin)

    label = _("Flow at %(node)s: observed and forecast") % {"node": shown.row.node.name}
    return in_sizes("fan", label, SIZES, parts)


def _round_up(value: float) -> float:
    size = 10 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * size >= value * 0.999999)


def _axes(frame: Frame) -> SafeString:
    parts = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        flow = frame.top * share
        parts.append(
            format_html(
                '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
                frame.size.left,
                f"{frame.y(flow):.1f}",
                frame.size.end,
                frame.size.left - 6,
                f"{frame.y(flow) + 4:.1f}",
                writing.number(_figure(flow)),
            )
        )
    parts.append(format_html('<text x="4" y="{}">{}</text>', frame.size.top - 8, unit_said("m³/s")))
    every = 5 if frame.size.narrow else 2
    day = frame.first.astimezone(ZONE).date() + timedelta(days=1)
    while (moment := datetime(day.year, day.month, day.day, tzinfo=ZONE)) <= frame.last:
        if (day - frame.first.astimezone(ZONE).date()).days % every == 1:
            parts.append(
                format_html(
                    '<path class="tick" d="M{} {}v5"/><text x="{}" y="{}" text-anchor="middle">{}/{}</text>',
                    f"{frame.x(moment):.1f}",
                    frame.size.foot,
                    f"{frame.x(moment):.1f}",
                    frame.size.foot + 19,
                    day.day,
                    day.month,
                )
            )
        day += timedelta(days=1)
    return format_html_join("", "{}", ((one,) for one in parts))


def _figure(flow: float) -> float:
    return round(flow, 2 if flow < 10 else 0)


def _points(frame: Frame, pairs: Any) -> str:
    return " ".join(f"{frame.x(time):.1f},{frame.y(max(flow, 0)):.1f}" for time, flow in pairs)


def _band(frame: Frame, times: list[datetime], low: Any, high: Any, name: str) -> SafeString:
    there = list(zip(times, high.tolist(), strict=True))
    back = list(zip(times, low.tolist(), strict=True))[::-1]
    return format_html('<polygon class="{}" points="{}"/>', name, _points(frame, [*there, *back]))


def _line(frame: Frame, pairs: list[tuple[datetime, float]], name: str) -> SafeString:
    return format_html('<polyline class="{}" points="{}"/>', name, _points(frame, pairs))


def _unproven(frame: Frame, times: list[datetime], shown: Shown) -> SafeString:
    """A pale sheet over each lead that is guidance only."""
    half = timedelta(hours=12)
    return format_html_join(
        "",
        '<rect class="fan-pale" x="{}" y="{}" width="{}" height="{}"/>',
        (
            (
                f"{frame.x(time - half):.1f}",
                frame.size.top,
                f"{frame.x(min(time + half, frame.last)) - frame.x(time - half):.1f}",
                frame.size.upwards,
            )
            for step, time in zip(shown.steps, times, strict=True)
            if step in shown.guidance_only
        ),
    )


def _limit(frame: Frame, limit: Any) -> SafeString:
    return format_html(
        '<path class="limit {}" d="M{} {}H{}"/>',
        limit.code,
        frame.size.left,
        f"{frame.y(limit.flow):.1f}",
        frame.size.end,
    )


def _names(frame: Frame, limits: list[Any]) -> SafeString:
    """Each class once, beside its lowest line; those that lie close are moved up, so that none covers another."""
    lowest: dict[str, float] = {}
    for one in limits:
        lowest[one.limit.name] = min(one.limit.flow, lowest.get(one.limit.name, math.inf))
    x, rise, anchor = (frame.size.end, -7, "end") if frame.size.narrow else (frame.size.end + 5, 0, "start")
    parts, free = [], float(frame.size.high)
    for name, flow in sorted(lowest.items(), key=lambda pair: pair[1]):
        y = min(frame.y(flow) + 4, free)
        free = y - LINE
        parts.append(
            format_html(
                '<text class="limit-name" x="{}" y="{}" text-anchor="{}">{}</text>', x, f"{y + rise:.1f}", anchor, name
            )
        )
    return format_html_join("", "{}", ((one,) for one in parts))


def _now(frame: Frame, begin: datetime) -> SafeString:
    return format_html('<path class="now" d="M{} {}V{}"/>', f"{frame.x(begin):.1f}", frame.size.top, frame.size.foot)


def ranks(counts: list[int]) -> SafeString | str:
    """The rank histogram: flat is reliable."""
    if not counts or not sum(counts):
        return ""
    most = max(counts)
    bars = format_html_join(
        "",
        '<rect class="part" x="{}" y="{}" width="8" height="{}"/>',
        ((10 * i + 1, f"{30 - 28 * one / most:.1f}", f"{28 * one / most:.1f}") for i, one in enumerate(counts)),
    )
    flat = 30 - 28 * float(np.mean(counts)) / most
    return format_html(
        '<svg class="ranks" viewBox="0 0 {} 30" aria-hidden="true">{}<path class="line" d="M0 {}H{}"/></svg>',
        10 * len(counts), bars, f"{flat:.1f}", 10 * len(counts),
    )  # fmt: skip
