"""``/api/v1/rivers/ratings``: the curves of a station, also those that were superseded."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, paged

from ..models import Rating, Station
from ..values.api import iso
from .curves import seen

router = Router(tags=["rivers"])


class RiverSegmentOut(Schema):
    """Q = a (h - h0)^b in m³/s between the stages ``lower`` and ``upper`` in m."""

    lower: float
    upper: float
    a: float
    h0: float
    b: float


class RiverRatingOut(Schema):
    """``supersedes``: the version whose time, or part of it, this one took. ``standard_error`` is that of ln Q."""

    station: str
    version: int
    segments: list[RiverSegmentOut]
    valid_from: str
    valid_to: str | None
    published_at: str | None
    supersedes: int | None
    state: str
    standard_error: float | None
    gaugings: int | None


class RiverRatingQuery(PageQuery):
    station: str | None = Field(None, max_length=40)
    state: str | None = Field(None, max_length=10)


@router.get("/ratings", response={200: Page[RiverRatingOut], **ERRORS}, summary="Rating curves")
def ratings(request: HttpRequest, query: Query[RiverRatingQuery]) -> Any:
    rows = seen(request.user).select_related("station", "supersedes")
    rows = rows.filter(station__in=Station.objects.visible_to(request.user).values("pk"))
    if query.station:
        rows = rows.filter(station__code=query.station.replace("\x00", ""))
    if query.state:
        rows = rows.filter(state=query.state.replace("\x00", ""))
    return paged(rows, query, show_rating)


def show_rating(row: Rating) -> dict[str, Any]:
    return {
        "station": row.station.code,
        "version": row.number,
        "segments": [{name: one[name] for name in ("lower", "upper", "a", "h0", "b")} for one in row.segments],
        "valid_from": iso(row.valid_from),
        "valid_to": iso(row.valid_to) if row.valid_to else None,
        "published_at": iso(row.published_at) if row.published_at else None,
        "supersedes": row.supersedes.number if row.supersedes else None,
        "state": row.state,
        "standard_error": row.standard_error,
        "gaugings": row.curve.get("gaugings"),
    }
