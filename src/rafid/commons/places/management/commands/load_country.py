"""``manage load_country iraq``: the country pack into the database. Loading it again changes only what differs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rafid.commons.places.country import country
from rafid.commons.places.load_country import load_country


class Command(BaseCommand):
    help = "Loads a country pack: its places, their names, parents and outlines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("pack", help="a folder of src/rafid/countries, such as iraq")

    def handle(self, *args: Any, pack: str, **options: Any) -> None:
        try:
            loaded = load_country(country(pack))
        except FileNotFoundError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{pack}: {loaded.places} places; {loaded.made} new, {loaded.changed} changed; versions: "
            f"{loaded.versions.made} new, {loaded.versions.changed} changed, {loaded.versions.removed} removed; "
            f"links: {loaded.links} written."
        )
