"""What waits for a person: the panels of the first page. A programme names functions that make its own."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .programme import installed


@dataclass(frozen=True)
class Line:
    text: str
    url: str
    note: str = ""
    badge: tuple[str, str, Any] | None = None
    """(what it is about: state or severity, its word, its value)"""


@dataclass(frozen=True)
class Panel:
    """Something that waits: a title, how many there are, the first of them, and where all of them are."""

    title: str
    count: int
    more: str
    lines: list[Line] = field(default_factory=list)


def of_programmes(request: Any) -> Iterator[Panel]:
    """The panels of all programmes that have something for this person."""
    for programme in installed():
        for path in programme.waiting:
            module, _colon, name = path.partition(":")
            yield from getattr(importlib.import_module(module), name)(request)
