"""``/api/v1/rivers``: stations, series and their values."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import UTC, datetime
from typing import Annotated, Any

import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, invalid, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import may_on
from rafid.commons.records.queries import by_ref

from ..models import Series, Station
from ..seeing import latest_time
from ..standards import MADE_UP, is_made_up
from .numbers import read_number
from .reading import LAST_DAYS, Known, last_time, seen_values
from .recording import NotRecorded, Reading, record_values
from .recording import Problem as Wrong
from .times import Untimely, read_time

router = Router(tags=["rivers"])

SENSITIVITIES = ("public", "partner", "restricted")


class RiverStationOut(Schema):
    """``geometry``: a GeoJSON point, longitude and latitude."""

    code: str
    name: str
    names: dict[str, str]
    kind: str
    river: str
    status: str
    sensitivity: str
    place: str | None
    geometry: dict[str, Any]
    demonstration: bool = False


class RiverSeriesOut(Schema):
    id: str
    station: str
    variable: str
    unit: str
    step: str
    aggregation: str
    origin: str
    origin_name: str
    derived_from: str | None
    sensitivity: str
    demonstration: bool = False


class RiverStationQuery(PageQuery):
    kind: str | None = None
    river: str | None = None
    status: str | None = None


class RiverSeriesQuery(PageQuery):
    station: str | None = None
    variable: str | None = None
    origin: str | None = None


class RiverValueOut(Schema):
    """``quality`` by QARTOD: 1 good, 2 not judged, 3 suspect, 4 failed, 9 missing."""

    time: str
    value: float | None
    quality: int
    source: str
    flow_quality: int | None = None


class RiverValuesOut(Schema):
    """``note`` stands there where the values are those of a demonstration."""

    series: str
    station: str
    variable: str
    unit: str
    known_at: str
    values: list[RiverValueOut]
    note: str | None = None


class RiverValueIn(Schema):
    time: Any = None
    value: Any = None
    quality: Any = None


def _or_as_sent(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """What is no list is refused by the room itself, as an empty list is."""
    try:
        return read(value)
    except ValidationError:
        return value


class RiverValuesIn(Schema):
    values: Annotated[list[RiverValueIn], WrapValidator(_or_as_sent)] = Field(
        default_factory=list, description="time in ISO 8601 with its zone; value null where it is missing"
    )
    reason: str | None = None


class RiverRecordedOut(Schema):
    accepted: int
    replaced: int
    findings: int


@router.get("/stations", response={200: Page[RiverStationOut], **ERRORS}, summary="Stations")
def stations(request: HttpRequest, query: Query[RiverStationQuery]) -> Any:
    rows = Station.objects.visible_to(request.user).select_related("place")
    for name, field in (("kind", "station_kind"), ("river", "river"), ("status", "status")):
        if value := getattr(query, name):
            rows = rows.filter(**{field: value})
    return paged(rows, query, show_station, key="code")


def show_station(row: Station) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "names": row.names,
        "kind": row.station_kind,
        "river": row.river,
        "status": row.status,
        "sensitivity": SENSITIVITIES[row.sensitivity],
        "place": row.place.ref if row.place else None,
        "geometry": {"type": "Point", "coordinates": [round(row.point.x, 6), round(row.point.y, 6)]},
        "demonstration": is_made_up(row),
    }


@router.get("/series", response={200: Page[RiverSeriesOut], **ERRORS}, summary="Series")
def series(request: HttpRequest, query: Query[RiverSeriesQuery]) -> Any:
    rows = Series.objects.visible_to(request.user).select_related("station")
    rows = rows.filter(station__in=Station.objects.visible_to(request.user).values("pk"))
    if query.station:
        rows = rows.filter(station__code=query.station)
    if query.variable:
        rows = rows.filter(variable=query.variable)
    if query.origin:
        rows = rows.filter(origin=query.origin)
    return paged(rows, query, show_series)


def show_series(row: Series) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "station": row.station.code,
        "variable": row.variable,
        "unit": row.unit,
        "step": row.step,
        "aggregation": row.aggregation,
        "origin": row.origin,
        "origin_name": row.origin_name,
        "derived_from": str(row.derived_from_id) if row.derived_from_id else None,
        "sensitivity": SENSITIVITIES[row.sensitivity],
        "demonstration": is_made_up(row),
    }


class RiverValuesQuery(Schema):
    since: str | None = Field(None, alias="from", description="ISO 8601; the last 90 days that hold values without it")
    until: str | None = Field(None, alias="to")
    known_at: str | None = Field(None, description="as it was known at this moment")
    quality: str | None = Field(None, description="only these flags, such as 1,2")
    limit: int = Field(100_000, ge=1, le=1_000_000)


def one_series(user: Any, id: str) -> Series:
    """Its id or reference; 404 where it, or its station, is not this person's to see."""
    row = by_ref(Series.objects.visible_to(user).select_related("station"), id)
    if not Station.objects.visible_to(user).filter(pk=row.station_id).exists():
        raise not_found()
    return row


def asked(user: Any, row: Series, query: Any) -> Known:
    """The values that a question names: a moment in UTC where no zone is said."""
    start, end, known_at = (
        moment(name, text) for name, text in (("from", query.since), ("to", query.until), ("known_at", query.known_at))
    )
    if start is not None and end is not None and start > end:
        raise invalid("from", _("The interval ends before it begins."))
    if start is None and end is None:
        last = last_time(row, before=latest_time(user, row))
        if last is None:
            return seen_values(user, row, last=1, known_at=known_at)
        start = last - LAST_DAYS
    return seen_values(user, row, start=start, end=end, known_at=known_at)


def moment(where: str, text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        # A blank before the zone is a plus that an address lost.
        return read_time(re.sub(r"(:\d\d(?:\.\d+)?) (\d\d:?\d\d)$", r"\1+\2", text), zone="UTC")
    except Untimely as error:
        raise invalid(where, str(error)) from error


VALUES = {
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
}


@router.get(
    "/series/{id}/values",
    response={200: RiverValuesOut, **ERRORS},
    summary="Values as known at a moment; CSV by Accept",
    openapi_extra=VALUES,
)
def values(request: HttpRequest, id: str, query: Query[RiverValuesQuery]) -> Any:
    row = one_series(request.user, id)
    known = asked(request.user, row, query)
    wanted = _flags(query.quality)
    rows = _rows(known, wanted)[: query.limit]
    at = query.known_at or datetime.now(UTC).isoformat()
    if "text/csv" in request.headers.get("Accept", ""):
        return _csv(row, rows)
    return JsonResponse(
        {
            "series": str(row.pk),
            "station": row.station.code,
            "variable": row.variable,
            "unit": row.unit,
            "known_at": iso(moment("known_at", at) or datetime.now(UTC)),
            "values": rows,
            **({"note": MADE_UP} if is_made_up(row) else {}),
        }
    )


def iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _flags(text: str | None) -> set[int]:
    try:
        return {int(part) for part in text.split(",")} if text else set()
    except ValueError as error:
        raise invalid("quality", _("Flags are numbers with commas between them, such as 1,2.")) from error


def _rows(known: Known, wanted: set[int]) -> list[dict[str, Any]]:
    texts: Any = np.datetime_as_string(known.times, unit="s") if len(known) else []
    return [
        {
            "time": f"{text}Z",
            "value": None if math.isnan(value) else value,
            "quality": quality,
            "source": origin,
            "flow_quality": None if flow < 0 else flow,
        }
        for text, value, quality, flow, origin in zip(
            texts,
            known.values.tolist(),
            known.quality.tolist(),
            known.flow_quality.tolist(),
            known.origin,
            strict=True,
        )
        if not wanted or quality in wanted
    ]


def _csv(row: Series, rows: list[dict[str, Any]]) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    # A column, not a line above the head: every program reads it, and it stays with rows that are copied.
    note = [MADE_UP] if is_made_up(row) else []
    writer.writerow(["time", f"{row.variable} [{row.unit}]", "quality", "source", *(["note"] if note else [])])
    writer.writerows(
        [one["time"], "" if one["value"] is None else one["value"], one["quality"], one["source"], *note]
        for one in rows
    )
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{row.station.code}-{row.variable}.csv"'
    answer["Vary"] = "Accept"
    return answer


class RowProblem(Problem):
    """422 whose ``errors`` name row, field and reason, as this address promises; ``where`` and ``message`` beside them."""

    def __init__(self, problems: list[Any]) -> None:
        super().__init__(422, _("Nothing was recorded"), _("Correct these rows and send all again."))
        self.problems = problems

    def response(self) -> HttpResponse:
        answer = super().response()
        body = json.loads(answer.content)
        body["errors"] = [
            {
                "row": one.row,
                "field": one.field,
                "reason": one.reason,
                "where": f"values.{one.row}.{one.field}",
                "message": one.reason,
            }
            for one in self.problems
        ]
        answer.content = json.dumps(body, ensure_ascii=False).encode()
        return answer


@router.post(
    "/series/{id}/values",
    response={201: RiverRecordedOut, **ERRORS},
    summary="Record values: all of them or none",
    auth=signed_in,
)
def record(request: HttpRequest, id: str, body: RiverValuesIn) -> Any:
    row = one_series(request.user, id)
    if not may_on(request.user, "record", row):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that records values."))
    problems: list[Any] = []
    readings: list[Reading] = []
    sent = body.values if isinstance(body.values, list) else []
    for number, one in enumerate(sent, 1):
        try:
            readings.append(read_row(row, number, one))
        except NotRecorded as wrong:
            problems += wrong.problems
    if not sent:
        raise RowProblem([Wrong(0, "values", _("There are no values. Send at least one."))])
    if problems:
        raise RowProblem(problems)
    try:
        done = record_values(readings, user=request.user, origin="api", reason=body.reason or "")
    except NotRecorded as wrong:
        raise RowProblem(wrong.problems) from wrong
    return 201, {"accepted": done.accepted, "replaced": done.replaced, "findings": done.findings}


def read_row(series: Series, number: int, one: RiverValueIn) -> Reading:
    wrong = []
    time = value = None
    try:
        time = read_time(one.time)
    except Untimely as error:
        wrong.append(Wrong(number, "time", str(error)))
    if one.value is not None:
        try:
            value = read_number(one.value)
        except ValueError as error:
            wrong.append(Wrong(number, "value", str(error)))
    quality = one.quality
    if quality is not None and quality not in (1, 2, 3, 4, 9):
        wrong.append(Wrong(number, "quality", _("Flags are 1, 2, 3, 4 and 9.")))
    if wrong or time is None:
        raise NotRecorded(wrong)
    return Reading(series.pk, time, value, number, int(quality) if quality else None)
