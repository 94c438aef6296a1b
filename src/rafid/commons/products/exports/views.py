"""``/data/{dataset}.{ext}`` and ``/data/{dataset}/v{n}.{ext}``: files by their address, whole or filtered.

A foreign protocol: bad questions are 400 in problem+json. The address of a dataset gives the newest version that the caller
may have; the tag of an answer is the hash of its content.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rafid.commons.api import Problem
from rafid.commons.people.authentication import caller
from rafid.commons.places.state import places_state

from ..asking import filters_of, opened
from ..catalogue.reading import Readable, readable
from ..gallery import counting
from ..models import DatasetVersion
from ..sending import send
from ..stored import stored
from ..tables import Filters
from . import FORMATS, options, whole

FILTERS = ("place", "period", "fields", "bbox")
WAIT = 20
"""Seconds after which to ask again for a file that is being made."""


@require_safe
def newest_file(request: HttpRequest, code: str, ext: str) -> HttpResponse | StreamingHttpResponse:
    return _counted(request, code, _file(request, code, ext, None))


@require_safe
def version_file(request: HttpRequest, code: str, number: int, ext: str) -> HttpResponse | StreamingHttpResponse:
    return _counted(request, code, _file(request, code, ext, number))


def _counted(request: HttpRequest, code: str, answer: Any) -> Any:
    """Whole files count; parts, and what the reader held already, do not."""
    if answer.status_code == 200:
        counting.downloaded(request, f"dataset:{code}")
    return answer


def _file(request: HttpRequest, code: str, ext: str, number: int | None) -> HttpResponse | StreamingHttpResponse:
    if ext not in FORMATS:
        raise Http404
    try:
        user = caller(request)
        found = readable_or_404(code, user, number)
        filters = filters_of(found.published, **{name: request.GET.get(name, "") for name in FILTERS})
        if found.version is not None and filters == Filters() and not any(options(request.GET).values()):
            return _whole(request, found.version, ext, number)
        table = opened(found.open, filters)
    except Problem as problem:
        problem.status = 400 if problem.status == 422 else problem.status
        return problem.response()
    return send(request, table, ext, *_states(found, ext), name=name_of(found, number))


def readable_or_404(code: str, user: Any, number: int | None = None) -> Readable:
    try:
        return readable(code, user, number)
    except LookupError as error:
        raise Http404 from error


def _states(found: Readable, ext: str) -> list[str]:
    """What rows of today depend on beside themselves: borders."""
    return [places_state()] if found.version is None and ext in ("geojson", "gpkg", "parquet") else []


def name_of(found: Readable, number: int | None) -> str:
    return f"{found.code}-v{number}" if number is not None else found.code


def _whole(request: HttpRequest, version: DatasetVersion, ext: str, number: int | None) -> Any:
    resource = whole.kept(version, ext)
    if resource is None:
        if version.rows > whole.SMALL:
            return _not_yet(request, version)
        resource = whole.make(version, ext)
    code = version.dataset.code
    chosen = FORMATS[resource.format]
    response = stored(
        request, resource.sha256, name=f"{code}-v{number}.{ext}" if number is not None else f"{code}.{ext}",
        content_type=chosen.content_type, attached=chosen.attached, packed=chosen.packed,
    )  # fmt: skip
    # The same address answers differently to other people, and in another way once it is withdrawn.
    response["Cache-Control"] = "private, no-cache"
    return response


def _not_yet(request: HttpRequest, version: DatasetVersion) -> HttpResponse:
    """A large file that is being made: where it stands, and when to ask again."""
    user: Any = request.user
    task = whole.begin(version, user if user.is_authenticated else None)
    if "text/html" in request.headers.get("Accept", ""):
        if task.by_id is not None and task.by_id == user.pk:
            return redirect("task", task.pk)
        page = render(
            request, "products/catalogue/waiting.html", {"dataset": version.dataset, "version": version, "task": task},
            status=202,
        )  # fmt: skip
        page["Refresh"] = str(WAIT)
        return page
    return JsonResponse(
        {
            "status": 202,
            "title": _("The file is being made"),
            "detail": _("Ask again at the same address in some seconds."),
            "task": str(task.pk),
            "state": task.state,
            "done": task.done,
            "of": task.of,
        },
        status=202,
        headers={"Retry-After": str(WAIT)},
        json_dumps_params={"ensure_ascii": False},
    )


urls: list[URLPattern] = [
    path("data/<str:code>.<str:ext>", newest_file, name="dataset-file"),
    path("data/<str:code>/v<int:number>.<str:ext>", version_file, name="dataset-version-file"),
]
