"""What two editions of one recipe say differently: their frozen figures, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rafid.commons.writing import number

from ..models import Edition
from .kinds import maker_of


@dataclass(frozen=True)
class Difference:
    """``before`` or ``now`` is None where the figure is in one of them only."""

    what: str
    before: str | None
    now: str | None


def figure_rows(edition: Edition) -> list[tuple[str, str]]:
    """The figures of an edition in words, in the order in which it shows them."""
    try:
        told: Any = getattr(maker_of(edition.recipe.kind), "figure_rows", None)
    except LookupError:
        told = None
    if told is not None:
        return [(str(what), str(text)) for what, text in told(edition.figures)]
    return list(_leaves(edition.figures))


def differences(before: Edition, now: Edition) -> list[Difference]:
    """Figures that changed, came or went. Two figures of one name are told apart by their order."""
    old, new = _numbered(figure_rows(before)), _numbered(figure_rows(now))
    found = [
        Difference(what, old.get((what, at)), text)
        for (what, at), text in new.items()
        if old.get((what, at)) != text
    ]  # fmt: skip
    return found + [Difference(what, text, None) for (what, at), text in old.items() if (what, at) not in new]


def _numbered(rows: list[tuple[str, str]]) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    times: dict[str, int] = {}
    for what, text in rows:
        times[what] = times.get(what, 0) + 1
        found[what, times[what]] = text
    return found


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path} · {name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path} · {at}" if path else str(at))
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        yield path, "" if value is None else str(value)
    else:
        yield path, number(value)
