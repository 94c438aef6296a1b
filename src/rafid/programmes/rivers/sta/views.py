"""The addresses below ``/sta/v1.1``."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from rafid.commons.api import Problem
from rafid.commons.people.authentication import caller

from ..models import Station
from ..standards import MADE_UP
from .addresses import Place, follow, one, rows_of
from .asking import Query, read
from .errors import StaError, bad, nothing_here
from .kinds import KINDS
from .lexing import time_of
from .seen import Seen
from .showing import Shower
from .taking import take

View = Callable[..., HttpResponse]
VERSION = "http://www.opengis.net/spec/iot_sensing/1.1"
CONFORMANCE = [
    f"{VERSION}/req/datamodel",
    f"{VERSION}/req/resource-path/resource-path-to-entities",
    f"{VERSION}/req/request-data",
    f"{VERSION}/req/data-array/data-array",
]


def service(view: View) -> View:
    """Knows who asks, and says what is wrong in the protocol's shape. A change by the session's cookie needs its token."""

    @csrf_exempt
    @wraps(view)
    def asked(request: HttpRequest, **named: Any) -> HttpResponse:
        try:
            caller(request)
            if request.method not in ("GET", "HEAD", "OPTIONS", "POST"):
                said = _(
                    "Values are neither changed nor deleted. Send the right one with a reason: it becomes the newest."
                )
                raise StaError(405, said, headers={"Allow": "GET, HEAD, POST"})
            response = view(request, **named)
        except StaError as error:
            response = error.response()
        except Problem as problem:
            response = StaError(problem.status, problem.detail or problem.title, headers=problem.headers).response()
            if problem.status == 401:
                response["WWW-Authenticate"] = 'Bearer, Basic realm="Rafid", charset="UTF-8"'
        response["Cache-Control"] = "private, no-cache"
        response.headers.setdefault("Vary", "Accept-Language, Authorization, Cookie")
        return response

    return asked


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/sta/v1.1")


def _json(content: Any, status: int = 200) -> HttpResponse:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False)
    return HttpResponse(text, content_type="application/json; charset=utf-8", status=status)


def _extra(request: HttpRequest) -> dict[str, str]:
    """What every link of the answer carries on."""
    return {name: request.GET[name] for name in ("known_at", "lang") if request.GET.get(name)}


def _seen(request: HttpRequest) -> Seen:
    known_at = request.GET.get("known_at")
    return Seen(request.user, time_of(known_at, "known_at") if known_at else None)


@service
def root(request: HttpRequest) -> HttpResponse:
    """The entity sets, and what the service conforms to."""
    if request.method == "POST":
        raise StaError(405, _("Nothing is sent to the root."), headers={"Allow": "GET, HEAD"})
    here = _root(request)
    body: dict[str, Any] = {
        "value": [{"name": name, "url": f"{here}/{name}"} for name in KINDS],
        "serverSettings": {"conformance": CONFORMANCE, f"{VERSION}/req/request-data": {"knownAt": "known_at"}},
    }
    if Station.objects.visible_to(request.user).filter(source="demonstration").exists():
        body["note"] = MADE_UP
    return _json(body)


@service
def resource(request: HttpRequest, path: str) -> HttpResponse:
    seen = _seen(request)
    place = follow(path, seen)
    shower = Shower(seen, _root(request), _extra(request))
    if request.method == "POST":
        return _taken(request, seen, place, shower)
    query = read(request.GET.dict(), place.kind)
    if place.rest and place.rest != ("$ref",):
        return _property(seen, place, shower)
    if place.single:
        return _one(seen, place, query, shower)
    address = f"{_root(request)}/{path.strip('/')}"
    found = rows_of(seen, place, query)
    if place.rest:
        links = Query(place.kind, select=("@iot.selfLink",))
        body = {"value": shower.plain(found.rows, links)}
        if found.more:
            body["@iot.nextLink"] = shower.next(found, query, address)
        return _json(body)
    if query.arrays:
        return _json(shower.arrays(found, query, address))
    return _json(shower.collection(found, query, address))


def _one(seen: Seen, place: Place, query: Query, shower: Shower) -> HttpResponse:
    if query.filter is not None or query.order or query.count or query.arrays:
        raise bad(_("One entity takes $select and $expand only."))
    row = one(seen, place)
    if place.rest:
        query = Query(place.kind, select=("@iot.selfLink",))
    return _json(shower.rows([row], query)[0])


def _property(seen: Seen, place: Place, shower: Shower) -> HttpResponse:
    """``…/name`` is an object with the one property, ``…/name/$value`` its bare value; paths go into objects."""
    *names, last = place.rest
    bare = last == "$value"
    names = names if bare else [*names, last]
    value: Any = shower.plain([one(seen, place)], Query(place.kind, select=(names[0],)))[0].get(names[0])
    for name in names[1:]:
        if not isinstance(value, dict) or name not in value:
            raise nothing_here()
        value = value[name]
    if value is None:
        return HttpResponse(status=204)
    if not bare:
        return _json({names[-1]: value})
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def _taken(request: HttpRequest, seen: Seen, place: Place, shower: Shower) -> HttpResponse:
    if not getattr(request, "rafid_by_header", False):
        from ninja.utils import check_csrf

        if seen.user.is_authenticated and check_csrf(request) is not None:
            raise StaError(403, _("Send the header X-CSRFToken, or use a token."))
    row = take(request, seen, place)
    answer = _json(shower.rows([row], Query(row.kind))[0], status=201)
    answer["Location"] = shower.link(row)
    return answer
