"""What the frame links to on every page: about, sources of the data, and the manifest of the installable page."""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from rafid.commons.names import pick
from rafid.commons.programme import LANGUAGES
from rafid.site import country


@require_GET
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/about.html", {})


@cache
def country_sources() -> list[dict[str, str]]:
    """Rows of the country pack's ``sources.csv``."""
    path = country.folder() / "sources.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    rows = [
        {**row, "title": pick({code: row.get(f"title_{code}", "") for code in LANGUAGES})} for row in country_sources()
    ]
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
def basemap(request: HttpRequest) -> HttpResponse:
    """The country pack's schematic of rivers, drawn below the labels of every map."""
    path = country.folder() / "basemap.geojson"
    if not path.is_file():
        raise Http404
    return HttpResponse(path.read_bytes(), content_type="application/geo+json")
