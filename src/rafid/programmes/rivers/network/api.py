"""``/api/v1/rivers/network``: nodes, reaches and diversions as they are valid now."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Problem
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.change import Refused

from .keeping import may_ask
from .standing import standing

router = Router(tags=["rivers"])


class RiverNodeOut(Schema):
    code: str
    name: str
    kind: str
    river: str
    geometry: dict[str, Any]


class RiverReachOut(Schema):
    """``k`` in s, ``loss`` a share."""

    code: str
    upstream: str
    downstream: str
    length_km: float | None
    k: float
    x: float
    subreaches: int
    loss: float


class RiverDiversionOut(Schema):
    code: str
    at: str
    to: str
    capacity_downstream: float | None
    maximum: float | None
    fraction: float


class RiverNetworkOut(Schema):
    nodes: list[RiverNodeOut]
    reaches: list[RiverReachOut]
    diversions: list[RiverDiversionOut]


@router.get("/network", response={200: RiverNetworkOut, **ERRORS}, summary="The river network as it is valid now")
def network(request: HttpRequest) -> Any:
    found = standing(timezone.now())
    return {
        "nodes": [
            {
                "code": one.code,
                "name": one.name,
                "kind": one.kind,
                "river": one.river,
                "geometry": {"type": "Point", "coordinates": [round(one.point.x, 6), round(one.point.y, 6)]},
            }
            for one in found.nodes
        ],
        "reaches": [
            {
                "code": one.code,
                "upstream": one.upstream.code,
                "downstream": one.downstream.code,
                "length_km": one.length_km,
                "k": one.k_s,
                "x": one.x,
                "subreaches": one.subreaches,
                "loss": one.loss,
            }
            for one in found.reaches
        ],
        "diversions": [
            {
                "code": one.code,
                "at": one.at.code,
                "to": one.to.code,
                "capacity_downstream": one.capacity_downstream,
                "maximum": one.maximum,
                "fraction": one.fraction,
            }
            for one in found.diversions
        ],
    }


class NetworkChangeIn(Schema):
    """m³/s. ``closed``: nodes of reservoirs, and codes of diversions."""

    days: int = Field(10, ge=1, le=60)
    releases: dict[str, float] = Field(default_factory=dict, description="by code of the reservoir's node")
    closed: list[str] = Field(default_factory=list)
    diversions: dict[str, dict[Literal["capacity_downstream", "maximum", "fraction"], float | None]] = Field(
        default_factory=dict, description="by code of the diversion: what becomes of it"
    )
    fillings: dict[str, float] = Field(default_factory=dict, description="by node upstream: what is kept back")


class NetworkPlaceOut(Schema):
    """At the end of each day from day 0: m³/s, Mm³ and m."""

    code: str
    name: str
    kind: str
    flow: list[float]
    plan_flow: list[float]
    storage: list[float] | None
    plan_storage: list[float] | None
    level: list[float | None] | None
    plan_level: list[float | None] | None
    notes: list[str]


class NetworkFoundOut(Schema):
    """``diverted``: by diversion at the end, as asked and by plan; ``withheld``: by node that is filled, Mm³."""

    days: list[int]
    places: list[NetworkPlaceOut]
    diverted: dict[str, list[float]]
    withheld: dict[str, float]
    balance_error: float


@router.post(
    "/network/what-if",
    response={200: NetworkFoundOut, **ERRORS},
    summary="What other releases, closed gates, diversions and fillings would do",
    auth=signed_in,
)
def what_if(request: HttpRequest, body: NetworkChangeIn) -> Any:
    from .scenarios import Asked, ask

    if not may_ask(request.user):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that operates dams."))
    asked = Asked(
        days=body.days,
        releases=body.releases,
        closed=tuple(body.closed),
        diversions={code: dict(values) for code, values in body.diversions.items()},
        fillings=body.fillings,
    )
    try:
        found = ask(request.user, asked, at=timezone.now()).as_json()
    except Refused as refusal:
        raise Problem(422, _("This cannot be computed"), str(refusal)) from refusal
    return {**found, "diverted": {code: list(pair) for code, pair in found["diverted"].items()}}
