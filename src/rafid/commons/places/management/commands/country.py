"""``./rafid country boundaries PATH`` and ``./rafid country gazetteer PATH``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.places import settlement_words
from rafid.commons.places.boundaries import replace_borders
from rafid.commons.places.boundary_columns import Options
from rafid.commons.places.boundary_file import Unreadable, read_boundaries
from rafid.commons.places.boundary_plan import examine
from rafid.commons.places.boundary_words import as_json, in_words
from rafid.commons.places.models import ImportKind
from rafid.commons.places.place_imports import record
from rafid.commons.places.settlement_columns import Settings
from rafid.commons.places.settlement_file import read_settlements
from rafid.commons.places.settlement_plan import examine_settlements
from rafid.commons.places.settlements import load_settlements


def terminal_language() -> str:
    """The terminal's language where it is one of ours, else English."""
    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    for prefix, language in (("ar", "ar"), ("ckb", "ckb"), ("ku", "ckb")):
        if said.lower().startswith(prefix):
            return language
    return "en"


class Command(BaseCommand):
    help = "Borders and names of places, from files."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        borders = what.add_parser("boundaries", help="borders from GeoJSON, GeoPackage or a zipped shapefile")
        borders.add_argument("path", type=Path)
        borders.add_argument("--level", type=int, choices=[1, 2, 3])
        borders.add_argument("--code", default="", help="field with the code")
        borders.add_argument("--name", default="", help="field with the name")
        borders.add_argument("--parent", default="", help="field with the code of what it lies in")
        borders.add_argument("--valid", type=date.fromisoformat, help="first day of these borders, 2019-06-03")
        borders.add_argument("--division", default="", help="a way of cutting the country: ocha2019, cosit2024")
        borders.add_argument("--layer", default="", help="layer of the file, where it has several")
        borders.add_argument("--source", default="", help="who made them, for the page of each place")
        borders.add_argument("--add", action="store_true", help="areas that are not known become new places")
        names = what.add_parser("gazetteer", help="settlements with their names, from a table")
        names.add_argument("path", type=Path)
        names.add_argument("--code", default="", help="field with the code")
        names.add_argument("--name", default="", help="field with the name")
        names.add_argument("--parent", default="", help="field with the code of what it lies in")
        names.add_argument("--layer", default="", help="layer of the file, where it has several")
        names.add_argument("--as-of", default="", help="the source's own date, 2024-03", dest="as_of")
        names.add_argument("--source", default="", help="who made it, for the page of each place")
        for one in (borders, names):
            one.add_argument("--report", type=Path, help="write the whole report as JSON into this file")
            one.add_argument("--yes", action="store_true", help="do it without asking")

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        with override(terminal_language()):
            try:
                if what == "boundaries":
                    self.boundaries(**options)
                else:
                    self.gazetteer(**options)
            except Unreadable as error:
                remedy = " ".join(f"--{option}" for option in error.options)
                raise CommandError(f"{error} ({remedy})" if remedy else str(error)) from error

    def boundaries(self, *, path: Path, report: Path | None, yes: bool, **options: Any) -> None:
        said = {name: options[name] for name in Options.__dataclass_fields__}
        plan = examine(read_boundaries(path, layer=options["layer"]), Options(**said))
        self.say(in_words(plan), report, as_json(plan))
        if not plan.taken:
            raise CommandError(_("No polygon of the file can be taken. Nothing was changed."))
        self.ask(_("Put %d areas in force? The borders before keep their dates.") % len(plan.taken), yes)
        with transaction.atomic():
            done = replace_borders(plan)
            counts = {"new": done.made, "changed": done.places, "same": done.same}
            record(ImportKind.BORDERS, plan, path, counts)
        self.stdout.write(
            _(
                "In force: %(places)d places with other borders, %(made)d new places; %(same)d had these borders already."
            )
            % {"places": done.places, "made": done.made, "same": done.same}
        )

    def gazetteer(self, *, path: Path, report: Path | None, yes: bool, **options: Any) -> None:
        said = {
            name: options[name][:40] if name == "as_of" else options[name] for name in Settings.__dataclass_fields__
        }
        plan = examine_settlements(read_settlements(path, layer=options["layer"]), Settings(**said))
        self.say(settlement_words.in_words(plan), report, settlement_words.as_json(plan))
        if not plan.towns and not plan.kept:
            raise CommandError(_("No row of the file can be taken. Nothing was changed."))
        if plan.new or plan.changed:
            self.ask(
                _("Add %(new)d settlements and change %(changed)d? What they were stays in their history.")
                % {"new": len(plan.new), "changed": len(plan.changed)},
                yes,
            )
        with transaction.atomic():
            done = load_settlements(plan)
            counts = {"new": done.made, "changed": done.changed, "same": done.same}
            record(ImportKind.SETTLEMENTS, plan, path, counts)
        self.stdout.write(
            _("Done: %(made)d new settlements, %(changed)d changed; %(same)d were so already.")
            % {"made": done.made, "changed": done.changed, "same": done.same}
        )

    def say(self, lines: Iterable[str], report: Path | None, content: dict[str, Any]) -> None:
        for line in lines:
            self.stdout.write(line)
        if report is not None:
            report.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    def ask(self, question: str, yes: bool) -> None:
        """Without a terminal nobody can answer: that is a no."""
        if yes:
            return
        if not sys.stdin.isatty():
            raise CommandError(question + " " + _("Nothing was changed: --yes answers where nobody can be asked."))
        if input(f"{question} [y/N] ").strip().lower() not in ("y", "yes", "نعم", "بەڵێ"):
            raise CommandError(_("Nothing was changed."))
