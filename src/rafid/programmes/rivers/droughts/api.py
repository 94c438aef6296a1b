"""``/api/v1/rivers/drought/{index}``: the index of every station for one month."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Problem, invalid, not_found

from ..values.api import moment
from .grid_index import NotComputed
from .grids import current, grid_month
from .queries import INDICES, Dry, drought

router = Router(tags=["rivers"])


class RiverDroughtEventOut(Schema):
    """The drought that holds the month: its first month, how many so far, and minus the sum of the index."""

    since: str
    months: int
    severity: float


class RiverDroughtRowOut(Schema):
    """``value`` in standard deviations. ``class``: low, below_normal, normal, above_normal or high. ``why`` there is none:
    empty (no values), gap (days are missing), short (fewer than ten such months, or a dry season)."""

    station: str
    name: str
    geometry: dict[str, Any]
    value: float | None
    status_class: str | None = Field(alias="class")
    why: str | None
    event: RiverDroughtEventOut | None
    years: int


class RiverDroughtAreaOut(Schema):
    """``classes``: the share of the ground in each class, 0 to 1; ``dry``: where the index is -1 or less; ``covered``: how
    much of the area has an index."""

    kind: str
    code: str
    names: dict[str, str]
    mean: float | None
    dry: float | None
    classes: dict[str, float | None]
    covered: float


class RiverDroughtGridOut(Schema):
    """``values``: rows from north to south, each from west to east; null: no index. ``west`` and ``north`` are the
    middle of the first cell, degrees."""

    code: str
    names: dict[str, str]
    source: str
    demonstration: bool
    west: float
    north: float
    cell_x: float
    cell_y: float
    columns: int
    rows: int
    first_month: str
    months: int
    values: list[list[float | None]]
    areas: list[RiverDroughtAreaOut]


class RiverDroughtOut(Schema):
    """``grid`` where it was asked for."""

    index: str
    scale: int
    month: str
    items: list[RiverDroughtRowOut]
    grid: RiverDroughtGridOut | None = None
    next: str | None = None


class RiverDroughtQuery(Schema):
    scale: int = Field(3, ge=1, le=48)
    month: str | None = Field(None, max_length=7, description="2026-03; the last whole month without it")
    known_at: str | None = Field(None, description="as it was known at this moment")
    grid: str | None = Field(None, max_length=40, description="code of a grid, or latest: its cells and areas, too")


@router.get(
    "/drought/{index}",
    response={200: RiverDroughtOut, **ERRORS},
    summary="SPI, SPEI or SSI of every station for one month",
    by_alias=True,
)
def drought_index(request: HttpRequest, index: str, query: Query[RiverDroughtQuery]) -> Any:
    if index not in INDICES:
        raise not_found()
    known_at = moment("known_at", query.known_at)
    try:
        found = drought(request.user, index=index, scale=query.scale, month=query.month, known_at=known_at)
    except ValueError as error:
        raise invalid("month", _("Write the month as 2026-03.")) from error
    return {
        "index": found.index,
        "scale": found.scale,
        "month": found.month,
        "items": [show_dry(one) for one in found.rows],
        "grid": show_grid(request, query.grid, index, query.scale, found.month) if query.grid else None,
        "next": None,
    }


def show_grid(request: HttpRequest, code: str, index: str, scale: int, month: str) -> dict[str, Any]:
    grids = current(request.user)
    grid = next((one for one in grids if code in ("latest", one.code)), None)
    if grid is None:
        raise invalid("grid", _("There is no grid %(code)s.") % {"code": code})
    try:
        found = grid_month(grid, index=index, scale=scale, month=month)
    except ValueError as error:
        raise invalid("month", _("The grid does not hold this month, or not this index.")) from error
    except NotComputed as error:
        raise Problem(503, _("This grid is large: its index is computed by the command rivers grid-index.")) from error
    return {
        "code": grid.code,
        "names": grid.names,
        "source": grid.source_text,
        "demonstration": grid.made_up,
        **{name: getattr(grid, name) for name in ("west", "north", "cell_x", "cell_y", "columns", "rows", "months")},
        "first_month": grid.first_month.strftime("%Y-%m"),
        "values": [[None if value != value else round(value, 4) for value in row] for row in found.values.tolist()],
        "areas": [
            {
                "kind": one.area.kind,
                "code": one.area.code,
                "names": one.area.names,
                "mean": one.mean,
                "dry": one.dry_part,
                "classes": {name: one.part(name) for name in one.classes},
                "covered": one.covered,
            }
            for one in found.shares
        ],
    }


def show_dry(one: Dry) -> dict[str, Any]:
    point = one.station.point
    return {
        "station": one.station.code,
        "name": one.station.name,
        "geometry": {"type": "Point", "coordinates": [round(point.x, 6), round(point.y, 6)]},
        "value": None if one.value is None else round(one.value, 4),
        "class": one.status or None,
        "why": one.why or None,
        "event": {"since": one.since, "months": one.months, "severity": round(one.severity, 4)} if one.months else None,
        "years": one.years,
    }
