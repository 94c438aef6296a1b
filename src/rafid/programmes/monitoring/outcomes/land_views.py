"""Use of released land: table, map by governorate, shares by partner and governorate, and the file of the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.indicators.hierarchy import ages
from rafid.commons.places.finding import find_place, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.products.maps.painted import Map, Painted, make_map
from rafid.commons.writing import number

from ..contracts.files import answer
from ..models import LandUse, StudyKind
from .drawing import share_drawn
from .land import Land, land
from .land_intake import due
from .queries import land_of, land_seen, of_census, studies_seen

PER_PAGE = 50
ROUNDS = ("12", "6")


def _chosen(request: HttpRequest, place: Place | None) -> tuple[list[LandUse], dict[str, Any], Filters]:
    filters = Filters(request.GET)
    studies = {one.ref: one for one in studies_seen(request.user).filter(kind_of_study=StudyKind.LAND).order_by("ref")}
    partners = {one.contract.partner.ref: one.contract.partner for one in studies.values()}
    chosen = {
        "study": filters.one_of("study", _("Study"), studies, None),
        "partner": filters.one_of("partner", _("Partner"), partners, None),
        "round": filters.one_of("round", _("Round"), list(ROUNDS), "12"),
        "show": filters.one_of("show", _("Show"), ["unused", "dispute", "due"], ""),
    }
    rows = land_seen(request.user)
    if chosen["study"]:
        rows = rows.filter(study=chosen["study"])
    if chosen["partner"]:
        rows = rows.filter(study__contract__partner=chosen["partner"])
    if place is not None:
        rows = rows.filter(place__lineage__contains=[place.pk])
    offered = {"studies": studies.values(), "partners": partners.values()}
    return list(rows.order_by("dataset_row", "round")), {**chosen, **offered}, filters


def _listed(rows: Sequence[LandUse], chosen: dict[str, Any]) -> list[LandUse]:
    if chosen["show"] == "due":
        return due(rows, timezone.localdate())
    some = [one for one in rows if one.round == chosen["round"]]
    if chosen["show"] == "unused":
        return [one for one in some if one.actual == "unused"]
    return [one for one in some if one.dispute] if chosen["show"] == "dispute" else some


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    rows, chosen, filters = _chosen(request, found.place)
    some = [one for one in rows if one.round == chosen["round"]]
    places = _by_governorate(some)
    query = request.GET.copy()
    query.pop("find", None)
    query.pop("page", None)
    context = {
        "found": found,
        "candidates": [(one, f"?place={one.ref}") for one in found.candidates],
        "filter_notes": filters.notes,
        "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE).order_by("ref"),
        "chosen": chosen,
        "whole": {turn: _shown(one) for turn, one in land_of(rows).items()},
        "now": _shown(land_of(rows)[chosen["round"]]),
        "by_partner": _by_partner(some),
        "by_place": places,
        "map": _map(places),
        "measure_name": _("Ground in use"),
        "unit": "%",
        "on": timezone.localdate(),
        "due": due(rows, timezone.localdate()),
        "page": Paginator(_listed(rows, chosen), PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    return render(request, "monitoring/outcomes/land.html", context, status=404 if found.said else 200)


def _shown(one: Land | None) -> dict[str, Any] | None:
    if one is None:
        return None
    used = one.used
    return {"land": one, "drawn": share_drawn(used.value, used.low, used.high, small=one.small)}


def _by_partner(rows: Iterable[LandUse]) -> list[dict[str, Any]]:
    groups: dict[str, list[LandUse]] = {}
    partners = {}
    for one in rows:
        partner = one.study.contract.partner
        partners[partner.ref] = partner
        groups.setdefault(partner.ref, []).append(one)
    return [
        {"partner": partners[ref], **(_shown(land(some, census=of_census(some))) or {})}
        for ref, some in sorted(groups.items())
    ]


def _by_governorate(rows: Sequence[LandUse]) -> list[dict[str, Any]]:
    """No place is more exact than a governorate here, and none than a district in the table."""
    above = {pk for one in rows if one.place for pk in one.place.lineage}
    names = {one.pk: one for one in Place.objects.filter(pk__in=above, level=Level.GOVERNORATE)}
    groups: dict[Any, list[LandUse]] = {}
    for one in rows:
        top = next((pk for pk in one.place.lineage if pk in names), None) if one.place else None
        if top is not None:
            groups.setdefault(top, []).append(one)
    found = [{"place": names[pk], **(_shown(land(some, census=of_census(some))) or {})} for pk, some in groups.items()]
    for one in found:
        one["value"] = round(100 * one["land"].used.value, 2)
    return sorted(found, key=lambda one: one["place"].ref)


def _map(places: Sequence[dict[str, Any]]) -> Map | None:
    if not places:
        return None
    by_ref = {one["place"].ref: one for one in places}
    on = timezone.localdate()
    painted = []
    for area in ages().on(on).at(Level.GOVERNORATE):
        one = by_ref.get(area.ref)
        value = one["value"] if one else None
        painted.append(Painted(area, value, False, number(value, 0) if one else "", f"?place={area.ref}"))
    return make_map(painted, on, classes=4, decimals=0, width=560, height=560)


HEADS = (
    "study", "partner", "ground", "round", "place", "released_on", "on", "area_m2", "intended", "actual", "used_m2", "users",
    "dispute", "beneficiaries",
)  # fmt: skip


@login_required
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    rows, chosen, _filters = _chosen(request, find_place(request.GET.get("place", "")).place)
    listed = [
        [
            one.study.ref, one.study.contract.partner.name, one.dataset_row, one.round, one.place.ref if one.place else "",
            one.released_on, one.on, one.area_m2, one.intended, one.actual, one.used_m2, one.users,
            "yes" if one.dispute else "no", one.beneficiaries,
        ]
        for one in _listed(rows, chosen)
    ]  # fmt: skip
    return answer(kind, "land-use", HEADS, listed, title=_("Use of land"))
