"""Settlements with their names: the verb behind ``country gazetteer`` and its page."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction

from rafid.commons.history import because
from rafid.commons.identity import uuid7

from .load_country import SETTLEMENTS
from .models import Level, Place, PlaceVersion, search_text
from .settlement_plan import SettlementPlan, Town
from .timeline import change, spans_of, write

_BATCH = 2_000
_OF_VERSION = ("parent_id", "name_ar", "name_ckb", "name_en")


@dataclass(frozen=True)
class Done:
    """How many settlements were new, changed, and as they were."""

    made: int
    changed: int
    same: int


def load_settlements(plan: SettlementPlan, *, user: UUID | None = None, why: str = "") -> Done:
    """Writes what the plan takes, in one transaction. Doing it twice does nothing the second time."""
    source = plan.settings.source or plan.file.name
    facts = {"user": str(user)} if user else {}
    with transaction.atomic(), because(f"Settlements: {source}" + (f". {why}" if why else ""), **facts):
        _make(plan.new, source, plan.settings.as_of)
        _change(plan.changed, source, plan.settings.as_of)
    return Done(len(plan.new), len(plan.changed), plan.same)


def _make(towns: list[Town], source: str, as_of: str) -> None:
    places = []
    for town in towns:
        place = Place(
            id=uuid7(),
            ref=town.ref,
            pcode=town.pcode,
            code=town.code,
            division=SETTLEMENTS,
            level=Level.SETTLEMENT,
            parent_id=town.parent.id,
            other_names=town.others,
            point=Point(*town.point, srid=4326) if town.point else None,
            source=source,
            as_of=as_of,
            **{f"name_{language}": name for language, name in town.names.items()},
        )
        place.search = search_text(place)
        places.append(place)
    Place.objects.bulk_create(places, batch_size=_BATCH)
    PlaceVersion.objects.bulk_create(
        [
            PlaceVersion(
                place_id=place.pk,
                valid=(None, None),
                source=source,
                as_of=as_of,
                **{name: getattr(place, name) for name in _OF_VERSION},
            )
            for place in places
        ],
        batch_size=_BATCH,
    )


def _change(towns: list[Town], source: str, as_of: str) -> None:
    places, touched = [], {"search", "source", "as_of"}
    for town in towns:
        place = town.place
        assert place is not None
        for name, value in town.changes.items():
            setattr(place, name, value)
        place.source, place.as_of, place.search = source, as_of, search_text(place)
        places.append(place)
        touched |= town.changes.keys()
    if not places:
        return
    Place.objects.bulk_update(places, sorted(touched), batch_size=_BATCH)
    # What a gazetteer says is no event of a day: it holds for all the time that the place is known.
    versions = list(PlaceVersion.objects.select_for_update().filter(place__in=places))
    held: dict[UUID, list[PlaceVersion]] = defaultdict(list)
    for version in versions:
        held[version.place_id].append(version)
    wanted = {}
    for place in places:
        said: dict[str, Any] = {name: getattr(place, name) for name in (*_OF_VERSION, "source", "as_of")}
        wanted[place.pk] = change(spans_of(held[place.pk]), None, None, **said)
    write(wanted, versions)
