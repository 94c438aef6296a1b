"""``/api/v1/monitoring/warnings``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.people.authentication import signed_in

from ..models import EarlyWarning
from .queries import days_early, links_of, warnings_seen

router = Router(tags=["monitoring"])


class MonitoringEvidenceNumber(Schema):
    name: str
    value: float | None
    limit: float | None


class MonitoringEvidenceLink(Schema):
    kind: str
    ref: str
    url: str


class MonitoringWarningEvidence(Schema):
    numbers: list[MonitoringEvidenceNumber]
    links: list[MonitoringEvidenceLink]


class MonitoringWarningOut(Schema):
    """``days_early``: how long before ``confirmed_on`` it came. Whoever reads a warning reads why it is muted."""

    id: str
    ref: str
    contract: str | None
    rule: str
    subject: str
    about: dict[str, str]
    since: date
    until: date | None
    evidence: MonitoringWarningEvidence
    state: str
    muted_until: date | None
    muted_reason: str | None
    confirmed_on: date | None
    days_early: int | None
    released_at: datetime | None


class MonitoringWarningsQuery(PageQuery):
    contract: str | None = None
    rule: str | None = None
    state: str | None = None


@router.get(
    "/warnings", response={200: Page[MonitoringWarningOut], **ERRORS}, summary="Early warnings, with their evidence"
)
def warnings(request: HttpRequest, query: Query[MonitoringWarningsQuery]) -> Any:
    user = signed_in(request)
    rows = warnings_seen(user)
    for name, path in (("contract", "contract__ref"), ("rule", "rule"), ("state", "state")):
        given = getattr(query, name)
        if given:
            rows = rows.filter(**{path: given.replace("\x00", "")})
    page = paged(rows, query, lambda row: row)
    page["items"] = [_out(row) for row in page["items"]]
    return page


def _out(row: EarlyWarning) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "contract": row.contract.ref if row.contract else None, "rule": row.rule,
        "subject": row.subject, "about": row.about, "since": row.since, "until": row.until,
        "evidence": {
            "numbers": [
                {name: one.get(name) for name in ("name", "value", "limit")} for one in row.evidence.get("numbers", ())
            ],
            "links": [{"kind": one.kind, "ref": one.ref, "url": one.url} for one in links_of(row)],
        },
        "state": row.state,
        "muted_until": row.muted_until, "muted_reason": row.muted_reason or None,
        "confirmed_on": row.confirmed_on, "days_early": days_early(row), "released_at": row.released_at,
    }  # fmt: skip
