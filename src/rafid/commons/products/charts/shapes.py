"""Shapes of charts for web pages: stretched SVG without words beside HTML that the browser shapes, wraps and mirrors.

A drawing of 640 pixels with words inside has letters of 6 pixels on a telephone; here only bars and lines are stretched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rafid.commons.writing import number

from ..pyramid import nice_step
from .figures import Cell, Figures, Head

MOST_BARS = 25
"""Bars in sight; the others are in the table behind."""
COLOURS = 6
_WIDE, _HIGH = 1000, 400


@dataclass(frozen=True)
class Axis:
    """From ``low`` to ``high``; ``ticks`` from the lowest. On a logarithmic one ``at`` is None for what has no logarithm."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False

    def at(self, value: float) -> float | None:
        """0 at the low end, 1 at the high one."""
        if self.log:
            if value <= 0:
                return None
            return (math.log10(value) - math.log10(self.low)) / (math.log10(self.high) - math.log10(self.low))
        return (value - self.low) / (self.high - self.low)

    @property
    def texts(self) -> list[str]:
        return [number(value, None if abs(value) < 100 else 0) for value in self.ticks]


def axis_of(values: Sequence[float], *, log: bool = False, steps: int = 4) -> Axis:
    """Round ends around the values; zero is always on a linear one. No values, or all equal, still make an axis."""
    positive = [value for value in values if value > 0]
    if log and positive:
        first, last = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
        last = last if last > first else first + 1
        return Axis(10.0**first, 10.0**last, tuple(10.0**power for power in range(first, last + 1)), True)
    low, high = min([0.0, *values]), max([0.0, *values])
    step = nice_step(max(high - low, 1e-9), steps) if high > low else 1.0
    bottom, top = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    top = top if top > bottom else bottom + 1
    return Axis(bottom * step, top * step, tuple(step * index for index in range(bottom, top + 1)))


@dataclass(frozen=True)
class Bar:
    """``svg`` is stretched to the room that its row gives it; it grows from the start of the line."""

    cell: Cell
    series: Head
    colour: int
    svg: SafeString


@dataclass(frozen=True)
class BarRow:
    head: Head
    bars: list[Bar]


def bar_rows(figures: Figures, *, log: bool = False, most: int = MOST_BARS) -> list[BarRow]:
    axis = axis_of(figures.values, log=log)
    return [
        BarRow(
            head,
            [
                Bar(cell, series, index % COLOURS, bar_svg(cell, axis, index % COLOURS))
                for index, (series, cell) in enumerate(zip(figures.series, cells, strict=True))
            ],
        )
        for head, cells in list(zip(figures.rows, figures.cells, strict=True))[:most]
    ]


def bar_svg(cell: Cell, axis: Axis, colour: int) -> SafeString:
    zero = 0.0 if axis.log else axis.at(0.0) or 0.0
    end = axis.at(cell.value) if cell.value is not None else None
    parts = []
    if cell.value is None:
        parts.append(f'<rect class="{escape(cell.state)}" x="{zero * _WIDE:.0f}" y="2" width="30" height="16"/>')
    elif end is not None:
        low, high = sorted((zero, end))
        x, length = low * _WIDE, max(1.5, (high - low) * _WIDE)
        parts.append(f'<rect class="series-{colour}" x="{x:.1f}" y="1" width="{length:.1f}" height="18"/>')
    if 0 < zero < 1:
        parts.append(f'<path class="axis" d="M{zero * _WIDE:.1f} 0V20"/>')
    return _stretched("bar", _WIDE, 20, parts)


def _stretched(name: str, width: int, height: int, parts: Sequence[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - numbers and class names of our own
        f'<svg class="stretched {name}" viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


@dataclass(frozen=True)
class Point:
    """A figure of a line: where it stands (in the drawing's units), and what it says."""

    row: Head
    series: Head
    cell: Cell
    x: float
    y: float
    colour: int


@dataclass(frozen=True)
class Lines:
    axis: Axis
    svg: SafeString
    points: list[Point]
    labels: list[tuple[str, int]]
    """One for each row, most of them empty: each stands below its point. The number counts those that are said from the
    newest, so that a narrow chart leaves out every second."""
    target: bool = False

    @property
    def ticks(self) -> list[str]:
        """From above."""
        return list(reversed(self.axis.texts))


def lines(figures: Figures, links: Sequence[str], *, log: bool = False) -> Lines:
    """Time runs from left to right in every language. A gap is a gap: nothing is drawn through a missing figure.

    ``links``: the address that a click on a point of each row leads to.
    """
    axis = axis_of([*figures.values, *figures.aims], log=log)
    last = max(1, len(figures.rows) - 1)

    def x(at: int) -> float:
        return _WIDE / 2 if len(figures.rows) == 1 else at * _WIDE / last

    def y(value: float) -> float | None:
        at = axis.at(value)
        return None if at is None else (1 - at) * _HIGH

    grid = "".join(f"M0 {(1 - (axis.at(tick) or 0.0)) * _HIGH:.1f}H{_WIDE}" for tick in axis.ticks)
    parts = [f'<path class="grid-line" d="{grid}"/>']
    if figures.target is not None and (level := y(figures.target)) is not None:
        parts.append(f'<path class="target-line" d="M0 {level:.1f}H{_WIDE}"/>')
    half = _WIDE / last / 2
    for at, aim in enumerate(figures.targets if figures.target is None else []):
        if aim is not None and (level := y(aim)) is not None:
            left, right = (
                (0.0, float(_WIDE)) if len(figures.rows) == 1 else (max(0.0, x(at) - half), min(_WIDE, x(at) + half))
            )
            parts.append(f'<path class="target-line" d="M{left:.1f} {level:.1f}H{right:.1f}"/>')
    points = []
    for index, series in enumerate(figures.series):
        path, pen = "", "M"
        for at, row in enumerate(figures.rows):
            cell = figures.cells[at][index]
            height = y(cell.value) if cell.value is not None else None
            if height is None:
                pen = "M"
                continue
            path += f"{pen}{x(at):.1f} {height:.1f}"
            pen = "L"
            points.append(Point(row, series, cell, x(at), height, index % COLOURS))
        if path:
            parts.append(f'<path class="line series-{index % COLOURS}" d="{path}"/>')
    by_row = dict(zip(figures.rows, links, strict=True))
    for point in points:
        said = " · ".join(filter(None, (point.series.label, point.row.label, point.cell.text(figures.decimals))))
        dot = f'<path class="dot series-{point.colour}" d="M{point.x:.1f} {point.y:.1f}h0"><title>{escape(said)}</title></path>'
        link = by_row.get(point.row, "")
        parts.append(f'<a href="{escape(link)}" aria-label="{escape(said)}">{dot}</a>' if link else dot)
    every, newest = -(-len(figures.rows) // 6), len(figures.rows) - 1
    shown = [
        (row.label, (newest - at) // every) if (newest - at) % every == 0 else ("", 0)
        for at, row in enumerate(figures.rows)
    ]
    svg = (
        f'<svg class="stretched lines" viewBox="0 0 {_WIDE} {_HIGH}" preserveAspectRatio="none" role="group">'
        f"{''.join(parts)}</svg>"
    )
    return Lines(axis, mark_safe(svg), points, shown, bool(figures.aims))  # noqa: S308 - escaped above


@dataclass(frozen=True)
class Band:
    """One row of a pyramid: men at the left, women at the right, in every language."""

    head: Head
    male: Bar
    female: Bar


def pyramid_bands(figures: Figures) -> list[Band]:
    """From the oldest. Raises ``ValueError`` where a figure is negative or the sexes are not there."""
    if any(value < 0 for value in figures.values):
        raise ValueError("negative")
    at = {head.key.rpartition("=")[2]: index for index, head in enumerate(figures.series)}
    if not {"male", "female"} <= set(at):
        raise ValueError("sexes")
    axis = axis_of(figures.values)
    bands = []
    for head, cells in reversed(list(zip(figures.rows, figures.cells, strict=True))):
        male, female = (
            Bar(cells[at[sex]], figures.series[at[sex]], colour, bar_svg(cells[at[sex]], axis, colour))
            for colour, sex in ((0, "male"), (1, "female"))
        )
        bands.append(Band(head, male, female))
    return bands


def heat_steps(figures: Figures, classes: int = 7) -> list[list[int]]:
    """The ramp's number of each cell, 0 where there is no figure."""
    from ..cartography import class_breaks, classify
    from ..maps.painted import steps_of

    values = figures.values
    if not values:
        return [[0] * len(row) for row in figures.cells]
    edges = class_breaks(values, classes=classes, how="quantile")
    steps = steps_of(max(1, len(edges) - 1))
    return [
        [0 if cell.value is None else steps[int(classify([cell.value], edges)[0])] for cell in row]
        for row in figures.cells
    ]


def change_of(figures: Figures) -> tuple[float, float | None, str] | None:
    """Of a number: difference to the earlier period, in percent of it, and its name; None where either is not known."""
    if len(figures.rows) < 2 or not figures.cells[0] or not figures.cells[1]:
        return None
    now, before = figures.cells[0][0].value, figures.cells[1][0].value
    if now is None or before is None:
        return None
    return now - before, 100 * (now - before) / before if before else None, figures.rows[1].label
