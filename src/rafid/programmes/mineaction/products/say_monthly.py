"""The monthly page of an operator in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Figures, Heading, Part, Text
from rafid.commons.records.models.nonconformities import NonConformitySeverity
from rafid.commons.writing import number, period

from ..models import ActivityKind, QaResult, Stop, TaskState
from .said import m2, of_date, ordnance_grid, release_name


def title(facts: Any) -> str:
    return _("%(operator)s in %(month)s") % {
        "operator": pick(facts.figures["operator"]), "month": period(f"{facts.product.on:%Y%m}"),
    }  # fmt: skip


def parts(facts: Any) -> list[Part]:
    figures = facts.figures
    teams, released = figures["teams"], figures["releases"]
    found: list[Part] = [
        Figures([
            (m2(sum(one["area"] for one in teams)), _("Worked on, by daily reports"), ""),
            (m2(sum(one["area"] for one in released)), _("Released, by accepted reports"), ""),
            (number(sum(one["deminer_days"] for one in teams)), _("Deminer days"), ""),
            (number(sum(figures["found"].values())), _("Items found"), ""),
        ]),
        Text(_("Daily reports say what was worked on; only accepted releases change what remains."), "small"),
    ]  # fmt: skip
    for at, grid in enumerate(grids(facts)):
        found.append(Heading(f"part-{at}", grid.title, 1))
        if len(grid.rows) > (1 if grid.total else 0):
            found += grid.parts(caption=False)
        else:
            found.append(Text(_("No record"), "small"))
    return found


def grids(facts: Any) -> list[Grid]:
    figures = facts.figures
    return [
        _teams(figures["teams"]), _methods(figures["methods"]), _stops(figures["stops"]), _releases(figures),
        ordnance_grid(figures["found"], None, _("Ordnance found")), _tasks(figures), _quality(figures),
    ]  # fmt: skip


def _teams(teams: Any) -> Grid:
    columns = [
        Column(_("Team"), wide=1.3), Column(_("Activity"), wide=1.5), Column(_("Days of work"), 0), Column(_("Area, m²"), 0),
        Column(_("Deminer days"), 0), Column(_("Hours of work"), 1), Column(_("Hours lost"), 1), Column(_("Items found"), 0),
        Column(_("m² a deminer and day"), 1),
    ]  # fmt: skip

    keys = ("days", "area", "deminer_days", "hours", "stop_hours", "items")

    def row(name: str, activity: str, one: Any) -> list[Any]:
        rate = one["area"] / one["deminer_days"] if one["deminer_days"] else None
        return [name, activity, *(one[key] for key in keys), rate]

    rows = [row(one["team"], str(ActivityKind(one["activity"]).label), one) for one in teams]
    rows.append(row(_("All"), "", {key: round(sum(one[key] for one in teams), 2) for key in keys}))
    return Grid(_("Work by team"), columns, rows, total=True)


def _methods(methods: Any) -> Grid:
    names = dict(ActivityKind.choices)
    columns = [Column(_("Method"), wide=2.4), Column(_("Area, m²"), 0)]
    return Grid(_("Work by method"), columns, [[str(names.get(one, one)), area] for one, area in methods.items()])


def _stops(stops: Any) -> Grid:
    columns = [Column(_("Stopped for"), wide=2.4), Column(_("Days"), 0)]
    return Grid(_("Stops"), columns, [[str(Stop(one).label), n] for one, n in stops.items()])


def _releases(figures: Any) -> Grid:
    columns = [
        Column(_("Release"), wide=1.5), Column(_("Kind of release")), Column(_("Hazard"), wide=1.5), Column(_("Date")),
        Column(_("Area, m²"), 0), Column(_("Stated, m²"), 0),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [Code(one["ref"]), release_name(one["type"]), Code(one["hazard"]), of_date(one["on"]), one["area"], one["stated"]]
        for one in figures["releases"]
    ]  # fmt: skip
    rows.append([_("All"), "", "", "", round(sum(one["area"] for one in figures["releases"]), 2), None])
    return Grid(_("Released ground"), columns, rows, total=True)


def _tasks(figures: Any) -> Grid:
    columns = [Column(_("Task"), wide=1.5), Column(_("Activity"), wide=1.5), Column(_("State")), Column(_("Valid from")),
               Column(_("Valid to"))]  # fmt: skip
    return Grid(_("Tasks"), columns, [
        [Code(one["ref"]), str(ActivityKind(one["activity"]).label), str(TaskState(one["state"]).label),
         of_date(one["valid_from"]), of_date(one["valid_to"])]
        for one in figures["tasks"]
    ])  # fmt: skip


def _quality(figures: Any) -> Grid:
    columns = [Column(_("What inspectors said"), wide=2.4), Column(_("Number"), 0)]
    rows = [[f"{_('Inspections')}: {QaResult(one).label}", n] for one, n in figures["visits"].items()]
    rows += [
        [f"{_('Non-conformities')}: {NonConformitySeverity(one).label}", n]
        for one, n in figures["nonconformities"].items()
    ]
    return Grid(_("Quality"), columns, rows)
