"""``/api/v1/rivers/status``: the page's status for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS

from ..values.api import iso, moment
from .queries import Fill, Standing, status

router = Router(tags=["rivers"])


class RiverStatusStationOut(Schema):
    """``class``: extreme, severe, warning, watch, normal, low, critical or unknown."""

    station: str
    name: str
    river: str
    status_class: str = Field(alias="class")
    variable: str
    unit: str
    time: str | None
    value: float | None
    quality: int | None
    change_1d: float | None
    late: bool
    open_findings: int


class RiverStatusReservoirOut(Schema):
    code: str
    name: str
    level: float | None
    storage: float | None
    fill_pct: float | None
    inflow: float | None
    release: float | None


class RiverStatusOut(Schema):
    at: str
    known_at: str | None
    stations: list[RiverStatusStationOut]
    reservoirs: list[RiverStatusReservoirOut]
    warnings: list[str]
    open_findings: int


class RiverStatusQuery(Schema):
    at: str | None = Field(None, description="ISO 8601; now without it")
    known_at: str | None = Field(None, description="as it was known at this moment")


@router.get(
    "/status",
    response={200: RiverStatusOut, **ERRORS},
    by_alias=True,
    summary="Floods, low water and reservoirs at one moment",
)
def river_status(request: HttpRequest, query: Query[RiverStatusQuery]) -> Any:
    found = status(request.user, at=moment("at", query.at), known_at=moment("known_at", query.known_at))
    return {
        "at": iso(found.at),
        "known_at": iso(found.known_at) if found.known_at else None,
        "stations": [show(one) for one in found.standings],
        "reservoirs": [show_fill(one) for one in found.fills],
        "warnings": [one.ref for one in found.warnings],
        "open_findings": found.findings,
    }


def show(one: Standing) -> dict[str, Any]:
    latest = one.latest
    return {
        "station": one.station.code,
        "name": one.station.name,
        "river": one.station.river,
        "class": one.klass,
        "variable": one.shown,
        "unit": one.units.get(one.shown, ""),
        "time": iso(latest.time) if latest else None,
        "value": latest.value if latest else None,
        "quality": latest.quality if latest else None,
        "change_1d": None if one.change is None else round(one.change, 6),
        "late": one.late,
        "open_findings": one.findings,
    }


def show_fill(one: Fill) -> dict[str, Any]:
    return {
        "code": one.reservoir.code,
        "name": one.reservoir.name,
        "level": one.level,
        "storage": one.storage,
        "fill_pct": None if one.percent is None else round(one.percent, 2),
        "inflow": one.inflow,
        "release": one.release,
    }
