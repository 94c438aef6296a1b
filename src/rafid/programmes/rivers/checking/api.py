"""``/api/v1/rivers/findings``: what the checks doubt, for programs of those who check."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, invalid, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import may

from ..models import SeriesFinding, SeriesFindingState
from ..seeing import PROGRAMME
from ..values.api import iso, moment
from .names import NAMES
from .queries import findings, made_up

router = Router(tags=["rivers"])


class RiverFindingOut(Schema):
    """``severity``: 1 note, 2 check, 3 serious. ``state``: open, confirmed, explained, corrected or resolved.
    ``demonstration``: the values are invented."""

    id: str
    series: str
    station: str
    variable: str
    unit: str
    check: str
    severity: int
    start: str
    end: str
    value: float | None
    against: float | None
    message: dict[str, str]
    state: str
    found_at: str
    settled_at: str | None
    reason: str
    version: int
    demonstration: bool


class RiverFindingQuery(PageQuery):
    station: str | None = None
    variable: str | None = None
    check: str | None = Field(None, description="such as range, spike, gap, neighbour, rated, balance, apart")
    state: str | None = Field(None, description="all of them without it")
    severity: int | None = Field(None, ge=1, le=3)
    since: str | None = Field(None, alias="from", description="ISO 8601: findings that end at this time or later")
    until: str | None = Field(None, alias="to")


@router.get(
    "/findings", response={200: Page[RiverFindingOut], **ERRORS}, summary="Findings about values", auth=signed_in
)
def listing(request: HttpRequest, query: Query[RiverFindingQuery]) -> Any:
    if not may(request.user, "check", PROGRAMME) and not may(request.user, "correct", PROGRAMME):
        raise Problem(403, _("This is not yours to do"), _("Ask for a role that checks values."))
    known = {"state": SeriesFindingState.values, "check": list(NAMES)}
    for name, values in known.items():
        asked = getattr(query, name)
        if asked and asked not in values:
            raise invalid(name, _("Known are: %(known)s.") % {"known": ", ".join(values)})
    rows = findings(request.user)
    for name, field in (
        ("station", "series__station__code"), ("variable", "series__variable"), ("check", "check_code"), ("state", "state"),
        ("severity", "severity"),
    ):  # fmt: skip
        if value := getattr(query, name):
            rows = rows.filter(**{field: value})
    if start := moment("from", query.since):
        rows = rows.filter(end__gte=start)
    if end := moment("to", query.until):
        rows = rows.filter(start__lte=end)
    return paged(rows, query, show)


def show(row: SeriesFinding) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "series": str(row.series_id),
        "station": row.series.station.code,
        "variable": row.series.variable,
        "unit": row.series.unit,
        "check": row.check_code,
        "severity": row.severity,
        "start": iso(row.start),
        "end": iso(row.end),
        "value": row.value,
        "against": row.against,
        "message": row.message,
        "state": row.state,
        "found_at": iso(row.known_at),
        "settled_at": iso(row.settled_at) if row.settled_at else None,
        "reason": row.reason,
        "version": row.version,
        "demonstration": made_up(row),
    }
