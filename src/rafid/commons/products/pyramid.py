"""The shapes of a population pyramid: two rows of bars back to back, the youngest below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from . import svg

MALE, FEMALE = "male", "female"
_UNKNOWN = 8.0
"""Pixels of hatch in the place of a figure that is missing or withheld: it says that there is one, not how long."""


@dataclass(frozen=True)
class Bar:
    """One bar in pixels. ``value`` is None where it is missing or withheld."""

    group: str
    sex: str
    value: float | None
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Mark:
    """Where the name of an age group goes: its middle."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Tick:
    """Where a figure of the axis goes: below (``x``, ``y``), on the side of ``sex``."""

    value: float
    sex: str
    x: float
    y: float


@dataclass(frozen=True)
class Pyramid:
    """``bars`` youngest first, men before women; ``ages`` youngest first; ``ticks`` from the middle outwards."""

    svg: str
    width: float
    height: float
    bars: list[Bar]
    ages: list[Mark]
    ticks: list[Tick]


def nice_step(largest: float, steps: int) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten of which ``steps`` reach ``largest``. Whole from 1 upwards."""
    least = max(largest / steps, 1e-300)  # below it powers of ten are zero
    power = 10.0 ** math.floor(math.log10(least))
    for factor in (1.0, 2.0, 2.5, 5.0, 10.0):
        if factor * power >= least * (1 - 1e-9) and not (factor == 2.5 and power == 1.0):
            return factor * power
    return 10.0 * power


def pyramid_geometry(
    groups: Sequence[str],
    male: Sequence[float | None],
    female: Sequence[float | None],
    *,
    width: float,
    height: float,
    fills: tuple[str, str] = ("#2c7fb8", "#d95f0e"),
    largest: float | None = None,
    steps: int = 4,
    age_room: float = 52.0,
    axis_room: float = 18.0,
    hatch: str = "withheld",
    titles: tuple[Sequence[str], Sequence[str]] | None = None,
    web: bool = False,
    label: str = "",
    name: str = "pyramid",
) -> Pyramid:
    """Bars of ``groups`` (youngest first) in a box of ``width`` × ``height`` pixels: men on the left, women on the right.

    ``male`` and ``female`` are counts or shares per group, None or NaN where a figure is missing or withheld: then a short
    ``hatch`` stands there. ``largest`` fixes the axis, so that two pyramids can be compared. ``titles``, of men and
    women, and ``label`` are written on ``web`` pages only. Raises ``ValueError`` for unlike lengths, no group, negative
    or infinite figures, a box too small.
    """
    if not groups or not len(groups) == len(male) == len(female):
        raise ValueError("male and female have one figure for each group, and there is at least one group")
    known = [_known(value) for value in (*male, *female)]
    top = max([value for value in known if value is not None], default=0.0) if largest is None else largest
    if not (math.isfinite(top) and top >= 0) or any(value is not None and value > top * (1 + 1e-9) for value in known):
        raise ValueError("largest is at least the largest figure")
    side, rows = (width - age_room) / 2, (height - axis_room) / len(groups)
    if side < _UNKNOWN or rows <= 0 or steps < 1:
        raise ValueError("the box is too small for a pyramid")
    step = nice_step(top, steps) if top > 0 else 1.0
    end = step * max(1, math.ceil(top / step - 1e-9))
    base = {MALE: side, FEMALE: side + age_room}
    away = {MALE: -1.0, FEMALE: 1.0}

    bars, marks, ticks, drawn = [], [], [], []
    hatched = any(value is None for value in known)
    for index, group in enumerate(groups):
        y = height - axis_room - (index + 1) * rows
        marks.append(Mark(group, width / 2, y + rows / 2))
        for position, (sex, given) in enumerate(((MALE, male[index]), (FEMALE, female[index]))):
            value = _known(given)
            length = _UNKNOWN if value is None else value / end * side
            x = base[sex] - length if sex == MALE else base[sex]
            bars.append(Bar(group, sex, value, x, y + rows * 0.07, length, rows * 0.86))
            said = titles[position][index] if titles and web else ""
            drawn.append(_bar(bars[-1], index, name, fills[position], hatch if value is None else None, said))
    lines = []
    for number in range(1, math.floor(end / step + 1e-9) + 1):
        for sex in (MALE, FEMALE):
            x = base[sex] + away[sex] * number * step / end * side
            ticks.append(Tick(number * step, sex, x, height - axis_room))
            lines.append(f"M{svg.units(x)} 0V{svg.units(height - axis_room)}")
    grid = svg.element(
        "path", {"class": "grid", "d": "".join(lines), "stroke": "#d0d0d0", "stroke-width": 5, "fill": "none"}
    )
    parts = [svg.patterns(name, [hatch] if hatched else []), grid, *drawn]
    return Pyramid(
        svg.document(width, height, parts, name=name, label=label if web else ""), width, height, bars, marks, ticks
    )


def _known(value: float | None) -> float | None:
    if value is None or math.isnan(value):
        return None
    if value < 0 or math.isinf(value):
        raise ValueError("figures are not negative and not infinite")
    return float(value)


def _bar(bar: Bar, index: int, name: str, fill: str, hatch: str | None, said: str) -> str:
    return svg.element(
        "rect",
        {
            "id": svg.identifier(name, f"{bar.sex}-{index}"),
            "class": f"bar {bar.sex}",
            "data-ref": bar.group,
            "x": svg.units(bar.x),
            "y": svg.units(bar.y),
            "width": max(0, svg.units(bar.x + bar.width) - svg.units(bar.x)),
            "height": max(1, svg.units(bar.y + bar.height) - svg.units(bar.y)),
            "fill": svg.paint(name, fill, hatch),
        },
        svg.title(said),
    )
