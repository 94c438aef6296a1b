"""Charts of a sheet as shapes; the words are laid over them as HTML, so that paper and screen show Arabic alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from rafid.commons.writing import number, period

from .. import svg
from ..pyramid import nice_step
from .saying import cell_text

INK, GRID = "#1f7a87", "#d5dcd8"
_WIDTH, _HEIGHT = 680.0, 190.0
_START, _END, _TOP, _FOOT = 74.0, 18.0, 12.0, 6.0


@dataclass(frozen=True)
class Word:
    """A word over the drawing: its place in percent, and what it hangs on: ``axis``, ``foot-word`` below it, ``foot-end`` for
    the last one."""

    text: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True)
class LineChart:
    svg: SafeString
    words: Sequence[Word]
    last: str


def line_chart(block: Mapping[str, Any], name: str) -> LineChart | None:
    """Time runs from left to right in every language; a gap stays where a period has no figure."""
    points = block.get("points") or []
    known = [one["value"] for one in points if one.get("value") is not None]
    if len(points) < 2 or not known:
        return None
    low, high = min(0.0, *known), max(0.0, *known)
    step = nice_step(max(high - low, 1e-9), 3)
    top, bottom = step * -(-high // step) or step, step * (low // step)

    def x(at: int) -> float:
        return _START + at * (_WIDTH - _START - _END) / (len(points) - 1)

    def y(value: float) -> float:
        return _TOP + (top - value) / (top - bottom) * (_HEIGHT - _TOP - _FOOT)

    parts, words = [], []
    for index in range(round((top - bottom) / step) + 1):
        value = bottom + index * step
        at = svg.units(y(value))
        parts.append(
            svg.element(
                "path",
                {
                    "d": f"M{svg.units(_START)} {at}H{svg.units(_WIDTH - _END)}",
                    "stroke": GRID,
                    "stroke-width": 8,
                    "fill": "none",
                },
            )
        )
        words.append(Word(number(value), 100 * (_START - 6) / _WIDTH, 100 * y(value) / _HEIGHT, "axis"))
    run: list[str] = []
    lines: list[str] = []
    for at, one in enumerate([*points, {"value": None}]):
        if one.get("value") is None:
            lines += ["M" + "L".join(run)] if len(run) > 1 else []
            run = []
        else:
            run.append(f"{svg.units(x(at))} {svg.units(y(one['value']))}")
    parts += [
        svg.element("path", {"d": line, "stroke": INK, "stroke-width": 24, "fill": "none", "stroke-linejoin": "round"})
        for line in lines
    ]
    every = -(-len(points) // 7)
    for at, one in enumerate(points):
        if one.get("value") is not None:
            parts.append(
                svg.element("circle", {"cx": svg.units(x(at)), "cy": svg.units(y(one["value"])), "r": 36, "fill": INK})
            )
        if at % every == 0:
            kind = "foot-end" if at == len(points) - 1 else "foot-word"
            words.append(Word(period(one["period"]), 100 * x(at) / _WIDTH, 100.0, kind))
    drawn = svg.document(_WIDTH, _HEIGHT, parts, name=name)
    last = next(one for one in reversed(points) if one.get("value") is not None)
    return LineChart(mark_safe(drawn), words, cell_text(last, block.get("decimals", 0)))  # noqa: S308 - numbers only


@dataclass(frozen=True)
class BarRow:
    names: Mapping[str, str]
    svg: SafeString
    text: str


def bar_rows(block: Mapping[str, Any], name: str) -> list[BarRow]:
    """Bars of places, the longest first as they were frozen; they grow from the side where a line begins."""
    places = block.get("places") or []
    largest = max((abs(one["value"]) for one in places), default=0.0)
    found = []
    for at, one in enumerate(places):
        width = round(3000 * abs(one["value"]) / largest) if largest else 0
        start = 3000 - width if get_language_bidi() else 0
        parts = [svg.element("rect", {"x": start, "y": 0, "width": max(width, 6), "height": 90, "fill": INK})]
        drawn = svg.document(300, 9, parts, name=f"{name}-{at}")
        found.append(BarRow(one["place_names"], mark_safe(drawn), cell_text(one, block.get("decimals", 0))))  # noqa: S308
    return found
