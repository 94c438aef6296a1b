"""The Population page's map: the rows of its table on the borders of the period's end, or what stands in for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from rafid.commons.indicators.hierarchy import Area
from rafid.commons.indicators.periods import span
from rafid.commons.places.models import Level
from rafid.commons.products.maps.painted import Map, Painted, make_map
from rafid.commons.writing import number

from .population import Population
from .queries import Line, line_of, usual_areas

DECIMALS = {"total": 0, "density": 1, "share_urban": 1, "sex_ratio": 1}


@dataclass(frozen=True)
class Drawn:
    """``stands_in``: the areas have no borders yet, so that the governorates around them are drawn instead."""

    map: Map
    level: int
    stands_in: bool

    @property
    def live(self) -> bool:
        """A browser can draw it from tiles and the page's table: not what the table does not hold."""
        return not self.stands_in


def place_url(ref: str, kept: Mapping[str, str]) -> str:
    """The page of a place (the country without one), with what is kept of the address.

    A level that was asked for is that of the whole page, not of one place in it.
    """
    inner = {name: value for name, value in kept.items() if name != "level"}
    query = urlencode({**({"place": ref} if ref else {}), **inner})
    return reverse("statistics-population") + (f"?{query}" if query else "")


def drawn_map(page: Population, kept: Mapping[str, str], *, side: int = 720) -> Drawn | None:
    """None where there are no borders at all."""
    level = Level.DISTRICT if page.is_part else page.choice.level
    lines = {line.area.id: line for line in page.lines}
    found = _paint(page, page.areas, lines, kept, side)
    if found is not None:
        return Drawn(found, level, False)
    areas = usual_areas(page.board, Level.GOVERNORATE)
    around = {area.id: line_of(page.board, area) for area in areas}
    found = _paint(page, areas, around, kept, side)
    return Drawn(found, Level.GOVERNORATE, True) if found else None


def _paint(
    page: Population, areas: list[Area], lines: Mapping[object, Line], kept: Mapping[str, str], side: int
) -> Map | None:
    choice = page.choice
    about = page.area or page.then
    here = {one.id for one in page.board.places.path(about.id)[1:]} if about else set()
    places = []
    for area in areas:
        line = lines.get(area.id)
        figure = line.figures.get(choice.column) if line else None
        value = figure.value if figure else None
        text = number(value, DECIMALS[choice.column]) if value is not None else ""
        withheld = figure is not None and value is None
        places.append(Painted(area, value, withheld, text, place_url(area.ref, kept), area.id in here))
    return make_map(
        places,
        span(choice.period).end,
        classes=choice.classes,
        how=choice.how,
        symbols=choice.measure == "total",
        decimals=DECIMALS[choice.column],
        width=side,
        height=side,
    )
