"""Search across everything that the person may see: places, records, programmes' pages, data and help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rafid.commons.indicators.models import Indicator
from rafid.commons.names import pick
from rafid.commons.places.matching import match_place
from rafid.commons.places.models import Place
from rafid.commons.products.datasets import datasets
from rafid.commons.programme import installed
from rafid.commons.records import search as index
from rafid.methods.text import fold
from rafid.site import handbook, shell

LIMIT = 8
LONGEST = 200

_ARTICLE = re.compile(r"^(?:[وفبك]?ال|[وف]?لل)(?=.{3})")


@dataclass(frozen=True)
class Hit:
    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    name: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""


def _forms(word: str) -> set[str]:
    """The folded word, and without what Arabic writes onto it: the article, also after and, so, with, as, for."""
    return {word, _ARTICLE.sub("", word)}


def says(words: Iterable[str], *texts: str) -> bool:
    """Does every word begin a word of the texts? All of them folded, so that spelling and script marks do not count."""
    there = tuple({form for text in texts for word in fold(text).split() for form in _forms(word)})
    return all(any(one.startswith(tuple(_forms(word))) for one in there) for word in words)


def places(request: HttpRequest, text: str) -> Group:
    """First the places whose names or codes hold the words as they are being typed, then those that it may be meant for."""
    rows = Place.objects.exclude(level=0)
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    found = list(rows.order_by("level", "ref")[:LIMIT])
    if len(found) < LIMIT:
        candidates = [one.place_id for one in match_place(text, limit=LIMIT)]
        others = Place.objects.in_bulk([pk for pk in candidates if pk not in {place.pk for place in found}])
        found += [others[pk] for pk in candidates if pk in others]
    parents = Place.objects.in_bulk({place.parent_id for place in found if place.parent_id})
    hits = []
    for place in found[:LIMIT]:
        parent = parents.get(place.parent_id)
        parts = (place.get_level_display(), parent.name if parent else "", place.ref)
        url = shell.address("place", place.ref)
        if url:
            hits.append(Hit(place.name, url, " · ".join(part for part in parts if part)))
    return Group(_("Places"), hits)


def records(request: HttpRequest, text: str) -> Group:
    return Group(_("Records"), [Hit(one.title, one.url) for one in index.search(request.user, text, LIMIT)])


def programme_pages(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    names = {programme.name: programme.names for programme in installed()}
    for entry in shell.menu(request):
        # A word of another language finds the page too.
        if says(words, entry["name"], *names[entry["code"]].values()):
            hits.append(Hit(entry["name"], entry["url"]))
        hits += [Hit(link["name"], link["url"], entry["name"]) for link in entry["links"] if says(words, link["name"])]
    hits += [Hit(entry["name"], entry["url"]) for entry in shell.rooms(request) if says(words, entry["name"])]
    return Group(_("Pages"), hits[:LIMIT])


def indicators(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    for one in Indicator.objects.visible_to(request.user).filter(state="adopted").order_by("code"):
        url = shell.address("indicator", one.code)
        if url and says(words, one.code, *one.names.values(), *one.definition.values()):
            hits.append(Hit(one.name, url, one.definition_text))
    return Group(_("Indicators"), hits[:LIMIT])


def data(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    for one in datasets().values():
        if one.visible_to(request.user) and says(
            words, one.code, *one.declared.title.values(), *(one.declared.about or {}).values()
        ):
            hits.append(Hit(one.title, one.get_absolute_url(), pick(one.programme.names)))
    return Group(_("Data"), hits[:LIMIT])


def helps(request: HttpRequest, text: str) -> Group:
    words = fold(text).split()
    pages = [page for page in handbook.listing() if says(words, page.title, page.text)]
    return Group(_("Help"), [Hit(page.title, page.url) for page in pages[:LIMIT]])


SOURCES: list[Callable[[HttpRequest, str], Group]] = [places, programme_pages, indicators, data, records, helps]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    groups: list[Any] = []
    if fold(text):
        groups = [group for source in SOURCES if (group := source(request, text)).hits]
    return render(request, "shell/search.html", {"q": text, "groups": groups, "asked": bool(text)})
