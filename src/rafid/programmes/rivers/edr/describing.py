"""What ``/edr`` says of itself: landing page, conformance, the collection, its places, OpenAPI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.db.models import Extent
from django.utils.translation import gettext as _

from ..codes import VARIABLES
from ..models import Series, Station
from ..sta.showing import utc
from ..standards import MADE_UP, definition, is_made_up
from ..values.many import span_of
from .asking import CRS84, FORMATS, GEOJSON, QUALITY
from .coverages import unit

COLLECTION = "rivers"
EDR = "http://www.opengis.net/spec/ogcapi-edr-1/1.1/conf"
CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    *(f"{EDR}/{name}" for name in ("core", "json", "geojson", "covjson", "oas30", "queries")),
]
QUERIES = ("locations", "position", "radius", "area", "items")
WKT = (
    'GEOGCRS["WGS 84 (CRS84)",DATUM["World Geodetic System 1984",ELLIPSOID["WGS 84",6378137,298.257223563]],'
    'CS[ellipsoidal,2],AXIS["longitude",east],AXIS["latitude",north],ANGLEUNIT["degree",0.0174532925199433]]'
)


def link(href: str, rel: str, kind: str = "application/json", title: str = "") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, **({"title": title} if title else {})}


def landing(root: str) -> dict[str, Any]:
    return {
        "title": _("Rafid: rivers"),
        "description": _("Levels, flows and other values of stations, as known at any moment."),
        "links": [
            link(root, "self"),
            link(f"{root}/conformance", "conformance"),
            link(f"{root}/collections", "data"),
            link(f"{root}/api", "service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ],
    }


def collections(root: str, user: Any) -> dict[str, Any]:
    return {"links": [link(f"{root}/collections", "self")], "collections": [collection(root, user)]}


def collection(root: str, user: Any) -> dict[str, Any]:
    stations = Station.objects.visible_to(user)
    rows = list(Series.objects.visible_to(user).filter(station__in=stations.values("pk")))
    own = f"{root}/collections/{COLLECTION}"
    made_up = any(is_made_up(one) for one in rows)
    about = _("Values of stations by their variables. Locations are stations, known by their codes.")
    return {
        "id": COLLECTION,
        "title": _("Rivers"),
        "description": f"{MADE_UP}. {about}" if made_up else about,
        "keywords": ["hydrology", "river", "stage", "discharge"],
        "links": [link(own, "self"), link(f"{own}/locations", "data", FORMATS[GEOJSON])],
        "extent": _extent(stations, rows, user),
        "data_queries": {name: {"link": _query(own, name)} for name in QUERIES},
        "crs": ["CRS84"],
        "output_formats": list(FORMATS),
        "parameter_names": parameters(sorted({one.variable for one in rows})),
    }


def _extent(stations: Any, rows: Sequence[Series], user: Any) -> dict[str, Any]:
    extent: dict[str, Any] = {}
    box = stations.filter(pk__in=[one.station_id for one in rows]).aggregate(box=Extent("point"))["box"]
    if box:
        extent["spatial"] = {"bbox": [[round(one, 6) for one in box]], "crs": CRS84}
    span = span_of(user, rows) if rows else None
    if span:
        first, last = utc(span[0]), utc(span[1])
        extent["temporal"] = {
            "interval": [[first, last]],
            "values": [f"{first}/{last}"],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    return extent


def _query(own: str, name: str) -> dict[str, Any]:
    """``templated`` where the address needs coordinates."""
    coords = {"position": "?coords={coords}", "area": "?coords={coords}", "radius": "?coords={coords}&within={within}"}
    variables: dict[str, Any] = {
        "title": name,
        "query_type": name,
        "output_formats": [GEOJSON] if name == "items" else list(FORMATS),
        "default_output_format": GEOJSON if name == "items" else next(iter(FORMATS)),
        "crs_details": [{"crs": "CRS84", "wkt": WKT}],
    }
    if name == "radius":
        variables["within_units"] = ["km", "m"]
    if name == "position":
        variables["description"] = _("The nearest station within 25 km, or within the distance that “within” says.")
    return {
        "href": f"{own}/{name}{coords.get(name, '')}",
        "rel": "data",
        "templated": name in coords,
        "variables": variables,
    }


def parameters(variables: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for code in variables:
        name = str(VARIABLES[code].name)
        seen = {"id": definition(code), "label": name}
        found[code] = {
            "type": "Parameter",
            "id": code,
            "description": name,
            "data-type": "float",
            "unit": {
                "label": unit(VARIABLES[code].unit)["label"]["en"],
                "symbol": unit(VARIABLES[code].unit)["symbol"],
            },
            "observedProperty": seen,
        }
        found[f"{code}{QUALITY}"] = {
            "type": "Parameter",
            "id": f"{code}{QUALITY}",
            "description": _("Quality of %(name)s (flags of QARTOD)") % {"name": name},
            "data-type": "integer",
            "observedProperty": {"id": "urn:rafid:qartod", "label": "QARTOD"},
        }
    return found


def place(own: str, row: Station, series: Sequence[Series]) -> dict[str, Any]:
    """A station as a GeoJSON feature."""
    return {
        "type": "Feature",
        "id": row.code,
        "geometry": {"type": "Point", "coordinates": [round(row.point.x, 6), round(row.point.y, 6)]},
        "properties": {
            "name": row.name,
            "names": row.names,
            "kind": row.station_kind,
            "river": row.river,
            "parameter-name": sorted({one.variable for one in series}),
            "edrqueryendpoint": f"{own}/locations/{row.code}",
            **({"note": MADE_UP} if is_made_up(row) else {}),
        },
        "links": [link(f"{own}/locations/{row.code}", "data", next(iter(FORMATS.values())))],
    }


def openapi(root: str) -> dict[str, Any]:
    answer = {"200": {"description": "OK"}, "400": {"description": "Bad request"}, "404": {"description": "Not found"}}
    text = {"type": "string"}

    def asked(name: str, where: str = "query", required: bool = False) -> dict[str, Any]:
        return {"name": name, "in": where, "required": required or where == "path", "schema": text}

    usual = [asked(name) for name in ("datetime", "parameter-name", "f", "crs", "known_at")]
    own = f"/collections/{COLLECTION}"
    more = {
        "/": [],
        "/conformance": [],
        "/collections": [],
        own: [],
        f"{own}/locations": [asked("bbox"), asked("parameter-name")],
        f"{own}/locations/{{locId}}": [asked("locId", "path"), *usual],
        f"{own}/items": [asked("bbox"), asked("parameter-name")],
        f"{own}/items/{{itemId}}": [asked("itemId", "path")],
        f"{own}/position": [asked("coords", required=True), asked("within"), asked("within-units"), *usual],
        f"{own}/radius": [
            asked("coords", required=True),
            asked("within", required=True),
            asked("within-units"),
            *usual,
        ],
        f"{own}/area": [asked("coords", required=True), *usual],
    }
    paths = {
        path: {
            "get": {
                "operationId": path.strip("/").replace("/", "_").replace("{", "").replace("}", "") or "landing",
                "parameters": given,
                "responses": answer,
            }
        }
        for path, given in more.items()
    }
    info = {"title": "Rafid OGC API EDR", "version": "1.1"}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": root}], "paths": paths}
