"""The page frame: what every page shows around its content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from rafid.commons.people.visibility import may
from rafid.commons.programme import PLATFORM, installed


def language_links(request: HttpRequest) -> list[dict[str, Any]]:
    """The same address in each language: the switch stays where you are."""
    links = []
    for code, _name in settings.LANGUAGES:
        query = request.GET.copy()
        query["lang"] = code
        own = {"ar": "العربية", "ckb": "کوردیی سۆرانی", "en": "English"}[code]
        links.append(
            {"code": code, "name": own, "url": f"{request.path}?{query.urlencode()}", "on": code == get_language()}
        )
    return links


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The programmes that exist, each with the links that this person may use."""
    from rafid.commons.names import pick

    entries = []
    for programme in installed():
        if programme.navigation is None:
            continue
        links = [
            {"url": link.url, "name": pick(link.names), "on": request.path == link.url}
            for link in programme.navigation.links
            if link.action is None or may(request.user, link.action, programme.name)
        ]
        entries.append(
            {
                "name": pick(programme.navigation.names),
                "code": programme.name,
                "url": f"/{programme.name}/",
                "links": links,
                "on": request.path.startswith(f"/{programme.name}/"),
            }
        )
    return entries


def context(request: HttpRequest) -> dict[str, Any]:
    return {
        "direction": "rtl" if get_language_bidi() else "ltr",
        "language": get_language(),
        "languages": language_links(request),
        "menu": SimpleLazyObject(lambda: menu(request)),
        "keep_language": urlencode({"lang": request.GET["lang"]}) if "lang" in request.GET else "",
        "may_manage_people": SimpleLazyObject(lambda: may(request.user, "people", PLATFORM)),
        "unread": SimpleLazyObject(lambda: unread(request)),
        "production": settings.PRODUCTION,
    }


def unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return int(request.user.messages.filter(read_at=None).count())
