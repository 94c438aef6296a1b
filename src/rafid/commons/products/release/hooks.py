"""Who hears of a version that went out or was withdrawn: rooms above register here, so that the desk knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..models import Dataset, DatasetVersion

_published: list[Callable[[DatasetVersion], Any]] = []
_withdrawn: list[Callable[[Dataset], Any]] = []


def on_published(do: Callable[[DatasetVersion], Any]) -> Callable[[DatasetVersion], Any]:
    """Called in the transaction that publishes: what takes long starts a task."""
    _published.append(do)
    return do


def on_withdrawn(do: Callable[[Dataset], Any]) -> Callable[[Dataset], Any]:
    _withdrawn.append(do)
    return do


def tell_published(version: DatasetVersion) -> None:
    for do in _published:
        do(version)


def tell_withdrawn(dataset: Dataset) -> None:
    for do in _withdrawn:
        do(dataset)
