"""Addresses that answer what a button sends. Who comes to one by a link is led to the page where the button stands.

The page that such an address answers has links too (another language, sign in again), and they name the address that
answered it. A bare 405 there is an empty page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def posted_from(page: str, *names: str) -> Callable[[View], View]:
    """The page's route, and which parts of this address it takes."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **kwargs)
            query = request.META.get("QUERY_STRING", "")
            address = reverse(page, args=[kwargs[name] for name in names])
            return redirect(f"{address}?{query}" if query else address)

        return require_http_methods(["GET", "HEAD", "POST"])(answer)

    return decorate
