"""Search across everything that the person may see: places, records, programmes' pages, data and help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from rafid.commons.names import pick
from rafid.commons.programme import installed
from rafid.methods.text import fold
from rafid.site import handbook, shell

LIMIT = 8
LONGEST = 200


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


def says(words: Iterable[str], *texts: str) -> bool:
    """Does every word begin a word of the texts? All of them folded, so that spelling and script marks do not count."""
    there = [word for text in texts for word in fold(text).split()]
    # Arabic writes the article onto the word: who searches without it still finds it.
    there += [word[2:] for word in there if word.startswith("ال") and len(word) > 4]
    return all(any(one.startswith(word) for one in there) for word in words)


def places(request: HttpRequest, text: str) -> Group:
    from rafid.commons.places.models import Place

    found: list[Place] = []
    try:
        from rafid.commons.places.matching import match_place
    except ImportError:
        words = fold(text).split()
        rows = Place.objects.filter(level__lte=3).order_by("level", "ref")
        found = [
            place
            for place in rows
            if place.ref.lower() == text.lower() or says(words, *place.names.values(), *place.other_names)
        ][:LIMIT]
    else:
        candidates = match_place(text, limit=LIMIT)
        by_id = Place.objects.in_bulk([one.place_id for one in candidates])
        found = [by_id[one.place_id] for one in candidates if one.place_id in by_id]
    parents = Place.objects.in_bulk({place.parent_id for place in found if place.parent_id})
    hits = []
    for place in found:
        parent = parents.get(place.parent_id)
        note = " · ".join(
            part for part in (place.get_level_display(), parent.name if parent else "", place.ref) if part
        )
        url = shell.address("place", place.ref)
        if url:
            hits.append(Hit(place.name, url, note))
    return Group(_("Places"), hits)


def records(request: HttpRequest, text: str) -> Group:
    from rafid.commons.records import search as index

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
    from rafid.commons.indicators.models import Indicator, IndicatorValue

    words, hits = fold(text).split(), []
    seen = set(IndicatorValue.objects.visible_to(request.user).values_list("indicator", flat=True).distinct())
    for one in Indicator.objects.filter(state="adopted", pk__in=seen).order_by("code"):
        url = shell.address("indicator", one.code)
        if url and says(words, one.code, *one.names.values(), *one.definition.values()):
            hits.append(Hit(one.name, url, one.definition_text))
    return Group(_("Indicators"), hits[:LIMIT])


def datasets(request: HttpRequest, text: str) -> Group:
    words, hits = fold(text).split(), []
    for programme in installed():
        for one in programme.datasets:
            url = shell.address("dataset", f"{programme.name}.{one.code}")
            if url and says(words, one.code, *one.title.values(), *(one.about or {}).values()):
                hits.append(Hit(pick(one.title), url, pick(programme.names)))
    return Group(_("Data"), hits[:LIMIT])


def helps(request: HttpRequest, text: str) -> Group:
    words = fold(text).split()
    pages = [page for page in handbook.listing() if says(words, page.title, page.text)]
    return Group(_("Help"), [Hit(page.title, page.url) for page in pages[:LIMIT]])


SOURCES: list[Callable[[HttpRequest, str], Group]] = [places, programme_pages, indicators, datasets, records, helps]


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    groups: list[Any] = []
    if fold(text):
        groups = [group for source in SOURCES if (group := source(request, text)).hits]
    return render(request, "shell/search.html", {"q": text, "groups": groups, "asked": bool(text)})
