"""Claims of both authorities: agreed, disputed and one-sided ground on one map, and the bridge between their two totals."""

from __future__ import annotations

import json
from typing import Any

import shapely
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.places.finding import find_place, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.records.exchange.rights import may_somewhere
from rafid.commons.writing import number

from ..hazards.plane import to_degrees
from ..models import Hazard
from ..models.numbers import short
from ..picture.asked import Asked
from ..picture.files import send_rows
from ..picture.frame import frame
from ..picture.standing import group_name
from ..picture.views import bounds
from ..seeing import AUTHORITY, held
from .claimed import PARTS, Claims, authorities, claims, pairs
from .columns import PAIR_FIELDS, pair_rows

FILES = ("csv", "xlsx")
TITLE = {"ar": "مطالبات السلطتين", "ckb": "داواکاریی هەردوو دەسەڵات", "en": "Claims of both authorities"}


def names_of(found: Claims) -> dict[str, str]:
    """By part, what it is called with these two authorities."""
    a, b = short(found.a), short(found.b)
    return {
        "agreed": _("Agreed"),
        "disputed": _("Disputed"),
        "only_a": _("Only %(authority)s") % {"authority": a},
        "only_b": _("Only %(authority)s") % {"authority": b},
    }


def _two(request: HttpRequest) -> tuple[list[Organisation], Organisation | None, Organisation | None]:
    """The two asked for, else the first two whose hazards the person sees."""
    if not held(request.user, AUTHORITY):
        raise Http404
    there = authorities(request.user)
    by_ref = {one.ref: one for one in there}
    a = by_ref.get(request.GET.get("a", "")) or (there[0] if there else None)
    rest = [one for one in there if one != a]
    b = by_ref.get(request.GET.get("b", "")) or (rest[0] if rest else None)
    return there, a, b if b != a else (rest[0] if rest else None)


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    there, a, b = _two(request)
    found_place = place_asked(request)
    if isinstance(found_place, HttpResponse):
        return found_place
    place = found_place.place
    context: dict[str, Any] = {
        "authorities": there, "a": a, "b": b, "found": found_place, "candidates": links(request, found_place), "place": place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "to_cases": may_somewhere(request.user, "exchange", "decide"),
    }  # fmt: skip
    if a is not None and b is not None:
        both = claims(request.user, a, b, place)
        context |= _told(both, place)
        query = {"a": a.ref, "b": b.ref, **({"place": place.ref} if place else {})}
        context["query"] = "&".join(f"{name}={value}" for name, value in query.items())
        context["shapes_url"] = f"{reverse('mineaction-claims-shapes')}?{context['query']}"
    return render(request, "mineaction/claims/page.html", context, status=404 if found_place.said else 200)


def _told(both: Claims, place: Place | None) -> dict[str, Any]:
    names = names_of(both)
    found = both.found
    parts = [{"code": code, "name": names[code], "value": getattr(found, code)} for code in PARTS]
    at = 0.0
    for part in parts:
        part["start"] = at
        part["width"] = 1000 * part["value"] / found.total if found.total else 0.0
        at += part["width"]
    ids = {side.hazard.pk for side in both.sides}
    listed = pairs(both)
    return {
        "claims": both, "parts": parts, "total": found.total, "short_a": short(both.a), "short_b": short(both.b),
        "pairs": [_said(pair) for pair in listed], "kinds": FILES,
        "frame": frame(Asked(timezone.localdate()), place, Hazard.objects.filter(pk__in=ids)),
        "bounds": bounds([one.a.hazard.point for one in listed] or [side.hazard.point for side in both.sides], place),
    }  # fmt: skip


def _said(pair: Any) -> dict[str, Any]:
    return {
        "pair": pair, "a": pair.a.hazard, "b": pair.b.hazard, "shared": pair.shared, "agrees": pair.agrees,
        "status_a": group_name(pair.a.status), "status_b": group_name(pair.b.status), "case": pair.case,
        "same": pair.decided == "same", "distinct": pair.decided == "distinct",
    }  # fmt: skip


def _strictly(request: HttpRequest) -> tuple[Claims, Place | None]:
    _there, a, b = _two(request)
    place = find_place(request.GET.get("place", ""))
    if place.said or a is None or b is None:
        raise Http404
    return claims(request.user, a, b, place.place), place.place


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """The four grounds, and a dot for every claim so that small ones are seen from afar."""
    both, _place = _strictly(request)
    names, features = names_of(both), []
    for code in PARTS:
        ground = both.found.grounds[code]
        for part in shapely.get_parts(ground):
            if part.geom_type != "Polygon" or part.area < 1:
                continue
            shape = to_degrees([part])[0]
            said = {"what": code, "name": names[code], "text": f"{number(part.area, 0)} m²"}
            features.append({"type": "Feature", "geometry": json.loads(shapely.to_geojson(shape)), "properties": said})
    answer = JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def export(request: HttpRequest, kind: str) -> Any:
    """The pairs as a table."""
    if kind not in FILES:
        raise Http404
    both, place = _strictly(request)
    ids = {side.hazard.pk for side in both.sides}
    framed = frame(Asked(timezone.localdate()), place, Hazard.objects.filter(pk__in=ids))
    return send_rows(
        request, kind, f"mineaction-claims-{timezone.localdate()}", TITLE, PAIR_FIELDS, pair_rows(pairs(both)), key=("a", "b"),
        about=framed.said, located=False,
    )  # fmt: skip
