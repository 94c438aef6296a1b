"""Figures of places: given ones first, then sums of linked districts, then roll-ups, then what a formula derives.

A figure uses the parents and borders at its period's end. What a person may not see is not rolled up either; the share
of members that were present is shown beside each figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from . import formula
from .formula import Atom, Term
from .hierarchy import Ages, Hierarchy, ages
from .models import Indicator, IndicatorState, IndicatorValue, ValueQuerySet
from .periods import span
from .resolution import BARRED, DERIVED, GIVEN, LINKS, ROLLED, Column, Figure, Resolution, Sources

__all__ = ["BARRED", "DERIVED", "GIVEN", "LINKS", "ROLLED", "Board", "Figure", "Reader", "is_demonstration"]

DEMONSTRATION = "DEMONSTRATION"
"""How the source of an invented figure begins: the word goes with it into every page, file and answer."""


def is_demonstration(source: str) -> bool:
    return DEMONSTRATION in source


@dataclass
class Board:
    """The figures that were asked for, of one period: ``of(code, by)`` gives them by place."""

    period: str
    places: Hierarchy
    indicators: Mapping[str, Indicator]
    figures: Mapping[Atom, Column]

    def of(self, code: str, by: str = "") -> Mapping[UUID, Figure]:
        return self.figures.get(Atom(code, by)) or {}

    def value(self, place: UUID, code: str, by: str = "") -> float | None:
        figure = self.of(code, by).get(place)
        return figure.value if figure else None

    def sources(self, places: Iterable[UUID] | None = None) -> list[tuple[str, str]]:
        """Distinct sources with their dates, of some places or of all."""
        shown = None if places is None else [self.places.position[pk] for pk in places if pk in self.places.position]
        found: dict[tuple[str, str], None] = {}
        for column in self.figures.values():
            found.update(dict.fromkeys(column.used_sources(shown)))
        return list(found)


class Reader:
    """Reads figures for one person. Definitions, hierarchy and links are read once, values once a call."""

    def __init__(self, user: Any, *, known_ages: Ages | None = None, owner: Any = None) -> None:
        """``owner``: an organisation whose figures alone, with those of its branches, are read."""
        self.user, self.owner = user, owner
        self.only: frozenset[UUID] | None = None
        """Places whose stored figures alone are read: enough for what is made of them."""
        rows = list(Indicator.objects.visible_to(user).order_by("code", "version"))
        self.versions: dict[str, list[Indicator]] = defaultdict(list)
        for row in rows:
            self.versions[row.code].append(row)
        self.indicators = {row.code: row for row in rows if row.state == IndicatorState.ADOPTED}
        self.known = frozenset(self.indicators)
        self._ages = known_ages

    @property
    def ages(self) -> Ages:
        if self._ages is None:
            self._ages = ages()
        return self._ages

    def stored(self) -> ValueQuerySet:
        """The stored figures that the person may see."""
        found = IndicatorValue.objects.visible_to(self.user)
        if self.only is not None:
            found = found.filter(place__in=self.only)
        return found if self.owner is None else found.filter(owner__lineage__contains=[self.owner.pk])

    def chain(self, code: str) -> list[Indicator]:
        """The adopted version and those before it whose figures it goes on with, oldest first."""
        found: list[Indicator] = []
        by_id = {row.pk: row for row in self.versions.get(code, ())}
        row = self.indicators.get(code)
        while row is not None:
            found.insert(0, row)
            row = by_id.get(row.continues_id)
        return found

    def terms(self, code: str) -> tuple[Term, Term] | None:
        indicator = self.indicators.get(code)
        if indicator is None:
            return None
        return formula.terms(indicator.numerator, indicator.denominator, self.known - {code})

    def needed(self, asked: Iterable[Atom]) -> dict[Atom, None]:
        """The atoms that must be read for those asked: they themselves, and what their formulas name."""
        found: dict[Atom, None] = {}
        waiting = list(asked)
        while waiting:
            atom = waiting.pop()
            if atom in found or atom.code not in self.known:
                continue
            found[atom] = None
            for term in self.terms(atom.code) or ():
                if not term.is_area:
                    waiting.extend(term.atoms(atom.by))
        return found

    def boards(self, periods: Sequence[str], asked: Sequence[Atom | tuple[str, str] | str]) -> list[Board]:
        """One board a period, for the indicators and disaggregations asked; all values by one statement.

        A code alone asks for its total. Unknown codes have no figures. Raises ``ValueError`` for what is no period.
        """
        atoms = [Atom(one) if isinstance(one, str) else one if isinstance(one, Atom) else Atom(*one) for one in asked]
        atoms = list(dict.fromkeys(atom for atom in atoms if atom.code in self.known))
        places = {period: self.ages.on(span(period).end) for period in periods}
        held = self._values(places, self.needed(atoms))
        boards = []
        for period in periods:
            working = Resolution(places[period], self.indicators, self.terms, held[period])
            boards.append(
                Board(period, places[period], self.indicators, {atom: working.resolve(atom) for atom in atoms})
            )
        return boards

    def board(self, period: str, asked: Sequence[Atom | tuple[str, str] | str]) -> Board:
        return self.boards([period], asked)[0]

    def _values(self, places: Mapping[str, Hierarchy], needed: Iterable[Atom]) -> dict[str, dict[Atom, Column]]:
        """The stored figures of these periods by atom: those that the person may see."""
        needed = list(needed)
        owners = {row.pk: row for code in {atom.code for atom in needed} for row in self.chain(code)}
        sources = Sources()
        held: dict[str, dict[Atom, Column]] = {
            period: {atom: Column(hierarchy, sources) for atom in needed} for period, hierarchy in places.items()
        }
        if not owners or not places:
            return held
        rows = (
            self.stored()
            .filter(indicator__in=list(owners), period__in=list(places), by__in={atom.by for atom in needed})
            .order_by("indicator__version")
            .values_list(
                "indicator_id",
                "period",
                "by",
                "place_id",
                "value",
                "numerator",
                "denominator",
                "share_present",
                "provisional",
                "source_text",
                "as_of",
            )
        )
        gathered: dict[tuple[str, str, str], list[tuple[Any, ...]]] = defaultdict(list)
        codes = {pk: row.code for pk, row in owners.items()}
        for pk, period, by, *figure in rows:
            # Of two versions that go on with one another, the newer one's own figure comes last and stands.
            gathered[codes[pk], period, by].append(tuple(figure))
        for (code, period, by), figures in gathered.items():
            column = held[period].get(Atom(code, by))
            if column is not None:
                column.fill(figures)
        return held
