"""Rows of all entities but observations: one statement for the page, one for its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DataError
from django.utils.translation import gettext as _

from rafid.commons.products.patience import TooLong, patient_cursor

from ..codes import VARIABLES
from ..models import Series, Station
from .asking import Query
from .errors import bad
from .kinds import SENSOR, SERIES, STATION, VALUE, VARIABLE, Kind, Scope, type_sql
from .seen import Seen
from .writing import Writer


@dataclass(frozen=True)
class Observed:
    time: datetime
    value: float | None
    quality: int
    flow_quality: int | None
    known_from: datetime
    origin: str


@dataclass(frozen=True)
class Row:
    """One entity. A datastream has its station; an observation has its datastream and station, too."""

    kind: Kind
    station: Any = None
    series: Any = None
    variable: str = ""
    origin: str = ""
    origin_name: str = ""
    value: Observed | None = None

    @property
    def id(self) -> str:
        base = self.kind.base
        if base == STATION:
            return str(self.station.code)
        if base == SERIES:
            return str(self.series.pk)
        if base == VARIABLE:
            return self.variable
        if base == SENSOR:
            return f"{self.origin}~{self.origin_name}" if self.origin_name else self.origin
        assert self.value is not None
        return f"{self.series.pk}~{stamp(self.value.time)}"


@dataclass(frozen=True)
class Found:
    rows: list[Row]
    more: bool = False
    count: int | None = None
    token: str = ""


def stamp(time: datetime) -> str:
    return time.strftime("%Y%m%dT%H%M%S") + (f".{time.microsecond:06d}Z" if time.microsecond else "Z")


def _from(kind: Kind, seen: Seen) -> tuple[str, list[Any], str]:
    """What is selected, from where, and what the person sees of it."""
    if kind.base == STATION:
        return (
            f"t.id FROM rafid_rivers_station t WHERE t.id IN ({seen.stations[0]})",
            list(seen.stations[1]),
            "t.code",
        )
    if kind.base == SERIES:
        sql = (
            "s.id FROM rafid_rivers_series s JOIN rafid_rivers_station t ON t.id = s.station_id"
            f" WHERE s.id IN ({seen.series[0]})"
        )
        return sql, list(seen.series[1]), "s.id"
    if kind.base == VARIABLE:
        return "s.variable FROM unnest(%s::text[]) AS s(variable) WHERE true", [list(VARIABLES)], "s.variable"
    inner = f"SELECT DISTINCT origin, origin_name FROM rafid_rivers_series WHERE id IN ({seen.series[0]})"
    return (
        f"s.origin, s.origin_name FROM ({inner}) s WHERE true",
        list(seen.series[1]),
        'origin COLLATE "C", s.origin_name COLLATE "C"',
    )


def find(seen: Seen, query: Query, where: Sequence[type_sql] = (), *, all_rows: bool = False) -> Found:
    """The rows of a page; with ``all_rows`` every one, for the collections below a page of parents."""
    kind = query.kind
    assert kind.base != VALUE
    scope = Scope(kind)
    sql, params, key = _from(kind, seen)
    for condition, more in where:
        sql, params = f"{sql} AND {condition}", [*params, *more]
    if query.filter is not None:
        made = Writer(scope, seen.series).condition(query.filter)
        sql, params = f"{sql} AND {made.sql}", [*params, *made.params]
    keys, ordered = order_of(query, scope, seen)
    paged = f"SELECT {sql} ORDER BY {', '.join([*keys, key])}"
    values = [*params, *ordered]
    if not all_rows:
        paged, values = f"{paged} LIMIT %s OFFSET %s", [*values, query.top + 1, query.skip]
    count = None
    with asked() as cursor:
        cursor.execute(paged, values)
        found = cursor.fetchall()
        if query.count and not all_rows:
            cursor.execute(f"SELECT count(*) FROM (SELECT {sql}) q", params)
            (count,) = cursor.fetchone()
    if all_rows:
        return Found(_records(kind, found))
    return Found(_records(kind, found[: query.top]), len(found) > query.top, count)


def order_of(query: Query, scope: Scope, seen: Seen) -> tuple[list[str], list[Any]]:
    writer = Writer(scope, seen.series, "$orderby")
    keys, params = [], []
    for one in query.order:
        made = writer.order(one)
        collate = ' COLLATE "C"' if made.type == "text" else ""
        keys.append(f"{made.sql}{collate} {'DESC NULLS LAST' if one.down else 'ASC NULLS LAST'}")
        params += made.params
    return keys, params


def _records(kind: Kind, found: Sequence[Any]) -> list[Row]:
    if kind.base == STATION:
        stations = Station.objects.select_related("place").in_bulk([pk for (pk,) in found])
        return [Row(kind, station=stations[pk]) for (pk,) in found]
    if kind.base == SERIES:
        return [series_row(kind, one) for one in records_of([pk for (pk,) in found])]
    if kind.base == VARIABLE:
        return [Row(kind, variable=code) for (code,) in found]
    return [Row(kind, origin=origin, origin_name=name) for origin, name in found]


def records_of(ids: Sequence[Any]) -> list[Series]:
    known = Series.objects.select_related("station", "station__place").in_bulk(ids)
    return [known[pk] for pk in ids]


def series_row(kind: Kind, one: Series) -> Row:
    return Row(kind, one.station, one, one.variable, one.origin, one.origin_name)


@contextmanager
def asked() -> Iterator[Any]:
    """A cursor for a question from outside: what cannot be compared or takes too long is said, and breaks nothing."""
    try:
        with patient_cursor() as cursor:
            yield cursor
    except DataError as wrong:
        raise bad(_("The filter compares what cannot be compared."), "$filter") from wrong
    except TooLong as wrong:
        said = _("This question takes too long. Ask for less: a shorter time, or one Datastream.")
        raise bad(said, "$filter") from wrong
