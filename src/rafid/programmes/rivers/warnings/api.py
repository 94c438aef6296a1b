"""``/api/v1/rivers/warnings``: what was issued, for programs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, paged

from ..models import FloodWarning
from ..values.api import iso

router = Router(tags=["rivers"])


class RiverWarningOut(Schema):
    """``level``: watch, warning, severe, extreme, low or critical; ``state``: draft (staff only), issued, updated, cancelled or
    expired."""

    id: str
    ref: str
    station: str
    level: str
    state: str
    onset: str
    expires: str
    issued_at: str | None
    signed: bool
    probability: float | None
    forecast: str | None
    updates: str | None
    headline: dict[str, str]
    text: dict[str, str]
    instruction: dict[str, str]


class RiverWarningQuery(PageQuery):
    station: str | None = None
    state: str | None = None
    level: str | None = None


@router.get("/warnings", response={200: Page[RiverWarningOut], **ERRORS}, summary="Warnings")
def warnings(request: HttpRequest, query: Query[RiverWarningQuery]) -> Any:
    rows = FloodWarning.objects.visible_to(request.user).select_related("station", "forecast", "updates")
    for name, field in (("station", "station__code"), ("state", "state"), ("level", "level")):
        if value := getattr(query, name):
            rows = rows.filter(**{field: value})
    return paged(rows, query, show)


def show(row: FloodWarning) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "ref": row.ref,
        "station": row.station.code,
        "level": row.level,
        "state": row.state,
        "onset": iso(row.onset),
        "expires": iso(row.expires),
        "issued_at": iso(row.issued_at) if row.issued_at else None,
        "signed": row.second_signature_id is not None,
        "probability": row.probability,
        "forecast": row.forecast.ref if row.forecast else None,
        "updates": row.updates.ref if row.updates else None,
        "headline": row.headline,
        "text": row.text,
        "instruction": row.instruction,
    }
