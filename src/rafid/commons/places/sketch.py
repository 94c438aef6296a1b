"""Places drawn as SVG on the server: where one lies, for readers without a live map and until it comes.

The database draws (``ST_AsSVG``) in metres of EPSG:3857 from the overviews of ``overviews``; words stay outside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from rafid.commons.names import pick

from .models import Place

_FAR_M, _NEAR_M = 500_000, 120_000
"""Metres across from which the overviews of the bands 1 and 2 are fine enough; nearer, band 3 is drawn."""

_SQL = """
WITH drawn AS (
    SELECT v.place_id, v.generalised, v.source, v.as_of, v.name_ar, v.name_ckb, v.name_en, p.ref, p.level,
        coalesce(o.web, v.web) AS web
    FROM rafid_places_placeversion v
    JOIN rafid_places_place p ON p.id = v.place_id
    LEFT JOIN LATERAL (
        SELECT web FROM rafid_places_borderoverview WHERE version_id = v.id AND band = %s AND valid @> %s::date LIMIT 1
    ) o ON true
    WHERE v.place_id = ANY(%s) AND v.valid @> %s::date AND v.geometry IS NOT NULL
        AND v.web && ST_MakeEnvelope(%s, %s, %s, %s, 3857)
)
SELECT place_id, ref, level, name_ar, name_ckb, name_en, generalised, source, as_of, ST_AsSVG(web, 1, 0)
FROM drawn ORDER BY level, ref
"""
_EXTENT = """
SELECT min(ST_XMin(web)), min(ST_YMin(web)), max(ST_XMax(web)), max(ST_YMax(web))
FROM rafid_places_placeversion WHERE place_id = ANY(%s) AND valid @> %s::date AND geometry IS NOT NULL
"""
_DEGREES = """
SELECT ST_X(p), ST_Y(p) FROM unnest(%s::float8[], %s::float8[]) AS c(x, y),
    ST_Transform(ST_SetSRID(ST_MakePoint(x, y), 3857), 4326) p
"""


@dataclass(frozen=True)
class Shape:
    id: UUID
    ref: str
    level: int
    name: str
    generalised: bool
    path: str


@dataclass(frozen=True)
class Sketch:
    """``inner`` is the inside of an ``<svg>``; ``bounds`` in degrees: west, south, east, north."""

    inner: SafeString
    view_box: str
    bounds: str
    generalised: bool
    sources: tuple[tuple[str, str], ...]
    refs: tuple[str, ...]


def draw(
    areas: Collection[UUID],
    on: date,
    *,
    here: Collection[UUID] = (),
    spots: Iterable[Place] = (),
    focus: Collection[UUID] = (),
) -> Sketch | None:
    """The borders of ``areas`` in force on a day, each a link to its page, those ``here`` marked; None without borders.

    ``focus`` are the areas that fill the drawing, and what lies around them is drawn up to its edge; all areas where
    none of these has borders.
    """
    with connection.cursor() as cursor:
        box = _box(cursor, focus, on, 0.15) if focus else None
        box = box or _box(cursor, areas, on, 0.02)
        if box is None:
            return None
        west, south, east, north = box
        across = max(east - west, north - south)
        band = 1 if across > _FAR_M else 2 if across > _NEAR_M else 3
        cursor.execute(_SQL, [band, on, list(areas), on, west, south, east, north])
        rows = cursor.fetchall()
    shapes = [Shape(row[0], row[1], row[2], pick(_names(row[3:6])), row[6], row[9]) for row in rows]
    points = [place for place in spots if place.point is not None]
    places = _mercator([place.point.coords for place in points])
    parts = [_shape(shape) for shape in shapes]
    marked = [shape for shape in shapes if shape.id in here]
    parts += [f'<path class="marked" d="{shape.path}"/>' for shape in marked]
    radius = 0.014 * across
    for place, (x, y) in zip(points, places, strict=True):
        parts.append(
            f'<g><title>{escape(place.name)}</title><circle class="spot" cx="{x:.0f}" cy="{-y:.0f}" r="{radius:.0f}"/></g>'
        )
    corners = _degrees([west, east], [south, north])
    bounds = ",".join(f"{value:.5f}" for corner in corners for value in corner)
    return Sketch(
        mark_safe("".join(parts)),  # noqa: S308 - paths come from the database's own drawing, the rest is escaped
        f"{west:.0f} {-north:.0f} {east - west:.0f} {north - south:.0f}",
        bounds,
        any(row[6] for row in rows),
        tuple(dict.fromkeys((row[7], row[8]) for row in rows if row[0] in here or not here)),
        tuple(shape.ref for shape in shapes),
    )


def _box(cursor: Any, areas: Collection[UUID], on: date, margin: float) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the areas in metres of EPSG:3857, with a margin; None where they have no borders."""
    cursor.execute(_EXTENT, [list(areas), on])
    west, south, east, north = cursor.fetchone()
    if west is None:
        return None
    edge = margin * max(east - west, north - south)
    return west - edge, south - edge, east + edge, north + edge


def _names(row: Sequence[str]) -> dict[str, str]:
    return dict(zip(("ar", "ckb", "en"), row, strict=True))


def _shape(shape: Shape) -> str:
    url = escape(reverse("place", args=[shape.ref]))
    title = f"<title>{escape(shape.name)}</title>"
    return f'<a href="{url}" data-ref="{escape(shape.ref)}">{title}<path class="area" d="{shape.path}"/></a>'


def _mercator(points: Sequence[tuple[float, ...]]) -> list[tuple[float, float]]:
    from pyproj import Transformer

    to_web: Any = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    return [to_web.transform(*point) for point in points]


def _degrees(xs: Sequence[float], ys: Sequence[float]) -> list[tuple[float, float]]:
    with connection.cursor() as cursor:
        cursor.execute(_DEGREES, [list(xs), list(ys)])
        return [(float(lon), float(lat)) for lon, lat in cursor.fetchall()]
