"""Which place an address means: a reference, or a name that a person wrote in any of the scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from rafid.commons.filters import echoed
from rafid.methods.text import fold

from .matching import ask, match_place
from .models import Level, Place
from .queries import found_by_text, place_or_404

AREAS = (Level.GOVERNORATE, Level.DISTRICT)
ALL = (Level.GOVERNORATE, Level.DISTRICT, Level.SUBDISTRICT, Level.SETTLEMENT)
_LONGEST = 100
_MOST = 5


@dataclass(frozen=True)
class Found:
    """``place`` None with ``said``: no place is meant for certain; ``candidates`` are those that may be, best first."""

    place: Place | None = None
    said: str = ""
    candidates: tuple[Place, ...] = ()


def find_place(text: str, levels: Sequence[int] = AREAS) -> Found:
    """Larger places are looked at before smaller ones: who writes Basra means the governorate. Empty text: no place."""
    text = text.replace("\x00", "\ufffd").strip()
    if not text:
        return Found()
    try:
        return Found(place_or_404(text))
    except Http404:
        pass
    near: dict[Any, float] = {}
    for level in levels:
        decision, candidates = ask(text[:300], levels=(level,), limit=_MOST)
        if decision.certain and decision.place_id:
            return Found(Place.objects.select_related("parent").get(pk=decision.place_id))
        near.update((one.place_id, one.score) for one in candidates)
    best = sorted(near, key=lambda pk: -near[pk])[:_MOST]
    places = Place.objects.select_related("parent").in_bulk(best)
    return Found(None, echoed(text, _LONGEST), tuple(places[pk] for pk in best if pk in places))


def place_asked(request: HttpRequest, name: str = "place", levels: Sequence[int] = AREAS) -> Found | HttpResponse:
    """The place of the address; a name instead of its reference leads to the address with the reference.

    ``find`` is the field in which readers without scripts write a name.
    """
    written = request.GET.get("find", "")
    found = find_place(written or request.GET.get(name, ""), levels)
    if found.place is not None and (written or request.GET[name] != found.place.ref):
        query = request.GET.copy()
        query.pop("find", None)
        query[name] = found.place.ref
        return redirect(f"{request.path}?{query.urlencode()}")
    return found


def suggestions(text: str, limit: int, levels: Sequence[int] = (), divisions: Sequence[str] = ()) -> list[Place]:
    """Places of exactly that name, then of a name that holds it, larger ones first; where few do, those that sound alike.

    Of these levels and divisions alone, where some are said.
    """
    asked = fold(text.replace("\x00", " "))
    places = Place.objects.select_related("parent")
    if levels:
        places = places.filter(level__in=levels)
    if divisions:
        places = places.filter(division__in=divisions)
    found = list(found_by_text(places, text).order_by("level", "ref")[: 4 * limit])
    found.sort(key=lambda one: asked not in {fold(name) for name in (*one.names.values(), *one.other_names, one.ref)})
    if len(found) < limit and len(asked) > 2:
        near = [one.place_id for one in match_place(text, levels=levels, divisions=divisions, limit=limit)]
        others = places.in_bulk([pk for pk in near if pk not in {one.pk for one in found}])
        found += [others[pk] for pk in near if pk in others]
    return found[:limit]


def links(request: HttpRequest, found: Found, name: str = "place") -> list[tuple[Place, str]]:
    """The same page for each of the candidates."""
    made = []
    for one in found.candidates:
        query = request.GET.copy()
        query.pop("find", None)
        query[name] = one.ref
        made.append((one, f"{request.path}?{query.urlencode()}"))
    return made
