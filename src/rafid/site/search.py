"""Search across everything that the person may see: places, records, programmes' pages, data and help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from rafid.commons.filters import echoed
from rafid.commons.indicators.models import Indicator
from rafid.commons.places.matching import match_place
from rafid.commons.places.models import Place
from rafid.commons.products.catalogue.listing import entries
from rafid.commons.products.gallery import index as gallery
from rafid.commons.products.gallery.cards import cards_of
from rafid.commons.products.gallery.finding import products_out
from rafid.commons.programme import installed
from rafid.commons.records import search as index
from rafid.methods.text import fold
from rafid.site import handbook, shell

LIMIT = 8
LONGEST = 200

_ARTICLE = re.compile(r"^(?:[وفبك]?ال|[وف]?لل)(?=.{3})")


@dataclass(frozen=True)
class Hit:
    """``rank``: 0 the text is one of its names, 1 a name begins with it, 2 it is found in some other way."""

    title: str
    url: str
    note: str = ""
    rank: int = 2


@dataclass(frozen=True)
class Group:
    name: str
    hits: list[Hit] = field(default_factory=list)
    more: str = ""

    @property
    def rank(self) -> int:
        return min((hit.rank for hit in self.hits), default=2)


def _forms(word: str) -> set[str]:
    """The folded word, and without what Arabic writes onto it: the article, also after and, so, with, as, for."""
    return {word, _ARTICLE.sub("", word)}


@lru_cache(maxsize=1024)  # pages of the handbook, names of data and indicators: the same texts for each question
def _beginnings(text: str) -> frozenset[str]:
    """Every form of every word of a text, folded."""
    return frozenset(form for word in set(fold(text).split()) for form in _forms(word))


def says(words: Iterable[str], *texts: str) -> bool:
    """Does every word begin a word of the texts? All of them folded, so that spelling and script marks do not count."""
    there = [_beginnings(text) for text in texts]
    return all(_begun(tuple(_forms(word)), there) for word in words)


def _begun(forms: tuple[str, ...], there: list[frozenset[str]]) -> bool:
    return any(one.startswith(forms) for known in there for one in known)


def rank_of(text: str, *names: str) -> int:
    """How well the text names a thing, see :class:`Hit`; the article does not count."""
    asked, there = _plain(text), {_plain(name) for name in names if name}
    return 0 if asked in there else 1 if any(name.startswith(asked) for name in there) else 2


def _plain(text: str) -> str:
    return " ".join(_ARTICLE.sub("", word) for word in fold(text).split())


def _first(hits: list[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.rank)[:LIMIT]


def _held(text: str) -> Any:
    """Places whose names or codes hold the words as they are being typed."""
    rows = Place.objects.exclude(level=0)
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows.order_by("level", "ref")


def places(request: HttpRequest, text: str) -> Group:
    return Group(_("Places"), _first(_place_hits(list(_held(text)[: LIMIT * 4]), text)))


def similar_places(request: HttpRequest, text: str) -> Group:
    """Where few places hold the words: those that may be meant, by their sound and spelling."""
    held = set(_held(text).values_list("pk", flat=True)[:LIMIT])
    if len(held) >= LIMIT:
        return Group("")
    candidates = [one.place_id for one in match_place(text, limit=LIMIT) if one.place_id not in held]
    found = Place.objects.in_bulk(candidates)
    hits = [replace(hit, rank=2) for hit in _place_hits([found[pk] for pk in candidates if pk in found], text)]
    return Group(_("Places spelled or pronounced alike"), hits[: LIMIT - len(held)])


def _place_hits(found: list[Place], text: str) -> list[Hit]:
    parents = Place.objects.in_bulk({place.parent_id for place in found if place.parent_id})
    hits = []
    for place in found:
        parent = parents.get(place.parent_id)
        parts = (place.get_level_display(), parent.name if parent else "", place.ref)
        note = " · ".join(part for part in parts if part)
        names = (*place.names.values(), *(place.other_names or ()), place.ref)
        hits.append(Hit(place.name, shell.address("place", place.ref), note, rank_of(text, *names)))
    return hits


def records(request: HttpRequest, text: str) -> Group:
    return Group(_("Records"), [Hit(one.title, one.url) for one in index.search(request.user, text, LIMIT)])


def programme_pages(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    names = {programme.name: programme.names for programme in installed()}
    for entry in shell.menu(request):
        # A word of another language finds the page too.
        if says(words, entry["name"], *names[entry["code"]].values()):
            rank = rank_of(text, entry["name"], *names[entry["code"]].values())
            hits.append(Hit(entry["name"], entry["url"], rank=rank))
        hits += [
            Hit(link["name"], link["url"], entry["name"], rank_of(text, link["name"]))
            for link in entry["links"]
            if says(words, link["name"])
        ]
    hits += [
        Hit(entry["name"], entry["url"], rank=rank_of(text, entry["name"]))
        for entry in shell.rooms(request)
        if says(words, entry["name"])
    ]
    return Group(_("Pages"), _first(hits))


def indicators(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    for one in Indicator.objects.visible_to(request.user).filter(state="adopted").order_by("code"):
        url = shell.address("indicator", one.code)
        if url and says(words, one.code, *one.names.values(), *one.definition.values()):
            hits.append(Hit(one.name, url, one.definition_text, rank_of(text, one.code, *one.names.values())))
    return Group(_("Indicators"), _first(hits))


def data(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    for one in entries(request.user):
        names = one.dataset.names.values()
        if says(words, one.code, *names, *one.dataset.description.values()):
            rank = rank_of(text, one.code, *names)
            hits.append(Hit(one.title, one.dataset.get_absolute_url(), one.programme, rank))
    return Group(_("Data"), _first(hits))


def products(request: HttpRequest, text: str) -> Group:
    """What the gallery holds; words that are only nearly the same are for its own page."""
    found = gallery.found_by(text)
    if found is None or found[1]:
        return Group("")
    rows = products_out(request.user).filter(pk__in=found[0]).order_by("-out_at", "-pk")[:LIMIT]
    hits = [
        Hit(card.title, card.url, card.kind, rank_of(text, card.title, *card.recipe.names.values()))
        for card in cards_of(rows)
    ]
    return Group(pgettext("of products", "Gallery"), _first(hits))


def helps(request: HttpRequest, text: str) -> Group:
    words = fold(text).split()
    pages = [page for page in handbook.listing() if says(words, page.title, page.text)]
    return Group(_("Help"), [Hit(page.title, page.url) for page in pages[:LIMIT]])


SOURCES: list[Callable[[HttpRequest, str], Group]] = [
    programme_pages, indicators, places, data, products, records, similar_places, helps,
]  # fmt: skip
"""In the order of groups whose best hits are equally good."""


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    text = echoed(request.GET.get("q", ""), LONGEST).strip()
    groups: list[Any] = []
    if fold(text):
        groups = sorted(
            (group for source in SOURCES if (group := source(request, text)).hits), key=lambda one: one.rank
        )
    return render(request, "shell/search.html", {"q": text, "groups": groups, "asked": bool(text)})
