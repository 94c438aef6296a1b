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
from rafid.commons.records.change import Refused

from ..seeing import PROGRAMME
from ..values.times import Untimely, read_time
from . import files

SHOWN = 20
GRIDS = ("grid", "geotiff")


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
    parser.add_argument(
        "--product", default="", help="of a grid: ecmwf, seas5, glofas, other, or an observation's name"
    )
    parser.add_argument("--members", type=int, help="of an ensemble on a grid: how many are expected")
    parser.add_argument("--what", default="", help="of a picture (GeoTIFF): swe, snow_cover, flood or heights")
    parser.add_argument("--variable", default="", help="of a picture of snow: swe or snow_cover, as --what says it too")
    parser.add_argument("--at", default="", help="of a picture: when it was taken, such as 2026-03-01T09:00+03:00")
    parser.add_argument("--name", default="", help="of a flood or of heights: their name; that of the file without it")
    parser.add_argument("--source", default="", help="of a flood or of heights: where they are from")
    parser.add_argument("--licence", default="", help="of heights: under which licence they are given")
    parser.add_argument("--datum", default="", help="of heights: the vertical datum, such as EGM2008")
    parser.add_argument(
        "--sensitivity", type=int, choices=(0, 1, 2), default=2, help="of a flood or of heights; 2 without it"
    )
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
        if row.kind in GRIDS:
            return _grid(say, row, account, options)
        looked = files.look(row, account)
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error
    except (files.NotTaken, Refused, Untimely) as error:
        raise CommandError(str(error)) from error
    for pair in looked.pairs:
        target = f"{pair.series.station.code} {pair.series.variable}" if pair.series else _("left out")
        near = f" ({', '.join(pair.near)})" if pair.near else ""
        say(f"{pair.station or '–'} {pair.variable or '–'} × {pair.count} → {target}{near}")
    for one in looked.found.refused[:SHOWN]:
        say(f"{one.row}: {one.text(_)}")
    if len(looked.found.refused) > SHOWN:
        say("…")
    if not _agreed(say, options):
        return
    chosen = {pair.key: pair.series for pair in looked.pairs if pair.series is not None}
    row = files.apply(row, chosen=chosen, by=account, reason=options["reason"])
    say(_("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same})
    say(_("It can be undone as one: %(page)s") % {"page": f"/rivers/import/{row.pk}/"})


def _agreed(say: Callable[[str], Any], options: dict[str, Any]) -> bool:
    if options["yes"]:
        return True
    if not sys.stdin.isatty():
        raise CommandError(_("Nothing is recorded without --yes."))
    if input(_("Record these values? [y/N] ")).strip().lower() in {"y", "yes"}:
        return True
    say(_("Nothing was recorded."))
    return False


def _grid(say: Callable[[str], Any], row: Any, account: Account, options: dict[str, Any]) -> None:
    """A grid: what becomes of each basin, then its recording as one."""
    from ..terrain.basin_grids import read_for_basins
    from ..terrain.record_grid import PICTURE, SNOW, record_grid

    moment = read_time(options["at"], zone="Asia/Baghdad") if options["at"] else None
    variable = options["variable"]
    if row.kind == PICTURE:
        what = _what(row, options)
        if what not in SNOW:
            return _kept(say, row, what, account, options, moment)
        variable = what
    how = {"members": options["members"], "variable": variable, "at": moment}
    taken = read_for_basins(row.sha256, account, **how)
    for one in taken.rows:
        where = one.basin.name if one.basin else "–"
        say(f"{where} → {one.station.code} {one.variable} × {len(one.members)} × {len(one.times)}")
    for left in taken.refused:
        say(f"{left['row']}: {left['reason']}")
    if not _agreed(say, options):
        return
    row = record_grid(row, by=account, product=options["product"], **how)
    say(_("%(accepted)s values are recorded, %(same)s stood already.") % {"accepted": row.accepted, "same": row.same})
    say(_("It can be undone as one: %(page)s") % {"page": f"/rivers/import/{row.pk}/"})


def _what(row: Any, options: dict[str, Any]) -> str:
    """What a picture is: as it is said, or as its cells leave nothing else."""
    from ..terrain.pictures import WHATS, names, only_one, why_not

    against = why_not(row.sha256)
    what: str = options["what"] or options["variable"] or only_one(against)
    if what not in WHATS:
        raise CommandError(
            _("Say what the picture shows: %(ways)s.")
            % {"ways": ", ".join(f"--what {code} ({name})" for code, name in names().items() if not against[code])}
        )
    if against[what]:
        raise CommandError(against[what])
    return what


def _kept(say: Callable[[str], Any], row: Any, what: str, account: Account, options: dict[str, Any], at: Any) -> None:
    """A flood that was seen, or heights: what the page asks for must be said."""
    from ..terrain.pictures import FLOOD, become

    said = {
        "name": options["name"] or Path(row.name).stem,
        "source_text": options["source"],
        "sensitivity": options["sensitivity"],
    }
    said |= {"seen_at": at} if what == FLOOD else {"licence": options["licence"], "vertical_datum": options["datum"]}
    flags = {"source_text": "--source", "seen_at": "--at", "licence": "--licence", "vertical_datum": "--datum"}
    missing = [flag for key, flag in flags.items() if key in said and said[key] in ("", None)]
    if missing:
        raise CommandError(_("Say this, too: %(flags)s.") % {"flags": ", ".join(missing)})
    if not _agreed(say, options):
        return
    made = become(row, what=what, by=account, **said)
    say(_("The picture became: %(page)s") % {"page": made.get_absolute_url()})
