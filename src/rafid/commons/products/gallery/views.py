"""Pages of the gallery: what is published, and each product with its editions, files, data and what readers asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, decode_cursor, encode_cursor
from rafid.commons.filters import Filters, small_number
from rafid.commons.people.authentication import caller
from rafid.commons.places.finding import ALL, links, place_asked
from rafid.commons.programme import LANGUAGES, installed

from ..catalogue.themes import words as theme_words
from ..demo_products import still_drawn
from ..models import EditionFile, Kind, Recipe
from . import counting, files, index, product
from .cards import cards_of, programme_name
from .finding import edition_seen, product_seen, products_out
from .thumbnails import thumbnail

AT_ONCE = 24
_DAY = 86_400


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    found = place_asked(request, levels=ALL)
    if isinstance(found, HttpResponse):
        return found
    words = Filters(request.GET)
    year = _year(words)
    rows = products_out(request.user, year=year)
    offered = _offered(request.user)
    kind = words.one_of("kind", _("Kind"), offered["kinds"], "", _("All"))
    kind = next((code for code, label in offered["kinds"].items() if label == kind), "")
    theme = words.one_of("theme", _("Theme"), {*offered["themes"]}, "", _("All"))
    programme = words.one_of("programme", _("Programme"), {*offered["programmes"]}, "", _("All"))
    for name, value in (("kind", kind), ("theme", theme), ("programme", programme)):
        if value:
            rows = rows.filter(**{name: value})
    if found.place is not None:
        rows = rows.filter(pk__in=index.about_place(found.place))
    text = request.GET.get("q", "").strip()[:200]
    by_text = index.found_by(text)
    if by_text is not None:
        rows = rows.filter(pk__in=by_text[0])
    rows = rows.order_by("-out_at", "-pk")
    page, following = _page(rows, request.GET.get("cursor", ""), words)
    counting.viewed(request, "gallery")
    return render(
        request,
        "products/gallery/gallery.html",
        {
            "cards": cards_of(page), "next": following, "q": text, "near": bool(by_text and by_text[1]),
            "kind": kind, "theme": theme, "programme": programme, "year": year, "place": found.place,
            "offered": offered, "found": found, "candidates": links(request, found), "filter_notes": words.notes,
            "filtered": bool(kind or theme or programme or year or text or found.place or found.said),
            "feed": reverse("gallery-feed"), "drawing": still_drawn(),
        },
        status=404 if found.said else 200,
    )  # fmt: skip


def _year(words: Filters) -> int | None:
    asked = words.query.get("year", "")
    year = small_number(asked)
    if asked and (year is None or not 1900 <= year <= 2200):
        words.wrong("year", _("Year"), _("All"))
        return None
    return year


def _offered(user: Any) -> dict[str, Any]:
    """What the filters can choose among: only what is there."""
    rows = list(products_out(user).values_list("kind", "theme", "programme", "out_at"))
    labels = index.kinds()
    known = {one.name for one in installed()}
    programmes = {code: programme_name(code) for _kind, _theme, code, _at in rows if code in known}
    return {
        "kinds": {code: labels[code] for code in Kind.values if code in {row[0] for row in rows}},
        "themes": dict(sorted(((row[1], theme_words(row[1])) for row in rows if row[1]), key=lambda one: one[1])),
        "programmes": dict(sorted(programmes.items(), key=lambda one: one[1])),
        "years": sorted({row[3].year for row in rows}, reverse=True),
    }


def _page(rows: Any, cursor: str, words: Filters) -> tuple[list[Recipe], str | None]:
    """By key: the day and the id of the last one, so that nothing comes twice while more is published."""
    if cursor:
        try:
            at, pk = decode_cursor(cursor, 2)
            rows = rows.filter(Q(out_at__lt=at) | Q(out_at=at, pk__lt=pk))
            found = list(rows[: AT_ONCE + 1])
        except (Problem, ValidationError, ValueError):
            words.wrong("cursor", _("Pages"), _("First page"))
            return _page(rows, "", words)
    else:
        found = list(rows[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    last = shown[-1] if len(found) > AT_ONCE else None
    return shown, encode_cursor([last.out_at.isoformat(), str(last.pk)]) if last else None  # type: ignore[attr-defined]


def product_or_404(request: HttpRequest, code: str) -> Recipe:
    try:
        return product_seen(code, request.user)
    except LookupError as error:
        raise Http404 from error


@require_safe
def product_page(request: HttpRequest, code: str) -> HttpResponse:
    recipe = product_or_404(request, code)
    words = Filters(request.GET)
    shown = product.page_of(request, recipe, words)
    answer = render(request, "products/gallery/product.html", {**shown, "filter_notes": words.notes})
    counting.viewed(request, f"product:{recipe.code}")
    return answer


@require_safe
def file(request: HttpRequest, code: str, edition: int, name: str) -> Any:
    """``/gallery/{code}/{edition}/{name}``; a withdrawn one says why instead."""
    try:
        user = caller(request)
    except Problem as problem:
        return problem.response()
    try:
        found = edition_seen(code, edition, user)
        wanted = found.files.get(name=name)
    except (LookupError, EditionFile.DoesNotExist) as error:
        raise Http404 from error
    if found.state == "withdrawn":
        return render(
            request, "products/gallery/withdrawn.html", {"recipe": found.recipe, "edition": found}, status=410
        )
    try:
        answer = files.answer(request, wanted, public=found.sensitivity == 0)
    except FileNotFoundError as error:
        raise Http404 from error
    if answer.status_code == 200:
        counting.downloaded(request, f"product:{code}")
    return answer


@require_safe
def thumbnail_of(request: HttpRequest, code: str, edition: int) -> HttpResponse:
    try:
        found = edition_seen(code, edition, request.user)
        if found.state == "withdrawn":
            raise LookupError(edition)
        language = request.GET.get("of", "")
        data = thumbnail(found, language if language in LANGUAGES else get_language() or "ar")
    except (LookupError, FileNotFoundError) as error:
        raise Http404 from error
    answer = HttpResponse(data, content_type="image/webp")
    public = found.sensitivity == 0
    answer["Cache-Control"] = f"public, max-age={_DAY}" if public else "private, no-cache"
    return answer


urls: list[URLPattern] = [
    path("gallery/", gallery, name="gallery"),
    path("gallery/<str:code>/", product_page, name="product"),
    path("gallery/<str:code>/<int:edition>/thumbnail.webp", thumbnail_of, name="product-thumbnail"),
    path("gallery/<str:code>/<int:edition>/<str:name>", file, name="product-file"),
]
