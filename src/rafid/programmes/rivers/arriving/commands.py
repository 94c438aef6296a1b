"""`rivers import`: a file of values from the command line, as the page does it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rafid.commons.people.models import Account, Organisation
from rafid.commons.people.visibility import may_at

from ..seeing import PROGRAMME
from . import files

SHOWN = 20


def add(parsers: Any) -> None:
    parser = parsers.add(
        "import",
        load,
        about="Reads a file of values from another service or a table, shows what becomes what, and records it.",
        example="import levels.csv --as rivers.hydrologist --zone Asia/Baghdad",
    )
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--as", dest="login", metavar="LOGIN", required=True, help="the account in whose name it is done"
    )
    parser.add_argument("--owner", metavar="ORG", help="reference of the organisation; that of the account without it")
    parser.add_argument(
        "--zone", default="", help="zone of times that say none, such as Asia/Baghdad; it is remembered"
    )
    parser.add_argument("--reason", default="", help="why values that stand become others")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def load(say: Callable[[str], Any], options: dict[str, Any]) -> None:
    account = Account.objects.filter(login=options["login"]).first()
    if account is None:
        raise CommandError(_("There is no account %(login)s.") % {"login": options["login"]})
    owner = account.organisation if not options["owner"] else Organisation.objects.filter(ref=options["owner"]).first()
    if owner is None:
        raise CommandError(_("Say for which organisation: --owner."))
    if not may_at(account, "import", PROGRAMME, owner.pk, None):
        raise CommandError(_("%(who)s may not import this for %(owner)s.") % {"who": account, "owner": owner.name})
    try:
        with options["file"].open("rb") as file:
            row = files.receive(
                iter(lambda: file.read(1 << 20), b""),
                name=options["file"].name,
                owner=owner,
                by=account,
                zone=options["zone"],
            )
        looked = files.look(row, account)
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error
    except files.NotTaken as error:
        raise CommandError(str(error)) from error
    for pair in looked.pairs:
        target = f"{pair.series.station.code} {pair.series.variable}" if pair.series else _("left out")
        near = f" ({', '.join(pair.near)})" if pair.near else ""
        say(f"{pair.station or '–'} {pair.variable or '–'} × {pair.count} → {target}{near}")
    for one in looked.found.refused[:SHOWN]:
        say(f"{one.row}: {one.text(_)}")
    if len(looked.found.refused) > SHOWN:
        say("…")
    if not options["yes"]:
        if not sys.stdin.isatty():
            raise CommandError(_("Nothing is recorded without --yes."))
        if input(_("Record these values? [y/N] ")).strip().lower() not in {"y", "yes"}:
            say(_("Nothing was recorded."))
            return
    chosen = {pair.key: pair.series for pair in looked.pairs if pair.series is not None}
    row = files.apply(row, chosen=chosen, by=account, reason=options["reason"])
    say(_("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same})
    say(_("It can be undone as one: %(page)s") % {"page": f"/rivers/import/{row.pk}/"})
