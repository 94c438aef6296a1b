"""Which place the address means: a reference, or a name that a person wrote in any of the scripts."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from rafid.commons.places.matching import Candidate, ask
from rafid.commons.places.models import Level, Place
from rafid.commons.places.queries import place_or_404

_LONGEST = 100


@dataclass(frozen=True)
class Found:
    """``place`` None with ``said``: no place is meant for certain; ``candidates`` are those that may be, best first."""

    place: Place | None = None
    said: str = ""
    candidates: tuple[Candidate, ...] = ()


def find_place(text: str) -> Found:
    """Governorates are looked at before districts: who writes Basra means the larger one. Empty text: no place."""
    text = text.replace("\x00", "").strip()
    if not text:
        return Found()
    try:
        return Found(place_or_404(text))
    except Http404:
        pass
    candidates: dict[object, Candidate] = {}
    for level in (Level.GOVERNORATE, Level.DISTRICT):
        decision, near = ask(text, levels=(level,), limit=5)
        if decision.certain and decision.place_id:
            return Found(Place.objects.select_related("parent").get(pk=decision.place_id))
        candidates.update((one.place_id, one) for one in near)
    best = sorted(candidates.values(), key=lambda one: -one.score)[:5]
    return Found(None, text[:_LONGEST], tuple(best))


def with_figures(place: Place) -> Place:
    """The place itself, or the district around it: nothing smaller has figures."""
    while place.level > Level.DISTRICT and place.parent is not None:
        place = place.parent
    return place
