"""How sensitive each answer of a form is: by its own policy, and by that of every answer that it is written from.

A calculation from a masked question would tell what is masked; so it has the strictest policy of all that it reads, through
other calculations, lists and forms. Only what somebody said of it (the form's author, or a designer on the questions page)
stands as it was said. Reckoned whenever it is asked, never kept: no form and no later change can be forgotten.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from rafid.methods import xforms
from rafid.methods.xforms.tracing import LABEL

from .models import EntityList, FieldPolicy, Form, FormVersion, Label, Sight
from .schema import definition

_SIGHTS = (Sight.VALUE, Sight.GENERALISED, Sight.NOTHING)
_LABELS = (Label.NONE, Label.PLACE, Label.CONTAMINATION, Label.PROTECTION, Label.PERSONAL, Label.IDENTIFYING)
Place = tuple[UUID, str]
"""A form and the path of one of its answers."""


@dataclass(frozen=True)
class Rule:
    """What is seen of an answer. ``said``: somebody said so of this very question; else it may be inherited.

    ``reads``: names of the sensitive questions that it is written from, whatever was said.
    """

    path: str
    label: str
    reader_sees: str
    public_sees: str
    said: bool = False
    reads: tuple[str, ...] = ()


def stricter(one: str, other: str) -> str:
    return max(one, other, key=lambda sight: _SIGHTS.index(Sight(sight)))


def rules_of(form: Form) -> dict[str, Rule]:
    """Path → rule, of all questions that have a policy or are written from one that is masked."""
    return _Reckoning([form.pk]).rules(form.pk)


def restricted_paths(form: Form) -> frozenset[str]:
    """Questions whose answers a reader without a reviewer's role does not see, or sees coarser."""
    return frozenset(path for path, rule in rules_of(form).items() if rule.reader_sees != Sight.VALUE)


def properties_masked(entity_list: EntityList) -> dict[str, Sight]:
    """Property of an entity list, or ``label`` → what readers see of it: no more than of any answer that it comes from.

    What is seen whole is not named. A label made from a masked answer is not shown at all.
    """
    places = _fed(entity_list)
    reckoned = _Reckoning({form for found in places.values() for form, _path in found})
    masked = {}
    for name, found in places.items():
        sight = functools.reduce(stricter, (reckoned.rule(place).reader_sees for place in found), Sight.VALUE)
        if sight != Sight.VALUE:
            masked[name] = Sight.NOTHING if name == "label" else Sight(sight)
    return masked


@dataclass(frozen=True)
class _Traced:
    """What one version of a form says of its answers. ``dependents``: path → the answers that are written from it;
    ``looked``: (list, column) → those that are written from its cells. ``fed``: (list, property, path of the answer)."""

    dependents: Mapping[str, tuple[str, ...]]
    looked: Mapping[tuple[str, str], tuple[str, ...]]
    said: frozenset[str]
    fed: tuple[tuple[str, str, str], ...]


@functools.lru_cache(maxsize=4096)
def _traced(version: UUID) -> _Traced:
    """Kept per process, as the definition is: a version's XForm never changes."""
    made = definition(version)
    files = {name: _file(one.source) for name, one in made.instances.items() if one.source}
    dependents: dict[str, list[str]] = {}
    looked: dict[tuple[str, str], list[str]] = {}
    for path, sources in xforms.written_from(made).items():
        for source in sources.questions:
            dependents.setdefault(source, []).append(path)
        for name, column in sources.columns:
            # The form's own choices are nobody's answers.
            if name in files or name not in made.instances:
                looked.setdefault((files.get(name, name), column), []).append(path)
    return _Traced(
        {path: tuple(found) for path, found in dependents.items()},
        {cell: tuple(found) for cell, found in looked.items()},
        frozenset(one.path for one in made.fields if one.sensitivity in Label.values),
        (
            *((one.dataset, "label", f"{one.container}/{LABEL}") for one in made.entities),
            *((one.dataset, name, path) for one in made.entities for path, name in one.properties.items()),
        ),
    )


def _file(source: str) -> str:
    """``jr://file-csv/trees.csv`` → ``trees``."""
    return source.rpartition("/")[2].removesuffix(".csv")


def _fed(entity_list: EntityList) -> dict[str, dict[Place, None]]:
    """Property, or ``label`` → the answers that it comes from, by every published version that writes to the list."""
    found: dict[str, dict[Place, None]] = {}
    for name, places in entity_list.written_by.items():
        for form, path in places:
            found.setdefault(name, {})[(UUID(form), path)] = None
    versions = FormVersion.objects.filter(form__programme=entity_list.programme, published_at__isnull=False)
    for version, form_pk in versions.values_list("pk", "form"):
        for dataset, name, path in _traced(version).fed:
            if dataset == entity_list.name:
                found.setdefault(name, {})[(form_pk, path)] = None
    return found


class _Reckoning:
    """The rules of some forms, and of all those from which they look something up."""

    def __init__(self, forms: Iterable[UUID]) -> None:
        self._policies: dict[Place, FieldPolicy] = {}
        self._said: set[Place] = set()
        self._dependents: dict[Place, dict[Place, None]] = {}
        self._inherited: dict[Place, dict[Place, tuple[str, str, str]]] = {}
        self._lists: dict[str, dict[str, dict[Place, None]]] = {}
        known: set[UUID] = set()
        waiting = set(forms)
        while waiting:
            known |= waiting
            waiting = self._read(waiting) - known
        self._spread()

    def rules(self, form: UUID) -> dict[str, Rule]:
        places = [place for place in (*self._policies, *self._inherited) if place[0] == form]
        return {path: self.rule((form, path)) for _form, path in dict.fromkeys(places)}

    def rule(self, place: Place) -> Rule:
        policy = self._policies.get(place)
        label, reader, public = _policy(policy)
        said = policy is not None and (policy.said or place in self._said)
        inherited = self._inherited.get(place, {})
        if not said:
            for its, its_reader, its_public in inherited.values():
                # What is reckoned from an answer shown coarser could tell it to the metre; there is no coarser of that.
                reader = Sight.NOTHING if its_reader != Sight.VALUE else reader
                public = Sight.NOTHING if its_public != Sight.VALUE else public
                label = max(label, its, key=lambda one: _LABELS.index(Label(one)))
        names = dict.fromkeys(path.rpartition("/")[2] for _form, path in inherited)
        return Rule(place[1], label, reader, public, said, tuple(names))

    def _read(self, forms: set[UUID]) -> set[UUID]:
        """Takes these forms in; gives those that feed the lists in which they look something up."""
        for policy in FieldPolicy.objects.filter(form__in=forms):
            self._policies[(policy.form_id, policy.path)] = policy
        further: set[UUID] = set()
        # A draft counts, too: its designer sees on the questions page what publishing it will mean.
        versions = FormVersion.objects.filter(form__in=forms).order_by(F("published_at").asc(nulls_last=True))
        newest = {}
        asked = [
            (_traced(version), form, at) for version, form, at in versions.values_list("pk", "form", "published_at")
        ]
        self._learn({name for traced, _form, _at in asked for name, _column in traced.looked})
        for traced, form, published in asked:
            if published is not None:
                newest[form] = traced
            for source, paths in traced.dependents.items():
                self._dependents.setdefault((form, source), {}).update(dict.fromkeys((form, path) for path in paths))
            for (name, column), paths in traced.looked.items():
                for place in self._lists[name].get(column, ()):
                    further.add(place[0])
                    self._dependents.setdefault(place, {}).update(dict.fromkeys((form, path) for path in paths))
        self._said |= {(form, path) for form, traced in newest.items() for path in traced.said}
        return further

    def _learn(self, names: Collection[str]) -> None:
        """What feeds these lists, in one question for all of them: this is asked for with each page."""
        new = set(names) - self._lists.keys()
        if new:
            self._lists.update({name: {} for name in new})
            for one in EntityList.objects.filter(name__in=new):
                self._lists[one.name] = _fed(one)

    def _spread(self) -> None:
        """From each masked answer to all that is written from it. What somebody said of one of these ends it there."""
        for source, policy in self._policies.items():
            told = _policy(policy)
            if told[1] == told[2] == Sight.VALUE:
                continue
            seen = {source}
            stack = [source]
            while stack:
                for place in self._dependents.get(stack.pop(), ()):
                    if place in seen:
                        continue
                    seen.add(place)
                    self._inherited.setdefault(place, {})[source] = told
                    own = self._policies.get(place)
                    if own is None or not (own.said or place in self._said):
                        stack.append(place)


def _policy(policy: FieldPolicy | None) -> tuple[str, str, str]:
    """A name never leaves for public use, whatever else was said of it."""
    if policy is None:
        return Label.NONE, Sight.VALUE, Sight.VALUE
    public = Sight.NOTHING if policy.label in (Label.PERSONAL, Label.IDENTIFYING) else policy.public_sees
    return policy.label, policy.reader_sees, public
