"""``/api/v1/monitoring/plans``: what was registered, and after the reveal all that is needed to draw it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.queries import by_ref

from .queries import PROGRAM, plans_seen, repeatable, summary, whole

router = Router(tags=["monitoring"])


class MonitoringPlanOut(Schema):
    id: str
    ref: str
    period: str
    state: str
    size: int
    seed: str | None
    seed_hash: str | None
    frame_hash: str | None


class MonitoringFrameRow(Schema):
    site: str
    stratum: str
    size: float | None


class MonitoringStratum(Schema):
    name: str
    method: str
    size: int
    drawn: list[str]


class MonitoringPlanVisit(Schema):
    site: str
    state: str
    visited_on: str | None
    reason: str


class MonitoringPlanWhole(MonitoringPlanOut):
    registered_at: datetime | None
    statement: dict[str, str]
    frame: list[MonitoringFrameRow]
    strata: list[MonitoringStratum]
    visits: list[MonitoringPlanVisit]


class MonitoringPlanQuery(PageQuery):
    state: str | None = None
    period: str | None = None


@router.get("/plans", response={200: Page[MonitoringPlanOut], **ERRORS}, summary="Monitoring plans")
def plans(request: HttpRequest, query: Query[MonitoringPlanQuery]) -> Any:
    rows = plans_seen(signed_in(request))
    for name in ("state", "period"):
        asked = getattr(query, name)
        if asked:
            rows = rows.filter(**{name: asked.replace("\x00", "")})
    return paged(rows, query, summary)


def _plan(request: HttpRequest, plan: str) -> Any:
    return by_ref(plans_seen(signed_in(request)), plan)


@router.get("/plans/{plan}", response={200: MonitoringPlanWhole, **ERRORS}, summary="One plan")
def one_plan(request: HttpRequest, plan: str) -> Any:
    return whole(_plan(request, plan), request.user)


def _file(media: str) -> dict[str, Any]:
    """How an operation that answers with a file is described: a file has no schema."""
    return {"responses": {200: {"description": "The file", "content": {media: {}}}}}


@router.get(
    "/plans/{plan}/draw.json",
    response={**ERRORS},
    summary="The revealed draw as a file",
    openapi_extra=_file("application/json"),
)
def draw_file(request: HttpRequest, plan: str) -> HttpResponse:
    found = _plan(request, plan)
    if not found.opened:
        raise not_found()
    answer = HttpResponse(repeatable(found, request.user), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{found.ref}.json"'
    return answer


@router.get(
    "/plans/{plan}/repeat_draw.py",
    response={**ERRORS},
    summary="The program that draws it again",
    openapi_extra=_file("text/x-python"),
)
def program(request: HttpRequest, plan: str) -> HttpResponse:
    if not _plan(request, plan).opened:
        raise not_found()
    answer = HttpResponse(PROGRAM, content_type="text/x-python; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="repeat_draw.py"'
    return answer
