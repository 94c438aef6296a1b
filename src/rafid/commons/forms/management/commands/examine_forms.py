"""``manage examine_forms [FORM …]``: whole forms again, as each night: checks that need all visits, and the rank by copying."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.checks.nightly import look_again
from rafid.commons.forms.models import Form


class Command(BaseCommand):
    help = "Examines what waits, then whole forms again, as each night. What a person explained or confirmed stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("forms", nargs="*", metavar="FORM", help="form ids; all forms when left out")

    def handle(self, *args: Any, forms: list[str], **options: Any) -> None:
        known = set(Form.objects.filter(xform_id__in=forms).values_list("xform_id", flat=True))
        if unknown := sorted(set(forms) - known):
            raise CommandError(f"There is no form {', '.join(unknown)}.")
        self.stdout.write(f"{handle_arrivals(limit=1_000_000)} submissions that waited")
        for name, changes in look_again(forms).items():
            self.stdout.write(f"{name}: {changes} findings came or went")
