"""Maps as SVG paths, for the web page, the printed sheet and the thumbnail alike. No Django.

Geometry comes as shapely geometries in degrees (EPSG 4326). Words are never drawn: the places for them are handed back,
and the page lays HTML over the drawing, where every reader shapes Arabic and Sorani right.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from . import svg
from .cartography import scale_bar
from .coverage import simplified
from .projection import MERCATOR, Projection, equal_area, type_bounds
from .pyramid import Pyramid, pyramid_geometry

__all__ = [
    "MERCATOR",
    "Area",
    "Drawing",
    "Label",
    "Line",
    "Projection",
    "Pyramid",
    "ScaleBar",
    "Spot",
    "draw_map",
    "equal_area",
    "pyramid_geometry",
]

INK = "#333333"
_LINE = 7.0
"""Pixels: height of a line of words on a map."""


@dataclass(frozen=True)
class Area:
    """A polygon of the map. ``hatch`` (``missing``, ``withheld``) takes the place of ``fill``; ``title`` is shown on web
    pages only; ``dashed`` marks a contested or provisional border."""

    ref: str
    geometry: shapely.Geometry
    fill: str = "#d9d9d9"
    hatch: str | None = None
    css: str = ""
    title: str = ""
    dashed: bool = False


@dataclass(frozen=True)
class Line:
    """A river, a road, a border. ``width`` in pixels."""

    geometry: shapely.Geometry
    stroke: str = "#6b9ac4"
    width: float = 0.8
    dashed: bool = False
    css: str = ""


@dataclass(frozen=True)
class Spot:
    """A place or the symbol of a figure: a disc of ``radius`` pixels at ``lon``, ``lat``, with an edge where ``stroke`` is
    said."""

    ref: str
    lon: float
    lat: float
    radius: float = 2.5
    fill: str = INK
    css: str = ""
    title: str = ""
    stroke: str = ""
    opacity: float = 1.0


@dataclass(frozen=True)
class Label:
    """Where the name of an area goes: its middle in pixels, and how wide a line of words may be there."""

    ref: str
    x: float
    y: float
    room: float


@dataclass(frozen=True)
class ScaleBar:
    """``metres`` long on the ground, ``width`` pixels on the drawing, from (``x``, ``y``) to the right."""

    metres: float
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Drawing:
    svg: str
    width: float
    height: float
    labels: list[Label]
    scale: ScaleBar | None
    metres_per_pixel: float
    projection: Projection


def draw_map(
    areas: Sequence[Area],
    *,
    width: float,
    height: float,
    crs: object = None,
    bounds: type_bounds | None = None,
    margin: float = 6.0,
    ground: Sequence[shapely.Geometry] = (),
    ground_fill: str = "#efefef",
    lines: Sequence[Line] = (),
    spots: Sequence[Spot] = (),
    stroke: str = "#ffffff",
    stroke_width: float = 0.6,
    detail: float = 0.6,
    with_scale: str | None = None,
    with_north: str | None = None,
    web: bool = False,
    label: str = "",
    name: str = "map",
) -> Drawing:
    """A map of ``areas`` in a box of ``width`` × ``height`` pixels.

    ``crs``: anything that pyproj takes, such as ``MERCATOR``; an equal-area projection centred on the map when None.
    ``bounds`` (west, south, east, north) is the extent, otherwise that of ``areas`` and ``spots``. ``ground`` lies below
    (neighbours, sea). Areas are drawn in their order, one ``<path>`` each with ``id``, ``class`` and ``data-ref``;
    borders are simplified to ``detail`` pixels without opening gaps between neighbours. ``with_scale`` and
    ``with_north`` name the side of the scale bar (bottom) and the arrow (top), ``left`` or ``right``. ``web`` adds titles;
    ``label`` is the drawing's name for screen readers then. ``name`` begins every id: two drawings on a page need two.

    Raises ``ValueError`` for nothing to draw, two areas of one ref, an unknown hatch, colour or side.
    """
    if len({area.ref for area in areas}) < len(areas):
        raise ValueError("two areas have the same ref")
    if not {with_scale, with_north} <= {None, "left", "right"}:
        raise ValueError("the side is left or right")
    shapes = [_polygonal(area.geometry) for area in areas]
    fitted = [*shapes, *(shapely.Point(spot.lon, spot.lat) for spot in spots)]
    projection = Projection(width=width, height=height, margin=margin, bounds=bounds, fitted=fitted, crs=crs)
    pixels = simplified(projection.geometries(shapes), detail) if shapes else np.empty(0, dtype=object)
    if bounds is not None:
        pixels = shapely.clip_by_rect(pixels, -4, -4, width + 4, height + 4)

    parts = [svg.patterns(name, [area.hatch for area in areas if area.hatch in svg.HATCHES])]
    parts += [_ground(projection, shape, ground_fill) for shape in ground]
    parts += [
        _area(area, shape, name, stroke, stroke_width, web)
        for area, shape in zip(areas, pixels, strict=True)
        if not shape.is_empty
    ]
    parts += [_line(projection, line, detail) for line in lines]
    parts += [_spot(projection, spot, name, web) for spot in spots]
    per_pixel = projection.metres_per_pixel()
    scale = None
    if with_scale:
        metres, length = scale_bar(metres_per_pixel=per_pixel, max_pixels=min(140.0, width * 0.3))
        scale = ScaleBar(metres, 8.0 if with_scale == "left" else width - 8.0 - length, height - 8.0, length)
        parts.append(_scale(scale))
    if with_north:
        parts.append(_north(14.0 if with_north == "left" else width - 14.0, 18.0, projection.north()))
    labels = [found for area, shape in zip(areas, pixels, strict=True) if (found := _label(area.ref, shape))]
    drawn = svg.document(width, height, parts, name=name, label=label if web else "")
    return Drawing(drawn, width, height, labels, scale, per_pixel, projection)


def _polygonal(geometry: shapely.Geometry) -> shapely.Geometry:
    """The polygons of a geometry, repaired where they cross themselves."""
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    found = svg.polygons(geometry)
    return found[0] if len(found) == 1 else shapely.MultiPolygon(found)


def _ground(projection: Projection, shape: shapely.Geometry, fill: str) -> str:
    (pixels,) = projection.geometries([_polygonal(shape)])
    pixels = shapely.clip_by_rect(shapely.simplify(pixels, 0.5), -4, -4, projection.width + 4, projection.height + 4)
    return svg.element("path", {"class": "ground", "d": svg.area_path(pixels), "fill": svg.colour(fill)})


def _area(area: Area, shape: shapely.Geometry, name: str, stroke: str, stroke_width: float, web: bool) -> str:
    return svg.element(
        "path",
        {
            "id": svg.identifier(name, area.ref),
            "class": f"area {area.css}".strip(),
            "data-ref": area.ref,
            "fill": svg.paint(name, area.fill, area.hatch),
            "fill-rule": "evenodd",
            "stroke": svg.colour(stroke),
            "stroke-width": svg.units(stroke_width),
            "stroke-linejoin": "round",
            "stroke-dasharray": "30 20" if area.dashed else None,
            "d": svg.area_path(shape),
        },
        svg.title(area.title) if web else "",
    )


def _line(projection: Projection, line: Line, detail: float) -> str:
    (pixels,) = projection.geometries([line.geometry])
    pixels = shapely.clip_by_rect(shapely.simplify(pixels, detail), -4, -4, projection.width + 4, projection.height + 4)
    return svg.element(
        "path",
        {
            "class": f"line {line.css}".strip(),
            "d": svg.line_path(pixels),
            "fill": "none",
            "stroke": svg.colour(line.stroke),
            "stroke-width": svg.units(line.width),
            "stroke-linejoin": "round",
            "stroke-linecap": "butt" if line.dashed else "round",
            "stroke-dasharray": "36 22" if line.dashed else None,
        },
    )


def _spot(projection: Projection, spot: Spot, name: str, web: bool) -> str:
    x, y = projection.point(spot.lon, spot.lat)
    return svg.element(
        "circle",
        {
            "id": svg.identifier(name, f"spot-{spot.ref}"),
            "class": f"spot {spot.css}".strip(),
            "data-ref": spot.ref,
            "cx": svg.units(x),
            "cy": svg.units(y),
            "r": svg.units(spot.radius),
            "fill": svg.colour(spot.fill),
            "fill-opacity": None if spot.opacity == 1.0 else f"{spot.opacity:g}",
            "stroke": svg.colour(spot.stroke) if spot.stroke else None,
            "stroke-width": svg.units(0.7) if spot.stroke else None,
        },
        svg.title(spot.title) if web else "",
    )


def _scale(scale: ScaleBar) -> str:
    x, y, width, tick = svg.units(scale.x), svg.units(scale.y), svg.units(scale.width), svg.units(4)
    half = width // 2
    outline = f"M{x} {y - tick}v{tick}h{width}v{-tick}M{x + half} {y}v{-tick // 2}"
    bar = f"M{x} {y}h{half}v{-tick // 2}h{-half}z"
    return svg.element("path", {"class": "scale-bar", "d": bar, "fill": INK}) + svg.element(
        "path", {"class": "scale-bar", "d": outline, "fill": "none", "stroke": INK, "stroke-width": svg.units(0.8)}
    )


def _north(x: float, y: float, angle: float) -> str:
    turn = math.radians(angle)

    def at(right: float, up: float) -> str:
        return (
            f"{svg.units(x + right * math.cos(turn) + up * math.sin(turn))} "
            f"{svg.units(y + right * math.sin(turn) - up * math.cos(turn))}"
        )

    dark = f"M{at(0, 10)}L{at(-6, -8)}L{at(0, -4)}z"
    light = f"M{at(0, 10)}L{at(6, -8)}L{at(0, -4)}z"
    return svg.element("path", {"class": "north", "d": dark, "fill": INK}) + svg.element(
        "path", {"class": "north", "d": light, "fill": "#ffffff", "stroke": INK, "stroke-width": svg.units(0.6)}
    )


def _label(ref: str, shape: shapely.Geometry) -> Label | None:
    """At the height of the largest circle inside the largest part, the middle of what a line of words has there."""
    parts = svg.polygons(shape)
    if not parts:
        return None
    part = max(parts, key=lambda one: one.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(part, tolerance=0.5))[0]
    spans = [found for at in (y - _LINE / 2, y, y + _LINE / 2) if (found := _chord(part, x, at))]
    if not spans:
        return Label(ref, float(x), float(y), 0.0)
    left, right = max(span[0] for span in spans), min(span[1] for span in spans)
    return Label(ref, (left + right) / 2, float(y), right - left)


def _chord(part: shapely.Polygon, x: float, y: float) -> tuple[float, float] | None:
    """From edge to edge through (x, y); None where that lies outside."""
    west, _, east, _ = part.bounds
    for piece in shapely.get_parts(shapely.intersection(part, shapely.LineString([(west - 1, y), (east + 1, y)]))):
        left, _, right, _ = piece.bounds
        if left - 1e-6 <= x <= right + 1e-6:
            return float(left), float(right)
    return None
