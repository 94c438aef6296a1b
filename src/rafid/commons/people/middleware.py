"""A role may ask for an authenticator app: until it is set up, only the page that sets it up is open."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rafid.commons.api import MACHINE_ROOMS, Problem

from .visibility import requires_second_factor

Answer = Callable[[HttpRequest], HttpResponse]

OPEN = ("/accounts/", "/static/", "/healthz", "/help/")


class SecondFactor:
    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and not request.path.startswith(OPEN)
            and requires_second_factor(request.user)
            and not is_mfa_enabled(request.user)
        ):
            if request.path.startswith(MACHINE_ROOMS):
                if request.headers.get("Authorization", "").strip():
                    # Whoever calls by a header is not the one of this session's cookie, which opens nothing here.
                    request.user = AnonymousUser()
                    return self.answer(request)
                return Problem(
                    403,
                    _("Set up your authenticator app first"),
                    _("Your role asks for a second factor. Sign in with the browser to set it up."),
                ).response()
            return redirect("mfa_activate_totp")
        return self.answer(request)


class SessionActivity:
    """Notes that a session is used, for the list of sessions: once in five minutes, not with every tile of a map."""

    EVERY = 300  # seconds

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and caches["process"].add(f"seen:{key}", True, self.EVERY):
            UserSession.objects.create_from_request(request)
        return self.answer(request)
