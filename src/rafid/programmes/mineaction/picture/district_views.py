"""Contamination by district: the page and its files. Partners see what is public: numbers of open hazards, and releases."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rafid.commons.indicators.hierarchy import ages
from rafid.commons.people.visibility import places_within
from rafid.commons.places.models import Level, Place
from rafid.commons.products.maps.painted import Map, Painted, make_map
from rafid.commons.programme import Field
from rafid.commons.writing import number

from ..declared import three
from ..models import Hazard, HazardCell
from . import ledgers
from .asked import Asked
from .contamination import Area, Contamination, contamination, districts
from .files import send_rows
from .frame import Frame, frame
from .inputs import inputs_for
from .scope import sees_exactly
from .standing import standings
from .views import filter_context, read_page, strictly

TITLE = three("التلوث حسب القضاء", "پیسبوون بەپێی قەزا", "Contamination by district")

FIELDS = (
    Field("adm_code", three("رمز المكان", "کۆدی شوێن", "Code of the place"), hxl="#adm2+code"),
    Field("place", three("القضاء", "قەزا", "District"), hxl="#adm2+name"),
    Field("cha", three("عدد المناطق المؤكدة", "ژمارەی دڵنیاکراو", "Confirmed, number"), "integer"),
    Field("cha_m2", three("المؤكدة", "دڵنیاکراو", "Confirmed, area"), "number", "m²"),
    Field("sha", three("عدد المناطق المشتبه بها", "ژمارەی گومانلێکراو", "Suspected, number"), "integer"),
    Field("sha_m2", three("المشتبه بها", "گومانلێکراو", "Suspected, area"), "number", "m²"),
    Field("remaining_m2", three("المتبقي", "ماوە", "Remaining"), "number", "m²"),
    Field("cleared_m2", three("المطهّرة", "پاککراوە", "Cleared"), "number", "m²"),
    Field("reduced_m2", three("المقلّصة", "کەمکراوە", "Reduced"), "number", "m²"),
    Field("cancelled_m2", three("الملغاة", "هەڵوەشێنراوە", "Cancelled"), "number", "m²"),
    Field("items", three("الذخائر المعثور عليها", "تەقەمەنیی دۆزراوە", "Items found"), "integer"),
    Field("items_per_ha", three("لكل هكتار", "بۆ هەر هێکتار", "Items per hectare"), "number"),
    Field("rate_m2_year", three("المساحة في السنة", "ڕووبەر لە ساڵێکدا", "Released in a year"), "number", "m²"),
    Field("years", three("السنوات المتبقية", "ساڵانی ماوە", "Years left"), "number"),
    Field("years_low", three("على الأقل", "لانی کەم", "Years, at best"), "number"),
    Field("years_high", three("على الأكثر", "لانی زۆر", "Years, at worst"), "number"),
    Field("as_of", three("كما في", "تا", "As of"), "date"),
    Field("known", three("المعلوم في", "زانراو لە", "As known on")),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)


def found_in(user: Any, asked: Asked, place: Any) -> tuple[Contamination, Frame]:
    inputs = inputs_for(user, place)
    rows = standings(inputs, ledgers.ledger_at(inputs, asked), asked)
    framed = frame(asked, place, Hazard.everything.filter(pk__in=[one.hazard.pk for one in rows]))
    return contamination(inputs, rows, asked, user), framed


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    read = read_page(request)
    if isinstance(read, HttpResponse):
        return read
    if not sees_exactly(request.user):
        return _public(request, read)
    found, framed = found_in(request.user, read.asked, read.place)
    map_, layer = painted(found.areas, read.asked)
    largest = max((one.remaining for one in found.areas), default=0.0)
    context = {
        **filter_context(request, read),
        "frame": framed,
        "found": read.found,
        "areas": [(one, 100 * one.remaining / largest if largest else 0, years(one)) for one in found.areas],
        "total": found.total,
        "total_years": years(found.total),
        "told": found,
        "map": map_,
        "layer": layer,
    }
    return render(request, "mineaction/picture/districts.html", context, status=404 if read.found.said else 200)


def painted(areas: list[Area], asked: Asked) -> tuple[Map | None, str]:
    """Districts by what is left in them, those without a hazard as no record; governorates where no borders of districts are
    known. With the layer of tiles that draws the same live, which takes its figures from the table of districts."""
    left = {one.place.ref: one.remaining for one in areas if one.place is not None}
    if not left:
        return None, ""
    map_ = _painted(left, asked, Level.DISTRICT)
    if map_ is not None:
        return map_, "districts"
    above: dict[str, float] = defaultdict(float)
    lineages = {one.place.ref: one.place.lineage for one in areas if one.place is not None}
    governorates = {one.pk: one.ref for one in Place.objects.filter(level=Level.GOVERNORATE)}
    for ref, value in left.items():
        for pk in lineages[ref]:
            if pk in governorates:
                above[governorates[pk]] += value
    return _painted(above, asked, Level.GOVERNORATE), ""


def _painted(left: dict[str, float], asked: Asked, level: int) -> Map | None:
    shown = [
        Painted(one, left.get(one.ref), False, number(left[one.ref], 0) if one.ref in left else "", f"?place={one.ref}")
        for one in ages().on(asked.on).at(level)
    ]
    return make_map(shown, asked.on, classes=5, decimals=0, width=560, height=560)


def years(area: Area) -> str:
    """With its range: ``4.2 (3.1–6.0)``; empty where at this pace it never ends."""
    one = area.pace
    if one.years is None:
        return ""
    high = number(one.high, 1) if one.high is not None else "∞"
    low = number(one.low, 1) if one.low is not None else "∞"
    return f"{number(one.years, 1)} ({low}–{high})"


def _public(request: HttpRequest, read: Any) -> HttpResponse:
    cells = HazardCell.objects.visible_to(request.user).select_related("place")
    if read.place is not None:
        cells = cells.filter(place__in=places_within(read.place.pk))
    upper = districts(one.place for one in cells)
    counted: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for one in cells:
        counted[upper.get(one.place_id)][one.classification != "CHA"] += 1
    rows = sorted(counted.items(), key=lambda one: -sum(one[1]))
    context = {
        **filter_context(request, read),
        "public": True,
        "frame": frame(Asked(filter_context(request, read)["today"]), read.place, cells),
        "counted": [{"place": place, "cha": cha, "sha": sha} for place, (cha, sha) in rows],
    }
    return render(request, "mineaction/picture/districts.html", context, status=404 if read.found.said else 200)


@login_required
@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    if kind not in ("csv", "xlsx") or not sees_exactly(request.user):
        raise Http404
    asked, place = strictly(request)
    found, framed = found_in(request.user, asked, place)
    rows = [_row(one, asked, framed) for one in found.areas]
    return send_rows(
        request, kind, f"mineaction-districts-{asked.on}", TITLE, FIELDS, rows, key=("adm_code",), about=framed.said,
        located=False,
    )  # fmt: skip


def _row(area: Area, asked: Asked, framed: Frame) -> dict[str, Any]:
    one = area.pace

    def short(value: float | None) -> float | None:
        return None if value is None else round(value, 2)

    return {
        "adm_code": area.place.ref if area.place else "", "place": area.place.name if area.place else "", "cha": area.cha,
        "cha_m2": short(area.cha_m2), "sha": area.sha, "sha_m2": short(area.sha_m2),
        "remaining_m2": short(area.remaining), "cleared_m2": short(area.cleared), "reduced_m2": short(area.reduced),
        "cancelled_m2": short(area.cancelled), "items": area.items, "items_per_ha": short(area.per_hectare),
        "rate_m2_year": short(one.rate), "years": short(one.years), "years_low": short(one.low),
        "years_high": short(one.high), "as_of": asked.on, "known": asked.known.isoformat() if asked.known else "",
        "note": framed.said,
    }  # fmt: skip
