"""Who sees what of rivers: the one visibility rule, told for what has states of its own, and for values under an embargo.

Stations, series and reservoirs are records like any other. A value is seen by those who see its series; those who see the
series only because it is public or by an agreement see it when its embargo is over. Forecasts, warnings and bulletins are
public once they are issued and their sensitivity is public.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import BooleanField, F, Func, Q, SmallIntegerField, Value
from django.utils import timezone

from rafid.commons.people.visibility import (
    agreements_of,
    opened,
    organisations_within,
    places_within,
    reaches,
    scopes,
    visible,
)
from rafid.commons.records.models import Source

PROGRAMME = "rivers"

NOTHING = Q(Value(False, output_field=BooleanField()))
EVERYTHING = Q(Value(True, output_field=BooleanField()))
"""Facts of the country: everybody sees them."""


def of_staff(user: Any, *, owner: str = "owner", place: str | None = "place", sensitivity: str = "sensitivity") -> Q:
    """Rows that a role of the person reaches, whatever their state."""
    rule = NOTHING
    for scope in scopes(user):
        if not reaches(scope, PROGRAMME):
            continue
        one = Q(**{f"{sensitivity}__lte": scope.reads})
        if scope.organisation:
            one &= Q(**{f"{owner}__in": organisations_within(scope.organisation)})
        if scope.place:
            one &= Q(**{f"{place}__in": places_within(scope.place)}) if place else NOTHING
        rule |= one
    return rule


def issued_or_staff(user: Any, states: tuple[str, ...]) -> Q:
    """Public records in one of ``states`` for everybody; all of them for the roles that reach them."""
    return Q(state__in=states, sensitivity=0) | of_staff(user)


def of_series(user: Any, path: str = "series") -> Q:
    """Rows below a series are seen by those who see the series."""
    return Q(**{f"{path}__in": apps.get_model("rafid_rivers", "Series").objects.visible_to(user).values("pk")})


def of_station(user: Any, path: str = "station") -> Q:
    return Q(**{f"{path}__in": apps.get_model("rafid_rivers", "Station").objects.visible_to(user).values("pk")})


def staff_sees(user: Any, series: Any) -> bool:
    """Does the person see this series by a role, so that no embargo holds?"""
    return bool(type(series).objects.filter(of_staff(user), pk=series.pk).exists())


def embargo_of(user: Any, series: Any) -> timedelta:
    """How old a value must be before this person sees it. Nothing for the programme's own roles; else the series' embargo
    and, where only an agreement opens it, the agreement's."""
    return timedelta(0) if staff_sees(user, series) else embargo_of_others(user, series)


def embargo_of_others(user: Any, series: Any) -> timedelta:
    """The same for a person of whom it is known that no role of theirs reaches the series."""
    hours = timedelta(hours=series.embargo_hours)
    if series.sensitivity == 0:
        return hours
    given = [embargo for embargo, opened_ids in _opened_to(user) if series.pk in opened_ids]
    return max(hours, min(given, default=timedelta(0)))


def _opened_to(user: Any) -> list[tuple[timedelta, frozenset[Any]]]:
    """By each current agreement its embargo and the series that it opens; read once per account object, so that a page of
    all stations asks no more than a page of one."""
    found: list[tuple[timedelta, frozenset[Any]]] | None = getattr(user, "_rafid_rivers_opened", None)
    if found is None:
        series = apps.get_model("rafid_rivers", "Series")
        found = [
            (
                timedelta(days=one.embargo_days),
                frozenset(series.objects.filter(opened_by(one, SERIES)).values_list("pk", flat=True)),
            )
            for one in agreements_of(user)
            if SERIES in one.records
        ]
        user._rafid_rivers_opened = found
    return found


STATION, SERIES = "rafid_rivers.station", "rafid_rivers.series"
"""The labels by which agreements name stations and series."""


def named_series(agreement: Any) -> Any:
    """The series that an agreement names; none where it opens all of its giver's."""
    return apps.get_model("rafid_rivers", "AgreedSeries").objects.filter(agreement=agreement)


class Withheld(Func):
    """The level of the most closed series, of those from which one is derived, that came from another node and that no current
    agreement lets this node show to others (``may_republish``); 0 where nothing is withheld. The database decides, and refuses
    a derived series that is more open and an agreement that names one."""

    function = "rafid_rivers_withheld"
    output_field = SmallIntegerField()


def resting_on_others() -> Any:
    """Series that rest on one of another node, with ``held``: how closed they stay for its sake."""
    series = apps.get_model("rafid_rivers", "Series").objects
    rows = series.filter(Q(derived_from__source=Source.NODE) | Q(derived_from__derived_from__isnull=False))
    return rows.annotate(held=Withheld(F("derived_from_id")))


def opened_by(agreement: Any, label: str) -> Q:
    """The stations or series that one agreement opens: all that the rule of all rooms opens by it or, where it names series,
    of these the named ones and their stations. Old versions are asked it, too: it names no key of a row. What rests on
    another node's series that its giver keeps from others is opened by none."""
    rule = opened(agreement)
    named = named_series(agreement)
    path = "series__ref" if label == SERIES else "series__station__ref"
    if label == SERIES:
        rule &= ~Q(ref__in=resting_on_others().filter(held__gt=0).values("ref"))
    return rule & Q(ref__in=named.values(path)) if named.exists() else rule


def visible_here(user: Any, label: str) -> Q:
    """The one visibility rule for stations and series, narrowed where an agreement names series."""
    rule = visible(user, programme=PROGRAMME)
    if getattr(user, "is_authenticated", False) and user.is_active and user.organisation_id:
        for one in agreements_of(user):
            if label in one.records:
                rule |= opened_by(one, label)
    return rule


def latest_time(user: Any, series: Any, now: datetime | None = None) -> datetime | None:
    """The last time of which this person sees values; None where there is no limit."""
    embargo = embargo_of(user, series)
    return (now or timezone.now()) - embargo if embargo else None


__all__ = [
    "EVERYTHING",
    "NOTHING",
    "PROGRAMME",
    "embargo_of",
    "issued_or_staff",
    "latest_time",
    "of_series",
    "of_staff",
    "of_station",
    "visible",
]
