"""A platform in use does not start while anybody can sign in with the password that is printed in the handbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from .models import Account

DEMONSTRATION_PASSWORD = "rafid-demo"  # noqa: S105 - known to everybody, which is the point


def known_passwords() -> list[str]:
    """Logins of open demonstration accounts that still have the known password."""
    return [
        account.login
        for account in Account.objects.filter(is_demonstration=True, is_active=True).order_by("login")
        if check_password(DEMONSTRATION_PASSWORD, account.password)
    ]


def refuse_known_passwords() -> None:
    """Raises ImproperlyConfigured with the accounts and the remedy; called when a production server starts."""
    logins = known_passwords()
    if logins:
        raise ImproperlyConfigured(
            f"Demonstration accounts with the known password: {', '.join(logins)}. Close them, or give them passwords of "
            "their own: ./rafid manage administrator LOGIN --close-demonstration (LOGIN is yours, to administer from then on)"
        )


@register(Tags.database, deploy=True)
def check_passwords(app_configs: Any, databases: Sequence[str] | None = None, **_more: Any) -> list[Error]:
    """For ``./rafid manage check --deploy --database default``."""
    if not databases or Account._meta.db_table not in connection.introspection.table_names():
        return []
    logins = known_passwords()
    if not logins:
        return []
    return [
        Error(
            f"Demonstration accounts have the known password: {', '.join(logins)}.",
            hint="Run: ./rafid manage administrator LOGIN --close-demonstration (LOGIN is yours, to administer from then on)",
            id="rafid_people.E001",
        )
    ]
