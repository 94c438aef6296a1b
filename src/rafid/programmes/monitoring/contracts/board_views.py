"""The board and the trends: pages and the files of the same rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.indicators.hierarchy import ages
from rafid.commons.places.finding import find_place, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.products.maps.painted import Map, Painted, make_map
from rafid.commons.writing import number

from ..outcomes.on_board import studies_on_board
from ..seeing import may_anywhere
from . import months
from .board import HEADS, Board, board, exported
from .files import answer
from .rating import COLOURS, RULE
from .trends import BY, trends

KEPT = ("donor", "partner", "month", "place")


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    shown = board(request.user, request.GET, found.place)
    map_ = _map(shown)
    context = {
        **_filters(request, shown, found),
        "board": shown,
        "rows": shown.rows,
        "studies": studies_on_board(request.user, [row.contract.pk for row in shown.rows]),
        "totals": shown.totals,
        "colours": [(code, name, shown.totals[code]) for code, name in COLOURS.items()],
        "rule": RULE,
        "map": map_,
        "on": months.last_day(shown.month),
        "places_passed": _places(shown),
        "measure_name": _("Visits that passed"),
        "unit": "%",
        "may_add": may_anywhere(request.user, "add"),
    }
    return render(request, "monitoring/contracts/board.html", context, status=404 if found.said else 200)


def _filters(request: HttpRequest, shown: Board, found: Any) -> dict[str, Any]:
    query = request.GET.copy()
    query.pop("find", None)
    return {
        "found": found,
        "candidates": [(one, f"?place={one.ref}") for one in found.candidates],
        "filter_notes": shown.notes,
        "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE).order_by("ref"),
        "donors": shown.donors,
        "partners": shown.partners,
        "months": [(months.code(one), one) for one in shown.months],
        "month": months.code(shown.month),
        "chosen": shown.chosen,
        "query": query.urlencode(),
    }


def _places(shown: Board) -> list[dict[str, Any]]:
    names = {place.ref: place for place in Place.objects.filter(ref__in=list(shown.by_place))}
    return [
        {"place": names[ref], "passed": one, "value": round(100 * one["share"], 2)}
        for ref, one in shown.by_place.items()
        if ref in names
    ]


def _map(shown: Board) -> Map | None:
    """Governorates by the share of visits that passed: no place is more exact than that."""
    on = months.last_day(shown.month)
    passed = shown.by_place
    if not passed:
        return None
    areas = list(ages().on(on).at(Level.GOVERNORATE))
    painted = []
    for area in areas:
        one = passed.get(area.ref)
        value = 100 * one["share"] if one else None
        painted.append(Painted(area, value, False, number(value, 0) if one else "", f"?place={area.ref}"))
    return make_map(painted, on, classes=4, decimals=0, width=560, height=560)


@login_required
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    shown = board(request.user, request.GET, found.place)
    name = f"monitoring-board-{months.code(shown.month)}"
    return answer(kind, name, HEADS, exported(shown.rows, shown.month), title=_("Board"))


@login_required
@require_safe
def trends_page(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    shown = board(request.user, request.GET, found.place)
    filters = Filters(request.GET)
    by = filters.one_of("by", _("By"), list(BY), "partner", BY["partner"])
    context = {
        **_filters(request, shown, found),
        "filter_notes": [*shown.notes, *filters.notes],
        "by": by,
        "by_name": BY[by],
        "bys": BY.items(),
        "trends": trends(shown.rows, by),
        "board_url": reverse("monitoring"),
    }
    return render(request, "monitoring/contracts/trends.html", context, status=404 if found.said else 200)


@login_required
@require_safe
def trends_export(request: HttpRequest, kind: str) -> HttpResponse:
    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    shown = board(request.user, request.GET, found.place)
    by = Filters(request.GET).one_of("by", _("By"), list(BY), "partner")
    told = trends(shown.rows, by)
    rows = [
        [by, course.code, course.name, when, point["share"], point["low"], point["high"], point["passed"], point["visits"],
         point["teams"], point["small"]]
        for course in told.courses
        for when, point in zip(told.quarters, course.points, strict=True)
        if point
    ]  # fmt: skip
    heads = ("by", "code", "name", "period", "share", "low", "high", "passed", "visits", "teams", "small")
    return answer(kind, f"monitoring-trends-{by}", heads, rows, title=_("Trends"))
