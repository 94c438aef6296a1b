"""Figures of a chart from indicators, as one reader may see them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from rafid.commons.collation import alphabetical
from rafid.commons.indicators import disaggregation, queries
from rafid.commons.indicators.aims import aims_of, target_at
from rafid.commons.indicators.figures import BARRED, Board, Figure, Reader, is_demonstration
from rafid.commons.indicators.formula import Atom
from rafid.commons.indicators.hierarchy import Area
from rafid.commons.indicators.models import Indicator
from rafid.commons.indicators.templatetags.figures import mark_of
from rafid.commons.places.country import country
from rafid.commons.places.models import Level
from rafid.commons.writing import period as period_words
from rafid.commons.writing import whole

from .figures import WITHHELD, Asked, Cell, Figures, Head, Meaning, NotThere, known
from .spec import BAR, HEAT, LINE, NUMBER, PERIOD, PLACE, PYRAMID, ChartSpec

MOST_ROWS, MOST_SERIES = 400, 60


class Figuring:
    """One reader's indicators, with what a page of many charts asks of them more than once."""

    def __init__(self, user: Any, organisation: Any = None) -> None:
        self.reader = Reader(user, owner=organisation)
        self.organisation = organisation
        self.targets: Callable[[str, UUID], list[Any]] = cache(lambda code, place: aims_of(code, place)["target"])
        self.periods: Callable[[str], list[str]] = cache(lambda code: queries.periods(self.reader, [code]))
        self.parts: Callable[[str, tuple[str, ...]], list[str]] = cache(
            lambda code, periods: queries.disaggregations(self.reader, code, periods)
        )


def read(spec: ChartSpec, asked: Asked, figuring: Figuring) -> Figures:
    """Raises ``NotThere`` where none of its indicators is the reader's, or none has a figure at all."""
    reader = figuring.reader
    shown = [reader.indicators[code] for code in spec.indicators if code in reader.indicators]
    if not shown:
        raise NotThere(_("There is no indicator %s here, or you may not see it.") % ", ".join(spec.indicators))
    there = sorted(
        {one for indicator in shown for one in figuring.periods(indicator.code)}, key=queries.in_order, reverse=True
    )
    if not there:
        raise NotThere(_("There are no figures yet."))
    notes = [
        _("There is no indicator %s here, or you may not see it.") % code
        for code in spec.indicators
        if code not in reader.indicators
    ]
    period = asked.period or (spec.periods[-1] if spec.periods else there[0])
    periods = _periods(spec, period, there)
    bys = _bys(spec, asked, shown, figuring, periods, notes)
    boards = {
        board.period: board for board in reader.boards(periods, [Atom(one.code, by) for one in shown for by in bys])
    }
    board = boards[period]
    area = _area(spec, asked, board, notes)
    made = _Made(spec, shown, bys, boards, board, area)
    heads = made.rows()
    series = made.series()
    cells = [[made.cell(row, one) for _head, one in series] for _head, row in heads]
    if spec.kind != NUMBER:
        heads, cells = _filled(heads, cells, spec)
    target, targets = _aims(spec, shown, bys, [head for head, _row in heads], figuring, area, period)
    areas = [row.id for _head, row in heads if isinstance(row, Area)] or [area.id]
    sources = list(dict.fromkeys(pair for one in boards.values() for pair in one.sources(areas)))
    counts = all(one.counts for one in shown)
    mixed = len({(one.unit, one.counts) for one in shown}) > 1
    return Figures(
        [head for head, _row in heads],
        [head for head, _one in series],
        cells,
        rows_title=_rows_title(spec),
        unit="" if mixed else shown[0].unit,
        decimals=0 if counts else 1,
        where=area.name,
        period=period,
        better=shown[0].direction,
        target=target,
        targets=targets,
        sources=sources,
        meanings=[Meaning(one.name, one.definition_text, reverse("indicator", args=[one.code])) for one in shown],
        notes=notes,
        demonstration=any(is_demonstration(source) for source, _as_of in sources),
        counts=counts,
        places=[0 if indicator.counts else 1 for _head, (indicator, _by, _period) in series] if mixed else [],
    )


def _periods(spec: ChartSpec, period: str, there: Sequence[str]) -> list[str]:
    """Those to read, oldest first; the one shown is among them. A trend holds periods of one length."""
    until = queries.in_order(period)
    alike = [one for one in there if len(one) == len(period) and queries.in_order(one) <= until]
    if spec.rows == PERIOD or spec.kind == HEAT:
        fixed = [one for one in spec.periods if len(one) == len(period)]
        found = fixed if len(fixed) > 1 else alike[: spec.latest]
    elif spec.kind == NUMBER:
        found = alike[:2]
    else:
        found = []
    return sorted({*found, period}, key=queries.in_order)


def _bys(
    spec: ChartSpec,
    asked: Asked,
    shown: Sequence[Indicator],
    figuring: Figuring,
    periods: Sequence[str],
    notes: list[str],
) -> list[str]:
    """The disaggregations that are read. A click bounds the charts that have its dimension and do not show it themselves:
    the one that was clicked stays whole, with the choice marked."""
    wanted = {name for name in spec.by.split(",") if name and "=" not in name}
    if spec.rows.startswith("by:"):
        wanted.add(spec.rows.removeprefix("by:"))
    if spec.kind == PYRAMID:
        wanted |= {"age_group", "sex"}
    asking = {name: code for name, code in asked.where.items() if name not in wanted}
    narrowed = {name: code for name, code in asking.items() if all(name in one.by for one in shown)}
    if set(asking) - set(narrowed):
        notes.append(_("Not broken down by what is filtered: all are shown."))
    fixed = disaggregation.split(spec.by) if "=" in spec.by else {}
    there = sorted(
        {by for one in shown for by in figuring.parts(one.code, tuple(periods))},
        key=lambda by: (len(disaggregation.split(by)), disaggregation.in_order(by)),
    )
    must = {**fixed, **narrowed}
    found = []
    for by in there:
        parts = disaggregation.split(by)
        if set(parts) == wanted | set(must) and all(parts[name] == code for name, code in must.items()):
            found.append(by)
    if not found and (wanted or must):
        notes.append(_("There are no figures broken down so."))
    return found[: MOST_SERIES * 6] or [""]


def _area(spec: ChartSpec, asked: Asked, board: Board, notes: list[str]) -> Area:
    """The area that it is about: the one asked for where it lies within the chart's own, else the chart's own."""
    country_area = next(iter(board.places.at(Level.COUNTRY)), None)
    if country_area is None:
        raise NotThere(_("There are no places yet."))
    own = next((area for area in board.places if area.ref == spec.place), None) if spec.place else country_area
    if own is None:
        notes.append(_("There is no place %s in this period; the whole country is shown.") % spec.place)
        own = country_area
    if asked.place is None:
        return own
    path = board.places.path(asked.place.pk)
    if not path:
        notes.append(_("This place has no figures of its own."))
        return own
    if own in path:
        return path[-1]
    notes.append(_("The place lies outside of what this shows; %s is shown.") % own.name)
    return own


class _Made:
    """Rows and series in the terms of the boards, and the figure where they meet."""

    def __init__(
        self, spec: ChartSpec, shown: Sequence[Indicator], bys: Sequence[str], boards: Mapping[str, Board], board: Board,
        whole: Area,
    ) -> None:  # fmt: skip
        self.spec, self.shown, self.bys, self.boards = spec, shown, bys, boards
        self.board, self.whole = board, whole
        self.dimension = spec.rows.removeprefix("by:") if spec.rows.startswith("by:") else ""
        self.over_time = spec.kind == HEAT and spec.rows == PLACE and not spec.by

    def rows(self) -> list[tuple[Head, Any]]:
        if self.spec.kind == NUMBER:
            names = [self.board.period, *[one for one in [*self.boards][::-1] if one != self.board.period]]
            return [(Head(period_words(one), one), one) for one in names]
        if self.spec.rows == PERIOD:
            return [(Head(period_words(one), one, ("period", one)), one) for one in self.boards]
        if self.dimension:
            codes = dict.fromkeys(disaggregation.split(by).get(self.dimension, "") for by in self.bys)
            return [
                (Head(disaggregation.code_name(self.dimension, code), code, (f"where.{self.dimension}", code)), code)
                for code in codes
                if code
            ]
        return [(Head(area.name, area.ref, ("place", area.ref), area.ref), area) for area in self._areas()]

    def _areas(self) -> list[Area]:
        below = min(self.whole.level + 1, Level.SUBDISTRICT)
        level = max(self.spec.level or below, below) if self.whole.level else (self.spec.level or below)
        division = country().division if level >= Level.DISTRICT else None
        found = queries.Where(within=self.whole.id, level=level, division=division).areas(self.board)
        return sorted(found, key=lambda area: alphabetical(area.name))

    def series(self) -> list[tuple[Head, tuple[Indicator, str, str]]]:
        """(indicator, disaggregation, period) of each; empty texts where the row says it."""
        found = []
        mixed = len({one.unit for one in self.shown}) > 1
        if self.over_time:
            return [
                (Head(period_words(one), one, ("period", one)), (self.shown[0], self.bys[0], one))
                for one in self.boards
            ]
        for indicator in self.shown:
            rests = dict.fromkeys(self._rest(by) for by in self.bys)
            for rest in rests:
                label = disaggregation.label(rest) if rest and len(rests) > 1 else ""
                name = indicator.name if len(self.shown) > 1 or not label else ""
                name = f"{name} ({whole(_(indicator.unit))})" if mixed and indicator.unit else name
                parts = disaggregation.split(rest)
                asks = None
                if len(parts) == 1 and len(rests) > 1:
                    ((dimension, code),) = parts.items()
                    asks = (f"where.{dimension}", code)
                found.append(
                    (Head(" · ".join(filter(None, (name, label))), f"{indicator.code} {rest}".strip(), asks),
                     (indicator, rest, ""))
                )  # fmt: skip
        if self.spec.kind == PYRAMID:
            found.sort(key=lambda pair: not pair[0].key.endswith("sex=male"))
        return found[:MOST_SERIES]

    def _rest(self, by: str) -> str:
        parts = disaggregation.split(by)
        parts.pop(self.dimension, None)
        return disaggregation.join(parts)

    def cell(self, row: Any, one: tuple[Indicator, str, str]) -> Cell:
        indicator, by, period = one
        board, place = self.board, self.whole.id
        if isinstance(row, Area):
            place = row.id
        elif self.dimension:
            by = disaggregation.join({**disaggregation.split(by), self.dimension: row})
        elif row in self.boards:
            board = self.boards[row]
        if period:
            board = self.boards[period]
        return cell_of(board.of(indicator.code, by).get(place))


def cell_of(figure: Figure | None) -> Cell:
    if figure is None:
        return Cell()
    if figure.basis == BARRED or figure.value is None:
        return Cell(None, WITHHELD)
    return known(figure.value, *mark_of(figure))


def _filled(heads: list[Any], cells: list[list[Cell]], spec: ChartSpec) -> tuple[list[Any], list[list[Cell]]]:
    """Bars stand in the order of their length; a trend begins where it has figures."""
    pairs = list(zip(heads, cells, strict=True))
    if spec.rows == PERIOD:
        pairs = [pair for pair in pairs if any(cell.value is not None or cell.state == WITHHELD for cell in pair[1])]
    elif spec.rows == PLACE and spec.kind == BAR:
        pairs.sort(key=lambda pair: -(pair[1][0].value if pair[1] and pair[1][0].value is not None else float("-inf")))
    pairs = pairs[:MOST_ROWS]
    return [head for head, _cells in pairs], [row for _head, row in pairs]


def _aims(
    spec: ChartSpec,
    shown: Sequence[Indicator],
    bys: Sequence[str],
    heads: Sequence[Head],
    figuring: Figuring,
    area: Area,
    period: str,
) -> tuple[float | None, list[float | None]]:
    """(for all that is shown, of each row). What the chart itself says goes first; else the indicator's targets for the place,
    which are set for all people and all organisations there."""
    plain = len(shown) == 1 and list(bys) == [""] and figuring.organisation is None
    if spec.target is not None or not plain or spec.kind not in (NUMBER, LINE):
        return spec.target, []
    known_aims = figuring.targets(shown[0].code, area.id)
    if spec.kind == NUMBER:
        return target_at(known_aims, period), []
    found = [target_at(known_aims, head.key) for head in heads] if known_aims and spec.rows == PERIOD else []
    return None, found if any(aim is not None for aim in found) else []


def _rows_title(spec: ChartSpec) -> str:
    if spec.rows == PERIOD or spec.kind in (NUMBER, LINE):
        return _("Period")
    if spec.rows.startswith("by:"):
        return disaggregation.dimension_name(spec.rows.removeprefix("by:"))
    return _("Place")
