"""The Population page and its printed sheet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from rafid.commons.indicators.figures import Reader
from rafid.commons.indicators.periods import span
from rafid.commons.names import pick
from rafid.commons.people.visibility import may
from rafid.commons.places.country import country
from rafid.commons.places.models import Level
from rafid.commons.products.datasets import datasets
from rafid.commons.products.maps import Map, Painted, make_map
from rafid.commons.writing import number

from . import charts
from .population import CLASSES, HEADLINES, HOWS, MEASURES, SORTS, Choice, Population, choose
from .queries import Line

_KEPT = ("period", "measure", "level", "classes", "how", "sort")
DECIMALS = {"total": 0, "density": 1, "share_urban": 1, "sex_ratio": 1}
SHEET_ROWS = 20
"""Rows of the printed sheet's table; a longer one is in the files."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("statistics-population")


def opened(request: HttpRequest) -> Population | None:
    """None where there are no figures at all."""
    reader = Reader(request.user)
    choice = choose(request.GET, reader)
    return Population(reader, choice) if choice.period else None


@require_safe
def population(request: HttpRequest) -> HttpResponse:
    page = opened(request)
    if page is None:
        return render(request, "statistics/empty.html", {"may_import": may(request.user, "import", "statistics")})
    choice = page.choice
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    filters = {"period": choice.period, **({"place": choice.place.ref} if choice.place else {})}
    context = {
        "page": page,
        "choice": choice,
        "whole": page.whole,
        "rows": [_row(page, line, kept) for line in page.lines],
        "columns": _columns(request, choice),
        "map": drawn_map(page, kept),
        "layer": "districts" if page.is_part or choice.level == Level.DISTRICT else "governorates",
        "on": span(choice.period).end,
        "pyramid": charts.web_pyramid(page.pyramid),
        "headlines": [(page.board.indicators[code], page.headline(code)) for code in HEADLINES],
        "governorates": page.board.places.at(Level.GOVERNORATE),
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
        "parents": page.board.places.path(page.area.id)[1:-1] if page.area else [],
    }
    return render(request, "statistics/population.html", context)


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


def place_url(ref: str, kept: dict[str, str]) -> str:
    return f"{reverse('statistics-population')}?{urlencode({'place': ref, **kept})}"


def _row(page: Population, line: Line, kept: dict[str, str]) -> dict[str, Any]:
    # A level that is asked for is that of the whole page, not of one place in it.
    inner = {name: value for name, value in kept.items() if name != "level"}
    figure = line.figures.get(page.choice.column)
    return {
        "line": line,
        "url": place_url(line.area.ref, inner),
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


def drawn_map(page: Population, kept: dict[str, str], *, width: int = 720, height: int = 720) -> Map | None:
    choice = page.choice
    inner = {name: value for name, value in kept.items() if name != "level"}
    held = {line.area.id: line for line in page.lines}
    places = []
    for area in page.areas:
        line = held.get(area.id)
        figure = line.figures.get(choice.column) if line else None
        places.append(
            Painted(
                area,
                figure.value if figure else None,
                figure is not None and figure.value is None,
                number(figure.value, DECIMALS[choice.column]) if figure and figure.value is not None else "",
                place_url(area.ref, inner),
            )
        )
    return make_map(
        places,
        span(choice.period).end,
        classes=choice.classes,
        how=choice.how,
        symbols=choice.measure == "total",
        decimals=DECIMALS[choice.column],
        width=width,
        height=height,
    )


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """One page of A4 in the reader's language."""
    from rafid.commons.products.pdf import render_pdf

    page = opened(request)
    if page is None:
        return redirect("statistics-population")
    lines = page.lines
    if len(lines) > SHEET_ROWS:
        lines = sorted(lines, key=lambda line: -(line.value("total") or 0.0))[:SHEET_ROWS]
    body = render_pdf(
        "statistics/sheet.html",
        {
            "page": page,
            "choice": page.choice,
            "whole": page.whole,
            "lines": lines,
            "left_out": len(page.lines) - len(lines),
            "map": drawn_map(page, {}, width=460, height=460),
            "pyramid": charts.paper_pyramid(page.pyramid),
            "headlines": [(page.board.indicators[code], page.headline(code)) for code in HEADLINES],
            "measure_name": MEASURES[page.choice.measure][1],
            "unit": unit(page),
            "disclaimer": pick(country().disclaimer),
            "address": request.build_absolute_uri(
                f"{reverse('statistics-population')}?{urlencode({k: v for k, v in request.GET.items() if k != 'lang'})}"
            ),
        },
        title=page.title,
    )
    response = HttpResponse(body, content_type="application/pdf")
    ref = page.area.ref if page.area else "IQ"
    name = f"population-{ref}-{page.choice.period}-{get_language()}.pdf"
    response["Content-Disposition"] = content_disposition_header(False, name)
    response["Cache-Control"] = "private, no-cache"
    return response
