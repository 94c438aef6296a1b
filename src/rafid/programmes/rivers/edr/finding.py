"""Stations and series that an address of ``/edr`` means, and their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import GEOSGeometry
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rafid.commons.api import Problem, not_found

from ..models import Series, Station
from ..station.queries import rank
from ..values.many import more_than, seen_windows, span_of
from ..values.reading import LAST_DAYS, Known
from .asking import QUALITY, Asked

MOST_VALUES = 300_000


@dataclass(frozen=True)
class Named:
    """A series under the name of its parameter: the variable for the first of a station, with its origin for others."""

    name: str
    series: Series


@dataclass(frozen=True)
class Told:
    """What a station tells: its parameters in their order, with values where there are some."""

    station: Station
    parameters: list[tuple[Named, Known]]
    distance_km: float | None = None


def stations(user: Any) -> QuerySet[Station]:
    """Those with a series that the person sees."""
    seen = Series.objects.visible_to(user).values("station")
    rows: QuerySet[Station] = Station.objects.visible_to(user).filter(pk__in=seen)
    return rows


def one_station(user: Any, code: str) -> Station:
    row: Station | None = stations(user).filter(code=code).first() if "\0" not in code else None
    if row is None:
        raise not_found()
    return row


def near(user: Any, point: GEOSGeometry, km: float, asked: Asked, *, most: int | None) -> list[tuple[Station, float]]:
    """The stations within ``km`` that have what is asked, the nearest first."""
    rows = stations(user).annotate(metres=Distance("point", point))
    found = [(one, one.metres.km) for one in rows.order_by("metres", "code") if one.metres.km <= km]
    if asked.parameters:
        having = {one.station_id for one in series_of(user, [row for row, _km in found]) if _asked(asked, one)}
        found = [(row, far) for row, far in found if row.pk in having]
    return found[:most]


def _asked(asked: Asked, series: Series) -> bool:
    return any(re.split(r"\.|_quality$", name)[0] == series.variable for name in asked.parameters)


def series_of(user: Any, rows: Sequence[Station]) -> list[Series]:
    """Those that the person sees; of each variable the one that is preferred first."""
    found = Series.objects.visible_to(user).filter(station__in=rows).select_related("station")
    return sorted(found, key=lambda one: (one.variable, not one.preferred, rank(one), one.ref))


def named(rows: Sequence[Series]) -> list[Named]:
    """The names of one station's series, which come in the order of their rank."""
    taken: set[str] = set()
    found = []
    for one in rows:
        source = re.sub(r"[^0-9A-Za-z-]+", "-", one.origin_name).strip("-")
        longer = [one.origin, source, one.step, one.aggregation, one.ref]
        name = one.variable
        while name in taken:
            part = longer.pop(0)
            name = f"{name}.{part}" if part else name
        taken.add(name)
        found.append(Named(name, one))
    return found


def told(user: Any, rows: Sequence[tuple[Station, float | None]], asked: Asked) -> list[Told]:
    """The values of the stations in the asked time; the last 90 days that hold values, where none is asked."""
    by_station: dict[Any, list[Series]] = {}
    for one in series_of(user, [row for row, _km in rows]):
        by_station.setdefault(one.station_id, []).append(one)
    chosen = {
        pk: [one for one in named(mine) if asked.wants(one.name) or asked.wants(f"{one.name}{QUALITY}")]
        for pk, mine in by_station.items()
    }
    every = [one.series for mine in chosen.values() for one in mine]
    start, end = _window(user, every, asked)
    if every and more_than(MOST_VALUES, every, start=start, end=end):
        raise Problem(
            413,
            _("This is too much at once"),
            _("These are more than %(most)s values. Ask for a shorter time, fewer parameters or a smaller area.")
            % {"most": MOST_VALUES},
        )
    values = seen_windows(user, every, start=start, end=end, known_at=asked.known_at) if every else {}
    return [
        Told(row, [(one, values[one.series.pk]) for one in chosen.get(row.pk, []) if one.series.pk in values], km)
        for row, km in rows
    ]


def _window(user: Any, rows: Sequence[Series], asked: Asked) -> tuple[datetime | None, datetime | None]:
    if not asked.whole or not rows:
        return asked.start, asked.end
    span = span_of(user, rows)
    return (span[1] - LAST_DAYS, None) if span else (None, None)
