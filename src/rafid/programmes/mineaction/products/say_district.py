"""The sheet of a district in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.products.papers.grids import Grid
from rafid.commons.products.papers.tree import Heading, Part, Text

from .said import hazards_grid, ledger_figures, ledger_grid, map_parts, ordnance_grid

MOST = 120


def title(facts: Any) -> str:
    return _("Hazards and release: %(place)s") % {"place": facts.where}


def parts(facts: Any) -> list[Part]:
    figures = facts.figures
    if not figures["hazards"]:
        return [Text(_("No record: no hazard is recorded here in this state."), "lead")]
    ledger, hazards, ordnance = grids(facts)
    drawn = map_parts(
        figures["hazards"], figures["outline"], state=facts.state, authority=facts.authority,
        demonstration=facts.demonstration,
    )  # fmt: skip
    return [
        ledger_figures(figures["ledger"]), Heading("map", _("Map"), 1), *drawn,
        Heading("ledger", ledger.title, 1), *ledger.parts(caption=False),
        Heading("hazards", hazards.title, 1), *hazards.parts(MOST, caption=False),
        Heading("ordnance", ordnance.title, 1), *ordnance.parts(caption=False),
    ]  # fmt: skip


def grids(facts: Any) -> list[Grid]:
    figures = facts.figures
    return [
        ledger_grid(figures["ledger"]), hazards_grid(figures["hazards"]),
        ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance to this day")),
    ]  # fmt: skip
