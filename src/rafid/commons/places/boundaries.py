"""New borders in force from a day on: the verb behind ``country boundaries`` and its page. The old ones keep their dates."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.db import transaction
from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.identity import uuid7

from .boundary_plan import Area, Plan, pcode_of
from .models import Place, PlaceVersion, search_text
from .overviews import refresh
from .timeline import Change, Span, change, spans_of, write


@dataclass(frozen=True)
class Replaced:
    """What was done: places that got other borders, new places, places that had these borders already."""

    places: int
    made: int
    same: int
    versions: Change


@dataclass(frozen=True)
class _Compared:
    """The spans of the places that the plan draws, as they are and as they would be."""

    versions: list[PlaceVersion]
    after: dict[UUID, list[Span]]
    changed: list[UUID]


def replace_borders(plan: Plan, *, user: UUID | None = None, why: str = "") -> Replaced:
    """Writes what the plan takes, in one transaction. Doing it twice does nothing the second time."""
    valid, source = plan.chosen.valid, _source(plan)
    facts = {"user": str(user)} if user else {}
    reason = f"Borders valid from {valid.isoformat()}: {source}" + (f". {why}" if why else "")
    with transaction.atomic(), because(reason, **facts):
        compared = _compare(plan, lock=True)
        written = write(compared.after, compared.versions)
        _areas_today(compared.changed)
        made = _make([area for area in plan.taken if area.how == "new"], plan, source)
        if compared.changed or made:
            refresh(division=plan.chosen.division, level=plan.chosen.level)
    return Replaced(len(compared.changed), made, len(compared.after) - len(compared.changed), written)


def outlook(plan: Plan) -> dict[str, int]:
    """What ``replace_borders`` would do now: other borders, new places, the same borders."""
    compared = _compare(plan)
    return {
        "changed": len(compared.changed),
        "new": sum(1 for area in plan.taken if area.how == "new"),
        "same": len(compared.after) - len(compared.changed),
    }


def _source(plan: Plan) -> str:
    return plan.options.source or f"{plan.file.name} ({plan.file.layer})"


def _compare(plan: Plan, *, lock: bool = False) -> _Compared:
    known = {area.place.id: area for area in plan.taken if area.place is not None}
    there = PlaceVersion.objects.filter(place_id__in=known)
    versions = list(there.select_for_update() if lock else there)
    held: dict[UUID, list[PlaceVersion]] = defaultdict(list)
    for version in versions:
        held[version.place_id].append(version)
    before = {pk: spans_of(rows) for pk, rows in held.items()}
    after = {pk: _with(spans, known[pk], plan.chosen.valid, _source(plan)) for pk, spans in before.items()}
    changed = [pk for pk in after if [s.content() for s in after[pk]] != [s.content() for s in before[pk]]]
    return _Compared(versions, after, changed)


def _with(spans: list[Span], area: Area, valid: date, source: str) -> list[Span]:
    """The spans with the area's borders from ``valid`` until others that were imported for a later day came."""
    there = next((span for span in spans if span.holds(valid)), None)
    current = there.content()[4] if there is not None and there.imported else None
    until = next(
        (
            span.lower
            for span in spans
            if span.lower is not None and span.lower > valid and span.imported and span.content()[4] != current
        ),
        None,
    )
    drawn = GEOSGeometry(memoryview(shapely.to_wkb(area.geometry)), srid=4326)
    if there is not None and current == bytes(drawn.wkb):
        return spans
    cut = change(
        spans, valid, until, geometry=drawn, generalised=False, area_m2=round(area.area_m2, 1), as_of=valid.isoformat()
    )
    return [
        dataclasses.replace(span, source=_sources(span.source, source)) if span.geometry is drawn else span
        for span in cut
    ]


def _sources(held: str, borders: str) -> str:
    """The source of names and parent stays; that of the borders is the new one's."""
    own = held.split("; borders: ")[0].split("; outline: ")[0]
    return f"{own}; borders: {borders}" if own else f"borders: {borders}"


def _areas_today(places: list[UUID]) -> None:
    """A place's area is that of the borders in force today."""
    today = PlaceVersion.objects.filter(place__in=places, valid__contains=timezone.localdate(), area_m2__isnull=False)
    sizes = dict(today.values_list("place_id", "area_m2"))
    rows = list(Place.objects.filter(pk__in=sizes))
    for place in rows:
        place.area_m2 = sizes[place.pk]
    Place.objects.bulk_update(rows, ["area_m2"], batch_size=500)


def _make(areas: list[Area], plan: Plan, source: str) -> int:
    places, versions = [], []
    for area in areas:
        drawn = GEOSGeometry(memoryview(shapely.to_wkb(area.geometry)), srid=4326)
        place = Place(
            id=uuid7(),
            ref=area.ref,
            pcode=pcode_of(area),
            division=plan.chosen.division,
            level=plan.chosen.level,
            parent_id=area.parent,
            name_ar=area.names["ar"],
            name_ckb=area.names["ckb"],
            name_en=area.names["en"],
            point=GEOSGeometry(memoryview(shapely.to_wkb(shapely.point_on_surface(area.geometry))), srid=4326),
            area_m2=round(area.area_m2, 1),
            source=source,
            as_of=plan.chosen.valid.isoformat(),
            note="" if area.code else "reference derived at the import of its borders: a number within its parent",
        )
        place.search = search_text(place)
        places.append(place)
        fields: dict[str, Any] = {
            name: getattr(place, name) for name in ("parent_id", "name_ar", "name_ckb", "name_en", "area_m2", "as_of")
        }
        versions.append(
            PlaceVersion(
                place_id=place.pk,
                valid=(plan.chosen.valid, None),
                geometry=drawn,
                source=_sources("", source),
                **fields,
            )
        )
    Place.objects.bulk_create(places, batch_size=500)
    PlaceVersion.objects.bulk_create(versions, batch_size=200)
    return len(places)
