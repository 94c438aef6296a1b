"""The dossier of a task in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.names import pick
from rafid.commons.products.papers.grids import Code, Column, Grid
from rafid.commons.products.papers.tree import Figures, Heading, Part, Text, code
from rafid.commons.records.models.nonconformities import NonConformitySeverity, NonConformityState
from rafid.commons.writing import day, number, period

from ..models import ActivityKind, Priority, QaResult, QaState, QaType, TaskState
from .said import hazards_grid, m2, map_parts, of_date, ordnance_grid, release_name

MOST = 80


def title(facts: Any) -> str:
    return _("Dossier of task %(ref)s") % {"ref": code(facts.figures["task"]["ref"])}


def parts(facts: Any) -> list[Part]:
    figures, task = facts.figures, facts.figures["task"]
    until = day(of_date(task["valid_to"])) or _("without an end")
    left, area = (sum(one[key] for one in figures["hazards"]) for key in ("remaining", "area"))
    lead = [
        ActivityKind(task["activity"]).label,
        TaskState(task["state"]).label,
        pick(task["operator"]),
        pick(task["place"]),
    ]
    found: list[Part] = [
        Text(" · ".join(str(one) for one in lead if one), "lead"),
        Text(_("Valid from %(from)s to %(to)s") % {"from": day(of_date(task["valid_from"])), "to": until} + " · "
             + _("Priority: %(priority)s") % {"priority": Priority(task["priority"]).label}),
        *([Text(task["purpose"], "note")] if task["purpose"] else []),
        Figures([
            (m2(area), _("Area of its hazards"), ""), (m2(left), _("Remaining"), ""),
            (m2(sum(one["area"] for one in figures["months"])), _("Worked on, by daily reports"), ""),
            (number(sum(figures["found"].values())), _("Items found"), ""),
        ]),
        *map_parts(figures["hazards"], None, state=facts.state, authority=facts.authority, demonstration=facts.demonstration),
    ]  # fmt: skip
    for at, grid in enumerate(grids(facts)):
        if len(grid.rows) > (1 if grid.total else 0):
            found += [Heading(f"part-{at}", grid.title, 1), *grid.parts(MOST, caption=False)]
    return found


def grids(facts: Any) -> list[Grid]:
    figures = facts.figures
    return [
        hazards_grid(figures["hazards"]), _orders(figures), months_grid(figures["months"]), _releases(figures),
        ordnance_grid(figures["found"], figures["destroyed"], _("Ordnance")), _visits(figures), _wrong(figures),
        _ends(figures["completions"], _("Completion")), _ends(figures["handovers"], _("Handover")), _points(figures),
    ]  # fmt: skip


def _orders(figures: Any) -> Grid:
    columns = [Column(_("Order"), 0), Column(_("Issued on")), Column(_("Valid from")), Column(_("Valid to"))]
    return Grid(_("Task orders"), columns, [
        [int(one["code"]), of_date(one["issued_on"]), of_date(one["valid_from"]), of_date(one["valid_to"])]
        for one in figures["orders"]
    ])  # fmt: skip


def months_grid(months: Any) -> Grid:
    columns = [
        Column(_("Month"), wide=1.4), Column(_("Days of work"), 0), Column(_("Area, m²"), 0), Column(_("Deminer days"), 0),
        Column(_("Hours of work"), 1), Column(_("Hours lost"), 1), Column(_("Items found"), 0),
        Column(_("m² a deminer and day"), 1),
    ]  # fmt: skip
    rows = [
        [period(one["code"]), one["days"], one["area"], one["deminer_days"], one["hours"], one["stop_hours"], one["items"],
         one["area"] / one["deminer_days"] if one["deminer_days"] else None]
        for one in months
    ]  # fmt: skip
    return Grid(_("Work by month"), columns, rows)


def _releases(figures: Any) -> Grid:
    columns = [
        Column(_("Release"), wide=1.5), Column(_("Kind of release")), Column(_("Date"), wide=1.2), Column(_("Area, m²"), 0),
        Column(_("Stated, m²"), 0), Column(_("Depth, m"), 2), Column(_("Not covered"), wide=2),
    ]  # fmt: skip
    return Grid(_("Released ground"), columns, [
        [Code(one["ref"]), release_name(one["type"]), of_date(one["on"]), one["area"], one["stated"], one["depth_m"],
         one["not_covered"]]
        for one in figures["releases"]
    ])  # fmt: skip


def _visits(figures: Any) -> Grid:
    columns = [Column(_("Inspection"), wide=1.5), Column(_("Date")), Column(_("Kind")), Column(_("Result"))]
    return Grid(_("Inspections"), columns, [
        [Code(one["ref"]), of_date(one["on"]), str(QaType(one["type"]).label),
         str(QaResult(one["result"]).label if one["result"] else QaState(one["state"]).label)]
        for one in figures["visits"]
    ])  # fmt: skip


def _wrong(figures: Any) -> Grid:
    columns = [Column(_("Non-conformity"), wide=1.5), Column(_("Date")), Column(_("Severity")), Column(_("State"))]
    return Grid(_("Non-conformities"), columns, [
        [Code(one["ref"]), of_date(one["on"]), str(NonConformitySeverity(one["severity"]).label),
         str(NonConformityState(one["state"]).label)]
        for one in figures["nonconformities"]
    ])  # fmt: skip


def _ends(rows: Any, title: str) -> Grid:
    columns = [Column(title, wide=1.5), Column(_("Hazard"), wide=1.5), Column(_("Date")), Column(_("Depth, m"), 2),
               Column(_("Documents"), 0)]  # fmt: skip
    return Grid(title, columns, [
        [Code(one["ref"]), Code(one["hazard"]), of_date(one["on"]), one["depth_m"], one["documents"]] for one in rows
    ])  # fmt: skip


def _points(figures: Any) -> Grid:
    columns = [
        Column(_("Hazard"), wide=1.5), Column(_("Point")), Column(_("Longitude"), 6), Column(_("Latitude"), 6),
        Column(_("Zone")), Column(_("Easting"), 1), Column(_("Northing"), 1),
    ]  # fmt: skip
    return Grid(_("Turning points"), columns, [
        [Code(one["ref"]), Code(row["label"]), row["lon"], row["lat"], Code(row["zone"]), row["east"], row["north"]]
        for one in figures["hazards"] for row in one["points"]
    ])  # fmt: skip
