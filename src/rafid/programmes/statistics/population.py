"""What the Population page and its printed sheet show, from the words of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters
from rafid.commons.indicators import kept
from rafid.commons.indicators.figures import GIVEN, Board, Figure, Reader, is_demonstration
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.hierarchy import LINKED, Area
from rafid.commons.indicators.queries import periods
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.writing import period as period_words

from .finding import with_figures
from .queries import ATOMS, Band, Line, line_of, lines_of, pyramid, pyramid_atoms, usual_areas

MEASURES: Mapping[str, tuple[str, Any]] = {
    "density": ("density", gettext_lazy("Density")),
    "urban": ("share_urban", gettext_lazy("Urban share")),
    "sex-ratio": ("sex_ratio", gettext_lazy("Sex ratio")),
    "total": ("total", gettext_lazy("Number of people")),
}
"""By their word in the address: the column, and what the reader calls it."""

SORTS = ("name", "total", "density", "share_urban", "sex_ratio")
HEADLINES = ("dependency-ratio", "share-children")
CLASSES = (3, 4, 5, 6, 7)
HOWS = {
    "jenks": gettext_lazy("Natural breaks"),
    "quantile": gettext_lazy("Equal counts"),
    "equal": gettext_lazy("Equal steps"),
}
"""Jenks's optimal classes, quantiles, equal intervals: in words that fit into a filter."""


@dataclass(frozen=True)
class Choice:
    """The address, with what it left out. ``asked`` is the smaller place that was asked for, where ``place`` is the
    district around it."""

    place: Place | None
    asked: Place | None
    period: str
    periods: tuple[str, ...]
    measure: str
    level: int
    classes: int
    how: str
    sort: str
    falling: bool
    notes: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        return MEASURES[self.measure][0]


def choose(query: Mapping[str, str], reader: Reader, asked: Place | None = None) -> Choice:
    """Words that mean nothing fall back to the usual ones, and ``notes`` say so."""
    there = periods(reader, ["population"])
    place = with_figures(asked) if asked else None
    if place is not None and place.level == Level.COUNTRY:
        place = None
    words = Filters(query)
    newest = there[0] if there else ""
    below = min((place.level if place else Level.COUNTRY) + 1, Level.DISTRICT)
    levels = {str(one): one for one in range(below, Level.DISTRICT + 1)}
    sort = query.get("sort", "")
    orders = {sign + one for one in SORTS for sign in ("", "-")}
    if sort and sort not in orders:
        words.wrong("sort", _("Order"), _("Name"))
        sort = ""
    return Choice(
        place=place,
        asked=asked if place and asked != place else None,
        period=words.one_of("period", _("Period"), there, newest, period_words(newest) if newest else ""),
        periods=tuple(there),
        measure=words.one_of("measure", _("Measure"), list(MEASURES), "density", MEASURES["density"][1]),
        level=_level(words, levels, below),
        classes=words.one_of("classes", _("Classes"), {str(one): one for one in CLASSES}, 5, "5"),
        how=words.one_of("how", _("Classes by"), list(HOWS), "jenks", HOWS["jenks"]),
        sort=sort.removeprefix("-") or "name",
        falling=sort.startswith("-"),
        notes=tuple(words.notes),
    )


def _level(words: Filters, levels: Mapping[str, int], below: int) -> int:
    """A level above the chosen place is no mistake of the address: it was right for the place before."""
    asked = words.query.get("level", "")
    if asked in {str(one) for one in range(1, Level.DISTRICT + 1)} and asked not in levels:
        return below
    return int(words.one_of("level", _("Level"), levels, below, level_name(below)))


class Population:
    """Everything about one place (or the country) in one period, read by a fixed number of statements."""

    def __init__(self, reader: Reader, choice: Choice) -> None:
        self.reader, self.choice = reader, choice
        asked = [*ATOMS, *(Atom(one) for one in HEADLINES), *pyramid_atoms()]
        self.board: Board = kept.board(reader, choice.period, asked)

    @cached_property
    def area(self) -> Area | None:
        """The chosen place as it was at the period's end; None for one that was not there yet."""
        if self.choice.place is not None:
            return self.board.places.areas.get(self.choice.place.pk)
        return next(iter(self.board.places.at(Level.COUNTRY)), None)

    @cached_property
    def whole(self) -> Line | None:
        return line_of(self.board, self.area) if self.area else None

    @cached_property
    def is_part(self) -> bool:
        """A district or smaller: nothing below it has figures, so that its neighbours stand beside it."""
        return self.area is not None and self.area.level >= Level.DISTRICT

    @cached_property
    def areas(self) -> list[Area]:
        """The rows of table and map."""
        if self.area is None:
            return []
        if not self.is_part:
            inside = self._inside(self.area)
            return [one for one in usual_areas(self.board, self.choice.level) if one.id in inside]
        parent = self.board.places.above(self.area.id, Level.GOVERNORATE)
        if parent is None:
            return []
        inside = self._inside(parent)
        return [one for one in usual_areas(self.board, Level.DISTRICT) if one.id in inside]

    def _inside(self, area: Area) -> set[UUID]:
        return {one.id for one in self.board.places.within(area.id)}

    @cached_property
    def lines(self) -> list[Line]:
        column = self.choice.sort
        found = lines_of(self.board, self.areas)
        if column == "name":
            return sorted(found, key=lambda line: alphabetical(line.area.name), reverse=self.choice.falling)
        with_value = [line for line in found if line.value(column) is not None]
        with_value.sort(key=lambda line: line.value(column) or 0.0, reverse=self.choice.falling)
        return with_value + [line for line in found if line.value(column) is None]

    @cached_property
    def parts(self) -> list[tuple[Line, str]]:
        """The statistical office's districts that a district is summed from, with how each is linked to it."""
        if self.area is None or not self.is_part:
            return []
        linked = [(one.part, one.confidence) for one in self.board.places.links if one.whole == self.area.id]
        return [
            (line_of(self.board, self.board.places.areas[pk]), confidence)
            for pk, confidence in linked
            if pk in self.board.places.areas
        ]

    @cached_property
    def pyramid(self) -> list[Band]:
        return pyramid(self.board, self.area) if self.area else []

    def headline(self, code: str) -> Figure | None:
        return self.board.of(code).get(self.area.id) if self.area else None

    @cached_property
    def sources(self) -> list[tuple[str, str]]:
        """Of the figures that are shown; an empty one for those that say none."""
        shown = [line.area.id for line in self.lines]
        found = self.board.sources([*shown, self.area.id] if self.area else shown)
        lines = [*self.lines, self.whole] if self.whole else self.lines
        if any(one.basis == GIVEN and not one.source for line in lines for one in line.figures.values()):
            # Said, so that a number does not seem to come from the source of those beside it.
            found.append(("", ""))
        return found

    @cached_property
    def demonstration(self) -> bool:
        return any(is_demonstration(source) for source, _as_of in self.sources)

    @cached_property
    def as_of(self) -> str:
        """The date of the figures, where all of them have one."""
        dates = {as_of for _source, as_of in self.sources}
        return dates.pop() if len(dates) == 1 else ""

    @cached_property
    def then(self) -> Area | None:
        """For a place that was not there yet: where its parts lay at the period's end."""
        if self.area is not None or self.choice.place is None:
            return None
        for child in Place.objects.filter(parent=self.choice.place).order_by("ref").values_list("pk", flat=True):
            found = self.board.places.above(child, self.choice.place.level)
            if found is not None:
                return found
        return None

    @cached_property
    def governorates(self) -> list[Area]:
        return sorted(self.board.places.at(Level.GOVERNORATE), key=lambda area: alphabetical(area.name))

    @cached_property
    def covered_percent(self) -> float | None:
        return None if self.covered is None else 100 * self.covered

    @cached_property
    def covered(self) -> float | None:
        """Share of the whole's people that the rows hold, where the rows are sums of links and so may hold less."""
        whole = self.whole.value("total") if self.whole else None
        if not whole or self.is_part or not any(line.total and line.total.basis == "links" for line in self.lines):
            return None
        return sum(line.value("total") or 0.0 for line in self.lines) / whole

    @cached_property
    def marks(self) -> set[str]:
        found = {figure.basis for line in self.lines for figure in line.figures.values()}
        if self.whole:
            found |= {figure.basis for figure in self.whole.figures.values()}
        if any(
            one.share_present is not None and one.share_present < 1 for ln in self.lines for one in ln.figures.values()
        ):
            found.add("incomplete")
        return found

    @cached_property
    def notes(self) -> list[tuple[str, str]]:
        """What the country pack says about the places shown: (name, text)."""
        shown = {line.area.ref: line.area.name for line in self.lines}
        if self.area:
            shown[self.area.ref] = self.area.name
        pack = country()
        found = [(shown[one.ref], pick(one.text)) for one in (*pack.bars, *pack.notes) if one.ref in shown]
        if self.area is None and self.choice.place is not None:
            own = [one for one in pack.notes if one.ref == self.choice.place.ref]
            found += [(self.choice.place.name, pick(one.text)) for one in own]
        return found

    @property
    def title(self) -> str:
        name = self.area.name if self.area else self.choice.place.name if self.choice.place else pick(country().names)
        return _("Population of %(place)s") % {"place": name}

    @cached_property
    def doubtful(self) -> int:
        """Linked districts of the shown rows that are doubtful and left out of the sums."""
        shown = {line.area.id for line in self.lines}
        return sum(one.whole in shown and one.confidence not in LINKED for one in self.board.places.links)

    @property
    def level_name(self) -> str:
        return level_name(Level.DISTRICT if self.is_part else self.choice.level)


def level_name(level: int) -> str:
    """Of several places."""
    return {
        Level.GOVERNORATE: pgettext("several", "Governorates"),
        Level.DISTRICT: pgettext("several", "Districts"),
    }.get(Level(level), str(Level(level).label))
