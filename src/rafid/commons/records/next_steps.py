"""What can be done next with what an import recorded. Rooms above register what they offer; this room knows none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """A link on the page on which an import ended."""

    name: str
    url: str


type_offer = Callable[[Any, Any], Iterable[Step]]
_offers: list[tuple[int, type_offer]] = []


def register(offer: type_offer, *, order: int = 50) -> None:
    """``offer(user, run)`` gives steps, or none. Registering twice changes nothing."""
    if all(one is not offer for _order, one in _offers):
        _offers.append((order, offer))
        _offers.sort(key=lambda pair: pair[0])


def next_steps(user: Any, run: Any) -> list[Step]:
    return [step for _order, offer in _offers for step in offer(user, run)]
