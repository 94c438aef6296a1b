"""A small map of where the rows of a version lie, drawn on the server; the live map takes its place."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.utils.safestring import SafeString, mark_safe

from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at

from ..models import DatasetVersion

WIDTH, HEIGHT, MOST = 720, 420, 4000
_KEPT = 7 * 24 * 3600
_SPOTS = """
SELECT DISTINCT ST_X(p), ST_Y(p) FROM (
    SELECT ST_PointOnSurface(geometry) p FROM rafid_products_releasedrow
    WHERE version_id = %s AND geometry IS NOT NULL AND NOT ST_IsEmpty(geometry) ORDER BY n LIMIT %s
) x
"""
_SHAPES = """
SELECT s.id::text, ST_AsBinary(coalesce(ST_SimplifyPreserveTopology(s.geometry, 0.01), s.geometry))
FROM rafid_places_placeversion s WHERE s.geometry IS NOT NULL AND s.id IN (
    SELECT DISTINCT shape_id FROM rafid_products_releasedrow WHERE version_id = %s AND shape_id IS NOT NULL LIMIT %s
)
"""


@dataclass(frozen=True)
class Outline:
    svg: SafeString
    bounds: str
    """west, south, east, north"""


def outline(version: DatasetVersion) -> Outline | None:
    """A version does not change, nor does its map: it is drawn once in a week."""
    key = f"outline-{version.pk}"
    svg = cache.get(key)
    if svg is None:
        svg = _draw(version)
        cache.set(key, svg, _KEPT)
    if not svg or not version.bounds:
        return None
    return Outline(mark_safe(svg), ",".join(f"{edge:.4f}" for edge in version.bounds))  # noqa: S308 - our own drawing


def _draw(version: DatasetVersion) -> str:
    # Heavy, and needed for a version's first map only.
    import shapely

    from ..drawing import Area, Spot, draw_map

    with connection.cursor() as cursor:
        cursor.execute(_SPOTS, [version.pk, MOST])
        spots = [Spot(str(n), x, y, radius=3.0, fill="#0b5f6b") for n, (x, y) in enumerate(cursor.fetchall())]
        cursor.execute(_SHAPES, [version.pk, MOST])
        shapes = [Area(ref, shapely.from_wkb(bytes(wkb)), fill="#8bcfc0") for ref, wkb in cursor.fetchall()]
    ground = [
        Area(row.place.ref, shapely.from_wkb(bytes(row.geometry.wkb)), fill="#dfe6e3")
        for row in places_at(level=Level.GOVERNORATE).defer(None).exclude(geometry=None)
    ]
    if not spots and not shapes:
        return ""
    # Whole governorates would only hide the country below them.
    areas = shapes if len(shapes) >= len(ground) > 0 else [*ground, *shapes]
    return str(draw_map(areas, width=WIDTH, height=HEIGHT, spots=spots, detail=1.0, name="rows").svg)
