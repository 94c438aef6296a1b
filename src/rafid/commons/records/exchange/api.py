"""/api/v1/exchange: what other nodes and their programs ask. Whoever has no right to exchange finds nothing here."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from rafid.commons.api import ERRORS, Page, PageQuery, Problem, invalid, not_found, paged
from rafid.commons.people.authentication import signed_in
from rafid.commons.people.visibility import allowing
from rafid.commons.programme import PLATFORM
from rafid.methods.exchange import node_and_number

from ..models import Case, Node
from . import cases
from .carrying import MOST_BYTES, receipt, take, write
from .errors import Refused, told
from .nodes import own_or_refuse
from .parcels import had
from .rights import may_decide, may_somewhere
from .status import status

router = Router()
FILE = "application/vnd.rafid.exchange"


class ExchangeStatus(Schema):
    node: str
    have: dict[str, int]
    digest: str


class ExchangeConflict(Schema):
    id: str
    cause: str
    kind: str
    records: list[str]
    fields: list[str]
    sides: dict[str, dict[str, Any]]
    past: dict[str, Any]
    amount: float
    opened_at: str


class ExchangeDecision(Schema):
    """``choice``: the change of a side, or same, distinct, agree, decline; ``keep``: the record that is counted."""

    choice: str = Field(max_length=80)
    keep: str = Field("", max_length=80)
    reason: str = Field("", max_length=2000)


class ExchangeTaken(Schema):
    taken: int
    known: int
    waiting: int
    conflicts: int
    node: str
    skipped: list[str]
    given: int
    said: list[str]


class AfterQuery(Schema):
    after: str = Field("", max_length=4000, description="what you have, as DMA:120,IKMAA:33")
    node: str = Field(
        "", max_length=40, description="your node: the answer is enciphered to it, with what is given to it alone"
    )
    parcels: str = Field("", max_length=4000, description="hashes of the last parcels that came for your node alone")


def allowed(request: HttpRequest, action: str) -> Any:
    user = signed_in(request)
    if not may_somewhere(user, action):
        raise not_found()
    return user


def allowed_whole(request: HttpRequest) -> Any:
    """For those who exchange for the whole installation: a file that is not enciphered to a node holds rows of everybody."""
    user = allowed(request, "exchange")
    if not any(scope.organisation is None and scope.place is None for scope in allowing(user, "exchange", PLATFORM)):
        raise not_found()
    return user


@router.get("/status", response={200: ExchangeStatus, **ERRORS}, summary="This node, what it has, and its digest")
def read_status(request: HttpRequest) -> Any:
    allowed(request, "exchange")
    return status()


@router.get("/conflicts", response={200: Page[ExchangeConflict], **ERRORS}, summary="Open cases between nodes")
def list_conflicts(request: HttpRequest, query: Query[PageQuery]) -> Any:
    user = signed_in(request)
    if not may_somewhere(user, "decide"):
        allowed(request, "exchange")
    status()
    return paged(cases.visible_cases(user).filter(ended_at=None), query, shown)


def shown(case: Case) -> dict[str, Any]:
    return {
        "id": case.pk, "cause": case.cause, "kind": case.kind, "records": case.records, "fields": case.names,
        "sides": case.sides, "past": case.past, "amount": case.amount, "opened_at": case.opened_at.isoformat(),
    }  # fmt: skip


@router.post("/conflicts/{conflict}/decide", response={200: ExchangeConflict, **ERRORS}, summary="Decide a case")
def decide_conflict(request: HttpRequest, conflict: str, body: ExchangeDecision) -> Any:
    user = allowed(request, "decide")
    case = cases.visible_cases(user).filter(pk=conflict[:40].replace("\x00", "")).first()
    if case is None or not may_decide(user, case.kind):
        raise not_found()
    try:
        return shown(cases.decide(conflict, body.choice, by=user, why=body.reason, keep=body.keep))
    except Refused as error:
        closed = not Case.objects.filter(pk=conflict, ended_at=None).exists()
        raise Problem(409, str(error)) if closed else invalid("choice", str(error)) from error


@router.get("/bundles", response={200: None, **ERRORS}, summary="The signed files of what you lack")
def read_bundles(request: HttpRequest, query: Query[AfterQuery]) -> Any:
    allowed_whole(request)
    after = {}
    for part in filter(None, query.after.replace(" ", "").split(",")):
        try:
            node, number = node_and_number(part)
        except ValueError as error:
            raise invalid("after", str(told(error))) from error
        after[node] = number
    receiver = Node.objects.filter(name=query.node, own=False, revoked_at=None).first() if query.node else None
    if receiver is not None:
        had(own_or_refuse(), receiver.name, sha256=query.parcels.split(","))
    try:
        return HttpResponse(write(after, receiver=receiver), content_type=FILE)
    except Refused as error:
        raise Problem(409, str(error)) from error


@router.post("/bundles", response={201: ExchangeTaken, **ERRORS}, summary="Take a file of another node")
def post_bundle(request: HttpRequest) -> Any:
    user = allowed(request, "exchange")
    try:
        taken = take(request.read(MOST_BYTES + 1), by=user)
    except Refused as error:
        raise Problem(422, str(error), str(error), [("body", str(error))]) from error
    receipt(taken)
    return 201, asdict(taken)
