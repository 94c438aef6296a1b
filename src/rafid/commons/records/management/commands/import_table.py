"""``manage import_table PROGRAMME.WHAT FILE``: a table into a register or into figures, as the pages do it."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.people.models import Account, Organisation
from rafid.commons.places.matching import REASONS
from rafid.commons.places.models import Place
from rafid.commons.programme import LANGUAGES
from rafid.commons.records.imports import NotNow, Refused, apply, receive, stage
from rafid.commons.records.imports.mapping import MappingError, choose_as_suggested
from rafid.commons.records.imports.messages import in_languages
from rafid.commons.records.imports.places import decide
from rafid.commons.records.imports.receive import open_run
from rafid.commons.records.imports.report import reasons, rest_csv, shown_header
from rafid.commons.records.imports.sources import SourceError, by_row, source_date
from rafid.commons.records.imports.staging import again
from rafid.commons.records.imports.targets import Target, may_import, target_of, targets
from rafid.commons.records.imports.work import findings_of, follow, followed
from rafid.commons.records.models import ImportRow, ImportRun, RunState
from rafid.commons.records.tabular import TableError

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Imports a CSV, XLSX, ODS or XLS table. Shows how it was understood and asks before anything is recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", metavar="PROGRAMME.WHAT", help="such as statistics.population")
        parser.add_argument("file", type=Path)
        parser.add_argument("--sheet", help="the sheet of a workbook")
        parser.add_argument("--encoding", help="such as windows-1256, where it was guessed wrong")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="column of the file (name or letter) = field",
        )
        parser.add_argument(
            "--without",
            action="append",
            default=[],
            metavar="FIELD",
            help="leave this field empty, whatever column looks like it",
        )
        parser.add_argument(
            "--set",
            action="append",
            default=[],
            metavar="FIELD=VALUE",
            help="one value for all rows, such as period=2024",
        )
        parser.add_argument("--owner", metavar="ORG", help="reference of the organisation whose rows these are")
        parser.add_argument("--as", dest="login", metavar="LOGIN", help="the account in whose name it is done")
        parser.add_argument("--source", default="", help="where the figures come from, in words; figures need it")
        parser.add_argument("--as-of", default="", help="the date that the source gives: 2024, 2024-11 or 2024-11-20")
        parser.add_argument("--only-good", action="store_true", help="record the good rows though others have problems")
        parser.add_argument("--rest", type=Path, metavar="FILE", help="write the other rows there, as CSV with reasons")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(terminal_language()):
            try:
                self._import(options)
            except TableError as error:
                raise CommandError(error.text(_)) from error
            except (MappingError, NotNow) as error:
                raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        target = self._target(options["target"])
        by = self._account(options["login"])
        owner = self._owner(options["owner"], by)
        if by is not None and not may_import(by, target, owner.pk):
            raise CommandError(_("%(who)s may not import this for %(owner)s.") % {"who": by, "owner": owner.name})
        if target.declared.sourced and not by_row(target) and not options["source"].strip():
            raise CommandError(_("Say where these figures come from: --source."))
        try:
            as_of = source_date(options["as_of"])
        except SourceError as error:
            raise CommandError(f"--as-of: {error}") from error
        run = receive(
            options["file"],
            target,
            by,
            {
                "sheet": options["sheet"],
                "encoding": options["encoding"],
                "source": options["source"].strip(),
                "as_of": as_of,
                "fixed": dict(_pair(one, "--set") for one in options["set"]),
            },
            owner=owner,
        )
        chosen: dict[str, Any] = dict.fromkeys(options["without"])
        chosen |= {field: column for column, field in (_pair(one, "--map") for one in options["map"])}
        choose_as_suggested(run, target, open_run(run), chosen)
        run.save()
        self._show_mapping(run, target)
        run = self._staged(run)
        if run.questions and self._may_ask(options) and self._ask_places(run, by):
            run = self._staged(run)
        self._show_rows(run, target)
        if options["rest"] and run.bad:
            with options["rest"].open("w", encoding="utf-8", newline="") as out:
                out.writelines(rest_csv(run, target))
        self._agree(run, options)
        try:
            run = apply(run, options["only_good"], by=by)
        except Refused as refused:
            problem = {"code": refused.code, "params": refused.params}
            raise CommandError(pick(in_languages(problem, row=refused.number))) from refused
        if followed(target):
            follow(run, target)
        self.stdout.write(_("Recorded."))
        for label, counts in (run.written or {}).items():
            self.stdout.write(
                _("%(what)s: %(inserted)s new, %(updated)s replaced, %(same)s as they were") % {"what": label, **counts}
            )
        if found := findings_of(run, target):
            self.stdout.write(
                _("Findings of the checks about it: %(count)s. See %(page)s") % {"count": found, "page": "/findings/"}
            )
        self.stdout.write(_("It can be undone as one: %(page)s") % {"page": run.get_absolute_url()})

    def _target(self, code: str) -> Target:
        try:
            return target_of(code)
        except LookupError as error:
            known = ", ".join(sorted(targets())) or "–"
            raise CommandError(
                _("Nothing can be imported under “%(code)s”. Known: %(known)s.") % {"code": code, "known": known}
            ) from error

    def _account(self, login: str | None) -> Account | None:
        if not login:
            return None
        account = Account.objects.filter(login__iexact=login, is_active=True).first()
        if account is None:
            raise CommandError(_("There is no account “%(login)s”.") % {"login": login})
        return account

    def _owner(self, ref: str | None, by: Account | None) -> Organisation:
        if ref:
            owner = Organisation.objects.filter(ref__iexact=ref).first()
        elif by is not None and by.organisation:
            owner = by.organisation
        else:
            only = Organisation.objects.filter(active=True)[:2]
            owner = only[0] if len(only) == 1 else None
        if owner is None:
            known = ", ".join(
                Organisation.objects.filter(active=True).order_by("ref").values_list("ref", flat=True)[:30]
            )
            raise CommandError(_("Say whose rows these are: --owner, one of %(known)s.") % {"known": known})
        return owner

    def _staged(self, run: ImportRun) -> ImportRun:
        run = stage(run, _Printed(self))
        if run.state == RunState.FAILED:
            raise CommandError(pick(run.error or {}))
        return run

    def _show_mapping(self, run: ImportRun, target: Target) -> None:
        names = shown_header(run)
        fixed = run.options.get("fixed") or {}
        self.stdout.write(_("Columns:"))
        for column in target.columns:
            at = run.mapping.get(column.code)
            taken = names[at] if at is not None else f"= {fixed[column.code]}" if column.code in fixed else "–"
            self.stdout.write(f"  {column.code} ({pick(column.names)}): {taken}")

    def _show_rows(self, run: ImportRun, target: Target) -> None:
        outlook = run.outlook or {}
        self.stdout.write(
            _(
                "%(rows)s rows: %(good)s good (%(new)s new, %(replacing)s replacing, %(same)s as they are), "
                "%(bad)s with problems"
            )
            % {"rows": run.rows, "good": run.good, "bad": run.bad, "new": 0, "replacing": 0, "same": 0, **outlook}
        )
        wrong = ImportRow.objects.filter(run_id=run.pk, problems__isnull=False).order_by("number")
        for row in wrong[:MOST_SHOWN]:
            for reason in reasons(row.problems, target):
                self.stdout.write("  " + _("Row %(row)s: %(text)s") % {"row": row.number, "text": reason})
        if run.bad > MOST_SHOWN:
            self.stdout.write("  …")

    def _may_ask(self, options: dict[str, Any]) -> bool:
        return not options["yes"] and sys.stdin.isatty()

    def _ask_places(self, run: ImportRun, by: Account | None) -> bool:
        """True where something was decided, so that the file has to be read again."""
        decided = False
        for question in run.questions:
            inside = f" ({pick(question['inside_names'])})" if question["inside_names"] else ""
            self.stdout.write(_("Which place is “%(text)s”?") % {"text": question["text"] + inside})
            for number, one in enumerate(question["candidates"], start=1):
                self.stdout.write(f"  {number}  {one['ref']}  {pick(one['names'])}  – {REASONS.get(one['reason'], '')}")
            self.stdout.write("  0  " + _("None of these"))
            answer = input(_("Number, a code, or nothing to leave it: ")).strip()
            if not answer:
                continue
            place = self._place(answer, question)
            if place is None and answer != "0":
                self.stdout.write(_("There is no such place; left as it is."))
                continue
            decide(run, question["column"], question["text"], question["inside"], place, by)
            decided = True
        if decided:
            run.save(update_fields=["decisions"])
            again(run)
        return decided

    def _place(self, answer: str, question: dict[str, Any]) -> Place | None:
        if answer.isdecimal() and 0 < int(answer) <= len(question["candidates"]):
            return Place.objects.get(pk=question["candidates"][int(answer) - 1]["id"])
        return Place.objects.filter(ref__iexact=answer).first()

    def _agree(self, run: ImportRun, options: dict[str, Any]) -> None:
        if run.bad and not options["only_good"]:
            raise CommandError(
                _(
                    "Nothing was recorded: rows have problems. Correct them, or record the good ones with --only-good. "
                    "See %(page)s"
                )
                % {"page": run.get_absolute_url()}
            )
        if options["yes"]:
            return
        if not sys.stdin.isatty():
            raise CommandError(_("Nothing was recorded: nobody is there to agree. Say --yes if this is right."))
        if input(_("Record these rows? [y/N] ")).strip().casefold() not in ("y", "yes", "نعم", "بەڵێ"):
            raise CommandError(_("Nothing was recorded."))


def terminal_language() -> str:
    """The language that the operator's terminal says it speaks, where it is one of ours; English otherwise."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language = said.replace(".", "_").partition("_")[0].lower()
    return language if language in LANGUAGES else "en"


class _Printed:
    """Progress on a terminal, in one line that is written over."""

    def __init__(self, command: BaseCommand) -> None:
        self.out = command.stdout

    def at(self, done: int, of: int | None = None) -> None:
        if self.out.isatty():
            self.out.write(f"\r{done:,}" + (f" / {of:,}" if of else ""), ending="\n" if done == of else "")


def _pair(text: str, option: str) -> tuple[str, str]:
    left, equals, right = text.rpartition("=")
    if not equals or not left.strip() or not right.strip():
        raise CommandError(
            _("%(option)s wants two words with = between them, not “%(text)s”.") % {"option": option, "text": text}
        )
    return left.strip(), right.strip()
