"""What the frame links to on every page: about, sources of the data, and the manifest of the installable page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from rafid.commons.names import pick
from rafid.commons.places.country import country


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/about.html", {})


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    rows = [{"title": pick(one.title), "source": one} for one in country().sources]
    return render(request, "shell/sources.html", {"sources": rows})


@require_GET
def manifest(request: HttpRequest) -> JsonResponse:
    body: dict[str, Any] = {
        "name": _("Rafid"),
        "short_name": _("Rafid"),
        "start_url": "/",
        "display": "minimal-ui",
        "background_color": "#f5f6f4",
        "theme_color": "#0d3b42",
        "icons": [{"src": static("icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return JsonResponse(body, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


@require_GET
@cache_control(max_age=86400, public=True)
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers and readers of links look without asking the page."""
    return redirect(static("icon.svg"))


@require_GET
@cache_control(max_age=86400, public=True)
def basemap(request: HttpRequest) -> HttpResponse:
    """The country pack's schematic of rivers, drawn below the labels of every map."""
    try:
        return JsonResponse(country().geojson("basemap.geojson"), content_type="application/geo+json")
    except FileNotFoundError:
        raise Http404 from None
