"""The addresses below ``/ogc``: JSON for tools, HTML for people who follow a link."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem, etag_of, not_found, unchanged
from rafid.commons.people.authentication import caller

from ..catalogue.finding import dataset_seen, newest, seen_versions
from ..models import DatasetVersion
from . import descriptions, features
from .asked import CRS84, bad, periods_there, read, system

View = Callable[..., HttpResponse]


def service(view: View) -> View:
    """Knows who asks; a refusal is problem+json, and 400 where the question is wrong."""

    @require_safe
    @wraps(view)
    def asked(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            request.ogc_user = caller(request)  # type: ignore[attr-defined]
            response = view(request, **named)
        except Problem as problem:
            response = problem.response()
        response["Cache-Control"] = "private, no-cache"
        response.headers.setdefault("Vary", "Accept, Accept-Language, Authorization, Cookie")
        return response

    return asked


def _user(request: HttpRequest) -> Any:
    return request.ogc_user  # type: ignore[attr-defined]


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/ogc")


def _html(request: HttpRequest) -> bool:
    """``f`` decides; else whoever prefers pages gets one."""
    wanted = request.GET.get("f", "")
    if wanted not in ("", "json", "geojson", "html"):
        raise bad("f", _("f is json or html."))
    return wanted == "html" or (
        not wanted and request.get_preferred_type(["application/json", "text/html"]) == "text/html"
    )


def _json(content: Any, kind: str = descriptions.JSON) -> HttpResponse:
    return HttpResponse(json.dumps(content, ensure_ascii=False), content_type=kind)


def _version(request: HttpRequest, code: str) -> DatasetVersion:
    try:
        found = newest(dataset_seen(code, _user(request)), _user(request))
    except LookupError:
        found = None
    if found is None or found.bounds is None:
        raise not_found()
    return found


@service
def landing(request: HttpRequest) -> HttpResponse:
    said = descriptions.landing(_root(request))
    return _page(request, "landing", {"said": said}) if _html(request) else _json(said)


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"products/ogc/{name}.html", context)


@service
def conformance(request: HttpRequest) -> HttpResponse:
    if _html(request):
        return _page(request, "conformance", {"classes": descriptions.CONFORMANCE})
    return _json({"conformsTo": descriptions.CONFORMANCE})


@service
def api(request: HttpRequest) -> HttpResponse:
    versions = seen_versions(_user(request), placed=True)
    if request.GET.get("f") == "html":
        return _page(request, "collections", {"versions": versions})
    return _json(descriptions.openapi(_root(request), versions), descriptions.OPENAPI)


@service
def collections(request: HttpRequest) -> HttpResponse:
    versions = seen_versions(_user(request), placed=True)
    if _html(request):
        return _page(request, "collections", {"versions": versions})
    return _json(descriptions.collections(_root(request), versions))


@service
def collection(request: HttpRequest, code: str) -> HttpResponse:
    version = _version(request, code)
    if _html(request):
        return _page(request, "collection", {"release": version})
    return _json(descriptions.collection(_root(request), version))


@service
def queryables(request: HttpRequest, code: str) -> HttpResponse:
    return _json(descriptions.queryables(_root(request), _version(request, code)), "application/schema+json")


@service
def items(request: HttpRequest, code: str) -> HttpResponse:
    version = _version(request, code)
    asked = read(request.GET.dict(), version, periods_there(version) if "datetime" in request.GET else [])
    html = _html(request)
    etag = etag_of("ogc", version.sha256, str(asked), html, request.build_absolute_uri(request.path))
    response = None if html else unchanged(request, etag)
    if response is not None:
        return response
    found = features.page(version, asked)
    own = request.build_absolute_uri(request.path)
    links = [
        descriptions.link(request.build_absolute_uri(), "self", descriptions.GEOJSON),
        descriptions.link(f"{own}?{_query(request, f='html')}", "alternate", descriptions.HTML),
        descriptions.link(own.removesuffix("/items"), "collection", descriptions.JSON),
    ]
    if found.last:
        links.append(descriptions.link(f"{own}?{_query(request, after=found.last)}", "next", descriptions.GEOJSON))
    if html:
        following = next((one["href"] for one in links if one["rel"] == "next"), "")
        rows = json.loads(f"[{found.text}]")
        names = [one["name"] for one in version.fields]
        table = [(row["id"], [row["properties"].get(name) for name in names]) for row in rows]
        context = {"release": version, "names": names, "rows": table, "page": found, "next": following}
        return _page(request, "items", context)
    at = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    response = HttpResponse(features.written(found, links, at), content_type=descriptions.GEOJSON)
    response["Content-Crs"] = f"<{asked.crs}>"
    response["ETag"] = etag
    return response


def _query(request: HttpRequest, **more: Any) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in more}
    return urlencode({**kept, **more})


@service
def item(request: HttpRequest, code: str, key: str) -> HttpResponse:
    version = _version(request, code)
    for name in request.GET:
        if name not in ("f", "crs", "lang"):
            raise bad(name, _("There is no parameter %(name)s here.") % {"name": name[:60]})
    asked = read({"crs": system(request.GET.dict(), "crs")}, version, [])
    text = None if "\x00" in key else features.feature(version, key, asked)
    if text is None:
        raise not_found()
    root = _root(request)
    own = f"{root}/collections/{quote(code)}"
    links = [
        descriptions.link(f"{own}/items/{quote(key, safe='')}", "self", descriptions.GEOJSON),
        descriptions.link(own, "collection", descriptions.JSON),
    ]
    if _html(request):
        properties = json.loads(text)["properties"]
        return _page(request, "item", {"release": version, "key": key, "properties": list(properties.items())})
    body = f'{text[:-1]},"links":{json.dumps(links)}}}'
    response = HttpResponse(body.encode(), content_type=descriptions.GEOJSON)
    response["Content-Crs"] = f"<{asked.crs or CRS84}>"
    return response


urls: list[URLPattern] = [
    path("ogc", landing, name="ogc"),
    path("ogc/", landing),
    path("ogc/api", api, name="ogc-api"),
    path("ogc/conformance", conformance, name="ogc-conformance"),
    path("ogc/collections", collections, name="ogc-collections"),
    path("ogc/collections/<str:code>", collection, name="ogc-collection"),
    path("ogc/collections/<str:code>/queryables", queryables, name="ogc-queryables"),
    path("ogc/collections/<str:code>/items", items, name="ogc-items"),
    path("ogc/collections/<str:code>/items/<path:key>", item, name="ogc-item"),
]
