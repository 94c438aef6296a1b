"""Rows that are computed, such as figures with their roll-ups: few, held in memory, filtered there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from rafid.commons.indicators.periods import is_period, span
from rafid.commons.indicators.queries import inside_box
from rafid.commons.places.models import Place

from .datasets import Published
from .tables import Filters, Line, NoSuchFilter, Rows, Table, hashed, plain

PRECISION = 6
"""Decimals of a degree: a tenth of a metre."""


class FigureTable(Table):
    """``path`` of a row holds for the place filter beside today's parents: after a split both parents read older rows."""

    def __init__(self, published: Published, filters: Filters, found: Rows) -> None:
        super().__init__(published, filters)
        self.key = found.key
        rows = list(found.rows)
        if filters.place is not None:
            rows = self._inside(rows, filters.place)
        if filters.periods:
            if rows and "period" not in rows[0]:
                raise NoSuchFilter("period")
            rows = [row for row in rows if row["period"] in filters.periods]
        if filters.bbox is not None:
            rows = self._touching(rows, filters.bbox)
        self.rows = sorted(rows, key=self._sorting)

    def _inside(self, rows: list[Mapping[str, Any]], place: Place) -> list[Mapping[str, Any]]:
        if rows and "place_id" not in rows[0]:
            raise NoSuchFilter("place")
        today = set(Place.objects.filter(lineage__contains=[place.pk]).values_list("pk", flat=True))
        return [row for row in rows if row["place_id"] in today or place.pk in row.get("path", ())]

    def _touching(
        self, rows: list[Mapping[str, Any]], box: tuple[float, float, float, float]
    ) -> list[Mapping[str, Any]]:
        if rows and "place_id" not in rows[0]:
            raise NoSuchFilter("bbox")
        days = {str(row.get("period", "")): _day(str(row.get("period", ""))) for row in rows}
        there = {period: inside_box(box, day) for period, day in days.items()}
        return [row for row in rows if row["place_id"] in there[str(row.get("period", ""))]]

    def _sorting(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple("" if row.get(name) is None else str(row[name]) for name in self.key)

    def lines(
        self, *, after: Sequence[Any] | None = None, limit: int | None = None, geometry: bool = False
    ) -> Iterator[Line]:
        rows = self.rows
        if after is not None:
            last = tuple(str(part) for part in after)
            rows = [row for row in rows if self._sorting(row) > last]
        if limit is not None:
            rows = rows[:limit]
        shapes = self._shapes(rows) if geometry else {}
        for row in rows:
            period = str(row.get("period", ""))
            yield Line(
                self._sorting(row),
                tuple(plain(row.get(name)) for name in self.names),
                row.get("place_id"),
                period,
                shapes.get((period, row.get("place_id"))),
            )

    def _shapes(self, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, UUID | None], str]:
        """Borders at each period's end, the point of a place that has none, as GeoJSON text made in the database."""
        found: dict[tuple[str, UUID | None], str] = {}
        for period in {str(row.get("period", "")) for row in rows}:
            ids = list({row["place_id"] for row in rows if str(row.get("period", "")) == period and "place_id" in row})
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT p.id, ST_AsGeoJSON(coalesce(ST_ForcePolygonCCW(v.geometry), p.point), %s) "
                    "FROM rafid_places_place p LEFT JOIN rafid_places_placeversion v "
                    "ON v.place_id = p.id AND v.valid @> %s::date WHERE p.id = ANY(%s)",
                    [PRECISION, _day(period), ids],
                )
                found.update({(period, pk): shape for pk, shape in cursor.fetchall() if shape})
        return found

    def count(self) -> int:
        return len(self.rows)

    def fingerprint(self) -> str:
        return hashed(self.names, [line.values for line in self.lines()])


def _day(period: str) -> date:
    """The day whose borders count."""
    return span(period).end if is_period(period) else timezone.localdate()
