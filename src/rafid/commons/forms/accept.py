"""Receipt: XML and files come in; judged, flattened and recorded in one transaction, or refused with nothing kept.

The one way in, for phones, browsers, the office and demonstration loaders alike. What breaks the form's rules is kept and
flagged. Files are in the store already (:mod:`rafid.commons.blobs`), durable, before this is called.

Order of locks: the submission's own, then the form's. Under the form's the chain grows, so that ``received_at`` and
``chain_number`` rise in the order of commits: a reader that pages by them misses nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from rafid.commons.blobs import Blob
from rafid.methods import xforms
from rafid.methods.xforms import entity_acts
from rafid.methods.xforms.entities import is_uuid

from .asked import Asked, asked_by_phone, asked_for, find_known, hold_draft
from .attach import attach
from .corrections import original_of
from .entities.told import Source, apply_acts, link_site
from .facts import Facts, facts_of
from .lists import entity_lists_of, lists_of, reads_a_changing_list
from .models import Form, FormState, Way
from .receipt import Known, Written, last_to_disk, lock, write, write_rows
from .refusals import closed, malformed, other_answers, too_large
from .schema import definition, rows_of, schema_of
from .sender import Sender
from .words import in_language

__all__ = [
    "LARGEST_XML",
    "Accepted",
    "Judged",
    "accept",
    "examine",
    "judge",
    "largest_sending",
    "lock_form",
    "take",
    "write_rows",
]

LARGEST_XML = 10_000_000


def largest_sending() -> int:
    """The largest body that is taken, as told to phones."""
    return int(settings.RAFID_SUBMISSION_LIMIT)


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
    known: Known | None


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
    examined = examine(xml, sender, way=way)
    return take(examined, sender, files=files, way=way, device_id=device_id, reason=reason, received_at=received_at)


def examine(xml: bytes, sender: Sender, *, way: str = Way.PHONE) -> Examined:
    """Is it a submission, of a form that this sender fills and that is not closed? Raises :class:`Refused` before a file of
    it needs to be kept. Closed, a form takes corrections of the office still: what came in is reviewed to its end."""
    read = _read(xml)
    return _examined(xml, read, asked_for(read, sender), sender, way)


def examine_by_phone(xml: bytes, token: str, *, test: bool) -> tuple[Sender, Examined] | None:
    """The same for whoever holds the token, asked together with who that is; None where it is nobody."""
    read = _read(xml)
    found = asked_by_phone(read, token, test=test)
    return (found[0], _examined(xml, read, found[1], found[0], Way.PHONE)) if found else None


def _examined(xml: bytes, read: xforms.Submission, asked: Asked, sender: Sender, way: str) -> Examined:
    form, version, known = asked
    sha256 = hashlib.sha256(xml).digest()
    if known is not None and known.sha256 != sha256:
        raise other_answers()
    if known is None and form.state == FormState.CLOSED and sender.draft is None and way != Way.OFFICE:
        raise closed()
    return Examined(xml, sha256, read, form, version, schema_of(version), known)


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
    if sender.draft is None:
        return _take(examined, sender, files, way, device_id, reason, received_at)
    with transaction.atomic():
        last_to_disk()
        # A new upload may have dropped the draft since, and what came for it with it.
        hold_draft(sender)
        known = find_known(examined.form.pk, sender.draft, examined.read.instance_id)
        return _take(replace(examined, known=known), sender, files, way, device_id, reason, received_at)


def _take(
    examined: Examined,
    sender: Sender,
    files: Sequence[tuple[str, Blob]],
    way: str,
    device_id: str,
    reason: str,
    received_at: datetime | None,
) -> Accepted:
    read, form, version = examined.read, examined.form, examined.version
    if examined.known is not None:
        return _again(examined.known, examined, files)
    judged = judge(form, version, examined.schema, read, examined.xml, sender, at=received_at)
    if read.deprecated_id or _tells_of_entities(judged) or len({name for name, _blob in files}) < len(files):
        with transaction.atomic():
            taken = _more_than_a_receipt(judged, sender, files, way, device_id, reason, received_at)
    else:
        written = write(judged, sender, files, way, device_id, reason, received_at)
        taken = _accepted(judged, written, "new") if isinstance(written, Written) else written
    return taken if isinstance(taken, Accepted) else _again(taken, examined, files)


def _more_than_a_receipt(
    judged: Judged,
    sender: Sender,
    files: Sequence[tuple[str, Blob]],
    way: str,
    device_id: str,
    reason: str,
    received_at: datetime | None,
) -> Accepted | Known:
    """A correction, or a submission that says something of entities: several steps of one transaction."""
    last_to_disk()
    lock(judged.form.pk, judged.read.instance_id)
    known = find_known(judged.form.pk, judged.draft, judged.read.instance_id)
    if known is not None:
        return known
    original = original_of(judged, sender, way)
    written = write(judged, sender, files, way, device_id, reason, received_at, original)
    assert isinstance(written, Written)  # the lock is ours
    present, expected = written.present, written.expected
    if original is not None or files:
        present, expected = attach(written.submission, written.version, files, judged.expected)
    _entities(judged, written, sender)
    return _accepted(judged, replace(written, present=present, expected=expected), "edit" if original else "new")


def _accepted(judged: Judged, written: Written, what: str) -> Accepted:
    return Accepted(
        written.submission,
        written.version,
        judged.form.pk,
        judged.read.instance_id,
        what,
        written.present,
        written.expected,
    )


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
        # A correction lies where its answers say, else where the submission was.
        facts_of(form, made, read, () if read.deprecated_id else sender.places_for(form)),
    )


def _read(xml: bytes) -> xforms.Submission:
    if len(xml) > LARGEST_XML:
        raise too_large()
    try:
        return xforms.read_submission(xml, max_bytes=LARGEST_XML)
    except xforms.SubmissionError as error:
        raise malformed(in_language(xforms.said_by(error))) from None


def _again(known: Known, examined: Examined, files: Sequence[tuple[str, Blob]]) -> Accepted:
    """The same bytes once more: the files that came along are taken, nothing else happens."""
    if known.sha256 != examined.sha256:
        raise other_answers()
    form, read = examined.form, examined.read
    with transaction.atomic():
        last_to_disk()
        lock(form.pk, read.instance_id)
        present, expected = attach(known.submission, known.version, files)
    return Accepted(known.submission, known.version, form.pk, read.instance_id, "same", present, expected)


def lock_form(form: UUID) -> None:
    """For whoever moves ``changed_at``: readers that page by it then miss nothing."""
    lock(form)


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


def _tells_of_entities(judged: Judged) -> bool:
    return judged.draft is None and bool(definition(judged.version).entities or is_uuid(judged.facts.site))


def _entities(judged: Judged, written: Written, sender: Sender) -> None:
    """What the answers say about entities takes effect with the receipt. Tests of a draft change nothing."""
    if not _tells_of_entities(judged):
        return
    made = definition(judged.version)
    acts = entity_acts(made, judged.read)
    if acts:
        source = Source(written.submission, written.version, written.owner, written.place, written.at, sender.account)
        apply_acts(acts, source)
    if is_uuid(judged.facts.site):
        names = {one.source.rpartition("/")[2].removesuffix(".csv") for one in made.instances.values() if one.source}
        link_site(written.submission, judged.facts.site, names | {one.dataset for one in made.entities})
