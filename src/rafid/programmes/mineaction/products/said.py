"""Words that several documents share: classes, kinds, the ledger as a table, ordnance by category."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Drawing, Figures, Part, Plate, code
from rafid.commons.writing import number

from ..models import Classification, Device, ReleaseType
from ..picture.frame import DATUM, safety
from ..picture.shown import name_of
from ..picture.standing import group_name
from .details import details
from .plate import plate

SQUARE = "m²"


def m2(value: float) -> str:
    return code(f"{number(value, 0)} {SQUARE}")


def of_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def class_name(value: str) -> str:
    return str(Classification(value).label) if value else ""


def release_name(value: str) -> str:
    return str(ReleaseType(value).label) if value else ""


def ledger_figures(found: Mapping[str, float]) -> Figures:
    released = found["cleared"] + found["reduced"] + found["cancelled"]
    return Figures([
        (m2(found["remaining_confirmed"]), name_of("remaining_confirmed"), ""),
        (m2(found["remaining_suspected"]), name_of("remaining_suspected"), ""),
        (m2(found["remaining"]), name_of("remaining"), ""),
        (m2(released), _("Cleared, reduced or cancelled"), ""),
    ])  # fmt: skip


PARTS = (
    "recorded", "counted_twice", "ground", "cleared", "reduced", "cancelled", "remaining_confirmed", "remaining_suspected",
    "remaining", "still_claimed", "released_twice", "outside",
)  # fmt: skip


def ledger_grid(found: Mapping[str, float], before: Mapping[str, float] | None = None) -> Grid:
    columns = [Column(_("Figure"), wide=2.4)]
    if before is not None:
        columns += [Column(_("Report before, m²"), 0), Column(_("This report, m²"), 0), Column(_("Change, m²"), 0)]
        rows = [[name_of(one), before[one], found[one], round(found[one] - before[one], 2)] for one in PARTS]
    else:
        columns += [Column(_("Area, m²"), 0)]
        rows = [[name_of(one), found[one]] for one in PARTS]
    return Grid(_("The ledger: each square metre once"), columns, rows)


def ordnance_grid(found: Mapping[str, int], destroyed: Mapping[str, int] | None, title: str) -> Grid:
    codes = [one for one in Device.values if one in found or one in (destroyed or {})]
    columns = [Column(_("Category"), wide=2.4), Column(_("Found"), 0)]
    columns += [Column(_("Destroyed"), 0)] if destroyed is not None else []
    rows: list[list[Any]] = [
        [str(Device(one).label), found.get(one, 0), *([destroyed.get(one, 0)] if destroyed is not None else [])]
        for one in codes
    ]
    total = [_("All"), sum(found.values()), *([sum(destroyed.values())] if destroyed is not None else [])]
    return Grid(title, columns, [*rows, total], total=True)


def hazards_grid(hazards: Sequence[Mapping[str, Any]]) -> Grid:
    from ..models import HazardType

    columns = [
        Column(_("Hazard"), wide=1.5), Column(_("Class")), Column(pgettext("of a hazard", "State")),
        Column(_("Kind"), wide=1.4), Column(_("Area, m²"), 0), Column(_("Remaining, m²"), 0),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [Code(one["ref"]), class_name(one["classification"]), group_name(one["group"]), str(HazardType(one["type"]).label),
         one["area"], one["remaining"]]
        for one in hazards
    ]  # fmt: skip
    # Two hazards on the same ground both count it here; the ledger counts it once.
    rows.append(
        [_("Added up"), "", "", "", sum(one["area"] for one in hazards), sum(one["remaining"] for one in hazards)]
    )
    return Grid(_("Hazards, each by itself"), columns, rows, total=True)


def map_parts(
    drawn: Sequence[Mapping[str, Any]], outline: Any, *, state: str, authority: str, demonstration: bool,
    hazards: int | None = None,
) -> list[Part]:  # fmt: skip
    """``hazards``: how many there are, where what is drawn are not they themselves."""
    png = plate(drawn, outline, demonstration=demonstration)
    if png is None:
        return []
    alt = _("Map of %(count)s hazards") % {"count": number(len(drawn) if hazards is None else hazards)}
    legend = _(
        "Red, rising hatch, or a square: confirmed. Orange, falling hatch, or a diamond: suspected. Outline red: open; orange"
        " and dashed: worked on; green: closed."
    )
    lines = [_("DEMONSTRATION: invented records")] if demonstration else []
    lines += [legend, state, authority, f"{_('Datum')}: {code(DATUM)}", safety()]
    said = " · ".join(line for line in lines if line)
    found: list[Part] = [Plate(Drawing(png, alt, 180.0), said)]
    for near in details(drawn):
        png = plate(near, outline=None, demonstration=demonstration)
        shown = _("Detail: %(hazards)s") % {"hazards": " · ".join(code(one["ref"]) for one in near)}
        if png is not None:
            found.append(Plate(Drawing(png, shown, 180.0), f"{shown} · {said}"))
    return found
