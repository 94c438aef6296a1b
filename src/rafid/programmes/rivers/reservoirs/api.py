"""``/api/v1/rivers/reservoirs``: how full they are, what sources say of them, and what another release would do."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused

from ..models import Reservoir
from .queries import State, states
from .what_if import MOST_DAYS, what_if

router = Router(tags=["rivers"])


class ReservoirFactOut(Schema):
    name: str
    value: float
    unit: str
    source: str
    as_of: str | None
    preferred: bool


class ReservoirOut(Schema):
    """``level`` m, ``storage`` Mm³, ``fill_pct`` of the preferred capacity; null where it is not known."""

    code: str
    name: str
    names: dict[str, str]
    country: str
    node: str
    level: float | None
    storage: float | None
    fill_pct: float | None
    as_of: str | None
    facts: list[ReservoirFactOut]


class WhatIfIn(Schema):
    release: list[float] | float = Field(description="m³/s: one for each day, or one for all")
    days: int | None = Field(None, ge=1, le=MOST_DAYS, description="how many days, where one release is given")
    inflow: float | None = Field(None, description="m³/s; the latest one without it")


class WhatIfOut(Schema):
    """A value for the beginning and for the end of each day. ``flow``: by node downstream; ``plan``: the same with today's
    release."""

    code: str
    inflow: float
    release: list[float]
    storage: list[float]
    level: list[float | None]
    flow: dict[str, list[float]]
    plan: dict[str, Any]
    spills_on_day: int | None
    balance_error: float


@router.get("/reservoirs", response={200: Page[ReservoirOut], **ERRORS}, summary="Reservoirs")
def reservoirs(request: HttpRequest, query: Query[PageQuery]) -> Any:
    rows = Reservoir.objects.visible_to(request.user).select_related("node")
    answer = paged(rows, query, lambda row: row, key="code")
    answer["items"] = [show(one) for one in states(request.user, answer["items"], timezone.now())]
    return answer


def show(state: State) -> dict[str, Any]:
    row = state.row
    return {
        "code": row.code,
        "name": row.name,
        "names": row.names,
        "country": row.country,
        "node": row.node.code,
        "level": state.level,
        "storage": state.storage,
        "fill_pct": None if state.fill is None else round(state.fill, 1),
        "as_of": state.as_of.astimezone(UTC).isoformat().replace("+00:00", "Z") if state.as_of else None,
        "facts": [
            {
                "name": one.name,
                "value": one.value,
                "unit": one.unit,
                "source": one.source_text,
                "as_of": one.as_of.isoformat() if one.as_of else None,
                "preferred": one.preferred,
            }
            for one in state.facts
        ],
    }


@router.post(
    "/reservoirs/{code}/what-if",
    response={200: WhatIfOut, **ERRORS},
    summary="What another release would do, here and downstream",
    auth=signed_in,
)
def ask(request: HttpRequest, code: str, body: WhatIfIn) -> Any:
    row = Reservoir.objects.visible_to(request.user).select_related("node").filter(code=code).first()
    if row is None:
        raise not_found()
    if not may_on(request.user, "operate_dam", row) and not may_on(request.user, "forecast", row):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that operates dams."))
    release = body.release if isinstance(body.release, list) else [body.release] * (body.days or 10)
    try:
        found = what_if(request.user, row, release=release, at=timezone.now(), inflow=body.inflow)
    except Refused as refusal:
        raise Problem(422, _("This cannot be computed"), str(refusal)) from refusal
    return {
        "code": row.code,
        "inflow": found.inflow,
        "release": found.release,
        "storage": found.storage,
        "level": found.level,
        "flow": found.flows,
        "plan": {
            "release": found.plan_release,
            "storage": found.plan_storage,
            "level": found.plan_level,
            "flow": found.plan_flows,
        },
        "spills_on_day": found.above,
        "balance_error": found.balance_error,
    }
