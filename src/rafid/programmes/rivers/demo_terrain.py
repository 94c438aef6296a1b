"""The demonstration's ground: made-up heights of one reach about Fatha and Baiji, the flood of spring drawn on them, and
made-up outlines of four catchments."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import shapely
from pyproj import CRS

from .demo_world import World, at, chance
from .models import Basin, ElevationModel, FloodMap, RiverNode, Station
from .terrain.elevation import receive_elevation
from .terrain.flooding import draw_flood
from .terrain.frames import F64, Frame
from .terrain.outlines import geos
from .terrain.rasters import geotiff
from .terrain.stages import Asked
from .values.reading import known_values

MADE_UP = "Invented for the demonstration"
CELL = 150.0
WEST, SOUTH, EAST, NORTH = 43.38, 34.84, 43.68, 35.12
RIVER_KM2 = 60.0
"""From here on a cell of the made-up grid is the river."""

CATCHMENTS = (
    ("bekhme", "بخمة", "بێخمە", "Bekhme", 16600.0, 55),
    ("dokan", "دوكان", "دوکان", "Dokan", 11690.0, 35),
    ("darbandikhan", "دربندخان", "دەربەندیخان", "Darbandikhan", 17850.0, 20),
    ("adhaim", "العظيم", "عەزێم", "Adhaim", 12000.0, 95),
)
"""Node, its name in three languages, area in km², and to which side it lies, degrees north of east."""


def basins(nodes: dict[str, RiverNode]) -> int:
    """Outlines that nobody surveyed, so that grids have basins to be averaged over. Each is part of the real basin."""
    for code, ar, ckb, en, km2, bearing in CATCHMENTS:
        node = nodes[code]
        node.basin = Basin.objects.create(
            code=f"demo-{code}",
            parent=node.basin,
            ground=geos(shapely.MultiPolygon([_outline(node, km2, bearing)])),
            area_km2=km2,
            name_ar=f"حوض {ar} (عرض توضيحي)",
            name_ckb=f"حەوزی {ckb} (پیشاندان)",
            name_en=f"Catchment of {en} (demonstration)",
            source_text=MADE_UP,
        )
        node.save()
    return len(CATCHMENTS)


def _outline(node: RiverNode, km2: float, bearing: float) -> shapely.Polygon:
    """A drop of this area with its tip at the node and a wavy rim."""
    angle = np.linspace(0, 2 * np.pi, 73)[:-1]
    wave = 1 + 0.06 * np.sin(5 * angle + 1) + 0.04 * np.sin(9 * angle)
    x = (1 - np.cos(angle)) * wave
    y = 0.75 * np.sin(angle) * np.sin(angle / 2) * wave
    side = np.sqrt(km2 / shapely.Polygon(np.column_stack([x, y])).area)
    turn = np.radians(bearing)
    east, north = x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)
    latitude = node.point.y + north * side / 111.2
    longitude = node.point.x + east * side / (111.2 * np.cos(np.radians(node.point.y)))
    return shapely.Polygon(np.column_stack([longitude, latitude]))


def frame() -> Frame:
    system = CRS.from_epsg(32638)
    start = Frame(system.to_wkt(), 0, 0, CELL, CELL, 2, 2)
    west, south, east, north = start.planar(shapely.box(WEST, SOUTH, EAST, NORTH)).bounds
    rows, columns = int((north - south) / CELL), int((east - west) / CELL)
    return Frame(system.to_wkt(), float(west // CELL * CELL), float(north // CELL * CELL), CELL, CELL, rows, columns)


def heights(where: Frame) -> F64:
    """A river that winds from Fatha to Baiji in a flat valley between low hills. Every step down leads to it."""
    y = where.y - (np.arange(where.rows) + 0.5) * CELL
    x = where.x + (np.arange(where.columns) + 0.5) * CELL
    upper, lower = _planar(where, 43.55, 35.05), _planar(where, 43.50, 34.93)
    along = (upper[1] - y) / (upper[1] - lower[1])
    course = (
        upper[0] + (lower[0] - upper[0]) * along + 1100 * np.sin(along * 9) * np.clip(1.4 - np.abs(along - 0.5), 0, 1)
    )
    off = np.abs(x[None, :] - course[:, None])
    bed = 108 - 0.00035 * (y[0] - y)
    plain = np.minimum(off, 2400) / 2400 * 6.5
    hills = np.maximum(off - 2400, 0) * 0.015
    rough = chance("terrain").normal(0, 0.12, (where.rows, where.columns)) * (off > 2 * CELL)
    return np.asarray(bed[:, None] + plain + hills + rough, float)


def _planar(where: Frame, longitude: float, latitude: float) -> tuple[float, float]:
    point = where.planar(shapely.Point(longitude, latitude))
    return point.x, point.y


def flood(world: World, station: Station, stage: object) -> FloodMap | None:
    """The highest reading of spring at a station, on the made-up heights."""
    elevation = _elevation(world)
    start, end = at(date(world.flood_year, 3, 15), 0), at(date(world.flood_year, 5, 15), 0)
    known = known_values(stage, start=start, end=end)
    if not len(known) or np.isnan(known.good).all():
        return None
    top = int(np.nanargmax(known.good))
    crest = float(known.good[top])
    moment = known.times[top].astype(object).replace(tzinfo=start.tzinfo)
    usual = float(np.nanmedian(known_values(stage, end=start).good))
    return draw_flood(
        elevation,
        asked=Asked(round(crest, 2), {"by": "stage"}, moment, moment + timedelta(hours=4)),
        bed_stage_m=round(min(usual, crest - 0.5), 2),
        drainage_km2=RIVER_KM2,
        owner=world.ministry,
        by=world.people.get("forecaster"),
        station=station,
    )


def _elevation(world: World) -> ElevationModel:
    where = frame()
    return receive_elevation(
        [geotiff(heights(where), where)],
        name="DEMONSTRATION heights, Fatha to Baiji",
        source_text=MADE_UP,
        licence="CC0",
        vertical_datum="Demonstration datum",
        owner=world.ministry,
        by=world.people.get("hydrologist"),
        source="demonstration",
    )
