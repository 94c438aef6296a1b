"""/api/v1/products/dashboards: what stands on a dashboard, in figures, by the same filters as its page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, decode_cursor, encode_cursor, invalid, not_found
from rafid.commons.indicators.asking import answer, clean, place_of
from rafid.commons.indicators.periods import is_period
from rafid.commons.names import pick
from rafid.commons.programme import SENSITIVITIES

from ..charts.figures import WITHHELD, Asked, Cell, Figures, Head, NotThere
from ..charts.reading import Reading
from ..charts.spec import KINDS, NUMBER, POINTS, ChartSpec
from ..models import Recipe
from . import keeping
from .asked import MOST_WHERE, organisations_of
from .body import IMAGE, blocks_of, filters_of, spec_of, texts, width_of

router = Router(tags=["products"])
NAMES = {number: name for name, number in SENSITIVITIES.items()}


class DashboardOut(Schema):
    """``reach``: draft, organisation, partner or public. ``page``: where people look at it."""

    code: str
    titles: dict[str, str]
    programme: str
    sensitivity: str
    reach: str
    version: int
    filters: list[str]
    block_count: int
    page: str


class DashboardCell(Schema):
    """``value`` is null where there is no figure, and where it is withheld."""

    value: float | None
    withheld: bool
    note: str


class DashboardRow(Schema):
    key: str
    label: str
    place: str | None
    target: float | None
    cells: list[DashboardCell]


class DashboardSeries(Schema):
    key: str
    label: str


class DashboardSource(Schema):
    source: str
    as_of: str


class DashboardMeaning(Schema):
    title: str
    text: str
    page: str


class DashboardFigures(Schema):
    """``rows`` × ``series``. The first row of a number is the period shown, the second the one before it."""

    rows_title: str
    where: str
    period: str
    unit: str
    series: list[DashboardSeries]
    rows: list[DashboardRow]
    target: float | None
    change: float | None
    sources: list[DashboardSource]
    definitions: list[DashboardMeaning]
    demonstration: bool


class DashboardBlock(Schema):
    """``index`` counts from 1, as ``?block=`` of an embed does. ``error``: why there are no figures. A map of points
    has none: its rows are those of ``dataset_rows``, as far as the caller may have them."""

    index: int
    kind: str
    width: int
    title: str
    titles: dict[str, str]
    text: dict[str, str] | None
    image: str | None
    dataset: str | None
    dataset_rows: str | None
    figures: DashboardFigures | None
    notes: list[str]
    error: str


class DashboardDetail(DashboardOut):
    blocks: list[DashboardBlock]


class DashboardQuery(Schema):
    place: str = Field("", max_length=40, description="reference of a place")
    period: str = Field("", max_length=20, description="2026, 2026Q1, 202609 or 2026W5; the newest when empty")
    organisation: str = Field("", max_length=80, description="reference of an organisation: its figures only")
    where: str = Field("", max_length=400, description="what is clicked on the page: sex=female; several by comma")


def show(recipe: Recipe) -> dict[str, Any]:
    return {
        "code": recipe.code,
        "titles": recipe.names,
        "programme": recipe.programme,
        "sensitivity": NAMES[recipe.sensitivity],
        "reach": keeping.reach_of(recipe),
        "version": recipe.version,
        "filters": list(filters_of(recipe.body)),
        "block_count": len(blocks_of(recipe.body)),
        "page": reverse("dashboard", args=[recipe.code]),
    }


@router.get("/dashboards", response={200: Page[DashboardOut], **ERRORS}, summary="Dashboards")
def listing(request: HttpRequest, page: Query[PageQuery]) -> Any:
    found = keeping.dashboards_seen(request.user).order_by("code")
    count = found.count() if page.count else None
    if page.cursor:
        (after,) = decode_cursor(page.cursor, 1)
        found = found.filter(code__gt=clean("cursor", str(after)))
    rows = list(found[: page.limit + 1])
    shown = rows[: page.limit]
    return answer(
        request,
        {
            "items": [show(one) for one in shown],
            "next": encode_cursor([shown[-1].code]) if len(rows) > len(shown) else None,
            "count": count,
        },
    )


@router.get("/dashboards/{code}", response={200: DashboardDetail, **ERRORS}, summary="One dashboard with its figures")
def detail(request: HttpRequest, code: str, asked: Query[DashboardQuery]) -> Any:
    recipe = keeping.dashboards_seen(request.user).filter(code=code).first() if "\x00" not in code else None
    if recipe is None:
        raise not_found()
    specs = [spec_of(one) for one in blocks_of(recipe.body) if one.get("kind") in KINDS]
    bounds = _asked(recipe, asked, Reading(request.user), specs)
    reading = Reading(request.user, bounds.organisation)
    blocks = [
        show_block(recipe, index, block, bounds, reading) for index, block in enumerate(blocks_of(recipe.body), start=1)
    ]
    return answer(request, {**show(recipe), "blocks": blocks})


def _asked(recipe: Recipe, asked: DashboardQuery, reading: Reading, specs: list[ChartSpec]) -> Asked:
    """Problem 422 for a filter that the dashboard does not have, and for what is no place, period or organisation."""
    has = filters_of(recipe.body)
    for name in ("place", "period", "organisation"):
        if getattr(asked, name) and name not in has:
            raise invalid(name, _("This dashboard has no such filter."))
    place = place_of(clean("place", asked.place))
    if asked.period and not is_period(asked.period):
        raise invalid("period", _("Write periods as 2026, 2026Q1, 202609 or 2026W5."))
    where: dict[str, str] = {}
    for one in filter(None, (part.strip() for part in clean("where", asked.where).split(","))):
        name, equals, value = one.partition("=")
        if not equals or not name.strip().isidentifier() or not value.strip():
            raise invalid("where", _("Write such as sex=female, several by comma."))
        where[name.strip()] = value.strip()
    if len(where) > MOST_WHERE:
        raise invalid("where", _("At most %s of these.") % MOST_WHERE)
    organisation = None
    if ref := clean("organisation", asked.organisation):
        organisation = next((one for one in organisations_of(reading, specs) if one.ref == ref), None)
        if organisation is None:
            raise invalid("organisation", _("No figures of this organisation stand here."))
    return Asked(place, asked.period, organisation, where)


def show_block(recipe: Recipe, index: int, block: dict[str, Any], bounds: Asked, reading: Reading) -> dict[str, Any]:
    kind, title = str(block.get("kind", "")), pick(texts(block.get("title")))
    spec = spec_of(block) if kind in KINDS else None
    figures, error = None, ""
    if spec is not None and kind != POINTS:
        try:
            figures = reading.figures(spec, bounds)
        except NotThere as nothing:
            error = str(nothing)
    code = spec.dataset if spec else ""
    return {
        "index": index,
        "kind": kind,
        "width": width_of(block),
        "title": title or (" · ".join(one.title for one in figures.meanings) if figures else ""),
        "titles": texts(block.get("title")),
        "text": texts(block["text"]) if "text" in block else None,
        "image": reverse("dashboard-picture", args=[recipe.code, block.get("image")]) if kind == IMAGE else None,
        "dataset": code or None,
        "dataset_rows": f"/api/v1/products/datasets/{code}/rows" if code else None,
        "figures": show_figures(figures, kind) if figures else None,
        "notes": figures.notes if figures else [],
        "error": error,
    }


def show_figures(figures: Figures, kind: str) -> dict[str, Any]:
    now, before = ([row[0].value if row else None for row in figures.cells[:2]] + [None, None])[:2]
    return {
        "rows_title": figures.rows_title,
        "where": figures.where,
        "period": figures.period,
        "unit": _(figures.unit) if figures.unit else "",
        "series": [{"key": one.key, "label": one.label} for one in figures.series],
        "rows": [_row(figures, at, head) for at, head in enumerate(figures.rows)],
        "target": figures.target,
        "change": now - before if kind == NUMBER and now is not None and before is not None else None,
        "sources": [{"source": source, "as_of": as_of} for source, as_of in figures.sources],
        "definitions": [{"title": one.title, "text": one.text, "page": one.url} for one in figures.meanings],
        "demonstration": figures.demonstration,
    }


def _row(figures: Figures, at: int, head: Head) -> dict[str, Any]:
    return {
        "key": head.key,
        "label": head.label,
        "place": head.place or None,
        "target": figures.targets[at] if at < len(figures.targets) else None,
        "cells": [_cell(one) for one in figures.cells[at]],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"value": cell.value, "withheld": cell.state == WITHHELD, "note": cell.said}
