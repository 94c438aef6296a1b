"""A phone's request goes straight to its view: it has no session, no cookie and no page, and there are thousands an hour."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404
from django.urls.resolvers import RegexPattern, URLResolver

from . import views

Answer = Callable[[HttpRequest], HttpResponse]

ROOM = "/collect/"


class Phones:
    """Stands behind what protects every answer and before what is for people with a browser.

    The same views are in the site's addresses, where the answer would be the same, only later.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.addresses = URLResolver(RegexPattern(r"^/"), views.urls)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOM):
            return self.answer(request)
        try:
            found = self.addresses.resolve(request.path_info)
        except Resolver404:
            return self.answer(request)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        if response.status_code not in (204, 304):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response
