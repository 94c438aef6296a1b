"""Pages of grids of heights, and of the catchments found on them."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons.records.change import Refused

from ..models import Basin, FloodMap
from .asking import may_here, owners, refused_size, seen_elevation, taking_a_file
from .catchments import Catchment, find_catchment, save_basin
from .drawing import bounds_of, drawn_shapes
from .elevation import receive_elevation
from .extent import usual_drainage
from .forms import BasinForm, CatchmentForm, ElevationForm
from .outlines import geos, shape_of
from .rasters import NotTaken


@taking_a_file
def send(request: HttpRequest) -> HttpResponse:
    givers = owners(request.user, "import")
    form = ElevationForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        large = refused_size(request)
        if large:
            form.errors.clear()
            form.add_error(None, large)
            status = 413
        elif form.is_valid():
            values = dict(form.cleaned_data)
            file = values.pop("file")
            try:
                row = receive_elevation(file.chunks(), owner=givers[0], by=request.user, **values)
            except Refused as refusal:
                form.add_error("file", str(refusal))
                status = 415 if isinstance(refusal, NotTaken) and refusal.found else 422
            else:
                messages.success(request, _("The grid of heights is kept."))
                return redirect("rivers-elevation", row.ref)
    return render(request, "rivers/terrain/send.html", {"form": form}, status=status)


@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen_elevation(request.user, ref)
    cells = row.rows * row.columns
    context = {
        "row": row,
        "floods": FloodMap.objects.visible_to(request.user)
        .select_related("station", "reach")
        .filter(elevation=row)[:50],
        "drawn": drawn_shapes([(row.ref, shape_of(row.ground), row.name)]),
        "feature": row.ground.geojson,
        "drainage": usual_drainage(cells, row.cell_x_m * row.cell_y_m / 1e6),
        "may_draw": may_here(request.user, "forecast"),
        "missing": 100 * row.missing,
    }
    return render(request, "rivers/terrain/elevation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def catchments(request: HttpRequest) -> HttpResponse:
    """Basins with a shape; and for who edits the network the catchment of a point. Finding shows it; saving finds it again, so
    that what is saved is what the grid says."""
    if request.method == "POST" and not may_here(request.user, "network"):
        raise PermissionDenied
    found, form, saving = None, CatchmentForm(request.POST or None, user=request.user), BasinForm()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            found = find_catchment(
                values["elevation"], longitude=values["longitude"], latitude=values["latitude"],
                snap_m=values["snap_m"] or 0.0,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal))
        if found is not None:
            station = values["station"]
            saving = BasinForm(request.POST if "save" in request.POST else None, initial=_begin(station))
            if "save" in request.POST and saving.is_valid():
                try:
                    return _saved(request, found, values["elevation"], dict(saving.cleaned_data))
                except Refused as refusal:
                    saving.add_error(None, str(refusal))
    wrong = bool(form.errors or saving.errors)
    return render(
        request, "rivers/terrain/catchments.html", _context(request, form, saving, found), status=422 if wrong else 200
    )


def _begin(station: Any) -> dict[str, Any]:
    if station is None:
        return {}
    return {
        "code": station.code,
        "node": station.node.code if station.node else None,
        "name_ar": station.name_ar,
        "name_ckb": station.name_ckb,
        "name_en": station.name_en,
    }


def _saved(request: HttpRequest, found: Catchment, elevation: Any, values: dict[str, Any]) -> HttpResponse:
    names = {code: values.pop(f"name_{code}") for code in ("ar", "ckb", "en")}
    row = save_basin(found, elevation, names=names, by=request.user, **values)
    messages.success(request, _("The basin %(code)s has this ground now.") % {"code": row.code})
    return redirect("rivers-catchments")


def _context(request: HttpRequest, form: CatchmentForm, saving: BasinForm, found: Catchment | None) -> dict[str, Any]:
    basins = list(Basin.objects.exclude(ground=None).select_related("parent").order_by("code"))
    shapes = [(one.code, shape_of(one.ground), one.name) for one in basins]
    if found is not None:
        shapes = [("found", found.ground, _("Catchment"))]
    # Before there is a basin the map shows where there are heights, so that a point can be clicked.
    frames = [shape for _ref, shape, _name in shapes] or [
        shape_of(one.ground)
        for one in form.fields["elevation"].queryset  # type: ignore[attr-defined]
    ]
    return {
        "form": form,
        "saving": saving,
        "found": found,
        "feature": geos(found.ground).geojson if found else "",
        "basins": basins,
        "drawn": drawn_shapes(shapes),
        "bounds": ",".join(f"{one:.5f}" for one in bounds_of(frames)) if frames else "",
        "may_edit": may_here(request.user, "network"),
        "elevations": form.fields["elevation"].queryset.exists(),  # type: ignore[attr-defined]
    }


@require_safe
def basins(request: HttpRequest) -> HttpResponse:
    """All basins that have a shape, as GeoJSON."""
    rows = Basin.objects.exclude(ground=None).order_by("code")
    features = [
        {
            "type": "Feature",
            "id": one.code,
            "geometry": json.loads(one.ground.geojson),
            "properties": {
                "ref": one.code, "name": one.name, "area_km2": one.area_km2, "source": one.source_text,
                "parent": one.parent.code if one.parent else None,
            },
        }
        for one in rows.select_related("parent")
    ]  # fmt: skip
    return JsonResponse({"type": "FeatureCollection", "features": features}, content_type="application/geo+json")
