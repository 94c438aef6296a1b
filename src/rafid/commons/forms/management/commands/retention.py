"""``manage retention``: what the forms' retention lets go; ``--erase`` does it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rafid.commons.forms.keeping.retention import (
    agreed,
    dry_run,
    empty_trash,
    in_the_trash_too_long,
    purge,
    purge_due,
    sweep,
)
from rafid.commons.forms.models import Form, Ground, Submission


class Command(BaseCommand):
    help = "Lists what the retention of forms, and thirty days of the trash, would erase. With --erase it is erased."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("form", nargs="?", metavar="FORM", help="the form's id; without: all forms and the trash")
        parser.add_argument("--erase", action="store_true", help="erase what is listed; only tombstones stay")
        parser.add_argument("--instance", metavar="ID", help="one submission of the form, whatever its age, by law")
        parser.add_argument("--why", default="", help="the reason that the tombstone tells, with --instance")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["instance"]:
            self._one(options)
            return
        forms = Form.objects.order_by("xform_id")
        if options["form"]:
            forms = forms.filter(xform_id=options["form"])
            if not forms.exists():
                raise CommandError(f"There is no form {options['form']!r}.")
        found = [dry_run(form) for form in forms.filter(retention_days__isnull=False)]
        for one in found:
            span = f", received {one.oldest:%Y-%m-%d} to {one.newest:%Y-%m-%d}" if one.oldest and one.newest else ""
            nightly = "each night" if agreed(one.form) else "nobody agreed to that yet"
            self.stdout.write(
                f"{one.form.xform_id}: after {one.form.retention_days} days {one.submissions:,} submissions{span},"
                f" {one.files:,} files, {one.bytes / 1e6:,.1f} MB ({nightly})"
            )
        trash = 0 if options["form"] else in_the_trash_too_long().count()
        if not options["form"]:
            self.stdout.write(f"The trash: {trash:,} submissions, for more than 30 days.")
        total = sum(one.submissions for one in found) + trash
        if not options["erase"] or not total:
            return
        self._ask(total, options["yes"])
        gone = sum(purge_due(one.form) for one in found) + (0 if options["form"] else empty_trash())
        self.stdout.write(f"{gone:,} submissions are erased; {sweep():,} files are gone. Others go within a day.")

    def _one(self, options: dict[str, Any]) -> None:
        rows = Submission.everything.filter(form__xform_id=options["form"], draft=None, purged_at=None)
        found = rows.filter(versions__instance_id=options["instance"]).distinct()
        if not options["form"] or not found:
            raise CommandError("There is no such submission. Name the form and the submission's identity.")
        if not options["why"].strip():
            raise CommandError("Say why with --why: the tombstone tells it.")
        if options["erase"]:
            self._ask(1, options["yes"])
            purge([found.get().pk], ground=Ground.LAW, reason=options["why"])
            self.stdout.write("It is erased; its tombstone stays.")
        else:
            self.stdout.write("One submission would be erased. Add --erase.")

    def _ask(self, total: int, yes: bool) -> None:
        if yes:
            return
        try:
            answer = input(f"Erase {total:,} submissions for ever? [y/N] ")
        except EOFError:
            answer = ""
        if answer.strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was erased. --yes answers the question.")
