"""The way of a team through its day, kept as its visits are planned: order, minutes, and that they are estimated."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from rafid.commons.places.models import Level, Place

from ..models import Route, RouteStop, Visit
from ..models.visits import TAKES_TIME
from .routing import Point, minutes_between


def point_of(visit: Visit) -> Point | None:
    """About where the visit is: the coarse position of its site, else its place. Exact ones are read by who goes there."""
    found = visit.site.point or (visit.place.point if visit.place else None)
    return (found.x, found.y) if found else None


def bases(visits: Iterable[Visit]) -> dict[Any, Place]:
    """By the place of the visits their governorate, at whose centre a day begins and ends."""
    places = {visit.place_id: visit.place for visit in visits if visit.place is not None}
    above = {one for place in places.values() for one in place.lineage or ()}
    governorates = {one.pk: one for one in Place.objects.filter(pk__in=above, level=Level.GOVERNORATE)}
    return {
        pk: next((governorates[one] for one in place.lineage or () if one in governorates), place)
        for pk, place in places.items()
    }


def renew(owner: Any, teams: Iterable[tuple[date | None, Any]]) -> None:
    """Writes the routes of these (day, lead) anew, from the visits as they stand."""
    for on, lead in {team for team in teams if all(team)}:
        Route.objects.filter(day=on, lead=lead).delete()
        rows = Visit.objects.filter(owner=owner, planned_on=on, lead=lead, window__isnull=False, state__in=TAKES_TIME)
        visits = list(rows.select_related("site", "place").order_by("window"))
        if visits:
            _write(owner, on, visits)


def _write(owner: Any, on: date | None, visits: list[Visit]) -> None:
    centre = bases(visits).get(visits[0].place_id)
    base = (centre.point.x, centre.point.y) if centre is not None and centre.point else point_of(visits[0])
    here, legs = base, []
    for visit in visits:
        there = point_of(visit) or here
        legs.append(minutes_between(here, there) if here and there else 0.0)
        here = there
    whole = sum(legs) + (minutes_between(here, base) if here and base else 0.0)
    route = Route.objects.create(
        owner=owner, day=on, lead=visits[0].lead, second=visits[0].second, minutes=whole, straight=True
    )
    RouteStop.objects.filter(visit__in=visits).delete()
    RouteStop.objects.bulk_create(
        RouteStop(route=route, visit=visit, place_in_route=number, minutes=minutes)
        for number, (visit, minutes) in enumerate(zip(visits, legs, strict=True), 1)
    )
