"""Figures of places: given ones first, then sums of linked districts, then roll-ups, then what a formula derives.

A figure uses the parents and borders at its period's end. What a person may not see is not rolled up either; the share
of members that were present is shown beside each figure.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rafid.commons.places.models import Level
from rafid.commons.places.queries import barred

from . import formula
from .formula import Atom, Term
from .hierarchy import Ages, Area, Hierarchy, linked
from .models import Indicator, IndicatorState, IndicatorValue
from .periods import span
from .rollup import roll_up

GIVEN, LINKS, ROLLED, DERIVED, BARRED = "given", "links", "rolled", "derived", "barred"
"""Where a figure comes from: its source gave it; it is the sum of linked districts of another division; it was rolled
up from what lies inside; a formula derived it; it must not be computed for this place."""

_RANK = {GIVEN: 0, DERIVED: 0, ROLLED: 1, LINKS: 2}


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` None with ``basis`` barred: withheld, the country pack says why. ``links`` is the share of linked
    districts (A and B of A, B and C) that a sum of links holds, None for other figures."""

    value: float | None
    basis: str = GIVEN
    numerator: float | None = None
    denominator: float | None = None
    share_present: float | None = None
    links: float | None = None
    provisional: bool = False
    source: str = ""
    as_of: str = ""


@dataclass
class Board:
    """The figures that were asked for, of one period: ``of(code, by)`` gives them by place."""

    period: str
    places: Hierarchy
    indicators: Mapping[str, Indicator]
    figures: Mapping[Atom, Mapping[UUID, Figure]]

    def of(self, code: str, by: str = "") -> Mapping[UUID, Figure]:
        return self.figures.get(Atom(code, by), {})

    def value(self, place: UUID, code: str, by: str = "") -> float | None:
        figure = self.of(code, by).get(place)
        return figure.value if figure else None

    def sources(self) -> list[tuple[str, str]]:
        """Distinct sources with their dates, in the order in which they were met."""
        found = {
            (one.source, one.as_of): None for figures in self.figures.values() for one in figures.values() if one.source
        }
        return list(found)


class Reader:
    """Reads figures for one person. Definitions, hierarchy and links are read once, values once a call."""

    def __init__(self, user: Any, *, ages: Ages | None = None) -> None:
        self.user = user
        rows = list(Indicator.objects.visible_to(user).order_by("code", "version"))
        self.versions: dict[str, list[Indicator]] = defaultdict(list)
        for row in rows:
            self.versions[row.code].append(row)
        self.indicators = {row.code: row for row in rows if row.state == IndicatorState.ADOPTED}
        self.known = frozenset(self.indicators)
        self._ages = ages

    @property
    def ages(self) -> Ages:
        if self._ages is None:
            self._ages = Ages()
        return self._ages

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
        needed = self.needed(atoms)
        held = self._values(periods, needed)
        boards = []
        for period in periods:
            places = self.ages.on(span(period).end)
            working = _Period(self, places, held.get(period, {}))
            boards.append(
                Board(period, places, self.indicators, {atom: working.resolve(atom) for atom in dict.fromkeys(atoms)})
            )
        return boards

    def board(self, period: str, asked: Sequence[Atom | tuple[str, str] | str]) -> Board:
        return self.boards([period], asked)[0]

    def _values(self, periods: Sequence[str], needed: Iterable[Atom]) -> dict[str, dict[Atom, dict[UUID, Figure]]]:
        needed = list(needed)
        codes = {atom.code for atom in needed}
        owners = {row.pk: (row.code, row.version) for code in codes for row in self.chain(code)}
        if not owners or not periods:
            return {}
        rows = (
            IndicatorValue.objects.visible_to(self.user)
            .filter(indicator__in=list(owners), period__in=list(periods), by__in={atom.by for atom in needed})
            .order_by()
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
        held: dict[str, dict[Atom, dict[UUID, Figure]]] = defaultdict(lambda: defaultdict(dict))
        newest: dict[tuple[str, Atom, UUID], int] = {}
        for pk, period, by, place, value, numerator, denominator, share, provisional, source, as_of in rows:
            code, version = owners[pk]
            atom = Atom(code, by)
            # A newer version's own figure stands before one that it took over.
            if newest.setdefault((period, atom, place), version) > version:
                continue
            newest[period, atom, place] = version
            held[period][atom][place] = Figure(
                value, GIVEN, numerator, denominator, share, None, provisional, source, as_of
            )
        return held


@dataclass
class _Period:
    """The work on one period."""

    reader: Reader
    places: Hierarchy
    held: Mapping[Atom, Mapping[UUID, Figure]]

    def __post_init__(self) -> None:
        self.known: dict[Atom, dict[UUID, Figure]] = {}
        self.parts, self.doubtful = linked(self.places.links)

    def resolve(self, atom: Atom) -> dict[UUID, Figure]:
        found = self.known.get(atom)
        if found is not None:
            return found
        indicator = self.reader.indicators.get(atom.code)
        if indicator is None:
            return {}
        self.known[atom] = {}  # a formula that names itself by a detour derives nothing
        figures = {pk: one for pk, one in self.held.get(atom, {}).items() if pk in self.places.areas}
        terms = self.reader.terms(atom.code)
        if terms:
            for pk, figure in self._derive(indicator, terms, atom.by).items():
                figures.setdefault(pk, figure)
        else:
            self._sum_links(indicator, figures)
            self._roll_up(indicator, figures)
        if not indicator.counts:
            self._bar(figures)
        self.known[atom] = figures
        return figures

    def _bar(self, figures: dict[UUID, Figure]) -> None:
        refs = barred("rates")
        for area in self.places:
            if area.ref in refs and area.id in figures:
                figures[area.id] = Figure(None, BARRED)

    def _sum_links(self, indicator: Indicator, figures: dict[UUID, Figure]) -> None:
        """Districts without figures of their own: what their linked districts of another division add up to."""
        wholes = [
            pk
            for pk, parts in self.parts.items()
            if pk in self.places.areas and pk not in figures and any(part in figures for part in parts)
        ]
        members = [(index, part) for index, pk in enumerate(wholes) for part in self.parts[pk]]
        for pk, figure in self._rolled(indicator, wholes, members, figures, LINKS).items():
            summed = len(self.parts[pk])
            figures[pk] = replace(figure, links=summed / (summed + self.doubtful.get(pk, 0)))

    def _roll_up(self, indicator: Indicator, figures: dict[UUID, Figure]) -> None:
        """Level by level upwards: an area without a figure takes what its parts give, by the parents of that day.

        Where an area is cut up in more than one way, the division whose figures were given comes first, then the one
        that is more complete.
        """
        for level in range(Level.SUBDISTRICT, Level.COUNTRY, -1):
            best: dict[UUID, tuple[int, float, Figure]] = {}
            by_division: dict[str, list[Area]] = defaultdict(list)
            for area in self.places.at(level):
                by_division[area.division].append(area)
            for members in by_division.values():
                wholes = list(
                    dict.fromkeys(
                        area.parent
                        for area in members
                        if area.parent in self.places.areas and area.parent not in figures
                    )
                )
                at = {pk: index for index, pk in enumerate(wholes)}
                pairs = [(at[area.parent], area.id) for area in members if area.parent in at]
                rolled = self._rolled(indicator, [pk for pk in wholes if pk], pairs, figures, ROLLED)
                for pk, figure in rolled.items():
                    inside = [figures[area.id].basis for area in members if area.parent == pk and area.id in figures]
                    rank = max((_RANK[basis] for basis in inside), default=9)
                    claim = (-rank, figure.share_present or 0.0, figure)
                    if pk not in best or claim[:2] > best[pk][:2]:
                        best[pk] = claim
            figures.update({pk: figure for pk, (_rank, _share, figure) in best.items()})

    def _rolled(
        self,
        indicator: Indicator,
        wholes: Sequence[UUID],
        members: Sequence[tuple[int, UUID]],
        figures: Mapping[UUID, Figure],
        basis: str,
    ) -> dict[UUID, Figure]:
        if not wholes or not members:
            return {}
        group = np.array([index for index, _pk in members], dtype=np.intp)
        held = [figures.get(pk) for _index, pk in members]

        def column(name: str) -> NDArray[np.float64]:
            return np.array(
                [np.nan if one is None or getattr(one, name) is None else getattr(one, name) for one in held], float
            )

        value, numerator, denominator = column("value"), column("numerator"), column("denominator")
        how, count = indicator.rollup, len(wholes)
        if how == "ratio":
            # Σ numerator / Σ denominator; the multiplier is the indicator's.
            result, share = roll_up(group=group, groups=count, how=how, numerator=numerator, denominator=denominator)
            result = result * indicator.multiplier
        elif how == "weighted_mean":
            result, share = roll_up(group=group, groups=count, how=how, value=value, weight=denominator)
        else:
            result, share = roll_up(group=group, groups=count, how=how, value=value)
        both = ~np.isnan(numerator) & ~np.isnan(denominator)
        above = np.bincount(group[both], numerator[both], count)
        below = np.bincount(group[both], denominator[both], count)
        complete = np.bincount(group[both], minlength=count) > 0
        found = {}
        for index, pk in enumerate(wholes):
            if math.isnan(result[index]):
                continue
            own = [one for (at, _pk), one in zip(members, held, strict=True) if at == index and one is not None]
            source, as_of = _common(own)
            found[pk] = Figure(
                float(result[index]),
                basis,
                float(above[index]) if complete[index] else None,
                float(below[index]) if complete[index] else None,
                float(share[index]),
                None,
                any(one.provisional for one in own),
                source,
                as_of,
            )
        return found

    def _derive(self, indicator: Indicator, terms: tuple[Term, Term], by: str) -> dict[UUID, Figure]:
        """Numerator over denominator × multiplier, where both are there; the basis is that of the weaker one."""
        above, below = (self._term(term, by) for term in terms)
        found = {}
        for pk, top in above.items():
            bottom = below.get(pk)
            if bottom is None or top.value is None or not bottom.value:
                continue
            basis = max(top.basis, bottom.basis, key=lambda one: _RANK.get(one, 0))
            shares = [one.share_present for one in (top, bottom) if one.share_present is not None]
            links = [one.links for one in (top, bottom) if one.links is not None]
            found[pk] = Figure(
                indicator.multiplier * top.value / bottom.value,
                DERIVED if basis == GIVEN else basis,
                top.value,
                bottom.value,
                min(shares) if shares else None,
                min(links) if links else None,
                top.provisional or bottom.provisional,
                top.source or bottom.source,
                top.as_of or bottom.as_of,
            )
        return found

    def _term(self, term: Term, by: str) -> dict[UUID, Figure]:
        """The term by place; where it adds alternatives up, only places that have all of them."""
        if term.is_area:
            areas = ((area.id, self.places.km2(area)) for area in self.places)
            return {pk: Figure(km2) for pk, km2 in areas if km2}
        atoms = term.atoms(by)
        if not atoms:
            return {}
        parts = [self.resolve(atom) for atom in atoms]
        found = {}
        for pk, first in parts[0].items():
            values = [part[pk].value if pk in part else None for part in parts]
            numbers = [value for value in values if value is not None]
            if len(numbers) < len(parts):
                continue
            basis = max((part[pk].basis for part in parts), key=lambda one: _RANK.get(one, 0))
            found[pk] = replace(first, value=sum(numbers), basis=basis)
        return found


def _common(figures: Sequence[Figure]) -> tuple[str, str]:
    """The members' sources, each once, and their date where it is the same for all."""
    sources = dict.fromkeys(one.source for one in figures if one.source)
    dates = {one.as_of for one in figures}
    return "; ".join(sources), dates.pop() if len(dates) == 1 else ""
