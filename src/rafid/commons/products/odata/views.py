"""The addresses of the service root: ``/odata/v4/``, its metadata, entity sets, single rows and counts.

A name that is no dataset of the caller's may be a form's feed, which has a root of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.forms.odata import views as forms
from rafid.commons.forms.odata.errors import ODataError, bad, nothing_here
from rafid.commons.people.authentication import caller

from .asked import answer, counted, one_row, read_query
from .metadata import edmx, service_document
from .sets import EntitySet, all_sets, set_named

View = Callable[..., HttpResponse]


def feed(view: View) -> View:
    """Knows who asks, and says what is wrong in OData's shape."""

    @require_safe
    @wraps(view)
    def asked(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            caller(request)
            response = view(request, **named)
        except ODataError as error:
            response = error.response()
        except Problem as problem:
            response = ODataError(problem.status, "Refused", problem.detail or problem.title).response()
            for name, value in problem.headers.items():
                response[name] = value
        response["OData-Version"] = "4.0"
        response["Cache-Control"] = "private, no-cache"
        response.headers.setdefault("Vary", "Accept-Language, Authorization, Cookie")
        return response

    return asked


def _json(content: Any) -> HttpResponse:
    return HttpResponse(
        json.dumps(content, ensure_ascii=False, allow_nan=False),
        content_type="application/json;odata.metadata=minimal;charset=utf-8",
    )


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/odata/v4")


def _set(request: HttpRequest, name: str) -> EntitySet:
    found = None if "\0" in name else set_named(name, request.user)
    if found is None:
        raise nothing_here()
    return found


@feed
def service(request: HttpRequest) -> HttpResponse:
    return _json(service_document(_root(request), all_sets(request.user)))


@feed
def metadata(request: HttpRequest) -> HttpResponse:
    return HttpResponse(edmx(all_sets(request.user)), content_type="application/xml;charset=utf-8")


@feed
def rows(request: HttpRequest, name: str) -> HttpResponse:
    there = _set(request, name)
    asked = read_query(request.GET.dict(), there, request.headers.get("Prefer", ""))
    found = answer(there, asked)
    root = _root(request)
    picked = f"({','.join(asked.select)})" if asked.select and "*" not in asked.select else ""
    content: dict[str, Any] = {"@odata.context": f"{root}/$metadata#{there.name}{picked}"}
    if found.count is not None:
        content["@odata.count"] = found.count
    content["value"] = found.rows
    if found.next:
        kept = {key: value for key, value in request.GET.items() if key not in ("$top", "$skip", "$skiptoken")}
        query = urlencode({**kept, "$skiptoken": found.next}, safe="$")
        content["@odata.nextLink"] = f"{root}/{quote(there.name)}?{query}"
    return _json(content)


def named(request: HttpRequest, name: str) -> HttpResponse:
    """An entity set of this root, else the root of a form's feed."""
    response = rows(request, name=name)
    if response.status_code == 404:
        return forms.service(request, named=name)
    return response


@feed
def row(request: HttpRequest, name: str, key: str) -> HttpResponse:
    there = _set(request, name)
    asked = read_query(request.GET.dict(), there)
    if asked.filter or asked.order or asked.count or asked.top is not None or asked.skip:
        raise bad(_("A single row takes $select only."))
    found = None if "\0" in key else one_row(there, key.replace("''", "'"), asked.select)
    if found is None:
        raise nothing_here()
    return _json({"@odata.context": f"{_root(request)}/$metadata#{there.name}/$entity", **found})


@feed
def count(request: HttpRequest, name: str) -> HttpResponse:
    there = _set(request, name)
    found = counted(there, read_query(request.GET.dict(), there).filter)
    return HttpResponse(str(found), content_type="text/plain;charset=utf-8")


def count_or_form(request: HttpRequest, name: str) -> HttpResponse:
    response = count(request, name=name)
    if response.status_code == 404:
        return forms.rows(request, named=name, table="$count")
    return response


urls: list[URLPattern] = [
    path("odata/v4", service, name="odata-root"),
    path("odata/v4/", service, name="odata-root-slash"),
    path("odata/v4/$metadata", metadata, name="odata-root-metadata"),
    path("odata/v4/<str:name>('<path:key>')", row, name="odata-row"),
    path("odata/v4/<str:name>", named, name="odata-set"),
    path("odata/v4/<str:name>/$count", count_or_form, name="odata-count"),
]
"""They stand before those of the forms, whose first pattern would take any name."""
