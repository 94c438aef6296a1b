"""``/api/v1/mineaction``: accidents (never names), victims (for their carers, without names), risk education, villages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, invalid, not_found, paged
from rafid.commons.people.access_log import note_access
from rafid.commons.people.authentication import caller
from rafid.commons.people.models import AccessKind
from rafid.commons.people.visibility import places_within
from rafid.commons.records.queries import by_ref

from ..models import Accident, AccidentCell, EoreSession, Victim
from ..picture.api import place_of
from ..picture.scope import sees_exactly
from .accidents import seen_hazards
from .door import opens
from .told import statistics
from .villages import villages
from .words import doing_code

router = Router(tags=["mineaction"])


class MineactionAccidentOut(Schema):
    """``precision``: "exact", or "5 km" where ``point`` is that of a grid of 0.05 degrees and the rest is withheld (null)."""

    id: str
    ref: str | None
    type: str
    kind: str
    on: date
    device_category: str
    killed: int | None
    injured: int | None
    inside_hazard: str | None
    place: str | None
    organisation: str | None
    authority: str
    point: list[float] | None
    precision: str


class MineactionAccidentsQuery(PageQuery):
    place: str | None = None
    kind: str | None = None
    device_category: str | None = None
    since: date | None = None
    until: date | None = None


class MineactionVictimOut(Schema):
    """Without the name: that is opened on the pages, with a reason."""

    id: str
    ref: str
    status: str
    on: date
    accident: str | None
    sex: str
    age: int | None
    age_given: str
    residence: str | None
    harm: str
    injuries: list[str]
    activity: str
    tampered: str
    knew_danger: str
    had_eore: str
    authority: str
    place: str | None


class MineactionVictimsQuery(PageQuery):
    purpose: str = ""
    harm: str | None = None
    since: date | None = None
    until: date | None = None


class MineactionEoreOut(Schema):
    """``men`` and ``women`` are 18 or older."""

    id: str
    ref: str
    on: date
    method: str
    place: str | None
    organisation: str | None
    authority: str
    men: int
    women: int
    boys: int
    girls: int
    with_disability: int
    audience: int
    campaign: str
    point: list[float] | None


class MineactionEoreQuery(PageQuery):
    place: str | None = None
    method: str | None = None
    since: date | None = None
    until: date | None = None


class MineactionVillageOut(Schema):
    place: str
    name: dict[str, str]
    point: list[float]
    nearest_hazard_km: float
    hazards: int
    reached: bool
    sessions: int
    people: int
    last_on: date | None


class MineactionVillagesOut(Schema):
    items: list[MineactionVillageOut]
    next: None = None


class MineactionVictimCount(Schema):
    """``persons`` null and ``withheld`` true: a small count, or one by which a small count could be worked out."""

    year: str
    sex: str
    age: str
    device: str
    activity: str
    persons: int | None
    withheld: bool


class MineactionVictimCounts(Schema):
    items: list[MineactionVictimCount]
    next: None = None


def _filtered(rows: Any, query: Any, where: str, **paths: str) -> Any:
    for name, path in {"since": "on__gte", "until": "on__lte", **paths}.items():
        given = getattr(query, name, None)
        if given:
            rows = rows.filter(**{path: given.replace("\x00", "") if isinstance(given, str) else given})
    place = place_of(getattr(query, "place", None))
    return rows.filter(**{f"{where}__in": places_within(place.pk)}) if place is not None else rows


@router.get(
    "/accidents", response={200: Page[MineactionAccidentOut], **ERRORS}, summary="Accidents, exact or on a grid of 5 km"
)
def accidents(request: HttpRequest, query: Query[MineactionAccidentsQuery]) -> Any:
    """Those of your authority or work exactly; anybody gets kind, device, day and a coarse point. Never a name."""
    user, own = caller(request), {"kind": "type", "device_category": "device_category"}
    if not sees_exactly(user):
        rows = AccidentCell.objects.visible_to(user).select_related("owner")
        return paged(_filtered(rows, query, "accident__place", **own), query, _cell, key="accident_id")
    rows = Accident.objects.visible_to(user).select_related("place", "owner", "organisation")
    page = paged(_filtered(rows, query, "place", **own), query, lambda row: row)
    inside = seen_hazards(user, page["items"])
    page["items"] = [_accident(row, inside) for row in page["items"]]
    return page


@router.get("/accidents/{ref}", response={200: MineactionAccidentOut, **ERRORS}, summary="One accident")
def accident(request: HttpRequest, ref: str) -> Any:
    rows = Accident.objects.visible_to(caller(request)).select_related("place", "owner", "organisation")
    row = by_ref(rows, ref)
    return _accident(row, seen_hazards(request.user, [row]))


def _accident(row: Accident, inside: dict[Any, str]) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "type": row.type, "kind": row.type, "on": row.on,
        "device_category": row.device_category, "killed": row.killed, "injured": row.injured,
        "inside_hazard": inside.get(row.inside_hazard_id), "place": row.place and row.place.ref,
        "organisation": row.organisation and row.organisation.ref, "authority": row.owner.ref,
        "point": row.point and list(row.point.coords), "precision": "exact",
    }  # fmt: skip


def _cell(row: AccidentCell) -> dict[str, Any]:
    return {
        "id": str(row.accident_id), "ref": None, "type": row.type, "kind": row.type, "on": row.on,
        "device_category": row.device_category, "killed": None, "injured": None, "inside_hazard": None, "place": None,
        "organisation": None, "authority": row.owner.ref, "point": row.cell and list(row.cell.coords), "precision": "5 km",
    }  # fmt: skip


@router.get("/victims", response={200: Page[MineactionVictimOut], **ERRORS}, summary="Victims, for their carers")
def victims(request: HttpRequest, query: Query[MineactionVictimsQuery]) -> Any:
    """Needs the right and a reason (``purpose``); each row is written down as read. Without names."""
    user = caller(request)
    if not opens(user):
        raise not_found()
    if not query.purpose.strip():
        raise invalid("purpose", _("Say why you open this. The reason is kept with your name."))
    rows = Victim.objects.visible_to(user).select_related("accident", "residence", "place", "owner")
    page = paged(_filtered(rows, query, "place", harm="harm"), query, lambda row: row)
    for row in page["items"]:
        note_access(request, AccessKind.READ, row, purpose=query.purpose, restricted=True)
    page["items"] = [_victim(row) for row in page["items"]]
    return page


def _victim(row: Victim) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "status": row.state, "on": row.on,
        "accident": row.accident and row.accident.ref, "sex": row.sex, "age": row.age, "age_given": row.age_given,
        "residence": row.residence and row.residence.ref, "harm": row.harm, "injuries": row.injuries,
        "activity": doing_code(row.doing), "tampered": row.tampered, "knew_danger": row.knew_danger,
        "had_eore": row.had_eore, "authority": row.owner.ref, "place": row.place and row.place.ref,
    }  # fmt: skip


@router.get(
    "/victim-statistics", response={200: MineactionVictimCounts, **ERRORS},
    summary="Victims by year, sex, age, device and activity; small counts withheld",
)  # fmt: skip
def victim_statistics(request: HttpRequest) -> dict[str, Any]:
    caller(request)
    return {
        "items": [
            {
                "year": year, "sex": sex, "age": age, "device": code if by == "device" else "all",
                "activity": code if by == "activity" else "all", "persons": value, "withheld": value is None,
            }
            for (year, sex, age, by, code), value in statistics().cells.items()
        ],
        "next": None,
    }  # fmt: skip


@router.get("/eore", response={200: Page[MineactionEoreOut], **ERRORS}, summary="Sessions of risk education; public")
def eore(request: HttpRequest, query: Query[MineactionEoreQuery]) -> Any:
    rows = EoreSession.objects.visible_to(caller(request)).select_related("place", "owner", "organisation")
    return paged(_filtered(rows, query, "place", method="method"), query, _session)


def _session(row: EoreSession) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "on": row.on, "method": row.method, "place": row.place and row.place.ref,
        "organisation": row.organisation and row.organisation.ref, "authority": row.owner.ref, "men": row.men,
        "women": row.women, "boys": row.boys, "girls": row.girls, "with_disability": row.with_disability,
        "audience": row.audience, "campaign": row.campaign, "point": row.point and list(row.point.coords),
    }  # fmt: skip


@router.get(
    "/eore/villages", response={200: MineactionVillagesOut, **ERRORS}, summary="Villages near open hazards, reached or not",
)  # fmt: skip
def eore_villages(
    request: HttpRequest, place: str = "", near_km: float | None = None, reached: bool | None = None
) -> dict[str, Any]:
    """``near_km``: how near a hazard affects a village; the country's own figure where left out."""
    if near_km is not None and not 0 < near_km <= 50:
        raise invalid("near_km", _("A village is near within 0 to 50 km."))
    rows = villages(caller(request), place_of(place), near_km=near_km)
    return {
        "items": [
            {
                "place": one.place.ref, "name": one.place.names, "point": [one.lon, one.lat],
                "nearest_hazard_km": round(one.km, 3), "hazards": one.hazards, "reached": one.reached,
                "sessions": one.sessions, "people": one.people, "last_on": one.last_on,
            }
            for one in rows
            if reached is None or one.reached == reached
        ],
        "next": None,
    }  # fmt: skip
