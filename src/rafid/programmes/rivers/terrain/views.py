"""Pages of flood maps: the list, a new one, one that was seen, a map with what lies in its water, and its files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rafid.commons import blobs
from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import ElevationModel, FloodMap, FloodPart, Station
from .asking import may_here, owners, refused_size, seen_flood, taking_a_file
from .drawing import COLOURS, bounds_of, colour_of, depth_text, drawn, features
from .exposure import exposure
from .flooding import AT_ONCE, draw_flood, queue_flood, withdraw_flood
from .forms import CompareForm, FloodForm, ObservedForm
from .observed import compare, receive_observed
from .outlines import shape_of
from .rasters import NotTaken
from .stages import Asked, of_forecast, of_stage, of_threshold

PAGE = 50


@require_safe
def maps(request: HttpRequest) -> HttpResponse:
    rows = FloodMap.objects.visible_to(request.user).select_related("station", "elevation", "reach")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "elevations": ElevationModel.objects.visible_to(request.user).filter(state="published").order_by("name")[:PAGE],
        "may_draw": may_here(request.user, "forecast"),
        "may_send": may_here(request.user, "import"),
    }
    return render(request, "rivers/terrain/maps.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    givers = owners(request.user, "forecast")
    form = FloodForm(request.POST or None, user=request.user, initial=_begin(request))
    if request.method == "POST" and form.is_valid():
        try:
            answer = _draw(request.user, givers[0], form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if isinstance(answer, FloodMap):
                messages.success(request, _("The flood map is drawn."))
                return redirect("rivers-flood-map", answer.ref)
            return redirect("task", answer.pk)
    context = {"form": form, "elevations": form.fields["elevation"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "rivers/terrain/new.html", context, status=422 if form.errors else 200)


def _begin(request: HttpRequest) -> dict[str, Any]:
    """What a link to this form says already, such as the station of a forecast."""
    known = ("station", "by", "forecast", "threshold", "stage_m", "elevation")
    said: dict[str, Any] = {name: request.GET[name] for name in known if request.GET.get(name)}
    if "forecast" in said and "station" not in said:
        stations = Station.objects.visible_to(request.user).filter(node__forecasts__ref=said["forecast"])
        said["station"] = stations.order_by("code").values_list("code", flat=True).first()
    return said


def _draw(user: Account, owner: Any, values: dict[str, Any]) -> Any:
    elevation, station, reach = values["elevation"], values["station"], values["reach"]
    how = {
        "bed_stage_m": values["bed_stage_m"],
        "drainage_km2": values["drainage_km2"],
        "corridor_km": values["corridor_km"] if reach else None,
        "name": values["name"],
        "sensitivity": values["sensitivity"],
    }
    draws = queue_flood if elevation.rows * elevation.columns > AT_ONCE else draw_flood
    return draws(elevation, asked=_asked(user, values), owner=owner, by=user, station=station, reach=reach, **how)


def _asked(user: Account, values: dict[str, Any]) -> Asked:
    if values["by"] == "threshold":
        return of_threshold(values["station"], values["threshold"], user)
    if values["by"] == "forecast":
        return of_forecast(values["station"], values["forecast"], values["quantile"], user)
    return of_stage(values["stage_m"])


@taking_a_file
def observed(request: HttpRequest) -> HttpResponse:
    givers = owners(request.user, "import")
    form = ObservedForm(request.POST or None, request.FILES or None, user=request.user)
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
                row = receive_observed(file.chunks(), owner=givers[0], by=request.user, **values)
            except Refused as refusal:
                form.add_error("file", str(refusal))
                status = 415 if isinstance(refusal, NotTaken) and refusal.found else 422
            else:
                messages.success(request, _("The flood that was seen is kept."))
                return redirect("rivers-flood-map", row.ref)
    return render(request, "rivers/terrain/observed.html", {"form": form}, status=status)


@require_safe
def page(request: HttpRequest, ref: str) -> HttpResponse:
    return _page(request, seen_flood(request.user, ref))


def _page(request: HttpRequest, row: FloodMap, *, error: str = "", status: int = 200) -> HttpResponse:
    parts = list(FloodPart.objects.filter(flood=row))
    found = exposure(row, request.user)
    may_compare = (
        row.origin == "observed" and may_on(request.user, "import", row) if request.user.is_authenticated else False
    )
    context = {
        "row": row,
        "error": error,
        "parts": [(one, depth_text(one), COLOURS.index(colour_of(one))) for one in parts],
        "drawn": drawn(parts),
        "exposure": found,
        "depths": {one.pk: depth_text(one) for one in parts},
        "layers": [(one, [(thing, depth_text(thing.part)) for thing in one.things]) for one in found.layers],
        "said": _said(row),
        "bounds": ",".join(f"{one:.5f}" for one in bounds_of(shape_of(one.ground) for one in parts)) if parts else "",
        "shown": json.dumps([{"id": one.code, "kind": "point"} for one in found.layers if one.points]),
        "seen_elevation": row.elevation
        and ElevationModel.objects.visible_to(request.user).filter(pk=row.elevation_id).exists(),
        "comparing": CompareForm(user=request.user, flood=row) if may_compare else None,
        "made_up": row.source == "demonstration",
        "may_withdraw": row.state == "published"
        and request.user.is_authenticated
        and may_on(request.user, "forecast", row),
    }
    return render(request, "rivers/terrain/map.html", context, status=status)


def _said(row: FloodMap) -> str:
    """Where the stage is from, in words."""
    from ..codes import ThresholdClass

    asked = row.asked or {}
    if asked.get("by") == "threshold":
        return _("Threshold: %(name)s") % {
            "name": dict(ThresholdClass.choices).get(asked["threshold"], asked["threshold"])
        }
    if asked.get("by") == "forecast":
        return _("Crest of forecast %(ref)s that %(share)s %% of its members stay below") % {
            "ref": asked["forecast"], "share": asked["quantile"],
        }  # fmt: skip
    return ""


@login_required
@require_POST
def compare_with(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen_flood(request.user, ref)
    if not may_on(request.user, "import", row):
        raise PermissionDenied
    form = CompareForm(request.POST, user=request.user, flood=row)
    if not form.is_valid():
        return _page(
            request, row, error=_("Choose a computed map that has ground in common with this one."), status=422
        )
    try:
        compare(row, form.cleaned_data["with_map"])
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    return redirect("rivers-flood-map", row.ref)


@login_required
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen_flood(request.user, ref)
    if not may_on(request.user, "forecast", row):
        raise PermissionDenied
    try:
        withdraw_flood(row, reason=request.POST.get("reason", "").replace("\x00", ""))
    except Refused as refusal:
        return _page(request, row, error=str(refusal), status=422)
    messages.success(request, _("The map is withdrawn."))
    return redirect("rivers-flood-map", row.ref)


@require_safe
def geojson(request: HttpRequest, ref: str) -> HttpResponse:
    row = seen_flood(request.user, ref)
    answer = JsonResponse(features(row), content_type="application/geo+json", json_dumps_params={"ensure_ascii": False})
    return _named(answer, row, "geojson") if "download" in request.GET else answer


@require_safe
def tiff(request: HttpRequest, ref: str) -> HttpResponse:
    """The grid of depths, m; of a flood that was seen 1 and 0."""
    row = seen_flood(request.user, ref)
    answer = HttpResponse(blobs.path_of(row.depths).read_bytes(), content_type="image/tiff; application=geotiff")
    return _named(answer, row, "tif")


@require_safe
def table(request: HttpRequest, ref: str) -> HttpResponse:
    """Area by class of depth, people by district, and what lies in the water, as this person sees it."""
    row = seen_flood(request.user, ref)
    found = exposure(row, request.user)
    note = "DEMONSTRATION" if row.source == "demonstration" else ""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["what", "layer", "ref", "name", "depth_from_m", "depth_to_m", "value", "unit", "note"])
    for part in FloodPart.objects.filter(flood=row):
        writer.writerow(
            ["area", "", row.ref, "", part.depth_from_m, part.depth_to_m, round(part.area_km2, 6), "km²", note]
        )
    if found.people is not None:
        told = " ".join(filter(None, [note or ("DEMONSTRATION" if found.people.made_up else ""), "even spread"]))
        for one in found.people.districts:
            writer.writerow(
                [
                    "people",
                    found.people.period,
                    one.place.ref,
                    one.place.name,
                    "",
                    "",
                    round(one.people),
                    "persons",
                    told,
                ]
            )
    for layer in found.layers:
        writer.writerow(["count", layer.code, "", layer.title, "", "", layer.count, "", note])
        for thing in layer.things:
            part = thing.part
            writer.writerow(
                ["thing", layer.code, thing.ref, thing.name, part.depth_from_m, part.depth_to_m, 1, "", note]
            )
    return _named(HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8"), row, "csv")


def _named(answer: Any, row: FloodMap, kind: str) -> Any:
    stem = f"flood-{row.ref}{'-DEMONSTRATION' if row.source == 'demonstration' else ''}"
    answer["Content-Disposition"] = f'attachment; filename="{stem}.{kind}"'
    return answer
