"""`rivers grid`: a file of gridded months; `rivers grid-index`: its indices, for a grid too large for a page to wait for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from rafid.commons.people.models import Account
from rafid.commons.people.visibility import may_at

from ..arriving.readers.reading import FileError
from ..models import DroughtGrid
from ..seeing import PROGRAMME
from .grid_index import INDICES, can, index_of
from .keep_grid import keep_grid
from .queries import SCALES


def add(parsers: Any) -> None:
    parser = parsers.add(
        "grid",
        load,
        about="Reads gridded months of rain (and of evapotranspiration or temperature) from a CF NetCDF file and keeps them.",
        example='grid rain.nc --code chirps --source "CHIRPS 2.0" --as rivers.hydrologist',
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--code", required=True, help="by which the grid is called in addresses")
    parser.add_argument("--name", default="", help="its name; the code without it")
    parser.add_argument("--source", required=True, help="where it comes from")
    parser.add_argument(
        "--as", dest="login", metavar="LOGIN", required=True, help="the account in whose name it is done"
    )
    parser.add_argument("--replaces", metavar="CODE", default="", help="the grid that it continues")
    parser.add_argument("--sensitivity", choices=("public", "partner", "restricted"), default="public")
    more = parsers.add(
        "grid-index",
        compute,
        about="Computes the drought indices of a grid at the usual scales, block by block, whatever its size.",
        example="grid-index chirps --scale 3 --scale 12",
    )
    more.add_argument("code")
    more.add_argument("--scale", type=int, action="append", choices=range(1, 49), metavar="MONTHS")


def load(say: Callable[[str], Any], options: dict[str, Any]) -> None:
    account = Account.objects.filter(login=options["login"]).first()
    if account is None or account.organisation is None:
        raise CommandError(_("There is no account %(login)s.") % {"login": options["login"]})
    if not may_at(account, "import", PROGRAMME, account.organisation.pk, None):
        raise CommandError(
            _("%(who)s may not import this for %(owner)s.") % {"who": account, "owner": account.organisation.name}
        )
    before = None
    if options["replaces"]:
        before = DroughtGrid.objects.filter(code=options["replaces"], owner=account.organisation).first()
        if before is None:
            raise CommandError(_("There is no grid %(code)s of yours.") % {"code": options["replaces"]})
    try:
        grid = keep_grid(
            options["file"],
            code=options["code"],
            names={"en": options["name"] or options["code"]},
            source=options["source"],
            owner=account.organisation,
            by=account,
            sensitivity=("public", "partner", "restricted").index(options["sensitivity"]),
            replaces=before,
        )
    except FileError as error:
        raise CommandError(error.text(_)) from error
    except OSError as error:
        raise CommandError(_("The file cannot be read: %(reason)s.") % {"reason": error.strerror}) from error
    say(_("%(name)s is kept: %(months)s months.") % {"name": grid.name, "months": grid.months})


def compute(say: Callable[[str], Any], options: dict[str, Any]) -> None:
    grid = DroughtGrid.objects.filter(code=options["code"]).first()
    if grid is None:
        raise CommandError(_("There is no grid %(code)s.") % {"code": options["code"]})
    for index in INDICES:
        for scale in options["scale"] or SCALES:
            if can(grid, index):
                index_of(grid, index, scale, wait=True)
                say(f"{index}-{scale}")
