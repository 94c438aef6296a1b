"""``manage demo``: people, organisations and data to try the platform with. Loading it again adds only what is missing."""

from __future__ import annotations

import os
from datetime import date
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from rafid.commons.history import because
from rafid.commons.indicators import demo as indicators
from rafid.commons.people.grant import give
from rafid.commons.people.models import Account, Grant, Organisation
from rafid.commons.people.production import DEMONSTRATION_PASSWORD
from rafid.commons.people.visibility import roles
from rafid.commons.places.country import Country, country
from rafid.commons.places.models import Place
from rafid.commons.products import demo as products
from rafid.commons.programme import PLATFORM, installed

ADMINISTRATOR = f"{PLATFORM}.administrator"
MOST = 1_000_000


def demonstration_day() -> date:
    """RAFID_DEMO_DAY, else today: every date of the demonstration is an offset from it."""
    given = os.environ.get("RAFID_DEMO_DAY", "")
    return date.fromisoformat(given) if given else timezone.localdate()


def login_of(role: str) -> str:
    return "admin" if role == ADMINISTRATOR else role


class Command(BaseCommand):
    help = "Loads the demonstration: organisations, an account for each role, and the programmes' own data."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--scale", type=int, default=1, metavar="N", help="N more submissions, and N times as much of the rest"
        )
        parser.add_argument("--small", action="store_true", help="a tenth of the made-up data, for tests")
        parser.add_argument("--accounts", action="store_true", help="only list the accounts")

    def handle(self, *args: Any, scale: int, small: bool, accounts: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is a platform in use: it takes no accounts with a known password.")
        if accounts:
            self.list_accounts()
            return
        if not 1 <= scale <= MOST:
            raise CommandError(f"--scale is a whole number from 1 to {MOST}.")
        if not Place.objects.exists():
            raise CommandError(
                f"There are no places yet. Run first: ./rafid manage load_country {settings.RAFID_COUNTRY}"
            )
        pack = country()
        with transaction.atomic(), because("Demonstration"):
            organisations(pack)
            people(pack)
        for programme in installed():
            if not programme.demo:
                continue
            path, _colon, name = programme.demo.partition(":")
            module = import_module(path)
            many = getattr(module, "many", None)
            times = 0.1 if small else 1 if many else scale
            with transaction.atomic(), because("Demonstration"):
                for line in getattr(module, name)(demonstration_day(), times) or ():
                    self.stdout.write(f"{programme.name}: {line}")
            if many and scale > 1:
                # Batch by batch, each in a transaction of its own: there may be very many.
                self.stdout.write(f"{programme.name}: {many(demonstration_day(), scale)}")
        with transaction.atomic(), because("Demonstration"):
            for line in indicators.load(demonstration_day(), 0.1 if small else 1):
                self.stdout.write(f"indicators: {line}")
        with transaction.atomic(), because("Demonstration"):
            for line in products.load(demonstration_day(), 0.1 if small else 1):
                self.stdout.write(f"products: {line}")
        self.list_accounts()

    def list_accounts(self) -> None:
        found = Account.objects.filter(is_demonstration=True, is_active=True).order_by("date_joined", "login")
        for account in found:
            held = [
                " ".join(str(part) for part in (grant.role, grant.organisation, grant.place) if part)
                for grant in account.grants.filter(revoked_at=None).select_related("organisation", "place")
            ]
            self.stdout.write(f"{account.login} / {DEMONSTRATION_PASSWORD}  ({'; '.join(held)})")


def table(pack: Country, name: str) -> list[dict[str, str]]:
    """A country pack need not bring people of its own."""
    try:
        return pack.table(name)
    except FileNotFoundError:
        return []


def organisations(pack: Country) -> None:
    for row in table(pack, "demo_organisations.csv"):
        Organisation.objects.get_or_create(
            ref=row["ref"],
            defaults={
                "kind": row["kind"],
                "parent": Organisation.objects.filter(ref=row["parent_ref"]).first() if row["parent_ref"] else None,
                "place": Place.objects.filter(ref=row["place_ref"]).first() if row["place_ref"] else None,
                **{f"name_{code}": row[f"name_{code}"] for code in ("ar", "ckb", "en")},
            },
        )


def people(pack: Country) -> None:
    """An account for each declared role; who they are and how far their role reaches is in the pack. More of one role have
    logins of their own there."""
    known: dict[str, list[dict[str, str]]] = {}
    for row in table(pack, "demo_people.csv"):
        known.setdefault(row["role"], []).append(row)
    first = Organisation.objects.order_by("ref").first()
    password = make_password(DEMONSTRATION_PASSWORD)  # once: it is slow on purpose
    for role, row in ((one, row) for one in roles() for row in known.get(one, [{}])):
        account, _made = Account.objects.get_or_create(
            login=row.get("login") or login_of(role),
            defaults={
                "full_name": row.get("full_name", ""),
                "organisation": _organisation(row.get("organisation_ref")) or first,
                "is_demonstration": True,
                "password": password,
            },
        )
        if account.is_demonstration and not Grant.objects.filter(account=account).exists():
            give(
                None,
                account,
                role,
                organisation=_organisation(row.get("scope_organisation_ref")),
                place=Place.objects.get(ref=row["scope_place_ref"]) if row.get("scope_place_ref") else None,
                reason="Demonstration",
            )


def _organisation(ref: str | None) -> Organisation | None:
    return Organisation.objects.filter(ref=ref).first() if ref else None
