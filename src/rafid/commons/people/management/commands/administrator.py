"""``./rafid manage administrator``: the first administrator of an installation, and the way back in."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from rafid.commons.history import because
from rafid.commons.people.account import close, make_reset_code
from rafid.commons.people.grant import give
from rafid.commons.people.invite import free_login
from rafid.commons.people.models import Account, Grant
from rafid.commons.people.visibility import ADMINISTRATOR
from rafid.commons.programme import PLATFORM


class Command(BaseCommand):
    help = (
        "Makes LOGIN an administrator of the whole platform (a new account, or one that exists) and prints a one-time "
        "code with which its owner sets a password at /people/reset/."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("login", nargs="?", help="login of the administrator")
        parser.add_argument("--name", default="", help="full name, for a new account")
        parser.add_argument("--email", default="", help="e-mail, for a new account")
        parser.add_argument(
            "--close-demonstration",
            action="store_true",
            help="close all demonstration accounts, whose password is known",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["login"] and not options["close_demonstration"]:
            raise CommandError("Name a login: ./rafid manage administrator LOGIN [--name NAME]")
        try:
            with transaction.atomic(), because("command line"):
                if options["login"]:
                    self.administrator(options["login"], options["name"], options["email"])
                if options["close_demonstration"]:
                    self.close_demonstration()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error

    def administrator(self, login: str, name: str, email: str) -> None:
        account = Account.objects.filter(login__iexact=login).first()
        if account is None:
            account = Account.objects.create_user(free_login(login), email, None, full_name=name or login)
        if not account.is_active:
            account.is_active = True
            account.save(update_fields=["is_active"])
        role = f"{PLATFORM}.{ADMINISTRATOR.code}"
        held = Grant.objects.current().filter(account=account, role=role, organisation=None, place=None)
        if not held.exists():
            give(None, account, role, reason="command line")
        reset, code = make_reset_code(account, None)
        self.stdout.write(f"{account.login} administers the whole platform.")
        self.stdout.write(f"Set the password at /people/reset/ with the code {code}")
        self.stdout.write(f"(once, until {reset.expires_at:%Y-%m-%d %H:%M} UTC).")

    def close_demonstration(self) -> None:
        """Refused where nobody else would be left to administer the platform."""
        for account in Account.objects.filter(is_demonstration=True, is_active=True).order_by("login"):
            close(account, None, "demonstration accounts do not stay on a platform in use")
            self.stdout.write(f"{account.login} is closed.")
