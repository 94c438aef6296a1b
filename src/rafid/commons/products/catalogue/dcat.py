"""Datasets in terms of DCAT 3 (W3C Recommendation, 2024), as JSON-LD that needs no outside context to be read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from rafid.commons.indicators.periods import span
from rafid.commons.names import in_three
from rafid.commons.places.country import country

from ..exports import FORMATS
from . import frequency, themes
from .listing import Entry

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "locn": "http://www.w3.org/ns/locn#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
}
_EU = "http://publications.europa.eu/resource/authority"
_IANA = "https://www.iana.org/assignments/media-types/"
HXL = "https://hxlstandard.org/standard/1-1final/"
_LANGUAGES = {"ar": "ARA", "ckb": "KUR", "en": "ENG"}


def catalogue(request: HttpRequest, found: Iterable[Entry]) -> dict[str, Any]:
    root = request.build_absolute_uri("/catalog/")
    name = in_three("Catalogue")
    return {
        "@context": CONTEXT,
        "@id": root,
        "@type": "dcat:Catalog",
        "dct:title": _texts({code: f"{country().names[code]} · {said}" for code, said in name.items()}),
        "dct:description": _texts(
            in_three("Tables that you can take with you: the same rows as on the pages, with their source and licence.")
        ),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "Rafid"},
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in _LANGUAGES.values()],
        "foaf:homepage": {"@id": root},
        "dcat:dataset": [dataset(request, one) for one in found],
    }


def dataset(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    one, version = entry.dataset, entry.version
    page = request.build_absolute_uri(one.get_absolute_url())
    licence, link = entry.licence
    found: dict[str, Any] = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": one.code,
        "dct:title": _texts(one.names),
        "dct:description": _texts(one.description if any(one.description.values()) else one.names),
        "dct:publisher": _agent(entry),
        "dcat:landingPage": {"@id": page},
        "dct:accrualPeriodicity": {"@id": f"{_EU}/frequency/{frequency.DCAT.get(one.every, 'IRREG')}"},
        "dct:spatial": _where(entry),
        "dcat:distribution": _distributions(request, entry),
        "dct:language": [{"@id": f"{_EU}/language/{code}"} for code in _LANGUAGES.values()],
        "dct:conformsTo": {"@id": HXL},
        "dct:accessRights": {
            "@id": f"{_EU}/access-right/{'RESTRICTED' if version and version.sensitivity else 'PUBLIC'}"
        },
    }
    if licence:
        found["dct:license"] = {"@id": link} if link else {"@type": "dct:LicenseDocument", "dct:title": licence}
    if one.theme:
        found["dcat:theme"] = {"@id": f"{_EU}/data-theme/{themes.DCAT.get(one.theme, 'SOCI')}"}
        found["dcat:keyword"] = _texts({"en": one.theme})
    if one.contact:
        reach = {"vcard:hasEmail": {"@id": f"mailto:{one.contact}"}} if "@" in one.contact else {}
        found["dcat:contactPoint"] = {"@type": "vcard:Kind", "vcard:fn": one.contact, **reach}
    if any(one.attribution.values()):
        found["dct:provenance"] = {"@type": "dct:ProvenanceStatement", "dct:description": _texts(one.attribution)}
    if version:
        found |= {
            "dcat:version": f"{version.major}.{version.number}",
            "dct:issued": _moment(_first_out(entry)),
            "dct:modified": _moment(version.published_at),
            "adms:status": {"@id": f"{_EU}/dataset-status/COMPLETED"},
        }
        if version.first_period:
            first, last = span(version.first_period)[0], span(version.last_period)[1]
            found["dct:temporal"] = _when(first, last)
        if version.changes.get("against"):
            found["dcat:previousVersion"] = {"@id": f"{page}?version={version.changes['against']}"}
    return found


def _agent(entry: Entry) -> dict[str, Any]:
    owner = entry.dataset.owner
    names = owner.names if owner else None
    return {"@type": "foaf:Agent", "foaf:name": _texts(names) if names and any(names.values()) else entry.programme}


def _first_out(entry: Entry) -> Any:
    first = entry.dataset.versions.filter(published_at__isnull=False).order_by("published_at").first()
    return first.published_at if first else None


def _texts(said: Any) -> list[dict[str, str]]:
    return [{"@value": str(text), "@language": code} for code, text in said.items() if text]


def _moment(at: Any) -> dict[str, str]:
    return {"@value": at.isoformat(), "@type": "xsd:dateTime"}


def _when(first: date, last: date) -> dict[str, Any]:
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": {"@value": first.isoformat(), "@type": "xsd:date"},
        "dcat:endDate": {"@value": last.isoformat(), "@type": "xsd:date"},
    }


def _where(entry: Entry) -> dict[str, Any]:
    """The country, and the box that holds the rows."""
    found: dict[str, Any] = {"@type": "dct:Location", "dct:identifier": country().code.upper()}
    if entry.version and entry.version.bounds:
        west, south, east, north = entry.version.bounds
        ring = f"({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south})"
        found["dcat:bbox"] = {"@value": f"POLYGON({ring})", "@type": "geosparql:wktLiteral"}
    return found


def _distributions(request: HttpRequest, entry: Entry) -> list[dict[str, Any]]:
    """A file of each format; the services that give the same rows."""
    kept = {one.format: one for one in entry.version.resources.all()} if entry.version else {}
    _licence, link = entry.licence
    found = []
    for ext, how in FORMATS.items():
        if ext in ("geojson", "gpkg") and not entry.located:
            continue
        url = request.build_absolute_uri(f"/data/{entry.code}.{ext}")
        one: dict[str, Any] = {
            "@id": f"{url}#distribution",
            "@type": "dcat:Distribution",
            "dct:title": f"{entry.code}.{ext}",
            "dcat:accessURL": {"@id": url},
            "dcat:downloadURL": {"@id": url},
            "dcat:mediaType": {"@id": _IANA + how.content_type.partition(";")[0]},
        }
        if link:
            one["dct:license"] = {"@id": link}
        if ext in ("csv", "xlsx"):
            one["dct:conformsTo"] = {"@id": HXL}
        if ext in kept:
            one["dcat:byteSize"] = {"@value": str(kept[ext].size), "@type": "xsd:nonNegativeInteger"}
            one["spdx:checksum"] = {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": {"@value": kept[ext].sha256, "@type": "xsd:hexBinary"},
            }
        found.append(one)
    return found + [_service(request, *one) for one in _services(entry)]


def _services(entry: Entry) -> list[tuple[str, str, str]]:
    """Title, address and standard of each."""
    if entry.version is None:
        return []
    code, found = entry.code, []
    if entry.located:
        standard = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        found.append(("OGC API Features", f"/ogc/collections/{code}", standard))
        found.append(("TileJSON", f"/tiles/{code}.json", "https://github.com/mapbox/tilejson-spec/tree/master/3.0.0"))
    if _there("odata-root"):
        found.append(("OData", f"/odata/v4/{code}", "https://docs.oasis-open.org/odata/odata/v4.0/"))
    return found


def _service(request: HttpRequest, title: str, path: str, standard: str) -> dict[str, Any]:
    url = request.build_absolute_uri(path)
    return {
        "@id": f"{url}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:accessURL": {"@id": url},
        "dct:conformsTo": {"@id": standard},
        "dcat:accessService": {
            "@type": "dcat:DataService",
            "dct:title": title,
            "dcat:endpointURL": {"@id": url},
            "dct:conformsTo": {"@id": standard},
        },
    }


def _there(name: str) -> bool:
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False
