"""The entities: what each is made from here, its properties as SQL, and which lead to which.

Things, Locations, HistoricalLocations and FeaturesOfInterest are stations; Datastreams are series; ObservedProperties are
variables; Sensors are the ways in which series come about; Observations are values, as known at the asked moment.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from rafid.commons.names import FALLBACK

from ..codes import VARIABLES
from ..standards import MADE_UP, UNIT_NAMES, definition

type_sql = tuple[str, list[Any]]

STATION, SERIES, VARIABLE, SENSOR, VALUE = "station", "series", "variable", "sensor", "value"


@dataclass(frozen=True)
class Link:
    """``many``: to a collection."""

    kind: str
    many: bool


@dataclass(frozen=True)
class Kind:
    """``base``: what it is made from; ``shown``: its properties in their order; ``links``: by their names."""

    name: str
    base: str
    shown: tuple[str, ...]
    links: dict[str, Link] = field(default_factory=dict)


def _one(kind: str) -> Link:
    return Link(kind, False)


def _many(kind: str) -> Link:
    return Link(kind, True)


KINDS: dict[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            "Things",
            STATION,
            ("name", "description", "properties"),
            {
                "Locations": _many("Locations"),
                "HistoricalLocations": _many("HistoricalLocations"),
                "Datastreams": _many("Datastreams"),
            },
        ),
        Kind(
            "Locations",
            STATION,
            ("name", "description", "encodingType", "location", "properties"),
            {"Things": _many("Things"), "HistoricalLocations": _many("HistoricalLocations")},
        ),
        Kind("HistoricalLocations", STATION, ("time",), {"Thing": _one("Things"), "Locations": _many("Locations")}),
        Kind(
            "Datastreams",
            SERIES,
            (
                "name",
                "description",
                "observationType",
                "unitOfMeasurement",
                "observedArea",
                "phenomenonTime",
                "properties",
            ),
            {
                "Thing": _one("Things"),
                "Sensor": _one("Sensors"),
                "ObservedProperty": _one("ObservedProperties"),
                "Observations": _many("Observations"),
            },
        ),
        Kind(
            "Sensors",
            SENSOR,
            ("name", "description", "encodingType", "metadata", "properties"),
            {"Datastreams": _many("Datastreams")},
        ),
        Kind(
            "ObservedProperties",
            VARIABLE,
            ("name", "definition", "description", "properties"),
            {"Datastreams": _many("Datastreams")},
        ),
        Kind(
            "Observations",
            VALUE,
            ("phenomenonTime", "resultTime", "result", "resultQuality", "parameters"),
            {"Datastream": _one("Datastreams"), "FeatureOfInterest": _one("FeaturesOfInterest")},
        ),
        Kind(
            "FeaturesOfInterest",
            STATION,
            ("name", "description", "encodingType", "feature", "properties"),
            {"Observations": _many("Observations")},
        ),
    )
}


@dataclass(frozen=True)
class Scope:
    """Where a property is read: its kind and the aliases of the tables at that place of the statement."""

    kind: Kind
    station: str = "t"
    series: str = "s"
    value: str = "k"

    def to(self, kind: str) -> Scope:
        return Scope(KINDS[kind], self.station, self.series, self.value)


@dataclass(frozen=True)
class Property:
    """``type``: text, number, time, geometry or bool. ``level``: where a value's property comes from: series, time, value."""

    type: str
    sql: str
    params: tuple[Any, ...] = ()
    level: str = SERIES


def properties(scope: Scope) -> dict[str, Property]:
    return _OF[scope.kind.name](scope)


def named(alias: str) -> str:
    """The name in the reader's language, as ``commons.names.pick`` takes it."""
    order = FALLBACK.get((get_language() or "ar").split("-")[0], FALLBACK["ar"])
    return "coalesce(" + ", ".join(f"nullif({alias}.name_{code}, '')" for code in order) + ", '')"


def _said(alias: str, rest: str) -> str:
    return f"(CASE {alias}.source WHEN 'demonstration' THEN '{MADE_UP}. ' ELSE '' END || {rest})"


def station_text(alias: str) -> str:
    return _said(alias, f"'Station, ' || {alias}.station_kind || nullif(', river ' || {alias}.river, ', river ')")


def _station(scope: Scope) -> dict[str, Property]:
    t = scope.station
    return {
        "id": Property("text", f"{t}.code"),
        "name": Property("text", named(t)),
        "properties/code": Property("text", f"{t}.code"),
        "properties/kind": Property("text", f"{t}.station_kind"),
        "properties/river": Property("text", f"{t}.river"),
        "properties/status": Property("text", f"{t}.status"),
        "properties/gaugeZero_m": Property("number", f"{t}.gauge_zero_m"),
        "properties/datum": Property("text", f"{t}.datum"),
        "properties/catchment_km2": Property("number", f"{t}.catchment_km2"),
        "properties/demonstration": Property("bool", f"({t}.source = 'demonstration')"),
    }


def _placed(name: str) -> Callable[[Scope], dict[str, Property]]:
    def found(scope: Scope) -> dict[str, Property]:
        return {**_station(scope), **_geometry(name, scope.station)}

    return found


def _geometry(name: str, t: str) -> dict[str, Property]:
    kind = Property("text", "'Point'::text")
    return {
        name: Property("geometry", f"{t}.point"),
        f"{name}/type": kind,
        f"{name}/geometry": Property("geometry", f"{t}.point"),
        # A feature would have one; a point has none. Programs ask for both with or.
        f"{name}/geometry/type": Property("text", "NULL::text"),
    }


def _historical(scope: Scope) -> dict[str, Property]:
    return {
        "id": Property("text", f"{scope.station}.code"),
        "time": Property("time", f"{scope.station}.known_at"),
    }


def _series(scope: Scope) -> dict[str, Property]:
    s, t = scope.series, scope.station
    return {
        "id": Property("text", f"{s}.id::text"),
        "name": Property(
            "text", f"({named(t)} || ': ' || (%s::jsonb ->> {s}.variable))", (json.dumps(variable_names()),)
        ),
        "observationType": Property("text", "%s::text", (MEASURED,)),
        "unitOfMeasurement/symbol": Property("text", f"{s}.unit"),
        "unitOfMeasurement/name": Property("text", f"(%s::jsonb ->> {s}.unit)", (json.dumps(UNIT_NAMES),)),
        **_geometry("observedArea", t),
        "properties/variable": Property("text", f"{s}.variable"),
        "properties/step": Property("text", f"{s}.step"),
        "properties/aggregation": Property("text", f"{s}.aggregation"),
        "properties/origin": Property("text", f"{s}.origin"),
        "properties/originName": Property("text", f"{s}.origin_name"),
        "properties/demonstration": Property("bool", f"({s}.source = 'demonstration')"),
    }


def _variable(scope: Scope) -> dict[str, Property]:
    s = scope.series
    definitions = {code: definition(code) for code in VARIABLES}
    return {
        "id": Property("text", f"{s}.variable"),
        "name": Property("text", f"(%s::jsonb ->> {s}.variable)", (json.dumps(variable_names()),)),
        "definition": Property("text", f"(%s::jsonb ->> {s}.variable)", (json.dumps(definitions),)),
        "properties/code": Property("text", f"{s}.variable"),
    }


def _sensor(scope: Scope) -> dict[str, Property]:
    s = scope.series
    return {
        "id": Property("text", f"({s}.origin || coalesce('~' || nullif({s}.origin_name, ''), ''))"),
        "name": Property("text", f"({s}.origin || coalesce(' ' || nullif({s}.origin_name, ''), ''))"),
        "properties/origin": Property("text", f"{s}.origin"),
        "properties/originName": Property("text", f"{s}.origin_name"),
    }


def _value(scope: Scope) -> dict[str, Property]:
    k = scope.value
    stamp = f"to_char({k}.time AT TIME ZONE 'UTC', 'YYYYMMDD\"T\"HH24MISS.US\"Z\"')"
    return {
        "id": Property("text", f"({scope.series}.id::text || '~' || replace({stamp}, '.000000', ''))", level=VALUE),
        "phenomenonTime": Property("time", f"{k}.time", level="time"),
        "resultTime": Property("time", f"{k}.known_from", level=VALUE),
        "result": Property("number", f"{k}.value", level=VALUE),
        "resultQuality/code": Property("number", f"{k}.quality", level=VALUE),
        "parameters/flowQuality": Property("number", f"{k}.flow_quality", level=VALUE),
        "parameters/source": Property("text", f"{k}.origin_ref", level=VALUE),
    }


MEASURED = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"

_OF: dict[str, Callable[[Scope], dict[str, Property]]] = {
    "Things": lambda scope: {**_station(scope), "description": Property("text", station_text(scope.station))},
    "Locations": _placed("location"),
    "FeaturesOfInterest": _placed("feature"),
    "HistoricalLocations": _historical,
    "Datastreams": _series,
    "ObservedProperties": _variable,
    "Sensors": _sensor,
    "Observations": _value,
}


def variable_names() -> dict[str, str]:
    """By their code, in the reader's language."""
    return {one.code: str(one.name) for one in VARIABLES.values()}
