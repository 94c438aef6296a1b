"""Entity lists: all of them, and one as table, map and files; new ones, imports, settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from rafid.commons.history import because
from rafid.commons.people.access_log import note_access
from rafid.commons.people.models import AccessKind, Organisation
from rafid.commons.people.visibility import may
from rafid.commons.places.models import Level
from rafid.commons.places.queries import places_at
from rafid.commons.programme import Programme, installed

from ..design.words import programme_names
from ..models import Conflict, Entity, EntityList, EntitySource
from ..refusals import Refused
from ..sender import of_account
from . import rows as entity_rows
from .fields import ImportForm, ListForm, ListSettings, owners_to_keep
from .keep import NotImported, import_csv, may_add
from .rows import Chosen, bounds_of, chosen, list_seen
from .seen import place_of
from .versions import point_of
from .views_of_registers import register_of_list, registers_with_a_point, things_of_view
from .words import PropertyWords

PAGE = 50
COLUMNS = 6
"""So many properties stand in the table; the thing's page has all."""


def _designs(user: Any) -> list[Programme]:
    return [one for one in installed() if may(user, "design", one.name)]


@login_required
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    user = request.user
    found = list(EntityList.objects.visible_to(user).select_related("owner").order_by("programme", "name"))
    seen = Entity.objects.visible_to(user).filter(list__in=found)
    counts = {
        one["list"]: one
        for one in seen.order_by().values("list").annotate(n=Count("pk"), open=Count("pk", filter=~Q(conflict="none")))
    }
    names = programme_names()
    rows = [
        {
            "list": one,
            "programme": names.get(one.programme, one.programme),
            "count": counts.get(one.pk, {}).get("n", 0),
            "conflicts": counts.get(one.pk, {}).get("open", 0),
        }
        for one in found
    ]
    return render(request, "forms/entity_lists.html", {"rows": rows, "may_make": bool(_designs(user))})


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    programmes = _designs(request.user)
    if not programmes:
        raise PermissionDenied(_("Your roles do not include making lists."))
    code = request.GET.get("programme", "")
    programme = next((one for one in programmes if one.name == code), programmes[0])
    owners = owners_to_keep(request.user, programme.name)
    asked = ListForm(
        request.POST or None,
        owners=owners,
        user=request.user,
        programme=programme.name,
        registers=registers_with_a_point(request.user, programme.name),
    )
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        with because(_("a new entity list")):
            made = EntityList.objects.create(
                name=given["name"],
                programme=programme.name,
                owner=given["organisation"],
                source=asked.kind(),
                view=asked.view(),
            )
        messages.success(request, _("The list is made. Forms name it as %s.csv.") % made.name)
        return redirect(made)
    names = programme_names()
    return render(
        request,
        "forms/entity_list_new.html",
        {
            "form": asked,
            "programme": programme,
            "programmes": [(one.name, names.get(one.name, one.name)) for one in programmes],
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_GET
def one_list(request: HttpRequest, list_name: str) -> HttpResponse:
    entity_list = list_seen(request.user, list_name)
    if entity_list.source != EntitySource.OWN:
        return _view_page(request, entity_list)
    picked = chosen(request, entity_list)
    if isinstance(picked, HttpResponse):
        return picked
    view = "map" if request.GET.get("view") == "map" else "table"
    page = Paginator(picked.rows, PAGE).get_page(request.GET.get("page"))
    columns = [name for name in picked.properties if name != "geometry"][:COLUMNS]
    query = QueryDict(mutable=True)
    query.update(picked.query)
    words = PropertyWords(entity_list)
    rows = []
    for one in page:
        seen = picked.seen(one)
        cells = [(words.title(name), words.value(name, seen.get(name, ""))) for name in columns]
        rows.append({"entity": one, "name": picked.name(one), "place": place_of(one), "cells": cells})
    bounds = ""
    if view == "map":
        bounds = bounds_of(point_of(picked.seen(one)) for one in picked.rows[: entity_rows.MOST_POINTS])
    return render(
        request,
        "forms/entity_list.html",
        {
            **_common(request, entity_list),
            "picked": picked,
            "given": {name: request.GET.get(name, "") for name in entity_rows.FILTERS},
            "filter_notes": picked.notes,
            "found": picked.place,
            "places": [one.place for one in places_at(level=Level.GOVERNORATE)],
            "organisations": _owners(request.user, entity_list),
            "conflicts": [(code, label) for code, label in Conflict.choices if code != Conflict.NONE],
            "view": view,
            "views": _views(query, view),
            "query": query.urlencode(),
            "page": page,
            "rows": rows,
            "columns": [(name, words.title(name)) for name in columns],
            "bounds": bounds,
        },
        status=404 if picked.place.said else 200,
    )


def _common(request: HttpRequest, entity_list: EntityList) -> dict[str, Any]:
    return {
        "list": entity_list,
        "programme": programme_names().get(entity_list.programme, entity_list.programme),
        "may_add": may_add(request.user, entity_list),
        "may_export": entity_rows.may_export(request.user, entity_list),
        "may_set": may(request.user, "design", entity_list.programme, owner=entity_list.owner_id),
    }


def _view_page(request: HttpRequest, entity_list: EntityList) -> HttpResponse:
    """A list that shows other records: its rows lead to those."""
    things = list(things_of_view(entity_list, of_account(request.user)))
    page = Paginator(things, PAGE).get_page(request.GET.get("page"))
    register = register_of_list(entity_list)
    leads = "/places/" if entity_list.source == EntitySource.PLACES else ""
    if register is not None:
        leads = f"/records/{register.programme.name}/{register.code}/"
    return render(
        request,
        "forms/entity_view.html",
        {**_common(request, entity_list), "page": page, "leads": leads, "register": register},
    )


def _owners(user: Any, entity_list: EntityList) -> list[Organisation]:
    owners = Entity.everything.filter(list=entity_list).visible_to(user).order_by().values("owner").distinct()
    return list(Organisation.objects.filter(pk__in=owners).order_by("ref"))


def _views(query: QueryDict, view: str) -> list[tuple[str, str, bool]]:
    told = []
    for code, name in (("table", _("Table")), ("map", _("Map"))):
        own = query.copy()
        if code != "table":
            own["view"] = code
        told.append((f"?{own.urlencode()}", name, code == view))
    return told


@login_required
@require_GET
def points(request: HttpRequest, list_name: str) -> HttpResponse:
    picked = chosen(request, list_seen(request.user, list_name))
    if isinstance(picked, HttpResponse):
        return picked
    response = JsonResponse(entity_rows.points(picked), content_type="application/geo+json")
    response["Cache-Control"] = "private, no-cache"
    return response


@login_required
@require_GET
def export(request: HttpRequest, list_name: str, ext: str) -> HttpResponse | StreamingHttpResponse:
    """The rows of the list by its filters, as CSV or GeoJSON; logged."""
    entity_list = list_seen(request.user, list_name)
    if ext not in ("csv", "geojson") or entity_list.source != EntitySource.OWN:
        raise Http404
    if not entity_rows.may_export(request.user, entity_list):
        raise PermissionDenied(_("Your roles do not include taking this list along."))
    picked = chosen(request, entity_list)
    if isinstance(picked, HttpResponse):
        return picked
    note_access(
        request,
        AccessKind.EXPORT,
        entity_list,
        purpose=request.GET.get("purpose", ""),
        count=picked.rows.count(),
        restricted=entity_list.sensitivity == 2,
    )
    return _file(picked, ext, safe=request.GET.get("safe", "") not in ("", "0"))


def _file(picked: Chosen, ext: str, *, safe: bool) -> StreamingHttpResponse:
    lines = entity_rows.csv_lines(picked, safe=safe) if ext == "csv" else entity_rows.geojson_lines(picked)
    kind = "text/csv; charset=utf-8" if ext == "csv" else "application/geo+json"
    response = StreamingHttpResponse(lines, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{picked.of.name}.{ext}"'
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def import_table(request: HttpRequest, list_name: str) -> HttpResponse:
    entity_list = list_seen(request.user, list_name)
    if not may_add(request.user, entity_list):
        raise PermissionDenied(_("Your roles do not include changing this list."))
    asked = ImportForm(
        request.POST or None,
        request.FILES or None,
        owners=owners_to_keep(request.user, entity_list.programme),
        user=request.user,
    )
    faults: list[Any] = []
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            done = import_csv(
                entity_list, given["file"], owner=given["organisation"], by=request.user, reason=given["reason"]
            )
        except NotImported as refused:
            asked.add_error("file", str(refused))
            faults = refused.faults
        except Refused as refused:
            asked.add_error("file", str(refused))
        else:
            messages.success(
                request,
                _("%(added)s added, %(changed)s changed, %(same)s as before.")
                % {"added": done.added, "changed": done.changed, "same": done.same},
            )
            return redirect(entity_list)
    return render(
        request,
        "forms/entity_import.html",
        {"list": entity_list, "form": asked, "faults": faults[:200], "more": max(0, len(faults) - 200)},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, list_name: str) -> HttpResponse:
    entity_list = list_seen(request.user, list_name)
    if not may(request.user, "design", entity_list.programme, owner=entity_list.owner_id):
        raise PermissionDenied(_("Your roles do not include changing this list."))
    asked = ListSettings(request.POST or None, initial={"needs_approval": entity_list.needs_approval})
    if request.method == "POST" and asked.is_valid():
        entity_list.needs_approval = asked.cleaned_data["needs_approval"]
        with because(asked.cleaned_data["reason"]):
            entity_list.save(update_fields=["needs_approval"])
        messages.success(request, _("Saved."))
        return redirect(entity_list)
    return render(
        request,
        "forms/entity_edit.html",
        {"list": entity_list, "form": asked, "title": _("Settings"), "back": entity_list.get_absolute_url()},
        status=422 if request.method == "POST" else 200,
    )


urls: list[URLPattern] = [
    path("forms/entities/", lists, name="entity-lists"),
    path("forms/entities/new/", new, name="entity-list-new"),
    path("forms/entities/<str:list_name>/", one_list, name="entity-list"),
    path("forms/entities/<str:list_name>/points.geojson", points, name="entity-points"),
    path("forms/entities/<str:list_name>/import/", import_table, name="entity-import"),
    path("forms/entities/<str:list_name>/settings/", settings, name="entity-list-settings"),
    path("forms/entities/<str:list_name>/export.<str:ext>", export, name="entity-export"),
]
