"""Areas of authority: inside a shared one, what closes ground needs the consent of all its nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rafid.commons.places.models import Place

from .declared import Kind, found_at


def agreement_of(kind: Kind) -> Callable[..., tuple[str, ...]]:
    """The ``agreement`` of a kind's rules from its areas, and from its word on which changes need consent."""
    needs = found_at(kind.declared.consent)

    def agreement(change: Any, before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
        if not needs(change, before, after):
            return ()
        areas = kind.areas
        if areas is None or not areas.shared:
            return ()
        place = after.get("place") or before.get("place")
        above = set(lineage(place)) if place else set()
        found = [node for ref, nodes in areas.shared.items() if ref in above for node in nodes]
        return tuple(dict.fromkeys(found))

    return agreement


def lineage(ref: str) -> list[str]:
    """The references of a place and of all that it lies in."""
    place = Place.objects.filter(ref=ref).first()
    return list(Place.objects.filter(pk__in=place.lineage).values_list("ref", flat=True)) if place else [ref]
