"""Where an atlas is put together: a composed map, and the places that get a page each."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.history import because
from rafid.commons.people.visibility import may_on
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.models import Sensitivity, State

from ..editions import ladder
from ..editions.kinds import maker_of
from ..editions.pages import recipe_worked_on
from ..models import Kind, Recipe
from ..release.decide import COMPOSE
from ..sheets import posted
from ..sheets.beginning import new_page
from ..sheets.views import begin_next, head_texts, suggested
from .body import LEVELS, places_of


@login_required
@require_http_methods(["GET", "POST"])
def builder(request: HttpRequest, code: str) -> HttpResponse:
    recipe = recipe_worked_on(code, request.user, Kind.ATLAS)
    error: list[str] = []
    status = 200
    if request.method == "POST":
        try:
            return _act(request, recipe)
        except Stale:
            error, status = [_("Somebody saved this since you opened it. Look at it and save again.")], 409
        except posted.TooMuch:
            error, status = [_("A text is longer than this page can hold. Nothing was saved.")], 422
        except ValidationError as refused:
            error, status = refused.messages, 422
        recipe.refresh_from_db()
    body = recipe.body
    maker = maker_of(Kind.ATLAS)
    pages = places_of(body, timezone.localdate())
    editions = list(recipe.editions.order_by("-number")[:12])
    return render(
        request,
        "products/atlas/builder.html",
        {
            "recipe": recipe, "error": error, "maps": maps_for(request.user), "chosen": body.get("from", ""),
            "has_map": bool((body.get("map") or {}).get("layers")),
            "level": body.get("level", "governorate"), "of": body.get("of", ""), "pages": pages,
            "levels": (("governorate", _("Governorates")), ("district", _("Districts"))),
            "places": Place.objects.filter(level=Level.GOVERNORATE).order_by("ref"),
            "problems": maker.problems(body), "heads": [head_texts(recipe, name, title, long) for name, title, long in (
                ("title", _("Title"), False), ("summary", _("Summary"), True))],
            "may_compose": may_on(request.user, COMPOSE, recipe), "editions": editions, "suggested": suggested(recipe),
            "draft": next((one for one in editions if one.state == State.DRAFT), None),
        },
        status=status,
    )  # fmt: skip


class Stale(Exception):
    """Another version was read than the one that stands."""


def maps_for(user: Any) -> list[Recipe]:
    """The composed maps that this person sees."""
    seen = Recipe.objects.visible_to(user).filter(kind=Kind.MAP)
    return [one for one in seen.order_by("code") if (one.body or {}).get("layers")]


def _act(request: HttpRequest, recipe: Recipe) -> HttpResponse:
    if not may_on(request.user, COMPOSE, recipe):
        raise ValidationError(_("Your role does not allow this here."))
    if request.POST.get("do") == "next":
        edition = begin_next(recipe, request.user, request.POST.get("period", "").strip())
        return redirect("edition", edition.pk)
    with transaction.atomic(), because("written"):
        found: Recipe = Recipe.objects.select_for_update(of=("self",)).get(pk=recipe.pk)
        if request.POST.get("version") != str(found.version):
            raise Stale
        _fill(found, request)
        found.save()
        draft = found.editions.filter(state=State.DRAFT).select_related("recipe").order_by("-number").first()
        if draft is not None and not maker_of(Kind.ATLAS).problems(found.body):
            ladder.refresh(draft, draft.made_by or request.user, anew=True)
    messages.success(request, _("Saved."))
    return redirect("compose-atlas", recipe.code)


def _fill(recipe: Recipe, request: HttpRequest) -> None:
    post = request.POST
    titles = posted.three(post, "title")
    if not any(text.strip() for text in titles.values()):
        raise ValidationError(_("Write its title in at least one language."))
    for language in LANGUAGES:
        setattr(recipe, f"name_{language}", titles[language].strip()[:300])
    recipe.summary = posted.three(post, "summary")
    recipe.sensitivity = Sensitivity.PUBLIC if post.get("sensitivity") == "0" else Sensitivity.PARTNER
    level, of = post.get("level", ""), post.get("of", "").strip()[:40]
    body = {**recipe.body, "level": level if level in LEVELS else "governorate", "of": of}
    code = post.get("map", "")
    if code:
        chosen = next((one for one in maps_for(request.user) if one.code == code), None)
        if chosen is None:
            raise ValidationError(_("There is no such map, or it is not yours to see."))
        body |= {"map": chosen.body, "from": chosen.code}
    recipe.body = body


urls: list[URLPattern] = [
    path("compose/atlases/new/", partial(new_page, kind=Kind.ATLAS), name="compose-atlas-new"),
    path("compose/atlases/<str:code>/", builder, name="compose-atlas"),
]
