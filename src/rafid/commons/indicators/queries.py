"""Reads that the pages, the API and other rooms need: which periods and disaggregations there are, rows of figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.gis.geos import Polygon
from django.db.models import Q

from rafid.commons.places.models import PlaceVersion

from . import disaggregation, formula
from .figures import Board, Figure, Reader
from .formula import Atom
from .hierarchy import Area
from .periods import in_order, is_period

ALL = "all"


def _bases(reader: Reader, codes: Iterable[str]) -> set[str]:
    """The indicators whose stored values are behind these codes."""
    return {atom.code for atom in reader.needed(Atom(code) for code in codes)}


def periods(reader: Reader, codes: Sequence[str]) -> list[str]:
    """Periods for which any of these indicators, or what it is derived from, has a figure; the newest first."""
    ids = [row.pk for code in _bases(reader, codes) for row in reader.chain(code)]
    found = reader.stored().filter(indicator__in=ids).order_by().values_list("period", flat=True).distinct()
    return sorted(filter(is_period, found), key=in_order, reverse=True)


def disaggregations(reader: Reader, code: str, periods: Sequence[str]) -> list[str]:
    """Canonical texts by which this indicator has figures in these periods, the total first."""
    indicator = reader.indicators.get(code)
    if indicator is None:
        return []
    bases = _bases(reader, [code])
    ids = {row.pk: base for base in bases for row in reader.chain(base)}
    stored = (
        reader.stored()
        .filter(indicator__in=list(ids), period__in=list(periods))
        .order_by()
        .values_list("indicator_id", "by")
        .distinct()
    )
    terms = reader.terms(code)
    found: set[str] = set()
    for pk, by in stored:
        if ids[pk] == code:
            found.add(by)
        for term in terms or ():
            if ids[pk] == term.code:
                rest = term.leftover(by)
                if rest is not None and set(disaggregation.split(rest)) <= set(indicator.by):
                    found.add(rest)
    return sorted(found, key=lambda by: (len(disaggregation.split(by)), disaggregation.in_order(by)))


def chosen(asked: str, there: Sequence[str]) -> list[str]:
    """Of the disaggregations that are there, those that ``by`` asks for.

    Empty: the total. ``all``. Names of dimensions (``sex,age_group``): those broken down by exactly these. Else one
    disaggregation in words of its own (``sex=female``). Raises ``ValueError`` for anything else.
    """
    if not asked:
        return [""] if "" in there else []
    if asked == ALL:
        return list(there)
    if "=" in asked:
        one = disaggregation.join(disaggregation.split(asked))
        return [one] if one in there else []
    wanted = {name.strip() for name in asked.split(",") if name.strip()}
    if not all(name.isidentifier() for name in wanted):
        raise ValueError(f"{asked!r} is no disaggregation")
    return [by for by in there if set(disaggregation.split(by)) == wanted]


@dataclass(frozen=True)
class Row:
    """One figure with where it belongs."""

    period: str
    area: Area
    by: str
    figure: Figure

    @property
    def key(self) -> tuple[Any, ...]:
        return (
            in_order(self.period)[:2],
            self.period,
            self.area.level,
            self.area.ref,
            disaggregation.in_order(self.by),
        )


@dataclass(frozen=True)
class Where:
    """Which places: ``within`` and what lies in it, of one ``level`` or ``division``, and in ``ids`` (a bbox)."""

    within: UUID | None = None
    level: int | None = None
    division: str | None = None
    ids: frozenset[UUID] | None = None

    def areas(self, board: Board) -> list[Area]:
        areas = board.places.within(self.within) if self.within else list(board.places)
        return [
            area
            for area in areas
            if (self.level is None or area.level == self.level)
            and (self.division is None or area.division == self.division)
            and (self.ids is None or area.id in self.ids)
        ]


def rows(board: Board, code: str, bys: Sequence[str], where: Where = Where()) -> Iterator[Row]:
    """The figures of a board in their order: by level, reference and disaggregation."""
    for area in sorted(where.areas(board), key=lambda area: (area.level, area.ref)):
        for by in bys:
            figure = board.of(code, by).get(area.id)
            if figure is not None:
                yield Row(board.period, area, by, figure)


def touching(box: Sequence[float]) -> Q:
    """As a condition on place versions: real borders that touch west, south, east, north, or a point inside.

    A rough outline says nothing about where a place lies; its point does.
    """
    frame = Polygon.from_bbox(tuple(box))
    frame.srid = 4326
    return Q(geometry__intersects=frame, generalised=False) | Q(place__point__within=frame)


def inside_box(box: Sequence[float], on: date) -> frozenset[UUID]:
    """Ids of the places that touch the box on that day."""
    versions = PlaceVersion.objects.filter(touching(box), valid__contains=on)
    return frozenset(versions.values_list("place_id", flat=True))


def formula_words(reader: Reader, code: str) -> tuple[str, str] | None:
    """Numerator and denominator as a person reads them, None for an indicator without a formula."""
    from django.utils.translation import gettext as _

    indicator = reader.indicators.get(code)
    if indicator is None or not indicator.numerator:
        return None
    names = {one.code: one.name for one in reader.indicators.values()}
    names[formula.AREA] = _("area in km², by the borders at the period’s end")
    terms = reader.terms(code)
    if terms is None:
        return indicator.numerator, indicator.denominator
    above, below = (": ".join(formula.words(term, names)) for term in terms)
    return above, below
