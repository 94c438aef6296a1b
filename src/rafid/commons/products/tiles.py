"""Vector tiles (Mapbox Vector Tile 2.1) made by PostGIS in one statement each.

Small scales of borders come from the overviews that were made when the borders were imported; points that would lie on
one another there are counted. Tiles of places are the same for everybody and are kept until a place changes; tiles of
records are made for the person who asks, and never kept.
"""

from __future__ import annotations

import bisect
import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection

from rafid.commons.places.models import PlaceVersion
from rafid.commons.places.overviews import TILE_PIXELS, band_of
from rafid.commons.places.state import places_state

from .projection import MERCATOR
from .tile_layers import PlaceLayer, Shown

LAST_ZOOM = 14
"""Browsers draw larger scales from the tiles of this one."""
EXTENT = 4096
BUFFER = 64
"""Of ``EXTENT``: what a tile holds beyond its edge, so that lines along the edge are not cut."""
APART = 10
"""From this zoom on every point stands for itself."""
CELL = 8 * EXTENT // TILE_PIXELS
"""Points of one such square of ``EXTENT`` are counted together at smaller zooms."""
STATE_AGE = 2.0
"""Seconds for which a change of borders may stay unseen in a tile."""
MOST_KEPT = 64 * 2**20
"""Bytes of tiles that one process keeps."""

_WORLD = 40075016.685578488
_SRID = int(MERCATOR.removeprefix("EPSG:"))

_ENVELOPE = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
_WIDER = f"ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {BUFFER / EXTENT})"

_BORDERS = f"""
SELECT ST_AsMVT(t, %(layer)s, {EXTENT}, 'geom') FROM (
    SELECT p.ref, p.pcode, v.name_ar, v.name_ckb, v.name_en, p.level::int AS level, above.ref AS parent,
        ST_AsMVTGeom({{shape}}, {_ENVELOPE}, {EXTENT}, {BUFFER}, true) AS geom
    FROM {{drawn}}
    JOIN rafid_places_place p ON p.id = v.place_id
    LEFT JOIN rafid_places_place above ON above.id = v.parent_id
    WHERE p.level = %(level)s AND p.division = %(division)s AND v.valid @> %(on)s::date
        AND {{shape}} && {_WIDER} {{more}}
    ORDER BY p.ref
) t WHERE geom IS NOT NULL
"""  # ST_TileEnvelope, ST_AsMVTGeom and ST_AsMVT: PostGIS 3.1 and later
BORDERS = _BORDERS.format(shape="v.web", drawn="rafid_places_placeversion v", more="")
OVERVIEW = _BORDERS.format(
    shape="o.web",
    drawn="rafid_places_borderoverview o JOIN rafid_places_placeversion v ON v.id = o.version_id",
    more="AND o.band = %(band)s AND o.valid @> %(on)s::date",
)
_PLACE_POINTS = f"""
SELECT p.ref, p.pcode, v.name_ar, v.name_ckb, v.name_en, p.level::int AS level, above.ref AS parent,
    ST_Transform(p.point, {_SRID}) AS web
FROM rafid_places_place p
JOIN rafid_places_placeversion v ON v.place_id = p.id AND v.valid @> %(on)s::date
LEFT JOIN rafid_places_place above ON above.id = v.parent_id
WHERE p.level = %(level)s AND p.division = %(division)s AND p.point && ST_Transform({_ENVELOPE}, 4326)
ORDER BY p.ref
"""


@dataclass(frozen=True)
class Tile:
    """``z``/``x``/``y`` of the usual pyramid, y from north to south."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        return 0 <= self.z <= LAST_ZOOM and 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def parameters(self) -> dict[str, Any]:
        return {"z": self.z, "x": self.x, "y": self.y}

    def bounds(self, buffer: float = 0.0) -> tuple[float, float, float, float]:
        """West, south, east, north in metres of EPSG:3857, wider by ``buffer`` of its side."""
        side = _WORLD / 2**self.z
        west, north = self.x * side - _WORLD / 2, _WORLD / 2 - self.y * side
        return west - buffer * side, north - side - buffer * side, west + side + buffer * side, north + buffer * side


def place_tile(layer: PlaceLayer, tile: Tile, on: date) -> bytes:
    """The places in force on a day; empty where none lies."""
    asked = {**tile.parameters, "layer": layer.code, "level": layer.level, "division": layer.division, "on": on}
    if layer.points:
        return _made(_points(_PLACE_POINTS, layer.fields, tile), asked)
    band = band_of(tile.z)
    if band is None:
        return _made(BORDERS, asked)
    return _made(OVERVIEW, {**asked, "band": band.number})


def record_tile(code: str, shown: Shown, tile: Tile) -> bytes:
    """The rows that the person may see; empty where none lies. Never keep it: another person sees others."""
    frame = Polygon.from_bbox(tile.bounds(0.0 if shown.points else BUFFER / EXTENT))
    frame.srid = _SRID
    rows = shown.rows.filter(**{f"{shown.geometry}__bboverlaps": frame.transform(4326, clone=True)}).order_by("pk")
    columns = [column for _name, column in shown.columns]
    try:
        sql, parameters = rows.values_list(*columns, shown.geometry).query.sql_with_params()
    except EmptyResultSet:  # a filter that no row can pass, known without asking
        return b""
    held = [f"c{at}" for at in range(len(shown.columns))]
    named = ", ".join(f"{one} AS {_quoted(name)}" for one, name in zip(held, shown.fields, strict=True))
    # The question of the register itself keeps its own positional parameters; they are named here to join the tile's.
    names = {f"p{at}": value for at, value in enumerate(parameters)}
    inner = sql.replace("%%", "%%%%") % tuple(f"%({name})s" for name in names)
    web = f"ST_Transform(shape::geometry, {_SRID})"
    rows_sql = f"SELECT {named}, {web} AS web FROM ({inner}) q({', '.join([*held, 'shape'])})"
    asked = {**tile.parameters, "layer": code, **names}
    if shown.points:
        return _made(_points(rows_sql, shown.fields, tile), asked)
    kept = ", ".join(map(_quoted, shown.fields))
    return _made(
        f"""SELECT ST_AsMVT(t, %(layer)s, {EXTENT}, 'geom') FROM (
            SELECT {kept}, ST_AsMVTGeom(web, {_ENVELOPE}, {EXTENT}, {BUFFER}, true) AS geom FROM ({rows_sql}) r
        ) t WHERE geom IS NOT NULL""",
        asked,
    )


def _points(rows: str, fields: tuple[str, ...], tile: Tile) -> str:
    """Without a buffer: a circle is drawn whole by the one tile that holds its middle."""
    names = [_quoted(field) for field in fields]
    if tile.z >= APART:
        rows = f"SELECT {', '.join(names)}, web FROM ({rows}) r"
    else:
        side = _WORLD / 2**tile.z * CELL / EXTENT
        # What is counted together has no properties of its own but its number.
        own = ", ".join(f"CASE WHEN count(*) = 1 THEN (array_agg({name}))[1] END AS {name}" for name in names)
        rows = f"""SELECT {own}, count(*)::int AS count, ST_Centroid(ST_Collect(web)) AS web FROM ({rows}) r
            GROUP BY floor(ST_X(web) / {side!r}), floor(ST_Y(web) / {side!r})"""
        names.append("count")
    return f"""SELECT ST_AsMVT(t, %(layer)s, {EXTENT}, 'geom') FROM (
        SELECT {", ".join(names)}, ST_AsMVTGeom(web, {_ENVELOPE}, {EXTENT}, 0, true) AS geom FROM ({rows}) r
    ) t WHERE geom IS NOT NULL"""


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _made(sql: str, asked: dict[str, Any]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        (tile,) = cursor.fetchone()
    return bytes(tile or b"")


# --- what is kept ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Era:
    """Days between two changes of any place: all its days draw the same map. ``key`` names it and the places' state."""

    key: tuple[str, str, int]
    on: date


_changes: dict[tuple[str, str], list[date]] = {}
_kept: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()
_bytes = 0
_lock = threading.Lock()


def era_of(on: date) -> Era:
    database, state = str(connection.settings_dict["NAME"]), places_state(at_most=STATE_AGE)
    days = _changes.get((database, state))
    if days is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT lower(valid) FROM rafid_places_placeversion UNION SELECT upper(valid) FROM rafid_places_placeversion"
            )
            days = sorted(day for (day,) in cursor.fetchall() if day is not None)
        _changes.clear()
        _changes[database, state] = days
    return Era((database, state, bisect.bisect_right(days, on)), on)


def kept_tile(layer: PlaceLayer, tile: Tile, era: Era) -> bytes:
    """The tile, gzipped; empty where no place lies."""

    def make() -> bytes:
        made = place_tile(layer, tile, era.on)
        return gzip.compress(made, 6, mtime=0) if made else b""

    return kept((era.key, layer.code, tile), make)


def kept(key: tuple[Any, ...], make: Callable[[], bytes]) -> bytes:
    """From this process's store, or made now."""
    global _bytes
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    packed = make()
    with _lock:
        if key not in _kept:
            _kept[key] = packed
            _bytes += len(packed) + _OVERHEAD
        while _bytes > MOST_KEPT:
            _old, dropped = _kept.popitem(last=False)
            _bytes -= len(dropped) + _OVERHEAD
    return packed


_OVERHEAD = 500
"""Bytes that a kept tile costs beside its content: empty ones are not free."""


def forget_tiles() -> None:
    """For measuring what a first tile costs."""
    global _bytes
    with _lock:
        _kept.clear()
        _bytes = 0


# --- what a layer says of itself --------------------------------------------------------------------------------------


def place_bounds(layer: PlaceLayer, on: date) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees of what the layer draws on a day."""
    from django.contrib.gis.db.models import Extent

    field = "place__point" if layer.points else "geometry"
    versions = PlaceVersion.objects.filter(valid__contains=on, place__level=layer.level, place__division=layer.division)
    found: Any = versions.aggregate(box=Extent(field))["box"]
    return found


def place_sources(layer: PlaceLayer, on: date) -> list[str]:
    versions = PlaceVersion.objects.filter(valid__contains=on, place__level=layer.level, place__division=layer.division)
    return list(versions.exclude(source="").order_by("source").values_list("source", flat=True).distinct()[:5])


def record_bounds(shown: Shown) -> tuple[float, float, float, float] | None:
    from django.contrib.gis.db.models import Extent

    found: Any = shown.rows.order_by().aggregate(rafid_box=Extent(shown.geometry))["rafid_box"]
    return found
