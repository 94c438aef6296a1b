"""The month's drought on paper: maps of the grid, the shares of governorates and basins, and the stations, frozen as figures.

The figures are taken with the sight of nobody in particular (what everybody sees), so that the paper can be published.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.people.models import Organisation
from rafid.commons.places.country import country
from rafid.commons.products.papers.frozen import sha256_of, stored
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Document, Drawing, Heading, Part, Plate, Text, code
from rafid.commons.products.reports.paper import Paper
from rafid.commons.writing import moment

from ..measuring.rows import NOBODY
from ..models import DroughtGrid, Station
from .classes import CODES, NONE, names
from .grid_index import NotComputed, can
from .grid_picture import borders, picture
from .grids import current, grid_month, last_month
from .monthly import month_of
from .queries import drought
from .shares import bounds_of

CHOSEN = (("spi", 3), ("spei", 12))
"""What the paper shows of the grid: the season's rain, and the year's water."""
STATIONS = (("spi", 3), ("ssi", 3))


def gather(body: Mapping[str, Any], period: str, user: Any) -> dict[str, Any]:
    """Figures of the month ``period`` (202609), or of the grid's last one. Raises ``ValidationError`` for no month and where
    no grid is public."""
    if period and not (len(period) == 6 and period.isdigit() and "01" <= period[4:] <= "12"):
        raise ValidationError(_("Write the month as 2026-03."))
    owner = Organisation.objects.filter(ref=str(body.get("owner") or "")).first()
    return figures_of(f"{period[:4]}-{period[4:]}" if period else None, owner=owner)


def figures_of(month: str | None, *, owner: Any = None) -> dict[str, Any]:
    grid = next(iter(current(NOBODY)), None)
    if grid is None:
        raise ValidationError(_("No grid of months is public yet. Import one first."))
    month = month or last_month(grid).strftime("%Y-%m")
    maps = [_map(grid, index, scale, month) for index, scale in CHOSEN if can(grid, index)]
    figures = {
        "month": month,
        "made": timezone.now().isoformat(timespec="seconds"),
        "demonstration": is_made_up(grid),
        "authority": (owner or grid.owner).names,
        "grid": {"code": grid.code, "names": grid.names, "source": grid.source_text, "sha256": grid.sha256},
        "bounds": list(bounds_of(grid)),
        "maps": [one for one in maps if one],
        "stations": [one for index, scale in STATIONS for one in _stations(index, scale, month)],
    }
    if not figures["maps"]:
        raise ValidationError(_("The grid has no %(month)s. Choose another month.") % {"month": month})
    figures = dict(stored(figures))
    return {**figures, "sha256": sha256_of(figures)}


def is_made_up(grid: DroughtGrid) -> bool:
    return bool(grid.made_up or Station.objects.filter(source="demonstration").exists())


def _map(grid: DroughtGrid, index: str, scale: int, month: str) -> dict[str, Any] | None:
    try:
        found = grid_month(grid, index=index, scale=scale, month=month)
    except (ValueError, NotComputed):
        return None
    digits = np.where(found.classes == NONE, ".", found.classes.astype(str))
    return {
        "index": index,
        "scale": scale,
        "classes": ["".join(row) for row in digits],
        "areas": [
            {
                "kind": one.area.kind,
                "code": one.area.code,
                "names": one.area.names,
                "mean": None if one.mean is None else round(one.mean, 3),
                "dry": _share(one.dry_part),
                "classes": {name: _share(one.part(name)) for name in CODES},
                "covered": round(one.covered, 4),
            }
            for one in found.shares
        ],
    }


def _share(part: float | None) -> float | None:
    return None if part is None else round(part, 4)


def _stations(index: str, scale: int, month: str) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "scale": scale,
            "code": one.station.code,
            "names": one.station.names,
            "value": None if one.value is None else round(one.value, 3),
            "class": one.status,
            "since": one.since,
            "months": one.months,
            "severity": round(one.severity, 2),
        }
        for one in drought(NOBODY, index=index, scale=scale, month=month).rows
        if one.value is not None
    ]


def say(figures: Mapping[str, Any]) -> Paper:
    language = (get_language() or "ar")[:3].split("-")[0]
    return Paper(document(figures, language), grids(figures), about(figures))


def index_name(one: Mapping[str, Any]) -> str:
    return f"{str(one['index']).upper()}-{one['scale']}"


def grids(figures: Mapping[str, Any]) -> list[Grid]:
    found = [_areas(one) for one in figures["maps"]]
    for index, scale in STATIONS:
        rows = [one for one in figures["stations"] if (one["index"], one["scale"]) == (index, scale)]
        if rows:
            found.append(_stations_grid(f"{index.upper()}-{scale}", rows))
    return found


def _areas(one: Mapping[str, Any]) -> Grid:
    words = names()
    columns = [
        Column(_("Area"), wide=1.8), Column(_("Mean of the index"), 2), Column(_("In drought, %"), 0),
        *(Column(f"{words[name]}, %", 0) for name in CODES), Column(_("Covered, %"), 0),
    ]  # fmt: skip
    rows = [
        [pick(area["names"]) or area["code"], area["mean"], _times100(area["dry"]),
         *(_times100(area["classes"][name]) for name in CODES), _times100(area["covered"])]
        for area in one["areas"]
    ]  # fmt: skip
    return Grid(_("%(index)s by area") % {"index": index_name(one)}, columns, rows)


def _times100(part: float | None) -> float | None:
    return None if part is None else round(100 * part, 2)


def _stations_grid(name: str, rows: list[Mapping[str, Any]]) -> Grid:
    words = names()
    columns = [
        Column(_("Station"), wide=1.8), Column(name, 2), Column(_("Class")), Column(_("In drought since")),
        Column(_("Months"), 0), Column(pgettext("of a drought", "Severity"), 1),
    ]  # fmt: skip
    return Grid(_("%(index)s of stations") % {"index": name}, columns, [
        [pick(one["names"]), one["value"], words.get(one["class"], ""), Code(one["since"]) if one["since"] else None,
         one["months"] or None, one["severity"] if one["months"] else None]
        for one in rows
    ])  # fmt: skip


def about(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [("DEMONSTRATION", _("DEMONSTRATION: invented records"))] if figures["demonstration"] else []
    return [
        *rows, (_("Month"), figures["month"]), (_("Grid of months"), pick(figures["grid"]["names"])),
        (_("Source"), figures["grid"]["source"]), ("SHA-256", figures["sha256"]), (_("Note"), _limits()),
    ]  # fmt: skip


def _limits() -> str:
    return _(
        "An index says how far the months' water lies from what is usual there at that time of the year. A cell or a month with"
        " fewer than ten years of rain, such as an Iraqi summer, has none."
    )


def document(figures: Mapping[str, Any], language: str) -> Document:
    with override(language):
        parts: list[Part] = [Text(_limits(), "lead")]
        for one, grid in zip(figures["maps"], grids(figures), strict=False):
            heading = f"{index_name(one)} · {code(figures['month'])}"
            parts += [Heading(index_name(one).lower(), heading, 1), _plate(figures, one)]
            parts += grid.parts(caption=False)
        for grid in grids(figures)[len(figures["maps"]) :]:
            parts += [Heading(grid.title, grid.title, 1), *grid.parts(caption=False)]
        parts += [
            Heading("state", _("Where these figures come from"), 1),
            Text(f"{pick(figures['grid']['names'])} · {figures['grid']['source']}", "small"),
            Text(code(f"SHA-256 {figures['sha256']}"), "code"),
            Text(pick(country().disclaimer), "small"),
        ]
        made = moment(timezone.datetime.fromisoformat(figures["made"]))
        foot = [figures["month"], code(figures["sha256"][:12])]
        if figures["demonstration"]:
            foot.insert(0, "DEMONSTRATION")
        return Document(
            language, _("Drought of the month"), pick(figures["authority"]), [code(figures["month"]), made],
            [_("DEMONSTRATION: invented records")] if figures["demonstration"] else [], " · ".join(foot),
            pick(figures["authority"]), parts, listed=False,
        )  # fmt: skip


def _plate(figures: Mapping[str, Any], one: Mapping[str, Any]) -> Plate:
    classes = np.array([[NONE if cell == "." else int(cell) for cell in row] for row in one["classes"]], np.uint8)
    png = picture(classes, tuple(figures["bounds"]), borders(), demonstration=figures["demonstration"])
    legend = _(
        "Brown and hatched: low; sand: below normal; white: normal; light green: above normal; dark green: high; grey: none."
    )
    return Plate(Drawing(png, _("Map of %(index)s") % {"index": index_name(one)}, 110.0), legend)


def month_text(month: str) -> str:
    """Raises ``ValueError`` for what is no month."""
    return str(month_of(month))
