"""Submissions on a map: where the visits were recorded, as exact as the reader may know it."""

from __future__ import annotations

from typing import Any

from django.contrib.gis.db.models import Extent
from django.contrib.gis.db.models.functions import SnapToGrid
from django.db.models import Count, Min

from rafid.commons import writing

from ..addressing import InstanceId
from ..filters import Asked
from ..models import Sight

MOST_POINTS = 3000
"""Above this, visits that lie near one another are one point that tells how many they are."""
COARSE = 0.1
"""Degrees to which a generalised position is rounded."""
_AROUND = 0.3
_WRITTEN = InstanceId()


def _here(asked: Asked) -> Any:
    return asked.queryset.filter(location__isnull=False).order_by()


def bounds_of(asked: Asked) -> str:
    """West, south, east, north; empty where no row has a position that this reader may know."""
    if asked.masks.sight_of("location") == Sight.NOTHING:
        return ""
    box = _here(asked).aggregate(box=Extent("location"))["box"]
    if box is None:
        return ""
    if not asked.masks.whole:
        # The edge of the box would tell where the outermost visit was.
        box = [round(part, 1) for part in box]
    west, south, east, north = box
    return f"{west - _AROUND:.4f},{south - _AROUND:.4f},{east + _AROUND:.4f},{north + _AROUND:.4f}"


def features_of(asked: Asked) -> dict[str, Any]:
    """A FeatureCollection; ``ref`` is the instanceID as addresses have it, ``count`` how many visits one point stands for."""
    sight = asked.masks.sight_of("location")
    rows = _here(asked)
    if sight == Sight.NOTHING:
        rows = rows.filter(asked.masks.plain)
    if rows.count() > MOST_POINTS:
        return _collection(_together(rows, asked))
    coarse = sight == Sight.GENERALISED
    sees_site = asked.masks.sees_role("site")
    found = []
    for row in rows.only("instance_id", "location", "received_at", "site", "state", "worst"):
        point = (row.location.x, row.location.y)
        if coarse and not row.plain:
            point = (round(point[0], 1), round(point[1], 1))
        day = writing.day(row.received_at)
        site = asked.book.role_words(asked.form, "site", row.site) if sees_site or row.plain else ""
        name = f"{site} · {day}" if site else day
        told = {"ref": _WRITTEN.to_url(row.instance_id), "name_ar": name, "name_ckb": name, "name_en": name}
        found.append(_feature(point, {**told, "state": row.state, "worst": row.worst if row.works else None}))
    return _collection(found)


def _together(rows: Any, asked: Asked) -> list[dict[str, Any]]:
    """Visits by cells of a grid of about 5 km, or of a generalised position's size."""
    size = 0.05 if asked.masks.whole else COARSE
    cells = rows.annotate(cell=SnapToGrid("location", size)).values("cell")
    counted = cells.annotate(count=Count("pk"), ref=Min("instance_id")).order_by("-count")[:MOST_POINTS]
    return [
        _feature(tuple(one["cell"]), {"ref": _WRITTEN.to_url(one["ref"]), "count": one["count"]}) for one in counted
    ]


def _feature(point: tuple[float, ...], properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(point[0], 6), round(point[1], 6)]},
        "properties": properties,
    }


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}
