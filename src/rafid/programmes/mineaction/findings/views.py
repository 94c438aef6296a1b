"""Findings: alarms and oddities with their place, what to do about them, who looks, what was decided and why."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.filters import Filters
from rafid.commons.people.visibility import who_may
from rafid.commons.places.country import country
from rafid.commons.places.finding import links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.records.models import FindingState, Severity
from rafid.commons.records.views.findings import decide, judged, url_of

from ..listing import KINDS
from ..models import Hazard, HazardState
from ..picture.asked import Asked
from ..picture.frame import frame
from ..picture.shapes import collection, feature
from ..seeing import PROGRAMME, may_do
from . import exported, queries
from .declared import CHECKS

PAGE = 50
MOST_ON_MAP = 500


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    filters = Filters(request.GET)
    chosen, rows = queries.asked(request.user, filters, found.place)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "rows": queries.shown(page),
        "chosen": chosen,
        "states": FindingState.choices,
        "severities": Severity.choices,
        "checks": [(one.code, _title(one)) for one in CHECKS],
        "filter_notes": filters.notes,
        "found": found,
        "candidates": links(request, found),
        "place": found.place,
        "places": Place.objects.filter(level=Level.GOVERNORATE, division=country().division).order_by("ref"),
        "shapes_url": f"{reverse('mineaction-findings-shapes')}?{query.urlencode()}",
        "downloads": [(kind, reverse("mineaction-findings-file", args=[kind])) for kind in KINDS],
        "query": query.urlencode(),
        "bounds": _bounds(found.place),
        "frame": frame(Asked(timezone.localdate()), found.place, Hazard.objects.visible_to(request.user)),
    }
    return render(request, "mineaction/findings/list.html", context, status=404 if found.said else 200)


@login_required
@require_safe
def file(request: HttpRequest, kind: str) -> Any:
    """The rows that the page shows, with the same sight of them."""
    if kind not in KINDS:
        raise Http404
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        raise Http404
    filters = Filters(request.GET)
    _chosen, rows = queries.asked(request.user, filters, found.place)
    if found.said or filters.notes:
        return HttpResponse("\n".join([*filters.notes, str(found.said or "")]), status=400)
    return exported.send(request, kind, rows, found.place)


def _title(check: Any) -> str:
    """The sentence of a check without the facts of one record."""
    from .titles import TITLES

    return str(TITLES[check.code])


def _bounds(place: Any) -> str:
    from ..picture.views import bounds

    return bounds([], place)


@login_required
@require_safe
def shapes(request: HttpRequest) -> HttpResponse:
    """Where the findings of a list are, as points."""
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        raise Http404
    _chosen, rows = queries.asked(request.user, Filters(request.GET), found.place)
    features = []
    for one in queries.shown(rows[:MOST_ON_MAP]):
        point = queries.point_of(one["record"]) if one["record"] is not None else None
        if point is None:
            continue
        said = {
            "what": "cell", "group": "open", "class": "CHA" if one["finding"].severity == 3 else "SHA",
            "name": one["record"].ref, "text": one["message"], "url": reverse("mineaction-finding", args=[one["finding"].pk]),
        }  # fmt: skip
        features.append(feature(point.json, json.dumps(said, ensure_ascii=False)))
    return collection(features)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: Any) -> HttpResponse:
    finding = queries.findings(request.user).filter(pk=pk).first()
    if finding is None:
        raise Http404
    shown = queries.shown([finding])[0]
    record = shown["record"]
    if record is None:
        raise Http404
    decides, comments = queries.may_decide(request.user, record), queries.may_comment(request.user, record)
    people = list(who_may("check", PROGRAMME, record.owner_id, record.place_id).order_by("full_name", "login"))
    error = ""
    if request.method == "POST":
        if not (decides or (comments and request.POST.get("action") == "comment")):
            raise PermissionDenied
        error = decide(request, finding, record, people)
        if not error:
            return redirect("mineaction-finding", finding.pk)
    point = queries.point_of(record)
    context = {
        **shown,
        "url": url_of(finding),
        "own_page": _own_page(record),
        "field": judged(finding, record),
        "comments": finding.comments.select_related("by").order_by("at"),
        "people": people,
        "decides": decides,
        "may_comment": comments,
        "reopens": _to_reopen(request.user, record) if shown["alarm"] else [],
        "shapes_url": reverse("mineaction-finding-shapes", args=[finding.pk]) if point else "",
        "bounds": _around(record, point) if point else "",
        "frame": frame(Asked(timezone.localdate()), record.place, Hazard.objects.filter(owner=record.owner_id)),
        "error": error,
        "text": request.POST.get("text", "") if error else "",
    }
    return render(request, "mineaction/findings/finding.html", context, status=422 if error else 200)


def _own_page(record: Any) -> str:
    if isinstance(record, Hazard):
        return reverse("mineaction-hazard", args=[record.ref])
    if record.kind() == f"{PROGRAMME}.fieldreport":
        return reverse("mineaction-report", args=[record.ref])
    return str(record.get_absolute_url())


def _to_reopen(user: Any, record: Any) -> list[dict[str, Any]]:
    """Closed hazards at the place of an alarm: proposed to be opened again, by whoever may."""
    rows = Hazard.objects.visible_to(user).filter(
        ground__covers=record.point, state__in=(HazardState.CLOSED, HazardState.CANCELLED)
    )
    return [{"hazard": one, "may": may_do(user, "approve", one, side="authority")} for one in rows]


def _around(record: Any, point: Any) -> str:
    ground = getattr(record, "ground", None) or getattr(record, "worked", None)
    west, south, east, north = (ground or point).extent
    air = max(east - west, north - south, 0.004) * 0.5
    return f"{west - air:.6f},{south - air:.6f},{east + air:.6f},{north + air:.6f}"


@login_required
@require_safe
def finding_shapes(request: HttpRequest, pk: Any) -> HttpResponse:
    """The record of a finding and what lies around it, each by its own rule of who sees it."""
    finding = queries.findings(request.user).filter(pk=pk).first()
    record = queries.shown([finding])[0]["record"] if finding is not None else None
    point = queries.point_of(record) if record is not None else None
    if point is None:
        raise Http404
    from ..models import Release

    ground = getattr(record, "ground", None) or getattr(record, "worked", None) or point
    features = []

    def add(what: str, shape: Any, **said: Any) -> None:
        features.append(feature(shape.json, json.dumps({"what": what, **said}, ensure_ascii=False)))

    for one in (
        Hazard.objects.visible_to(request.user).filter(ground__intersects=ground).exclude(state="discarded")[:50]
    ):
        own = {
            "class": one.classification,
            "group": one.group or "open",
            "name": one.ref,
            "text": one.get_state_display(),
        }
        add("hazard", one.ground, **own, url=reverse("mineaction-hazard", args=[one.ref]))
    for release in Release.objects.visible_to(request.user).filter(ground__intersects=ground, replaced_by=None)[:50]:
        add("release", release.ground, kind=release.type, name=release.ref, text=release.get_type_display())
    worked = getattr(record, "worked", None)
    if worked is not None:
        add("sheet", worked, name=record.ref, text="")
    if getattr(record, "ground", None) is None:
        add("cell", point, **{"class": "CHA"}, group="open", name=record.ref, text=str(record._meta.verbose_name))
    return collection(features)
