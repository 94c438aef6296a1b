"""Products inside other sites: the newest edition in a frame, where a grant names the site: no cookie, no script, nobody's
rights.

Kinds that have more than a picture register how they are shown; all others are shown by their picture in the asked language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from rafid.commons.names import pick
from rafid.commons.people.visibility import may_on

from ..models import Edition, EmbedGrant, Recipe
from ..release.decide import PUBLISH
from . import counting
from .cards import live_page
from .finding import newest_of, picture_of, product_seen
from .product import figures_shown

Block = Callable[[HttpRequest, Recipe, Edition | None], str]
_blocks: dict[str, Block] = {}
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9]([a-z0-9.-]{0,180}[a-z0-9])?(:\d{1,5})?")
THEMES = ("light", "dark")
MOST_ORIGINS = 20


def register(kind: str, block: Block) -> None:
    """``block(request, recipe, edition)`` gives safe HTML for the frame, as the public sees it, and empty where it has none."""
    _blocks[kind] = block


def origins_of(text: str) -> list[str]:
    """Origins that somebody wrote, one a line or by blanks. Raises ``ValidationError`` with the one that is none."""
    found = []
    for word in text.replace(",", " ").split():
        plain = word.strip().rstrip("/").lower()
        try:
            plain = _ascii(plain)
        except UnicodeError as error:
            raise ValidationError(
                {"origins": _("“%s” is no site. Write such as https://www.example.org.") % word[:80]}
            ) from error
        port = plain.rpartition(":")[2]
        if not _ORIGIN.fullmatch(plain) or (port.isdigit() and not 0 < int(port) < 65536):
            raise ValidationError({"origins": _("“%s” is no site. Write such as https://www.example.org.") % word[:80]})
        found.append(plain)
    if not found:
        raise ValidationError({"origins": _("Name at least one site.")})
    if len(found) > MOST_ORIGINS:
        raise ValidationError({"origins": _("At most %s sites in one grant.") % MOST_ORIGINS})
    return list(dict.fromkeys(found))


def _ascii(origin: str) -> str:
    """A host in any script as browsers write it."""
    if origin.isascii():
        return origin
    parts = urlsplit(origin)
    host = (parts.hostname or "").encode("idna").decode("ascii")
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def give(recipe: Recipe, by: Any, *, origins: str, until: datetime | None) -> EmbedGrant:
    if not may_on(by, PUBLISH, recipe):
        raise ValidationError(_("Your role does not allow this here."))
    if until is not None and until <= timezone.now():
        raise ValidationError({"until": _("This day is over already.")})
    return EmbedGrant.objects.create(recipe=recipe, origins=origins_of(origins), expires_at=until, made_by=by)


def end(grant: EmbedGrant, by: Any) -> None:
    if not may_on(by, PUBLISH, grant.recipe):
        raise ValidationError(_("Your role does not allow this here."))
    grant.expires_at = timezone.now()
    grant.save(update_fields=["expires_at"])


def allowed(recipe: Recipe) -> list[str]:
    """Origins that may show it today."""
    now = timezone.now()
    grants = EmbedGrant.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), recipe=recipe)
    return sorted({origin for grant in grants for origin in grant.origins})


@csrf_exempt
@require_safe
def embed(request: HttpRequest, code: str) -> HttpResponse:
    """As the public sees it, whoever asks."""
    request.user = AnonymousUser()
    try:
        recipe = product_seen(code, request.user)
    except LookupError as error:
        raise Http404 from error
    edition = newest_of(recipe, request.user)
    language = get_language() or "ar"
    live = recipe.kind == "dashboard" and recipe.state == "published" and recipe.sensitivity == 0
    withdrawn = edition is None and not live
    theme = request.GET.get("theme", "")
    block = _blocks.get(recipe.kind)
    picture = picture_of(edition, language) if edition is not None else None
    html = block(request, recipe, edition) if block and not withdrawn else ""
    numbers = figures_shown(edition) if edition is not None and not html else []
    last = recipe.editions.filter(state="withdrawn", sensitivity=0).order_by("-number").first() if withdrawn else None
    answer = render(
        request, "products/gallery/embed.html",
        {
            "recipe": recipe, "edition": edition, "html": html, "withdrawn": withdrawn,
            "why": pick(last.withdrawn_why) if last else "", "theme": theme if theme in THEMES else "",
            "picture": picture if picture and picture.media_type.startswith("image/") else None,
            "document": picture if picture and not picture.media_type.startswith("image/") else None,
            "numbers": numbers if not picture else [],
            "title": (pick(edition.title) if edition else "") or recipe.name or recipe.code,
            "page": (live_page(recipe) if edition is None else "") or recipe.get_absolute_url(),
        },
        status=410 if withdrawn else 200,
    )  # fmt: skip
    origins = allowed(recipe)
    if origins:
        answer.content_policy = {"frame-ancestors": " ".join(origins)}  # type: ignore[attr-defined]
    answer.cookieless = True  # type: ignore[attr-defined]
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-cache"
    counting.viewed(request, f"embed:{recipe.code}")
    return answer


urls: list[URLPattern] = [path("embed/<str:code>", embed, name="embed")]
