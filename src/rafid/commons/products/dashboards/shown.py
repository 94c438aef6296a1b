"""One block as a template shows it: its figures by what the reader asked, its shapes, and where its clicks lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import shapely
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rafid.commons.indicators.hierarchy import ages
from rafid.commons.indicators.periods import is_period, span
from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.writing import number

from ..charts import shapes
from ..charts.figures import WITHHELD, Figures, Head, NotThere
from ..charts.of_datasets import opened
from ..charts.reading import Reading
from ..charts.spec import BAR, HEAT, LINE, LOG, MAP, NUMBER, POINTS, PYRAMID, ChartSpec
from ..maps.painted import Painted, make_map
from .asked import Address, Bar
from .body import IMAGE, TEXT, spec_of, texts, width_of

MOST_POINTS = 3000
MOST_TABLE = 400


@dataclass
class Shown:
    """``error``: why nothing is shown. ``template`` draws the rest from this object."""

    index: int
    kind: str
    title: str
    width: int
    figures: Figures | None = None
    error: str = ""
    text: str = ""
    image: str = ""
    alt: str = ""
    spec: ChartSpec | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def template(self) -> str:
        return f"products/dashboards/block_{self.kind}.html"

    @property
    def ident(self) -> str:
        return f"b{self.index}"


def show(block: Mapping[str, Any], index: int, bar: Bar, reading: Reading) -> Shown:
    kind, title = str(block.get("kind", "")), pick(texts(block.get("title")))
    found = Shown(index, kind, title, width_of(block))
    if kind == TEXT:
        found.text = pick(texts(block.get("text")))
        return found
    if kind == IMAGE:
        found.image, found.alt = str(block.get("image", "")), pick(texts(block.get("alt")))
        return found
    spec = found.spec = spec_of(block)
    try:
        if kind == POINTS:
            found.facts = _points(spec, bar, reading)
            found.title = title or found.facts["name"]
            return found
        found.figures = reading.figures(spec, bar.asked)
        found.title = title or " · ".join(one.title for one in found.figures.meanings)
        found.facts = _facts(spec, found.figures, bar.address, index)
        if kind == MAP and found.facts["map"] is None and bar.asked.place is not None:
            found.facts["map"] = _map_around(spec, bar, reading)
    except NotThere as nothing:
        found.error = str(nothing)
    except ValueError:
        found.error = _("These figures cannot be drawn so; the table behind has them.")
    found.title = found.title or _("Block %s") % (index + 1)
    return found


def link_of(head: Head, address: Address) -> str:
    return address.with_(*head.asks) if head.asks else ""


def _facts(spec: ChartSpec, figures: Figures, address: Address, index: int) -> dict[str, Any]:
    links = [link_of(head, address) for head in figures.rows]
    heads = [link_of(head, address) for head in figures.series]
    facts: dict[str, Any] = {
        "table": [
            {
                "head": head, "link": links[at], "on": _is_on(head, address),
                "cells": list(zip(figures.cells[at], figures.texts(at), strict=True)),
                "target": figures.target_text(at),
            }
            for at, head in enumerate(figures.rows[:MOST_TABLE])
        ],
        "heads": list(zip(figures.series, heads, strict=True)),
        "legend": [(head, heads[at], at % shapes.COLOURS) for at, head in enumerate(figures.series)]
        if len(figures.series) > 1 else [],
    }  # fmt: skip
    log = spec.scale == LOG
    if log and any(value <= 0 for value in figures.values):
        figures.notes.append(_("Zero and negative figures have no place on a logarithmic axis; the table has them."))
    if spec.kind == NUMBER:
        facts |= _number(figures)
    elif spec.kind == BAR:
        rows = shapes.bar_rows(figures, log=log)
        facts["bars"] = [
            {"row": row, "link": link, "on": _is_on(row.head, address)} for row, link in zip(rows, links, strict=False)
        ]
        facts["more"] = max(0, len(figures.rows) - len(rows))
    elif spec.kind == LINE:
        facts["lines"] = shapes.lines(figures, links, log=log)
    elif spec.kind == PYRAMID:
        bands = shapes.pyramid_bands(figures)
        by_head = dict(zip(figures.rows, links, strict=True))
        facts["bands"] = [(band, by_head[band.head], _is_on(band.head, address)) for band in bands]
    elif spec.kind == HEAT:
        steps = shapes.heat_steps(figures)
        for row, line in zip(facts["table"], steps, strict=False):
            row["cells"] = [(*cell, step) for cell, step in zip(row["cells"], line, strict=True)]
    elif spec.kind == MAP:
        facts["map"] = _map(figures, links, address)
        facts["unit"] = figures.unit
        facts["name"] = figures.meanings[0].title
        facts["disclaimer"] = pick(country().disclaimer)
    return facts


def _is_on(head: Head, address: Address) -> bool:
    return head.asks is not None and address.query.get(head.asks[0]) == head.asks[1]


def _number(figures: Figures) -> dict[str, Any]:
    cell = figures.cells[0][0] if figures.cells and figures.cells[0] else None
    facts: dict[str, Any] = {"cell": cell, "said": cell.text(figures.decimals) if cell else "–"}
    changed = shapes.change_of(figures)
    if changed is not None:
        difference, percent, before = changed
        facts |= {
            "difference": number(abs(difference), figures.decimals),
            "percent": number(abs(percent), 1) if percent is not None else "",
            "sense": "up" if difference > 0 else "down" if difference < 0 else "same",
            "good": figures.better == ("more" if difference > 0 else "less") if difference else None,
            "judged": figures.better in ("more", "less") and difference != 0,
            "before": before,
        }
    if figures.target is not None and cell is not None and cell.value is not None:
        share = cell.value / figures.target if figures.target else None
        facts |= {
            "target": number(figures.target, figures.decimals),
            "share": number(100 * share, 0) if share is not None else "",
            "meter": max(0, min(100, round(100 * share))) if share is not None else None,
        }
    return facts


def _map(figures: Figures, links: list[str], address: Address, chosen: frozenset[str] = frozenset()) -> Any:
    day = _day(figures.period)
    by_ref = {area.ref: area for area in ages().on(day)}
    places = [
        Painted(
            by_ref[head.place],
            cells[0].value,
            cells[0].state == WITHHELD,
            cells[0].text(figures.decimals),
            link,
            _is_on(head, address) or head.place in chosen,
        )
        for head, link, cells in zip(figures.rows, links, figures.cells, strict=True)
        if head.place in by_ref and cells
    ]
    symbols = figures.counts and all(value >= 0 for value in figures.values)
    return make_map(places, day, symbols=symbols, decimals=figures.decimals) if places else None


def _map_around(spec: ChartSpec, bar: Bar, reading: Reading) -> Any:
    """Where no borders of the chosen place's parts are known: the country, with the place or its governorate outlined."""
    place = bar.asked.place
    around = reading.figures(replace(spec, level=Level.GOVERNORATE), replace(bar.asked, place=None))
    refs = set(Place.objects.filter(pk__in=place.lineage).values_list("ref", flat=True)) if place else set()
    return _map(around, [link_of(head, bar.address) for head in around.rows], bar.address, frozenset(refs))


def _day(period: str) -> date:
    return span(period).end if is_period(period) else timezone.localdate()


def _points(spec: ChartSpec, bar: Bar, reading: Reading) -> dict[str, Any]:
    """Where the rows of a dataset lie, over the borders of the governorates; rows without a position are counted."""
    from ..drawing import Area, Spot, draw_map
    from ..maps.painted import _BAND_FAR, _shapes

    notes: list[str] = []
    found = opened(spec.dataset, reading.user, bar.asked.place, notes)
    names = found.table.names
    spots: list[Spot] = []
    without, more = 0, False
    for line in found.table.lines(limit=MOST_POINTS + 1, geometry=True):
        values = dict(zip(names, line.values, strict=True))
        if bar.asked.period and line.period and line.period != bar.asked.period:
            continue
        if any(name in values and str(values[name]) != code for name, code in bar.asked.where.items()):
            continue
        if not line.geometry:
            without += 1
        elif len(spots) < MOST_POINTS:
            point = shapely.from_geojson(line.geometry).representative_point()
            title = str(values.get(spec.field) or "") if spec.field else ""
            spots.append(Spot(str(len(spots)), point.x, point.y, radius=3.5, css="point", title=title))
        else:
            more = True
    usual = country().division
    hierarchy = ages().on(_day(bar.asked.period))
    level = Level.DISTRICT if bar.asked.place else Level.GOVERNORATE
    within = hierarchy.within(bar.asked.place.pk) if bar.asked.place else list(hierarchy)
    areas = [one for one in within if one.level == level and (level < Level.DISTRICT or one.division == usual)]
    rows = _shapes([one.id for one in areas], _day(bar.asked.period), _BAND_FAR) if areas else []
    svg = ""
    if rows or spots:
        svg = draw_map(
            [Area(str(pk), shape, css="ground", fill="#e9ecea") for pk, shape, *_rest in rows], spots=spots, width=640,
            height=560, web=True, label=_("Map of points"), name=f"points-{spec.dataset}",
        ).svg  # fmt: skip
    published = found.table.published
    return {
        "svg": _safe(svg),
        "points": len(spots),
        "without": without,
        "more": more,
        "notes": notes,
        "name": published.title,
        "about": published.about,
        "code": published.code,
        "disclaimer": pick(country().disclaimer),
    }


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - made by the drawing room, which escapes
