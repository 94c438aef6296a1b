"""Who calls: session, personal token, or HTTP Basic for tools that know nothing else."""

from __future__ import annotations

import base64
import binascii
import hashlib
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.api import Problem

from . import door
from .models import Account, Token
from .models.signin import Kind
from .visibility import requires_second_factor

LOOPBACK = ("127.0.0.1", "::1")


def token_account(secret: str) -> Account | None:
    """The account behind a token that is neither expired nor revoked; its last use is noted once an hour."""
    now = timezone.now()
    digest = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
    token = (
        Token.objects.select_related("account")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), sha256=digest, revoked_at=None, account__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or token.last_used_at < now - timedelta(hours=1):
        Token.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.account


def is_private_line(request: HttpRequest) -> bool:
    """https, or a caller on this very machine: nobody on the way reads the password."""
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.is_secure() or (request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded)


def basic_account(request: HttpRequest, header: str) -> Account | None:
    """Account and password, or a token as the password.

    A password is refused to accounts that have or must have a second factor, and over a line that others can read.
    Failures count as those of the sign-in page do: Problem 429 while the door is closed.
    """
    try:
        login, _colon, secret = base64.b64decode(header, validate=True).decode().partition(":")
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    if "\x00" in login or "\x00" in secret:
        return None
    by_token = token_account(secret)
    if by_token is not None:
        return by_token
    if not login or not secret or not is_private_line(request):
        return None
    with transaction.atomic():  # what is noted here stays, whatever the caller does with the refusal
        return _by_password(request, login, secret)


def _by_password(request: HttpRequest, login: str, secret: str) -> Account | None:
    meant = door.account_named(login)
    key, network = door.key_of(login, meant), door.caller_network(request)
    door.take_turns(key, network)
    until = door.locked_until(key, network)
    if until is not None:
        wait = max(1, int((until - timezone.now()).total_seconds()))
        raise Problem(429, _("Too many failed attempts"), door.too_many(until), headers={"Retry-After": str(wait)})
    account = authenticate(request, username=login, password=secret)
    if not isinstance(account, Account):
        door.failed(request, login, meant)
        return None
    if is_mfa_enabled(account) or requires_second_factor(account):
        return None
    if settings.PRODUCTION and account.is_demonstration:
        return None
    door.entered(request, account, Kind.TOOL)
    return account


def caller(request: HttpRequest) -> Any:
    """The account that calls, or AnonymousUser. Raises Problem 401 for credentials that do not hold."""
    scheme, _blank, value = request.headers.get("Authorization", "").partition(" ")
    if not scheme:
        return request.user
    account = None
    if scheme.lower() == "bearer":
        account = token_account(value.strip())
    elif scheme.lower() == "basic":
        account = basic_account(request, value.strip())
    if account is None:
        raise Problem(401, _("We do not know you"), _("The account, password or token is not valid."))
    request.user = account
    request.rafid_by_header = True  # type: ignore[attr-defined]
    return account


class Anyone:
    """Authentication of /api/v1: everybody may ask; what each sees is decided by ``visible_to``.

    A change made with the session cookie needs the CSRF token; one made with a header does not.
    """

    openapi_type = "http"

    def __call__(self, request: HttpRequest) -> Any:
        user = caller(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and not getattr(request, "rafid_by_header", False):
            from ninja.utils import check_csrf

            failed = check_csrf(request)
            if failed is not None:
                raise Problem(403, _("The CSRF token is missing"), _("Send the header X-CSRFToken, or use a token."))
        request.auth = user  # type: ignore[attr-defined]
        return user or True  # falsy would mean: refused


def signed_in(request: HttpRequest) -> Account:
    """The account, or Problem 401 where nothing is public."""
    if not request.user.is_authenticated:
        raise Problem(401, _("Sign in first"), _("This address needs an account or a token."))
    return request.user  # type: ignore[return-value]
