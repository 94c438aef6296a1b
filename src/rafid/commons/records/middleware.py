"""Every change says who made it and from where."""

from __future__ import annotations

from collections.abc import Callable

import pghistory
from django.http import HttpRequest, HttpResponse


class History:
    """Opens the context that the history triggers write down. Reading changes nothing, so GET needs none."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.answer(request)
        user = str(request.user.pk) if request.user.is_authenticated else None
        with pghistory.context(user=user, url=request.path, method=request.method):
            return self.answer(request)
