"""A hazard drawn to scale as SVG: its ground, what is left, what was released, twice and outside, and its field sheet.

North is up within some tenths of a degree: it is drawn in the plane of the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, EDGE = 720, 460, 34


@dataclass(frozen=True)
class Layer:
    """``css`` are classes of the stylesheet; ``title`` what a pointer over it is told."""

    css: str
    shape: Any
    title: str = ""


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    label: str


def drawn(layers: Sequence[Layer], dots: Sequence[Dot] = (), *, label: str) -> SafeString:
    """Shapes in metres, drawn in their order. Empty text where there is nothing to draw."""
    shapes = [one.shape for one in layers if one.shape is not None and not one.shape.is_empty]
    if not shapes:
        return mark_safe("")
    west, south, east, north = shapely.total_bounds(shapes)
    for dot in dots:
        west, south, east, north = min(west, dot.x), min(south, dot.y), max(east, dot.x), max(north, dot.y)
    scale = min((WIDTH - 2 * EDGE) / max(east - west, 1.0), (HEIGHT - 2 * EDGE) / max(north - south, 1.0))
    left = (WIDTH - scale * (east - west)) / 2
    top = (HEIGHT - scale * (north - south)) / 2

    def at(x: float, y: float) -> str:
        return f"{left + scale * (x - west):.1f} {top + scale * (north - y):.1f}"

    parts = []
    for one in layers:
        if one.shape is None or one.shape.is_empty:
            continue
        title = f"<title>{escape(one.title)}</title>" if one.title else ""
        parts.append(f'<path class="{one.css}" fill-rule="evenodd" d="{_path(one.shape, at)}">{title}</path>')
    for dot in dots:
        x, y = at(dot.x, dot.y).split()
        parts.append(
            f'<circle class="point" cx="{x}" cy="{y}" r="4"/><text x="{float(x) + 7:.1f}" y="{float(y) - 6:.1f}">'
            f"{escape(dot.label)}</text>"
        )
    return mark_safe(  # noqa: S308 - numbers and escaped text
        f'<svg class="drawing" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(label)}" direction="ltr">'
        f"<defs>{_HATCHES}</defs>{''.join(parts)}{_bar(scale)}</svg>"
    )


_HATCHES = "".join(
    f'<pattern id="hatch-{name}" width="{gap}" height="{gap}" patternUnits="userSpaceOnUse"'
    f' patternTransform="rotate({turn})"><line x1="0" y1="0" x2="0" y2="{gap}"/>{more}</pattern>'
    for name, turn, gap, more in (
        ("a", 45, 8, ""),
        ("b", -45, 8, ""),
        ("twice", 45, 7, '<line x1="0" y1="0" x2="7" y2="0"/>'),
        ("outside", 0, 5, ""),
    )
)


def _path(shape: Any, at: Any) -> str:
    rings = []
    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon":
            continue
        for ring in (part.exterior, *part.interiors):
            points = [at(x, y) for x, y in ring.coords[:-1]]
            rings.append("M" + "L".join(points) + "Z")
    return "".join(rings)


def _bar(scale: float) -> str:
    """A bar of a round length, at most a quarter of the width."""
    longest = WIDTH / 4 / scale
    step = 10 ** math.floor(math.log10(longest))
    length = next(times * step for times in (5, 2, 1) if times * step <= longest)
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    width = scale * length
    x, y = EDGE / 2, HEIGHT - 12
    return (
        f'<path class="ground" d="M{x:.1f} {y - 5}V{y}H{x + width:.1f}V{y - 5}"/>'
        f'<text x="{x + width + 8:.1f}" y="{y}">{said}</text>'
    )
