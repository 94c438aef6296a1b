"""What rooms above show on a place's page (its figures, its records) and offer on the list of places. They register;
this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .models import Place

type_panel = Callable[[Any, Place], str]
type_offer = Callable[[Any], tuple[str, str] | None]
_panels: list[tuple[int, type_panel]] = []
_offers: list[type_offer] = []


def register(panel: type_panel, *, order: int = 50) -> None:
    """``panel(request, place)`` gives safe HTML, or nothing where it has nothing to say. Twice changes nothing."""
    if all(one is not panel for _order, one in _panels):
        _panels.append((order, panel))
        _panels.sort(key=lambda pair: pair[0])


def panels(request: Any, place: Place) -> list[str]:
    return [html for _order, panel in _panels if (html := panel(request, place))]


def offer(made: type_offer) -> None:
    """``made(request)`` gives address and title of what this person may do with places, or None. Twice changes nothing."""
    if made not in _offers:
        _offers.append(made)


def offers(request: Any) -> list[tuple[str, str]]:
    return [found for made in _offers if (found := made(request))]
