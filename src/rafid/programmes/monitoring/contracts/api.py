"""``/api/v1/monitoring/contracts`` and ``progress``: what was promised, reported, verified and proven."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.queries import by_ref

from . import months
from .queries import contracts_seen, progress_for

router = Router(tags=["monitoring"])


class MonitoringContractOut(Schema):
    id: str
    ref: str
    title: str
    donor: str
    donor_names: dict[str, str]
    partner: str
    partner_names: dict[str, str]
    start: date
    end: date
    currency: str
    budget: float
    places: list[str]
    state: str
    pass_mark: float
    weights: dict[str, float]
    deadlines: dict[str, int]


class MonitoringEarned(Schema):
    """In the contract's currency, but for ``spi`` and ``cpi``. ``covered``: the weight of the lines that have this number."""

    planned: float
    earned: float
    spi: float | None
    cpi: float | None
    covered: float


class MonitoringLineProgress(Schema):
    """Cumulative, in the line's unit. ``verified`` with its range is null where too little was seen, ``floor`` where nothing
    was drawn by size; ``floor_of`` is the reported quantity that the floor speaks of; ``share_seen`` of what was reported."""

    indicator: str
    names: dict[str, str]
    unit: str
    weight: float
    target: float
    planned: float
    reported: float | None
    reported_until: str | None
    verified: float | None
    low: float | None
    high: float | None
    floor: float | None
    floor_of: float
    sites: int
    seen: int
    share_seen: float | None
    not_seen: dict[str, int]


class MonitoringProgressOut(Schema):
    """``low`` and ``high``: the range of what is earned as verified. ``finish``: months, from what is reported and verified,
    with the range of the verified."""

    contract: str
    budget: float
    currency: str
    month: str
    spent: float | None
    lines: list[MonitoringLineProgress]
    reported: MonitoringEarned | None
    verified: MonitoringEarned | None
    verified_capped: MonitoringEarned | None
    floor: MonitoringEarned | None
    low: float | None
    high: float | None
    finish: dict[str, str | None]
    drawn: dict[str, int]


class MonitoringContractsQuery(PageQuery):
    state: str | None = None
    donor: str | None = None
    partner: str | None = None


class MonitoringProgressQuery(PageQuery):
    contract: str | None = Field(None, description="id or reference; all that you see where it is left out")
    on: date | None = Field(
        None, description="until the last month that is over on this day; today where it is left out"
    )
    known_at: datetime | None = Field(
        None, description="as it was known at this time; as it is known now where left out"
    )


@router.get("/contracts", response={200: Page[MonitoringContractOut], **ERRORS}, summary="Contracts that are monitored")
def contracts(request: HttpRequest, query: Query[MonitoringContractsQuery]) -> Any:
    rows = contracts_seen(signed_in(request)).prefetch_related("places")
    for name, path in (("state", "state"), ("donor", "donor__ref"), ("partner", "partner__ref")):
        asked = getattr(query, name)
        if asked:
            rows = rows.filter(**{path: asked.replace("\x00", "")})
    return paged(rows, query, _contract)


def _contract(row: Any) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "title": row.title, "donor": row.donor.ref, "donor_names": row.donor.names,
        "partner": row.partner.ref, "partner_names": row.partner.names, "start": row.start, "end": row.end,
        "currency": row.currency, "budget": float(row.budget), "places": [place.ref for place in row.places.all()],
        "state": row.state, "pass_mark": row.pass_mark, "weights": row.weights, "deadlines": row.deadlines,
    }  # fmt: skip


@router.get("/progress", response={200: Page[MonitoringProgressOut], **ERRORS}, summary="Progress of contracts by line")
def progress(request: HttpRequest, query: Query[MonitoringProgressQuery]) -> Any:
    """Planned, reported, verified with its range, and the floor; what they earn by each of them."""
    user = signed_in(request)
    rows = contracts_seen(user)
    if query.contract:
        rows = rows.filter(pk=by_ref(rows, query.contract).pk)
    month = months.ended_by(query.on) if query.on else months.last_ended()
    page = paged(rows, query, lambda row: row)
    found = progress_for(user, page["items"], month, known_at=query.known_at)
    page["items"] = [_progress(row, found[row.pk]) for row in page["items"]]
    return page


def _progress(row: Any, figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "contract": row.ref,
        "budget": float(row.budget),
        "currency": row.currency,
        **{name: figures[name] for name in ("month", "spent", "low", "high", "finish", "drawn")},
        "lines": [
            {**line, "indicator": line["code"], "reported_until": line["reported_month"]} for line in figures["lines"]
        ],
        **figures["earned"],
    }
