"""WaterML 2.0 part 1 (OGC 10-126r4): observations whose result is a timeseries of MeasurementTVP.

Read in one pass; a document type, and with it any entity, is refused. The row of a value is its line in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from rafid.commons.records.tabular.errors import CellError

from .opening import checked, found_in, not_this
from .reading import FileError, Gathering, Reading, Readings, number, parsed, worse, zone_of
from .units import converter, variable_named

NAME = "WaterML 2.0"

_WML = "http://www.opengis.net/waterml/2.0"
_XLINK = "http://www.w3.org/1999/xlink"
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"
_QUALITY = {"estimate": "estimated", "estimated": "estimated", "provisional": "provisional", "unchecked": "provisional",
            "suspect": "questionable", "poor": "questionable", "questionable": "questionable"}  # fmt: skip
_MEANS = {"average": "mean", "mean": "mean", "total": "sum", "sum": "sum", "minimum": "min", "maximum": "max"}
_KEPT = 4096
"""Characters of one element's text: no time and no number is longer."""


@dataclass
class _Series:
    station: str = ""
    variable: str = ""
    unit: str = ""
    quality: str = ""
    aggregation: str = ""


@dataclass
class _Point:
    row: int
    time: str = ""
    value: str = ""
    unit: str = ""
    quality: str = ""


@dataclass
class _State:
    table: Gathering
    zone: Any
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    size: int = 0
    series: _Series = field(default_factory=_Series)
    point: _Point | None = None
    seen: bool = False
    units: dict[tuple[str, str], tuple[str, Callable[[float], float], str]] = field(default_factory=dict)


def read_waterml(data: bytes, *, zone: str | None = None) -> Readings:
    """``zone``: that of times without one. Raises ``FileError`` for another kind of file, one that ends in the middle, one
    with a document type, and times without a zone where none is given."""
    checked(data, NAME)
    if found_in(data) != "@found_xml":
        raise not_this(data, NAME)
    state = _State(Gathering("waterml"), zone_of(zone))
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.buffer_text = True
    reader.StartDoctypeDeclHandler = _no_doctype
    reader.StartElementHandler = lambda name, marks: _open(state, name, marks, reader.CurrentLineNumber)
    reader.EndElementHandler = lambda name: _close(state, name)
    reader.CharacterDataHandler = lambda text: _text(state, text)
    try:
        reader.Parse(data, True)
    except expat.ExpatError as error:
        unfinished = error.code in {
            expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
            expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
            expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
        }
        if unfinished:
            raise FileError("cut", found="@found_xml_open", row=error.lineno) from error
        raise FileError("damaged", found="@found_unreadable", row=error.lineno) from error
    except (LookupError, UnicodeError) as error:  # an encoding that there is not
        raise FileError("damaged", found="@found_unreadable") from error
    if not state.seen:
        raise not_this(data, NAME)
    return state.table.done()


def _no_doctype(*_: Any) -> None:
    raise FileError("not_this_kind", wanted=NAME, found="@found_doctype")


def _open(state: _State, name: str, marks: dict[str, str], row: int) -> None:
    space, _, local = name.rpartition(" ")
    state.path.append(local)
    state.text, state.size = [], 0
    href, title = marks.get(f"{_XLINK} href", ""), marks.get(f"{_XLINK} title", "")
    if local == "OM_Observation":
        state.series = _Series()
    elif local == "featureOfInterest":
        state.series.station = _tail(href) or title
    elif local == "observedProperty":
        state.series.variable = variable_named(title, _tail(href))
    elif local == "interpolationType":
        said = f"{href} {title}".lower()
        state.series.aggregation = next((code for word, code in _MEANS.items() if word in said), "")
    elif local == "MeasurementTimeseries" and space == _WML:
        state.seen = True
    elif local == "MeasurementTVP" and "point" in state.path:
        state.point = _Point(row)
    elif local == "uom":
        unit = marks.get("code") or title or _tail(href)
        if state.point is not None:
            state.point.unit = unit
        else:
            state.series.unit = unit
    elif local in {"quality", "qualifier", "nilReason"}:
        quality = _QUALITY.get((title or _tail(href)).strip().lower(), "")
        if state.point is not None:
            state.point.quality = state.point.quality or quality
        else:
            state.series.quality = state.series.quality or quality
    elif local == "value" and marks.get(_NIL) in {"true", "1"} and state.point is not None:
        state.point.value = ""


def _text(state: _State, text: str) -> None:
    state.size += len(text)
    if state.size <= _KEPT:
        state.text.append(text)


def _close(state: _State, name: str) -> None:
    local = name.rpartition(" ")[2]
    said = "".join(state.text).strip()
    state.path.pop()
    state.text, state.size = [], 0
    if local == "identifier" and "featureOfInterest" in state.path and said:
        state.series.station = said
    elif state.point is None:
        return
    elif local == "time":
        state.point.time = said
    elif local == "value":
        state.point.value = said
    elif local == "MeasurementTVP":
        _take(state, state.point)
        state.point = None


def _take(state: _State, point: _Point) -> None:
    series, table = state.series, state.table
    if not series.station:
        raise FileError("no_station", row=point.row)
    try:
        unit, convert, no_unit = _unit(state, series.variable, point.unit or series.unit)
        time, hour = parsed(point.time, state.zone)
        value, comma = number(point.value)
    except CellError as error:
        table.take(error, point.row)
        return
    missing = "marked_missing" if value is None else ""
    doubt = worse(missing, point.quality or series.quality, comma, hour, no_unit)
    kept = None if value is None else convert(value)
    table.add(Reading(series.station, series.variable, unit, time, kept, point.row, doubt, series.aggregation))


def _unit(state: _State, variable: str, unit: str) -> tuple[str, Callable[[float], float], str]:
    key = (variable, unit)
    if key not in state.units:
        state.units[key] = converter(variable, unit)
    return state.units[key]


def _tail(href: str) -> str:
    """What a link ends in: the last part of its path or name."""
    return href.rstrip("/#").replace("#", "/").replace("::", "/").rsplit("/", 1)[-1].rsplit(":", 1)[-1]
