"""The picture of a month or a year in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Heading, Part, Text
from rafid.commons.writing import day, period

from ..models import method_name
from .said import ledger_figures, ledger_grid, ordnance_grid, release_name

MOST = 60
KINDS = ("cleared", "reduced", "cancelled")


def title(facts: Any) -> str:
    return _("The picture, %(from)s to %(to)s") % {
        "from": day(facts.product.before_on), "to": day(facts.product.on),
    }  # fmt: skip


def parts(facts: Any) -> list[Part]:
    figures = facts.figures
    found: list[Part] = [ledger_figures(figures["ledger"])]
    notes = {
        "operators": _("The areas of the accepted releases as drawn, in m²; where two overlap, both have it."),
        "pace": _("At the rate of the accepted releases of the last twelve full months; the range is 90 % of what months like"
                  " these allow. It is no promise."),
        "ordnance": _("Finds whose place is restricted are not counted."),
    }  # fmt: skip
    for name, grid in _named(facts):
        found += [Heading(name, grid.title, 1)]
        if len(grid.rows) > (1 if grid.total else 0):
            found += grid.parts(MOST, caption=False)
        else:
            found.append(Text(_("No record"), "small"))
        if name in notes:
            found.append(Text(notes[name], "small"))
    return found


def grids(facts: Any) -> list[Grid]:
    return [grid for _name, grid in _named(facts)]


def _named(facts: Any) -> list[tuple[str, Grid]]:
    figures = facts.figures
    return [
        ("ledger", ledger_grid(figures["ledger"], figures["before_ledger"])),
        ("districts", _districts(figures)), ("pace", _pace(figures)),
        ("operators", _released(_("Released, by operator"), _("Operator"), figures["operators"], _("Operator not known"))),
        ("methods", _released(_("Released, by method"), _("Method"), figures["methods"], _("Method not said"))),
        ("targets", _targets(figures["targets"])),
        ("ordnance", ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance in this time"))),
    ]  # fmt: skip


def _place(one: Any) -> str:
    return pick(one["names"]) or _("Place not known")


def _districts(figures: Any) -> Grid:
    columns = [
        Column(_("District"), wide=1.6), Column(_("Confirmed, number"), 0), Column(_("Confirmed, m²"), 0),
        Column(_("Suspected, number"), 0), Column(_("Suspected, m²"), 0), Column(_("Remaining, m²"), 0),
        *(Column(_("%(kind)s in all, m²") % {"kind": release_name(kind)}, 0) for kind in KINDS),
    ]  # fmt: skip
    keys = ("cha", "cha_m2", "sha", "sha_m2", "remaining", *KINDS)
    rows = [[_place(one), *(one[key] for key in keys)] for one in figures["districts"]]
    total = [_("All"), *(figures["total"][key] for key in keys)]
    return Grid(_("Contamination by district"), columns, [*rows, total], total=True)


def _pace(figures: Any) -> Grid:
    columns = [
        Column(_("District"), wide=1.6), Column(_("Items found"), 0), Column(_("Items per hectare cleared"), 1),
        Column(_("Released in a year, m²"), 0), Column(_("Years left at this pace"), 1), Column(_("Years, at best"), 1),
        Column(_("Years, at worst"), 1),
    ]  # fmt: skip
    keys = ("items", "per_hectare", "rate", "years", "low", "high")
    rows = [[_place(one), *(one[key] for key in keys)] for one in figures["districts"]]
    total = [_("All"), *(figures["total"][key] for key in keys)]
    return Grid(_("Finds, and time to complete"), columns, [*rows, total], total=True)


def _released(title: str, head: str, rows: Any, unsaid: str) -> Grid:
    columns = [
        Column(head, wide=2.0), *(Column(_("%(kind)s, m²") % {"kind": release_name(kind)}, 0) for kind in KINDS),
        Column(_("Releases"), 0), Column(_("USD per m²"), 2),
    ]  # fmt: skip
    return Grid(title, columns, [
        [pick(one["names"]) or method_name(one["code"]) or unsaid, *(one[kind] for kind in KINDS), one["releases"],
         one["cost_m2"]]
        for one in rows
    ])  # fmt: skip


def _targets(targets: Any) -> Grid:
    columns = [
        Column(pgettext("an aim", "Target"), wide=2.0), Column(_("Period")), Column(pgettext("of the strategy", "Aim"), 0),
        Column(_("Unit"), wide=0.7), Column(_("In this state"), 0), Column("%", 0), Column(_("Source"), wide=1.4),
    ]  # fmt: skip
    return Grid(_("Targets of the strategy"), columns, [
        [pick(one["names"]) or one["code"], period(one["period"]), one["aim"], Code(one["unit"]), one["measured"],
         one["percent"], one["source"]]
        for one in targets
    ])  # fmt: skip
