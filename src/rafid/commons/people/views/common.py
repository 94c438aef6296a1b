"""What the pages of this room share: who may open them, their tabs, and the codes that are shown once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import qrcode
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from ..administration import offices

View = Callable[..., HttpResponse]


def administrator(view: View) -> View:
    """For those who manage people somewhere; the view itself asks what lies within their scope."""

    @wraps(view)
    @login_required
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not offices(request.user):
            raise PermissionDenied(_("Only administrators of people open this page."))
        return view(request, *args, **kwargs)

    return asked


def tabs(request: HttpRequest) -> list[dict[str, Any]]:
    offered = [
        ("people", _("People")),
        ("invitations", _("Invitations")),
        ("organisations", _("Organisations")),
        ("agreements", _("Agreements")),
        ("access", _("Who sees what")),
        ("as-role", _("See as a role")),
    ]
    return [{"url": reverse(name), "name": title, "on": request.path == reverse(name)} for name, title in offered]


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"people/{template}.html", {"tabs": tabs(request), **context}, status=status)


def qr_path(text: str) -> dict[str, Any]:
    """A QR code as one SVG path: ``path`` and its ``size`` in modules, with the quiet zone of four that readers need."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    runs = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return {"path": "".join(runs), "size": len(matrix)}


def shown_once(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with a code that is kept nowhere: neither here nor in the browser's cache."""
    answer = page(request, template, context)
    answer["Cache-Control"] = "no-store"
    return answer


secret_form = sensitive_post_parameters("password", "again", "code")
fresh = never_cache
