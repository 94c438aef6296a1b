"""``/api/v1/rivers/drought/{index}``: the index of every station for one month."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, invalid, not_found

from ..values.api import moment
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


class RiverDroughtOut(Schema):
    index: str
    scale: int
    month: str
    items: list[RiverDroughtRowOut]
    next: str | None = None


class RiverDroughtQuery(Schema):
    scale: int = Field(3, ge=1, le=48)
    month: str | None = Field(None, max_length=7, description="2026-03; the last whole month without it")
    known_at: str | None = Field(None, description="as it was known at this moment")


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
        "next": None,
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
