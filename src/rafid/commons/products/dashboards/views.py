"""Pages of dashboards: those that I may see, one of them by its filters, on the wall, and on paper."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from rafid.commons import blobs
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.programme import installed

from ..charts.reading import Reading
from ..models import Recipe
from ..release.decide import COMPOSE
from . import chart_page, composer, keeping, letters
from .asked import Bar, read_bar
from .body import IMAGE, blocks_of
from .paper import dashboard_pdf
from .shown import Shown, show

REFRESH = 300
"""Seconds after which a wall asks again."""


def dashboard_seen(code: str, user: Any) -> Recipe:
    found = keeping.dashboards_seen(user).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    names = {one.name: pick(one.names) for one in installed()}
    groups: dict[str, list[Any]] = {}
    for one in keeping.dashboards_seen(request.user):
        groups.setdefault(names.get(one.programme, one.programme), []).append(
            {
                "recipe": one,
                "reach": keeping.REACHES[keeping.reach_of(one)].split(":")[0],
                "public": keeping.is_public(one),
                "blocks": len(blocks_of(one.body)),
                "waits": keeping.waits(one) and keeping.may_publish(request.user, one),
                "composes": keeping.may_compose(request.user, one),
            }
        )
    composes = any(may(request.user, COMPOSE, one.name) for one in installed())
    return render(request, "products/dashboards/list.html", {"groups": groups, "composes": composes})


def shown_blocks(body: dict[str, Any], bar: Bar, reading: Reading) -> list[Shown]:
    return [show(block, index, bar, reading) for index, block in enumerate(blocks_of(body))]


def data_address(code: str, bar: Bar) -> str:
    """The same figures for programs, by the same filters."""
    asked = bar.asked
    said = {
        "place": asked.place.ref if asked.place else "",
        "period": asked.period,
        "organisation": asked.organisation.ref if asked.organisation else "",
        "where": ",".join(f"{name}={code}" for name, code in asked.where.items()),
    }
    query = urlencode({name: text for name, text in said.items() if text})
    return f"/api/v1/products/dashboards/{code}" + (f"?{query}" if query else "")


def _read(request: HttpRequest, code: str) -> tuple[Recipe, Bar, Reading] | HttpResponse:
    recipe = dashboard_seen(code, request.user)
    address = reverse("dashboard", args=[code])
    found = read_bar(request, address, recipe.body, lambda organisation: Reading(request.user, organisation))
    return found if isinstance(found, HttpResponse) else (recipe, *found)


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    read = _read(request, code)
    if isinstance(read, HttpResponse):
        return read
    recipe, bar, reading = read
    wall = request.GET.get("wall") == "1"
    frame = reverse("embed", args=[code]) if keeping.is_public(recipe) else ""
    context = {
        "frame": request.build_absolute_uri(frame) if frame else "",
        "data": data_address(code, bar),
        "recipe": recipe,
        "bar": bar,
        "shown": shown_blocks(recipe.body, bar, reading),
        "wall": wall,
        "refresh": REFRESH,
        "at": timezone.now(),
        "composes": keeping.may_compose(request.user, recipe),
        "reach": keeping.REACHES[keeping.reach_of(recipe)].split(":")[0],
        "subscribed": letters.subscription_of(recipe, request.user),
        "query": bar.address.plain(),
        "found": bar.found,
        "candidates": bar.candidates,
        "filter_notes": bar.notes,
    }
    status = 404 if bar.found.said else 200
    answer = render(
        request, "products/dashboards/wall.html" if wall else "products/dashboards/page.html", context, status=status
    )
    patch_vary_headers(answer, ("HX-Request",))
    return answer


@require_safe
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """What is shown, as a PDF."""
    read = _read(request, code)
    if isinstance(read, HttpResponse):
        return read
    recipe, bar, reading = read
    data = dashboard_pdf(
        recipe, bar, shown_blocks(recipe.body, bar, reading), request.build_absolute_uri(bar.address.without())
    )
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{recipe.code}.pdf"'
    return answer


@require_safe
def picture(request: HttpRequest, code: str, sha256: str) -> HttpResponseBase:
    """A picture that stands on a dashboard of mine; others of the store are not there."""
    recipe = dashboard_seen(code, request.user)
    bodies = [recipe.body]
    if keeping.may_compose(request.user, recipe) or keeping.may_publish(request.user, recipe):
        bodies.append(keeping.working(recipe)[1])
    named = {block.get("image") for body in bodies for block in blocks_of(body) if block.get("kind") == IMAGE}
    own = composer.just_uploaded(request, sha256)
    if sha256 not in named and not own:
        raise Http404
    try:
        data = blobs.read(sha256)
    except FileNotFoundError:
        raise Http404 from None
    answer = HttpResponse(data, content_type="image/png" if data[:4] == b"\x89PNG" else "image/jpeg")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


urls: list[URLPattern] = [
    *chart_page.urls,
    path("dashboards/", listing, name="dashboards"),
    path("dashboards/new/", login_required(composer.begin), name="compose-dashboard-new"),
    path("dashboards/leave/<str:token>/", letters.leave, name="dashboard-leave"),
    path("dashboards/<slug:code>/", page, name="dashboard"),
    path("dashboards/<slug:code>/pdf/", paper, name="dashboard-pdf"),
    path("dashboards/<slug:code>/edit/", login_required(composer.edit), name="compose-dashboard"),
    path("dashboards/<slug:code>/share/", login_required(composer.share), name="dashboard-share"),
    path("dashboards/<slug:code>/versions/", login_required(composer.versions), name="dashboard-versions"),
    path("dashboards/<slug:code>/subscribe/", login_required(letters.subscribe), name="dashboard-subscribe"),
    path("dashboards/<slug:code>/pictures/<str:sha256>", picture, name="dashboard-picture"),
]
