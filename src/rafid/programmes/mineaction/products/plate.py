"""A map as a picture for paper: hazards in the colours and hatches of the pictures, a bar of scale, north, and what it is."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFont

from ..hazards.plane import to_plane

WIDE, HIGH, EDGE, FINE = 1500, 950, 60, 2
"""Pixels as they come out; drawn ``FINE`` times larger, for edges that are smooth."""
SMALL = 9
"""Pixels; what is smaller is drawn as a mark: a square for a confirmed area, a diamond for a suspected one."""
CHA, SHA, CLOSED = (255, 0, 0), (244, 167, 24), (27, 127, 75)
INK, BORDER = (22, 33, 31), (127, 143, 138)
LABELS = 60


def plate(hazards: Sequence[Mapping[str, Any]], outline: Any = None, *, demonstration: bool = False) -> bytes | None:
    """PNG of ``hazards`` with ``ground`` (GeoJSON), ``classification``, ``group`` and ``ref``; None where none is drawn."""
    drawn = [one for one in hazards if one.get("ground")]
    if not drawn:
        return None
    shapes = to_plane([shapely.from_geojson(json.dumps(one["ground"])) for one in drawn])
    borders = to_plane([shapely.from_geojson(json.dumps(outline))])[0] if outline else None
    sheet = _Sheet([*shapes, borders] if borders is not None else list(shapes))
    if borders is not None:
        sheet.line(borders, BORDER, 3)
    for one, shape in zip(drawn, shapes, strict=True):
        sheet.hazard(shape, one)
    sheet.labels([(one["ref"], shape.centroid) for one, shape in zip(drawn, shapes, strict=True)][:LABELS])
    return sheet.png(demonstration)


class _Sheet:
    def __init__(self, shapes: Sequence[Any]) -> None:
        west, south, east, north = shapely.total_bounds(shapes)
        inner_wide, inner_high = WIDE - 2 * EDGE, HIGH - 2 * EDGE
        self.scale = min(inner_wide / max(east - west, 50.0), inner_high / max(north - south, 50.0))
        self.left = (WIDE - self.scale * (east - west)) / 2 - self.scale * west
        self.top = (HIGH - self.scale * (north - south)) / 2 + self.scale * north
        self.image = Image.new("RGB", (WIDE * FINE, HIGH * FINE), "white")

    def at(self, coords: Any) -> list[tuple[float, float]]:
        xy = np.asarray(coords)[:, :2]
        return [((self.left + self.scale * x) * FINE, (self.top - self.scale * y) * FINE) for x, y in xy]

    def line(self, shape: Any, colour: tuple[int, int, int], wide: float, dash: bool = False) -> None:
        draw = ImageDraw.Draw(self.image)
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                points = self.at(ring.coords)
                if dash:
                    for start, end in _dashes(points, 14 * FINE, 9 * FINE):
                        draw.line([start, end], fill=colour, width=round(wide * FINE))
                else:
                    draw.line(points, fill=colour, width=round(wide * FINE), joint="curve")

    def hazard(self, shape: Any, one: Mapping[str, Any]) -> None:
        confirmed, group = one["classification"] == "CHA", one.get("group")
        colour = CHA if confirmed else SHA
        edge = CLOSED if group == "closed" else SHA if group == "worked_on" else CHA
        west, south, east, north = shape.bounds
        if max(east - west, north - south) * self.scale < SMALL:
            self.mark(shape.centroid, colour, edge, square=confirmed, filled=group != "closed")
            return
        if group != "closed":
            self.fill(shape, colour, rising=confirmed)
        self.line(shape, edge, 2.5, dash=group == "worked_on")

    def fill(self, shape: Any, colour: tuple[int, int, int], *, rising: bool) -> None:
        """Half see-through, with a hatch: the class is told without colours, too."""
        mask = Image.new("L", self.image.size, 0)
        pen = ImageDraw.Draw(mask)
        for part in shapely.get_parts(shape):
            pen.polygon(self.at(part.exterior.coords), fill=128)
            for hole in part.interiors:
                pen.polygon(self.at(hole.coords), fill=0)
        self.image.paste(colour, mask=mask)
        box = mask.getbbox()
        if box is None:
            return
        hatch = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
        lines = ImageDraw.Draw(hatch)
        wide, high = hatch.size
        for at in range(-high, wide, 14 * FINE):
            ends = [(at, high), (at + high, 0)] if rising else [(at, 0), (at + high, high)]
            lines.line(ends, fill=255, width=FINE)
        inside = mask.crop(box).point(lambda value: 200 if value else 0)
        dark = tuple(round(0.45 * one) for one in colour)
        self.image.paste(dark, box[:2], Image.composite(hatch, Image.new("L", hatch.size, 0), inside))

    def mark(self, point: Any, colour: Any, edge: Any, *, square: bool, filled: bool) -> None:
        (x, y), r = self.at([point.coords[0]])[0], SMALL * FINE * 0.7
        corners = [(-1, -1), (1, -1), (1, 1), (-1, 1)] if square else [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
        ImageDraw.Draw(self.image).polygon(
            [(x + r * dx, y + r * dy) for dx, dy in corners],
            fill=colour if filled else None,
            outline=edge,
            width=3 * FINE,
        )

    def labels(self, rows: Sequence[tuple[str, Any]]) -> None:
        """The end of each number; where two would stand on one another, the second is left to the table."""
        draw, font = ImageDraw.Draw(self.image), ImageFont.load_default(size=19 * FINE)
        taken: list[tuple[float, float, float, float]] = []
        for ref, point in rows:
            (x, y), text = self.at([point.coords[0]])[0], ref.rpartition("-")[2]
            box = draw.textbbox((x + 12 * FINE, y - 26 * FINE), text, font=font)
            if any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
                continue
            taken.append(box)
            draw.text(
                (x + 12 * FINE, y - 26 * FINE), text, fill=INK, font=font, stroke_width=3 * FINE, stroke_fill="white"
            )

    def png(self, demonstration: bool) -> bytes:
        draw, font = ImageDraw.Draw(self.image), ImageFont.load_default(size=20 * FINE)
        longest = WIDE / 4 / self.scale
        step = 10 ** math.floor(math.log10(longest))
        length = next(times * step for times in (5, 2, 1) if times * step <= longest)
        said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
        x, y, wide = 24 * FINE, (HIGH - 22) * FINE, length * self.scale * FINE
        draw.line([(x, y - 12 * FINE), (x, y), (x + wide, y), (x + wide, y - 12 * FINE)], fill=INK, width=3 * FINE)
        draw.text((x + wide + 12 * FINE, y - 22 * FINE), said, fill=INK, font=font)
        x, y = (WIDE - 36) * FINE, 20 * FINE
        arrow = [(0, 0), (14, 44), (0, 33), (-14, 44)]
        draw.polygon([(x + dx * FINE, y + dy * FINE) for dx, dy in arrow], fill=INK)
        draw.text((x, y + 48 * FINE), "N", fill=INK, font=font, anchor="ma")
        if demonstration:
            big = ImageFont.load_default(size=64 * FINE)
            over = Image.new("L", self.image.size, 0)
            ImageDraw.Draw(over).text(
                (WIDE * FINE / 2, HIGH * FINE / 2), "DEMONSTRATION", fill=70, font=big, anchor="mm"
            )
            self.image.paste((163, 33, 27), mask=over.rotate(18))
        out = io.BytesIO()
        self.image.resize((WIDE, HIGH), Image.Resampling.LANCZOS).quantize(128).save(out, "PNG", optimize=True)
        return out.getvalue()


def _dashes(points: Sequence[tuple[float, float]], on: float, off: float) -> list[tuple[Any, Any]]:
    line = shapely.LineString(points)
    found, at = [], 0.0
    while at < line.length:
        start, end = line.interpolate(at), line.interpolate(min(at + on, line.length))
        found.append(((start.x, start.y), (end.x, end.y)))
        at += on + off
    return found
