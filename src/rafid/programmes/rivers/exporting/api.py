"""``/api/v1/rivers/…/netcdf``: a series or all series of a station as CF NetCDF, by the rule of ``values``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from rafid.commons.api import ERRORS, Problem

from ..edr.asking import Asked
from ..edr.finding import Named, one_station, told
from ..models import Station
from ..values.api import RiverValuesQuery, asked, moment, one_series
from .netcdf import TYPE, netcdf

router = Router(tags=["rivers"])

ANSWER = {"responses": {200: {"content": {TYPE: {"schema": {"type": "string", "format": "binary"}}}}}}


@router.get(
    "/series/{id}/netcdf",
    response={200: None, **ERRORS},
    summary="A series as CF NetCDF, as known at a moment",
    openapi_extra=ANSWER,
)
def series_netcdf(request: HttpRequest, id: str, query: Query[RiverValuesQuery]) -> Any:
    row = one_series(request.user, id)
    known = asked(request.user, row, query)
    known_at = moment("known_at", query.known_at) or datetime.now(UTC)
    return _file(row.station, [(Named(row.variable, row), known)], known_at, f"{row.station.code}-{row.variable}")


@router.get(
    "/stations/{code}/netcdf",
    response={200: None, **ERRORS},
    summary="All series of a station as CF NetCDF, as known at a moment",
    openapi_extra=ANSWER,
)
def station_netcdf(request: HttpRequest, code: str, query: Query[RiverValuesQuery]) -> Any:
    row = one_station(request.user, code)
    start, end, known_at = (
        moment(name, text) for name, text in (("from", query.since), ("to", query.until), ("known_at", query.known_at))
    )
    question = Asked("", start=start, end=end, whole=start is None and end is None, known_at=known_at)
    (found,) = told(request.user, [(row, None)], question)
    return _file(row, found.parameters, known_at or datetime.now(UTC), row.code)


def _file(station: Station, found: Any, known_at: datetime, name: str) -> HttpResponse:
    if not any(len(known) for _one, known in found):
        raise Problem(404, _("Nothing is here"), _("No value in this window."))
    answer = HttpResponse(netcdf(station, found, known_at=known_at), content_type=TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}.nc"'
    return answer
