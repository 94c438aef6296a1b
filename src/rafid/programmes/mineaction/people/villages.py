"""Affected villages: places of the gazetteer near open hazards, and which of them no session of risk education reached.

How near, how far a session reaches and how long it counts are data of the country, ``eore_reach.csv``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place

from ..models import Hazard, HazardCell
from ..models.hazards import OPEN, WORKED_ON
from ..picture.scope import sees_exactly

MONTH = 30.44
DEGREE_KM = 80.0
"""A degree is longer than this on either axis, wherever people live south of 44° north: for the box that an index searches."""


@dataclass(frozen=True)
class Reach:
    near_km: float
    session_km: float
    months: float


@dataclass(frozen=True)
class Village:
    """``place`` with its distance to the nearest open hazard, how many lie near, and the sessions that reached it."""

    place: Place
    lon: float
    lat: float
    km: float
    hazards: int
    sessions: int
    people: int
    last_on: date | None

    @property
    def reached(self) -> bool:
        return self.sessions > 0


@functools.cache
def reach() -> Reach:
    rows = {row["code"]: float(row["value"]) for row in country().table("eore_reach.csv")}
    return Reach(rows["near_hazard_km"], rows["session_reaches_km"], rows["session_counts_months"])


_SQL = """
WITH hazards AS ({hazards}),
near AS (
    SELECT p.id, p.point, min(ST_Distance(p.point::geography, h.shape::geography)) AS metres, count(*) AS hazards
    FROM rafid_places_place p
    JOIN hazards h ON h.shape && ST_Expand(p.point, %(box)s)
        AND ST_DWithin(p.point::geography, h.shape::geography, %(near)s)
    WHERE p.level = %(level)s AND p.point IS NOT NULL {within}
    GROUP BY p.id, p.point
)
SELECT n.id, ST_X(n.point), ST_Y(n.point), n.metres, n.hazards, s.sessions, s.people, s.last_on
FROM near n
CROSS JOIN LATERAL (
    SELECT count(*) AS sessions, coalesce(sum(e.men + e.women + e.boys + e.girls), 0) AS people, max(e."on") AS last_on
    FROM rafid_mineaction_eoresession e
    WHERE e.deleted_at IS NULL AND e."on" > %(since)s AND (
        e.place_id = n.id OR (e.point && ST_Expand(n.point, %(reach_box)s)
        AND ST_DWithin(e.point::geography, n.point::geography, %(reach)s))
    )
) s
"""


def villages(user: Any, place: Any = None, *, near_km: float | None = None, today: date | None = None) -> list[Village]:
    """Those that no session reached first, then the nearest to a hazard. Hazards as this person sees them: exactly, or as the
    centres of the public grid. Sessions are public."""
    set_for, today = reach(), today or timezone.localdate()
    near = near_km or set_for.near_km
    if sees_exactly(user):
        rows = Hazard.objects.visible_to(user).filter(state__in=(*OPEN, *WORKED_ON)).order_by()
        shapes, field = rows.values("ground", "point"), 'coalesce(x."ground", x."point")'
    else:
        shapes, field = HazardCell.objects.visible_to(user).order_by().values("cell"), 'x."cell"'
    inner, params = _statement(shapes)
    given: dict[str, Any] = {
        **params, "near": near * 1000, "box": near / DEGREE_KM, "reach": set_for.session_km * 1000,
        "reach_box": set_for.session_km / DEGREE_KM, "level": Level.SETTLEMENT,
        "since": today - timedelta(days=round(set_for.months * MONTH)),
    }  # fmt: skip
    within = ""
    if place is not None:
        within, given["places"] = "AND p.id = ANY(%(places)s)", _inside(place)
    hazards = f"SELECT shape FROM (SELECT {field} AS shape FROM ({inner}) x) y WHERE shape IS NOT NULL"
    with connection.cursor() as cursor:
        cursor.execute(_SQL.format(hazards=hazards, within=within), given)
        found = cursor.fetchall()
    places = Place.objects.select_related("parent").in_bulk([row[0] for row in found])
    rows = [
        Village(places[pk], lon, lat, metres / 1000, hazards, sessions, people, last)
        for pk, lon, lat, metres, hazards, sessions, people, last in found
    ]
    return sorted(rows, key=lambda one: (one.reached, one.km, one.place.ref))


def _inside(place: Place) -> list[Any]:
    return list(Place.objects.filter(lineage__contains=[place.pk]).values_list("pk", flat=True))


def _statement(rows: Any) -> tuple[str, Mapping[str, Any]]:
    """A queryset's statement with named parameters, to stand within another one. Columns keep the names of the fields."""
    text, params = rows.query.sql_with_params()
    names = [f"p{number}" for number in range(len(params))]
    pieces = text.split("%s")
    joined = "".join(f"{piece}%({name})s" for piece, name in zip(pieces, names, strict=False)) + pieces[-1]
    return joined, dict(zip(names, params, strict=True))
