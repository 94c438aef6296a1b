"""The addresses of the OData feed: /odata/v4/{form}, and the same below /api/v1/odata."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.people.access_log import note_access
from rafid.commons.people.authentication import caller
from rafid.commons.people.models import AccessKind

from ..addressing import form_seen
from ..exports import Options, Selection
from ..exports.doors import may_export
from ..filters import seen_of
from ..models import Form
from .entities import entities_of
from .errors import ODataError, bad, nothing_here
from .feed import answer, read_query
from .metadata import edmx, service_document

View = Callable[..., HttpResponse]


def feed(view: View) -> View:
    """Knows who asks and which form is meant, and says what is wrong in OData's shape."""

    @require_safe
    @wraps(view)
    def asked(request: HttpRequest, named: str, **more: Any) -> HttpResponse:
        try:
            user = caller(request)
            if not user.is_authenticated:
                raise ODataError(401, "Unauthorized", _("This address needs an account or a token."))
            form = form_seen(user, named)
            if not may_export(user, form):
                raise ODataError(403, "Forbidden", _("Your roles do not include taking this form's submissions along."))
            response = view(request, form, **more)
        except ODataError as error:
            response = error.response()
        except Http404:
            response = nothing_here().response()
        except Problem as problem:
            response = ODataError(problem.status, "Refused", problem.detail or problem.title).response()
            for name, value in problem.headers.items():
                response[name] = value
        response["OData-Version"] = "4.0"
        response["Cache-Control"] = "private, no-cache"
        return response

    return asked


def _json(content: Any) -> HttpResponse:
    return HttpResponse(
        json.dumps(content, ensure_ascii=False), content_type="application/json;odata.metadata=minimal;charset=utf-8"
    )


def _root(request: HttpRequest, more: str = "") -> str:
    """The feed's own address: what was asked, without what stands behind the form."""
    whole = request.build_absolute_uri(request.path)
    return whole[: len(whole) - len(more)].rstrip("/") if more else whole.rstrip("/")


def _selection(request: HttpRequest, form: Form) -> Selection:
    flag = request.GET.get("public", "")
    if flag not in ("", "0", "1"):
        raise bad(_("Write 1 or 0."))
    return Selection.of(request.user, form, seen_of(request.user, form), Options(public=flag == "1"))


_SAFE = "/()',:"
_BELOW = re.compile(r"(Submissions[\w.]*)\('((?:[^']|'')*)'\)/(\w+)")


@feed
def service(request: HttpRequest, form: Form) -> HttpResponse:
    return _json(service_document(_root(request), entities_of(_selection(request, form).tables)))


@feed
def metadata(request: HttpRequest, form: Form) -> HttpResponse:
    text = edmx(form.xform_id, entities_of(_selection(request, form).tables))
    return HttpResponse(text, content_type="application/xml;charset=utf-8")


@feed
def rows(request: HttpRequest, form: Form, table: str) -> HttpResponse:
    """An entity set, or of one row those of a repeat: ``Submissions('uuid:1')/nc``."""
    selection = _selection(request, form)
    known = {one.set: one for one in entities_of(selection.tables)}
    below = _BELOW.fullmatch(table)
    entity = known.get(below[1] if below else table)
    if entity is not None and below:
        entity = next((nav.entity for nav in entity.navs if nav.name == below[3]), None)
    if entity is None:
        raise nothing_here()
    asked = read_query(request.GET.dict(), request.headers.get("Prefer", ""))
    if below:
        asked = replace(asked, parent=below[2].replace("''", "'"))
    found = answer(selection, entity, asked)
    note_access(
        request,
        AccessKind.FEED,
        form,
        purpose=request.GET.get("purpose", ""),
        count=len(found.rows),
        restricted=selection.restricted,
    )
    root = request.build_absolute_uri(request.path.removesuffix(f"/{table}"))
    content: dict[str, Any] = {"@odata.context": f"{root}/$metadata#{entity.set}"}
    if found.count is not None:
        content["@odata.count"] = found.count
    content["value"] = found.rows
    if found.next:
        kept = {name: value for name, value in request.GET.items() if name not in ("$top", "$skip", "$skiptoken")}
        content["@odata.nextLink"] = (
            f"{root}/{quote(table, safe=_SAFE)}?{urlencode({**kept, '$skiptoken': found.next}, safe='$')}"
        )
    return _json(content)


urls = [
    path(f"{prefix}/<str:named>{ending}", view, name=f"{name}{kind}")
    for prefix, kind in (("odata/v4", ""), ("api/v1/odata", "-alias"))
    for ending, view, name in (
        ("", service, "odata"),
        ("/", service, "odata-slash"),
        ("/$metadata", metadata, "odata-metadata"),
        ("/<path:table>", rows, "odata-rows"),
    )
]
