"""Values as CoverageJSON 1.0 (OGC 21-069r2): a PointSeries for each station, all of its parameters over one axis of times."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ..codes import VARIABLES, Origin
from ..sta.showing import utc
from ..standards import MADE_UP, QARTOD, UCUM, UNIT_NAMES, definition, is_made_up
from ..values.reading import Known
from .asking import CRS84, QUALITY, Asked
from .finding import Named, Told

FLAGS = "urn:rafid:qartod"
REFERENCING = [
    {"coordinates": ["x", "y"], "system": {"type": "GeographicCRS", "id": CRS84}},
    {"coordinates": ["t"], "system": {"type": "TemporalRS", "calendar": "Gregorian"}},
]


def document(found: Sequence[Told], asked: Asked, *, known_at: datetime, single: bool) -> dict[str, Any]:
    """A Coverage for one station, else a CoverageCollection; so, too, where the station has no value in the time."""
    made = [coverage(one, asked) for one in found if one.parameters]
    about: dict[str, Any] = {"rafid:knownAt": utc(known_at)}
    if any(is_made_up(one.station) for one in found):
        about["rafid:note"] = MADE_UP
    if single and len(made) == 1:
        return {**made[0], **about}
    # What its own coverages say is not said for all again.
    bare = [{**one, "domain": {k: v for k, v in one["domain"].items() if k != "referencing"}} for one in made]
    return {
        "type": "CoverageCollection",
        "domainType": "PointSeries",
        "referencing": REFERENCING,
        "coverages": bare,
        **about,
    }


def coverage(found: Told, asked: Asked) -> dict[str, Any]:
    times = np.unique(np.concatenate([known.times for _one, known in found.parameters]))
    parameters: dict[str, Any] = {}
    ranges: dict[str, Any] = {}
    for one, known in found.parameters:
        at = np.searchsorted(times, known.times)
        if asked.wants(one.name):
            parameters[one.name] = parameter(one)
            ranges[one.name] = _array("float", _spread(times, at, _usable(known)))
        # The flags come where they are asked for by name: programs that draw every range draw no flags then.
        if f"{one.name}{QUALITY}" in asked.parameters:
            parameters[f"{one.name}{QUALITY}"] = flags(one)
            ranges[f"{one.name}{QUALITY}"] = _array("integer", _spread(times, at, known.quality.tolist()))
    point = found.station.point
    made: dict[str, Any] = {
        "type": "Coverage",
        "id": found.station.code,
        "domain": {
            "type": "Domain",
            "domainType": "PointSeries",
            "axes": {
                "x": {"values": [round(point.x, 6)]},
                "y": {"values": [round(point.y, 6)]},
                "t": {"values": [f"{text}Z" for text in np.datetime_as_string(times, unit="s").tolist()]},
            },
            "referencing": REFERENCING,
        },
        "parameters": parameters,
        "ranges": ranges,
    }
    if found.distance_km is not None:
        made["rafid:distance_km"] = round(found.distance_km, 3)
    return made


def _usable(known: Known) -> list[float | None]:
    """A value that failed is none: the flag that would say so stands elsewhere."""
    return [None if math.isnan(value) else value for value in known.good.tolist()]


def _spread(times: Any, at: Any, values: Iterable[Any]) -> list[Any]:
    row: list[Any] = [None] * len(times)
    for place, value in zip(at.tolist(), values, strict=True):
        row[place] = value
    return row


def _array(kind: str, values: list[Any]) -> dict[str, Any]:
    return {"type": "NdArray", "dataType": kind, "axisNames": ["t"], "shape": [len(values)], "values": values}


def parameter(one: Named) -> dict[str, Any]:
    series = one.series
    where = f"{Origin(series.origin).value} {series.origin_name}".strip()
    return {
        "type": "Parameter",
        "description": {"en": f"{where}, {series.aggregation}, step {series.step}"},
        "unit": unit(series.unit),
        "observedProperty": {"id": definition(series.variable), "label": names_of(series.variable)},
        "rafid:series": str(series.pk),
    }


def flags(one: Named) -> dict[str, Any]:
    """Quality flags of QARTOD as categories."""
    return {
        "type": "Parameter",
        "description": {"en": f"Quality of {one.name}"},
        "observedProperty": {
            "id": FLAGS,
            "label": {"en": "QARTOD flag"},
            "categories": [{"id": f"{FLAGS}:{name}", "label": {"en": name}} for name in QARTOD.values()],
        },
        "categoryEncoding": {f"{FLAGS}:{name}": code for code, name in QARTOD.items()},
    }


def unit(code: str) -> dict[str, Any]:
    return {
        "label": {"en": UNIT_NAMES.get(code, code)},
        "symbol": {"value": UCUM.get(code, code), "type": "http://www.opengis.net/def/uom/UCUM/"},
    }


def names_of(variable: str) -> dict[str, str]:
    from django.utils.translation import override

    names = {}
    for language in ("ar", "ckb", "en"):
        with override(language):
            names[language] = str(VARIABLES[variable].name)
    return names
