"""How sign-in behaves here: nobody registers by himself; accounts come by invitation; failures close the door."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import door
from .models import Account


def login_of(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "")


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Instead of allauth's own counting, so that the message can say when the door opens again."""
        login = login_of(credentials)
        key, network = door.key_of(login, door.account_named(login)), door.caller_network(request)
        door.take_turns(key, network)
        until = door.locked_until(key, network)
        if until is not None:
            raise ValidationError(door.too_many(until), code="too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user = super().authenticate(request, **credentials)
        if settings.PRODUCTION and isinstance(user, Account) and user.is_demonstration:
            raise ValidationError(_("Demonstration accounts do not sign in on a platform in use."))
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        door.failed(request, login_of(credentials))

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Who typed the password just now, to sign in, is not asked for it again to set up the authenticator app."""
        records = get_authentication_records(self.request, self.request.user)
        recent = any(time.time() - record["at"] < account_settings.REAUTHENTICATION_TIMEOUT for record in records)
        return False if recent else super().is_reauthentication_required(app=app, **more)

    def set_password(self, user: Any, password: str) -> None:
        """Whoever has a password of his own is no demonstration account any more."""
        user.is_demonstration = False
        super().set_password(user, password)
