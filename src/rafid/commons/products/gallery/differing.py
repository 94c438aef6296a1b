"""What changed between two editions of a product: figures that it names, and versions of the data behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rafid.commons import writing
from rafid.commons.names import pick

from ..editions.kinds import maker_of
from ..models import Edition

_LABELS = ("label", "labels", "names", "title", "titles", "name")
_VALUES = ("text", "value", "values")


@dataclass(frozen=True)
class Change:
    """``old`` None: new in this edition; ``new`` None: no longer there."""

    what: str
    old: str | None
    new: str | None


def changes_between(old: Edition, new: Edition) -> list[Change]:
    """First what it is made from, then its figures, in the order of the newer edition."""
    return [*_of_versions(old, new), *_of_figures(old, new)]


def _of_versions(old: Edition, new: Edition) -> Iterator[Change]:
    before = {one.version.dataset.name or one.version.dataset.code: one.version.number for one in old.inputs.all()}
    after = {one.version.dataset.name or one.version.dataset.code: one.version.number for one in new.inputs.all()}
    yield from _pairs({k: str(v) for k, v in before.items()}, {k: str(v) for k, v in after.items()})


def _of_figures(old: Edition, new: Edition) -> Iterator[Change]:
    yield from _pairs(figures_of(old), figures_of(new))


def _pairs(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for what, said in after.items():
        if before.get(what) != said:
            yield Change(what, before.get(what), said)
    for what, said in before.items():
        if what not in after:
            yield Change(what, said, None)


def figures_of(edition: Edition) -> dict[str, str]:
    """What the figures of an edition are called and say: as their maker tells them, else by their path in the record."""
    try:
        told = getattr(maker_of(edition.recipe.kind), "figure_rows", None)
    except LookupError:
        told = None
    if told is not None:
        return {str(what): str(said) for what, said in told(edition.figures)}
    return dict(_flat(edition.figures, ()))


def _flat(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        label = next((value[name] for name in _LABELS if value.get(name)), None)
        own = (pick(label) if isinstance(label, dict) else str(label),) if label and path else path[-1:]
        here = (*path[:-1], *own)
        for name, one in value.items():
            if name in _LABELS:
                continue
            yield from _flat(one, here if name in _VALUES and not isinstance(one, dict | list) else (*here, str(name)))
    elif isinstance(value, list):
        for n, one in enumerate(value, 1):
            yield from _flat(one, (*path, str(n)))
    elif value is not None and path:
        text = writing.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
        yield " · ".join(path), text
