"""Who calls at ``/collect``: a phone by the token in its address, or an account by HTTP Basic."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from rafid.commons.api import Problem
from rafid.commons.people import door
from rafid.commons.people.authentication import basic_account, token_account

from .. import accept
from ..phones.guesses import count_guess
from ..sender import Sender, of_account, sender_by_token
from .answers import CHALLENGE, Answered, said


def phone(request: HttpRequest, token: str, *, test: bool) -> Sender:
    """Raises ``Answered`` 403 for a token that is unknown, revoked, run out or of the other kind; 429 for guesses."""
    found = first(lambda: sender_by_token(token))
    if found is None or (found.draft is not None) != test:
        if not token_exists(token):
            _count_guess(door.caller_network(request))
        raise Answered(
            said(
                403, _("This phone is not known here any more. Ask the office for a new card, and scan it in Collect.")
            )
        )
    return found


T = TypeVar("T")


def first(ask: Callable[[], T]) -> T:
    """Asked without asking the connection first whether it still lives: where it does not, once more on a new one."""
    connection.health_check_done = True
    try:
        return ask()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return ask()


@dataclass
class Caller:
    """Who calls; asked for when somebody wants to know."""

    request: HttpRequest
    token: str
    test: bool

    @functools.cached_property
    def sender(self) -> Sender:
        """Raises ``Answered`` for who may not call."""
        return phone(self.request, self.token, test=self.test) if self.token else account(self.request)

    def examined(self, xml: bytes) -> accept.Examined:
        """``accept.examine``; a phone that nobody has asked for yet is asked for in the same question."""
        if self.token and "sender" not in vars(self):
            found = first(lambda: accept.examine_by_phone(xml, self.token, test=self.test))
            if found is not None:
                self.sender, examined = found
                return examined
        return accept.examine(xml, self.sender)


def token_exists(token: str) -> bool:
    """Of a revoked phone, say: that one does not guess."""
    from ..models import AppUser
    from ..sender import token_hash

    return AppUser.objects.filter(token_sha256=token_hash(token)).exists()


def _count_guess(network: str) -> None:
    wait = count_guess(network)
    if wait:
        raise Answered(said(429, _("Too many attempts. Wait a few minutes."), headers={"Retry-After": str(wait)}))


def account(request: HttpRequest) -> Sender:
    """Raises ``Answered`` 401 with a challenge, and 429 while the door is closed."""
    scheme, _blank, value = request.headers.get("Authorization", "").partition(" ")
    found = None
    try:
        if scheme.lower() == "basic":
            found = basic_account(request, value.strip())
        elif scheme.lower() == "bearer":
            found = token_account(value.strip())
    except Problem as problem:
        raise Answered(said(problem.status, str(problem), headers=problem.headers)) from None
    if found is None:
        raise Answered(
            said(
                401,
                _("Sign in: your login, and your password or a token of yours."),
                headers={"WWW-Authenticate": CHALLENGE},
            )
        )
    request.user = found
    return of_account(found)
