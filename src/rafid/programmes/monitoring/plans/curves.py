"""The curve of a sample: the chance that at least one bad site is drawn, by the number of visits; drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WIDE, HIGH = 320, 120


def curve_picture(points: Sequence[tuple[int, float]], marks: Sequence[int], sites: int) -> dict[str, Any]:
    """Points of a polyline and dots in a box of 320 × 120; the sizes ``marks`` are the chosen ones."""

    def at(size: float, chance: float) -> tuple[float, float]:
        return round(WIDE * size / max(sites, 1), 1), round(HIGH * (1 - chance), 1)

    line = [(0.0, float(HIGH)), *(at(size, chance) for size, chance in points)]
    dots = []
    for mark in marks:
        near = min(points, key=lambda point: abs(point[0] - mark))
        x, y = at(mark, near[1])
        dots.append({"x": str(x), "y": str(y), "size": mark})  # texts: a number in an attribute has no comma
    return {"line": " ".join(f"{x},{y}" for x, y in line), "dots": dots, "sites": sites}
