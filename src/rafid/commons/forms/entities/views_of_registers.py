"""Lists that show another record: places of a subtree, or a register's rows. Forms read them and never write.

``EntityList.view`` says of what: ``{"under": place, "levels": [2, 3]}`` or ``{"register": "programme.code"}``.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import Count, Q, QuerySet, Sum
from django.http import Http404

from rafid.commons.people.visibility import organisations_within, places_within, scopes
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import PARTNER, PLATFORM
from rafid.commons.records.registers import Register, register_of

from ..models import EntityList, EntitySource
from ..sender import Sender

PLACE_PROPERTIES = ("ref", "pcode", "level", "name_ar", "name_ckb", "name_en", "parent", "geometry")
SITE_PROPERTIES = ("ref", "name_ar", "name_ckb", "name_en", "place", "geometry")


@dataclass(frozen=True)
class Thing:
    """One row of a list as phones and pages get it."""

    uuid: UUID
    label: str
    version: int
    data: Mapping[str, str] = field(default_factory=dict)


def view_properties(source: str) -> tuple[str, ...]:
    return PLACE_PROPERTIES if source == EntitySource.PLACES else SITE_PROPERTIES


def things_of_view(entity_list: EntityList, sender: Sender | None) -> Iterator[Thing]:
    """What a sender gets of a view, in a fixed order: within its places; of a register also within its organisation.

    Without a sender: everything, also what was deleted, for judging answers.
    """
    if entity_list.source == EntitySource.PLACES:
        yield from _places(entity_list, sender)
    else:
        yield from _sites(entity_list, sender)


def _places(entity_list: EntityList, sender: Sender | None) -> Iterator[Thing]:
    """Areas are public; a phone gets those of its places, everybody else all of the list."""
    levels = entity_list.view.get("levels") or [int(Level.DISTRICT), int(Level.SUBDISTRICT)]
    rows = Place.objects.filter(division=country().division, level__in=levels)
    if entity_list.view.get("under"):
        rows = rows.filter(lineage__contains=[entity_list.view["under"]])
    if sender is not None and sender.places:
        inside = Q(pk__in=[])
        for place in sender.places:
            inside |= Q(lineage__contains=[place])
        rows = rows.filter(inside)
    for place in rows.select_related("parent").order_by("level", "ref"):
        yield Thing(
            place.pk,
            place.name_ar or place.name_ckb or place.name_en,
            1,
            {
                "ref": place.ref,
                "pcode": place.pcode or "",
                "level": str(place.level),
                "name_ar": place.name_ar,
                "name_ckb": place.name_ckb,
                "name_en": place.name_en,
                "parent": place.parent.ref if place.parent else "",
                "geometry": position(place.point),
            },
        )


def _sites(entity_list: EntityList, sender: Sender | None) -> Iterator[Thing]:
    register = register_of_list(entity_list)
    geometry = register.geometry if register else None
    if register is None:
        return
    for record in _seen(register, sender).select_related("place").order_by("pk"):
        names = {f"name_{code}": getattr(record, f"name_{code}", "") or "" for code in ("ar", "ckb", "en")}
        yield Thing(
            record.pk,
            next((name for name in names.values() if name), record.ref),
            record.version,
            {
                "ref": record.ref,
                **names,
                "place": record.place.ref if record.place else "",
                "geometry": position(getattr(record, geometry)) if geometry else "",
            },
        )


def _seen(register: Register, sender: Sender | None) -> QuerySet[Any]:
    if sender is None:
        return register.model.everything.all()  # type: ignore[attr-defined,no-any-return]
    rows: QuerySet[Any] = register.model.objects.all()  # type: ignore[attr-defined]
    if sender.account is not None:
        return rows.visible_to(sender.account)  # type: ignore[attr-defined,no-any-return]
    if sender.app_user is None or sender.owner is None:
        return rows.none()
    rows = rows.filter(owner__in=organisations_within(sender.owner), sensitivity__lte=PARTNER)
    if sender.places:
        inside = Q(pk__in=[])
        for place in sender.places:
            inside |= Q(place__in=places_within(place))
        rows = rows.filter(inside)
    return rows


def view_stamp(entity_list: EntityList) -> tuple[Any, ...]:
    """Changes when the view does; places, which change seldom, are asked anew every ten minutes."""
    register = register_of_list(entity_list) if entity_list.source == EntitySource.SITES else None
    if register is None:
        return (entity_list.source, int(time.time() // 600))
    totals = register.model.everything.aggregate(n=Count("pk"), sum=Sum("version"))  # type: ignore[attr-defined]
    return (totals["n"], totals["sum"])


def register_of_list(entity_list: EntityList) -> Register | None:
    programme, _dot, code = str(entity_list.view.get("register", "")).partition(".")
    try:
        return register_of(programme, code)
    except Http404:
        return None


def registers_with_a_point(user: Any, programme: str) -> list[Register]:
    """Registers of that programme of which a list can be made by this person."""
    from rafid.commons.records.registers import registers

    reaches = {scope.programme for scope in scopes(user)}
    return [
        one
        for one in registers()
        if one.programme.name == programme and one.geometry and reaches & {programme, PLATFORM}
    ]


def position(geometry: GEOSGeometry | None) -> str:
    """A point as ODK writes it: latitude, longitude, altitude, accuracy; of an area its middle."""
    if geometry is None:
        return ""
    point = geometry if geometry.geom_type == "Point" else geometry.centroid
    return f"{round(point.y, 6)} {round(point.x, 6)} 0 0"
