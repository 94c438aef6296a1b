"""``/api/v1/rivers/models``: models with their judgement, and taking in another model's ensembles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.change import Refused

from ..models import RiverModel
from ..values.api import iso
from ..values.recording import NotRecorded
from .editing import may_model
from .importing import MOST_ROWS, import_ensemble, read_rows
from .queries import Skill, records_of

router = Router(tags=["rivers"])


class RiverModelSkillOut(Schema):
    lead_hours: int
    n: int
    crpss_persistence: float | None = None
    beats_persistence: bool


class RiverModelOut(Schema):
    """``scores`` are those of the judged period with observed rain, an upper bound; ``skill`` is the record."""

    id: str
    node: str
    kind: str
    state: str
    calibrated_from: str | None
    calibrated_to: str | None
    validated_from: str | None
    validated_to: str | None
    parameters: dict[str, Any]
    scores: dict[str, Any]
    skill: list[RiverModelSkillOut]


class RiverModelQuery(PageQuery):
    node: str | None = Field(None, max_length=40)
    state: str | None = Field(None, max_length=8)


class RiverEnsembleRow(Schema):
    """Flow of one member at one lead, m³/s. ``issued_at`` with its zone."""

    issued_at: str = Field(max_length=40)
    lead_hours: float
    member: str | int
    value: float


class RiverEnsembleIn(Schema):
    rows: list[RiverEnsembleRow] = Field(max_length=MOST_ROWS)


class RiverEnsembleTakenOut(Schema):
    forecasts: list[dict[str, str]]


@router.get("/models", response={200: Page[RiverModelOut], **ERRORS}, summary="Models of flow and their record")
def models(request: HttpRequest, query: Query[RiverModelQuery]) -> Any:
    rows = RiverModel.objects.visible_to(request.user).select_related("node")
    if query.node:
        rows = rows.filter(node__code=query.node.replace("\x00", ""))
    if query.state:
        rows = rows.filter(state=query.state.replace("\x00", ""))
    found = paged(rows, query, lambda row: row)
    skill = records_of({row.pk for row in found["items"]})
    return found | {"items": [show(row, skill.get(row.pk, [])) for row in found["items"]]}


@router.get("/models/{uuid:id}", response={200: RiverModelOut, **ERRORS}, summary="A model of flow")
def model(request: HttpRequest, id: UUID) -> Any:
    row = _one(request, id)
    return show(row, records_of([row.pk]).get(row.pk, []))


@router.post(
    "/models/{uuid:id}/forecasts",
    response={201: RiverEnsembleTakenOut, **ERRORS},
    summary="Take in another model's ensemble",
    auth=signed_in,
)
def take_in(request: HttpRequest, id: UUID, body: RiverEnsembleIn) -> Any:
    """All or nothing; a refusal names each row, field and reason."""
    row = _one(request, id)
    if not may_model(request.user, row):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that keeps models."))
    try:
        made = import_ensemble(row, read_rows(one.model_dump() for one in body.rows), by=request.user)
    except NotRecorded as refusal:
        errors = [{"row": one.row, "field": one.field, "reason": one.reason} for one in refusal.problems]
        said = {"title": _("Nothing was taken in."), "status": 422, "errors": errors}
        return JsonResponse(said, status=422, content_type="application/problem+json")
    except Refused as refusal:
        raise Problem(409, _("This cannot be done"), str(refusal)) from refusal
    return 201, {
        "forecasts": [
            {"id": str(one.pk), "ref": one.ref, "known_at": iso(one.data_known_at), "issued_at": iso(one.issued_at)}
            for one in made
        ]
    }


def _one(request: HttpRequest, id: UUID) -> RiverModel:
    found: RiverModel | None = RiverModel.objects.visible_to(request.user).select_related("node").filter(pk=id).first()
    if found is None:
        raise not_found()
    return found


def show(row: RiverModel, skill: list[Skill]) -> dict[str, Any]:
    days = ("calibrated_from", "calibrated_to", "validated_from", "validated_to")
    return {
        "id": str(row.pk),
        "node": row.node.code,
        "kind": row.kind,
        "state": row.state,
        **{name: getattr(row, name).isoformat() if getattr(row, name) else None for name in days},
        "parameters": row.parameters,
        "scores": row.scores,
        "skill": [
            {
                "lead_hours": one.lead_h,
                "n": one.n,
                "crpss_persistence": one.scores.get("crpss_persistence"),
                "beats_persistence": one.beats,
            }
            for one in skill
        ],
    }
