"""Treaty tables in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Figures, Heading, Part, Text
from rafid.commons.writing import day, number

from ..picture.shown import cause_name
from .said import ledger_figures, ledger_grid, m2, of_date, ordnance_grid, release_name

LONGEST = 40
"""Steps in the document; the workbook has all."""


def title(facts: Any) -> str:
    return _("Contamination and release, %(from)s to %(to)s") % {
        "from": day(facts.product.before_on), "to": day(facts.product.on),
    }  # fmt: skip


def parts(facts: Any) -> list[Part]:
    figures = facts.figures
    left, released, bridge = _left(figures), _released(figures), _bridge(figures)
    ordnance = ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance in this time"))
    steps = number(sum(one["count"] for one in figures["bridge"]))
    change = figures["ledger"]["remaining"] - figures["before_ledger"]["remaining"]
    found: list[Part] = [
        ledger_figures(figures["ledger"]),
        Heading("left", _("Contamination by governorate"), 1), *left.parts(caption=False),
    ]  # fmt: skip
    if abs(figures["in_two"]) >= 1:
        told = _("Ground that hazards of two governorates share counts in both rows, but once in the ledger: %(area)s.")
        found.append(Text(told % {"area": m2(figures["in_two"])}, "small"))
    found += [
        Heading("released", _("Released by method"), 1), *released.parts(caption=False),
        Heading("ledger", _("The ledger, beside the report before"), 1),
        *ledger_grid(figures["ledger"], figures["before_ledger"]).parts(caption=False),
        Heading("bridge", _("The bridge from the report before"), 1),
        Figures([
            (m2(figures["before_ledger"]["remaining"]), _("Remaining in the report before"), ""),
            (m2(change), _("Change"), _("Steps: %(count)s") % {"count": steps}),
            (m2(figures["ledger"]["remaining"]), _("Remaining in this report"), ""),
        ]),
        Text(_("Each step is one record that came into force or went out of it between the two states. They add up exactly."),
             "small"),
        *bridge.parts(caption=False),
    ]  # fmt: skip
    if figures["steps"]:
        found += [Heading("steps", _("The largest steps"), 2), *_steps(figures).parts(LONGEST, caption=False)]
    found += [Heading("ordnance", _("Ordnance in this time"), 1), *ordnance.parts(caption=False)]
    return found


def grids(facts: Any) -> list[Grid]:
    figures = facts.figures
    return [
        _left(figures), _released(figures), _bridge(figures), *([_steps(figures)] if figures["steps"] else []),
        ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance in this time")),
        ledger_grid(figures["ledger"], figures["before_ledger"]),
    ]  # fmt: skip


def _name(one: Any) -> str:
    return pick(one["names"]) or _("Place not known")


def _left(figures: Any) -> Grid:
    keys = ("cha", "cha_m2", "sha", "sha_m2", "remaining", "destroyed")
    columns = [
        Column(_("Governorate"), wide=1.6), Column(_("Confirmed, number"), 0), Column(_("Confirmed, m²"), 0),
        Column(_("Suspected, number"), 0), Column(_("Suspected, m²"), 0), Column(_("Remaining, m²"), 0),
        Column(_("Items destroyed in this time"), 0),
    ]  # fmt: skip
    rows = [[_name(one), *(one[key] for key in keys)] for one in figures["governorates"]]
    total = [_("All"), *(round(sum(one[key] for one in figures["governorates"]), 2) for key in keys)]
    return Grid(_("Contamination by governorate"), columns, [*rows, total], total=True)


def _released(figures: Any) -> Grid:
    kinds = ("cancelled", "reduced", "cleared")
    keys = [f"{kind}_since" for kind in kinds] + list(kinds)
    columns = [Column(_("Governorate"), wide=1.6)]
    columns += [Column(_("%(kind)s in this time, m²") % {"kind": release_name(kind)}, 0) for kind in kinds]
    columns += [Column(_("%(kind)s in all, m²") % {"kind": release_name(kind)}, 0) for kind in kinds]
    rows = [[_name(one), *(one[key] for key in keys)] for one in figures["governorates"]]
    total = [_("All"), *(round(sum(one[key] for one in figures["governorates"]), 2) for key in keys)]
    return Grid(_("Released by method"), columns, [*rows, total], total=True)


def _cause(one: Any) -> str:
    name = cause_name(one["cause"])
    return f"{name}: {release_name(one['kind'])}" if one["cause"].startswith("release") and one["kind"] else name


def _bridge(figures: Any) -> Grid:
    before, after = figures["before_ledger"]["remaining"], figures["ledger"]["remaining"]
    columns = [Column(_("What changed"), wide=2.4), Column(_("Records"), 0), Column(_("Change of what remains, m²"), 0)]
    rows: list[list[Any]] = [[_("Remaining in the report before"), None, before]]
    rows += [[_cause(one), one["count"], one["change"]] for one in figures["bridge"]]
    rows.append([_("Remaining in this report"), None, after])
    return Grid(_("The bridge from the report before"), columns, rows, total=True)


def _steps(figures: Any) -> Grid:
    columns = [
        Column(_("Record"), wide=1.5), Column(_("What changed"), wide=1.8), Column(_("Governorate"), wide=1.2),
        Column(pgettext("of a record", "As of"), wide=1.3), Column(_("As known on"), wide=1.3), Column(_("Report"), wide=1.2),
        Column(_("Change, m²"), 0),
    ]  # fmt: skip
    rows = [
        [Code(one["ref"] or "–"), _cause(one), pick(one["governorate"]), of_date(one["on"]),
         of_date(one["known"] and one["known"][:10]), Code(one["report"]), one["change"]]
        for one in sorted(figures["steps"], key=lambda one: -abs(one["change"]))
    ]  # fmt: skip
    return Grid(_("Steps"), columns, rows)
