"""``/api/v1/rivers/forecasts``: forecasts with their record beside them, and asking for one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, decode_cursor, encode_cursor, invalid, not_found
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import may_at
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import Forecast, RiverNode
from ..models.forecasts import ForcingKind
from ..seeing import PROGRAMME
from ..values.api import iso
from .model_api import router as models
from .queries import QUANTILES, Shown, show_all
from .running import model_of, queue_forecast

router = Router(tags=["rivers"])
router.add_router("", models)


class RiverQuantilesOut(Schema):
    """Flow in m³/s."""

    lead_hours: int
    p05: float
    p25: float
    p50: float
    p75: float
    p95: float


class RiverExceedanceOut(Schema):
    """``threshold`` in m³/s; ``level`` in m where the threshold is a stage."""

    lead_hours: int
    threshold: float
    class_: str = Field(alias="class")
    probability: float
    level: float | None = None
    station: str


class RiverSkillOut(Schema):
    """Null where there are fewer than 30 cases. ``crpss_persistence`` = 1 − CRPS / CRPS of persistence; the hindcasts drew
    their weather from the past, as the forecast did."""

    lead_hours: int
    n: int
    nse: float | None = None
    crps: float | None = None
    crpss_persistence: float | None = None
    crpss_climatology: float | None = None
    beats_persistence: bool


class RiverForecastOut(Schema):
    """``guidance_only_leads`` have not shown to be better than persistence: they may not carry a warning alone."""

    id: str
    ref: str
    node: str
    state: str
    variable: str
    unit: str
    issued_at: str | None
    known_at: str
    forcing: str
    members: int
    horizon_h: int
    seed: int
    sha256: str
    notes: list[dict[str, Any]]
    quantiles: list[RiverQuantilesOut]
    exceedance: list[RiverExceedanceOut]
    skill: list[RiverSkillOut]
    guidance_only_leads: list[int]


class RiverForecastQuery(PageQuery):
    node: str | None = Field(None, max_length=40)


class RiverForecastIn(Schema):
    """``forcing``: bootstrap, analogue, ecmwf, glofas, other. Without a seed the moment makes it."""

    node: str = Field(max_length=40)
    horizon_h: int = Field(240, ge=24, le=240)
    members: int = Field(50, ge=5, le=1000)
    forcing: str = "bootstrap"
    seed: int | None = Field(None, ge=0, le=2**53)


class RiverJobOut(Schema):
    id: str
    state: str
    link: str


class RiverForecastQueuedOut(Schema):
    """``job`` can be watched at its link; the forecast is at ``/api/v1/rivers/forecasts/{id}`` once it is issued."""

    id: str
    ref: str
    node: str
    state: str
    job: RiverJobOut


@router.get(
    "/forecasts", response={200: Page[RiverForecastOut], **ERRORS}, summary="Forecasts, the newest first", by_alias=True
)
def forecasts(request: HttpRequest, query: Query[RiverForecastQuery]) -> Any:
    rows = Forecast.objects.visible_to(request.user).select_related("node", "model")
    if query.node:
        rows = rows.filter(node__code=query.node)
    count = rows.count() if query.count else None
    if query.cursor:
        (before,) = decode_cursor(query.cursor, 1)
        try:
            rows = rows.filter(pk__lt=UUID(str(before)))
        except ValueError as error:
            raise invalid("cursor", _("This cursor was not given by this list. Start again without it.")) from error
    found = list(rows.order_by("-pk")[: query.limit + 1])
    more, found = len(found) > query.limit, found[: query.limit]
    return {
        "items": [show(one) for one in show_all(found, request.user)],
        "next": encode_cursor([str(found[-1].pk)]) if more else None,
        "count": count,
    }


@router.get(
    "/forecasts/{id}", response={200: RiverForecastOut, **ERRORS}, summary="A forecast with its record", by_alias=True
)
def forecast(request: HttpRequest, id: str) -> Any:
    row = by_ref(Forecast.objects.visible_to(request.user).select_related("node", "model"), id)
    return show(show_all([row], request.user)[0])


def show(one: Shown) -> dict[str, Any]:
    row = one.row
    return {
        "id": str(row.pk),
        "ref": row.ref,
        "node": row.node.code,
        "state": row.state,
        "variable": row.variable,
        "unit": "m³/s",
        "issued_at": iso(row.issued_at) if row.issued_at else None,
        "known_at": iso(row.data_known_at),
        "forcing": row.forcing,
        "members": row.members,
        "horizon_h": row.horizon_h,
        "seed": row.seed,
        "sha256": row.sha256,
        "notes": row.notes,
        "quantiles": [
            {"lead_hours": step} | {f"p{q:02d}": float(f"{one.quantiles[q][i]:.6g}") for q in QUANTILES}
            for i, step in enumerate(one.steps)
        ],
        "exceedance": [
            {
                "lead_hours": step,
                "threshold": float(f"{likely.limit.flow:.6g}"),
                "class": likely.limit.code,
                "probability": round(likely.by_lead[i], 4),
                "level": likely.limit.value if likely.limit.variable == "stage" else None,
                "station": likely.limit.station,
            }
            for likely in one.likely
            for i, step in enumerate(one.steps)
        ],
        "skill": [
            {"lead_hours": skill.lead_h, "n": skill.n, "beats_persistence": skill.beats}
            | {name: skill.scores.get(name) for name in ("nse", "crps", "crpss_persistence", "crpss_climatology")}
            for skill in one.skill
        ],
        "guidance_only_leads": one.guidance_only,
    }


@router.post(
    "/forecasts", response={202: RiverForecastQueuedOut, **ERRORS}, summary="Ask for a forecast", auth=signed_in
)
def ask(request: HttpRequest, body: RiverForecastIn) -> Any:
    node = (
        RiverNode.objects.visible_to(request.user).filter(code=body.node).first() if "\x00" not in body.node else None
    )
    if node is None:
        raise not_found()
    model = model_of(node)
    if model is None:
        raise invalid("node", _("No model is active at this node. Calibrate one and make it active."))
    if not may_at(request.user, "forecast", PROGRAMME, model.owner_id, model.place_id):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that makes forecasts."))
    if body.forcing not in ForcingKind.values or body.forcing == "observed":
        raise invalid("forcing", _("The weather is one of: bootstrap, analogue, ecmwf, glofas, other."))
    try:
        row, task = queue_forecast(
            model, horizon_h=body.horizon_h, members=body.members, forcing=body.forcing, seed=body.seed, by=request.user
        )
    except Refused as error:
        raise invalid("node", str(error)) from error
    return 202, {
        "id": str(row.pk),
        "ref": row.ref,
        "node": node.code,
        "state": row.state,
        "job": {"id": str(task.pk), "state": task.state, "link": f"/tasks/{task.pk}/"},
    }
