"""What changed between two versions of a form, question by question, as its author would say it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from rafid.methods.xforms.checking import spoken
from rafid.methods.xforms.form import Choice, Field, Form, Group, Repeat

_RULES: Final = ("relevant", "constraint", "required", "calculate", "readonly", "default", "appearance", "save_to")
_MOST_CHOICES: Final = 50
"""Choices that one difference names; a list of villages may change by thousands."""


@dataclass(frozen=True)
class Difference:
    """``what``: label, hint, type, a rule's name or choices; ``language`` where a text has one. ``old``, ``new``: None where
    there was none. For choices ``old`` names those removed, ``new`` those added, and label changes as ``name: text``."""

    what: str
    old: str | None
    new: str | None
    language: str = ""


@dataclass(frozen=True)
class Compared:
    """``kind``: added, removed, changed or moved; a question may be changed and moved (``moved``)."""

    kind: str
    path: str
    name: str
    label: Mapping[str, str]
    type: str
    differences: tuple[Difference, ...] = ()
    moved: bool = False


Part = Field | Group | Repeat


def compare_forms(old: Form, new: Form) -> list[Compared]:
    """Questions, groups and repeats that were added, removed or changed, in the order of the new version, what was removed at
    its end. A question is the same where its path is."""
    before, after = _parts(old), _parts(new)
    moved = _moved([path for path in before if path in after], [path for path in after if path in before])
    found: list[Compared] = []
    for path, part in after.items():
        if path not in before:
            found.append(_compared("added", part))
            continue
        differences = tuple(_differences(before[path], part))
        if differences or path in moved:
            found.append(_compared("changed" if differences else "moved", part, differences, path in moved))
    found += [_compared("removed", part) for path, part in before.items() if path not in after]
    return found


def _parts(form: Form) -> dict[str, Part]:
    """All parts by path below the root, in document order."""
    parts: list[Part] = [*form.fields, *form.groups, *form.repeats]
    by_path = {part.path: part for part in parts}
    root = len(form.shape.path)
    return {shape.path[root:]: by_path[shape.path] for shape in form.shape.all() if shape.path in by_path}


def _moved(old: list[str], new: list[str]) -> set[str]:
    """What does not stand in the longest order that both share."""
    place = {path: number for number, path in enumerate(old)}
    tails: list[int] = []
    ends: list[str] = []
    before: dict[str, str | None] = {}
    for path in new:
        at = bisect_left(tails, place[path])
        before[path] = ends[at - 1] if at else None
        if at == len(tails):
            tails.append(place[path])
            ends.append(path)
        else:
            tails[at], ends[at] = place[path], path
    kept: set[str] = set()
    step: str | None = ends[-1] if ends else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return set(new) - kept


def _compared(kind: str, part: Part, differences: tuple[Difference, ...] = (), moved: bool = False) -> Compared:
    return Compared(kind, part.path, part.name, part.label, _type(part), differences, moved)


def _type(part: Part) -> str:
    return part.type if isinstance(part, Field) else "repeat" if isinstance(part, Repeat) else "group"


def _differences(old: Part, new: Part) -> list[Difference]:
    found: list[Difference] = []
    if _type(old) != _type(new):
        found.append(Difference("type", _type(old), _type(new)))
    found += _texts("label", old.label, new.label)
    for name in ("hint", "constraint_message", "required_message"):
        found += _texts(name, getattr(old, name, {}), getattr(new, name, {}))
    for name in (*_RULES, "count"):
        before, after = _rule(old, name), _rule(new, name)
        if before != after:
            found.append(Difference(name, before, after))
    if isinstance(old, Field) and isinstance(new, Field):
        before, after = _filter(old), _filter(new)
        if before != after:
            found.append(Difference("choice_filter", before, after))
        found += _choices(old.choices or (), new.choices or ())
    return found


def _texts(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(what, old.get(language), new.get(language), language)
        for language in dict.fromkeys((*old, *new))
        if old.get(language) != new.get(language)
    ]


def _rule(part: Any, name: str) -> str | None:
    value = getattr(part, name, None)
    return spoken(" ".join(value.split())) if value else None


def _filter(field: Field) -> str | None:
    """The condition within the list's brackets, which is all that an author wrote."""
    if field.itemset is None or not field.itemset.filtered:
        return None
    nodeset = field.itemset.nodeset
    return spoken(nodeset[nodeset.index("[") + 1 : nodeset.rindex("]")].strip()) if "[" in nodeset else None


def _choices(old: tuple[Choice, ...], new: tuple[Choice, ...]) -> list[Difference]:
    before = {choice.value: choice.label for choice in old}
    after = {choice.value: choice.label for choice in new}
    removed = [value for value in before if value not in after]
    added = [value for value in after if value not in before]
    found = []
    if removed or added:
        found.append(Difference("choices", _some(removed), _some(added)))
    changed = [value for value in after if value in before and before[value] != after[value]]
    for value in changed[:_MOST_CHOICES]:
        for one in _texts("choice", before[value], after[value]):
            found.append(Difference(f"choice {value}", one.old, one.new, one.language))
    return found


def _some(values: list[str]) -> str | None:
    if not values:
        return None
    more = f" … (+{len(values) - _MOST_CHOICES})" if len(values) > _MOST_CHOICES else ""
    return ", ".join(values[:_MOST_CHOICES]) + more
