"""The rows of a version that is out, by the filters of every table: for files, API, feeds and pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from .catalogue.finding import as_published
from .models import DatasetVersion, ReleasedRow
from .tables import Filters, Line, NoSuchFilter, Table, hashed

CHUNK = 2000
ALL = Filters()
_SHAPE = "ST_AsGeoJSON(ST_ForcePolygonCCW(coalesce(r.geometry, s.geometry)), 6)"


class ReleasedTable(Table):
    """Nothing of it asks who reads: whoever was given the version may have its rows."""

    def __init__(self, version: DatasetVersion, filters: Filters = ALL) -> None:
        super().__init__(as_published(version), filters)
        self.version = version
        self.frozen_at, self.number = version.published_at or version.made_at, version.number
        self.located = version.bounds is not None
        rows = ReleasedRow.objects.filter(version=version)
        if filters.place is not None:
            if not rows.filter(place__isnull=False).exists():
                raise NoSuchFilter("place")
            rows = rows.filter(place__lineage__contains=[filters.place.pk])
        if filters.periods:
            if not version.first_period:
                raise NoSuchFilter("period")
            rows = rows.filter(period__in=list(filters.periods))
        if filters.bbox is not None:
            if version.bounds is None:
                raise NoSuchFilter("bbox")
            rows = rows.filter(touching(filters.bbox))
        self.rows: QuerySet[ReleasedRow] = rows.order_by("n")

    def lines(
        self, *, after: Sequence[Any] | None = None, limit: int | None = None, geometry: bool = False
    ) -> Iterator[Line]:
        rows = self.rows if after is None else self.rows.filter(n__gt=int(after[0]))
        found = rows.values_list("n", "values", "place_id", "period", "id")
        sql, params = found.query.sql_with_params()
        if limit is not None:
            sql += f" LIMIT {int(limit)}"
        if geometry:
            sql = (
                f"SELECT q.*, {_SHAPE} FROM ({sql}) q (n, values, place_id, period, id) JOIN rafid_products_releasedrow r"
                " ON r.id = q.id LEFT JOIN rafid_places_placeversion s ON s.id = r.shape_id ORDER BY q.n"
            )
        names = self.names
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, params)
            while block := cursor.fetchmany(CHUNK):
                for n, values, place, period, _id, *shape in block:
                    said = json.loads(values) if isinstance(values, str) else values
                    yield Line((n,), tuple(said.get(name) for name in names), place, period, *shape)

    def count(self) -> int:
        return self.rows.count()

    def fingerprint(self) -> str:
        return hashed(self.version.sha256, self.names, str(self.filters))

    def content_sha256(self) -> str:
        return self.version.sha256 if self.filters == ALL else self.fingerprint()

    @property
    def attributed(self) -> str:
        said = self.version.dataset.attribution
        return " · ".join(dict.fromkeys(text for code in ("en", "ar", "ckb") if (text := said.get(code, ""))))


def touching(box: tuple[float, float, float, float]) -> Q:
    """Rows whose own position, or whose place's borders, touch the box (west, south, east, north in degrees)."""
    from django.contrib.gis.geos import Polygon

    frame = Polygon.from_bbox(box)
    frame.srid = 4326
    return Q(geometry__intersects=frame) | Q(geometry=None, shape__geometry__intersects=frame)
