"""``/api/v1/monitoring/nonconformities``: findings as programs read them, and the steps of their life."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Body, Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from rafid.commons.api import CHANGE_ERRORS, ERRORS, Page, PageQuery, Problem, paged, record_etag, require_match
from rafid.commons.people.authentication import signed_in
from rafid.commons.records.change import Refused, Stale
from rafid.commons.records.models.nonconformities import SETTLED
from rafid.commons.records.queries import by_ref

from ..models import NonConformity
from . import evidence
from .queries import is_overdue, seen
from .steps import STEPS, Given, NotYours, take, tell_of_work
from .telling import tell_step

router = Router(tags=["monitoring"])


class MonitoringEvidenceOut(Schema):
    """One file that shows the correction. ``distance_m`` from the site: null where a place is unknown, and for partner and
    donor before the visit is released."""

    sha256: str
    taken_at: datetime | None
    distance_m: float | None


class MonitoringNonConformityOut(Schema):
    """``visit`` is null until the visit is released to whom you act for. ``overdue``: due before today, and neither closed nor
    withdrawn. ``evidence`` lists every file, oldest first; it is empty while there is none. ``answered_by`` and ``closed_by``
    are ids of accounts."""

    id: str
    ref: str
    contract: str
    partner: str
    visit: str | None
    item: str
    severity: str
    text: str
    state: str
    opened_on: date
    due_on: date
    overdue: bool
    stop_work: bool | None
    evidence: list[MonitoringEvidenceOut]
    answered_by: str | None
    answered_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    reopened: int
    repeat_of: str | None
    version: int


class MonitoringActionOut(Schema):
    root_cause: str
    what: str
    who: str
    by: date


class MonitoringNonConformityWhole(MonitoringNonConformityOut):
    step_reason: str
    actions: list[MonitoringActionOut]
    steps: list[str]


class MonitoringNonConformityQuery(PageQuery):
    state: str | None = None
    severity: str | None = None
    item: str | None = None
    team: str | None = None
    partner: str | None = Field(None, description="reference of the partner")
    contract: str | None = Field(None, description="reference of the contract")
    visit: str | None = Field(None, description="reference of the visit, where you see it")
    overdue: bool | None = None
    repeats: bool | None = None


class MonitoringStepIn(Schema):
    """``reason`` for every step but ``answer`` and ``review``; the four others for ``answer``; ``due_on`` is a new deadline."""

    reason: str = Field("", max_length=5000)
    root_cause: str = Field("", max_length=5000)
    what: str = Field("", max_length=5000)
    who: str = Field("", max_length=200)
    by: date | None = None
    due_on: date | None = None


class MonitoringStopIn(Schema):
    stopped: bool


@router.get("/nonconformities", response={200: Page[MonitoringNonConformityOut], **ERRORS}, summary="Non-conformities")
def nonconformities(request: HttpRequest, query: Query[MonitoringNonConformityQuery]) -> Any:
    user, today = signed_in(request), timezone.localdate()
    rows = seen(user).prefetch_related("evidence")
    paths = {
        "severity": "severity", "item": "item_code", "team": "visit__team", "partner": "contract__partner__ref",
        "contract": "contract__ref", "state": "state",
    }  # fmt: skip
    for name, path in paths.items():
        value = getattr(query, name)
        if value:
            rows = rows.filter(**{path: value.replace("\x00", "")})
    if query.visit:
        rows = rows.filter(visit_seen=True, visit__ref=query.visit.replace("\x00", ""))
    if query.overdue is not None:
        rows = rows.filter(is_overdue(today)) if query.overdue else rows.exclude(is_overdue(today))
    if query.repeats is not None:
        rows = rows.filter(repeat_of__isnull=not query.repeats)
    mine = NonConformity.objects.visible_to(user)
    page = paged(rows, query, lambda row: row)
    earlier = {row.repeat_of_id for row in page["items"] if row.repeat_of_id}
    known = set(mine.filter(pk__in=earlier).values_list("pk", flat=True)) if earlier else set()
    page["items"] = [_shown(row, today, known) for row in page["items"]]
    return page


@router.get(
    "/nonconformities/{ref}",
    response={200: MonitoringNonConformityWhole, **ERRORS},
    summary="One non-conformity, by its id or reference",
)
def nonconformity(request: HttpRequest, response: HttpResponse, ref: str) -> Any:
    row = by_ref(seen(signed_in(request)), ref)
    response["ETag"] = record_etag(row)
    return _whole(request, row)


@router.post(
    "/nonconformities/{ref}/evidence",
    response={201: MonitoringNonConformityWhole, **ERRORS},
    summary="Add files as evidence",
)
def add_evidence(request: HttpRequest, response: HttpResponse, ref: str, files: File[list[UploadedFile]]) -> Any:
    user = signed_in(request)
    row = by_ref(seen(user), ref)
    try:
        evidence.add(row.pk, files, by=user)
    except NotYours:
        raise _not_yours() from None
    except Refused as refusal:
        raise Problem(422, _("The evidence cannot be taken"), str(refusal), [("files", str(refusal))]) from refusal
    row = by_ref(seen(user), ref)
    response["ETag"] = record_etag(row)
    return 201, _whole(request, row)


@router.post(
    "/nonconformities/{ref}/stop-work",
    response={200: MonitoringNonConformityWhole, **CHANGE_ERRORS},
    summary="Say whether work was stopped",
)
def stop_work(
    request: HttpRequest, response: HttpResponse, ref: str, given: Annotated[MonitoringStopIn, Body()]
) -> Any:
    user = signed_in(request)
    row = by_ref(seen(user), ref)
    require_match(request, row)
    _taken(lambda: tell_of_work(row.pk, given.stopped, by=user, version=row.version), row)
    return _after(request, response, ref)


@router.post(
    "/nonconformities/{ref}/{step}",
    response={200: MonitoringNonConformityWhole, **CHANGE_ERRORS},
    summary="Take a step: answer, review, close, send-back, uphold, dispute, reopen, withdraw",
)
def step(
    request: HttpRequest, response: HttpResponse, ref: str, step: str, given: Annotated[MonitoringStepIn, Body()]
) -> Any:
    user = signed_in(request)
    row = by_ref(seen(user), ref)
    if step not in STEPS:
        raise Problem(404, _("Nothing is here"), _("Known steps: %s") % ", ".join(STEPS))
    _match(request, row)
    words = Given(
        reason=given.reason,
        root_cause=given.root_cause,
        what=given.what,
        who=given.who,
        until=given.by,
        due=given.due_on,
    )
    taken = _taken(lambda: take(row.pk, step, by=user, version=row.version, given=words), row)
    tell_step(taken, step)
    return _after(request, response, ref)


def _match(request: HttpRequest, row: NonConformity) -> None:
    """A stale version is refused with what stands now, beside the version that was sent."""
    try:
        require_match(request, row)
    except Problem as problem:
        if problem.status == 409:
            raise _stale(row, problem.errors) from problem
        raise


def _stale(row: NonConformity, errors: Any = ()) -> Problem:
    now = [
        ("state", row.state),
        ("due_on", row.due_on.isoformat()),
        ("step_reason", row.step_reason),
        ("answer", row.answer),
    ]
    return Problem(
        409,
        _("Somebody changed this record since you read it"),
        _("Read it again and decide what is to stand."),
        [*errors, *now],
        {"ETag": record_etag(row)},
    )


def _taken(verb: Any, row: NonConformity) -> NonConformity:
    try:
        found: NonConformity = verb()
    except NotYours:
        raise _not_yours() from None
    except Stale as stale:
        raise _stale(stale.current) from stale  # type: ignore[arg-type]
    except Refused as refusal:
        raise Problem(422, _("The step cannot be taken"), str(refusal), [("state", str(refusal))]) from refusal
    return found


def _not_yours() -> Problem:
    return Problem(403, _("Not yours to do"), _("Your roles do not include this."))


def _after(request: HttpRequest, response: HttpResponse, ref: str) -> dict[str, Any]:
    row = by_ref(seen(request.user), ref)
    response["ETag"] = record_etag(row)
    return _whole(request, row)


def _whole(request: HttpRequest, row: NonConformity) -> dict[str, Any]:
    from .steps import possible

    known = set(NonConformity.objects.visible_to(request.user).filter(pk=row.repeat_of_id).values_list("pk", flat=True))
    return {
        **_shown(row, timezone.localdate(), known),
        "step_reason": row.step_reason,
        "actions": [
            {"root_cause": one.root_cause, "what": one.what, "who": one.who, "by": one.by}
            for one in row.actions.order_by("known_at", "pk")
        ],
        "steps": [one.code for one in possible(request.user, row)],
    }


def _shown(row: Any, today: date, known: set[Any]) -> dict[str, Any]:
    return {
        "id": str(row.pk), "ref": row.ref, "contract": row.contract.ref, "partner": row.contract.partner.ref,
        "visit": str(row.visit_id) if row.visit_seen else None, "item": row.item_code, "severity": row.severity,
        "text": row.text, "state": row.state, "opened_on": row.opened_on, "due_on": row.due_on,
        "overdue": row.due_on < today and row.state not in SETTLED, "stop_work": row.stop_work,
        "evidence": [
            {
                "sha256": one.sha256, "taken_at": one.taken_at,
                "distance_m": one.distance_m if row.visit_seen or row.whole else None,
            }
            for one in sorted(row.evidence.all(), key=lambda one: (one.known_at, one.pk))
        ],
        "answered_by": str(row.answered_by_id) if row.answered_by_id else None, "answered_at": row.answered_at,
        "closed_by": str(row.closed_by_id) if row.closed_by_id else None, "closed_at": row.closed_at,
        "reopened": row.reopened, "repeat_of": str(row.repeat_of_id) if row.repeat_of_id in known else None,
        "version": row.version,
    }  # fmt: skip
