"""The arithmetic of one period: columns of figures over all areas, filled from what is stored, upwards and by formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rafid.commons.places.queries import barred

from .formula import Atom, Term
from .hierarchy import Hierarchy, Tier
from .models import Indicator
from .rollup import roll_up

GIVEN, DERIVED, ROLLED, LINKS, BARRED = "given", "derived", "rolled", "links", "barred"
"""Where a figure comes from: its source gave it; a formula derived it; it was rolled up from what lies inside; it is the
sum of linked districts of another division; it must not be computed for this place."""

_BASES = ("", GIVEN, DERIVED, ROLLED, LINKS, BARRED)
_NOTHING, _GIVEN, _DERIVED, _ROLLED, _LINKS, _BARRED = range(6)


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


class Sources:
    """(source, date) pairs by number; number 0 names none."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str]] = [("", "")]
        self._numbers: dict[tuple[str, str], int] = {("", ""): 0}
        self._made_of: dict[int, tuple[int, ...]] = {}

    def number(self, pair: tuple[str, str]) -> int:
        found = self._numbers.get(pair)
        if found is None:
            found = self._numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
        return found

    def joined(self, numbers: Sequence[int]) -> int:
        """Several sources as one: each named once, the date where it is the same for all."""
        single = tuple(dict.fromkeys(one for number in numbers for one in self._made_of.get(number, (number,))))
        pairs = [self.pairs[number] for number in single]
        dates = {as_of for _source, as_of in pairs}
        names = dict.fromkeys(source for source, _as_of in pairs if source)
        joint = self.number(("; ".join(names), dates.pop() if len(dates) == 1 else ""))
        if len(single) > 1 and joint not in single:
            self._made_of[joint] = single
        return joint

    def merged(self, columns: Sequence[NDArray[np.intp]]) -> NDArray[np.intp]:
        """Position by position, the sources of all columns as one; a column that names none is passed over."""
        if len(columns) == 1:
            return columns[0]
        ways, which = np.unique(np.vstack(columns), axis=1, return_inverse=True)
        found = [self._one([int(number) for number in way if number]) for way in ways.T]
        return np.array(found, dtype=np.intp)[which.reshape(-1)]

    def _one(self, numbers: Sequence[int]) -> int:
        return numbers[0] if len(set(numbers)) == 1 else self.joined(numbers) if numbers else 0


def _number(value: Any) -> float | None:
    return None if value != value else float(value)


class Column(Mapping[UUID, Figure]):
    """The figures of one indicator and disaggregation, by the position of their area; a figure is made when asked for."""

    def __init__(self, places: Hierarchy, sources: Sources) -> None:
        self.places, self.sources = places, sources
        count = len(places.order)
        self.numbers = np.full((5, count), np.nan)
        self.value, self.numerator, self.denominator, self.share, self.links = self.numbers
        self.basis = np.zeros(count, dtype=np.int8)
        self.provisional = np.zeros(count, dtype=bool)
        self.source = np.zeros(count, dtype=np.intp)

    def fill(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Stored figures: (place, value, numerator, denominator, share, provisional, source, date)."""
        held = [(at, row) for row in rows if (at := self.places.position.get(row[0])) is not None]
        if not held:
            return
        where = np.array([at for at, _row in held], dtype=np.intp)
        self.numbers[:4, where] = np.array([row[1:5] for _at, row in held], dtype=float).T  # None becomes NaN
        self.links[where] = np.nan
        self.basis[where] = _GIVEN
        self.provisional[where] = [row[5] for _at, row in held]
        self.source[where] = [self.sources.number((row[6], row[7])) for _at, row in held]

    def __getitem__(self, place: UUID) -> Figure:
        at = self.places.position[place]
        if not self.basis[at]:
            raise KeyError(place)
        source, as_of = self.sources.pairs[self.source[at]]
        value, numerator, denominator, share, links = map(_number, self.numbers[:, at])
        return Figure(
            value,
            _BASES[self.basis[at]],
            numerator,
            denominator,
            share,
            links,
            bool(self.provisional[at]),
            source,
            as_of,
        )

    def __iter__(self) -> Iterator[UUID]:
        return (self.places.order[at].id for at in np.flatnonzero(self.basis))

    def __len__(self) -> int:
        return int(np.count_nonzero(self.basis))

    def used_sources(self, positions: Sequence[int] | None = None) -> list[tuple[str, str]]:
        """Those of the figures at these positions, or of all."""
        there = self.source if positions is None else self.source[list(positions)]
        return [self.sources.pairs[number] for number in np.unique(there[there > 0])]


class Resolution:
    """Columns of one period. ``terms`` gives the two terms of a derived indicator's formula, or None."""

    def __init__(
        self,
        places: Hierarchy,
        indicators: Mapping[str, Indicator],
        terms: Callable[[str], tuple[Term, Term] | None],
        held: Mapping[Atom, Column],
    ) -> None:
        self.places, self.indicators, self.terms, self.held = places, indicators, terms, held
        self.sources = next(iter(held.values())).sources if held else Sources()
        self._known: dict[Atom, Column] = {}

    def resolve(self, atom: Atom) -> Column:
        """The complete column; the stored one is filled up in place. Empty for an atom that was not read."""
        found = self._known.get(atom)
        if found is not None:
            return found
        column = self.held.get(atom)
        if column is None:
            column = Column(self.places, self.sources)
        indicator = self.indicators[atom.code]
        terms = self.terms(atom.code)
        if terms:
            self._known[atom] = Column(
                self.places, self.sources
            )  # a formula that names itself by a detour gives nothing
            self._derive(column, indicator, terms, atom.by)
        else:
            self._sum_links(column, indicator)
            self._roll_up(column, indicator)
        if not indicator.counts:
            self._bar(column)
        self._known[atom] = column
        return column

    def _bar(self, column: Column) -> None:
        for ref in barred("rates"):
            at = next((at for at, area in enumerate(self.places.order) if area.ref == ref), None)
            if at is not None and column.basis[at]:
                column.numbers[:, at] = np.nan
                column.basis[at] = _BARRED

    def _sum_links(self, column: Column, indicator: Indicator) -> None:
        """Districts without figures of their own: what their linked districts of another division add up to."""
        rolled = self._rolled(column, indicator, self.places.linked)
        if rolled is None:
            return
        wholes = self.places.linked.wholes
        new = rolled.there & (column.basis[wholes] == _NOTHING)
        rolled.write(column, wholes, new, _LINKS)
        for at in wholes[new]:
            column.links[at] = self.places.share_linked[int(at)]

    def _roll_up(self, column: Column, indicator: Indicator) -> None:
        """Level by level upwards: an area without a figure takes what its parts give, by the parents of that day.

        Where an area is cut up in more than one way, the division whose figures were given comes first, then the one
        that is more complete.
        """
        for tiers in self.places.tiers:
            best: dict[int, tuple[tuple[float, float], _Rolled, int]] = {}
            for tier in tiers:
                rolled = self._rolled(column, indicator, tier)
                if rolled is None:
                    continue
                for index in np.flatnonzero(rolled.there & (column.basis[tier.wholes] == _NOTHING)):
                    claim = (-float(rolled.weakest[index]), float(rolled.share[index]))
                    at = int(tier.wholes[index])
                    if at not in best or claim > best[at][0]:
                        best[at] = (claim, rolled, int(index))
            for at, (_claim, rolled, index) in best.items():
                rolled.write_one(column, at, index, _ROLLED)

    def _rolled(self, column: Column, indicator: Indicator, tier: Tier) -> _Rolled | None:
        """What the members of a tier give their wholes; None where no member has a figure or no whole needs one."""
        members, group, count = tier.members, tier.group, len(tier.wholes)
        basis = column.basis[members]
        if not basis.any() or column.basis[tier.wholes].all():
            return None
        value, numerator, denominator = column.numbers[:3, members]
        how = indicator.rollup
        taken = {"ratio": np.vstack([numerator, denominator]), "weighted_mean": np.vstack([value, denominator])}.get(
            how, np.vstack([value])
        )
        if how == "ratio":
            # Σ numerator / Σ denominator; the multiplier is the indicator's.
            result, share = roll_up(group=group, groups=count, how=how, numerator=numerator, denominator=denominator)
            result = result * indicator.multiplier
        elif how == "weighted_mean":
            result, share = roll_up(group=group, groups=count, how=how, value=value, weight=denominator)
        else:
            result, share = roll_up(group=group, groups=count, how=how, value=value)
        both = ~(np.isnan(numerator) | np.isnan(denominator))
        above, below = (
            np.where(np.bincount(group[both], minlength=count) > 0, np.bincount(group[both], part[both], count), np.nan)
            for part in (numerator, denominator)
        )
        # What the members themselves stand on is carried up: a sum of sums is as full as the reports below it.
        share = share * _mean_share(column.share[members], ~np.isnan(taken).any(axis=0), group, count)
        weakest = np.zeros(count, dtype=np.int8)
        np.maximum.at(weakest, group, basis)
        present = basis > 0
        provisional = np.bincount(group[present], column.provisional[members][present], count) > 0
        return _Rolled(
            np.vstack([result, above, below, share]),
            weakest,
            provisional,
            self._sources(column, members[present], group[present], count),
        )

    def _sources(
        self, column: Column, members: NDArray[np.intp], group: NDArray[np.intp], count: int
    ) -> NDArray[np.intp]:
        numbers = column.source[members]
        least, most = np.full(count, np.iinfo(np.intp).max), np.zeros(count, dtype=np.intp)
        np.minimum.at(least, group, numbers)
        np.maximum.at(most, group, numbers)
        for at in np.flatnonzero(least < most):
            most[at] = column.sources.joined([int(one) for one in numbers[group == at]])
        return most

    def _derive(self, column: Column, indicator: Indicator, terms: tuple[Term, Term], by: str) -> None:
        """Numerator over denominator × multiplier, where both are there; the basis is that of the weaker one."""
        above, below = (self._term(term, by) for term in terms)
        with np.errstate(invalid="ignore", divide="ignore"):
            ratio = indicator.multiplier * above.value / below.value
        new = (column.basis == _NOTHING) & np.isfinite(ratio)
        column.value[new] = ratio[new]
        column.numerator[new], column.denominator[new] = above.value[new], below.value[new]
        column.share[new] = np.fmin(above.share, below.share)[new]
        column.links[new] = np.fmin(above.links, below.links)[new]
        column.basis[new] = np.maximum(np.maximum(above.basis, below.basis), _DERIVED)[new]
        column.provisional[new] = (above.provisional | below.provisional)[new]
        column.source[new] = column.sources.merged([above.source, below.source])[new]

    def _term(self, term: Term, by: str) -> Column:
        """The term's column; where it adds alternatives up, only areas that have all of them."""
        column = Column(self.places, self.sources)
        if term.is_area:
            column.value[:] = self.places.areas_km2
            column.basis[~np.isnan(column.value)] = _GIVEN
            return column
        parts = [self.resolve(atom) for atom in term.atoms(by)]
        if not parts:
            return column
        column.value[:] = np.sum([part.value for part in parts], axis=0)
        there = ~np.isnan(column.value)
        column.basis[there] = np.max([part.basis for part in parts], axis=0)[there]
        column.share[:] = np.fmin.reduce([part.share for part in parts])
        column.links[:] = np.fmin.reduce([part.links for part in parts])
        column.provisional[:] = np.any([part.provisional for part in parts], axis=0)
        column.source[:] = column.sources.merged([part.source for part in parts])
        return column


def _mean_share(
    share: NDArray[np.float64], taken: NDArray[np.bool_], group: NDArray[np.intp], count: int
) -> NDArray[np.float64]:
    """Per whole, the mean of what share of their own parts its members report; a member that says nothing is whole."""
    full = np.where(np.isnan(share), 1.0, share)
    counted = np.bincount(group[taken], minlength=count)
    return np.bincount(group[taken], full[taken], count) / np.maximum(counted, 1)


@dataclass(frozen=True)
class _Rolled:
    """Per whole of a tier: value, numerator, denominator and share; ``weakest`` is the weakest basis of its members."""

    numbers: NDArray[np.float64]
    weakest: NDArray[np.int8]
    provisional: NDArray[np.bool_]
    source: NDArray[np.intp]

    @property
    def there(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.numbers[0])

    @property
    def share(self) -> NDArray[np.float64]:
        return self.numbers[3]

    def write(self, column: Column, wholes: NDArray[np.intp], new: NDArray[np.bool_], basis: int) -> None:
        at = wholes[new]
        column.numbers[:4, at] = self.numbers[:, new]
        column.basis[at] = basis
        column.provisional[at] = self.provisional[new]
        column.source[at] = self.source[new]

    def write_one(self, column: Column, at: int, index: int, basis: int) -> None:
        column.numbers[:4, at] = self.numbers[:, index]
        column.basis[at] = basis
        column.provisional[at] = self.provisional[index]
        column.source[at] = self.source[index]
