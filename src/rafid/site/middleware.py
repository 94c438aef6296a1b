"""What every answer carries (protection, language) and what a database that is away looks like from outside."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

log = logging.getLogger("rafid.site")

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def policy(more: Mapping[str, str]) -> str:
    """The policy of all pages with what one page needs besides: directive → sources. Nobody gets inline script or style."""
    parts = []
    for part in POLICY.split("; "):
        name = part.split()[0]
        # 'none' beside a source means nothing.
        parts.append(part.removesuffix(" 'none'") + f" {more[name]}" if name in more else part)
    known = {part.split()[0] for part in parts}
    return "; ".join([*parts, *(f"{name} {sources}" for name, sources in more.items() if name not in known)])


class SecurityHeaders:
    """Content security policy without inline script or style, and no powers that a page does not need.

    A view that needs more says so in its response's ``content_policy``.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", policy(getattr(response, "content_policy", {})))
        if "frame-ancestors" not in getattr(response, "content_policy", {}):
            # For browsers and scanners that do not know frame-ancestors. It cannot name a site that may.
            response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class DatabaseAway:
    """The database stopped in the middle of a request: 503, a sentence, and nothing half-done (one transaction)."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.answer(request)
        except (OperationalError, InterfaceError) as error:
            return self.away(request, error)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, (OperationalError, InterfaceError)) and not is_statement_error(error):
            return self.away(request, error)
        return None

    def away(self, request: HttpRequest, error: Exception) -> HttpResponse:
        from rafid.site.problems import database_away

        log.error("the database does not answer: %s", error)
        return database_away(request)


def is_statement_error(error: Exception) -> bool:
    """A lock time-out or a cancelled statement is an operational error too, but the database is there."""
    state = getattr(error.__cause__, "sqlstate", None) or ""
    return state.startswith(("40", "55", "57014"))


class Language:
    """``?lang=`` > account > cookie > Accept-Language > Arabic. A chosen language is remembered in the cookie."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.known = {code for code, _name in settings.LANGUAGES}

    def chosen(self, request: HttpRequest) -> str:
        asked = request.GET.get("lang", "")
        if asked in self.known:
            return asked
        account = getattr(request.user, "language", "")
        if account in self.known:
            return str(account)
        cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        if cookie in self.known:
            return cookie
        for part in request.headers.get("Accept-Language", "").lower().split(","):
            code = part.split(";")[0].strip()
            for name in (code, code.split("-")[0]):
                if name in self.known:
                    return name
        return settings.LANGUAGE_CODE

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self.chosen(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.answer(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        if getattr(response, "cookieless", False):
            return response  # a page inside another site's: it leaves nothing behind
        if request.GET.get("lang") == language and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != language:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME, language, max_age=31536000, samesite="Lax", secure=settings.PRODUCTION
            )
        return response
