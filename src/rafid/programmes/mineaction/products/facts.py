"""Facts that several reports freeze: names in three languages, upper places, finds, the ledger's figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, Sum

from rafid.commons.people.visibility import places_within
from rafid.commons.places.models import Place
from rafid.commons.records.models import Sensitivity
from rafid.methods.landrelease import Ledger

from ..models import OrdnanceFind
from ..picture.ledgers import FIELDS
from .asking import Ask


def names(one: Any) -> dict[str, str]:
    return {key: text for key, text in one.names.items() if text} if one is not None else {}


def whole(value: float) -> float:
    """Square metres with two decimals: what a sum of them loses is less than a hand's breadth."""
    return round(float(value), 2)


def of_ledger(found: Ledger) -> dict[str, float]:
    return {name: whole(getattr(found, name)) for name in FIELDS}


def above(places: Iterable[Any], level: int) -> dict[Any, Any]:
    """By id of a place, the one of ``level`` in which it lies; itself where it is larger."""
    there = {place.pk: place for place in places if place is not None}
    upper = {pk for place in there.values() for pk in (place.lineage or ())}
    wanted = {one.pk: one for one in Place.objects.filter(pk__in=upper, level=level)}
    return {
        pk: next((wanted[one] for one in (place.lineage or ()) if one in wanted), place) for pk, place in there.items()
    } | {None: None}


def finds_of(ask: Ask, within: Q | None = None) -> Any:
    """Ordnance that was found, as this person sees it and as it was known."""
    rows = OrdnanceFind.objects.visible_to(ask.user).filter(known_at__lte=ask.known, on__lte=ask.after.on)
    if ask.place is not None:
        rows = rows.filter(place__in=places_within(ask.place.pk))
    if ask.public:
        rows = rows.filter(sensitivity__lt=Sensitivity.RESTRICTED)
    return rows.filter(within) if within is not None else rows


def by_category(rows: Any) -> dict[str, int]:
    counted = rows.order_by().values_list("category").annotate(n=Sum("quantity"))
    return {category: int(n) for category, n in sorted(counted)}


def by_place(rows: Any) -> dict[Any, int]:
    found: dict[Any, int] = defaultdict(int)
    for place, n in rows.order_by().values_list("place").annotate(n=Sum("quantity")):
        found[place] += int(n)
    return found
