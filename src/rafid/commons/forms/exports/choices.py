"""What the codes of choices mean, over all versions of a form: the newest version's word counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from rafid.methods import xforms

from ..lists import lists_of
from ..questions import language_of
from ..schema import Column, definition


@dataclass(frozen=True)
class Choices:
    """``known``: path → code → label. ``found``: codes that only the answers know (typed in, or from a list that changed)."""

    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    found: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def labels(self, path: str) -> dict[str, str]:
        return {code: label for code, label in self.known.get(path, {}).items() if label and label != code}

    def options(self, column: Column) -> list[str]:
        return list(dict.fromkeys([*self.known.get(column.path, {}), *self.found.get(column.path, ())]))

    def with_found(self, found: Mapping[str, Sequence[str]]) -> Choices:
        return replace(self, found=found)


def choices_of(versions: Sequence[UUID], language: str) -> Choices:
    """``versions``: the newest first."""
    known: dict[str, dict[str, str]] = {}
    for version in versions:
        made = definition(version)
        for question in made.fields:
            if question.type not in ("select_one", "select_multiple", "rank"):
                continue
            labels = known.setdefault(question.path, {})
            for code, label in _choices(made, question, version, language):
                labels.setdefault(code, label)
    return Choices(known)


def _choices(made: xforms.Form, question: xforms.Field, version: UUID, language: str) -> Iterator[tuple[str, str]]:
    if question.choices is not None:
        for choice in question.choices:
            yield choice.value, _said(choice.label, language, made.default_language) or choice.value
    elif question.itemset is not None and question.itemset.instance is not None:
        instance = made.instances.get(question.itemset.instance)
        tree = lists_of(version).get(instance.name) if instance is not None and instance.source else None
        for item in tree.children if tree is not None else ():
            cells = {cell.name: cell.text for cell in item.children}
            code = cells.get(question.itemset.value, "")
            if code:
                yield code, cells.get(question.itemset.label) or code


def _said(label: Mapping[str, str], language: str, usual: str) -> str:
    spoken = language_of(list(label), language)
    return label.get(spoken or usual) or next(iter(label.values()), "")
