"""Today's status as a page, as the shapes of its map, and as a table to download."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.visibility import may
from rafid.commons.writing import number

from ..codes import VARIABLES
from ..models import Reach
from ..seeing import PROGRAMME
from ..standards import MADE_UP, is_made_up
from ..units import unit_said
from ..values.times import Untimely, read_time
from .drawing import BOUNDS, COLOURS, drawn
from .queries import Standing, Status, status
from .words import CLASSES, river_name

ZONE = "Asia/Baghdad"
LADDER = ("extreme", "severe", "warning", "watch", "normal", "low", "critical", "unknown")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    asked, notes = _asked(request)
    found = status(request.user, known_at=asked)
    chosen = _narrowed(request, found)
    made_up = any(one.station.source == "demonstration" for one in found.standings)
    context = {
        "status": found,
        "rows": chosen,
        "classes": [(code, CLASSES[code], found.counts[code]) for code in LADDER if found.counts[code]],
        "kind": request.GET.get("class", ""),
        "river": request.GET.get("river", ""),
        "rivers": [
            (one, river_name(one))
            for one in sorted({one.station.river for one in found.standings if one.station.river})
        ],
        "known_at": request.GET.get("known_at", ""),
        "notes": notes,
        "bounds": ",".join(f"{one:g}" for one in BOUNDS),
        "drawn": drawn(found.standings),
        "shapes": f"{reverse('rivers-status-shapes')}?{request.GET.urlencode()}",
        "demonstration": made_up,
        "may_check": may(request.user, "check", PROGRAMME),
        "may_record": may(request.user, "record", PROGRAMME),
        "newest": max((one.latest.time for one in found.standings if one.latest), default=None),
        "filters": Filters(request.GET),
    }
    return render(request, "rivers/status/page.html", context)


def _asked(request: HttpRequest) -> tuple[datetime | None, list[str]]:
    text = request.GET.get("known_at", "").strip()
    if not text:
        return None, []
    try:
        return read_time(text, zone=ZONE), []
    except Untimely as error:
        return None, [str(error)]


def _narrowed(request: HttpRequest, found: Status) -> list[Standing]:
    kind, river = request.GET.get("class", ""), request.GET.get("river", "")
    return [
        one for one in found.standings if (not kind or one.klass == kind) and (not river or one.station.river == river)
    ]


@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    asked, _notes = _asked(request)
    found = status(request.user, known_at=asked)
    features: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [list(one) for one in line.coords]},
            "properties": {"what": "reach", "name": code},
        }
        for code, line in Reach.objects.filter(valid_to=None).exclude(line=None).values_list("code", "line")
    ]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [one.station.point.x, one.station.point.y]},
            "properties": {
                "what": "station",
                "code": one.station.code,
                "name": one.station.name,
                "class": one.klass,
                "colour": COLOURS[one.klass],
                "text": f"{CLASSES[one.klass]} · {said(one)}",
                "url": one.station.get_absolute_url(),
            },
        }
        for one in reversed(_narrowed(request, found))
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def said(one: Standing) -> str:
    """The latest value as a person reads it."""
    if one.latest is None or one.latest.value is None:
        return "–"
    unit = one.units[one.shown]
    return f"{VARIABLES[one.shown].name} {number(one.latest.value, 2 if unit == 'm' else 0)} {unit_said(unit)}"


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """The same rows as the page's table."""
    asked, _notes = _asked(request)
    out = io.StringIO()
    writer = csv.writer(out)
    rows = _narrowed(request, status(request.user, known_at=asked))
    head = ["station", "name", "river", "class", "variable", "unit", "time", "value", "quality", "change_1d"]
    made_up = any(is_made_up(one.station) for one in rows)
    writer.writerow([*head, "note"] if made_up else head)
    for one in rows:
        latest = one.latest
        writer.writerow(
            [
                one.station.code, one.station.name, one.station.river, one.klass, one.shown, one.units.get(one.shown, ""),
                latest.time.isoformat() if latest else "", latest.value if latest else "", latest.quality if latest else "",
                "" if one.change is None else round(one.change, 4),
                *([MADE_UP if is_made_up(one.station) else ""] if made_up else []),
            ]
        )  # fmt: skip
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rivers-status.csv"'
    return answer
