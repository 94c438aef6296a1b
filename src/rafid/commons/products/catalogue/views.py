"""``/catalog/``: all datasets a reader may know, found by text, theme, place, programme and kind."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters, small_number
from rafid.commons.people.visibility import may
from rafid.commons.places.finding import ALL, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import PLATFORM, installed

from ..models import DatasetState
from ..release.decide import COMPOSE
from . import compose_views, feeds, page, themes
from .listing import FIGURES, MAP, RECORDS, Entry, about_place, entries, matching, programme_words

KINDS = {MAP: _lazy("With positions"), FIGURES: _lazy("Figures"), RECORDS: _lazy("Records")}
STATES: dict[str, Any] = {"overdue": _lazy("Overdue"), **dict(DatasetState.choices)}
PER_PAGE = 24


def composes(user: Any) -> bool:
    """May this person make datasets, for the platform or some programme?"""
    return user.is_authenticated and any(
        may(user, COMPOSE, name) for name in (PLATFORM, *(p.name for p in installed()))
    )


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    found = place_asked(request, levels=ALL)
    if isinstance(found, HttpResponse):
        return found
    every = entries(request.user)
    words = Filters(request.GET)
    chosen, known = _chosen(words, every)
    text = request.GET.get("q", "").replace("\x00", "")[:200]
    shown = matching([one for one in every if _holds(one, chosen)], text)
    if found.place:
        shown = about_place(shown, found.place)
    pages = Paginator(shown, PER_PAGE)
    return render(
        request,
        "products/catalogue/catalogue.html",
        {
            "entries": pages.get_page(small_number(request.GET.get("page", "")) or 1),
            "page": pages.get_page(small_number(request.GET.get("page", "")) or 1),
            "all": len(every),
            "overdue": sum(one.overdue for one in every),
            "q": text,
            "chosen": chosen,
            "known": known,
            "narrowed": bool(text or found.place or any(chosen.values())),
            "places": _governorates(),
            "place": found.place,
            "found": found,
            "candidates": links(request, found),
            "filter_notes": words.notes,
            "may_compose": composes(request.user),
        },
        status=404 if found.said else 200,
    )


def _chosen(words: Filters, every: list[Entry]) -> tuple[dict[str, str], dict[str, list[tuple[str, str]]]]:
    """What the address asks of each filter, and what there is to choose from."""
    there = {
        "theme": {one.dataset.theme: themes.words(one.dataset.theme) for one in every if one.dataset.theme},
        "programme": {one.dataset.programme: programme_words(one.dataset.programme) for one in every},
        "kind": {kind: str(said) for kind, said in KINDS.items() if any(kind in one.kinds for one in every)},
        "state": {
            state: str(said)
            for state, said in STATES.items()
            if any(one.state == state or (state == "overdue" and one.overdue) for one in every)
        },
    }
    titles = {"theme": _("Theme"), "programme": _("Programme"), "kind": _("Kind"), "state": _("State")}
    chosen = {name: words.one_of(name, titles[name], set(known), "") for name, known in there.items()}
    options = {
        name: sorted(known.items(), key=lambda one: alphabetical(one[1]))
        for name, known in there.items()
        if len(known) > 1
    }
    return chosen, options


def _holds(one: Entry, chosen: dict[str, str]) -> bool:
    return (
        (not chosen["theme"] or one.dataset.theme == chosen["theme"])
        and (not chosen["programme"] or one.dataset.programme == chosen["programme"])
        and (not chosen["kind"] or chosen["kind"] in one.kinds)
        and (not chosen["state"] or (one.overdue if chosen["state"] == "overdue" else one.state == chosen["state"]))
    )


def _governorates() -> list[Place]:
    return sorted(Place.objects.filter(level=Level.GOVERNORATE), key=lambda one: alphabetical(one.name))


@require_safe
def old_listing(request: HttpRequest) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect("/catalog/" + (f"?{query}" if query else ""), permanent=True)


@require_safe
def old_page(request: HttpRequest, code: str) -> HttpResponse:
    """The address that a dataset's page had before there was a catalogue."""
    page.readable_page(request, code)
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"/catalog/{code}/" + (f"?{query}" if query else ""), permanent=True)


urls: list[URLPattern] = [
    *compose_views.urls,
    path("catalog/", catalogue, name="catalog"),
    path("catalog.jsonld", feeds.jsonld, name="catalog-jsonld"),
    path("catalog.csv", feeds.table, name="catalog-csv"),
    path("catalog/<str:code>/", page.dataset_page, name="dataset"),
    path("data/", old_listing, name="datasets"),
    path("data/<str:code>/", old_page, name="old-dataset"),
]
