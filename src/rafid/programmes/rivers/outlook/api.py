"""``/api/v1/rivers/outlooks``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.records.queries import by_ref

from ..models import Outlook
from ..values.api import iso
from .queries import Range, Shown, shown, what_came

router = Router(tags=["rivers"])


class RiverVolumeOut(Schema):
    """Mm³. ``usual`` is the middle of past seasons; ``came`` what was observed, once the season is over."""

    month: str
    p10: float
    p50: float
    p90: float
    usual: float | None
    came: float | None = None


class RiverOutlookOut(Schema):
    """``below_usual``: share of the traces below the middle of past seasons. ``skill``: CRPSS over climatology on this date
    of past years, null where there are too few. ``supply``: demand by sector and priority; what is met in the middle and in
    the driest tenth of the traces, and how likely it is short."""

    id: str
    ref: str
    season: str
    node: str | None
    method: str
    scenario: str
    issued_at: str
    known_at: str
    traces: int
    years: list[int]
    total: RiverVolumeOut
    months: list[RiverVolumeOut]
    below_usual: float
    skill: dict[str, Any]
    supply: list[dict[str, Any]]


class RiverOutlookQuery(PageQuery):
    node: str | None = Field(None, max_length=40)
    season: str | None = Field(None, max_length=20)
    scenario: str | None = Field(None, max_length=40)


@router.get("/outlooks", response={200: Page[RiverOutlookOut], **ERRORS}, summary="Seasonal outlooks")
def outlooks(request: HttpRequest, query: Query[RiverOutlookQuery]) -> Any:
    rows = Outlook.objects.visible_to(request.user).select_related("node")
    asked = {"node__code": query.node, "season": query.season, "scenario": query.scenario}
    rows = rows.filter(**{name: value.replace("\x00", "") for name, value in asked.items() if value})
    return paged(rows, query, lambda row: show(shown(row)))


@router.get("/outlooks/{id}", response={200: RiverOutlookOut, **ERRORS}, summary="A seasonal outlook")
def outlook(request: HttpRequest, id: str) -> Any:
    row = by_ref(Outlook.objects.visible_to(request.user).select_related("node", "model"), id)
    return show(shown(row, came=what_came(row)))


def show(one: Shown) -> dict[str, Any]:
    row = one.row
    return {
        "id": str(row.pk),
        "ref": row.ref,
        "season": row.season,
        "node": row.node.code if row.node else None,
        "method": row.method,
        "scenario": row.scenario,
        "issued_at": iso(row.issued_at),
        "known_at": iso(row.data_known_at),
        "traces": len(row.volumes),
        "years": list(row.years),
        "total": _volume(one.total),
        "months": [_volume(month) for month in one.months],
        "below_usual": round(one.below_usual / 100, 4),
        "skill": row.skill,
        "supply": one.supply,
    }


def _volume(found: Range) -> dict[str, Any]:
    figures = {"p10": found.low, "p50": found.middle, "p90": found.high, "usual": found.usual, "came": found.came}
    return {"month": found.label} | {
        name: None if value is None else float(f"{value:.6g}") for name, value in figures.items()
    }
