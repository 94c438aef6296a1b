"""Points of a file as a shape in degrees: each by its own grid, parts and order as said, nothing repaired."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import shapely
from django.utils.translation import gettext_noop
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from rafid.commons.places.country import country
from rafid.methods.survey import readings, to_wgs84

from ..fieldbook.book import MOST_ROWS
from .mapping import ShapeMap, folded
from .nodes import MOST_POINTS, Node
from .refused import Unfit, in_three
from .sheets import BESIDE, as_entered, is_taped, mark_of, traced

DECIMALS = 9
POINT_FIELDS = ("point", "benchmark", "landmark")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_ARABIC = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")


@dataclass
class Drawn:
    """``geometry`` as GeoJSON; ``remarks`` in three languages; ``points`` how many."""

    geometry: dict[str, Any] | None = None
    remarks: list[dict[str, str]] = field(default_factory=list)
    points: int = 0
    sheets: list[dict[str, Any]] = field(default_factory=list)
    """Its parts as they were entered (``sheets``); none where the file holds the shape itself."""


def draw(node: Node, said: ShapeMap, *, on: date | None, north: str = "") -> Drawn:
    """Raises ``Unfit`` with what is wrong and how to put it right. ``north``: of bearings, as the person said."""
    if said.path:
        return _given(node, said)
    found = [one for one in node.nodes(said.points) if _wanted(one, said)]
    if said.order:
        found.sort(key=lambda one: _order(one.first(said.order)))
    if not found:
        return Drawn()
    if len(found) > MOST_POINTS:
        raise _many(len(found))
    drawn = Drawn(points=len(found))
    beside: list[Node] = []
    if said.origin:
        others = (one for one in node.nodes(said.points) if not _wanted(one, said))
        beside = [one for one in others if mark_of(one, said) in BESIDE]
    parts: dict[str, list[tuple[float, float]]] = {}
    for group, part in _grouped(found, said):
        parts[group] = _points(part, beside, said, on, north, drawn)
    parts = {group: points for group, points in parts.items() if points}
    if not parts:
        return drawn
    _inside_country([point for points in parts.values() for point in points], found, said)
    drawn.geometry = _geometry(parts, said)
    return drawn


def _given(node: Node, said: ShapeMap) -> Drawn:
    values = [one for one in node.values(said.path) if one]
    if not values:
        return Drawn()
    shape = values[0]
    if not isinstance(shape, dict):
        try:
            shape = shapely.geometry.mapping(shapely.from_wkt(str(shape)))
        except shapely.GEOSException as error:
            raise Unfit(gettext_noop("The shape cannot be read: %(why)s."), why=error) from error
    made = shapely.geometry.shape(shape)
    if said.field in POINT_FIELDS:
        made = made if made.geom_type == "Point" else made.representative_point()
    elif made.geom_type == "Polygon":
        made = shapely.MultiPolygon([made])
    _valid(made)
    count = int(shapely.get_num_coordinates(made))
    if count > MOST_POINTS:
        raise _many(count)
    _inside_country([tuple(one) for one in shapely.get_coordinates(made)[:1]], [], said)
    return Drawn(shapely.geometry.mapping(made), points=count)


def _many(count: int) -> Unfit:
    return Unfit(
        gettext_noop(
            "The shape has %(count)s points, and at most %(most)s are taken. Simplify it, or give each of its parts a report of"
            " its own."
        ),
        count=f"{count:,}",
        most=f"{MOST_POINTS:,}",
    )


def _wanted(node: Node, said: ShapeMap) -> bool:
    return all(folded(node.first(path)) in {folded(one) for one in values} for path, values in said.only.items())


def _order(text: str) -> tuple[float, str]:
    found = _NUMBER.search(text.translate(_ARABIC))
    return (float(found[0].replace(",", ".")) if found else float("inf"), text)


def _grouped(found: list[Node], said: ShapeMap) -> Iterable[tuple[str, list[Node]]]:
    if not said.group:
        return [("", found)]
    groups: dict[str, list[Node]] = {}
    for one in found:
        groups.setdefault(one.first(said.group), []).append(one)
    return groups.items()


def _points(
    found: list[Node], beside: list[Node], said: ShapeMap, on: date | None, north: str, drawn: Drawn
) -> list[tuple[float, float]]:
    grids = {_grid(one, said) for one in found if one.first(said.x)}
    if len(grids) > 1:
        raise Unfit(
            gettext_noop(
                "The points of one shape are said to lie in several grids (%(grids)s). Correct the grid of the wrong ones."
            ),
            grids=", ".join(sorted(grids)),
        )
    grid = next(iter(grids), said.default_crs)
    sheet = as_entered(found, beside, said, crs=grid, north=north)
    taped = is_taped(sheet)
    if said.field not in POINT_FIELDS and len(found) <= MOST_ROWS:
        drawn.sheets.append(sheet)
    elif said.field not in POINT_FIELDS:
        drawn.remarks.append(
            in_three(
                gettext_noop(
                    "The shape has %(count)s points, more than the %(most)s of a field book: it is kept as a shape alone."
                ),
                count=len(found),
                most=MOST_ROWS,
            )
        )
    if taped and sheet["north"] != "unknown":
        return traced(sheet, on)
    if taped:
        drawn.remarks.append(
            in_three(
                gettext_noop(
                    "%(count)s points were measured by bearing, and the file does not say from which north. The shape may be"
                    " turned by several degrees; ask for the field book."
                ),
                count=sum(1 for row in sheet["rows"] if row[3]),
            )
        )
    return [
        degrees(_number(one, said.x), _number(one, said.y), grid)
        for one in found
        if one.first(said.x) or one.first(said.y)
    ]


def _grid(node: Node, said: ShapeMap) -> str:
    text = node.first(said.crs) if said.crs else ""
    if not text:
        return said.default_crs
    if folded(text) in said.crs_codes:
        return said.crs_codes[folded(text)]
    found = re.fullmatch(r"(?:epsg:)?\s*(\d{4,6})", text.strip(), re.IGNORECASE)
    if found:
        return f"EPSG:{found[1]}"
    raise Unfit(
        gettext_noop(
            "The mapping does not know the coordinate system “%(value)s”. Add it under crs_codes and read the file again."
        ),
        value=text,
    )


def _number(node: Node, path: str) -> float:
    text = node.first(path).translate(_ARABIC).replace(" ", "")
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        raise Unfit(
            gettext_noop("“%(value)s” is no coordinate. Correct it, or leave the point out."), value=node.first(path)
        ) from None


def degrees(x: float, y: float, grid: str) -> tuple[float, float]:
    """Longitude and latitude of WGS 84. Raises ``Unfit``."""
    if grid == "EPSG:4326":
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise Unfit(
                gettext_noop("%(x)s, %(y)s are no degrees. Say in the mapping in which grid they are."), x=x, y=y
            )
        return x, y
    try:
        if _projected(grid):
            lon, lat = to_wgs84(x, y, crs=grid)
            return round(float(lon), DECIMALS), round(float(lat), DECIMALS)
        lon, lat = _geographic(grid).transform(x, y)
    except (CRSError, ProjError, ValueError) as error:
        raise Unfit(
            gettext_noop("%(x)s, %(y)s cannot be read in %(grid)s: %(why)s."), x=x, y=y, grid=grid, why=error
        ) from error
    return round(lon, DECIMALS), round(lat, DECIMALS)


@lru_cache(maxsize=64)
def _projected(grid: str) -> bool:
    return bool(CRS(grid).is_projected)


@lru_cache(maxsize=64)
def _geographic(grid: str) -> Any:
    return Transformer.from_crs(grid, "EPSG:4326", always_xy=True)


def _inside_country(points: list[tuple[float, ...]], found: list[Node], said: ShapeMap) -> None:
    west, south, east, north = country().bounds
    for lon, lat, *_z in points:
        if west <= lon <= east and south <= lat <= north:
            continue
        other = _other_reading(found, said)
        if other:
            raise Unfit(
                gettext_noop(
                    "%(lon)s, %(lat)s lies in another country. Read as %(crs)s it would be %(there)s: correct the grid in the"
                    " file or in the mapping."
                ),
                lon=f"{lon:.5f}",
                lat=f"{lat:.5f}",
                crs=other[0],
                there=other[1],
            )
        raise Unfit(
            gettext_noop("%(lon)s, %(lat)s lies in another country. Correct the coordinates or their grid."),
            lon=f"{lon:.5f}",
            lat=f"{lat:.5f}",
        )


def _other_reading(found: list[Node], said: ShapeMap) -> tuple[str, str] | None:
    first = next((one for one in found if one.first(said.x) and one.first(said.y)), None)
    if first is None:
        return None
    west, south, east, north = country().bounds
    try:
        tried = readings(first.first(said.x), first.first(said.y), within=shapely.box(west, south, east, north))
    except ValueError:
        return None
    best = next((one for one in tried if one.inside), None)
    if best is None:
        return None
    how = best.crs + (" ⇄" if best.swapped else "")
    return how, f"{best.lon:.5f}, {best.lat:.5f}"


def _geometry(parts: dict[str, list[tuple[float, float]]], said: ShapeMap) -> dict[str, Any]:
    if said.field in POINT_FIELDS:
        return {"type": "Point", "coordinates": list(next(iter(parts.values()))[0])}
    rings = []
    for points in parts.values():
        if len(set(points)) < 3:
            raise Unfit(
                gettext_noop(
                    "The shape has %(count)s different points; a polygon has three or more. Add the missing ones."
                ),
                count=len(set(points)),
            )
        rings.append(points if points[0] == points[-1] else [*points, points[0]])
    made = shapely.MultiPolygon([shapely.Polygon(ring) for ring in rings])
    _valid(made)
    return {"type": "MultiPolygon", "coordinates": [[[list(point) for point in ring]] for ring in rings]}


def _valid(made: Any) -> None:
    if not made.is_valid:
        raise Unfit(
            gettext_noop("The shape crosses itself or its parts overlap (%(why)s). Correct the order of its points."),
            why=shapely.is_valid_reason(made),
        )
