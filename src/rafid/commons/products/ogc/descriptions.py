"""What the service says of itself: landing page, conformance, collections, OpenAPI."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from rafid.commons.indicators.periods import span

from ..datasets import LICENCES
from ..models import DatasetVersion
from .asked import CRS84, MOST, SYSTEMS, USUAL

CONFORMANCE = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
]
JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_TYPES = {"integer": "integer", "number": "number", "longitude": "number", "latitude": "number", "boolean": "boolean"}


def link(href: str, rel: str, kind: str, title: str = "") -> dict[str, str]:
    said = {"href": href, "rel": rel, "type": kind}
    return said | ({"title": title} if title else {})


def landing(root: str) -> dict[str, Any]:
    return {
        "title": _("Rafid: published data"),
        "description": _("Released datasets with a position, each in its newest version."),
        "links": [
            link(root, "self", JSON),
            link(f"{root}?f=html", "alternate", HTML),
            link(f"{root}/api", "service-desc", OPENAPI),
            link(f"{root}/api?f=html", "service-doc", HTML),
            link(f"{root}/conformance", "conformance", JSON),
            link(f"{root}/collections", "data", JSON),
        ],
    }


def collection(root: str, version: DatasetVersion) -> dict[str, Any]:
    dataset = version.dataset
    own = f"{root}/collections/{quote(dataset.code)}"
    base = root.removesuffix("/ogc")
    name, where = LICENCES.get(dataset.licence, (dataset.licence, ""))
    extent: dict[str, Any] = {}
    if version.bounds:
        extent["spatial"] = {"bbox": [version.bounds], "crs": CRS84}
    if version.first_period:
        begins, ends = span(version.first_period)[0], span(version.last_period)[1]
        extent["temporal"] = {
            "interval": [[f"{begins.isoformat()}T00:00:00Z", f"{ends.isoformat()}T23:59:59Z"]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        }
    links = [
        link(own, "self", JSON),
        link(f"{own}/items", "items", GEOJSON, dataset.name),
        link(f"{own}/items?f=html", "items", HTML, dataset.name),
        link(f"{own}/queryables", "http://www.opengis.net/def/rel/ogc/1.0/queryables", "application/schema+json"),
        link(f"{base}/tiles/{quote(dataset.code)}.json", "tiles", JSON),
        link(f"{base}{dataset.get_absolute_url()}", "describedby", HTML),
    ]
    if where:
        links.append(link(where, "license", HTML, name))
    return {
        "id": dataset.code,
        "title": dataset.name,
        "description": dataset.said("description"),
        "attribution": dataset.said("attribution"),
        "itemType": "feature",
        "version": str(version.number),
        "extent": extent,
        "crs": list(SYSTEMS),
        "storageCrs": CRS84,
        "links": links,
    }


def collections(root: str, versions: list[DatasetVersion]) -> dict[str, Any]:
    return {
        "links": [link(f"{root}/collections", "self", JSON)],
        "crs": list(SYSTEMS),
        "collections": [collection(root, one) for one in versions],
    }


def queryables(root: str, version: DatasetVersion) -> dict[str, Any]:
    code = version.dataset.code
    properties: dict[str, Any] = {"geometry": {"format": "geometry-any", "x-ogc-role": "primary-geometry"}}
    for one in version.fields:
        said: dict[str, Any] = {"type": _TYPES.get(one.get("kind", ""), "string")}
        if one.get("choices"):
            said["enum"] = [*one["choices"]]
        if one.get("kind") == "date":
            said["format"] = "date"
        properties[one["name"]] = said | {"title": (one.get("names") or {}).get("en") or one["name"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{root}/collections/{quote(code)}/queryables",
        "type": "object",
        "title": version.dataset.name,
        "properties": properties,
        "additionalProperties": False,
    }


def _parameter(name: str, about: str, schema: dict[str, Any], explode: bool = True) -> dict[str, Any]:
    return {
        "name": name, "in": "query", "description": about, "required": False, "schema": schema,
        "style": "form", "explode": explode,
    }  # fmt: skip


def openapi(root: str, versions: list[DatasetVersion]) -> dict[str, Any]:
    """OpenAPI 3.0 of the service; the server's address is the one that was asked."""
    answer = {"200": {"description": "OK"}, "400": {"description": "Bad request"}}
    there = {"200": {"description": "OK"}, "404": {"description": "Not found"}}
    paths: dict[str, Any] = {
        "/": {"get": {"summary": "Landing page", "operationId": "landing", "responses": answer}},
        "/conformance": {"get": {"summary": "Conformance", "operationId": "conformance", "responses": answer}},
        "/collections": {"get": {"summary": "Collections", "operationId": "collections", "responses": answer}},
    }
    number = {"type": "number"}
    common = [
        _parameter("limit", "Features of a page", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
        _parameter(
            "bbox", "west,south,east,north", {"type": "array", "items": number, "minItems": 4, "maxItems": 6}, False
        ),
        _parameter("bbox-crs", "Coordinate system of bbox", {"type": "string", "format": "uri"}),
        _parameter("datetime", "Moment or interval", {"type": "string"}),
        _parameter("crs", "Coordinate system of the answer", {"type": "string", "format": "uri"}),
        _parameter("filter", "CQL2 text", {"type": "string"}),
        _parameter("filter-lang", "Language of the filter", {"type": "string", "enum": ["cql2-text"]}),
    ]
    for one in versions:
        own = f"/collections/{one.dataset.code}"
        code = one.dataset.code.replace("-", "_")
        fields = [_parameter(field["name"], "Equal to this value", {"type": "string"}) for field in one.fields]
        paths[own] = {"get": {"summary": one.dataset.name, "operationId": f"describe_{code}", "responses": there}}
        paths[f"{own}/items"] = {
            "get": {"summary": one.dataset.name, "operationId": f"items_{code}", "parameters": [*common, *fields],
                    "responses": answer | there}
        }  # fmt: skip
        paths[f"{own}/items/{{featureId}}"] = {
            "get": {
                "summary": one.dataset.name, "operationId": f"item_{code}", "responses": there,
                "parameters": [{"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}],
            }
        }  # fmt: skip
    return {
        "openapi": "3.0.3",
        "info": {"title": "Rafid OGC API Features", "version": "1.0"},
        "servers": [{"url": root}],
        "paths": paths,
    }
