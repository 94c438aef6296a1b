"""``/api/v1/monitoring/visits``: what was planned, seen and scored, as far as the reader may know."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.queries import by_ref

from .queries import summary, visits_seen, whole

router = Router(tags=["monitoring"])

State = Literal["planned", "cleared", "confirmed", "done", "denied", "postponed", "impossible", "cancelled"]


class MonitoringVisitOut(Schema):
    id: str
    site: str
    plan: str | None
    type: str
    state: str
    access: str | None
    planned_on: date | None
    visited_on: date | None
    score: float | None
    verdict: str | None
    failed_critical: list[str]


class MonitoringVisitAnswer(Schema):
    item: str
    severity: str
    result: str


class MonitoringVisitPhoto(Schema):
    sha256: str
    taken_at: datetime | None
    distance_m: float | None


class MonitoringVisitWhole(MonitoringVisitOut):
    monitor: str | None
    conflict_declared: bool
    weights: dict[str, float]
    answers: list[MonitoringVisitAnswer]
    photos: list[MonitoringVisitPhoto]


class MonitoringVisitQuery(PageQuery):
    state: State | None = None
    access: Literal["full", "partial", "denied"] | None = None
    plan: str | None = None
    partner: str | None = None


def of_key(path: str, asked: str) -> Q:
    """By id or by reference; one that is not there finds nothing."""
    asked = asked.replace("\x00", "")
    try:
        return Q(**{f"{path}__pk": UUID(asked)})
    except ValueError:
        return Q(**{f"{path}__ref": asked})


@router.get("/visits", response={200: Page[MonitoringVisitOut], **ERRORS}, summary="Visits")
def visits(request: HttpRequest, query: Query[MonitoringVisitQuery]) -> Any:
    rows = visits_seen(signed_in(request))
    if query.state:
        rows = rows.filter(state=query.state)
    if query.access:
        rows = rows.filter(access=query.access)
    if query.plan:
        rows = rows.filter(of_key("plan", query.plan))
    if query.partner:
        rows = rows.filter(of_key("contract__partner", query.partner))
    return paged(rows, query, summary)


@router.get("/visits/{visit}", response={200: MonitoringVisitWhole, **ERRORS}, summary="One visit")
def one_visit(request: HttpRequest, visit: str) -> Any:
    return whole(by_ref(visits_seen(signed_in(request)), visit), request.user)
