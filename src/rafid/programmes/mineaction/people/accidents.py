"""Accidents: exactly for those whose authority or work they are, on a grid of 5 km for everybody else. Never a name."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.visibility import may, places_within
from rafid.commons.places.country import country
from rafid.commons.places.finding import find_place, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field
from rafid.commons.records.queries import by_ref
from rafid.commons.writing import day

from ..declared import three
from ..listing_map import bounds_of
from ..models import Accident, AccidentCell, AccidentType, Device, Hazard
from ..picture.files import KINDS, send_rows
from ..picture.scope import sees_exactly
from ..picture.shapes import collection, feature, with_shape
from .door import opens
from .framing import said_of

PAGE = 50
TITLE = three("الحوادث", "ڕووداوەکان", "Accidents")
FIELDS = (
    Field("ref", three("المرجع", "ژمارەی تۆمار", "Reference"), hxl="#meta+id"),
    Field("on", three("التاريخ", "بەروار", "Date"), "date", hxl="#date"),
    Field("type", three("النوع", "جۆر", "Kind")),
    Field("device_category", three("الجسم المتفجر", "کەرەستەی تەقیوەوە", "Device")),
    Field("adm_code", three("رمز المكان", "کۆدی شوێن", "Code of the place"), hxl="#loc+code"),
    Field("place", three("المكان", "شوێن", "Place"), hxl="#loc+name"),
    Field("killed", three("القتلى", "کوژراوان", "Killed"), "integer", hxl="#affected+killed"),
    Field("injured", three("الجرحى", "برینداران", "Injured"), "integer", hxl="#affected+injured"),
    Field("inside", three("داخل منطقة خطرة", "لەناو ناوچەی مەترسیدار", "Inside the hazard")),
    Field("authority", three("السلطة", "دەسەڵات", "Authority")),
    Field("precision", three("الدقة", "وردی", "Precision")),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)


def exact(user: Any, place: Any, filters: Filters) -> Any:
    rows = Accident.objects.visible_to(user).select_related("place", "owner", "inside_hazard")
    if place is not None:
        rows = rows.filter(place__in=places_within(place.pk))
    return _chosen(rows, filters)


def coarse(user: Any, place: Any, filters: Filters) -> Any:
    rows = AccidentCell.objects.visible_to(user).select_related("owner")
    if place is not None:
        rows = rows.filter(accident__place__in=places_within(place.pk))
    return _chosen(rows, filters)


def _chosen(rows: Any, filters: Filters) -> Any:
    kind = filters.one_of("type", _("Kind"), AccidentType.values, "")
    device = filters.one_of("device", _("Device"), Device.values, "")
    year = filters.one_of("year", _("Year"), years(rows), "")
    rule = Q()
    for name, value in (("type", kind), ("device_category", device), ("on__year", year)):
        if value:
            rule &= Q(**{name: value})
    return rows.filter(rule)


def years(rows: Any) -> list[str]:
    return [str(one.year) for one in rows.order_by().dates("on", "year", order="DESC")]


def seen_hazards(user: Any, rows: Any) -> dict[Any, str]:
    """Of the hazards that accidents lie in, those that this person sees: id → reference."""
    ids = {row.inside_hazard_id for row in rows if row.inside_hazard_id}
    return dict(Hazard.objects.visible_to(user).filter(pk__in=ids).values_list("pk", "ref"))


@require_safe
def accidents(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters, public = Filters(request.GET), not sees_exactly(request.user)
    rows = (coarse if public else exact)(request.user, found.place, filters)
    page = Paginator(rows.order_by("-on", "pk"), PAGE).get_page(request.GET.get("page"))
    sums = {} if public else rows.order_by().aggregate(killed=Sum("killed"), injured=Sum("injured"))
    inside = {} if public else seen_hazards(request.user, page.object_list)
    shown = list(page.object_list)
    for row in shown:
        row.inside = inside.get(getattr(row, "inside_hazard_id", None), "")
    context = {
        "page": page, "rows": shown, "public": public, "count": page.paginator.count, "sums": sums,
        "in_hazard": 0 if public else rows.exclude(inside_hazard=None).count(),
        "found": found, "candidates": links(request, found), "filter_notes": filters.notes, "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "types": AccidentType.choices, "devices": Device.choices, "years": years(_all(request.user, public)),
        "kinds": KINDS, "query": request.GET.urlencode(), "shapes": _shapes_url(request),
        "bounds": bounds_of(rows, "cell" if public else "point", found.place), "carer": opens(request.user),
        "may_add": may(request.user, "add", "mineaction"), "frame": said_of(rows, Accident, found.place),
    }  # fmt: skip
    return render(request, "mineaction/people/accidents.html", context, status=404 if found.said else 200)


def _all(user: Any, public: bool) -> Any:
    return (AccidentCell if public else Accident).objects.visible_to(user)


def _shapes_url(request: HttpRequest) -> str:
    query = request.GET.urlencode()
    return reverse("mineaction-accidents-shapes") + (f"?{query}" if query else "")


def _asked(request: HttpRequest) -> tuple[Any, Any, bool]:
    found = find_place(request.GET.get("place", ""))
    filters, public = Filters(request.GET), not sees_exactly(request.user)
    if found.said:
        raise Http404
    rows = (coarse if public else exact)(request.user, found.place, filters)
    if filters.wrongs:
        raise Http404
    return rows, found.place, public


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    rows, _place, public = _asked(request)
    field = "cell" if public else "point"
    features = []
    for row in with_shape(rows.exclude(**{field: None}), field):
        said = {
            "kind": "accident", "name": day(row.on) if public else row.ref,
            "text": " · ".join(map(str, (row.get_type_display(), row.get_device_category_display()))),
        }  # fmt: skip
        if not public:
            said["url"] = reverse("mineaction-accident", args=[row.ref])
        features.append(feature(row.shape, json.dumps(said, ensure_ascii=False)))
    return collection(features)


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    rows, place, public = _asked(request)
    frame = said_of(rows, Accident, place)
    rows = list(with_shape(rows.order_by("-on", "pk"), "cell" if public else "point"))
    inside = {} if public else seen_hazards(request.user, rows)
    made = [_row(row, public, inside, frame.said) for row in rows]
    today = date.today().isoformat() if not rows else rows[0].on.isoformat()
    return send_rows(
        request, kind, f"mineaction-accidents-{today}", TITLE, FIELDS, made, key=("ref",), about=frame.said
    )


def _row(row: Any, public: bool, inside: dict[Any, str], note: str) -> dict[str, Any]:
    own = {} if public else {
        "ref": row.ref, "adm_code": row.place and row.place.ref, "place": row.place and row.place.name,
        "killed": row.killed, "injured": row.injured, "inside": inside.get(row.inside_hazard_id, ""),
    }  # fmt: skip
    return {
        "ref": str(row.pk), **own, "on": row.on, "type": row.type, "device_category": row.device_category,
        "authority": row.owner.ref, "precision": "5 km" if public else "exact", "note": note, "_shape": row.shape,
    }  # fmt: skip


@require_safe
def accident(request: HttpRequest, ref: str) -> HttpResponse:
    rows = Accident.objects.visible_to(request.user).select_related("place", "owner", "organisation", "inside_hazard")
    row = by_ref(rows, ref)
    inside = seen_hazards(request.user, [row])
    context = {
        "accident": row, "inside": inside.get(row.inside_hazard_id), "hidden": row.inside_hazard_id and not inside,
        "carer": opens(request.user), "frame": said_of(rows.filter(pk=row.pk), Accident, row.place),
        "feature": row.point.json if row.point else "",
    }  # fmt: skip
    return render(request, "mineaction/people/accident.html", context)
