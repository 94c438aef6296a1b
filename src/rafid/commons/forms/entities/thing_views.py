"""One thing that is visited again: its facts, all its visits with what changed, its versions, its conflicts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from ..models import Entity, Sight, Submission
from ..refusals import Refused
from . import keep as entity_keep
from .csv_file import properties_of
from .fields import EntityForm, ReasonForm, owners_to_keep
from .keep import may_add, may_keep
from .rows import bounds_of, entity_seen, list_seen
from .seen import Told, as_seen, facts_of, hidden_properties, name_of, place_of, versions_told, works_with
from .versions import LABEL, point_of
from .visits import visits_of
from .words import PropertyWords

VISITS = 25
"""So many stand on a page; the newest page is shown first."""


@login_required
@require_GET
def thing(request: HttpRequest, list_name: str, entity_uuid: UUID) -> HttpResponse:
    return _page(request, entity_seen(request.user, list_name, entity_uuid))


def _page(request: HttpRequest, entity: Entity, *, error: str = "", status: int = 200) -> HttpResponse:
    hidden = hidden_properties(entity.list, request.user)
    keeps, works = may_keep(request.user, entity), works_with(request.user, entity)
    names = [name for name in properties_of(entity.list) if hidden.get(name) != Sight.NOTHING]
    seen = facts_of(entity, hidden)
    point = point_of(seen)
    words = PropertyWords(entity.list)
    visits = visits_of(entity, request.user)
    pages = Paginator(visits, VISITS)
    disputed = (
        [one for one in entity_keep.disputed(entity) if one.name not in hidden]
        if works and entity.conflict != "none"
        else []
    )
    return render(
        request,
        "forms/entity.html",
        {
            "entity": entity,
            "name": name_of(entity, hidden),
            "place": place_of(entity),
            "list": entity.list,
            "facts": [
                (words.title(name), words.value(name, seen.get(name, ""))) for name in names if name != "geometry"
            ],
            "point": point and f"{point[1]:.6f}, {point[0]:.6f}",
            "feature": {"type": "Point", "coordinates": point} if point else None,
            "bounds": bounds_of([point], 0.25),
            "visits": pages.get_page(request.GET.get("page") or pages.num_pages),
            "versions": _versions(entity, hidden, request.user, words),
            "disputed": [_dispute(one, words) for one in disputed],
            "may_keep": keeps,
            "works": works,
            "held": list(entity.list.held.filter(uuid=entity.uuid).order_by("until")) if keeps else [],
            "error": error,
            "reason": request.POST.get("reason", ""),
        },
        status=status,
    )


def _dispute(one: entity_keep.Disputed, words: PropertyWords) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": words.title(one.name),
        "before": words.value(one.name, one.before),
        "sides": [(side.version, words.value(one.name, side.value), side.value == one.now) for side in one.candidates],
    }


def _versions(entity: Entity, hidden: dict[str, Sight], user: Any, words: PropertyWords) -> list[dict[str, Any]]:
    """Newest first, each with the values that it changed, as this reader sees them."""
    versions = versions_told(user, entity)
    visible = set(
        Submission.objects.visible_to(user)
        .filter(
            pk__in=[one.version.source_submission.submission_id for one in versions if one.version.source_submission]
        )
        .values_list("pk", flat=True)
    )
    told = []
    before: Told | None = None
    for then in versions:
        one = then.version
        values, older = as_seen(then.data, hidden), as_seen(before.data, hidden) if before else {}
        values[LABEL], older[LABEL] = then.label, before.label if before else ""
        changes = [
            (
                words.title(name),
                words.value(name, older.get(name, "")),
                words.value(name, values.get(name, "")),
                name in one.conflicting,
            )
            for name in one.changed
            if hidden.get(name) != Sight.NOTHING
        ]
        source = one.source_submission.submission if one.source_submission else None
        told.append(
            {
                "version": one,
                "changes": changes,
                "source": source if source is not None and source.pk in visible else None,
                "from_form": source is not None,
                "first": before is None,
            }
        )
        before = then
    return told[::-1]


@login_required
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, list_name: str) -> HttpResponse:
    entity_list = list_seen(request.user, list_name)
    if not may_add(request.user, entity_list):
        raise PermissionDenied(_("Your roles do not include changing this list."))
    names = _editable(entity_list, request.user)
    owners = owners_to_keep(request.user, entity_list.programme)
    words = PropertyWords(entity_list)
    asked = EntityForm(request.POST or None, names=names, words=words, owners=owners, user=request.user)
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        place = given["place"].pk if given["place"] else None
        try:
            made = entity_keep.add(
                entity_list,
                given["label"],
                asked.data_given(),
                owner=given["organisation"],
                place=place,
                by=request.user,
                reason=given["reason"],
            )
        except Refused as refused:
            asked.add_error(None, str(refused))
        else:
            messages.success(request, _("Added. Phones get it with their next list."))
            return redirect(made)
    return _form_page(request, entity_list, asked, _("Add an entity"), entity_list.get_absolute_url())


def _editable(entity_list: Any, user: Any) -> list[str]:
    hidden = hidden_properties(entity_list, user)
    names = [name for name in properties_of(entity_list) if name not in hidden]
    return names if "geometry" in names or "geometry" in hidden else [*names, "geometry"]


def _form_page(request: HttpRequest, entity_list: Any, asked: Any, title: str, back: str) -> HttpResponse:
    return render(
        request,
        "forms/entity_edit.html",
        {"list": entity_list, "form": asked, "title": title, "back": back},
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_http_methods(["GET", "POST"])
def alter(request: HttpRequest, list_name: str, entity_uuid: UUID) -> HttpResponse:
    entity = _to_keep(request, list_name, entity_uuid)
    names = _editable(entity.list, request.user)
    hidden = hidden_properties(entity.list, request.user)
    name = name_of(entity, hidden)
    initial = {"label": entity.label, **{f"p_{name}": entity.data.get(name, "") for name in names}}
    asked = EntityForm(request.POST or None, names=names, words=PropertyWords(entity.list), initial=initial)
    if LABEL in hidden:
        # Who does not see it leaves it as it is.
        del asked.fields[LABEL]
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            entity_keep.alter(
                entity,
                _number(request.POST.get("version", "")),
                given.get("label", entity.label),
                asked.data_given(),
                by=request.user,
                reason=given["reason"],
            )
        except Refused as refused:
            if refused.status == 409:
                return _page(request, entity_seen(request.user, list_name, entity_uuid), error=str(refused), status=409)
            asked.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved as a new version."))
            return redirect(entity)
    return render(
        request,
        "forms/entity_edit.html",
        {
            "list": entity.list,
            "entity": entity,
            "name": name,
            "stands": request.POST.get("version", entity.version),
            "form": asked,
            "title": _("Change"),
            "back": entity.get_absolute_url(),
        },
        status=422 if request.method == "POST" else 200,
    )


def _number(text: str) -> int:
    from rafid.commons.filters import small_number

    return small_number(text) or 0


def _to_keep(request: HttpRequest, list_name: str, entity_uuid: UUID) -> Entity:
    entity = entity_seen(request.user, list_name, entity_uuid)
    if not may_keep(request.user, entity):
        raise PermissionDenied(_("Your roles do not include changing this list there."))
    return entity


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, list_name: str, entity_uuid: UUID) -> HttpResponse:
    """Out of the phones' lists; or back, where it was deleted."""
    entity = _to_keep(request, list_name, entity_uuid)
    asked = ReasonForm(request.POST or None)
    deleted = entity.deleted_at is not None
    name = name_of(entity, hidden_properties(entity.list, request.user))
    if request.method == "POST" and asked.is_valid():
        verb = entity_keep.bring_back if deleted else entity_keep.remove
        verb(entity, by=request.user, reason=asked.cleaned_data["reason"])
        messages.success(request, _("It is back.") if deleted else _("It is deleted; its visits and versions stay."))
        return redirect(entity if deleted else entity.list)
    return render(
        request,
        "shell/confirm.html",
        {
            "title": (_("Bring back “%s”") if deleted else _("Delete “%s”")) % name,
            "question": ""
            if deleted
            else _("Phones lose it with their next list; changes that still come are told as findings."),
            "form": asked,
            "action": _("Bring back") if deleted else _("Delete"),
            "back": entity.get_absolute_url(),
            "danger": not deleted,
        },
        status=422 if request.method == "POST" else 200,
    )


@login_required
@require_POST
def resolve(request: HttpRequest, list_name: str, entity_uuid: UUID) -> HttpResponse:
    """A person decides on a conflict: the values that were picked become a new version."""
    entity = _to_keep(request, list_name, entity_uuid)
    disputed = {one.name: one for one in entity_keep.disputed(entity)}
    picked = {}
    for key, one in disputed.items():
        number = _number(request.POST.get(f"pick_{key}", ""))
        found = next((candidate for candidate in one.candidates if candidate.version.number == number), None)
        if found is not None:
            picked[key] = found.value
    try:
        entity_keep.resolve_conflict(
            entity,
            _number(request.POST.get("version", "")),
            picked,
            by=request.user,
            reason=request.POST.get("reason", ""),
        )
    except Refused as refused:
        return _page(
            request, entity_seen(request.user, list_name, entity_uuid), error=str(refused), status=refused.status
        )
    messages.success(request, _("Decided. The entity has a new version."))
    return redirect(entity)


urls: list[URLPattern] = [
    path("forms/entities/<str:list_name>/add/", add, name="entity-add"),
    path("forms/entities/<str:list_name>/<uuid:entity_uuid>/", thing, name="entity"),
    path("forms/entities/<str:list_name>/<uuid:entity_uuid>/change/", alter, name="entity-change"),
    path("forms/entities/<str:list_name>/<uuid:entity_uuid>/delete/", remove, name="entity-delete"),
    path("forms/entities/<str:list_name>/<uuid:entity_uuid>/resolve/", resolve, name="entity-resolve"),
]
