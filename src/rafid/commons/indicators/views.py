"""Pages of indicators: what is measured, how, since when, and the figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from rafid.commons.collation import alphabetical
from rafid.commons.filters import Filters
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.places.country import country
from rafid.commons.places.finding import ALL, links, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import installed
from rafid.commons.records.imports.targets import targets_for
from rafid.commons.writing import period as period_words

from . import disaggregation, queries
from .aims import aims_of, target_at
from .define import COMPOSE, PUBLISH
from .figures import Board, Figure, Reader, is_demonstration
from .formula import Atom
from .hierarchy import Area
from .models import Indicator
from .panels import Shown, panels
from .periods import span

MOST_COLUMNS = 60
ROLLUPS = {
    "sum": _("The sum of their parts"),
    "mean": _("The plain mean of their parts"),
    "weighted_mean": _("The mean of their parts, weighted by the denominator"),
    "min": _("The smallest of their parts"),
    "max": _("The largest of their parts"),
    "ratio": _("Sum of numerators over sum of denominators, never a mean of rates"),
}
"""How figures of areas come about whose source gives none."""

TREND = 36
"""Periods of a trend: three years of months."""


@dataclass(frozen=True)
class Column:
    by: str
    name: str


@dataclass(frozen=True)
class Line:
    area: Area
    cells: list[Figure | None]

    @property
    def first(self) -> Figure | None:
        return self.cells[0] if self.cells else None


def chosen_level(words: Filters, place: Place | None) -> int:
    """The level of the address, else the one below the place."""
    below = min((place.level if place else Level.COUNTRY) + 1, Level.SUBDISTRICT)
    known = {str(one): one for one in range(Level.SUBDISTRICT + 1)}
    return int(words.one_of("level", _("Level"), known, below, Level(below).label))


@require_GET
def indicator_page(request: HttpRequest, code: str) -> HttpResponse:
    reader = Reader(request.user)
    indicator = reader.indicators.get(code)
    if indicator is None:
        raise Http404
    found = place_asked(request, levels=ALL)
    if isinstance(found, HttpResponse):
        return found
    there, words = queries.periods(reader, [code]), Filters(request.GET)
    newest = there[0] if there else ""
    period = words.one_of("period", _("Period"), there, newest, period_words(newest)) if there else ""
    place = found.place
    context: dict[str, Any] = {
        "indicator": indicator,
        "programme": next((pick(one.names) for one in installed() if one.name == indicator.programme), ""),
        "formula": queries.formula_words(reader, code),
        "versions": list(reversed(reader.versions[code])),
        "periods": there,
        "period": period,
        "place": place,
        "places": sorted(
            reader.ages.on(span(period).end).at(Level.GOVERNORATE) if period else [],
            key=lambda area: alphabetical(area.name),
        ),
        "rollup": ROLLUPS.get(indicator.rollup, ""),
        "api": f"/api/v1/indicators/{indicator.code}/values",
        "draft": next((one for one in reader.versions[code] if one.state == "draft"), None),
        "may_define": may(request.user, COMPOSE, indicator.programme),
        "may_adopt": may(request.user, PUBLISH, indicator.programme),
        "import_url": import_address(request.user),
        "dimensions": [(name, disaggregation.dimension_name(name)) for name in indicator.by],
    }
    if period:
        context |= figures(request, reader, indicator, period, place, there, words)
    context |= {"found": found, "candidates": links(request, found), "filter_notes": words.notes}
    return render(request, "indicators/page.html", context, status=404 if found.said else 200)


def import_address(user: Any) -> str:
    """Where this person brings in a table of figures of any indicator: one that names them in a column. Empty without."""
    if not user.is_authenticated:
        return ""
    long = (one for one in targets_for(user) if any(column.code == "indicator" for column in one.columns))
    return next((f"{reverse('import-new')}?target={one.code}" for one in long), "")


def figures(
    request: HttpRequest,
    reader: Reader,
    indicator: Indicator,
    period: str,
    place: Place | None,
    there: list[str],
    words: Filters,
) -> dict[str, Any]:
    level = chosen_level(words, place)
    by = request.GET.get("by", "")
    try:
        bys = queries.chosen(by, queries.disaggregations(reader, indicator.code, [period]))
    except ValueError:
        bys = []
    if not bys:
        if by:
            words.wrong("by", _("Broken down by"), _("Total"))
        by, bys = "", [""]
    bys = bys[:MOST_COLUMNS]
    trend_periods = list(reversed([one for one in there if len(one) == len(period)][:TREND]))
    boards = reader.boards(
        list(dict.fromkeys([period, *trend_periods])), [Atom(indicator.code, one) for one in dict.fromkeys(["", *bys])]
    )
    board = boards[0]
    whole = _whole(board, place)
    where = queries.Where(within=whole.id if whole and place else None, level=level, division=_division(words, level))
    lines = [
        Line(area, [board.of(indicator.code, one).get(area.id) for one in bys])
        for area in sorted(where.areas(board), key=lambda area: alphabetical(area.name))
    ]
    lines = [line for line in lines if any(line.cells)]
    of_period = {one.period: one for one in boards}
    trend = [
        (one, figure)
        for one in trend_periods
        if whole and (figure := of_period[one].of(indicator.code).get(whole.id)) is not None
    ]
    totals = board.of(indicator.code)
    ranked = sorted(
        ((line.area, figure) for line in lines if (figure := totals.get(line.area.id)) and figure.value is not None),
        key=lambda pair: pair[1].value or 0.0,
    )
    sources = board.sources([line.area.id for line in lines] + ([whole.id] if whole else []))
    aims = aims_of(indicator.code, whole.id) if whole and not bys[0] else {"target": [], "baseline": []}
    targets = {one: aim for one, _figure in trend if (aim := target_at(aims["target"], one)) is not None}
    shown = Shown(
        request, reader, indicator, board, bys[0], where, [line.area for line in lines], whole, trend, targets
    )
    return {
        "board": board,
        "by": by,
        "level": level,
        "levels": [(value, label) for value, label in Level.choices if 0 < value <= Level.SUBDISTRICT],
        "columns": [Column(one, disaggregation.label(one)) for one in bys],
        "lines": lines,
        "whole": Line(whole, [board.of(indicator.code, one).get(whole.id) for one in bys]) if whole else None,
        "trend": [(one, figure, targets.get(one)) for one, figure in trend] if len(trend) > 1 else [],
        "targets": targets,
        "aims": aims,
        "target": target_at(aims["target"], period),
        "sources": sources,
        "demonstration": any(is_demonstration(source) for source, _as_of in sources),
        "headline": totals.get(whole.id) if whole else None,
        "highest": ranked[-1] if len(ranked) > 2 else None,
        "lowest": ranked[0] if len(ranked) > 2 else None,
        "marks": marks(lines),
        "panels": panels(shown),
    }


def marks(lines: list[Line]) -> set[str]:
    """Which notes the table needs: how its figures came about, where that is not plain counting."""
    return {cell.basis for line in lines for cell in line.cells if cell} | (
        {"incomplete"}
        if any(
            cell and cell.share_present is not None and cell.share_present < 1 for one in lines for cell in one.cells
        )
        else set()
    )


def _whole(board: Board, place: Place | None) -> Area | None:
    if place is not None:
        return board.places.areas.get(place.pk)
    return next(iter(board.places.at(Level.COUNTRY)), None)


def _division(words: Filters, level: int) -> str | None:
    """Districts are cut in more than one way; maps and tables mean the country's first one unless asked."""
    names = {one.code: pick(one.names) for one in country().divisions}
    usual = country().division
    chosen = str(words.one_of("division", _("Division"), list(names), usual, names[usual]))
    return None if level < Level.DISTRICT else chosen
