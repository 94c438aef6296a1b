"""A bulletin in words: the tree of which page, PDF and workbook are made, from its frozen figures alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Column, Grid
from rafid.commons.products.papers.tree import Document, Figures, Heading, Part, Text, code
from rafid.commons.writing import day, moment, number

from ..codes import VARIABLES
from ..models import Bulletin, BulletinKind
from ..status.words import CLASSES, river_name
from ..units import unit_said
from .classes import STATUS


def title_of(bulletin: Bulletin) -> str:
    return f"{bulletin.get_bulletin_kind_display()} · {code(bulletin.period)}"


def document(bulletin: Bulletin, language: str) -> Document:
    with override(language):
        figures = bulletin.content
        under = [
            _("From what was known at %(moment)s") % {"moment": moment(bulletin.data_known_at)},
            _("Levels in m, flows in m³/s, volumes in million m³. Times of Baghdad."),
        ]
        if bulletin.corrects_id:
            under.append(_("Corrects %(ref)s") % {"ref": code(bulletin.corrects.ref)})
        parts: list[Part] = []
        if note := pick(bulletin.note) if bulletin.note else "":
            parts.append(Text(note, "lead"))
        parts += _lead(bulletin)
        for at, grid in enumerate(grids_of(bulletin)):
            parts.append(Heading(f"part-{at}", grid.title, 1))
            parts += grid.parts(caption=False) if grid.rows else [Text(_nothing(bulletin, grid), "small")]
        if bulletin.bulletin_kind in (BulletinKind.FLOOD, BulletinKind.SEASON):
            parts.append(
                Text(_("A forecast is a range, not a promise; how good earlier ones were stands on its page."), "note")
            )
        foot = [
            _("From what was known at %(moment)s") % {"moment": moment(bulletin.data_known_at)},
            code(bulletin.sha256[:12]),
        ]
        made_up = bool(figures.get("demonstration"))
        if made_up:
            foot.insert(0, "DEMONSTRATION")
        owner = bulletin.owner.name
        return Document(
            language, title_of(bulletin), owner, under, [_("DEMONSTRATION: invented records")] if made_up else [],
            " · ".join(foot), owner, parts, listed=False,
        )  # fmt: skip


def _nothing(bulletin: Bulletin, grid: Grid) -> str:
    if grid.title == _("Warnings"):
        return _("No warning was in force.")
    if grid.title == _("Stations") and bulletin.bulletin_kind == BulletinKind.FLOOD:
        return _("No station was in flood or near it.")
    return _("No record")


def _lead(bulletin: Bulletin) -> list[Part]:
    figures = bulletin.content
    if bulletin.bulletin_kind == BulletinKind.DAILY:
        classes = figures["classes"]
        high = sum(classes.get(one, 0) for one in ("watch", "warning", "severe", "extreme"))
        low = sum(classes.get(one, 0) for one in ("low", "critical"))
        known = [one for one in figures["reservoirs"] if one["storage"] is not None]
        return [
            Figures(
                [
                    (number(len(figures["stations"])), _("Stations with a reading"), ""),
                    (number(high), _("In flood or near it"), ""),
                    (number(low), _("With low water"), ""),
                    (number(sum(one["storage"] for one in known), 0), _("Stored, Mm³"), ""),
                ]
            )
        ]
    return []


def grids_of(bulletin: Bulletin) -> list[Grid]:
    figures = bulletin.content
    if bulletin.bulletin_kind == BulletinKind.DAILY:
        return [_warned(figures), _stations(figures), _reservoirs(figures)]
    if bulletin.bulletin_kind == BulletinKind.FLOOD:
        return [_warned(figures), _stations(figures), _foretold(figures), _reservoirs(figures)]
    if bulletin.bulletin_kind == BulletinKind.MONTHLY_STATUS:
        return [_months(figures), _reservoirs(figures)]
    return [_outlooks(figures)]


def _when(text: str) -> str:
    return moment(datetime.fromisoformat(text.replace("Z", "+00:00")))


def _warned(figures: Any) -> Grid:
    columns = [
        Column(_("Station")),
        Column(_("Level")),
        Column(_("Expected from")),
        Column(_("Expires")),
        Column(_("Text"), wide=2),
    ]
    rows = [
        [pick(one["names"]), str(CLASSES.get(one["level"], one["level"])), _when(one["onset"]), _when(one["expires"]),
         pick(one["headline"])]
        for one in figures["warnings"]
    ]  # fmt: skip
    return Grid(_("Warnings"), columns, rows)


def _stations(figures: Any) -> Grid:
    columns = [
        Column(_("Station"), wide=1.6), Column(_("River"), wide=1.2), Column(_("Class"), wide=1.2),
        Column(_("Read at"), wide=1.4),
        Column(_("Stage, m"), 2), Column(_("Flow, m³/s"), 0), Column(_("Rain, mm"), 1), Column(_("Change in a day"), 2),
        Column(_("Unit of the change"), wide=0.8),
    ]  # fmt: skip
    rows = [
        [pick(one["names"]), river_name(one["river"]), str(CLASSES[one["class"]]), _when(one["time"]), one["stage"],
         one["discharge"], one["precipitation"], one["change"], _unit(one)]
        for one in figures["stations"]
    ]  # fmt: skip
    return Grid(_("Stations"), columns, rows)


def _unit(one: Any) -> str:
    """Of the change, which is that of the flow, else of the stage, else of what the station reads. The frozen figures name the
    variable; its unit is said here, so that what was published before says it, too."""
    variable = VARIABLES.get(one["variable"])
    return "" if one["change"] is None or variable is None else unit_said(variable.unit)


def _reservoirs(figures: Any) -> Grid:
    columns = [
        Column(_("Reservoir"), wide=1.6), Column(_("Level, m"), 2), Column(_("Storage, Mm³"), 0), Column(_("Fill, %"), 0),
        Column(_("Inflow, m³/s"), 0), Column(_("Release, m³/s"), 0),
    ]  # fmt: skip
    rows = [
        [pick(one["names"]), one["level"], one["storage"], one["fill_pct"], one["inflow"], one["release"]]
        for one in figures["reservoirs"]
    ]
    return Grid(_("Reservoirs"), columns, rows)


def _foretold(figures: Any) -> Grid:
    columns = [
        Column(_("Place"), wide=1.6),
        Column(_("Lead, days"), 0),
        Column(_("Low (10 %)"), 0),
        Column(_("Middle"), 0),
        Column(_("High (90 %)"), 0),
    ]
    rows = [
        [pick(one["names"]), lead["lead_h"] / 24, lead["low"], lead["middle"], lead["high"]]
        for one in figures["forecasts"]
        for lead in one["leads"]
        if lead["lead_h"] in (24, 72, 168)
    ]
    return Grid(_("Forecasts, m³/s"), columns, rows)


def _months(figures: Any) -> Grid:
    columns = [
        Column(_("Station"), wide=1.6), Column(_("River"), wide=1.2), Column(_("Mean flow, m³/s"), 1),
        Column(_("Usual, m³/s"), 1), Column(_("Percentile"), 0), Column(_("Status"), wide=1.3), Column(_("Years"), 0),
    ]  # fmt: skip
    rows = [
        [pick(one["names"]), river_name(one["river"]), one["mean"], one["usual"], one["percentile"],
         str(STATUS.get(one["class"], _("too few years"))), one["years"]]
        for one in figures["stations"]
    ]  # fmt: skip
    return Grid(_("Flows of the month"), columns, rows)


def _outlooks(figures: Any) -> Grid:
    columns = [
        Column(_("Place"), wide=1.6), Column(_("Low (10 %), Mm³"), 0), Column(_("Middle, Mm³"), 0),
        Column(_("High (90 %), Mm³"), 0),
        Column(_("Usual, Mm³"), 0), Column(_("Skill over the usual"), 2),
    ]  # fmt: skip
    rows = [
        [
            pick(one["names"]),
            one["low"],
            one["middle"],
            one["high"],
            one["usual"],
            one["skill"].get("crpss_climatology"),
        ]
        for one in figures["outlooks"]
    ]
    return Grid(_("Water of the season"), columns, rows)


def about(bulletin: Bulletin) -> list[tuple[str, str]]:
    rows = [("DEMONSTRATION", _("DEMONSTRATION: invented records"))] if bulletin.content.get("demonstration") else []
    return [
        *rows,
        (_("Title"), title_of(bulletin)),
        (_("From what was known at"), moment(bulletin.data_known_at)),
        (_("Published"), day(bulletin.published_at) if bulletin.published_at else ""),
        ("SHA-256", bulletin.sha256),
    ]
