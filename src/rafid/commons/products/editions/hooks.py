"""Who hears of an edition that went out or was withdrawn: feeds, letters and webhooks register here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..models import Edition

_published: list[Callable[[Edition], Any]] = []
_withdrawn: list[Callable[[Edition], Any]] = []


def on_published(do: Callable[[Edition], Any]) -> Callable[[Edition], Any]:
    """Called in the transaction that publishes: what takes long starts a task."""
    _published.append(do)
    return do


def on_withdrawn(do: Callable[[Edition], Any]) -> Callable[[Edition], Any]:
    _withdrawn.append(do)
    return do


def tell_published(edition: Edition) -> None:
    for do in _published:
        do(edition)


def tell_withdrawn(edition: Edition) -> None:
    for do in _withdrawn:
        do(edition)
