"""How a layer looks when it is opened elsewhere: classes of its first figure for areas, dots for points (QML and SLD 1.1)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice, pairwise
from xml.sax.saxutils import escape, quoteattr

from ..cartography import class_breaks
from ..ramps import FEWEST, ramp_colours
from ..tables import Table
from .arrow import Positions

CLASSES, MOST = 5, 20_000
LINE, DOT, PLAIN = "#5b6b67", "#0b5f6b", "#c9dcd8"
_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Style:
    qml: str
    sld: str
    about: str


@dataclass(frozen=True)
class Part:
    """A class: its colour and, where it is one of several, its edges and what it is called."""

    colour: str
    low: float | None = None
    high: float | None = None

    @property
    def label(self) -> str:
        return "" if self.low is None or self.high is None else f"{self.low:g} – {self.high:g}"


def style_of(table: Table, positions: Positions) -> Style | None:
    kind = "fill" if any("Polygon" in one for one in positions.types) else "marker" if positions.types else ""
    if not kind or any("Line" in one for one in positions.types):
        return None
    field = _figure(table) if kind == "fill" else ""
    parts = _classes(table, field) if field else []
    if not parts:
        field, parts = "", [Part(PLAIN if kind == "fill" else DOT)]
    return Style(_qml(kind, field, parts), _sld(table.published.code, kind, field, parts), field)


def _figure(table: Table) -> str:
    """The first measure; else the first number that is none of a place or a period."""
    numbers = [one for one in table.fields if one.kind in _NUMBERS]
    first = next((one for one in numbers if one.role == "sensitive"), numbers[0] if numbers else None)
    return first.name if first else ""


def _classes(table: Table, field: str) -> list[Part]:
    at = table.names.index(field)
    values = [line.values[at] for line in islice(table.lines(), MOST)]
    known = [float(value) for value in values if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(set(known)) < 3:
        return []
    edges = [float(edge) for edge in class_breaks(known, classes=CLASSES)]
    pairs = list(pairwise(edges))
    colours = ramp_colours("yellow-green-blue", max(FEWEST, len(pairs)))[-len(pairs) :]
    return [Part(colour, low, high) for colour, (low, high) in zip(colours, pairs, strict=True)]


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _qml(kind: str, field: str, parts: list[Part]) -> str:
    symbols = []
    for number, part in enumerate(parts):
        name, options = (
            ("SimpleFill", {"style": "solid", "outline_style": "solid", "outline_color": _rgba(LINE)})
            if kind == "fill"
            else (
                "SimpleMarker",
                {"name": "circle", "size": "2.4", "size_unit": "MM", "outline_color": "255,255,255,255"},
            )
        )
        options |= {"color": _rgba(part.colour), "outline_width": "0.2", "outline_width_unit": "MM"}
        said = "".join(
            f'<Option type="QString" name="{key}" value={quoteattr(value)}/>' for key, value in options.items()
        )
        old = "".join(f'<prop k="{key}" v={quoteattr(value)}/>' for key, value in options.items())
        symbols.append(
            f'<symbol type="{kind}" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0"><layer class="{name}"'
            f' enabled="1" locked="0" pass="0"><Option type="Map">{said}</Option>{old}</layer></symbol>'
        )
    if field:
        ranges = "".join(
            f'<range lower="{part.low!r}" upper="{part.high!r}" symbol="{number}" label={quoteattr(part.label)} render="true"/>'
            for number, part in enumerate(parts)
        )
        how = f' type="graduatedSymbol" graduatedMethod="GraduatedColor" attr={quoteattr(field)}'
        body = f"<ranges>{ranges}</ranges><symbols>{''.join(symbols)}</symbols>"
    else:
        how, body = ' type="singleSymbol"', f"<symbols>{''.join(symbols)}</symbols>"
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.28.0" styleCategories="Symbology">'
        f'<renderer-v2{how} symbollevels="0" forceraster="0" enableorderby="0">{body}</renderer-v2></qgis>'
    )


def _sld(layer: str, kind: str, field: str, parts: list[Part]) -> str:
    rules = []
    for number, part in enumerate(parts):
        filtered = ""
        if field:
            low = "PropertyIsGreaterThanOrEqualTo" if number == 0 else "PropertyIsGreaterThan"
            name = f"<ogc:PropertyName>{escape(field)}</ogc:PropertyName>"
            filtered = (
                f"<ogc:Filter><ogc:And><ogc:{low}>{name}<ogc:Literal>{part.low!r}</ogc:Literal></ogc:{low}>"
                f"<ogc:PropertyIsLessThanOrEqualTo>{name}<ogc:Literal>{part.high!r}</ogc:Literal>"
                "</ogc:PropertyIsLessThanOrEqualTo></ogc:And></ogc:Filter>"
            )
        fill = f'<se:Fill><se:SvgParameter name="fill">{part.colour}</se:SvgParameter></se:Fill>'
        stroke = f'<se:Stroke><se:SvgParameter name="stroke">{LINE}</se:SvgParameter></se:Stroke>'
        shape = (
            f"<se:PolygonSymbolizer>{fill}{stroke}</se:PolygonSymbolizer>" if kind == "fill"
            else f"<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>circle</se:WellKnownName>{fill}{stroke}"
            "</se:Mark><se:Size>8</se:Size></se:Graphic></se:PointSymbolizer>"
        )  # fmt: skip
        rules.append(f"<se:Rule><se:Name>{escape(part.label or layer)}</se:Name>{filtered}{shape}</se:Rule>")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<StyledLayerDescriptor version="1.1.0"'
        ' xmlns="http://www.opengis.net/sld" xmlns:se="http://www.opengis.net/se" xmlns:ogc="http://www.opengis.net/ogc">'
        f"<NamedLayer><se:Name>{escape(layer)}</se:Name><UserStyle><se:FeatureTypeStyle>{''.join(rules)}"
        "</se:FeatureTypeStyle></UserStyle></NamedLayer></StyledLayerDescriptor>"
    )
