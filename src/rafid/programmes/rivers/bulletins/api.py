"""``/api/v1/rivers/bulletins``: which were published, with their hash, and computing one again."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.records.queries import by_ref

from ..models import Bulletin
from ..values.api import iso
from .publish import recompute

router = Router(tags=["rivers"])


class RiverBulletinOut(Schema):
    id: str
    ref: str
    kind: str
    period: str
    state: str
    known_at: str
    published_at: str | None
    sha256: str
    corrects: str | None


class RiverBulletinQuery(PageQuery):
    kind: str | None = None
    period: str | None = None


class RiverDifferenceOut(Schema):
    """``where`` leads to the figure; a value that was corrected since names its series and time, and why."""

    where: str
    then: Any = None
    now: Any = None
    reason: str = ""


class RiverRecomputedOut(Schema):
    """``identical``: from the same state of knowledge the same hash, and no value in it corrected since. A rating that was
    superseded since corrects no value that was read; what it changed is not in ``differences``."""

    identical: bool
    sha256: str
    same_state: bool = Field(description="the figures come out with the same hash from what was known then")
    differences: list[RiverDifferenceOut]


@router.get("/bulletins", response={200: Page[RiverBulletinOut], **ERRORS}, summary="Bulletins")
def bulletins(request: HttpRequest, query: Query[RiverBulletinQuery]) -> Any:
    rows = Bulletin.objects.visible_to(request.user).exclude(state="discarded").select_related("corrects")
    if query.kind:
        rows = rows.filter(bulletin_kind=query.kind)
    if query.period:
        rows = rows.filter(period=query.period)
    return paged(rows, query, show)


def show(row: Bulletin) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "ref": row.ref,
        "kind": row.bulletin_kind,
        "period": row.period,
        "state": row.state,
        "known_at": iso(row.data_known_at),
        "published_at": iso(row.published_at) if row.published_at else None,
        "sha256": row.sha256,
        "corrects": row.corrects.ref if row.corrects else None,
    }


@router.post(
    "/bulletins/{id}/recompute",
    response={200: RiverRecomputedOut, **ERRORS},
    summary="Compute a bulletin again from what was known when it was made",
)
def recompute_bulletin(request: HttpRequest, id: str) -> Any:
    row = by_ref(Bulletin.objects.visible_to(request.user), id)
    found = recompute(row)
    return {
        "identical": found.identical,
        "sha256": found.sha256,
        "same_state": found.same_state,
        "differences": [
            *({"where": one.where, "then": one.frozen, "now": one.now} for one in found.differs[:500]),
            *(
                {
                    "where": f"{one.series} / {iso(one.time)}",
                    "then": one.then,
                    "now": one.now,
                    "reason": one.reason,
                }
                for one in found.corrected[:500]
            ),
        ],
    }
