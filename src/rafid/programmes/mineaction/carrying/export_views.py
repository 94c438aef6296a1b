"""The export page, and its files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from rafid.commons.places.models import Place
from rafid.commons.streaming import in_language

from ..picture.frame import demonstrates, safety
from ..seeing import AUTHORITY, OPERATORS, PARTNERS, held
from .kept import in_use, mapping_of
from .layers_out import geojson, geopackage, gpx, kml, workbook
from .leaving import Leaving, layers_for
from .xml_out import xml


@dataclass(frozen=True)
class Kind:
    title: Any
    about: Any
    content_type: str
    write: Callable[[Leaving], Any]


KINDS = {
    "gpkg": Kind(
        "GeoPackage",
        gettext_lazy("All layers with the field's symbols, names in three languages. For QGIS."),
        "application/geopackage+sqlite3",
        geopackage,
    ),
    "geojson": Kind(
        "GeoJSON", gettext_lazy("All layers in one text file, for programs."), "application/geo+json", geojson
    ),
    "xlsx": Kind(
        "XLSX",
        gettext_lazy("A sheet for each layer, for tables."),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        workbook,
    ),
    "kml": Kind(
        "KML",
        gettext_lazy("For teams: grounds and points on the phone's map."),
        "application/vnd.google-earth.kml+xml",
        kml,
    ),
    "gpx": Kind("GPX", gettext_lazy("Every turning point, for a GPS receiver."), "application/gpx+xml", gpx),
}


def _must_export(user: Any) -> None:
    if not held(user, AUTHORITY | OPERATORS | PARTNERS, "export"):
        raise PermissionDenied


def _authority(user: Any) -> Any:
    """Whose mapping writes the file: that of the authority in which the person works; None: the country pack's."""
    scopes = held(user, AUTHORITY)
    named = [one.organisation for one in scopes if one.organisation]
    return user.organisation_id if user.organisation_id in named else next(iter(named), None)


def _leaving(request: HttpRequest) -> Leaving:
    layers = layers_for(request.user)
    wanted = request.GET.getlist("layer")
    chosen = tuple(one for one in layers if one.code in wanted) if wanted else layers
    asked = request.GET.get("place", "").replace("\x00", "")
    place = Place.objects.filter(ref=asked).first() if asked else None
    if not chosen or (asked and place is None):
        raise Http404
    return Leaving(request.user, chosen, place)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    _must_export(request.user)
    leaving = Leaving(request.user, layers_for(request.user))
    context = {
        "kinds": [{"code": code, "kind": kind} for code, kind in KINDS.items()],
        "layers": [{"layer": one, "count": leaving.rows(one).count()} for one in leaving.layers],
        "mappings": [one for one in in_use(_authority(request.user)) if one.kind == "xml"],
        "demonstration": demonstrates(),
        "safety": safety(),
        "places": Place.objects.filter(level=1).order_by(f"name_{get_language() or 'ar'}"),
    }
    return render(request, "mineaction/carrying/export.html", context)


@login_required
@require_safe
def export_file(request: HttpRequest, kind: str) -> HttpResponse | StreamingHttpResponse:
    _must_export(request.user)
    leaving = _leaving(request)
    name, _dot, ext = kind.rpartition(".")
    answer: Any
    if ext == "xml":
        owner = _authority(request.user)
        mapping = mapping_of(name, None if owner else 0, owner=owner)
        if mapping is None or mapping.kind != "xml":
            raise Http404
        answer = StreamingHttpResponse(
            in_language(xml(leaving, mapping), get_language()), content_type="application/xml; charset=utf-8"
        )
    elif name == "mineaction" and ext in KINDS:
        made = KINDS[ext].write(leaving)
        content_type = KINDS[ext].content_type
        answer = (
            HttpResponse(made, content_type=content_type)
            if isinstance(made, bytes)
            else StreamingHttpResponse(in_language(made, get_language()), content_type=content_type)
        )
    else:
        raise Http404
    before = "DEMONSTRATION-" if demonstrates() else ""
    answer["Content-Disposition"] = f'attachment; filename="{before}{name}-{timezone.localdate().isoformat()}.{ext}"'
    answer["Cache-Control"] = "private, no-cache"
    return answer  # type: ignore[no-any-return]
