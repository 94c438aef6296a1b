"""``manage gallery_bundle FOLDER [--programme CODE]``: the public gallery as a folder that works from the disk."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.commons.writing import size

from ...gallery.bundle import NotOurs, make


class Command(BaseCommand):
    help = "Writes the public gallery into a folder: pages in three languages, files, data, small pictures, search."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--programme", default="", help="only the products of this programme")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            written = make(folder, programme=options["programme"])
        except NotOurs as error:
            raise CommandError(
                f"{error} holds something else. Name a new folder, or one that this command made."
            ) from error
        except LookupError as error:
            raise CommandError("Nothing is public there, so there is nothing to carry away.") from error
        except (OSError, ValueError) as error:
            raise CommandError(f"The bundle is not whole: {error}. Run it again; the folder is made anew.") from error
        self.stdout.write(f"{written.products} products, {len(written.hashes)} files, {size(written.size)} in {folder}")
        self.stdout.write("Open index.html there; SHA256SUMS holds the hash of each file.")
