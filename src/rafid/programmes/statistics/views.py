"""The Population page and its printed sheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.indicators.figures import Figure, Reader
from rafid.commons.indicators.periods import span
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.places.country import country
from rafid.commons.places.finding import find_place, place_asked
from rafid.commons.places.models import Level, Place
from rafid.commons.products.datasets import datasets

from . import charts
from .choropleth import drawn_map, place_url
from .population import CLASSES, HEADLINES, HOWS, MEASURES, SORTS, Choice, Population, choose, level_name
from .queries import Line

_KEPT = ("period", "measure", "level", "classes", "how", "sort")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("statistics-population")


def opened(request: HttpRequest, place: Place | None) -> Population | None:
    """None where there are no figures at all."""
    reader = Reader(request.user)
    choice = choose(request.GET, reader, place)
    return Population(reader, choice) if choice.period else None


@require_safe
def population(request: HttpRequest) -> HttpResponse:
    found = place_asked(request)
    if isinstance(found, HttpResponse):
        return found
    page = opened(request, found.place)
    if page is None:
        return render(request, "statistics/empty.html", {"may_import": may(request.user, "import", "statistics")})
    choice = page.choice
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    filters = {"period": choice.period, **({"place": choice.place.ref} if choice.place else {})}
    drawn = drawn_map(page, kept)
    context = {
        "page": page,
        "choice": choice,
        "whole": page.whole,
        "rows": [_row(page, line, kept) for line in page.lines],
        "columns": _columns(request, choice),
        "found": found,
        "filter_notes": choice.notes,
        "candidates": [(one, place_url(one.ref, kept)) for one in found.candidates],
        "drawn": drawn,
        "map": drawn.map if drawn else None,
        "map_title": level_name(drawn.level) if drawn else "",
        "layer": "districts" if drawn and drawn.level == Level.DISTRICT else "governorates",
        "on": span(choice.period).end,
        "pyramid": charts.web_pyramid(page.pyramid),
        "composition": composition(page),
        "headlines": [(page.board.indicators[code], page.headline(code)) for code in HEADLINES],
        "then_url": place_url(page.then.ref, kept) if page.then else "",
        "measures": [(word, name) for word, (_column, name) in MEASURES.items()],
        "measure_name": MEASURES[choice.measure][1],
        "unit": unit(page),
        "levels": levels(page),
        "classes": CLASSES,
        "hows": HOWS.items(),
        "dataset": datasets()["population"],
        "query": urlencode(filters),
        "pdf": f"{reverse('statistics-population-sheet')}?{urlencode({**kept, **filters, 'lang': get_language()})}",
        "disclaimer": pick(country().disclaimer),
        "parents": [(one, place_url(one.ref, kept)) for one in page.board.places.path(page.area.id)[1:-1]]
        if page.area
        else [],
        "country_url": place_url("", kept),
    }
    return render(request, "statistics/population.html", context, status=404 if found.said else 200)


def composition(page: Population) -> list[tuple[str, Figure, float]]:
    """Parts of the whole: name, figure, percent."""
    total = page.whole.value("total") if page.whole else None
    if page.whole is None or not total:
        return []
    words = {"female": _("Female"), "male": _("Male"), "urban": _("Urban"), "rural": _("Rural")}
    found = [(name, page.whole.figures.get(column)) for column, name in words.items()]
    return [(name, figure, 100 * figure.value / total) for name, figure in found if figure and figure.value is not None]


def unit(page: Population) -> str:
    code = {"density": "population-density", "share_urban": "share-urban", "sex_ratio": "sex-ratio"}.get(
        page.choice.column, "population"
    )
    return page.board.indicators[code].unit


def levels(page: Population) -> list[tuple[int, str]]:
    """Levels that the page can show below the chosen place; one alone is no choice."""
    if page.area is None or page.is_part:
        return []
    found = [(level, str(Level(level).label)) for level in range(page.area.level + 1, Level.DISTRICT + 1)]
    return found if len(found) > 1 else []


def _row(page: Population, line: Line, kept: dict[str, str]) -> dict[str, Any]:
    figure = line.figures.get(page.choice.column)
    return {
        "line": line,
        "url": place_url(line.area.ref, kept),
        "value": figure.value if figure else None,
        "withheld": figure is not None and figure.value is None,
        "on": page.area is not None and line.area.id == page.area.id,
        "cells": [
            {"figure": line.figures.get(column), "kind": "count" if column == "total" else "rate", "column": column}
            for column in SORTS[1:]
        ],
    }


def _columns(request: HttpRequest, choice: Choice) -> list[dict[str, Any]]:
    """Heads of the table: a second click turns the order round."""
    words = {"name": None, **{column: name for _word, (column, name) in MEASURES.items()}}
    found = []
    for column in SORTS:
        on = choice.sort == column
        falling = not choice.falling if on else column != "name"
        query = request.GET.copy()
        query["sort"] = f"-{column}" if falling else column
        found.append(
            {
                "column": column,
                "name": words[column],
                "url": f"?{query.urlencode()}#figures",
                "order": ("descending" if choice.falling else "ascending") if on else "none",
            }
        )
    return found


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """One page of A4 in the reader's language."""
    from .sheet import make_sheet

    found = find_place(request.GET.get("place", ""))
    if found.said:
        raise Http404
    page = opened(request, found.place)
    if page is None:
        return redirect("statistics-population")
    choice = page.choice
    if choice.notes:
        return Problem(400, _("The request cannot be understood"), " ".join(choice.notes)).response()
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    filters = {"period": choice.period, **({"place": choice.place.ref} if choice.place else {}), "lang": get_language()}
    address = request.build_absolute_uri(f"{reverse('statistics-population')}?{urlencode({**kept, **filters})}")
    response = HttpResponse(make_sheet(page, unit(page), address), content_type="application/pdf")
    ref = choice.place.ref if choice.place else country().code
    name = f"population-{ref}-{choice.period}-{get_language()}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Cache-Control"] = "private, no-cache"
    return response
