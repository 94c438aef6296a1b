"""/api/v1/forms/{id}/submissions: the same rows as the pages, by key; files as received; decisions and corrections."""

from __future__ import annotations

import json
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from rafid.commons.api import ERRORS, Page, Problem, invalid, unchanged
from rafid.commons.people.authentication import signed_in

from ..addressing import form_seen
from ..filters import Asked, asked
from ..models import Finding, Form, SubmissionVersion
from ..refusals import Refused
from . import findings, office, review
from .detail import Seen, seen_submission
from .listing import count_of, item_of, page_of, submitter_of, version_texts
from .reading_log import note_reading
from .served import attachment_response

router = Router(tags=["forms"])

MOST_AT_ONCE = 10_000


class ListQuery(Schema):
    """Filters beside these: ``answer.COLUMN=value`` for an answer of the main table."""

    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=1000)
    state: str | None = Field(None, max_length=100, description="one or several, by commas; waiting = received,edited")
    finding: str | None = Field(None, max_length=300, description="kinds of findings, by commas")
    worst: str | None = Field(None, max_length=1, description="severity of the worst finding, at least")
    place: str | None = Field(None, max_length=100, description="and all places in it")
    organisation: str | None = Field(None, max_length=40, description="and all below it")
    interviewer: str | None = Field(None, max_length=255)
    site: str | None = Field(None, max_length=255)
    since: str | None = Field(None, max_length=40, description="received since this day or moment")
    until: str | None = Field(None, max_length=40, description="received until this day (with it) or moment")
    changed_since: str | None = Field(None, max_length=40)
    version: str | None = Field(None, max_length=64)
    q: str | None = Field(None, max_length=255)
    order: str | None = Field(
        None,
        max_length=200,
        description="worst, received_at, changed_at, interviewer, site or a column; - turns it round",
    )


class DecisionIn(Schema):
    state: str = Field(max_length=20, description="approved, rejected or has_issues")
    reason: str = Field("", max_length=5000)


class BulkIn(DecisionIn):
    """Either ``ids`` (instanceIDs), or ``filter`` with the words of the list: all that it finds."""

    ids: list[str] | None = Field(None, max_length=MOST_AT_ONCE)
    filter: dict[str, str] | None = None


class CommentIn(Schema):
    text: str = Field(max_length=20000)
    field: str = Field("", max_length=1000, description="path of the question that is talked about")


class FindingIn(Schema):
    state: str = Field(max_length=20, description="explained, confirmed or open")
    comment: str = Field("", max_length=20000)


class Item(Schema):
    instance_id: str
    state: str
    received_at: str
    changed_at: str
    submitter: str | None
    interviewer: str | None
    site: str | None
    place: str | None
    organisation: str
    version: str
    edits: int
    attachments_present: int
    attachments_expected: int
    findings_open: int | None = Field(description="null for who only reads what is approved")
    worst: int | None = Field(description="0 to 3; null like findings_open")
    sealed: bool


class Detail(Item):
    values: dict[str, Any]
    repeats: dict[str, list[dict[str, Any]]]
    findings: list[dict[str, Any]]
    versions: list[dict[str, Any]]
    attachments: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    events: list[dict[str, Any]]


def problem_of(refused: Refused) -> Problem:
    """A refusal in the room's own words as problem+json; each of many with the submission that it is about."""
    many = refused.refusals if isinstance(refused, review.NotDecided) else [(refused.code, str(refused))]
    return Problem(refused.status, _("This cannot be done"), str(refused), many)


def _asked(request: HttpRequest, form: Form) -> Asked:
    return asked(request, form, request.user, strict=True)


@router.get("/{form_id}/submissions", response={200: Page[Item], **ERRORS}, summary="List submissions")
def list_submissions(request: HttpRequest, form_id: str, query: Query[ListQuery]) -> Any:
    wanted = _asked(request, form_seen(request.user, form_id))
    listed = page_of(wanted, limit=query.limit, cursor=query.cursor or "")
    versions = version_texts(listed.rows)
    return {
        "count": count_of(wanted.queryset),
        "next": listed.next,
        "items": [item_of(row, wanted, versions.get(row.pk, "")) for row in listed.rows],
    }


def _seen(request: HttpRequest, form_id: str, instance_id: str) -> Seen:
    return seen_submission(request.user, form_seen(request.user, form_id), instance_id)


@router.get(
    "/{form_id}/submissions/{instance:instance_id}.xml",
    response={200: None, 304: None, **ERRORS},
    summary="The exact bytes of a version",
)
def xml(request: HttpRequest, form_id: str, instance_id: str) -> Any:
    seen = _seen(request, form_id, instance_id)
    if not seen.whole:
        raise Problem(
            403, _("Not yours to do"), _("Some of these answers are not shown to you, so neither is the whole.")
        )
    # The identity of the submission means its newest version, any other one that version.
    versions = SubmissionVersion.objects.filter(submission=seen.submission)
    wanted = versions.filter(instance_id=instance_id).first() if instance_id != seen.submission.instance_id else None
    found = wanted or versions.get(pk=seen.submission.current_id)
    if request.GET.get("version", "").isascii() and request.GET.get("version", "").isdigit():
        found = versions.filter(number=int(request.GET["version"][:9])).first()  # type: ignore[assignment]
    if found is None or not found.xml or not (seen.works or found.pk == seen.submission.current_id):
        raise Http404
    etag = f'"{bytes(found.sha256).hex()}"'
    same = unchanged(request, etag)
    if same is not None:
        return same
    note_reading(request, seen)
    response = HttpResponse(bytes(found.xml), content_type="text/xml; charset=utf-8")
    response["ETag"] = etag
    response["Content-Disposition"] = 'attachment; filename="submission.xml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox"
    return response


@router.get(
    "/{form_id}/submissions/{instance:instance_id}/attachments/{path:name}",
    response={200: None, 304: None, **ERRORS},
    summary="A file of a submission; ?public=1 without what a photograph tells beside the picture",
)
def attachment(request: HttpRequest, form_id: str, instance_id: str, name: str) -> Any:
    seen = _seen(request, form_id, instance_id)
    response = attachment_response(request, seen, name)
    note_reading(request, seen)
    return response


@router.get(
    "/{form_id}/submissions/{instance:instance_id}/diff",
    response={200: dict[str, Any], **ERRORS},
    summary="What changed between two versions",
)
def diff(
    request: HttpRequest,
    form_id: str,
    instance_id: str,
    first: Annotated[int, Query(alias="from", ge=1, le=1_000_000)],
    second: Annotated[int, Query(alias="to", ge=1, le=1_000_000)],
) -> Any:
    changes = _seen(request, form_id, instance_id).changes(first, second)
    if changes is None:
        raise Http404
    return {"changes": [{"path": one.path, "old": one.old, "new": one.new} for one in changes]}


@router.get("/{form_id}/submissions/{instance:instance_id}", response={200: Detail, **ERRORS}, summary="One submission")
def get_submission(request: HttpRequest, form_id: str, instance_id: str) -> Any:
    seen = _seen(request, form_id, instance_id)
    note_reading(request, seen)
    return detail_of(seen)


def detail_of(seen: Seen) -> dict[str, Any]:
    row = seen.submission
    wanted = Asked(seen.form, seen.book, None, seen.masks, None, {}, (), None)  # type: ignore[arg-type]
    main, *repeats = seen.book.tables or (None,)
    values = [seen.values(main, one) for one in seen.rows_of(main)] if main else []
    return {
        **item_of(row, wanted, seen.current.form_version.version_text),
        "values": values[0] if values else {},
        "repeats": {
            table.name: [
                {"PARENT_KEY": one.parent, "KEY": one.key, **seen.values(table, one)} for one in seen.rows_of(table)
            ]
            for table in repeats
            if table
        },
        "findings": [finding_item(one) for one in seen.findings],
        "versions": [
            {
                "number": one.number,
                "instance_id": one.instance_id,
                "sha256": bytes(one.sha256).hex(),
                "received_at": one.received_at.isoformat(),
                "by": submitter_of(one) if seen.whole else None,
                "reason": one.reason if seen.works else "",
                "way": one.way,
                "version": one.form_version.version_text,
            }
            for one in seen.versions
        ],
        "attachments": [
            {"name": one.name, "size": one.size, "sha256": one.sha256, "media_type": one.media_type}
            for one in seen.attachments
        ],
        "comments": [
            {"field": one.field or None, "text": one.text, "by": str(one.by), "at": one.at.isoformat()}
            for one in seen.comments
        ],
        "events": [
            {
                "from": one.old,
                "to": one.new,
                "approves": one.approves,
                "reason": one.reason,
                "by": str(one.by) if one.by else None,
                "at": one.at.isoformat(),
                "version_number": one.version_number,
            }
            for one in seen.events
        ],
    }


def finding_item(one: Finding) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "kind": one.kind,
        "path": one.path,
        "field": one.field,
        "value": one.value,
        "expected": one.expected,
        "severity": one.severity,
        "state": one.state,
        "comment": one.comment,
    }


@router.post(
    "/{form_id}/submissions/{instance:instance_id}/review",
    response={200: dict[str, Any], **ERRORS},
    summary="Decide on one submission",
)
def decide_one(request: HttpRequest, form_id: str, instance_id: str, given: Annotated[DecisionIn, Body()]) -> Any:
    user = signed_in(request)
    seen = _seen(request, form_id, instance_id)
    _must_review(user, seen)
    try:
        (outcome,) = review.decide(seen.form, [seen.submission.pk], given.state, by=user, reason=given.reason)
    except Refused as refused:
        raise problem_of(refused) from None
    return outcome_item(outcome)


def _must_review(user: Any, seen: Seen) -> None:
    if not review.may_review(user, seen.submission, seen.form):
        raise Problem(403, _("Not yours to do"), _("Your roles do not include the review of this submission."))


def outcome_item(outcome: review.Outcome) -> dict[str, Any]:
    return {
        "instance_id": outcome.instance_id,
        "state": outcome.state,
        "approvals": outcome.approvals,
        "needed": outcome.needed,
    }


@router.post(
    "/{form_id}/submissions/{instance:instance_id}/comments",
    response={201: dict[str, Any], **ERRORS},
    summary="Say something about a submission, or about one of its questions",
)
def comment(request: HttpRequest, form_id: str, instance_id: str, given: Annotated[CommentIn, Body()]) -> Any:
    user = signed_in(request)
    seen = _seen(request, form_id, instance_id)
    if not seen.works:
        raise Problem(403, _("Not yours to do"), _("Your roles do not include this."))
    try:
        made = findings.add_comment(seen.form, seen.submission, given.text, by=user, field=given.field)
    except Refused as refused:
        raise problem_of(refused) from None
    return 201, {"id": str(made.pk), "field": made.field or None, "text": made.text, "by": str(user)}


@router.post(
    "/{form_id}/submissions/{instance:instance_id}/findings/{finding_id}",
    response={200: dict[str, Any], **ERRORS},
    summary="Explain or confirm a finding",
)
def settle(
    request: HttpRequest, form_id: str, instance_id: str, finding_id: UUID, given: Annotated[FindingIn, Body()]
) -> Any:
    user = signed_in(request)
    seen = _seen(request, form_id, instance_id)
    found = next((one for one in seen.findings if one.pk == finding_id), None)
    if found is None:
        raise Http404
    try:
        settled = findings.settle(seen.form, found, given.state, by=user, comment=given.comment)
    except Refused as refused:
        raise problem_of(refused) from None
    return finding_item(settled)


@router.put(
    "/{form_id}/submissions/{instance:instance_id}",
    response={200: Detail, **ERRORS},
    summary="Correct the answers: XML as the body with ?reason=, or JSON {xml, reason}",
)
def put_submission(request: HttpRequest, form_id: str, instance_id: str) -> Any:
    user = signed_in(request)
    seen = _seen(request, form_id, instance_id)
    _must_review(user, seen)
    data, reason = _edited(request)
    try:
        with transaction.atomic():
            office.edit(seen.form, seen.submission, data, by=user, reason=reason)
    except Refused as refused:
        # In this API a wrong body is 422; 400 is the phones' protocol's.
        raise Problem(
            422 if refused.status == 400 else refused.status,
            _("This cannot be done"),
            str(refused),
            [(refused.code, str(refused))],
        ) from None
    return detail_of(_seen(request, form_id, instance_id))


def _edited(request: HttpRequest) -> tuple[bytes, str]:
    if "json" not in (request.content_type or ""):
        return request.body, request.GET.get("reason", "")
    try:
        given = json.loads(request.body)
        return str(given["xml"]).encode(), str(given.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise invalid("body", _("Send the XML as the body, or JSON with xml and reason.")) from None


@router.post("/{form_id}/review", response={200: dict[str, Any], **ERRORS}, summary="Decide on many at once")
def decide_many(request: HttpRequest, form_id: str, given: Annotated[BulkIn, Body()]) -> Any:
    """All of them or none: a refusal names each submission that cannot be decided so."""
    user = signed_in(request)
    form = form_seen(user, form_id)
    if (given.ids is None) == (given.filter is None):
        raise invalid("ids", _("Name the submissions by ids, or by a filter: one of the two."))
    try:
        chosen = chosen_ids(user, form, given.ids, given.filter)
        outcomes = review.decide(form, chosen, given.state, by=user, reason=given.reason)
    except Refused as refused:
        raise problem_of(refused) from None
    return {"count": len(outcomes), "items": [outcome_item(one) for one in outcomes]}


def chosen_ids(user: Any, form: Form, ids: list[str] | None, words: dict[str, str] | None) -> list[UUID]:
    """Submissions of a bulk decision. Raises :class:`Refused` for an identity that this person does not see (404), for none
    at all, and for too many."""
    wanted = asked(words or {}, form, user, strict=True)
    rows = wanted.queryset
    if ids is not None:
        names = {one.replace("\x00", "\ufffd") for one in ids}
        known = dict(rows.filter(instance_id__in=names).values_list("instance_id", "pk"))
        if names - known.keys():
            missing = ", ".join(sorted(names - known.keys())[:5])
            raise Refused(404, "ids", _("There is no such submission, or it is not yours to see: %s") % missing)
        found = list(known.values())
    else:
        found = list(rows.order_by().values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if not found:
        raise Refused(422, "ids", _("Choose at least one submission."))
    if len(found) > MOST_AT_ONCE:
        raise Refused(422, "ids", _("That is more than %(most)s at once. Narrow the filter.") % {"most": MOST_AT_ONCE})
    return found
