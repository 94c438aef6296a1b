"""Errors as answers: a page for people, problem+json for machines, both in the asked language."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from rafid.commons.api import MACHINE_ROOMS

from .shell import language_links


def is_machine(request: HttpRequest) -> bool:
    return request.path.startswith(MACHINE_ROOMS)


def problem(
    status: int, title: str, detail: str = "", errors: Sequence[dict[str, str]] = (), kind: str = "about:blank"
) -> JsonResponse:
    """RFC 9457 with ``errors[where, message]``."""
    body = {"type": kind, "title": title, "status": status, "detail": detail, "errors": list(errors)}
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def page(
    request: HttpRequest, status: int, title: str, detail: str, remedy: str = "", sign_in: str = ""
) -> HttpResponse:
    """A page that needs neither database nor session; ``sign_in`` is the address for somebody who might see more then."""
    told = {"status": status, "title": title, "detail": detail, "remedy": remedy, "sign_in": sign_in}
    html = render_to_string(
        "shell/problem.html", {**told, "languages": language_links(request, absolute=False), "request": request}
    )
    return HttpResponse(html, status=status)


def answer(
    request: HttpRequest, status: int, title: str, detail: str, remedy: str = "", sign_in: str = ""
) -> HttpResponse:
    if is_machine(request):
        return problem(status, title, f"{detail} {remedy}".strip())
    return page(request, status, title, detail, remedy, sign_in)


def database_away(request: HttpRequest) -> HttpResponse:
    response = answer(
        request,
        503,
        _("The database does not answer"),
        _("Nothing of your request was recorded."),
        _("Wait a minute and send it again. If it stays so, tell the operator."),
    )
    response["Retry-After"] = "30"
    return response
