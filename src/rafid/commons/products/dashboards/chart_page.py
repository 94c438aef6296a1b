"""One chart by itself, composed by the same fields as a block of a dashboard, and published edition by edition."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.filters import small_number
from rafid.commons.history import because
from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import LANGUAGES, installed

from ..charts import spec as charts
from ..charts.reading import Reading
from ..charts.spec import from_json
from ..editions.canonical import recipe_sha256
from ..editions.kinds import maker_of
from ..editions.ladder import begin as begin_edition
from ..editions.pages import recipe_worked_on
from ..models import Kind, Recipe
from ..release.decide import COMPOSE
from .body import spec_of
from .choices import Choices
from .composer import preview_of
from .form import read_form

KINDS = [(kind, charts.KINDS[kind]) for kind in charts.DRAWN]
TAKEN = ("new",)


@login_required
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    programmes = [(one.name, pick(one.names)) for one in installed() if may(request.user, COMPOSE, one.name)]
    if not programmes:
        return HttpResponse(status=404)
    if request.method == "GET":
        return _form(request, None, {"kind": charts.BAR, "title": {}}, programmes=programmes)
    block = _block(request.POST)
    if request.POST.get("action") != "save":
        return _form(request, None, block, programmes=programmes, preview=True)
    body = spec_of(block).as_json()
    error = _wrong({**block.get("what", {}), "kind": block["kind"]}, body)
    code = slugify(request.POST.get("code", "") or block["title"].get("en", ""))[:80]
    programme = request.POST.get("programme", "")
    if not code or code in TAKEN:
        error.append(_("Write an address of Latin letters, digits and hyphens."))
    elif Recipe.objects.filter(code=code).exists():
        error.append(_("There is one with this address already."))
    user: Any = request.user
    if not may(user, COMPOSE, programme, owner=user.organisation_id):
        error.append(_("Choose a programme."))
    if error:
        return _form(request, None, block, programmes=programmes, error=error, status=422)
    with because("begun"):
        recipe = Recipe.objects.create(
            code=code, kind=Kind.CHART, programme=programme, owner=user.organisation, body=body,
            sha256=recipe_sha256(body), made_by=user, sensitivity=0, **_names(body),
        )  # fmt: skip
    messages.success(request, _("Saved."))
    return redirect("compose-chart", recipe.code)


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    recipe = recipe_worked_on(code, request.user, Kind.CHART)
    if request.method == "GET":
        return _form(request, recipe, _as_block(recipe.body))
    action = request.POST.get("action", "save")
    if action == "edition":
        return _edition(request, recipe)
    block = _block(request.POST)
    if action != "save":
        return _form(request, recipe, block, preview=True)
    body = spec_of(block).as_json()
    error = _wrong({**block.get("what", {}), "kind": block["kind"]}, body)
    if not may_on(request.user, COMPOSE, recipe):
        error.append(_("Your role does not allow this here."))
    if error:
        return _form(request, recipe, block, error=error, status=422)
    if small_number(request.POST.get("version", "")) != recipe.version:
        return _form(request, recipe, block, conflict=True, status=409)
    with because("composed"):
        changed = Recipe.objects.filter(pk=recipe.pk, version=recipe.version).update(
            body=body, sha256=recipe_sha256(body), **_names(body)
        )
    if not changed:
        recipe.refresh_from_db()
        return _form(request, recipe, block, conflict=True, status=409)
    messages.success(request, _("Saved."))
    return redirect("compose-chart", code)


def _edition(request: HttpRequest, recipe: Recipe) -> HttpResponse:
    period = request.POST.get("period", "").strip()
    try:
        if period and not is_period(period):
            raise ValidationError(_("Write periods as 2026, 2026Q1, 202609 or 2026W5."))
        edition = begin_edition(recipe, request.user, period=period)
    except ValidationError as refused:
        return _form(request, recipe, _as_block(recipe.body), error=refused.messages, status=422)
    return redirect("edition", edition.pk)


def _block(said: QueryDict) -> dict[str, Any]:
    _names_of, body = read_form(said)
    block: dict[str, Any] = body["blocks"][0] if body["blocks"] else {"kind": "", "title": {}}
    block.pop("_id", None)
    return block


def _as_block(body: dict[str, Any]) -> dict[str, Any]:
    what = {name: value for name, value in body.items() if name not in ("kind", "title")}
    return {"kind": body.get("kind"), "title": body.get("title", {}), "width": 12, "what": what}


def _wrong(said: dict[str, Any], body: dict[str, Any]) -> list[str]:
    found = [one["message"] for one in charts.problems(said) or maker_of("chart").problems(body)]
    if not any(text.strip() for text in from_json(body).title.values()):
        found.insert(0, _("Write a title, in one language at least."))
    return found


def _names(body: dict[str, Any]) -> dict[str, str]:
    return {f"name_{code}": str(body["title"].get(code, ""))[:300] for code in LANGUAGES}


def _form(
    request: HttpRequest, recipe: Recipe | None, block: dict[str, Any], *, programmes: Any = (), error: Any = (),
    conflict: bool = False, preview: bool = False, status: int = 200,
) -> HttpResponse:  # fmt: skip
    reading = Reading(request.user)
    choices = Choices(request.user, reading.figuring)
    if block.get("kind") not in charts.DRAWN:
        block = {**block, "kind": charts.BAR}
    context = {
        "recipe": recipe, "chart": choices.block(0, block, 0), "kinds": KINDS, "programmes": programmes, "error": list(error),
        "said": request.POST, "version": recipe.version if recipe else 0, "conflict": conflict, "wall": True,
        "shown": preview_of({"blocks": [{**block, "width": 12}]}, reading) if preview or recipe else None,
        "editions": recipe.editions.order_by("-number") if recipe else [],
        "indicator_options": choices.indicators, "dataset_options": choices.datasets, "place_options": choices.places,
    }  # fmt: skip
    return render(request, "products/dashboards/chart.html", context, status=status)


urls: list[URLPattern] = [
    path("compose/charts/new/", begin, name="compose-chart-new"),
    path("compose/charts/<str:code>/", page, name="compose-chart"),
]
