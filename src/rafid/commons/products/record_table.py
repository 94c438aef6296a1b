"""Rows that are records: filtered, ordered and shaped by the database, streamed to files with flat memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import AsGeoJSON
from django.contrib.gis.geos import Polygon
from django.core.exceptions import FieldDoesNotExist
from django.db import connection
from django.db.models import DateTimeField, F, ForeignKey, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from rafid.commons.indicators.periods import span
from rafid.commons.indicators.queries import touching
from rafid.commons.people.models import Organisation
from rafid.commons.places.models import Place, PlaceVersion

from .datasets import Published
from .figure_table import PRECISION
from .tables import Filters, Line, NoSuchFilter, Table, hashed, plain

CHUNK = 2000


class _Counterclockwise(Func):
    """Outer rings counterclockwise, as RFC 7946 has them."""

    function = "ST_ForcePolygonCCW"
    output_field = GeometryField(srid=4326)


class RecordTable(Table):
    """``Dataset.place`` names the foreign key to the place; fields are the model's, references shown by their ``ref``."""

    def __init__(self, published: Published, filters: Filters, found: QuerySet[Any]) -> None:
        super().__init__(published, filters)
        self.model: Any = found.model
        self.place = published.declared.place if self._is_place(published.declared.place) else None
        rows = found
        if filters.place is not None:
            if self.place is None:
                raise NoSuchFilter("place")
            rows = rows.filter(**{f"{self.place}__lineage__contains": [filters.place.pk]})
        if filters.periods:
            rows = rows.filter(self._in_periods())
        if filters.bbox is not None:
            rows = rows.filter(self._touching(filters.bbox))
        self.queryset = rows.order_by("pk")
        self.located = bool(self.geometry_field or self.place)
        self.columns = [self._column(name) for name in self.names]

    def _is_place(self, name: str | None) -> bool:
        if not name:
            return False
        try:
            return getattr(self.model._meta.get_field(name), "related_model", None) is Place
        except FieldDoesNotExist:
            return False

    def _column(self, name: str) -> str:
        """References, not ids, stand in files."""
        try:
            one = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return name
        return f"{name}__ref" if isinstance(one, ForeignKey) and one.related_model in (Place, Organisation) else name

    def _in_periods(self) -> Q:
        for one in self.published.fields:
            if one.kind == "period":
                return Q(**{f"{one.name}__in": list(self.filters.periods)})
        for one in self.published.fields:
            if one.kind in ("date", "datetime"):
                return self._in_days(one.name)
        raise NoSuchFilter("period")

    def _in_days(self, name: str) -> Q:
        moments = isinstance(self.model._meta.get_field(name), DateTimeField)
        rule = Q(pk__in=[])
        for period in self.filters.periods:
            first, last = span(period)
            start: Any = first
            after: Any = last + timedelta(days=1)
            if moments:
                start, after = (timezone.make_aware(datetime.combine(day, time())) for day in (start, after))
            rule |= Q(**{f"{name}__gte": start, f"{name}__lt": after})
        return rule

    @property
    def geometry_field(self) -> str | None:
        """The record's own geometry, where its policy lets it leave exactly."""
        if self.published.declared.policy.points != "exact":
            return None
        for one in self.model._meta.get_fields():
            if isinstance(one, GeometryField) and one.srid == 4326:
                return str(one.name)
        return None

    def _touching(self, box: tuple[float, float, float, float]) -> Q:
        if self.geometry_field:
            frame = Polygon.from_bbox(box)
            frame.srid = 4326
            return Q(**{f"{self.geometry_field}__intersects": frame})
        if self.place is None:
            raise NoSuchFilter("bbox")
        versions = PlaceVersion.objects.filter(touching(box), valid__contains=timezone.localdate())
        return Q(**{f"{self.place}__in": versions.values("place")})

    def _shape(self) -> Any:
        if self.geometry_field:
            return AsGeoJSON(_Counterclockwise(F(self.geometry_field)), precision=PRECISION)
        if self.place is None:
            return Value(None, output_field=TextField())
        borders = (
            PlaceVersion.objects.filter(place=OuterRef(self.place), valid__contains=timezone.localdate())
            .annotate(rafid_shape=AsGeoJSON(_Counterclockwise(F("geometry")), precision=PRECISION))
            .values("rafid_shape")[:1]
        )
        return Coalesce(
            Subquery(borders, output_field=TextField()),
            AsGeoJSON(F(f"{self.place}__point"), precision=PRECISION),
            output_field=TextField(),
        )

    def lines(
        self, *, after: Sequence[Any] | None = None, limit: int | None = None, geometry: bool = False
    ) -> Iterator[Line]:
        rows = self.queryset
        if after is not None:
            rows = rows.filter(pk__gt=after[0])
        names = ["pk", *([self.place] if self.place else []), *self.columns]
        if geometry:
            rows = rows.annotate(rafid_geometry=self._shape())
            names.append("rafid_geometry")
        found = rows.values_list(*names)
        if limit is not None:
            found = found[:limit]
        first = 2 if self.place else 1
        for row in found.iterator(chunk_size=CHUNK):
            shape = row[-1] if geometry else None
            values = row[first:-1] if geometry else row[first:]
            yield Line((str(row[0]),), tuple(map(plain, values)), row[1] if self.place else None, geometry=shape)

    def count(self) -> int:
        return self.queryset.count()

    def fingerprint(self) -> str:
        """A sum over the rows' hashes, made in the database: no row leaves it. Where a row lies is part of it."""
        names = ["pk", *([self.place] if self.place else []), *self.columns]
        names += [self.geometry_field] if self.geometry_field else []
        sql, params = self.queryset.order_by().values_list(*names).query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM ({sql}) t", params)
            return hashed(self.names, [str(part) for part in cursor.fetchone()])
