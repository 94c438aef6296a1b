"""``/api/v1/mineaction``: reports and sheets with their frozen figures and files; contamination by district in a state."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, ProblemOut, invalid, not_found, paged
from rafid.commons.people.authentication import signed_in

from ..models import Product, ProductKind
from ..picture import ledgers
from ..picture.api import place_of, type_day
from ..picture.asked import NoDate, asked
from ..picture.contamination import Area, By, contamination
from ..picture.frame import DATUM, demonstrates, safety
from ..picture.inputs import inputs_for
from ..picture.scope import sees_exactly
from ..picture.standing import standings
from . import printing
from .files import answer, language_of
from .make import recompute
from .saying import title_of
from .views import products_seen

router = Router(tags=["mineaction"])
PRINTING_SECONDS = 10
FILE_ERRORS = {**ERRORS, 503: ProblemOut}


class MineactionProductOut(Schema):
    """``on`` and ``known``: the state that the figures are of; ``before_on`` and ``before_known``: that of the report before.
    ``sha256``: of the figures."""

    id: str
    kind: str
    title: str
    on: date
    known: datetime
    before_on: date | None
    before_known: datetime | None
    place: str | None
    task: str | None
    organisation: str | None
    authority: str | None
    demonstration: bool
    sha256: str
    made_at: datetime


class MineactionProductWhole(MineactionProductOut):
    figures: dict[str, Any]


class MineactionProductDifference(Schema):
    where: str
    frozen: Any = None
    now: Any = None


class MineactionProductRecomputed(Schema):
    """``whole``: the frozen figures have their hash; ``same``: every figure comes out as it was frozen."""

    known: datetime
    whole: bool
    same: bool
    differences: list[MineactionProductDifference]


class MineactionProductsQuery(PageQuery):
    kind: str | None = Field(None, description="treaty, district, task or operator")


class MineactionProductFileQuery(Schema):
    lang: str | None = None


class MineactionAreaOut(Schema):
    """``rate_m2_year``: released in the last twelve full months; ``years`` until nothing is left at that rate, with the range
    that 90 % of months like these allow; null where it never ends."""

    place: str | None
    cha: int
    cha_m2: float
    sha: int
    sha_m2: float
    remaining_m2: float
    cleared_m2: float
    reduced_m2: float
    cancelled_m2: float
    items: int
    items_per_ha: float | None
    rate_m2_year: float
    years: float | None
    years_low: float | None
    years_high: float | None


class MineactionReleasedBy(Schema):
    """``cost_m2``: USD, over the releases whose cost is known."""

    name: str
    cleared_m2: float
    reduced_m2: float
    cancelled_m2: float
    releases: int
    cost_m2: float | None


class MineactionTargetOut(Schema):
    period: str
    indicator: str
    name: str
    value: float
    unit: str
    measured: float | None
    percent: float | None
    source: str


class MineactionContaminationOut(Schema):
    """Of the hazards that you see exactly. ``state``: the moment of this answer; asked for as ``known``, it gives the same
    figures again."""

    on: date
    known: str | None
    state: str
    place: str | None
    datum: str
    note: str
    demonstration: bool
    total: MineactionAreaOut
    districts: list[MineactionAreaOut]
    operators: list[MineactionReleasedBy]
    methods: list[MineactionReleasedBy]
    targets: list[MineactionTargetOut]


@router.get("/products", response={200: Page[MineactionProductOut], **ERRORS}, summary="Reports and sheets")
def products(request: HttpRequest, query: Query[MineactionProductsQuery]) -> Any:
    rows = products_seen(signed_in(request)).select_related("place", "task", "subject", "owner")
    if query.kind:
        if query.kind not in ProductKind.values:
            raise invalid("kind", _("Give one of: %(kinds)s.") % {"kinds": ", ".join(ProductKind.values)})
        rows = rows.filter(kind=query.kind)
    return paged(rows.order_by(), query, _product)


def _product(row: Product) -> dict[str, Any]:
    return {
        "id": str(row.pk), "kind": row.kind, "title": title_of(row), "on": row.on, "known": row.known,
        "before_on": row.before_on, "before_known": row.before_known, "place": row.place and row.place.ref,
        "task": row.task and row.task.ref, "organisation": row.subject and row.subject.ref,
        "authority": row.owner and row.owner.ref, "demonstration": bool(row.figures.get("demonstration")),
        "sha256": row.sha256, "made_at": row.known_at,
    }  # fmt: skip


def _seen(request: HttpRequest, pk: UUID) -> Product:
    row: Product | None = products_seen(signed_in(request)).filter(pk=pk).first()
    if row is None:
        raise not_found()
    return row


def _file(request: HttpRequest, pk: UUID, format: str, lang: str | None) -> Any:
    row = _seen(request, pk)
    found = answer(row, format, lang)
    if found is None:
        # Raised, it would take the task back with the transaction.
        printing.begin(row, format, language_of(lang), by=signed_in(request))
        return Problem(
            503, _("The report is being printed"), _("Ask for the same address again in a few seconds."),
            headers={"Retry-After": str(PRINTING_SECONDS)},
        ).response()  # fmt: skip
    return found


@router.get("/products/{uuid:pk}.pdf", response={200: bytes, **FILE_ERRORS}, summary="The report as PDF, in lang")
def product_pdf(request: HttpRequest, pk: UUID, query: Query[MineactionProductFileQuery]) -> Any:
    """503 with Retry-After while it is being printed."""
    return _file(request, pk, "pdf", query.lang)


@router.get(
    "/products/{uuid:pk}.docx", response={200: bytes, **FILE_ERRORS}, summary="The report as DOCX, to be edited"
)
def product_docx(request: HttpRequest, pk: UUID, query: Query[MineactionProductFileQuery]) -> Any:
    """503 with Retry-After while it is being printed."""
    return _file(request, pk, "docx", query.lang)


@router.get("/products/{uuid:pk}.xlsx", response={200: bytes, **ERRORS}, summary="Its tables as XLSX")
def product_xlsx(request: HttpRequest, pk: UUID, query: Query[MineactionProductFileQuery]) -> Any:
    return _file(request, pk, "xlsx", query.lang)


@router.get(
    "/products/{uuid:pk}/recomputed", response={200: MineactionProductRecomputed, **ERRORS},
    summary="The frozen figures computed again from the state that they name",
)  # fmt: skip
def recomputed(request: HttpRequest, pk: UUID) -> Any:
    found = recompute(_seen(request, pk), signed_in(request))
    return {
        "known": found.known, "whole": found.whole, "same": found.same,
        "differences": [{"where": one.where, "frozen": one.frozen, "now": one.now} for one in found.differences],
    }  # fmt: skip


@router.get(
    "/products/{uuid:pk}", response={200: MineactionProductWhole, **ERRORS}, summary="One, with its frozen figures"
)
def product(request: HttpRequest, pk: UUID) -> Any:
    row = _seen(request, pk)
    return {**_product(row), "figures": row.figures}


@router.get(
    "/contamination", response={200: MineactionContaminationOut, **ERRORS},
    summary="Contamination by district, release by operator and method, time to complete, targets",
)  # fmt: skip
def by_district(request: HttpRequest, on: type_day = "", known: type_day = "", place: str = "") -> Any:
    """As of a day (today where left out), as known on another (now). ``place``: its reference."""
    user, where = signed_in(request), place_of(place)
    if not sees_exactly(user):
        raise not_found()
    try:
        state = asked({"on": on, "known": known})
    except NoDate as error:
        raise invalid(error.name, str(error)) from error
    inputs = inputs_for(user, where)
    found = contamination(inputs, standings(inputs, ledgers.ledger_at(inputs, state), state), state, user)
    return {
        "on": state.on, "known": state.known.isoformat() if state.known else None, "place": where and where.ref,
        "state": ledgers.state_of(inputs, state).isoformat(), "datum": DATUM, "note": safety(),
        "demonstration": demonstrates(), "total": _area(found.total),
        "districts": [_area(one) for one in found.areas], "operators": [_by(one) for one in found.operators],
        "methods": [_by(one) for one in found.methods],
        "targets": [
            {"period": one["target"].period, "indicator": one["target"].indicator, "name": one["name"],
             "value": one["target"].value, "unit": one["target"].unit, "measured": one["measured"],
             "percent": one["percent"], "source": one["target"].source}
            for one in found.targets
        ],
    }  # fmt: skip


def _area(one: Area) -> dict[str, Any]:
    pace = one.pace
    return {
        "place": one.place.ref if one.place else None, "cha": one.cha, "cha_m2": one.cha_m2, "sha": one.sha,
        "sha_m2": one.sha_m2, "remaining_m2": one.remaining, "cleared_m2": one.cleared,
        "reduced_m2": one.reduced, "cancelled_m2": one.cancelled,
        "items": one.items, "items_per_ha": one.per_hectare, "rate_m2_year": pace.rate, "years": pace.years,
        "years_low": pace.low, "years_high": pace.high,
    }  # fmt: skip


def _by(one: By) -> dict[str, Any]:
    return {
        "name": one.name, "cleared_m2": one.cleared, "reduced_m2": one.reduced, "cancelled_m2": one.cancelled,
        "releases": one.releases, "cost_m2": one.cost_m2,
    }  # fmt: skip
