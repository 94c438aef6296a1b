"""``manage check_translations``: does every string of the platform have its Arabic and its Sorani?"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.site.words.review import Review, fill, rooms

OWED = Path(__file__).resolve().parents[2] / "words" / "owed.json"
"""How many translations each catalogue still owed when the rooms were first built: this may only fall."""


def more_than_owed(lines: list[str]) -> bool:
    """Does any catalogue lack more than it is known to lack?"""
    owed = json.loads(OWED.read_text()) if OWED.exists() else {}
    lacking = Counter(line.split(":")[0] for line in lines)
    return any(count > owed.get(path, 0) for path, count in lacking.items())


class Command(BaseCommand):
    help = "Fails with a list where a string has no good Arabic or Sorani translation; --write adds what is missing, empty."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true", help="add missing strings, untranslated, and compile")
        parser.add_argument("--prune", action="store_true", help="with --write: drop what no source uses any more")
        parser.add_argument("--room", help="only this room: site, or the name of a commons room or programme")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [room for room in rooms() if options["room"] in (None, room.name)]
        if not chosen:
            raise CommandError(f"There is no room {options['room']}. There are: {', '.join(r.name for r in rooms())}.")
        if options["write"]:
            for path, added, dropped in fill(chosen, prune=options["prune"]):
                self.stdout.write(f"{path}: {added} added, {dropped} dropped")
        review = Review.of(chosen)
        for line in review.lines:
            self.stdout.write(line)
        if options["room"] is None and review.lines and not more_than_owed(review.lines):
            self.stdout.write(f"{len(review.lines)} translations are still owed; none is new.")
            return
        if review.lines:
            raise CommandError(f"{len(review.lines)} translations are not well.")
        self.stdout.write(f"{review.count} strings have their Arabic and their Sorani.")
