"""The published sheet of a district in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Heading, Part, Text

from ..models import HazardType
from ..picture.standing import group_name
from . import say_district
from .said import class_name, ledger_figures, ledger_grid, map_parts, of_date, ordnance_grid

MOST = 120
title = say_district.title


def parts(facts: Any) -> list[Part]:
    figures = facts.figures
    ledger, hazards, ordnance = grids(facts)
    found: list[Part] = [ledger_figures(figures["ledger"]), Heading("map", _("Map"), 1)]
    if figures["squares"]:
        told = _("Each square has sides of about a kilometre and holds as many hazards as its number says. Exact ground is kept"
                 " by the authority: ask it before you go there.")  # fmt: skip
        found += [Text(told, "note"), *map_parts(
            figures["squares"], figures["outline"], state=facts.state, authority=facts.authority,
            demonstration=facts.demonstration, hazards=len(figures["hazards"]),
        )]  # fmt: skip
    else:
        found.append(Text(_("No record: no hazard is recorded as open here in this state."), "lead"))
    return [
        *found, Heading("ledger", ledger.title, 1), *ledger.parts(caption=False),
        Heading("hazards", hazards.title, 1), *hazards.parts(MOST, caption=False),
        Heading("ordnance", ordnance.title, 1), *ordnance.parts(caption=False),
        Text(_("Finds whose place is restricted are not counted."), "small"),
    ]  # fmt: skip


def grids(facts: Any) -> list[Grid]:
    figures = facts.figures
    return [
        ledger_grid(figures["ledger"]), _hazards(figures["hazards"]),
        ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance to this day")),
    ]  # fmt: skip


def _hazards(hazards: Any) -> Grid:
    columns = [
        Column(_("Hazard"), wide=1.5), Column(_("Class")), Column(pgettext("of a hazard", "State")),
        Column(_("Kind"), wide=1.4), Column(_("Place"), wide=1.4), Column(_("Date of information"), wide=1.2),
    ]  # fmt: skip
    return Grid(_("Hazards that are open or worked on"), columns, [
        [Code(one["ref"]), class_name(one["classification"]), group_name(one["group"]), str(HazardType(one["type"]).label),
         pick(one["place"]), of_date(one["on"])]
        for one in hazards
    ])  # fmt: skip
