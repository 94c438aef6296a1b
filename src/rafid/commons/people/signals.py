"""What happens at the door is written down, whichever way somebody comes in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset
from allauth.mfa.signals import authentication_failed
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import pre_save
from django.dispatch import receiver

from . import door
from .models import Account
from .models.signin import Kind


@receiver(user_logged_in)
def signed_in(sender: Any, request: Any, user: Account, **_more: Any) -> None:
    if request is not None and getattr(request, "META", {}).get("REMOTE_ADDR"):
        door.entered(request, user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: Any, user: Account | None, **_more: Any) -> None:
    if user is not None and request is not None and getattr(request, "META", {}).get("REMOTE_ADDR"):
        door.note(Kind.SIGN_OUT, door.caller_network(request), account=user)


@receiver(authentication_failed)
def second_factor_failed(sender: Any, request: Any, user: Account, **_more: Any) -> None:
    door.failed(request, user.login, user)


@receiver(password_changed)
@receiver(password_reset)
def new_password(sender: Any, request: Any, user: Account, **_more: Any) -> None:
    door.note(Kind.RESET, door.caller_network(request), account=user)


@receiver(pre_save, sender=UserSession)
def shorten_address(sender: Any, instance: UserSession, **_more: Any) -> None:
    """The list of sessions shows from which network one came, and keeps no more than that."""
    network = door.network_of(instance.ip)
    instance.ip = network.partition("/")[0] or instance.ip
