"""Writing SVG that both a browser and WeasyPrint draw alike: paths, rectangles and patterns, never text.

WeasyPrint draws ``<text>`` in Arabic letter by letter and in the wrong order, so words are laid over a drawing as HTML. All
lengths inside are whole tenths of a pixel: that keeps paths short, and neighbours share their corners exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from .ramps import HATCHES, Hatch

UNITS = 10
"""Units of the view box in one pixel."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")
_COLOUR = re.compile(r"(?:#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|none|currentColor)\Z")
_DUST = 0.3
"""Pixels²; parts and holes below it are not seen."""


def units(pixels: float) -> int:
    return round(pixels * UNITS)


def element(tag: str, attributes: Mapping[str, str | int | None], inside: str = "") -> str:
    """An element without the attributes that are None or empty; values are escaped."""
    given = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items() if value not in (None, ""))
    return f"<{tag}{given}>{inside}</{tag}>" if inside else f"<{tag}{given}/>"


def title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def document(width: float, height: float, inside: Iterable[str], *, name: str, label: str = "") -> str:
    """The whole drawing. It is decoration unless it has a ``label``, which web pages give it."""
    attributes: dict[str, str | int | None] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {units(width)} {units(height)}",
        "width": f"{width:g}",
        "height": f"{height:g}",
        "class": f"drawing {name}",
        "role": "img" if label else None,
        "aria-label": label,
        "aria-hidden": None if label else "true",
    }
    return element("svg", attributes, title(label) + "".join(inside))


def colour(given: str) -> str:
    """A colour that may stand in an attribute. Raises ``ValueError`` for anything else."""
    if not _COLOUR.match(given):
        raise ValueError(f"a colour is #rrggbb or none, not {given!r}")
    return given


def identifier(name: str, ref: str) -> str:
    """An ``id`` from a drawing's name and a reference; other letters than the plain ones are written as numbers."""
    plain = re.sub(r"[^A-Za-z0-9_-]", lambda match: f".{ord(match[0]):x}", f"{name}-{ref}")
    return plain if _PLAIN.match(plain) else f"x{plain}"


def patterns(name: str, hatches: Iterable[str]) -> str:
    """Definitions of the hatches that a drawing uses; ``paint`` refers to them."""
    drawn = "".join(_pattern(name, HATCHES[hatch]) for hatch in sorted(set(hatches)))
    return f"<defs>{drawn}</defs>" if drawn else ""


def paint(name: str, fill: str, hatch: str | None) -> str:
    """The value of a ``fill`` attribute. Raises ``ValueError`` for an unknown colour or hatch."""
    if hatch is None:
        return colour(fill)
    if hatch not in HATCHES:
        raise ValueError(f"the hatches are {', '.join(HATCHES)}, not {hatch!r}")
    return f"url(#{identifier(name, hatch)})"


def _pattern(name: str, hatch: Hatch) -> str:
    # A square tile with a diagonal and its two cut corners: no rotation, which not every reader of SVG knows.
    side = units(hatch.spacing * 2**0.5)
    half = side // 2
    if hatch.angle > 0:
        strokes = f"M{-half} {half}L{half} {-half}M0 {side}L{side} 0M{half} {side + half}L{side + half} {half}"
    else:
        strokes = f"M{-half} {side - half}L{half} {side + half}M0 0L{side} {side}M{half} {-half}L{side + half} {half}"
    ground = element("rect", {"width": side, "height": side, "fill": hatch.ground})
    lines = element("path", {"d": strokes, "stroke": hatch.line, "stroke-width": units(hatch.width), "fill": "none"})
    return element(
        "pattern",
        {"id": identifier(name, hatch.name), "patternUnits": "userSpaceOnUse", "width": side, "height": side},
        ground + lines,
    )


def area_path(geometry: shapely.Geometry) -> str:
    """``d`` of a polygon or several, in pixels. What is too small to see is a dot of 1.5 pixels, never nothing."""
    parts = sorted(polygons(geometry), key=lambda part: -part.area)
    drawn = []
    for position, part in enumerate(parts):
        if position and part.area < _DUST:
            break
        ring = _ring(shapely.get_coordinates(part.exterior))
        if ring:
            holes = (
                _ring(shapely.get_coordinates(hole)) for hole in part.interiors if shapely.Polygon(hole).area >= _DUST
            )
            drawn += [ring, *filter(None, holes)]
    if not drawn and parts:
        at = parts[0].centroid
        return f"M{units(at.x) - 7} {units(at.y) - 7}h15v15h-15z"
    return "".join(drawn)


def line_path(geometry: shapely.Geometry) -> str:
    """``d`` of a line or several, in pixels; of polygons their edges."""
    lines = []
    for part in shapely.get_parts(geometry):
        for line in [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]:
            points = _whole(shapely.get_coordinates(line))
            if len(points) > 1:
                lines.append(_steps(points))
    return "".join(lines)


def polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons in a geometry of any kind."""
    found: list[shapely.Polygon] = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            found.append(part)
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            found += polygons(part)
    return found


def _whole(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Tenths of a pixel, without points that fall on the one before."""
    whole = np.rint(points * UNITS).astype(np.int64)
    kept = np.ones(len(whole), dtype=bool)
    kept[1:] = (whole[1:] != whole[:-1]).any(axis=1)
    return whole[kept]


def _ring(points: NDArray[np.float64]) -> str:
    whole = _whole(points)
    if len(whole) > 1 and (whole[0] == whole[-1]).all():
        whole = whole[:-1]
    return _steps(whole) + "z" if len(whole) > 2 else ""


def _steps(whole: NDArray[np.int64]) -> str:
    steps = np.diff(whole, axis=0).tolist()
    return f"M{whole[0, 0]} {whole[0, 1]}l" + "".join(f"{_signed(x)}{_signed(y)}" for x, y in steps).lstrip()


def _signed(step: int) -> str:
    return str(step) if step < 0 else f" {step}"
