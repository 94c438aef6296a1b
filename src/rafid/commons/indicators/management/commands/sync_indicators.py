"""``manage sync_indicators``: declared indicators into the database. ``migrate`` does the same at its end."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.commons.indicators.sync import sync_indicators


class Command(BaseCommand):
    help = "Brings the indicators to what the programmes declare."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = sync_indicators()
        except ValueError as error:
            raise CommandError(str(error)) from error
        for word, codes in vars(done).items():
            if codes:
                self.stdout.write(f"{word}: {', '.join(codes)}")
        if not done:
            self.stdout.write("Nothing to change.")
