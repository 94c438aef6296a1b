"""The printed sheet of the Population page: one page of A4 in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.products.datasets import datasets
from rafid.commons.products.maps.painted import Map
from rafid.commons.products.pdf import one_page
from rafid.commons.products.qr import qr_svg

from .charts import PaperPyramid, paper_pyramid
from .choropleth import Drawn, drawn_map
from .population import HEADLINES, MEASURES, Population, level_name
from .queries import Line

ROWS = (20, 16, 12, 8, 4, 0)
"""Rows of the table: as many as leave it on one page; all of them are on the page and in its files."""

_MAP = 92.0
_LETTER = 1.05
"""Millimetres: side of the map, and mean width of a letter in it."""


def make_sheet(page: Population, unit: str, address: str) -> bytes:
    map_ = drawn_map(page, {}, side=460)
    pyramid = paper_pyramid(page.pyramid)
    context = {
        "page": page,
        "choice": page.choice,
        "whole": page.whole,
        "programme": pick(datasets()["population"].programme.names),
        "parents": page.board.places.path(page.area.id)[:-1] if page.area else [],
        "map": map_.map if map_ else None,
        "map_title": _map_title(map_) if map_ else "",
        "pyramid": pyramid,
        "headlines": [(page.board.indicators[code], page.headline(code)) for code in HEADLINES],
        "measure_name": MEASURES[page.choice.measure][1],
        "unit": unit,
        "disclaimer": pick(country().disclaimer),
        "dataset": datasets()["population"],
        "address": address,
        "qr": _qr(address),
        "today": timezone.localdate(),
    }
    names, css = _names(page, map_) if map_ else ([], "")
    context["names"] = names
    return one_page("statistics/sheet.html", _shorter(page, context), css=css + _places(map_, pyramid))


def _shorter(page: Population, context: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The context with ever fewer rows: the most populous ones stay, and the place that the sheet is about."""
    numbered = list(enumerate(page.lines, 1))
    for most in ROWS:
        kept = numbered
        if len(numbered) > most:
            kept = sorted(sorted(numbered, key=lambda row: _rank(page, row[1]))[:most], key=lambda row: row[0])
        elif most != ROWS[0] and most > len(numbered):
            continue
        yield {**context, "rows": kept, "left_out": len(numbered) - len(kept)}


def _rank(page: Population, line: Line) -> tuple[bool, float]:
    return page.area is None or line.area.id != page.area.id, -(line.value("total") or 0.0)


def _map_title(drawn: Drawn) -> str:
    return level_name(drawn.level)


def _names(page: Population, drawn: Drawn) -> tuple[list[str], str]:
    """What stands on the map, and where: a name where it fits, else the number of its row."""
    numbers = {line.area.id: str(at) for at, line in enumerate(page.lines, 1)} if not drawn.stands_in else {}
    texts: list[str] = []
    rules: list[str] = []
    for one in drawn.map.names():
        room = one.room / drawn.map.outlines.width * _MAP
        text = one.painted.area.name
        if drawn.map.symbols or len(text) * _LETTER > room:
            text = numbers.get(one.painted.area.id, "")
        if not text or len(text) * _LETTER > max(room, 2.2):
            continue
        rules.append(f".name-{len(texts)}{{left:{one.x:.2f}%;top:{one.y:.2f}%;color:{one.ink}}}")
        texts.append(text)
    return texts, "".join(rules)


def _places(drawn: Drawn | None, pyramid: PaperPyramid | None) -> str:
    rules = []
    if drawn:
        rules.append(f".scale-bar{{width:{_scale_mm(drawn.map):.2f}mm}}")
    if pyramid:
        rules += [f".age-{at}{{top:{y:.2f}%}}" for at, (_text, y) in enumerate(pyramid.ages)]
        for at, (_text, x) in enumerate(pyramid.ticks):
            side = "left:0;margin-left:0;text-align:left" if x < 1 else f"left:{x:.2f}%"
            if x > 99:
                side = "left:auto;right:0;text-align:right"
            rules.append(f".pyramid .tick-{at}{{{side}}}")
    return "".join(rules)


def _scale_mm(drawn: Map) -> float:
    return drawn.scale_percent / 100 * _MAP


def _qr(address: str) -> SafeString | None:
    try:
        return qr_svg(address)
    except ValueError:
        return None
