"""A tile of a released version: from its overviews at small scales, live at large ones, and never larger than ``MOST``."""

from __future__ import annotations

from typing import Any

from django.db import connection

from ..models import DatasetVersion, Overview
from ..tiles import BUFFER, EXTENT, Tile
from .bands import band_of, square_at
from .features import level_drawn, level_wanted, levels, merged, own, placed

MOST = 500_000
"""Bytes of a tile, before it is packed."""

_ENVELOPE = "ST_TileEnvelope(%(z)s, %(x)s, %(y)s)"
_WIDER = f"ST_TileEnvelope(%(z)s, %(x)s, %(y)s, margin => {BUFFER / EXTENT})"
# A circle is drawn whole by the one tile that holds its middle: points get no buffer.
_DRAWN = f"""SELECT ST_AsMVT(t, %(layer)s, {EXTENT}, 'geom') FROM (
    SELECT q.count, q.values, ST_AsMVTGeom(q.web, {_ENVELOPE}, {EXTENT},
        CASE WHEN ST_Dimension(q.web) = 0 THEN 0 ELSE {BUFFER} END, true) AS geom
    FROM ({{rows}}) q ORDER BY q.at
) t WHERE geom IS NOT NULL"""
_OVERVIEW = _DRAWN.format(
    rows="SELECT o.id AS at, o.web, o.count, o.values FROM rafid_products_overview o"
    f" WHERE o.version_id = %(version)s AND o.band = %(band)s AND o.web && {_WIDER}"
)


def has_overviews(version: DatasetVersion) -> bool:
    return Overview.objects.filter(version=version).exists()


def released_tile(version: DatasetVersion, tile: Tile, *, period: str = "", overviews: bool = True) -> bytes:
    """``period``: of the rows that are of places; the version's last where it is empty. ``overviews``: they are there."""
    asked: dict[str, Any] = {
        **tile.parameters, "layer": version.dataset.code, "version": version.pk, "period": period or version.last_period,
    }  # fmt: skip
    band = band_of(tile.z)
    if band is not None and overviews and asked["period"] == version.last_period:
        made = _made(_OVERVIEW, {**asked, "band": band.number})
    else:
        made = _made(_DRAWN.format(rows=_live(version, tile, asked)), asked)
    if len(made) > MOST:
        made = _made(_DRAWN.format(rows=_counted(version)), {**asked, "side": square_at(tile.z)})
    return made


def _live(version: DatasetVersion, tile: Tile, asked: dict[str, Any]) -> str:
    rows = [f"SELECT f.id AS at, f.web, f.count, f.values FROM ({own(version, f'r.web && {_WIDER}')}) f"]
    asked["level"] = level_drawn(levels(version, asked["period"]), level_wanted(tile.z))
    if asked["level"] is not None:
        places = placed(version, f"s.web && {_WIDER}")
        rows.append(f"SELECT row_number() OVER (ORDER BY f.shape), f.web, f.count, f.values FROM ({places}) f")
    return " UNION ALL ".join(rows)


def _counted(version: DatasetVersion) -> str:
    """What is too much for one tile, counted in squares; points where their middle is."""
    x, y = "floor(ST_X(f.at) / %(side)s)", "floor(ST_Y(f.at) / %(side)s)"
    square = f"ST_MakeEnvelope({x} * %(side)s, {y} * %(side)s, ({x} + 1) * %(side)s, ({y} + 1) * %(side)s, 3857)"
    found = f"SELECT o.*, ST_Centroid(o.web) AS at FROM ({own(version, f'r.web && {_ENVELOPE}')}) o"
    return f"""SELECT min(f.id) AS at, CASE WHEN f.is_point THEN ST_Centroid(ST_Collect(f.at)) ELSE {square} END AS web,
        sum(f.count)::int AS count, {merged(version)} AS values
        FROM ({found}) f WHERE f.at && {_ENVELOPE} GROUP BY f.is_point, {x}, {y}"""


def _made(sql: str, asked: dict[str, Any]) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        (tile,) = cursor.fetchone()
    return bytes(tile or b"")
