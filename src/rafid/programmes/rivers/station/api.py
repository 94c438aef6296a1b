"""``/api/v1/rivers/series/{id}/waterml``: the values of a series as WaterML 2.0, by the rule of ``values``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from rafid.commons.api import ERRORS

from ..values.api import RiverValuesQuery, asked, moment, one_series
from .waterml import TYPE, waterml

router = Router(tags=["rivers"])

ANSWER = {"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}}


@router.get(
    "/series/{id}/waterml",
    response={200: None, **ERRORS},
    summary="A series as WaterML 2.0, as known at a moment",
    openapi_extra=ANSWER,
)
def series_waterml(request: HttpRequest, id: str, query: Query[RiverValuesQuery]) -> Any:
    row = one_series(request.user, id)
    known = asked(request.user, row, query)
    known_at = moment("known_at", query.known_at) or datetime.now(UTC)
    answer = HttpResponse("".join(waterml(row, known, known_at=known_at)), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{row.station.code}-{row.variable}.xml"'
    return answer
