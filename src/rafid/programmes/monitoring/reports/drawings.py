"""Small drawings of a report: bars and ranges without a word in them, so that no program has to shape letters in a picture."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw, ImageOps

WIDE, HIGH, FINE = 480, 56, 3
"""Pixels as they come out; drawn ``FINE`` times larger, for edges that are smooth."""

_GROUND, _BAR, _RANGE, _DOT, _PLAN, _FLOOR = "#e7ebe9", "#9cc3c9", "#0b5f6b", "#06343b", "#a3211b", "#b45309"


class _Sheet:
    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDE * FINE, HIGH * FINE), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.edge = 12

    def x(self, share: float) -> float:
        return self.edge + (WIDE - 2 * self.edge) * min(max(share, 0.0), 1.0)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, radius: float = 0) -> None:
        at = [left * FINE, top * FINE, max(right, left + 0.7) * FINE, bottom * FINE]
        self.draw.rounded_rectangle(at, radius * FINE, fill=colour)

    def dot(self, x: float, y: float, radius: float, colour: str, *, hollow: bool = False) -> None:
        at = [(x - radius) * FINE, (y - radius) * FINE, (x + radius) * FINE, (y + radius) * FINE]
        self.draw.ellipse(at, fill="white" if hollow else colour, outline=colour, width=3 * FINE)

    def png(self, mirrored: bool) -> bytes:
        small = self.image.resize((WIDE, HIGH), Image.Resampling.LANCZOS)
        out = io.BytesIO()
        (ImageOps.mirror(small) if mirrored else small).quantize(64).save(out, "PNG", optimize=True)
        return out.getvalue()


def line_png(
    *,
    planned: float | None,
    reported: float | None,
    verified: float | None,
    low: float | None,
    high: float | None,
    floor: float | None,
    target: float,
    mirrored: bool = False,
) -> bytes:
    """The four numbers of a line against its target: a bar of what is reported, the verified range on it with its dot, a red
    mark of the plan, and a triangle below at the floor."""
    sheet = _Sheet()
    full = max(target, *(one for one in (planned, reported, high, floor, 0.0) if one is not None)) or 1.0
    sheet.box(sheet.x(0), 14, sheet.x(1), 40, _GROUND, 3)
    if reported is not None:
        sheet.box(sheet.x(0), 18, sheet.x(reported / full), 36, _BAR)
    if verified is not None and low is not None and high is not None:
        sheet.box(sheet.x(low / full), 24, sheet.x(high / full), 30, _RANGE, 3)
        sheet.dot(sheet.x(verified / full), 27, 6, _DOT)
    if floor is not None:
        x = sheet.x(floor / full)
        points = [(x * FINE, 40 * FINE), ((x - 8) * FINE, 54 * FINE), ((x + 8) * FINE, 54 * FINE)]
        sheet.draw.polygon(points, fill=_FLOOR)
    if planned is not None:
        x = sheet.x(planned / full)
        sheet.box(x - 2, 6, x + 2, 46, _PLAN)
    return sheet.png(mirrored)


def share_png(
    share: float,
    low: float | None,
    high: float | None,
    *,
    small: bool = False,
    zero: bool = False,
    mirrored: bool = False,
) -> bytes:
    """A share with its interval on a line from 0 to 1 (``zero``: from -1 to 1); hollow where few were seen."""
    sheet = _Sheet()

    def at(value: float) -> float:
        return sheet.x((value + 1) / 2 if zero else value)

    sheet.box(sheet.x(0), 26, sheet.x(1), 30, _GROUND, 2)
    for mark in (-1, 0, 1) if zero else (0, 0.5, 1):
        sheet.box(at(mark) - 1, 20, at(mark) + 1, 36, "#7f8f8a")
    if low is not None and high is not None:
        sheet.box(at(low), 24, at(high), 32, _RANGE, 4)
    sheet.dot(at(share), 28, 9, _DOT, hollow=small)
    return sheet.png(mirrored)
