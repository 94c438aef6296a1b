"""Entities as JSON, with what is expanded below them and the links to what is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from ..codes import VARIABLES
from ..standards import MADE_UP, QARTOD, UCUM, UNIT_NAMES, definition, english, is_made_up
from ..values.api import SENSITIVITIES
from .addresses import children
from .asking import Query, next_query
from .errors import bad
from .finding import Found, Row
from .kinds import MEASURED, SERIES, VALUE
from .observations import spans
from .seen import Seen

MOST_BELOW = 200_000
"""Observations that one answer expands at most."""


class Shower:
    """``root``: the address of the service; ``extra``: what every link carries on, such as ``known_at``."""

    def __init__(self, seen: Seen, root: str, extra: Mapping[str, str]) -> None:
        self.seen, self.root, self.extra = seen, root, dict(extra)

    def collection(self, found: Found, query: Query, address: str) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if found.count is not None:
            body["@iot.count"] = found.count
        if found.more:
            body["@iot.nextLink"] = self.next(found, query, address)
        body["value"] = self.rows(found.rows, query)
        return body

    def next(self, found: Found, query: Query, address: str) -> str:
        return f"{address}?{next_query(query, len(found.rows), found.token, self.extra)}"

    def rows(self, rows: Sequence[Row], query: Query) -> list[dict[str, Any]]:
        shown = self.plain(rows, query)
        for name, nested in query.expand.items():
            many = query.kind.links[name].many
            if nested.kind.base == VALUE and len(rows) * nested.top > MOST_BELOW:
                said = _("This would be more than %(most)s observations. Lower $top.") % {"most": MOST_BELOW}
                raise bad(said, "$expand")
            pages = children(self.seen, rows, nested, many)
            below = iter(self.rows([child for page in pages for child in page.rows], nested))
            for row, body, page in zip(rows, shown, pages, strict=True):
                mine = [next(below) for _child in page.rows]
                body.pop(f"{name}@iot.navigationLink", None)
                if not many:
                    body[name] = mine[0] if mine else None
                    continue
                body[name] = mine
                if page.count is not None:
                    body[f"{name}@iot.count"] = page.count
                if page.more:
                    body[f"{name}@iot.nextLink"] = self.next(page, nested, f"{self.link(row)}/{name}")
        return shown

    def link(self, row: Row) -> str:
        id = row.id
        if row.kind.base == SERIES:
            return f"{self.root}/{row.kind.name}({id})"
        return f"{self.root}/{row.kind.name}('{quote(id.replace(chr(39), chr(39) * 2), safe=chr(39) + '~')}')"

    def plain(self, rows: Sequence[Row], query: Query) -> list[dict[str, Any]]:
        """The properties and links of each, as far as they are selected."""
        if not rows:
            return []
        kind, chosen = query.kind, query.select
        times = {}
        if kind.base == SERIES and (not chosen or "phenomenonTime" in chosen):
            times = spans(self.seen, [row.series for row in rows])
        bodies = []
        asked = f"?{'&'.join(f'{n}={quote(v)}' for n, v in self.extra.items())}" if self.extra else ""
        for row in rows:
            own = self.link(row)
            body: dict[str, Any] = {}
            if not chosen or "@iot.id" in chosen:
                body["@iot.id"] = row.id
            if not chosen or "@iot.selfLink" in chosen:
                body["@iot.selfLink"] = f"{own}{asked}"
            said = _SAID[kind.name](row)
            if times:
                said["phenomenonTime"] = _span(times.get(row.series.pk))
            body.update({name: said.get(name) for name in kind.shown if not chosen or name in chosen})
            if kind.base == SERIES and body.get("phenomenonTime", "") is None:
                del body["phenomenonTime"]
            body.update(
                {
                    f"{name}@iot.navigationLink": f"{own}/{name}{asked}"
                    for name in kind.links
                    if not chosen or name in chosen
                }
            )
            bodies.append(body)
        return bodies

    def arrays(self, found: Found, query: Query, address: str) -> dict[str, Any]:
        """``resultFormat=dataArray``: observations as rows, by datastream."""
        body: dict[str, Any] = {}
        if found.count is not None:
            body["@iot.count"] = found.count
        if found.more:
            body["@iot.nextLink"] = f"{self.next(found, query, address)}&resultFormat=dataArray"
        names = [one for one in ("id", *query.kind.shown) if not query.select or one in query.select]
        if query.select and "@iot.id" in query.select:
            names.insert(0, "id")
        groups: dict[Any, list[Row]] = {}
        for row in found.rows:
            groups.setdefault(row.series.pk, []).append(row)
        body["value"] = [
            {
                "Datastream@iot.navigationLink": f"{self.root}/Datastreams({pk})",
                "components": names,
                "dataArray@iot.count": len(rows),
                "dataArray": [[{"id": row.id, **_observation(row)}[name] for name in names] for row in rows],
            }
            for pk, rows in groups.items()
        ]
        return body


def utc(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _span(span: Any) -> str | None:
    return f"{utc(span[0])}/{utc(span[1])}" if span else None


def _point(row: Row) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(row.station.point.x, 6), round(row.station.point.y, 6)]}


def _about_station(row: Row) -> dict[str, Any]:
    one = row.station
    river = f", river {one.river}" if one.river else ""
    made_up = f"{MADE_UP}. " if is_made_up(one) else ""
    return {"name": one.name, "description": f"{made_up}Station, {one.station_kind}{river}"}


def _thing(row: Row) -> dict[str, Any]:
    one = row.station
    return {
        **_about_station(row),
        "properties": {
            "code": one.code,
            "names": one.names,
            "kind": one.station_kind,
            "river": one.river,
            "status": one.status,
            "sensitivity": SENSITIVITIES[one.sensitivity],
            "place": one.place.ref if one.place else None,
            "gaugeZero_m": one.gauge_zero_m,
            "datum": one.datum,
            "catchment_km2": one.catchment_km2,
            "demonstration": is_made_up(one),
        },
    }


def _located(name: str) -> Any:
    def said(row: Row) -> dict[str, Any]:
        return {
            **_about_station(row),
            "encodingType": "application/geo+json",
            name: _point(row),
            "properties": {"code": row.station.code, "demonstration": is_made_up(row.station)},
        }

    return said


def _historical(row: Row) -> dict[str, Any]:
    return {"time": utc(row.station.known_at)}


def _datastream(row: Row) -> dict[str, Any]:
    one = row.series
    name = f" of {one.origin_name}" if one.origin_name else ""
    made_up = f"{MADE_UP}. " if is_made_up(one) else ""
    return {
        "name": f"{row.station.name}: {VARIABLES[one.variable].name}",
        "description": f"{made_up}{english(one.variable)}, {one.origin}{name}, {one.aggregation}, step {one.step}",
        "observationType": MEASURED,
        "unitOfMeasurement": {
            "name": UNIT_NAMES.get(one.unit, one.unit),
            "symbol": one.unit,
            "definition": f"ucum:{UCUM.get(one.unit, one.unit)}",
        },
        "observedArea": _point(row),
        "properties": {
            "ref": one.ref,
            "variable": one.variable,
            "step": one.step,
            "aggregation": one.aggregation,
            "origin": one.origin,
            "originName": one.origin_name,
            "derivedFrom": str(one.derived_from_id) if one.derived_from_id else None,
            "preferred": one.preferred,
            "sensitivity": SENSITIVITIES[one.sensitivity],
            "demonstration": is_made_up(one),
        },
    }


def _sensor(row: Row) -> dict[str, Any]:
    from ..codes import Origin

    name = f"{row.origin} {row.origin_name}".strip()
    return {
        "name": name,
        "description": f"{Origin(row.origin).label} {row.origin_name}".strip(),
        "encodingType": "text/plain",
        "metadata": name,
        "properties": {"origin": row.origin, "originName": row.origin_name},
    }


def _property(row: Row) -> dict[str, Any]:
    variable = VARIABLES[row.variable]
    unit = f", {variable.unit}" if variable.unit else ""
    return {
        "name": str(variable.name),
        "definition": definition(variable.code),
        "description": f"{english(variable.code)}{unit}",
        "properties": {"code": variable.code, "unit": variable.unit},
    }


def _observation(row: Row) -> dict[str, Any]:
    one = row.value
    assert one is not None
    parameters: dict[str, Any] = {"source": one.origin}
    if one.flow_quality is not None:
        parameters["flowQuality"] = one.flow_quality
    if is_made_up(row.series):
        parameters["note"] = MADE_UP
    return {
        "phenomenonTime": utc(one.time),
        "resultTime": utc(one.known_from),
        "result": one.value,
        "resultQuality": {"code": one.quality, "name": QARTOD.get(one.quality, ""), "scheme": "QARTOD"},
        "parameters": parameters,
    }


_SAID = {
    "Things": _thing,
    "Locations": _located("location"),
    "FeaturesOfInterest": _located("feature"),
    "HistoricalLocations": _historical,
    "Datastreams": _datastream,
    "Sensors": _sensor,
    "ObservedProperties": _property,
    "Observations": _observation,
}
