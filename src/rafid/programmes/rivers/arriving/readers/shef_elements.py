"""Physical elements of SHEF that are read here, their units, and values with their qualifiers."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rafid.commons.records.tabular.errors import CellError

from .reading import number
from .units import converter

_ELEMENTS: dict[str, tuple[str, str, str]] = {
    "HG": ("stage", "ft", "m"),
    "HP": ("reservoir_level", "ft", "m"),
    "HL": ("reservoir_level", "ft", "m"),
    "LS": ("storage", "kaf", "mcm"),
    "QR": ("discharge", "kcfs", "cms"),
    "QI": ("inflow", "kcfs", "cms"),
    "QT": ("release", "kcfs", "cms"),
    "PP": ("precipitation", "in", "mm"),
    "EP": ("evaporation", "in", "mm"),
    "TA": ("temperature", "degF", "degC"),
    "TW": ("water_temperature", "degF", "degC"),
    "SW": ("swe", "in", "mm"),
    "WC": ("conductivity", "umho/cm", "umho/cm"),
    "WP": ("ph", "", ""),
    "WT": ("turbidity", "jtu", "jtu"),
}
"""Code → variable, English unit, metric unit (tables 1 and 8 of the manual)."""

_SENT = {
    "HN": "HGIRZNZ",
    "HX": "HGIRZXZ",
    "QN": "QRIRZNZ",
    "QX": "QRIRZXZ",
    "TN": "TAIRZNZ",
    "TX": "TAIRZXZ",
    "PY": "PPDRZZZ",
    "HY": "HGIRZZZ",
    "QY": "QRIRZZZ",
}
"""Codes that stand for a longer one (table 2)."""

_EXTREMES = {"X": "max", "N": "min"}
_MARKS = {"E": "estimated", "Q": "questionable", "F": "questionable", "B": "questionable", "X": "questionable",
          "R": "questionable"}  # fmt: skip
_VALUE = re.compile(r"([+-]?(?:\d+[.,]?\d*|[.,]\d+))\s*([A-Z]?)\Z")


@dataclass(frozen=True)
class Element:
    code: str
    variable: str
    unit: str
    english: str
    metric: str
    aggregation: str
    forecast: bool


def element_of(code: str) -> Element:
    """Raises ``CellError`` for an element that is not read here."""
    plain = code.strip().upper()
    plain = _SENT.get(plain, plain)
    known = _ELEMENTS.get(plain[:2])
    if known is None or not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{0,5}", plain):
        raise CellError("unknown_element", value=code)
    variable, english, metric = known
    duration = plain[2:3]
    aggregation = _EXTREMES.get(plain[5:6], "")
    if not aggregation and variable in {"precipitation", "evaporation"}:
        aggregation = "sum"
    elif not aggregation and duration not in {"", "I", "Z"}:
        aggregation = "mean"
    return Element(plain, variable, converter(variable, metric)[0], english, metric, aggregation, plain[3:4] == "F")


def value_of(text: str, element: Element, *, metric: bool) -> tuple[float | None, str]:
    """In the unit kept here, and a doubt. M, + and -9999 are missing; T is a trace. Raises ``CellError``."""
    plain = text.strip().upper()
    if plain in {"M", "MM", "+", "MSG", "-"}:
        return None, "marked_missing"
    if plain == "T" and element.aggregation == "sum":
        return 0.0, "trace"
    match = _VALUE.match(plain)
    if not match:
        raise CellError("not_a_number", value=text)
    value, doubt = number(match[1])
    if value is None or value in (-9999.0, -9999.9) or match[2] == "M":
        return None, "marked_missing"
    _, convert, _ = converter(element.variable, element.metric if metric else element.english)
    return convert(value), _MARKS.get(match[2], doubt)
