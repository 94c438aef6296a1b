"""The field's symbols for files: CHA red, SHA orange, half clear, hatched as well as coloured."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

from .leaving import Layer

FILLS = {"CHA": "255,0,0,128", "SHA": "244,167,24,128"}
HATCH = {"CHA": "45", "SHA": "135"}
RELEASED = {"cancelled": "120,144,156,110", "reduced": "100,181,246,110", "cleared": "76,175,80,110"}
PLAIN = "91,107,103,110"
DOT = "11,95,107,255"

_KML = {
    "CHA": ("ff0000ff", "800000ff"),
    "SHA": ("ff0000ff", "8018a7f4"),
    "released": ("ff50af4c", "4050af4c"),
    "plain": ("ff676b5b", "40676b5b"),
}
"""Line and fill; KML writes its colours backwards."""
KML_STYLES = "".join(
    f'<Style id="{name}"><LineStyle><color>{line}</color><width>2</width></LineStyle>'
    f"<PolyStyle><color>{fill}</color></PolyStyle></Style>"
    for name, (line, fill) in _KML.items()
)


def kml_style(layer: Layer, row: dict[str, Any]) -> str:
    if "classification" in layer.coded:
        return str(row["classification"])
    return "released" if layer.code == "releases" else "plain"


def qml(layer: Layer) -> str:
    """How QGIS draws the layer when it is opened."""
    if "classification" in layer.coded:
        parts = [(code, code, _hatched(fill, HATCH[code], "255,0,0,255")) for code, fill in FILLS.items()]
        return _categories("classification", parts)
    if layer.code == "releases":
        return _categories("type", [(code, code, _fill(fill, "76,175,80,255")) for code, fill in RELEASED.items()])
    body = _symbol("fill", "0", _fill(PLAIN, "91,107,103,255")) if layer.polygon else _symbol("marker", "0", _dot())
    return _document(f'<renderer-v2 type="singleSymbol"><symbols>{body}</symbols></renderer-v2>')


def _categories(attribute: str, parts: list[tuple[str, str, str]]) -> str:
    categories = "".join(
        f'<category render="true" symbol="{at}" value={quoteattr(value)} label={quoteattr(label)}/>'
        for at, (value, label, _symbol) in enumerate(parts)
    )
    symbols = "".join(_symbol("fill", str(at), layers) for at, (_value, _label, layers) in enumerate(parts))
    return _document(
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(attribute)}><categories>{categories}</categories>'
        f"<symbols>{symbols}</symbols></renderer-v2>"
    )


def _document(renderer: str) -> str:
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        f'<qgis version="3.28.0" styleCategories="Symbology">{renderer}</qgis>'
    )


def _symbol(kind: str, name: str, layers: str) -> str:
    return f'<symbol type="{kind}" name="{name}" alpha="1" clip_to_extent="1" force_rhr="0">{layers}</symbol>'


def _layer(kind: str, options: dict[str, str], inside: str = "") -> str:
    said = "".join(f'<Option type="QString" name="{key}" value={quoteattr(value)}/>' for key, value in options.items())
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0"><Option type="Map">{said}</Option>{inside}</layer>'


def _fill(colour: str, outline: str) -> str:
    return _layer(
        "SimpleFill",
        {"color": colour, "style": "solid", "outline_color": outline, "outline_style": "solid", "outline_width": "0.5"},
    )


def _hatched(colour: str, angle: str, outline: str) -> str:
    line = _symbol("line", "@0@1", _layer("SimpleLine", {"line_color": "60,0,0,255", "line_width": "0.2"}))
    return _fill(colour, outline) + _layer(
        "LinePatternFill", {"angle": angle, "distance": "2.5", "line_width": "0.2"}, line
    )


def _dot() -> str:
    return _layer("SimpleMarker", {"name": "circle", "size": "2.4", "color": DOT, "outline_color": "255,255,255,255"})
