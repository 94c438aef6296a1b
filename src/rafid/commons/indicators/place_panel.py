"""The figures of a place on its own page: the newest of each indicator that the person may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from rafid.commons.places.models import Level, Place

from .figures import Figure, Reader
from .models import Indicator
from .queries import periods

MOST_PERIODS = 4
"""So many of the newest periods are looked through: a yearly figure stands beside a monthly one."""


@dataclass(frozen=True)
class Newest:
    """An indicator's newest figure for the place, and its period."""

    indicator: Indicator
    figure: Figure
    period: str


def newest(reader: Reader, place: Place) -> list[Newest]:
    """In the order of the indicators; those without a figure for the place are left out."""
    codes = list(reader.indicators)
    if not codes or place.level > Level.SUBDISTRICT:
        return []
    found: dict[str, Newest] = {}
    for board in reader.boards(periods(reader, codes)[:MOST_PERIODS], codes):
        for code in codes:
            figure = board.of(code).get(place.pk)
            if figure is not None and code not in found:
                found[code] = Newest(reader.indicators[code], figure, board.period)
    return sorted(found.values(), key=lambda one: (one.indicator.programme, one.indicator.order, one.indicator.code))


def panel(request: Any, place: Place) -> str:
    figures = newest(Reader(request.user), place)
    if not figures:
        return ""
    marks = {one.figure.basis for one in figures}
    return render_to_string(
        "indicators/place_panel.html", {"figures": figures, "place": place, "marks": marks}, request=request
    )
