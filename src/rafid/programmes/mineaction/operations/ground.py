"""Ground for paper: its turning points in degrees and on the grid, and a map of it as paths that print alike everywhere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import shapely
import shapely.affinity
from django.utils.safestring import SafeString, mark_safe

from rafid.commons.products import svg
from rafid.methods.survey.grids import ZONES, projection

from ..hazards.plane import to_plane

WIDTH, HEIGHT, EDGE = 640.0, 400.0, 30.0
CHA, SHA = "#ff0000", "#f4a718"
OUTLINES = {"open": CHA, "worked_on": SHA, "closed": "#1b7f4b"}
MOST_LABELS = 60
"""Of turning points on the map; the table has them all."""


def zone_of(lon: float) -> int:
    """The zone of UTM in which a longitude lies, kept to those of the country."""
    return min(max(math.floor(lon / 6) + 31, ZONES[0]), ZONES[-1])


def turning_points(ground: Any) -> list[dict[str, Any]]:
    """Every corner of every ring of a ground in degrees: label, longitude, latitude, zone, easting, northing (WGS 84). A
    closing point is not said twice."""
    found: list[dict[str, Any]] = []
    shape = shapely.from_wkb(bytes(ground.wkb))
    zone = zone_of(shape.centroid.x)
    grid = projection(f"EPSG:{32600 + zone}")
    rings = [
        (at > 0, ring) for part in shapely.get_parts(shape) for at, ring in enumerate((part.exterior, *part.interiors))
    ]
    for number, (inner, ring) in enumerate(rings, 1):
        before = f"{number}." if len(rings) > 1 else ""
        for at, (lon, lat) in enumerate(list(ring.coords)[:-1], 1):
            east, north = grid(lon, lat)
            found.append({
                "label": f"TP{before}{at}", "lon": round(lon, 6), "lat": round(lat, 6), "zone": f"{zone}N",
                "east": round(east, 1), "north": round(north, 1), "inner": inner,
            })  # fmt: skip
    return found


def point_of(point: Any, label: str) -> dict[str, Any] | None:
    """A landmark or benchmark, as a row beside the turning points."""
    if point is None:
        return None
    zone = zone_of(point.x)
    east, north = projection(f"EPSG:{32600 + zone}")(point.x, point.y)
    return {
        "label": label, "lon": round(point.x, 6), "lat": round(point.y, 6), "zone": f"{zone}N", "east": round(east, 1),
        "north": round(north, 1), "inner": False,
    }  # fmt: skip


def drawn(hazards: Sequence[Mapping[str, Any]]) -> SafeString:
    """A map of ``hazards`` as an order or a certificate keeps them: ``ground`` (GeoJSON), ``classification``, ``group``,
    ``points``. With ``left`` (GeoJSON or None) that ground alone is hatched, whatever the state. North is up; the bar is in
    metres. Empty where none is drawn."""
    shapes = [
        (one, to_plane([shapely.from_geojson(_text(one["ground"]))])[0])
        for one in hazards
        if one.get("ground") is not None
    ]
    if not shapes:
        return mark_safe("")
    west, south, east, north = shapely.total_bounds([shape for _one, shape in shapes])
    scale = min((WIDTH - 2 * EDGE) / max(east - west, 1.0), (HEIGHT - 2 * EDGE) / max(north - south, 1.0))
    left, top = (WIDTH - scale * (east - west)) / 2, (HEIGHT - scale * (north - south)) / 2

    def placed(shape: Any) -> Any:
        return shapely.affinity.affine_transform(shape, [scale, 0, 0, -scale, left - scale * west, top + scale * north])

    parts = [_HATCHES]
    labels: list[str] = []
    for one, shape in shapes:
        path = svg.area_path(placed(shape))
        kind = "cha" if one["classification"] == "CHA" else "sha"
        colour = CHA if kind == "cha" else SHA
        inside = _left(one, placed) if "left" in one else None if one.get("group") == "closed" else path
        for fill in (colour, f"url(#h-{kind})") if inside else ():
            opacity = "0.5" if fill == colour else None
            parts.append(
                svg.element("path", {"d": inside, "fill": fill, "fill-opacity": opacity, "fill-rule": "evenodd"})
            )
        parts.append(
            svg.element(
                "path",
                {
                    "d": path,
                    "fill": "none",
                    "stroke": OUTLINES.get(str(one.get("group")), CHA),
                    "stroke-width": "22",
                    "stroke-linejoin": "round",
                    "stroke-dasharray": "80 50" if one.get("group") == "worked_on" else None,
                },
            )
        )
        labels += _labels(one, placed)
    parts += labels[:MOST_LABELS]
    parts.append(_bar(scale))
    parts.append(_north())
    return mark_safe(svg.document(WIDTH, HEIGHT, parts, name="order"))  # noqa: S308 - numbers and escaped text


def _left(one: Mapping[str, Any], placed: Any) -> str | None:
    if one["left"] is None:
        return None
    return svg.area_path(placed(to_plane([shapely.from_geojson(_text(one["left"]))])[0]))


def _text(ground: Any) -> str:
    import json

    return ground if isinstance(ground, str) else json.dumps(ground)


def _labels(one: Mapping[str, Any], placed: Any) -> list[str]:
    listed = list(one["points"])
    if not listed:
        return []
    marks = to_plane([shapely.Point(row["lon"], row["lat"]) for row in listed])
    found = []
    for row, mark in zip(listed, marks, strict=True):
        at = placed(mark)
        x, y = svg.units(at.x), svg.units(at.y)
        found.append(
            svg.element("circle", {"cx": x, "cy": y, "r": 28, "fill": "#16211f"})
            + svg.element("text", {"x": x + 45, "y": y - 40, "font-size": "95", "fill": "#16211f"}, row["label"])
        )
    return found


def _pattern(name: str, rising: bool, colour: str) -> str:
    side, half = 90, 45
    lines = (
        f"M0 {side}L{side} 0M{-half} {half}L{half} {-half}M{half} {side + half}L{side + half} {half}"
        if rising
        else (f"M0 0L{side} {side}M{-half} {half}L{half} {side + half}M{half} {-half}L{side + half} {half}")
    )
    inside = svg.element("path", {"d": lines, "stroke": colour, "stroke-width": "12", "fill": "none"})
    return svg.element("pattern", {"id": name, "patternUnits": "userSpaceOnUse", "width": side, "height": side}, inside)


_HATCHES = f"<defs>{_pattern('h-cha', True, '#780000')}{_pattern('h-sha', False, '#6e3c00')}</defs>"


def _bar(scale: float) -> str:
    longest = WIDTH / 4 / scale
    step = 10 ** math.floor(math.log10(longest))
    length = next(times * step for times in (5, 2, 1) if times * step <= longest)
    said = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    x, y, width = svg.units(12), svg.units(HEIGHT - 10), svg.units(scale * length)
    line = svg.element(
        "path",
        {"d": f"M{x} {y - 50}V{y}H{x + width}V{y - 50}", "stroke": "#16211f", "stroke-width": "12", "fill": "none"},
    )
    return line + svg.element("text", {"x": x + width + 50, "y": y, "font-size": "110", "fill": "#16211f"}, said)


def _north() -> str:
    x, y = svg.units(WIDTH - 22), svg.units(14)
    arrow = svg.element(
        "path", {"d": f"M{x} {y}L{x + 70} {y + 220}L{x} {y + 165}L{x - 70} {y + 220}z", "fill": "#16211f"}
    )
    return arrow + svg.element(
        "text", {"x": x - 40, "y": y + 350, "font-size": "120", "font-weight": "700", "fill": "#16211f"}, "N"
    )
