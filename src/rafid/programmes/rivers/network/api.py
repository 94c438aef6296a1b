"""``/api/v1/rivers/network``: nodes, reaches and diversions as they are valid now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from rafid.commons.api import ERRORS

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
