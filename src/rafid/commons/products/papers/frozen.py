"""Frozen figures: their hash, and where figures that were computed again differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..release.canonical import canonical


@dataclass(frozen=True)
class Difference:
    """``where`` is the way to the figure: contracts / C-1 / progress / lines / 1.1 / verified."""

    where: str
    frozen: Any
    now: Any


def sha256_of(figures: Mapping[str, Any]) -> str:
    """Of the figures' canonical JSON without their own hash: the state that a printed report names."""
    bare = {name: value for name, value in figures.items() if name != "sha256"}
    return hashlib.sha256(canonical(stored(bare)).encode()).hexdigest()


def stored(value: Any) -> Any:
    """As the database gives it back, however a number was written: 100.0 and 1e2 are 100."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): stored(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [stored(one) for one in value]
    return value


def differences(before: Any, after: Any, where: str = "") -> Iterator[Difference]:
    """Of figures that were both :func:`stored`."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), f"{where} / {key}".strip(" /"))
        return
    if isinstance(before, list) and isinstance(after, list):
        left, right = _named(before), _named(after)
        for key in sorted({*left, *right}):
            yield from differences(left.get(key), right.get(key), f"{where} / {key}")
        return
    if isinstance(before, int | float) and isinstance(after, int | float):
        if abs(before - after) <= 1e-12 * max(1.0, abs(before), abs(after)):
            return
    if before != after:
        yield Difference(where, before, after)


def _named(rows: list[Any]) -> dict[str, Any]:
    """Rows by their reference or code, others by their number: a row that came in between moves no other."""
    found = {}
    for number, row in enumerate(rows, 1):
        name = (row.get("ref") or row.get("code")) if isinstance(row, Mapping) else None
        found[str(name) if name else f"{number:04}"] = row
    return found
