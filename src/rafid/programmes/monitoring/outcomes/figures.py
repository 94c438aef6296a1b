"""What changed for those who were asked: per question, in all, and by group; pairs first, others apart. Pure.

In all: who answers at least 80 % of the knowledge questions right (of all questions where the study asks none of knowledge).
Behaviour is what somebody says of himself and is never added to knowledge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rafid.methods.disclosure import protect_counts
from rafid.methods.progress import GroupChange, PairedChange, group_change, paired_change

ENOUGH = 0.8
SMALL = 30
"""Fewer pairs than this are marked: their interval says little."""
FEWEST = 5
"""Groups with fewer people than this are not shown outside the third party, nor what would tell them."""
OVERALL = ""


@dataclass
class Person:
    """``answers``: round → question → 1 or 0."""

    sex: str = ""
    age_group: str = ""
    disability: bool | None = None
    partner: str = ""
    answers: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """``pairs``: of those who answered in both rounds. ``apart``: of those who answered in one of them only."""

    pairs: PairedChange | None
    apart: GroupChange | None
    only_first: int
    only_then: int

    @property
    def n(self) -> int:
        return self.pairs.n if self.pairs else 0

    @property
    def small(self) -> bool:
        return bool(self.pairs and self.pairs.n < SMALL)

    @property
    def small_apart(self) -> bool:
        return bool(self.apart and min(self.apart.n_before, self.apart.n_after) < SMALL)

    @property
    def word(self) -> str:
        """rises or falls where the whole interval says so, else unclear; "" where there is nothing."""
        one = self.pairs or self.apart
        if one is None:
            return ""
        return "rises" if one.low > 0 else "falls" if one.high < 0 else "unclear"


@dataclass(frozen=True)
class Group:
    """``change`` None: withheld."""

    code: str
    change: Change | None


def counted_in_all(questions: Iterable[str], topics: Mapping[str, str]) -> list[str]:
    every = sorted(questions)
    return [one for one in every if topics.get(one) == "knowledge"] or every


def answered(person: Person, turn: str, question: str, counted: Sequence[str]) -> bool | None:
    """Whether the person's answer counts as yes; None where there is none. In all, a question left out is not known."""
    answers = person.answers.get(turn, {})
    if question != OVERALL:
        return answers[question] == 1 if question in answers else None
    there = [answers.get(one) for one in counted]
    if all(one is None for one in there):
        return None
    return sum(one == 1 for one in there) >= ENOUGH * len(there) - 1e-9


def change(
    people: Iterable[Person], question: str, first: str, then: str, counted: Sequence[str], *, paired: bool = True
) -> Change:
    """From the round ``first`` to ``then``; not ``paired``: other people each time, all of them apart."""
    pairs: list[tuple[bool, bool]] = []
    once: tuple[list[bool], list[bool]] = ([], [])
    for person in people:
        one, other = (answered(person, turn, question, counted) for turn in (first, then))
        if paired and one is not None and other is not None:
            pairs.append((one, other))
            continue
        for values, value in zip(once, (one, other), strict=True):
            if value is not None:
                values.append(value)
    apart = group_change(sum(once[0]), len(once[0]), sum(once[1]), len(once[1])) if once[0] and once[1] else None
    found = paired_change([a for a, _ in pairs], [b for _, b in pairs]) if pairs else None
    return Change(found, apart, len(once[0]), len(once[1]))


def groups(
    people: Sequence[Person],
    of: Callable[[Person], str],
    question: str,
    first: str,
    then: str,
    counted: Sequence[str],
    *,
    paired: bool = True,
    withhold: bool = False,
) -> list[Group]:
    """The change in each group. ``withhold``: small groups, and those by which they could be worked out, are None."""
    by: dict[str, list[Person]] = {}
    for person in people:
        by.setdefault(of(person), []).append(person)
    found = [
        Group(code, change(some, question, first, then, counted, paired=paired)) for code, some in sorted(by.items())
    ]
    found = [one for one in found if one.change and (one.change.n or one.change.apart)]
    return _withheld(found) if withhold else found


def _withheld(found: list[Group]) -> list[Group]:
    sizes = [_people(one) for one in found]
    if not sizes:
        return found
    safe = protect_counts([*sizes, sum(sizes)], sums=[(len(sizes), list(range(len(sizes))))], k=FEWEST)
    return [
        Group(one.code, None) if hidden else one
        for one, hidden in zip(found, safe.withheld[: len(sizes)].tolist(), strict=True)
    ]


def _people(one: Group) -> int:
    if one.change is None:
        return 0
    return one.change.n or (one.change.apart.n_before + one.change.apart.n_after if one.change.apart else 0)
