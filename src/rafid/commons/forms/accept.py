"""Receipt: XML and files come in; judged, flattened and recorded in one transaction, or refused with nothing kept.

The one way in, for phones, browsers, the office and demonstration loaders alike. What breaks the form's rules is kept and
flagged. Files are in the store already (:mod:`rafid.commons.blobs`), durable, before this is called.

Order of locks: the submission's own, then the form's. Under the form's the chain grows, so that ``received_at`` and
``chain_number`` rise in the order of commits: a reader that pages by them misses nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from rafid.commons.blobs import Blob
from rafid.commons.identity import uuid7
from rafid.methods import xforms
from rafid.methods.xforms import entity_acts
from rafid.methods.xforms.entities import is_uuid

from .attach import attach, recount
from .entities import Source, apply_acts, link_site
from .facts import Facts, facts_of
from .kinds import SEVERITY
from .lists import entity_lists_of, lists_of, reads_a_changing_list
from .models import Form, FormState, FormVersion, Way
from .refusals import (
    closed,
    edits_not_taken,
    malformed,
    other_answers,
    superseded,
    too_large,
    unknown_form,
    unknown_original,
)
from .schema import definition, rows_of
from .sender import Sender
from .words import in_language

log = logging.getLogger("rafid.forms")

LARGEST_XML = 10_000_000


@dataclass(frozen=True)
class Judged:
    """A submission read and judged, nothing recorded yet."""

    form: Form
    version: UUID
    schema: dict[str, Any]
    draft: UUID | None
    read: xforms.Submission
    sha256: bytes
    xml: bytes
    findings: list[xforms.Finding] = field(default_factory=list)
    rows: list[tuple[int, int, str | None, str, list[str | None]]] = field(default_factory=list)
    expected: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Accepted:
    """``what``: ``new``, ``same`` (an exact repeat, perhaps with more files) or ``edit``."""

    submission: UUID
    version: UUID
    form: UUID
    instance_id: str
    what: str
    present: int
    expected: int


@dataclass(frozen=True)
class Examined:
    """A submission that may be taken from this sender; ``known``: its identity was received before."""

    xml: bytes
    sha256: bytes
    read: xforms.Submission
    form: Form
    version: UUID
    schema: dict[str, Any]
    known: _Known | None


def accept(
    xml: bytes,
    sender: Sender,
    *,
    files: Sequence[tuple[str, Blob]] = (),
    way: str = Way.PHONE,
    device_id: str = "",
    reason: str = "",
    received_at: datetime | None = None,
) -> Accepted:
    """Raises :class:`Refused` with the status to answer. ``received_at`` is for demonstration loaders only.

    On return the transaction is committed, unless the caller holds one.
    """
    examined = examine(xml, sender)
    return take(examined, sender, files=files, way=way, device_id=device_id, reason=reason, received_at=received_at)


def examine(xml: bytes, sender: Sender) -> Examined:
    """Is it a submission, of a form that this sender fills and that is not closed? Raises :class:`Refused` before a file of
    it needs to be kept."""
    read = _read(xml)
    form, version, schema = _form_of(read, sender)
    sha256 = hashlib.sha256(xml).digest()
    known = _known(form.pk, sender.draft, read.instance_id)
    if known is not None and known.sha256 != sha256:
        raise other_answers()
    if known is None and form.state == FormState.CLOSED and sender.draft is None:
        raise closed()
    return Examined(xml, sha256, read, form, version, schema, known)


def take(
    examined: Examined,
    sender: Sender,
    *,
    files: Sequence[tuple[str, Blob]] = (),
    way: str = Way.PHONE,
    device_id: str = "",
    reason: str = "",
    received_at: datetime | None = None,
) -> Accepted:
    """The second half of :func:`accept`; ``files`` are durable by now."""
    read, form, version = examined.read, examined.form, examined.version
    if examined.known is not None:
        return _again(examined.known, examined, files)
    judged = judge(form, version, examined.schema, read, examined.xml, sender, at=received_at)
    with transaction.atomic(durable=False):
        _lock(form.pk, read.instance_id)
        with connection.cursor() as cursor:
            # Said before the first write: a receipt that was answered is on the disk, whatever the server's default.
            cursor.execute("SET LOCAL synchronous_commit = on")
        known = _known(form.pk, sender.draft, read.instance_id)
        if known is None:
            return _record(judged, sender, files, way, device_id, reason, received_at)
    return _again(known, examined, files)


def judge(
    form: Form,
    version: UUID,
    schema: dict[str, Any],
    read: xforms.Submission,
    xml: bytes,
    sender: Sender,
    *,
    at: datetime | None = None,
) -> Judged:
    """What the form says of the answers, and the answers as rows."""
    made = definition(version)
    now = timezone.localtime(at or timezone.now())
    findings: list[xforms.Finding] = []
    if not read.encrypted:
        lists = lists_of(version) if any(one.source for one in made.instances.values()) else None
        findings = xforms.validate_submission(made, read, now=now, datasets=lists)
        if findings and lists:
            findings = _lasting(made, findings, entity_lists_of(version))
    return Judged(
        form,
        version,
        schema,
        sender.draft,
        read,
        hashlib.sha256(xml).digest(),
        xml,
        _once(findings),
        rows_of(schema, xforms.flatten(made, read)),
        xforms.expected_attachments(made, read),
        facts_of(form, made, read, sender.places),
    )


def _read(xml: bytes) -> xforms.Submission:
    if len(xml) > LARGEST_XML:
        raise too_large()
    try:
        return xforms.read_submission(xml, max_bytes=LARGEST_XML)
    except xforms.SubmissionError as error:
        raise malformed(in_language(xforms.said_by(error))) from None


_versions: dict[UUID, dict[str, Any]] = {}


def _form_of(read: xforms.Submission, sender: Sender) -> tuple[Form, UUID, dict[str, Any]]:
    """The form and the version that the submission names, as far as this sender may send it."""
    form = Form.objects.filter(xform_id=read.form_id).first()
    if form is None or not sender.may_send(form):
        raise unknown_form()
    versions = FormVersion.objects.filter(form=form, version_text=read.version)
    versions = versions.filter(pk=sender.draft) if sender.draft else versions.filter(published_at__isnull=False)
    pk = versions.values_list("pk", flat=True).first()
    if pk is None:
        raise unknown_form()
    if pk not in _versions:
        if len(_versions) > 256:
            _versions.clear()
        _versions[pk] = FormVersion.objects.values_list("schema", flat=True).get(pk=pk)
    return form, pk, _versions[pk]


@dataclass(frozen=True)
class _Known:
    submission: UUID
    version: UUID
    sha256: bytes


def _known(form: UUID, draft: UUID | None, instance_id: str) -> _Known | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT submission_id, id, sha256 FROM rafid_forms_submissionversion"
            " WHERE form_id = %s AND draft_id IS NOT DISTINCT FROM %s AND instance_id = %s",
            [form, draft, instance_id],
        )
        row = cursor.fetchone()
    return _Known(row[0], row[1], bytes(row[2])) if row else None


def _again(known: _Known, examined: Examined, files: Sequence[tuple[str, Blob]]) -> Accepted:
    """The same bytes once more: the files that came along are taken, nothing else happens."""
    if known.sha256 != examined.sha256:
        raise other_answers()
    form, read = examined.form, examined.read
    with transaction.atomic():
        _lock(form.pk, read.instance_id)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = on")
        present, expected = attach(known.submission, known.version, files)
    return Accepted(known.submission, known.version, form.pk, read.instance_id, "same", present, expected)


def _lock(form: UUID, instance_id: str = "") -> None:
    """Until the end of the transaction. Without ``instance_id``: the form's own, under which its chain grows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"{form} {instance_id}"])


def lock_form(form: UUID) -> None:
    """For whoever moves ``changed_at``: readers that page by it then miss nothing."""
    _lock(form)


def _record(
    judged: Judged,
    sender: Sender,
    files: Sequence[tuple[str, Blob]],
    way: str,
    device_id: str,
    reason: str,
    received_at: datetime | None,
) -> Accepted:
    form, read, facts = judged.form, judged.read, judged.facts
    original = _original(judged, sender, way)
    _lock(form.pk)
    with connection.cursor() as cursor:
        cursor.execute(_HEAD, [form.pk, judged.draft])
        now, number, previous = cursor.fetchone()
    at = received_at or now
    chain_number = None if judged.draft else number + 1
    previous = bytes(previous) if previous else b""
    chain = None if judged.draft else hashlib.sha256(previous + judged.sha256 + read.instance_id.encode()).digest()
    submission, version = original or uuid7(), uuid7()
    worst = max((SEVERITY.get(one.kind, 2) for one in judged.findings), default=0)
    sender_ids = [
        sender.account.pk if sender.account is not None else None,
        sender.app_user.pk if sender.app_user is not None else None,
        sender.link.pk if sender.link is not None else None,
    ]
    point = f"SRID=4326;POINT({facts.longitude!r} {facts.latitude!r})" if facts.longitude is not None else None
    with connection.cursor() as cursor:
        if original is None:
            cursor.execute(
                _NEW,
                [
                    submission,
                    form.pk,
                    judged.draft,
                    read.instance_id,
                    at,
                    at,
                    *sender_ids,
                    (device_id or facts.device_id)[:255],
                    sender.owner or form.owner_id,
                    facts.place,
                    point,
                    facts.started_at,
                    facts.ended_at,
                    version,
                    len(judged.findings),
                    worst,
                    facts.interviewer or (sender.app_user.name if sender.app_user is not None else ""),
                    facts.site,
                    read.encrypted,
                ],
            )
            number_of = 1
        else:
            cursor.execute(
                _EDIT,
                [
                    at,
                    facts.place,
                    point,
                    facts.started_at,
                    facts.ended_at,
                    version,
                    facts.interviewer,
                    facts.site,
                    submission,
                ],
            )
            number_of = cursor.fetchone()[0] + 1
        cursor.execute(
            _VERSION,
            [
                version,
                submission,
                form.pk,
                judged.draft,
                number_of,
                read.instance_id,
                judged.version,
                judged.xml,
                judged.sha256,
                chain_number,
                None if judged.draft else previous,
                chain,
                at,
                *sender_ids,
                reason,
                str(way),
            ],
        )
        write_rows(cursor, version, judged.rows)
        _write_findings(cursor, submission, version, judged.findings)
        if original is not None:
            recount(submission)
    present, expected = 0, len(judged.expected)
    if judged.expected or original is not None:
        present, expected = attach(submission, version, files, judged.expected)
    _entities(judged, submission, version, sender, at)
    return Accepted(submission, version, form.pk, read.instance_id, "edit" if original else "new", present, expected)


def _original(judged: Judged, sender: Sender, way: str) -> UUID | None:
    """The submission that this one corrects, locked; None when it is a first one."""
    deprecated = judged.read.deprecated_id
    if not deprecated:
        return None
    if not judged.form.accept_edits and way != Way.OFFICE:
        raise edits_not_taken()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.current_id = v.id, s.deleted_at FROM rafid_forms_submissionversion v"
            " JOIN rafid_forms_submission s ON s.id = v.submission_id"
            " WHERE v.form_id = %s AND v.draft_id IS NOT DISTINCT FROM %s AND v.instance_id = %s FOR UPDATE OF s",
            [judged.form.pk, judged.draft, deprecated],
        )
        row = cursor.fetchone()
    if row is None or row[2] is not None or not _may_correct(row[0], sender, judged.form):
        raise unknown_original()
    if not row[1]:
        raise superseded()
    found: UUID = row[0]
    return found


def _may_correct(submission: UUID, sender: Sender, form: Form) -> bool:
    """A phone corrects what was sent for its organisation, a link what it sent; an account what it sees."""
    from .models import Submission

    rows = Submission.everything.filter(pk=submission)
    if sender.account is not None:
        return rows.visible_to(sender.account).exists()
    if sender.app_user is not None:
        return rows.filter(owner=sender.owner).exists()
    return rows.filter(link=sender.link).exists()


def _lasting(made: xforms.Form, findings: list[xforms.Finding], names: frozenset[str]) -> list[xforms.Finding]:
    """Without what a list says that may have been another when the phone was filled."""
    kinds = {"calculation_mismatch", "choice_not_in_filter"}
    return [
        one for one in findings if not (names and one.kind in kinds and reads_a_changing_list(made, one.field, names))
    ]


def _once(findings: list[xforms.Finding]) -> list[xforms.Finding]:
    """One of a kind at each path."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in findings:
        if (one.kind, one.path) not in seen:
            seen.add((one.kind, one.path))
            kept.append(one)
    return kept


def write_rows(cursor: Any, version: UUID, rows: list[tuple[int, int, str | None, str, list[str | None]]]) -> None:
    if rows:
        cursor.execute(_ROWS, [version, json.dumps(rows, ensure_ascii=False)])


def _write_findings(cursor: Any, submission: UUID, version: UUID, findings: list[xforms.Finding]) -> None:
    if findings:
        told = [
            [str(uuid7()), one.kind, one.path, one.field, SEVERITY.get(one.kind, 2), one.value, one.expected]
            for one in findings
        ]
        cursor.execute(_FINDINGS, [submission, version, json.dumps(told, ensure_ascii=False)])


def _entities(judged: Judged, submission: UUID, version: UUID, sender: Sender, at: datetime) -> None:
    """What the answers say about entities takes effect with the receipt. Tests of a draft change nothing."""
    made = definition(judged.version)
    if judged.draft is not None or not (made.entities or is_uuid(judged.facts.site)):
        return
    acts = entity_acts(made, judged.read)
    if acts:
        owner = sender.owner or judged.form.owner_id
        apply_acts(acts, Source(submission, version, owner, judged.facts.place, at, sender.account))
    if is_uuid(judged.facts.site):
        names = {one.source.rpartition("/")[2].removesuffix(".csv") for one in made.instances.values() if one.source}
        link_site(submission, judged.facts.site, names | {one.dataset for one in made.entities})


_HEAD = """
SELECT clock_timestamp(), coalesce(max(last.chain_number), 0), (array_agg(last.chain))[1]
FROM (SELECT chain_number, chain FROM rafid_forms_submissionversion
      WHERE form_id = %s AND %s::uuid IS NULL AND chain_number IS NOT NULL ORDER BY chain_number DESC LIMIT 1) last
"""
_NEW = """
INSERT INTO rafid_forms_submission (id, form_id, draft_id, instance_id, state, received_at, changed_at,
    account_id, app_user_id, link_id, device_id, owner_id, place_id, location, started_at, ended_at, current_id, edits,
    attachments_present, attachments_expected, findings_open, worst, interviewer, site, sealed, deleted_why)
VALUES (%s, %s, %s, %s, 'received', %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, 0, %s, %s, %s, %s, %s, '')
"""
_EDIT = """
UPDATE rafid_forms_submission s SET state = 'edited', changed_at = %s, place_id = %s, location = %s, started_at = %s,
    ended_at = %s, current_id = %s, edits = edits + 1, interviewer = %s, site = %s, handled_at = NULL
WHERE id = %s
RETURNING (SELECT max(number) FROM rafid_forms_submissionversion v WHERE v.submission_id = s.id)
"""
_VERSION = """
INSERT INTO rafid_forms_submissionversion (id, submission_id, form_id, draft_id, number, instance_id, form_version_id, xml,
    sha256, chain_number, previous_hash, chain, received_at, account_id, app_user_id, link_id, reason, way)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_ROWS = """
INSERT INTO rafid_forms_row (submission_version_id, "table", ordinal, parent, key, "values")
SELECT %s, (one->>0)::smallint, (one->>1)::integer, one->>2, one->>3,
       ARRAY(SELECT jsonb_array_elements_text(one->4))
FROM jsonb_array_elements(%s::jsonb) one
"""
_FINDINGS = """
INSERT INTO rafid_forms_finding (id, submission_id, submission_version_id, kind, path, field, severity, value, expected,
    evidence, state, found_at, comment)
SELECT (one->>0)::uuid, %s, %s, one->>1, one->>2, one->>3, (one->>4)::smallint, one->>5, one->>6, '{}', 'open', now(), ''
FROM jsonb_array_elements(%s::jsonb) one
"""
