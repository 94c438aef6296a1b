"""Affected villages that no session reached: map, table, files."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.places.country import country
from rafid.commons.places.finding import find_place, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import Field
from rafid.commons.writing import day, number

from ..declared import three
from ..listing_map import bounds_around
from ..models import EoreSession
from ..picture.files import KINDS, send_rows
from ..picture.scope import sees_exactly
from ..picture.shapes import collection, feature
from .framing import said_of
from .villages import Village, reach, villages

PAGE = 100
NEAR = ("1", "2", "3", "5", "10", "20")
TITLE = three("القرى المتأثرة", "گوندە کاریگەرەکان", "Affected villages")
FIELDS = (
    Field("village", three("رمز القرية", "کۆدی گوند", "Code of the village"), hxl="#loc+code"),
    Field("name", three("القرية", "گوند", "Village"), hxl="#loc+name"),
    Field("district", three("القضاء", "قەزا", "District"), hxl="#adm2+name"),
    Field("km", three("المسافة إلى أقرب منطقة خطرة", "دووری تا نزیکترین ناوچەی مەترسیدار", "Nearest hazard"), "number", "km"),
    Field("hazards", three("مناطق خطرة قريبة", "ناوچە مەترسیدارەکانی نزیک", "Hazards near it"), "integer"),
    Field("reached", three("وصلتها جلسة", "دانیشتنی پێگەیشتووە", "Reached"), "boolean"),
    Field("sessions", three("الجلسات", "دانیشتنەکان", "Sessions"), "integer"),
    Field("people", three("الحضور", "ئامادەبووان", "People"), "integer", hxl="#reached"),
    Field("last_on", three("آخر جلسة", "دوایین دانیشتن", "Last session"), "date"),
    Field("note", three("ملاحظة", "تێبینی", "Note")),
)  # fmt: skip


def _box(rows: list[Village]) -> tuple[float, float, float, float] | None:
    if not rows:
        return None
    xs, ys = [one.lon for one in rows], [one.lat for one in rows]
    return min(xs), min(ys), max(xs), max(ys)


def _found(request: HttpRequest, place: Any, filters: Filters) -> tuple[list[Village], str, float]:
    """The rows that the address asks for, what is shown, and how near counts."""
    show = filters.one_of("show", _("Show"), ("all", "reached"), "")
    near = filters.one_of("near", _("How near"), {one: float(one) for one in NEAR}, reach().near_km)
    rows = villages(request.user, place, near_km=near)
    if show == "reached":
        rows = [one for one in rows if one.reached]
    elif not show:
        rows = [one for one in rows if not one.reached]
    return rows, show, near


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters = Filters(request.GET)
    rows, show, near = _found(request, found.place, filters)
    every = rows if show == "all" else villages(request.user, found.place, near_km=near)
    query = request.GET.urlencode()
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "show": show, "near": f"{near:g}", "nears": NEAR,
        "count": len(every), "unreached": sum(not one.reached for one in every), "reach": reach(), "query": query,
        "bounds": bounds_around(_box(rows), found.place),
        "shapes": reverse("mineaction-villages-shapes") + (f"?{query}" if query else ""), "kinds": KINDS,
        "public": not sees_exactly(request.user), "found": found, "candidates": links(request, found),
        "filter_notes": filters.notes, "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "frame": said_of(EoreSession.objects.visible_to(request.user), EoreSession, found.place),
    }  # fmt: skip
    return render(request, "mineaction/people/villages.html", context, status=404 if found.said else 200)


def _asked(request: HttpRequest) -> tuple[list[Village], Any]:
    found, filters = find_place(request.GET.get("place", "")), Filters(request.GET)
    if found.said:
        raise Http404
    rows, _show, _near = _found(request, found.place, filters)
    if filters.wrongs:
        raise Http404
    return rows, found.place


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    rows, _place = _asked(request)
    features = []
    for one in rows:
        far = _("%(km)s km from the nearest hazard") % {"km": number(one.km, 1)}
        heard = (
            ngettext("%(count)s session, last on %(day)s", "%(count)s sessions, last on %(day)s", one.sessions)
            % {"count": number(one.sessions), "day": day(one.last_on)}
            if one.reached
            else _("no session reached it")
        )
        said = {"kind": "reached" if one.reached else "unreached", "name": one.place.name, "text": f"{far} · {heard}",
                "url": reverse("place", args=[one.place.ref])}  # fmt: skip
        shape = json.dumps({"type": "Point", "coordinates": [one.lon, one.lat]})
        features.append(feature(shape, json.dumps(said, ensure_ascii=False)))
    return collection(features)


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    if kind not in KINDS:
        raise Http404
    rows, place = _asked(request)
    frame = said_of(EoreSession.objects.visible_to(request.user), EoreSession, place)
    made = [
        {
            "village": one.place.ref, "name": one.place.name, "district": one.place.parent and one.place.parent.name,
            "km": round(one.km, 2), "hazards": one.hazards, "reached": one.reached, "sessions": one.sessions,
            "people": one.people, "last_on": one.last_on, "note": frame.said,
            "_shape": json.dumps({"type": "Point", "coordinates": [one.lon, one.lat]}),
        }
        for one in rows
    ]  # fmt: skip
    name = f"mineaction-eore-villages-{frame.asked.on}"
    return send_rows(request, kind, name, TITLE, FIELDS, made, key=("village",), about=frame.said)
