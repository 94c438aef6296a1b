"""The page frame: what every page shows around its content."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from rafid.commons.forms.design.access import sees_forms
from rafid.commons.names import pick
from rafid.commons.people.visibility import may, programmes_of
from rafid.commons.places.country import country
from rafid.commons.programme import PLATFORM, Programme, installed
from rafid.commons.records.exchange.rights import may_somewhere

OWN_NAMES = {"ar": "العربية", "ckb": "کوردی", "en": "English"}

BELOW = {
    "catalog": (
        "/gallery/",
        "/dashboards/",
        "/desk/",
        "/compose/",
        "/reach/",
        "/translations/",
        "/errata/",
        "/verify/",
    ),
}
"""Rooms that stand below an entry without lying in its address."""


def address(name: str, *args: Any) -> str:
    """The address of that name, or nothing: a room that is not installed has no entry."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def language_links(request: HttpRequest, *, absolute: bool = True) -> list[dict[str, Any]]:
    """The same address in each language: the switch stays where you are. A host that is not ours has no absolute one."""
    links = []
    for code, _name in settings.LANGUAGES:
        query = request.GET.copy()
        query["lang"] = code
        url = f"{request.path}?{query.urlencode()}"
        links.append(
            {
                "code": code,
                "name": OWN_NAMES[code],
                "url": url,
                "absolute": request.build_absolute_uri(url) if absolute else url,
                "on": code == get_language(),
            }
        )
    return links


def programme_entry(programme: Programme, user: Any, path: str) -> dict[str, Any] | None:
    """None for a programme that this person has no page of."""
    if programme.navigation is None:
        return None
    offered = [
        link for link in programme.navigation.links if link.action is None or may(user, link.action, programme.name)
    ]
    links = [{"url": link.url, "name": pick(link.names)} for link in offered]
    # The longest address that holds this page is the one where the person is.
    held = [(len(one), link.url) for link in offered for one in (link.url, *link.holds) if path.startswith(one)]
    on = max(held, default=(0, ""))[1]
    own = f"/{programme.name}/"
    url = own if programme.urls else (links[0]["url"] if links else "")
    if not url:
        return None
    return {
        "name": pick(programme.navigation.names),
        "about": pick(programme.navigation.about or {}),
        "code": programme.name,
        "url": url,
        "links": [{**link, "on": link["url"] == on} for link in links],
        "on": bool(on) or path.startswith((own, f"/records/{programme.name}/")),
    }


def menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The programmes that exist, each with the links that this person may use."""
    entries = (programme_entry(programme, request.user, request.path) for programme in installed())
    return [entry for entry in entries if entry]


def rooms(request: HttpRequest) -> list[dict[str, Any]]:
    """What all programmes share and this person may use: places, data, imports, findings, people."""
    user = request.user
    works = user.is_authenticated and bool(list(programmes_of(user)))
    offered = [
        ("places", _("Places"), True),
        ("catalog", _("Data"), True),
        ("indicators", _("Indicators"), True),
        ("forms", _("Forms"), user.is_authenticated and sees_forms(user)),
        ("imports", _("Imports"), works),
        ("findings", _("Findings"), works),
        ("exchange", _("Exchange"), may_somewhere(user, "exchange", "decide")),
        ("people", _("People and access"), may(user, "people", PLATFORM)),
    ]
    entries = []
    for name, title, open_to in offered:
        url = address(name) if open_to else ""
        if url:
            entries.append({"name": title, "url": url, "on": request.path.startswith((url, *BELOW.get(name, ())))})
    return entries


def here(request: HttpRequest) -> dict[str, Any]:
    """The row below the head: the links of this programme, then what all programmes share and it does not name itself."""
    shared = rooms(request)
    for entry in menu(request):
        if entry["on"] and entry["links"]:
            own = {link["url"] for link in entry["links"]}
            return {**entry, "shared": [room for room in shared if room["url"] not in own]}
    return {"name": _("Shared by all programmes"), "links": shared, "shared": []}


def account_links(request: HttpRequest) -> list[dict[str, str]]:
    offered = [
        ("my-page", _("My page")),
        ("notifications", _("Notifications")),
        ("account_change_password", _("Change password")),
        ("mfa_index", _("Two-step sign-in")),
    ]
    return [{"name": title, "url": url} for name, title in offered if (url := address(name))]


def sign_in(request: HttpRequest) -> str:
    """To the sign-in page and back to this page afterwards."""
    back = request.get_full_path()
    plain = request.path.startswith("/accounts/") or back == "/"
    return reverse("account_login") + ("" if plain else "?" + urlencode({"next": back}))


@cache
def software_version() -> str:
    try:
        return version("rafid")
    except PackageNotFoundError:
        import tomllib

        with (settings.ROOT / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])


def unread(request: HttpRequest) -> int:
    if not request.user.is_authenticated:
        return 0
    return int(request.user.messages.filter(read_at=None).count())


def context(request: HttpRequest) -> dict[str, Any]:
    """Templates call what is callable: what a page does not show costs nothing, what it shows twice is asked once."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "direction": "rtl" if get_language_bidi() else "ltr",
        "language": language,
        "language_name": OWN_NAMES.get(language, ""),
        "languages": cache(lambda: language_links(request)),
        "canonical": request.build_absolute_uri,
        "menu": cache(lambda: menu(request)),
        "rooms": cache(lambda: rooms(request)),
        "here": cache(lambda: here(request)),
        "account_links": cache(lambda: account_links(request)),
        "sign_in": cache(lambda: sign_in(request)),
        "may_manage_people": cache(lambda: may(request.user, "people", PLATFORM)),
        "unread": cache(lambda: unread(request)),
        "country": pick(country().names),
        "software_version": software_version,
        "production": settings.PRODUCTION,
    }
