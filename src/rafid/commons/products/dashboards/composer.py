"""The composer: one form that holds the whole dashboard. Every button works without scripts and without dragging; nothing is
kept before it is saved, and what somebody else saved meanwhile is never overwritten unseen.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rafid.commons.filters import small_number
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.places.finding import Found
from rafid.commons.programme import LANGUAGES, installed

from ..charts.figures import Asked
from ..charts.reading import Reading
from ..charts.spec import BAR, TABLE
from ..models import Recipe
from ..release.decide import COMPOSE
from ..starting import Begun, begun_with, few_governorates, free_code
from . import keeping
from .asked import Address, Bar
from .body import IMAGE, KINDS, blocks_of, filters_of, missing
from .choices import Choices
from .form import changed, read_form, read_picture
from .shown import Shown, show

OWN_NAMES = (("ar", "العربية"), ("ckb", "کوردی"), ("en", "English"))
UPLOADED = "dashboard_pictures"
TAKEN = ("new", "leave")
"""Words of this room's own addresses."""


def composed(code: str, user: Any) -> Recipe:
    found = keeping.dashboards_seen(user).filter(code=code).first()
    if found is None or not (keeping.may_compose(user, found) or keeping.may_publish(user, found)):
        raise Http404
    return found


def just_uploaded(request: HttpRequest, sha256: str) -> bool:
    return request.user.is_authenticated and sha256 in request.session.get(UPLOADED, [])


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    programmes = [one for one in installed() if may(request.user, COMPOSE, one.name)]
    if not programmes:
        raise Http404
    begun = begun_with(request)
    said = request.POST if request.method == "POST" else _said_first(begun)
    names = {code: said.get(f"name_{code}", "").strip()[:300] for code in LANGUAGES}
    error: list[str] = []
    if request.method == "POST":
        code = slugify(said.get("code", "") or names["en"])[:80]
        programme = said.get("programme", "")
        if not any(names.values()):
            error.append(_("Write a title, in one language at least."))
        if not code or code in TAKEN:
            error.append(_("Write an address of Latin letters, digits and hyphens."))
        if programme not in {one.name for one in programmes}:
            error.append(_("Choose a programme."))
        if not error:
            try:
                recipe = keeping.create(request.user, code, names, programme, blocks=_first_blocks(begun))
                return redirect("compose-dashboard", recipe.code)
            except ValidationError as refused:
                error = refused.messages
    context = {
        "programmes": [(one.name, pick(one.names)) for one in programmes], "names": names, "said": said, "error": error,
        "titles": [(code, name, names[code]) for code, name in OWN_NAMES],
    }  # fmt: skip
    return render(request, "products/dashboards/new.html", context, status=422 if error else 200)


def _said_first(begun: Begun | None) -> QueryDict:
    """A dashboard of a dataset is first called as the dataset is."""
    said = QueryDict(mutable=True)
    if begun is not None:
        said.update({f"name_{code}": text for code, text in begun.dataset.names.items()})
        said["code"] = free_code(begun.dataset, "dashboard", lambda code: Recipe.objects.filter(code=code).exists())
        said["programme"] = begun.dataset.programme
    return said


def _first_blocks(begun: Begun | None) -> list[dict[str, Any]]:
    """Bars and a table of what the dataset counts."""
    if begun is None:
        return []
    what = {"dataset": begun.dataset.code, "field": begun.field["name"] if begun.field else ""}
    # All in one governorate: its districts tell more than the one bar of itself.
    if places := few_governorates(begun.version, most=1):
        what["place"] = places[0]
    return [{"kind": kind, "width": width, "what": dict(what)} for kind, width in ((BAR, 6), (TABLE, 6))]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    recipe = composed(code, request.user)
    if not keeping.may_compose(request.user, recipe):
        return redirect("dashboard-share", code)
    names, body = keeping.working(recipe)
    if request.method == "GET":
        return _form(request, recipe, names, body, version=recipe.version)
    names, body = read_form(request.POST)
    action = request.POST.get("action", "save")
    version = _version(request)
    error: list[str] = []
    try:
        _pictures(request, recipe, body)
    except ValidationError as refused:
        error = refused.messages
    if error or action != "save":
        if not error:
            body = changed(body, action)
        return _form(
            request, recipe, names, body, version=version, error=error, preview=action == "preview",
            status=422 if error else 200, open_at=_open_at(action, body),
        )  # fmt: skip
    try:
        keeping.save(
            recipe, request.user, version=version, names=names, body=body, why=request.POST.get("why", "")[:500]
        )
    except keeping.Changed as meanwhile:
        return _form(
            request, meanwhile.recipe, names, body, version=meanwhile.recipe.version, conflict=True, status=409
        )
    except ValidationError as refused:
        return _form(request, recipe, names, body, version=version, error=_readable(refused.messages), status=422)
    messages.success(
        request,
        _("Saved. Readers see it when somebody else has let it out.") if keeping.is_public(recipe) else _("Saved."),
    )
    return redirect("compose-dashboard", code)


def _version(request: HttpRequest) -> int:
    """Of the header If-Match, else of the form."""
    given = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    return small_number(given or request.POST.get("version", "")) or 0


def _open_at(action: str, body: dict[str, Any]) -> int | None:
    """The block that was worked on stays open and in focus."""
    verb, _colon, at = action.partition(":")
    index = small_number(at)
    count = len(body["blocks"])
    if verb == "add":
        return count - 1
    if index is None:
        return None
    index += {"up": -1, "down": 1}.get(verb, 0)
    return min(max(index, 0), count - 1) if count else None


def _pictures(request: HttpRequest, recipe: Recipe, body: dict[str, Any]) -> None:
    """Uploaded ones are made plain and kept. A dashboard names only pictures that it named before or that came here: by
    naming a hash nobody reads what else lies in the store."""
    mine = list(request.session.get(UPLOADED, []))
    named = {one.get("image") for said in (recipe.body, keeping.working(recipe)[1]) for one in blocks_of(said)}
    files = {index: request.FILES.get(f"b{block.pop('_id', '')}-file") for index, block in enumerate(body["blocks"])}
    for index, block in enumerate(body["blocks"]):
        if block.get("kind") != IMAGE:
            continue
        file = files[index]
        if file is not None:
            block["image"] = read_picture(file)
            mine.append(block["image"])
        elif block["image"] not in named and block["image"] not in mine:
            block["image"] = ""
    request.session[UPLOADED] = mine[-50:]


def _readable(lines: list[str]) -> list[str]:
    """``blocks.2.what: …`` as a person counts."""
    said = []
    for line in lines:
        where, _colon, text = line.partition(": ")
        parts = where.split(".")
        if parts[0] == "blocks" and len(parts) > 1 and parts[1].isdecimal():
            said.append(_("Block %(number)s: %(text)s") % {"number": int(parts[1]) + 1, "text": text})
        else:
            said.append(text or line)
    return said


def _form(
    request: HttpRequest, recipe: Recipe, names: dict[str, str], body: dict[str, Any], *, version: int,
    error: list[str] | None = None, conflict: bool = False, preview: bool = False, status: int = 200,
    open_at: int | None = None,
) -> HttpResponse:  # fmt: skip
    reading = Reading(request.user)
    choices = Choices(request.user, reading.figuring)
    blocks = [choices.block(index, block, open_at) for index, block in enumerate(blocks_of(body))]
    theirs_names, theirs = keeping.working(recipe)
    context = {
        "recipe": recipe,
        "titles": [(code, name, names.get(code, "")) for code, name in OWN_NAMES],
        "filters": [(name, words, name in filters_of(body)) for name, words in _filter_words()],
        "blocks": blocks,
        "indicator_options": choices.indicators,
        "dataset_options": choices.datasets,
        "place_options": choices.places,
        "kinds": list(KINDS.items()),
        "version": version,
        "error": error or [],
        "public": keeping.is_public(recipe),
        "pending": keeping.NEXT in recipe.body,
        "lacking": missing(names, body),
        "conflict": _compared(names, body, theirs_names, theirs) if conflict else [],
        "since": keeping.versions(recipe, 1) if conflict else [],
        "shown": preview_of(body, reading) if preview else None,
        "wall": True,
        "open_at": open_at,
        "languages": OWN_NAMES,
    }
    if request.headers.get("HX-Request"):
        status = 200  # what is no success is not put into the page there
    answer = render(request, "products/dashboards/edit.html", context, status=status)
    answer["ETag"] = f'"{version}"'
    return answer


def _filter_words() -> list[tuple[str, str]]:
    return [("place", _("Place")), ("period", _("Period")), ("organisation", _("Organisation"))]


def preview_of(body: dict[str, Any], reading: Reading) -> list[Shown]:
    bar = Bar(Asked(), Address("", QueryDict()), Found(), [], ())
    return [show(block, index, bar, reading) for index, block in enumerate(blocks_of(body))]


def _compared(
    names: dict[str, str], body: dict[str, Any], their_names: dict[str, str], theirs: dict[str, Any]
) -> list[tuple[str, str, str, bool]]:
    """(what, as it stands now, as it was composed here, differs), block by block."""
    rows = [(_("Title"), pick(their_names), pick(names), their_names != names)]
    own, other = blocks_of(body), blocks_of(theirs)
    for index in range(max(len(own), len(other))):
        mine = own[index] if index < len(own) else {}
        their = other[index] if index < len(other) else {}
        rows.append((_("Block %s") % (index + 1), _said(their), _said(mine), mine != their))
    return rows


def _said(block: dict[str, Any]) -> str:
    if not block:
        return "–"
    title = block.get("title")
    what = block.get("what") if isinstance(block.get("what"), dict) else {}
    of = ", ".join(what.get("indicators") or []) or what.get("dataset", "")  # type: ignore[union-attr]
    parts = [
        str(KINDS.get(block.get("kind", ""), "")),
        pick(title) if isinstance(title, dict) else "",
        of,
        str(block.get("width", "")),
    ]
    return " · ".join(part for part in parts if part)


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, code: str) -> HttpResponse:
    """To whom it is shown; and for an approver the decision on what waits."""
    recipe = composed(code, request.user)
    error: list[str] = []
    if request.method == "POST":
        action = request.POST.get("action", "")
        try:
            if action == "approve":
                keeping.approve(recipe, request.user)
                messages.success(request, _("Everybody sees it now."))
            elif action == "back":
                keeping.send_back(recipe, request.user, request.POST.get("why", ""))
                messages.success(request, _("Sent back."))
            else:
                keeping.share(recipe, request.user, request.POST.get("reach", ""))
                messages.success(
                    request,
                    _("It waits for somebody else to let it out.")
                    if request.POST.get("reach") == "public"
                    else _("Shared."),
                )
            return redirect("dashboard-share", code)
        except ValidationError as refused:
            error = refused.messages
            recipe.refresh_from_db()
    names, body = keeping.working(recipe)
    waits = keeping.waits(recipe)
    author = str((recipe.body.get(keeping.NEXT) or recipe.body).get("by") or recipe.made_by_id)
    context = {
        "recipe": recipe, "reaches": list(keeping.REACHES.items()), "waits": waits,
        "reach": "public" if waits else keeping.reach_of(recipe),
        "composes": keeping.may_compose(request.user, recipe), "decides": waits and keeping.may_publish(request.user, recipe),
        "own": str(request.user.pk) in (author, recipe.body.get(keeping.ASKED_BY)), "error": error,
        "lacking": missing(names, body), "title": pick(names), "wall": True,
        "shown": preview_of(body, Reading(request.user)) if waits else None,
    }  # fmt: skip
    return render(request, "products/dashboards/share.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """What it was; an earlier version can be composed anew."""
    recipe = composed(code, request.user)
    error: list[str] = []
    if request.method == "POST":
        try:
            keeping.restore(
                recipe,
                request.user,
                small_number(request.POST.get("number", "")) or 0,
                small_number(request.POST.get("version", "")) or 0,
            )
            messages.success(request, _("The earlier version is back. What came between stays in the history."))
            return redirect("compose-dashboard", code)
        except ValidationError as refused:
            error = refused.messages
        except keeping.Changed:
            error = [_("Somebody changed it meanwhile. Look at the newest version before you restore an older one.")]
            recipe.refresh_from_db()
    context = {
        "recipe": recipe, "versions": keeping.versions(recipe), "error": error,
        "composes": keeping.may_compose(request.user, recipe), "back": reverse("compose-dashboard", args=[code]),
    }  # fmt: skip
    return render(request, "products/dashboards/versions.html", context, status=422 if error else 200)
