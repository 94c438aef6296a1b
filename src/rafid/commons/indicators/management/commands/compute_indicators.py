"""``manage compute_indicators 2026 --organisation REF``: figures from the programmes' records."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rafid.commons.indicators.compute import compute_indicators
from rafid.commons.people.models import Organisation


class Command(BaseCommand):
    help = "Computes indicators from the programmes' records for one period."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("period", help="2026, 2026Q1, 202609 or 2026W5")
        parser.add_argument("codes", nargs="*", help="indicators; all that programmes compute when left out")
        parser.add_argument(
            "--organisation", required=True, help="reference of the organisation whose figures they are"
        )

    def handle(self, *args: Any, period: str, codes: list[str], organisation: str, **options: Any) -> None:
        owner = Organisation.objects.filter(ref=organisation).first()
        if owner is None:
            raise CommandError(f"There is no organisation with the reference {organisation}.")
        try:
            written = compute_indicators(period, owner.pk, codes)
        except LookupError as error:
            raise CommandError(f"No programme computes {error}.") from error
        except ValueError as error:
            raise CommandError(str(error)) from error
        for code, one in written.items():
            self.stdout.write(f"{code}: {one.inserted} new, {one.updated} changed, {one.same} the same")
