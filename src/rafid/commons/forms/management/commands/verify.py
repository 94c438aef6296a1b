"""``./rafid verify``: is everything that was received still here, as it was received?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rafid.commons.forms.keeping.verify import Fault, Verified, verify

FORMAT = "rafid-heads"


class Command(BaseCommand):
    help = (
        "Walks the chain of hashes of every form and every file that a record names. Exit code 1 where something is missing"
        " or changed. Keep what --heads writes at another place: with --since it shows a tail that was cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--heads", type=Path, metavar="FILE", help="write down where each chain ends")
        parser.add_argument("--since", type=Path, metavar="FILE", help="compare with what was written down before")
        parser.add_argument("--no-files", action="store_true", help="chains only")

    def handle(self, *args: Any, **options: Any) -> None:
        since = _read(options["since"]) if options["since"] else None

        def tell(fault: Fault) -> None:
            where = f"{fault.form} {fault.where}".strip()
            self.stdout.write(f"  {where}: {fault.sentence}")

        found = verify(tell, since=since, files=not options["no_files"])
        if options["heads"]:
            _write(options["heads"], found)
            self.stdout.write(
                f"Heads of {len(found.heads)} chains are in {options['heads']}. Keep them at another place."
            )
        erased = f", {found.erased:,} of them erased with a tombstone" if found.erased else ""
        files = "" if options["no_files"] else f"; {found.files:,} files, {found.bytes / 1e6:,.1f} MB"
        self.stdout.write(f"{found.forms:,} forms, {found.versions:,} versions{erased}{files}.")
        if found.faults:
            self.stdout.write(f"{found.faults:,} faults. Compare with a backup: docs/operate.md says how.")
            sys.exit(1)
        self.stdout.write("All is there, as it was received.")


def _read(file: Path) -> dict[str, tuple[int, str]]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise ValueError
        return {str(name): (int(number), str(chain)) for name, (number, chain) in told["heads"].items()}
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CommandError(f"{file} holds no heads. ./rafid verify --heads FILE writes them.") from error


def _write(file: Path, found: Verified) -> None:
    told = {"format": FORMAT, "made": timezone.now().isoformat(timespec="seconds"), "heads": found.heads}
    try:
        file.write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}.") from error
