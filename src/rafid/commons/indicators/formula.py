"""Formulas of derived indicators: ``population{sex=male}`` over ``population{sex=female}``.

A term names an indicator and, in braces, what it is broken down by; alternatives are added up:
``population{age_group=00-04|05-09}``. ``@area_km2`` is the area of the place at the period's end. A formula that is a
plain sentence, such as "children vaccinated", derives nothing: such an indicator is imported or computed.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from . import disaggregation

AREA = "@area_km2"
_TERM = re.compile(r"(?P<code>[a-z][a-z0-9_.-]*)(?:\{(?P<parts>[^{}]*)\})?")


@dataclass(frozen=True)
class Atom:
    """One thing that is counted: an indicator's code and its disaggregation in canonical text."""

    code: str
    by: str = ""


@dataclass(frozen=True)
class Term:
    """``fixed``: the disaggregation that the term itself asks for, with the alternatives of each dimension."""

    code: str
    fixed: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def is_area(self) -> bool:
        return self.code == AREA

    def atoms(self, by: str = "") -> list[Atom]:
        """What is to be added up for the disaggregation ``by``; nothing where that says otherwise than the term."""
        asked = disaggregation.split(by)
        choices: dict[str, tuple[str, ...]] = {name: (code,) for name, code in asked.items()}
        for name, codes in self.fixed:
            if name in asked and asked[name] not in codes:
                return []
            choices[name] = (asked[name],) if name in asked else codes
        return [
            Atom(self.code, disaggregation.join(dict(zip(choices, combination, strict=True))))
            for combination in itertools.product(*choices.values())
        ]

    def leftover(self, by: str) -> str | None:
        """What a stored disaggregation adds to the term's own, None where it does not hold the term's."""
        parts = disaggregation.split(by)
        for name, codes in self.fixed:
            if parts.pop(name, None) not in codes:
                return None
        return disaggregation.join(parts)


@lru_cache(maxsize=2048)
def parse(text: str) -> Term | None:
    """The term, or None for a plain sentence.

    >>> parse("population{sex=male}").atoms("age_group=00-04")
    [Atom(code='population', by='age_group=00-04;sex=male')]
    """
    text = text.strip()
    if text == AREA:
        return Term(AREA)
    found = _TERM.fullmatch(text)
    if not found:
        return None
    fixed = []
    for piece in (found["parts"] or "").split(";"):
        if not piece.strip():
            continue
        name, equals, codes = piece.partition("=")
        try:
            single = [disaggregation.split(f"{name.strip()}={code.strip()}") for code in codes.split("|")]
        except ValueError:
            return None
        if not equals:
            return None
        fixed.append((name.strip(), tuple(next(iter(one.values())) for one in single)))
    return Term(found["code"], tuple(fixed))


def terms(numerator: str, denominator: str, known: frozenset[str]) -> tuple[Term, Term] | None:
    """Both terms of a derived indicator, None where one of them names nothing that is known."""
    pair = parse(numerator), parse(denominator)
    if pair[0] is None or pair[1] is None:
        return None
    if any(not term.is_area and term.code not in known for term in pair if term):
        return None
    return pair[0], pair[1]


def words(term: Term, names: dict[str, str]) -> Iterator[str]:
    """The term as a person reads it: the indicator's name, then what it is limited to."""
    yield names.get(term.code, term.code)
    for name, codes in term.fixed:
        yield ", ".join(_ranges(name, codes))


def _ranges(name: str, codes: tuple[str, ...]) -> list[str]:
    """Neighbours of an ordered list are said as one stretch: «0-4 years … 10-14 years»."""
    order = list(disaggregation.code_lists().get(name, {}))
    if any(code not in order for code in codes) or len(codes) < 3:
        return [disaggregation.code_name(name, code) for code in codes]
    said: list[str] = []
    for _key, group in itertools.groupby(enumerate(sorted(map(order.index, codes))), lambda pair: pair[1] - pair[0]):
        run = [order[at] for _i, at in group]
        ends = [run[0]] if len(run) == 1 else [run[0], run[-1]]
        said.append(" … ".join(disaggregation.code_name(name, code) for code in ends))
    return said
