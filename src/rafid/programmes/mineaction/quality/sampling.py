"""Samples of cleared ground, fixed before anybody looks: a lattice over the ground, a single plan, a draw by a seed.

Who knows the seed draws the same cells again. The plan is stored at once and stays (the database refuses a change).
"""

from __future__ import annotations

import json
import math
import secrets
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.methods.sampling import draw, single_plan

from ..hazards.plane import to_degrees, to_plane
from ..models import QaVisit, QcSample, Release
from ..refusals import told

SIDE = 10.0
"""Metres of a cell's side."""
AQL, LEVEL = 0.65, "II"
MOST_CELLS = 200_000


@dataclass(frozen=True)
class Cell:
    id: str
    shape: Any


def cells(ground: Any, side: float = SIDE) -> list[Cell]:
    """Squares of the equal-area plane of which at least half lies in the ground; ids are their columns and rows."""
    whole = to_plane([ground])[0]
    west, south, east, north = whole.bounds
    columns = np.arange(math.floor(west / side), math.ceil(east / side))
    rows = np.arange(math.floor(south / side), math.ceil(north / side))
    if len(columns) * len(rows) > MOST_CELLS:
        raise Refused(
            _("This ground is too large for cells of %(side)s m. Choose larger ones.") % {"side": f"{side:g}"}
        )
    x, y = np.meshgrid(columns, rows)
    squares = shapely.box(x * side, y * side, (x + 1) * side, (y + 1) * side).ravel()
    shapely.prepare(whole)
    inside = shapely.area(shapely.intersection(squares, whole)) >= side * side / 2
    return [
        Cell(f"{int(column)},{int(row)}", square)
        for column, row, square in zip(x.ravel()[inside], y.ravel()[inside], squares[inside], strict=True)
    ]


def ground_of(visit: QaVisit) -> Any:
    """What was cleared by the releases of the visit's hazard, else the hazard's own ground."""
    if visit.hazard is None or visit.hazard.ground is None:
        raise Refused(_("Samples are drawn from the ground of a hazard. This inspection names none that is drawn."))
    cleared = Release.objects.filter(hazard=visit.hazard, type="cleared").exclude(replaced_by__isnull=False)
    shapes = [one.ground for one in cleared]
    if not shapes:
        return visit.hazard.ground
    union = shapely.union_all([shapely.from_wkb(bytes(one.wkb)) for one in shapes])
    return union.intersection(shapely.from_wkb(bytes(visit.hazard.ground.wkb)))


def plan(
    visit: QaVisit, *, by: Any, side: float = SIDE, aql: float = AQL, level: str = LEVEL, severity: str = "normal"
) -> QcSample:
    """Stores the plan and the cells drawn, before the inspection. Raises ``Refused``."""
    with told(QcSample), because("sample planned"):
        row: Any = locked(QaVisit, visit.pk, None)
        if row.state != "planned":
            raise Refused(_("This inspection was made. A sample is planned before it."))
        found = cells(ground_of(row), side)
        if len(found) < 2:
            raise Refused(
                _("The ground holds fewer than two cells of %(side)s m. Choose smaller ones.") % {"side": f"{side:g}"}
            )
        seed = secrets.token_hex(8)
        try:
            single = single_plan(len(found), aql=aql, level=level, severity=severity)
            drawn = draw([one.id for one in found], single.size, seed=seed)
        except ValueError as error:
            raise Refused(str(error)) from error
        shapes = {one.id: one.shape for one in found}
        ground = _multi(to_degrees([shapes[one] for one in drawn]))
        said = {
            "method": "MIL-STD-105E, single", "lot": len(found), "size": single.size, "accept": single.accept,
            "reject": single.reject, "letter": single.letter, "aql": aql, "level": level, "severity": severity, "side_m": side,
            "cells": list(drawn),
        }  # fmt: skip
        return QcSample.objects.create(
            visit=row, plan=said, seed=seed, planned_at=timezone.now(), ground=ground, made_by=by,
        )  # fmt: skip


def _multi(shapes: Any) -> MultiPolygon:
    union = shapely.union_all(shapes)
    parts = [union] if union.geom_type == "Polygon" else list(union.geoms)
    return MultiPolygon(
        *(GEOSGeometry(json.dumps(shapely.geometry.mapping(part)), srid=4326) for part in parts), srid=4326
    )


def record(
    sample: QcSample, *, by: Any, found: int, bad: int, depth_m: float | None = None, inspected_on: Any = None
) -> QcSample:
    """What the inspection of the cells gave. ``bad``: cells in which something was left; the plan decides the result."""
    with told(QcSample), because("sample inspected"):
        row = QcSample.objects.select_for_update().select_related("visit").get(pk=sample.pk)
        if row.result:
            raise Refused(_("This sample has its result. Plan another one."))
        if row.visit.state != "planned":
            raise Refused(_("This inspection is made, and takes no more results."))
        size = int(row.plan.get("size") or 0)
        if bad > size:
            raise Refused(
                _("The sample has %(size)s cells. Fewer than these, or all of them, are bad.") % {"size": size}
            )
        if found and not bad:
            raise Refused(_("Where something was found at least one cell is bad."))
        row.found, row.depth_m = found, depth_m
        row.inspected_on = inspected_on or timezone.localdate()
        row.area_m2 = size * float(row.plan.get("side_m") or 0) ** 2
        row.result = "pass" if bad <= int(row.plan.get("accept") or 0) and not found else "fail"
        row.save()
    return row
