"""``/api/v1/rivers/warnings``: what was issued, for programs, and issuing a draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, invalid, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import may_on
from rafid.commons.records.change import Refused
from rafid.commons.records.queries import by_ref

from ..models import FloodWarning
from ..values.api import iso
from .acting import issue_warning
from .causes import Doubted

router = Router(tags=["rivers"])


class RiverWarningOut(Schema):
    """``level``: watch, warning, severe, extreme, low or critical; ``state``: draft (staff only), issued, updated, cancelled or
    expired; discarded drafts only where they are asked for (staff only)."""

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
    return paged(rows if query.state else rows.exclude(state="discarded"), query, show)


class RiverWarningIssueIn(Schema):
    override_reason: str = Field("", max_length=1000, description="why it is issued although its cause does not hold")


@router.post(
    "/warnings/{id}/issue",
    response={200: RiverWarningOut, **ERRORS},
    summary="Issue a draft; 422 where its cause does not hold and no reason says why it goes out all the same",
    auth=signed_in,
)
def issue(request: HttpRequest, id: str, body: RiverWarningIssueIn) -> Any:
    row = by_ref(FloodWarning.objects.visible_to(request.user).select_related("station", "forecast", "updates"), id)
    if not may_on(request.user, "issue_warning", row):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that issues warnings."))
    try:
        return show(issue_warning(row, user=request.user, override_reason=body.override_reason.replace("\x00", "")))
    except Doubted as doubted:
        raise invalid("override_reason", str(doubted)) from doubted
    except Refused as refused:
        raise Problem(409, _("This cannot be done"), str(refused)) from refused


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
