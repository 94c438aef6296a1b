"""Choropleths and symbol maps of figures: the drawing, its classes and its legend, for the web page and for paper.

The outlines are drawn once and kept as long as no border changes; each request only paints them.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
import shapely
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.indicators.hierarchy import Area
from rafid.commons.places.state import places_state
from rafid.commons.writing import number

from ..cartography import class_breaks, class_ranges, classify
from ..ramps import DEFAULT, ramp_colours, text_colour

_MOST_KEPT = 96
_STATE_AGE = 2.0
"""Seconds for which a change of borders may stay unseen on a map."""

_PATH = re.compile(r'data-ref="([^"]*)"[^>]*? d="([^"]*)"')
_DRAWN_BY = re.compile(r"(?:^|; )(?:borders|outline): ")
_LARGEST = 26.0
"""Radius of the largest symbol, in pixels."""

_SYMBOL = "#1f7a87"
_DASHED, _BORDER = "#3a3a3a", "#9b968c"

_SQL = """
SELECT v.place_id, ST_AsBinary(coalesce(o.shape, v.geometry)), v.generalised, v.source, v.as_of
FROM rafid_places_placeversion v
LEFT JOIN LATERAL (
    SELECT ST_Transform(web, 4326) AS shape FROM rafid_places_borderoverview
    WHERE version_id = v.id AND band = %s AND valid @> %s::date LIMIT 1
) o ON true
WHERE v.place_id = ANY(%s) AND v.valid @> %s::date AND v.geometry IS NOT NULL
"""
_BAND_FAR, _BAND_NEAR = 2, 3
_FAR = 4.0
"""Degrees across from which the coarser overview serves."""


@dataclass(frozen=True)
class Outlines:
    """``paths``: SVG path data by place, in ``view_box`` units; ``middles`` where a symbol or name goes, in the same;
    ``rooms`` how wide a name may be there.

    ``bounds`` in degrees; ``scale`` is (metres, length in units). ``generalised``: rough outlines, not real borders.
    """

    paths: Mapping[UUID, str]
    middles: Mapping[UUID, tuple[float, float]]
    rooms: Mapping[UUID, float]
    width: int
    height: int
    bounds: tuple[float, float, float, float]
    scale: tuple[float, float] | None
    generalised: bool
    sources: tuple[tuple[str, str], ...]
    dashed: str = ""
    """Path data of the borders that are contested or provisional."""


_kept: OrderedDict[tuple[Any, ...], Outlines | None] = OrderedDict()
_lock = threading.Lock()


def outlines(areas: Sequence[Area], on: date, *, width: int = 720, height: int = 720) -> Outlines | None:
    """The borders in force on a day, drawn in a box; None where none of the areas has any."""
    ids = tuple(sorted(area.id for area in areas))
    if not ids:
        return None
    key = (str(connection.settings_dict["NAME"]), places_state(at_most=_STATE_AGE), on, width, height, ids)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _draw(ids, on, width, height)
    with _lock:
        _kept[key] = made
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return made


def _draw(ids: Sequence[UUID], on: date, width: int, height: int) -> Outlines | None:
    from ..drawing import Area as Polygon
    from ..drawing import draw_map
    from ..svg import UNITS

    rows = _shapes(ids, on, _BAND_NEAR)
    if not rows:
        return None
    west, south, east, north = shapely.total_bounds([row[1] for row in rows])
    band = _BAND_NEAR
    if max(east - west, north - south) > _FAR:
        band = _BAND_FAR
        rows = _shapes(ids, on, band)
    drawn = draw_map(
        [Polygon(str(pk), shape) for pk, shape, *_rest in rows], width=width, height=height, with_scale="left"
    )
    paths = {UUID(ref): path for ref, path in _PATH.findall(drawn.svg)}
    middles = {UUID(label.ref): (label.x * UNITS, label.y * UNITS) for label in drawn.labels}
    return Outlines(
        paths,
        middles,
        {UUID(label.ref): label.room * UNITS for label in drawn.labels},
        round(drawn.width * UNITS),
        round(drawn.height * UNITS),
        (float(west), float(south), float(east), float(north)),
        (drawn.scale.metres, drawn.scale.width * UNITS) if drawn.scale else None,
        any(row[2] for row in rows),
        tuple(dict.fromkeys((drawn_by(row[3]), row[4]) for row in rows)),
        _dashed(drawn.projection, [row[1] for row in rows], on, band),
    )


def _dashed(projection: Any, shapes: Sequence[Any], on: date, band: int) -> str:
    """The uncertain borders that lie on or around the areas drawn."""
    from ..svg import line_path
    from .dashed import NEAR, dashed_borders

    lines = dashed_borders(on, band)
    if not lines:
        return ""
    areas = shapely.union_all([shape if shape.is_valid else shapely.make_valid(shape) for shape in shapes])
    seen = shapely.intersection(shapely.MultiLineString(_parts(lines)), shapely.buffer(areas, 4 * NEAR))
    return line_path(projection.geometries([seen])[0]) if not seen.is_empty else ""


def _parts(lines: Sequence[Any]) -> list[Any]:
    return [part for line in lines for part in shapely.get_parts(line)]


def drawn_by(source: str) -> str:
    """Who drew the borders, without who named the place: ``places.boundaries`` writes both into one source."""
    return _DRAWN_BY.split(source)[-1]


def _shapes(ids: Sequence[UUID], on: date, band: int) -> list[tuple[UUID, Any, bool, str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [band, on, list(ids), on])
        return [(pk, shapely.from_wkb(bytes(shape)), *rest) for pk, shape, *rest in cursor.fetchall()]


@dataclass(frozen=True)
class Class:
    """One class of the legend: ``step`` is its colour's number of 7 on the web, ``colour`` the one on paper."""

    step: int
    colour: str
    text: str
    areas: int


@dataclass(frozen=True)
class Painted:
    """What a place is painted with; ``on`` is the one that the page is about."""

    area: Area
    value: float | None
    withheld: bool
    text: str
    url: str
    on: bool = False


@dataclass(frozen=True)
class Name:
    """Where a name or number may stand on paper: its middle in percent of the drawing, and how wide in units.

    ``ink`` reads well on what lies below.
    """

    painted: Painted
    x: float
    y: float
    room: float
    ink: str


@dataclass(frozen=True)
class Map:
    """A map ready for a template."""

    outlines: Outlines
    places: Sequence[Painted]
    classes: Sequence[Class]
    edges: NDArray[np.float64]
    symbols: bool
    missing: int
    withheld: int

    @property
    def breaks(self) -> str:
        """For the live map: the upper ends of all classes but the last, to the last digit: edges are figures themselves."""
        return ",".join(repr(float(edge)) for edge in self.edges[1:-1])

    @property
    def ramp(self) -> str:
        return ",".join(str(one.step) for one in self.classes)

    @property
    def bounds(self) -> str:
        return ",".join(f"{edge:.5f}" for edge in self.outlines.bounds)

    @property
    def view_box(self) -> str:
        return f"0 0 {self.outlines.width} {self.outlines.height}"

    def web(self) -> SafeString:
        """The inside of an ``<svg>``: each place a link with its name and figure, coloured by the stylesheet."""
        return self._paint(lambda step: f' class="ramp-{step}"' if step else "", links=True)

    @property
    def hatches(self) -> SafeString:
        """For a legend on paper: a drawing knows its own patterns only."""
        return mark_safe(_hatches(web=False))  # noqa: S308 - made here

    def paper(self) -> SafeString:
        """The same with colours of its own and without links."""
        colours = {one.step: one.colour for one in self.classes}
        return self._paint(
            lambda step: f' fill="{colours[step]}" stroke="{_BORDER}" stroke-width="4"' if step else "", links=False
        )

    def names(self) -> list[Name]:
        """For paper: the places that have a middle, as they are painted."""
        steps = self._steps()
        colours = {one.step: one.colour for one in self.classes}
        found = []
        for one in self.places:
            if one.area.id not in self.outlines.middles:
                continue
            x, y = self.outlines.middles[one.area.id]
            room = 2 * self.radius(one.value or 0.0) if self.symbols else self.outlines.rooms[one.area.id]
            ground = _SYMBOL if self.symbols else colours.get(steps.get(one.area.id, 0), "#ffffff")
            place = 100 * x / self.outlines.width, 100 * y / self.outlines.height
            found.append(Name(one, *place, room, text_colour(ground)))
        return found

    @property
    def scale_percent(self) -> float:
        """Length of the scale bar in percent of the drawing's width."""
        return 100 * self.outlines.scale[1] / self.outlines.width if self.outlines.scale else 0.0

    @property
    def scale_km(self) -> float:
        return self.outlines.scale[0] / 1000 if self.outlines.scale else 0.0

    def _paint(self, fill: Any, *, links: bool) -> SafeString:
        steps = self._steps()
        parts = [_hatches(links)]
        for one in self.places:
            path = self.outlines.paths.get(one.area.id)
            if path is None:
                continue
            step = steps.get(one.area.id, 0)
            if self.symbols:
                look = ' class="ground"' if links else f' fill="#e9ecea" stroke="{_BORDER}" stroke-width="4"'
            elif step:
                look = fill(step)
            else:
                look = _without(one, links)
            shape = f'<path{look} d="{path}"/>'
            parts.append(self._linked(one, shape) if links else shape)
        for one in self.places:
            if one.on and one.area.id in self.outlines.paths:
                look = ' class="here"' if links else ' fill="none" stroke="#b45309" stroke-width="16"'
                parts.append(f'<path{look} d="{self.outlines.paths[one.area.id]}"/>')
        if self.outlines.dashed:
            parts.append(dashed_path(self.outlines.dashed, web=links))
        if self.symbols:
            parts += [self._symbol(one, links) for one in self._by_size()]
        return mark_safe("".join(parts))  # noqa: S308 - path data is made here, the rest is escaped

    def _linked(self, one: Painted, shape: str) -> str:
        said = f"{one.area.name}: {one.text}" if one.text else one.area.name
        return f'<a href="{escape(one.url)}" data-ref="{escape(one.area.ref)}"><title>{escape(said)}</title>{shape}</a>'

    def _steps(self) -> dict[UUID, int]:
        if self.symbols or not self.classes:
            return {}
        known = [one for one in self.places if one.value is not None]
        found = classify([one.value for one in known], self.edges)
        return {one.area.id: self.classes[at].step for one, at in zip(known, found, strict=True)}

    def _by_size(self) -> list[Painted]:
        """Large ones first, so that small ones lie above them."""
        known = [one for one in self.places if one.value and one.area.id in self.outlines.middles]
        return sorted(known, key=lambda one: -(one.value or 0.0))

    def radius(self, value: float) -> float:
        """In units of the view box: the symbol's area is proportional to the figure."""
        largest = max((one.value or 0.0 for one in self.places), default=0.0)
        return 10 * _LARGEST * float(np.sqrt(value / largest)) if largest else 0.0

    def _symbol(self, one: Painted, links: bool) -> str:
        x, y = self.outlines.middles[one.area.id]
        look = ' class="symbol"' if links else f' fill="{_SYMBOL}" fill-opacity="0.8" stroke="#ffffff" stroke-width="6"'
        shape = f'<circle{look} cx="{x:.0f}" cy="{y:.0f}" r="{self.radius(one.value or 0.0):.0f}"/>'
        return self._linked(one, shape) if links else shape

    def sizes(self) -> list[tuple[str, int]]:
        """For the legend of symbols: three round figures with their radius."""
        largest = max((one.value or 0.0 for one in self.places), default=0.0)
        if not largest:
            return []
        step = 10.0 ** np.floor(np.log10(largest))
        top = float(np.floor(largest / step) * step)
        return [(number(value), round(self.radius(value))) for value in (top, top / 4, top / 16)]


def dashed_path(path: str, *, web: bool = False) -> str:
    """An uncertain border: dashes on a light line, so that what lies below does not show between them."""
    if web:
        return f'<path class="uncertain-ground" d="{path}"/><path class="uncertain" d="{path}"/>'
    return (
        f'<path fill="none" stroke="#ffffff" stroke-width="20" d="{path}"/>'
        f'<path fill="none" stroke="{_DASHED}" stroke-width="11" stroke-dasharray="36 22" d="{path}"/>'
    )


def _without(one: Painted, web: bool) -> str:
    kind = "withheld" if one.withheld else "missing"
    return f' fill="url(#map-{kind})"' + ("" if web else ' stroke="#b5bcb9" stroke-width="4"')


_HATCHES = (
    ("missing", "M-15 15L15 -15M0 60L60 0M45 75L75 45", "#9a9a9a", 7),
    ("withheld", "M-15 45L15 75M0 0L60 60M45 -15L75 15", "#4d4d4d", 14),
)


def _hatches(web: bool) -> str:
    """Nobody counted, and must not be told: two patterns, neither of which looks like a class. The web's take the
    colours of the stylesheet, in light and dark."""
    parts = []
    for kind, strokes, ink, width in _HATCHES:
        ground, line = ' fill="#f2f2f2"', f' fill="none" stroke="{ink}" stroke-width="{width}"'
        if web:
            ground, line = ' class="hatch-ground"', f' class="hatch-line" stroke-width="{width}"'
        parts.append(
            f'<pattern id="map-{kind}" patternUnits="userSpaceOnUse" width="60" height="60">'
            f'<rect width="60" height="60"{ground}/><path d="{strokes}"{line}/></pattern>'
        )
    return f"<defs>{''.join(parts)}</defs>"


def steps_of(classes: int) -> list[int]:
    """Numbers of the stylesheet's seven colours for so many classes, spread from the first to the last."""
    return [4] if classes == 1 else [1 + round(6 * index / (classes - 1)) for index in range(classes)]


def make_map(
    places: Sequence[Painted],
    on: date,
    *,
    classes: int = 5,
    how: str = "jenks",
    symbols: bool = False,
    decimals: int = 1,
    width: int = 720,
    height: int = 720,
) -> Map | None:
    """A choropleth of the places' values, or symbols in the size of counts. None where no place has borders.

    ``decimals`` of the legend; 0 prints whole numbers without overlap. Missing and withheld places have a look of their
    own and no class.
    """
    drawn = outlines([one.area for one in places], on, width=width, height=height)
    if drawn is None:
        return None
    shown = [one for one in places if one.area.id in drawn.paths]
    values = [one.value for one in shown if one.value is not None]
    legend: list[Class] = []
    edges = np.array([])
    if values and not symbols:
        edges = class_breaks(values, classes=classes, how=how)
        count = len(edges) - 1
        found = classify(values, edges)
        ranges = class_ranges(edges, whole=decimals == 0)
        legend = [
            Class(step, colour, _range(*bounds, decimals), int((found == index).sum()))
            for index, (step, colour, bounds) in enumerate(
                zip(steps_of(count), ramp_colours(DEFAULT, count), ranges, strict=True)
            )
        ]
    return Map(
        drawn,
        shown,
        legend,
        edges,
        symbols,
        sum(one.value is None and not one.withheld for one in shown),
        sum(one.withheld for one in shown),
    )


def _range(low: float, high: float, decimals: int) -> str:
    if low == high:
        return number(low, decimals)
    # Kept in one piece: in a right-to-left line the two ends would change places.
    return _("%(low)s to %(high)s") % {"low": number(low, decimals), "high": number(high, decimals)}
