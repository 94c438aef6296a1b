"""A hydrograph: the sources of one quantity through time, its thresholds, and the values that are doubtful."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from rafid.commons import writing

from ..models import Threshold
from ..sizes import Size, in_sizes
from ..values.reading import moments
from .queries import Source

SIZES = (Size(860, 340, 62, 92, 14, 30), Size(360, 280, 50, 6, 16, 26, narrow=True))
POINTS = 900
DOTS = 200
BROKEN = 4
"""A gap longer than so many usual steps is not drawn over."""


@dataclass(frozen=True)
class Frame:
    start: float
    end: float
    lowest: float
    highest: float
    size: Size

    def x(self, time: float) -> float:
        return self.size.left + (time - self.start) / (self.end - self.start) * (self.size.across)

    def y(self, value: float) -> float:
        return self.size.foot - (value - self.lowest) / (self.highest - self.lowest) * (self.size.upwards)


def hydrograph(
    found: Sequence[Source], limits: Sequence[Threshold], *, start: datetime, end: datetime
) -> SafeString | str:
    """Nothing where no source has a value."""
    values = np.concatenate([one.known.good for one in found]) if found else np.array([])
    values = values[~np.isnan(values)]
    if not values.size:
        return ""
    low, high = float(values.min()), float(values.max())
    room = max(high - low, 0.05 * max(abs(high), 1e-3)) * 0.08
    shown = [one for one in limits if low - 4 * room <= one.value <= high + (high - low) + 4 * room]
    high = max([high, *(one.value for one in shown)])
    low = min([low, *(one.value for one in shown)])
    first, last = (_seconds(moments([one])).item() for one in (start, end))

    def parts(size: Size) -> Iterator[SafeString]:
        frame = Frame(first, max(last, first + 1), low - room, high + room, size)
        yield _axes(frame, start, end)
        yield from (_limit(frame, one) for one in shown)
        yield from (_line(frame, one, number) for number, one in reversed(list(enumerate(found))))
        yield from (_doubts(frame, one) for one in found[:1])

    return in_sizes("hydrograph", _("Values through time"), SIZES, parts)


def _seconds(times: Any) -> Any:
    return times.astype("datetime64[s]").astype(np.int64)


def _axes(frame: Frame, start: datetime, end: datetime) -> SafeString:
    size = 10.0 ** math.floor(math.log10(frame.highest - frame.lowest))
    step = next(one * size for one in (1, 0.5, 0.2, 0.1) if (frame.highest - frame.lowest) / (one * size) >= 4)
    parts = []
    across = '<path class="grid" d="M{} {}H{}"/><text x="{}" y="{}" dy="4" text-anchor="end">{}</text>'
    for i in range(math.ceil(frame.lowest / step), math.floor(frame.highest / step) + 1):
        y = f"{frame.y(i * step):.1f}"
        parts.append(
            format_html(
                across, frame.size.left, y, frame.size.end, frame.size.left - 6, y, writing.number(round(i * step, 4))
            )
        )
    upwards = '<path class="tick" d="M{} {}v5"/><text x="{}" y="{}" text-anchor="middle">{}</text>'
    days = max((end - start).days, 1)
    marks = 3 if frame.size.narrow else 5
    for part in range(marks):
        time = start + timedelta(days=days * (part + 0.5) / marks)
        x = f"{frame.x(time.timestamp()):.1f}"
        # Figures alone: names of months would be torn apart in a line that runs from left to right.
        said = f"{time:%Y-%m}" if days > 400 else f"{time.day}/{time.month}"
        parts.append(format_html(upwards, x, frame.size.foot, x, frame.size.high - 8, said))
    return format_html_join("", "{}", ((one,) for one in parts))


def _limit(frame: Frame, one: Threshold) -> SafeString:
    y = f"{frame.y(one.value):.1f}"
    x, rise, anchor = (frame.size.end, -3, "end") if frame.size.narrow else (frame.size.end + 4, 4, "start")
    return format_html(
        '<path class="limit {}" d="M{} {}H{}"/><text class="limit-name" x="{}" y="{}" dy="{}" text-anchor="{}">{}</text>',
        one.class_code, frame.size.left, y, frame.size.end, x, y, rise, anchor, one.get_class_code_display(),
    )  # fmt: skip


def _line(frame: Frame, one: Source, number: int) -> SafeString:
    paths = " ".join(_path(frame, part) for part in _pieces(one, POINTS // 3 if frame.size.narrow else POINTS))
    return format_html('<path class="source source-{}" d="{}"/>', min(number, 5), paths) if paths else format_html("")


def _path(frame: Frame, part: Any) -> str:
    return "M" + "L".join(f"{frame.x(time):.1f} {frame.y(value):.2f}" for time, value in part)


def _pieces(one: Source, points: int) -> Iterator[Any]:
    """Runs without a gap; of many points the lowest and highest of each bit, so that no crest is lost."""
    good = ~np.isnan(one.known.good)
    times, values = _seconds(one.known.times[good]), one.known.good[good]
    if not times.size:
        return
    usual = float(np.median(np.diff(times))) if times.size > 2 else np.inf
    if times.size > points:
        bits = np.array_split(np.arange(times.size), points // 2)
        kept = np.unique([at for bit in bits for at in (bit[np.argmin(values[bit])], bit[np.argmax(values[bit])])])
        times, values = times[kept], values[kept]
        usual = max(usual, float(np.median(np.diff(times))))
    breaks = np.flatnonzero(np.diff(times) > BROKEN * usual) + 1
    for run_times, run_values in zip(np.split(times, breaks), np.split(values, breaks), strict=True):
        yield list(zip(run_times.tolist(), run_values.tolist(), strict=True))


def _doubts(frame: Frame, one: Source) -> SafeString:
    flagged = np.flatnonzero(np.isin(one.known.quality, (3, 4)) & ~np.isnan(one.known.values))[-DOTS:]
    inside = [i for i in flagged if frame.lowest <= one.known.values[i] <= frame.highest]
    times = _seconds(one.known.times)
    return format_html_join(
        "",
        '<circle class="doubt-{}" cx="{}" cy="{}" r="4"><title>{}</title></circle>',
        (
            (
                int(one.known.quality[i]),
                f"{frame.x(int(times[i])):.1f}",
                f"{frame.y(float(one.known.values[i])):.1f}",
                f"{one.known.values[i]:g}",
            )
            for i in inside
        ),
    )
