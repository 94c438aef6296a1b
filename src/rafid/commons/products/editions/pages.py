"""Where staff compose: their recipes of all kinds, and each edition with what is decided of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_safe

from rafid.commons import blobs
from rafid.commons.names import in_three, pick
from rafid.commons.people.visibility import may, may_on
from rafid.commons.programme import installed
from rafid.commons.records.models import State, Task, TaskState
from rafid.commons.records.tasks import start

from ..dashboards import keeping
from ..models import Edition, EditionFile, Kind, Recipe
from ..release.decide import COMPOSE, PUBLISH
from ..release.desk import OWN_NAMES, works_here
from . import ladder
from .comparing import differences, figure_rows
from .kinds import maker_of, pages_of, registered
from .progress import listening

OPEN = (State.DRAFT, State.IN_REVIEW, State.APPROVED)
FIGURES = 300
"""Rows of figures that the page shows; its data file has all."""


def composes(user: Any) -> bool:
    return any(may(user, COMPOSE, one.name) for one in installed())


def worked_on(recipe: Recipe, user: Any) -> bool:
    return any(may_on(user, action, recipe) for action in (COMPOSE, PUBLISH))


def recipe_worked_on(code: str, user: Any, kind: str = "") -> Recipe:
    """For whoever composes or publishes it; for all others it is not there."""
    found = Recipe.objects.filter(code=code, **({"kind": kind} if kind else {})).select_related("template").first()
    if found is None or not worked_on(found, user):
        raise Http404
    return found


def edition_worked_on(pk: Any, user: Any) -> Edition:
    found = Edition.objects.filter(pk=pk).select_related("recipe", "made_by", "approved_by").first()
    if found is None or not worked_on(found.recipe, user):
        raise Http404
    return found


def address(name: str, *args: Any) -> str:
    """Empty where no room has such an address."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def recipe_address(recipe: Recipe) -> str:
    return address(pages_of(recipe.kind)[1], recipe.code)


@login_required
@require_safe
def compose(request: HttpRequest) -> HttpResponse:
    if not works_here(request.user):
        raise Http404
    kind = request.GET.get("kind", "")
    asked = request.GET.get("q", "").strip()[:100]
    recipes = Recipe.objects.select_related("owner", "made_by").order_by("-made_at")
    if kind in Kind.values:
        recipes = recipes.filter(kind=kind)
    if asked:
        named = Q(code__icontains=asked)
        for name in ("name_ar", "name_ckb", "name_en"):
            named |= Q(**{f"{name}__icontains": asked})
        recipes = recipes.filter(named)
    mine = [one for one in recipes if worked_on(one, request.user)]
    last: dict[Any, Edition] = {}
    for edition in Edition.objects.filter(recipe__in=mine).order_by("number"):
        last[edition.recipe_id] = edition
    waiting = []
    for edition in Edition.objects.filter(recipe__in=mine, state__in=OPEN).select_related("recipe", "made_by"):
        edition.for_you = next_step(edition, request.user) != ""  # type: ignore[attr-defined]
        waiting.append(edition)
    waiting.sort(key=lambda one: (not one.for_you, one.made_at))
    dashboards = [one for one in mine if one.kind == Kind.DASHBOARD and keeping.waits(one)]
    for one in dashboards:
        one.for_you = keeping.may_publish(request.user, one) and one.made_by_id != request.user.pk  # type: ignore[attr-defined]
    new = [
        {"kind": Kind(one), "url": url}
        for one in Kind.values
        if composes(request.user) and (url := address(pages_of(one)[0])) and (one in registered() or one == "dashboard")
    ]
    return render(
        request,
        "products/compose/compose.html",
        {
            "rows": [{"recipe": one, "last": last.get(one.pk), "url": recipe_address(one)} for one in mine],
            "waiting": waiting, "dashboards": dashboards, "new": new, "kinds": Kind, "kind": kind, "asked": asked,
        },
    )  # fmt: skip


def turns(user: Any) -> list[Edition]:
    """Editions with which this person may do something now, the oldest first."""
    rows = Edition.objects.filter(state__in=OPEN).select_related("recipe", "made_by").order_by("made_at")
    return [one for one in rows if worked_on(one.recipe, user) and next_step(one, user)]


def next_step(edition: Edition, user: Any) -> str:
    """What this person may do next with it: review, approve, publish; empty where it is another's turn."""
    recipe = edition.recipe
    if edition.state == State.DRAFT and may_on(user, COMPOSE, recipe):
        return "review"
    if edition.state == State.IN_REVIEW and may_on(user, PUBLISH, recipe) and edition.made_by_id != user.pk:
        return "approve"
    if edition.state == State.APPROVED and may_on(user, PUBLISH, recipe):
        return "publish"
    return ""


@login_required
@require_http_methods(["GET", "POST"])
def edition_page(request: HttpRequest, pk: Any) -> HttpResponse:
    edition = edition_worked_on(pk, request.user)
    error: list[str] = []
    if request.method == "POST":
        try:
            return _act(request, edition)
        except ValidationError as refused:
            error = refused.messages
        except LookupError:
            error = [_("Nothing here can draw this kind of product.")]
        edition = edition_worked_on(pk, request.user)
    return render(
        request, "products/compose/edition.html", _context(request, edition, error), status=422 if error else 200
    )


def _act(request: HttpRequest, edition: Edition) -> HttpResponse:
    action, why = request.POST.get("action", ""), request.POST.get("why", "").strip()[:2000]
    here = redirect("edition", edition.pk)
    if action in ("refresh", "draw") and not worked_on(edition.recipe, request.user):
        raise ValidationError(_("Your role does not allow this here."))
    if action == "refresh":
        if not may_on(request.user, COMPOSE, edition.recipe):
            raise ValidationError(_("Your role does not allow this here."))
        ladder.refresh(edition, edition.made_by or request.user, anew=edition.state == State.DRAFT)
        messages.success(request, _("The figures are taken anew. Its files are made again when you draw it."))
    elif action == "draw":
        return redirect("task", draw_later(edition, request.user).pk)
    elif action == "review":
        ladder.send_to_review(edition, request.user)
        messages.success(request, _("It waits for an approver."))
    elif action == "approve":
        found = ladder.approve(edition, request.user, incomplete=bool(request.POST.get("incomplete")))
        return redirect("task", draw_later(found, request.user).pk)
    elif action == "back":
        ladder.send_back(edition, request.user, why=why)
        messages.success(request, _("Sent back."))
    elif action == "publish":
        ladder.publish(edition, request.user)
        messages.success(request, _("Published."))
    elif action == "withdraw":
        ladder.withdraw(
            edition,
            request.user,
            why={code: request.POST.get(f"why_{code}", "").strip()[:2000] for code, _name in OWN_NAMES},
        )
        messages.success(request, _("It is withdrawn. Its page says why."))
    else:
        raise ValidationError(_("This is nothing that the page does."))
    return here


def draw_later(edition: Edition, by: Any) -> Task:
    """Its files are made by a task; asked twice, the second finds nothing left to do."""
    return start(
        "draw",
        "rafid.commons.products.editions.pages:make",
        {"edition": str(edition.pk)},
        about=in_three(
            gettext_noop("Edition %(number)s of %(what)s is drawn"), number=edition.number, what=edition.recipe.names
        ),
        link=reverse("edition", args=[edition.pk]),
        by=by,
    )


def make(progress: Any, *, edition: str) -> None:
    """The task behind "draw it": language by language, so that a killed one goes on where it was."""
    found = Edition.objects.select_related("recipe").get(pk=edition)
    progress.at(0, len(found.recipe.languages))
    told: list[int] = []

    def hear(done: int, of: int) -> None:
        told.append(done)
        progress.at(done, of)

    with listening(hear):
        ladder.draw(found)
    if not told:  # a kind that draws a language at one go
        progress.at(len(found.recipe.languages), len(found.recipe.languages))


def _context(request: HttpRequest, edition: Edition, error: list[str]) -> dict[str, Any]:
    user, recipe = request.user, edition.recipe
    files = list(edition.files.order_by("language", "name"))
    before = _compared(request, edition)
    changes = differences(before, edition) if before else []
    rows = figure_rows(edition)
    try:
        maker_of(recipe.kind)
        missing = ladder.missing_texts(edition)
    except LookupError:
        missing = []
    return {
        "edition": edition,
        "recipe": recipe,
        "recipe_url": recipe_address(recipe),
        "title": pick(edition.title) or recipe.name,
        "error": error,
        "step": next_step(edition, user),
        "may_compose": may_on(user, COMPOSE, recipe),
        "may_decide": may_on(user, PUBLISH, recipe),
        "own": edition.made_by_id == user.pk,
        "files": files,
        "thumbnail": edition.thumbnail,
        "complete": set(recipe.languages) <= {one.language for one in files},
        "drawing": Task.objects.filter(
            name="draw", link=reverse("edition", args=[edition.pk]), state__in=[TaskState.WAITING, TaskState.RUNNING]
        ).first(),
        "missing": missing,
        "inputs": edition.inputs.select_related("version__dataset").order_by("version__dataset__code"),
        "rows": rows[:FIGURES],
        "count": len(rows),
        "before": before,
        "others": recipe.editions.exclude(pk=edition.pk).order_by("-number"),
        "changes": changes[:FIGURES],
        "changed": len(changes),
        "three_languages": OWN_NAMES,
        "withdrawn": pick(edition.withdrawn_why or {}),
        "public_url": address("product", recipe.code),
        "verify_url": address("verify-hash", edition.recipe_sha256),
    }


def _compared(request: HttpRequest, edition: Edition) -> Edition | None:
    """The edition of ``?with=``, else the one before."""
    others = edition.recipe.editions.select_related("recipe")
    asked = request.GET.get("with", "")
    if asked.isdigit() and len(asked) < 6:
        return others.filter(number=int(asked)).exclude(pk=edition.pk).first()
    return others.filter(number__lt=edition.number).exclude(state=State.WITHDRAWN).order_by("-number").first()


@login_required
@require_safe
def edition_file(request: HttpRequest, pk: Any, name: str) -> HttpResponse | FileResponse:
    """A file of an edition that is not out yet, for those who work on it."""
    edition = edition_worked_on(pk, request.user)
    found = EditionFile.objects.filter(edition=edition, name=name).first()
    if found is None:
        raise Http404
    return file_answer(found.sha256, found.media_type, found.name)


@login_required
@require_safe
def edition_thumbnail(request: HttpRequest, pk: Any) -> HttpResponse | FileResponse:
    edition = edition_worked_on(pk, request.user)
    if not edition.thumbnail:
        raise Http404
    return file_answer(edition.thumbnail, "image/png", "thumbnail.png")


def file_answer(sha256: str, media_type: str, name: str) -> FileResponse:
    try:
        handle = blobs.path_of(sha256).open("rb")
    except (FileNotFoundError, ValueError) as gone:
        raise Http404 from gone
    attached = media_type not in ("application/pdf", "image/png")
    response = FileResponse(handle, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(attached, name)
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return response


urls: list[URLPattern] = [
    path("compose/", compose, name="compose"),
    path("compose/editions/<uuid:pk>/", edition_page, name="edition"),
    path("compose/editions/<uuid:pk>/thumbnail.png", edition_thumbnail, name="edition-thumbnail"),
    path("compose/editions/<uuid:pk>/files/<str:name>", edition_file, name="edition-file"),
]
