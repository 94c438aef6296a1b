"""The drawing of a composed map: layers in their order as paths, and what HTML lays over and beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import shapely
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.places.country import country
from rafid.commons.places.models import Level, Place
from rafid.commons.writing import number

from .. import svg
from ..drawing import INK, Area, Drawing, Line, Spot, draw_map, equal_area
from ..ramps import text_colour
from .body import CHOROPLETH, COLOURS, OUTLINE, POINTS, SYMBOLS, Body, Layer
from .classes import Class, Classes, classes_of
from .dashed import dashed_borders
from .shapes import band_of, border_sources, extent_of, governorates, place_points, place_shapes, row_shapes, type_box

PIXELS = 96 / 25.4
"""Pixels in a millimetre."""
GROUND, EDGE = "#f0eeea", "#6f6f6f"
BORDER, BESIDE = "#9b968c", "#6b6459"
"""Borders between areas, and the names of what lies beside them."""
_POINT, _RING = 2.2, 3.0


@dataclass(frozen=True)
class Text:
    """Words over the drawing: their middle in percent of it, what they say, the ink that is read there. ``held``: on a
    light ground of their own, over a hatch; ``beside``: the name of a neighbour of what the map shows."""

    lines: list[str]
    x: float
    y: float
    ink: str
    small: bool = False
    held: bool = False
    beside: bool = False


@dataclass(frozen=True)
class Legend:
    """``classes`` of a choropleth, ``sizes`` (text, radius in pixels) of symbols, ``dot`` of points. ``borderless`` areas
    have a row and no known borders: they are not on the map."""

    title: str
    unit: str
    period: str
    classes: list[Class] = field(default_factory=list)
    sizes: list[tuple[str, float]] = field(default_factory=list)
    colour: str = ""
    dot: bool = False
    outline: bool = False
    rings: bool = False
    missing: int = 0
    withheld: int = 0
    barred: int = 0
    borderless: int = 0
    count: int = 0


@dataclass(frozen=True)
class Plate:
    """``drawings`` lie on one another. ``scale_mm`` is the scale bar's length on paper for ``scale_text``."""

    drawings: list[str]
    texts: list[Text]
    legends: list[Legend]
    scale_text: str
    scale_mm: float
    north: float
    inset: str
    projection: str
    borders: list[tuple[str, str]]
    rough: bool
    width: float
    height: float
    dashed: bool = False
    """Some borders on it are contested or provisional."""


def make_plate(
    body: Body, figures: Mapping[str, Any], *, width_mm: float, height_mm: float, inset_mm: float, letters: float = 1.0
) -> Plate:
    """In the reader's language. ``letters``: how large they are, beside those of a page of A4. Raises ``ValueError`` where
    the box is too small to draw in."""
    width, height = width_mm * PIXELS, height_mm * PIXELS
    layers = list(zip(body.layers, figures["layers"], strict=True))
    on = max((date.fromisoformat(one["on"]) for _layer, one in layers), default=date.today())
    box, whole = extent_of(body, figures, on)
    pen = _Pen(width, height, box, letters)
    ground = governorates(on, box)
    around = pen.draw(
        [Area(f"g-{ref}", shape, GROUND) for ref, shape in ground.items()], "ground", stroke="#c9c4ba", stroke_width=0.5
    )
    texts: list[Text] = []
    legends: list[Legend] = []
    shown: set[str] = set()
    for at, (layer, one) in enumerate(layers):
        named = at == _labelled(layers)
        legend, over = _layer(pen, layer, one, at, on, body, figures if named else None)
        legends.append(legend)
        texts += over
        shown |= {ref for _key, ref, *_rest in one["values"] if ref}
    lines = [Line(shape.boundary, EDGE, 0.9) for shape in ground.values()]
    if body.page.rivers:
        lines = [*_rivers(), *lines]
    uncertain = _uncertain(on, box)
    pen.draw([], "lines", lines=[*lines, *uncertain])
    if not whole and body.page.labels != "none":
        texts += _neighbours(pen, around, shown)
    scale = pen.last.scale
    borders, rough = border_sources(shown | set(ground), on)
    return Plate(
        pen.drawings,
        texts,
        legends,
        _distance(scale.metres) if scale else "",
        scale.width / PIXELS if scale else 0.0,
        pen.last.projection.north(),
        _inset(ground, box, inset_mm) if body.page.inset and not whole and ground else "",
        _projection(box),
        borders,
        rough,
        width_mm,
        height_mm,
        bool(uncertain),
    )


class _Pen:
    """Draws layer after layer into boxes of one size and projection."""

    def __init__(self, width: float, height: float, box: type_box, letters: float = 1.0) -> None:
        self.width, self.height, self.box, self.letters = width, height, box, letters
        self.taken = _furniture(width, height)
        self.crs = equal_area(box)
        self.drawings: list[str] = []
        self.coloured = False
        self.last: Drawing

    def draw(self, areas: list[Area], name: str, **more: Any) -> Drawing:
        self.last = draw_map(
            areas, width=self.width, height=self.height, crs=self.crs, bounds=self.box, margin=3.0, with_scale="left",
            name=name, **more,
        )  # fmt: skip
        self.drawings.append(_without_scale(self.last.svg))
        return self.last

    def letter(self, small: bool = False) -> float:
        """Mean width of a letter, in pixels; joined letters are narrower."""
        return self.letters * (4.6 if small else 5.4) * (0.92 if get_language_bidi() else 1.0)

    def free(self, frame: tuple[float, float, float, float]) -> bool:
        """Whether words may stand there: within the drawing, and not on others."""
        inside = frame[0] >= 0 and frame[1] >= 0 and frame[2] <= self.width and frame[3] <= self.height
        return inside and not any(_meet(frame, other) for other in self.taken)


def _furniture(width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Where the arrow and the scale bar stand: no name may lie there."""
    arrow, bar = (0.0, 0.0, 11.0 * PIXELS, 14.0 * PIXELS), (width - 170.0, height - 34.0, width, height)
    if get_language_bidi():
        return [arrow, bar]
    return [(width - one[2], one[1], width - one[0], one[3]) for one in (arrow, bar)]


def _without_scale(drawn: str) -> str:
    """The bar stands once on the page, on its language's side."""
    start = drawn.find('<path class="scale-bar"')
    return drawn if start < 0 else drawn[:start] + drawn[drawn.rfind("</svg>") :]


def _labelled(layers: list[tuple[Layer, Mapping[str, Any]]]) -> int:
    """Which layer's places are named: circles first, whose names stand below them, then colours, else the first."""
    for kind in (SYMBOLS, CHOROPLETH):
        for at, (layer, one) in enumerate(layers):
            if layer.style.kind == kind and one["shape"] == "places":
                return at
    return 0


def _layer(
    pen: _Pen, layer: Layer, one: Mapping[str, Any], at: int, on: date, body: Body, names: Mapping[str, Any] | None
) -> tuple[Legend, list[Text]]:
    style, values, colour = layer.style, one["values"], COLOURS[layer.style.colour]
    shapes = (
        place_shapes([row[1] for row in values], date.fromisoformat(one["on"]), pen.box)
        if one["shape"] == "places"
        else row_shapes(one["dataset"], one["version"], [row[0] for row in values])
    )
    # A legend counts what is drawn; what has no borders is said apart.
    lost = [row for row in values if row[0] not in shapes] if style.kind == CHOROPLETH else []
    classes = classes_of([row for row in values if row not in lost] if lost else values, style, one["decimals"])
    barred = sum(1 for *_row, flag in values if flag == "barred")
    base: dict[str, Any] = {
        "title": pick(one["title"]), "unit": pick(one["unit"]) if one["unit"] else "", "period": one["period"],
        "missing": classes.missing, "withheld": max(classes.withheld - barred, 0), "barred": barred,
        "borderless": sum(1 for row in lost if row[2] is not None or row[3]),
    }  # fmt: skip
    if style.kind == POINTS and not base["unit"]:
        base["title"] = pick(one["of"]) or base["title"]
    name = f"l{at}"
    if style.kind == CHOROPLETH:
        areas = [_area(row, shapes, classes) for row in values if row[0] in shapes]
        drawn = pen.draw(areas, name, stroke=BORDER, stroke_width=0.4)
        pen.coloured = True
        texts = _names(pen, drawn, one, body, names, classes) if names else []
        return Legend(**base, classes=classes.legend, count=len(values)), texts
    if style.kind == OUTLINE:
        areas = [Area(row[0], shapes[row[0]], "none") for row in values if row[0] in shapes]
        drawn = pen.draw(areas, name, stroke=colour, stroke_width=1.2)
        texts = _names(pen, drawn, one, body, names, classes) if names else []
        return Legend(**base | {"missing": 0, "withheld": 0}, colour=colour, outline=True, count=len(values)), texts
    if style.kind == SYMBOLS:
        return _symbols(pen, layer, one, shapes, classes, base, name, body, names)
    spots = [
        Spot(key, *where, _POINT, colour, stroke="#ffffff")
        for key, where in _middles(values, shapes, one).items()
    ]  # fmt: skip
    pen.draw([], name, spots=spots)
    return Legend(**base | {"missing": 0, "withheld": 0}, colour=colour, dot=True, count=len(spots)), []


def _area(row: Any, shapes: Mapping[str, Any], classes: Classes) -> Area:
    key, _ref, value, flag = row
    if value is None:
        return Area(key, shapes[key], hatch=_hatch(flag))
    return Area(key, shapes[key], classes.colours[key])


def _hatch(flag: str) -> str:
    return "withheld" if flag else "missing"


def _middles(values: Any, shapes: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """A point for each row, in degrees: its own, that of its place, the inside of its area."""
    points = place_points([row[1] for row in values]) if one["shape"] == "places" else {}
    found = {}
    for key, _ref, _value, _flag in values:
        shape = shapes.get(key)
        if shape is not None and not shape.is_empty:
            at = shape if shape.geom_type == "Point" else shapely.point_on_surface(shape)
            found[key] = (float(at.x), float(at.y))
        elif key in points:
            found[key] = points[key]
    return found


def _symbols(
    pen: _Pen, layer: Layer, one: Mapping[str, Any], shapes: Mapping[str, Any], classes: Classes,
    base: dict[str, Any], name: str, body: Body, names: Mapping[str, Any] | None,
) -> tuple[Legend, list[Text]]:  # fmt: skip
    values, style = one["values"], layer.style
    colour = COLOURS[style.colour]
    polygons = {key: shape for key, shape in shapes.items() if shape.geom_type in ("Polygon", "MultiPolygon")}
    # Over colours of another layer nothing is painted but circles: what has none there is a small ring.
    over = pen.coloured
    areas = [
        Area(key, polygons[key], "none" if over else GROUND, hatch=None if over or value is not None else _hatch(flag))
        for key, _ref, value, flag in values if key in polygons
    ]  # fmt: skip
    drawn = pen.draw(areas, f"{name}a", stroke=BORDER, stroke_width=0.4)
    middles = {label.ref: drawn.projection.lon_lat(label.x, label.y) for label in drawn.labels}
    middles = _middles(values, shapes, one) | middles
    largest = max((float(value) for _key, _ref, value, _flag in values if value is not None), default=0.0)
    sized = sorted(
        ((float(value), key) for key, _ref, value, _flag in values if value and key in middles), reverse=True
    )
    spots = [
        Spot(key, *middles[key], style.size * (value / largest) ** 0.5, colour, stroke="#ffffff", opacity=0.8)
        for value, key in sized
    ]
    rings = [
        Spot(key, *middles[key], _RING, "none", stroke=INK)
        for key, _ref, value, _flag in values if over and value is None and key in middles
    ]  # fmt: skip
    pen.draw([], name, spots=[*spots, *rings])
    radii = {spot.ref: spot.radius for spot in (*spots, *rings)}
    texts = _names(pen, drawn, one, body, names, classes, radii, over) if names else []
    sizes = [
        (number(value, one["decimals"]), style.size * (value / largest) ** 0.5)
        for value in _round(largest, one["decimals"])
    ]
    return Legend(**base, sizes=sizes, colour=colour, rings=over, count=len(values)), texts


def _round(largest: float, decimals: int) -> list[float]:
    """Three round figures for the legend, the largest first; fewer where they would be the same or no whole ones."""
    if largest <= 0:
        return []
    step = 10.0
    while step > largest:
        step /= 10
    while step * 10 <= largest:
        step *= 10
    top = float(int(largest / step + 1e-9) * step)
    found = [top, top / 4, top / 16]
    if decimals == 0:
        found = [float(round(value)) for value in found]
    return [value for at, value in enumerate(found) if value > 0 and value not in found[:at]]


def _names(
    pen: _Pen, drawn: Drawing, one: Mapping[str, Any], body: Body, figures: Mapping[str, Any] | None, classes: Classes,
    symbols: Mapping[str, float] | None = None, over: bool = False,
) -> list[Text]:  # fmt: skip
    """Names, values or codes of areas, the roomy ones first; what does not fit, or would lie on another, is left out."""
    how = body.page.labels
    if how == "none" or figures is None:
        return []
    values = {key: (value, flag) for key, _ref, value, flag in one["values"]}
    refs = {key: ref for key, ref, *_rest in one["values"]}
    found = []
    for label in sorted(drawn.labels, key=lambda each: -each.room):
        place = figures["places"].get(refs.get(label.ref, ""), {})
        value, flag = values.get(label.ref, (None, ""))
        figure = number(value, one["decimals"]) if value is not None else "*" if flag else ""
        name = pick(place) if how != "pcodes" else place.get("pcode", "")
        lines = [
            part for part in ([figure] if how == "values" else [name, figure] if how == "both" else [name]) if part
        ]
        if not lines or not (0 < label.x < drawn.width and 0 < label.y < drawn.height):
            continue
        for small in (False, True):
            letter, line = pen.letter(small), pen.letters * (8.5 if small else 10.0)
            split = _fitting(lines, label.room, letter)
            if split is None:
                continue
            half, tall = max(map(len, split)) * letter / 2, len(split) * line / 2
            # A name stands below its circle, with room for what reaches above the line.
            y = label.y + (symbols.get(label.ref, 0.0) + tall + 0.25 * line if symbols else 0.0)
            frame = (label.x - half, y - tall, label.x + half, y + tall)
            if not pen.free(frame):
                continue
            pen.taken.append(frame)
            hatched = value is None or over
            ground = GROUND if symbols is not None or hatched else classes.colours.get(label.ref, GROUND)
            at = 100 * label.x / drawn.width, 100 * y / drawn.height
            found.append(Text(split, *at, text_colour(ground), small, hatched))
            break
    return found


def _neighbours(pen: _Pen, around: Drawing, shown: set[str]) -> list[Text]:
    """Names of the governorates beside what the map shows, where they are free."""
    mine = set().union(*Place.objects.filter(ref__in=shown).values_list("lineage", flat=True))
    names = {
        place.ref: place.name for place in Place.objects.filter(level=Level.GOVERNORATE) if place.pk not in mine
    }  # fmt: skip
    found = []
    for label in around.labels:
        name = names.get(label.ref.removeprefix("g-"), "")
        half, tall = len(name) * pen.letter() / 2, 5.0 * pen.letters
        frame = (label.x - half, label.y - tall, label.x + half, label.y + tall)
        if name and 2 * half <= label.room and pen.free(frame):
            pen.taken.append(frame)
            found.append(Text([name], 100 * label.x / around.width, 100 * label.y / around.height, BESIDE, beside=True))
    return found


def _uncertain(on: date, box: type_box) -> list[Line]:
    """What the country pack calls contested or provisional, dashed on a light line; as far as it lies in the extent."""
    frame = shapely.box(*box)
    lines = [one for one in dashed_borders(on, band_of(box)) if one.intersects(frame)]
    return [Line(one, "#ffffff", 2.0) for one in lines] + [Line(one, "#3a3a3a", 1.1, dashed=True) for one in lines]


def _fitting(lines: list[str], room: float, letter: float) -> list[str] | None:
    """The lines as they are where they fit, a name of several words in two lines, else None."""
    if all(len(line) * letter <= room for line in lines):
        return lines
    words = lines[0].split()
    if len(words) > 1:
        cuts = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
        two = min(cuts, key=lambda cut: max(map(len, cut)))
        split = [*two, *lines[1:]]
        if all(len(line) * letter <= room for line in split):
            return split
    return None


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rivers() -> list[Line]:
    try:
        features = country().geojson("basemap.geojson")["features"]
    except FileNotFoundError:
        return []
    lines = [shapely.geometry.shape(one["geometry"]) for one in features if one["properties"].get("kind") == "river"]
    return [Line(line, "#7ba7cc", 1.0) for line in lines]


def _inset(ground: Mapping[str, Any], box: type_box, side_mm: float) -> str:
    frame = shapely.segmentize(shapely.box(*box).exterior, 0.25)
    side = side_mm * PIXELS
    drawn = draw_map(
        [Area(ref, shape, "#d8d3c8") for ref, shape in ground.items()],
        width=side, height=side, margin=2.0, stroke="#ffffff", stroke_width=0.4,
        lines=[Line(frame, "#a3211b", 1.2)], name="inset", bounds=_around(country().bounds, box),
    )  # fmt: skip
    return drawn.svg


def _around(whole: type_box, box: type_box) -> type_box:
    return min(whole[0], box[0]), min(whole[1], box[1]), max(whole[2], box[2]), max(whole[3], box[3])


def _distance(metres: float) -> str:
    return f"{number(metres / 1000)} km" if metres >= 1000 else f"{number(metres)} m"


def _projection(box: type_box) -> str:
    lat, lon = (box[1] + box[3]) / 2, (box[0] + box[2]) / 2
    return _("Lambert azimuthal equal-area, centred on %(lat)s, %(lon)s; WGS 84") % {
        "lat": f"\u2068{number(abs(lat), 1)}° {'N' if lat >= 0 else 'S'}\u2069",
        "lon": f"\u2068{number(abs(lon), 1)}° {'E' if lon >= 0 else 'W'}\u2069",
    }


def outline_svg(plate: Plate) -> str:
    """All drawings as one SVG of paths, for other programs: no words, so that nothing comes out unjoined."""
    width, height = plate.width * PIXELS, plate.height * PIXELS
    return svg.element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{plate.width:g}mm", "height": f"{plate.height:g}mm",
        },
        "".join(plate.drawings),
    )  # fmt: skip
