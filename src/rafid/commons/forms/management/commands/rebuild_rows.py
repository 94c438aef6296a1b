"""``manage rebuild_rows [FORM]``: the rows that lists and exports read, made again from the XML as received."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.commons.forms.keeping.rebuild import rebuild
from rafid.commons.forms.models import Form

MOST_NAMED = 50


class Command(BaseCommand):
    help = "Makes rows again from the XML as received. It changes nothing where the rows are right."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", nargs="?", metavar="FORM", help="the form's id; without: all forms")
        parser.add_argument("--check", action="store_true", help="compare only; exit code 1 where a row differs")

    def handle(self, *args: Any, **options: Any) -> None:
        form = None
        if options["form"]:
            form = Form.objects.filter(xform_id=options["form"]).first()
            if form is None:
                raise CommandError(f"There is no form {options['form']!r}.")
        named = 0

        def tell(instance: str) -> None:
            nonlocal named
            named += 1
            if named <= MOST_NAMED:
                self.stdout.write(f"  {instance}")

        found = rebuild(form, check=options["check"], tell=tell)
        said = "differ" if options["check"] else "were made again"
        self.stdout.write(f"{found.versions:,} versions looked at; the rows of {found.differed:,} {said}.")
        if options["check"] and found.differed:
            sys.exit(1)
