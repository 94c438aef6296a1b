"""The figures of a place on its own page: the newest of each indicator that the person may see."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from rafid.commons.names import pick
from rafid.commons.places.models import Level, Place
from rafid.commons.programme import installed
from rafid.commons.themes import words as theme_words

from . import kept
from .figures import Figure, Reader
from .formula import Atom
from .hierarchy import ages
from .listing import newest_periods
from .models import Indicator
from .periods import in_order, is_period
from .queries import periods

MOST_PERIODS = 4
"""So many of the newest periods are looked through for rates of which none is stored."""


@dataclass(frozen=True)
class Newest:
    """An indicator's newest figure for the place, and its period."""

    indicator: Indicator
    figure: Figure
    period: str


def newest(reader: Reader, place: Place) -> list[Newest]:
    """In the order of the indicators, each at its own newest period or, where the place was late, the one before it; those
    without a figure for the place are left out."""
    rows = list(reader.indicators.values())
    if not rows or place.level > Level.SUBDISTRICT:
        return []
    reader.only = _behind(place)
    last = newest_periods(reader, rows)
    before = newest_periods(reader, rows, until=set(last.values()))
    derived = [one.code for one in rows if one.pk not in last and one.numerator]
    asked = {*last.values(), *before.values(), *(periods(reader, derived)[:MOST_PERIODS] if derived else ())}
    there = sorted(filter(is_period, asked), key=in_order, reverse=True)
    found: dict[str, Newest] = {}
    codes = [one.code for one in rows]
    # All of the country's are many; whoever is not signed in finds them kept.
    boards = (
        reader.boards(there, codes)
        if reader.only is not None
        else [kept.board(reader, period, [Atom(code) for code in codes]) for period in there]
    )
    for board in boards:
        for one in rows:
            figure = board.of(one.code).get(place.pk)
            if figure is not None and one.code not in found:
                found[one.code] = Newest(one, figure, board.period)
    return sorted(found.values(), key=lambda one: (one.indicator.programme, one.indicator.order, one.indicator.code))


def _behind(place: Place) -> frozenset[Any] | None:
    """The place, what lies in it, and the parts of other divisions that are linked to these; None for the whole country."""
    if place.level == Level.COUNTRY:
        return None
    parts: dict[Any, set[Any]] = defaultdict(set)
    for _valid, pk, _ref, _level, _division, parent, *_rest in ages().rows:  # at any time: figures are of their own
        parts[parent].add(pk)
    for link in ages().links:
        parts[link.whole].add(link.part)
    inside, waiting = {place.pk}, [place.pk]
    while waiting:
        new = parts[waiting.pop()] - inside
        inside |= new
        waiting.extend(new)
    return frozenset(inside)


def panel(request: Any, place: Place) -> str:
    figures = newest(Reader(request.user), place)
    if not figures:
        return ""
    names = {one.name: pick(one.names) for one in installed()}
    themes = {one.code: one.theme for programme in installed() for one in programme.indicators}
    groups: dict[str, list[Newest]] = {}
    for one in figures:
        theme = themes.get(one.indicator.code, "")
        name = theme_words(theme) if theme else names.get(one.indicator.programme, one.indicator.programme)
        groups.setdefault(name, []).append(one)
    # What most people ask a place for is how many live there: that comes first and open.
    first = sorted(groups, key=lambda name: "population" not in {one.indicator.code for one in groups[name]})
    marks = {one.figure.basis for one in figures}
    return render_to_string(
        "indicators/place_panel.html",
        {"groups": [(name, groups[name]) for name in first], "place": place, "marks": marks},
        request=request,
    )
