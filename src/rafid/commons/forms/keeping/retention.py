"""Erasure of submissions: by a form's retention, thirty days after the trash, or by law. A tombstone stays.

Answers, rows, files, comments, place and person go; identity, hashes, dates, decisions and the reason stay, so that the chain
of hashes still proves that nothing else was removed. What a submission said of an entity is the entity's, and stays there.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pgtrigger
from django.db import connection, transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone

from rafid.commons import blobs

from ..accept import lock_form
from ..models import Attachment, Form, Ground, RetentionConsent, Submission, SubmissionVersion, Tombstone
from ..models.submission import SubmissionQuerySet
from ..refusals import no_retention, reason_missing, seen_another
from ..submissions.served import drop_thumbnails
from ..versions import purging
from .trash import KEPT_FOR
from .verify import known_blobs

log = logging.getLogger("rafid.forms")

AT_ONCE = 500
SWEEP_LOCK = 7_120_001
"""Held, shared, while files are copied away: the sweep waits for the next night then. Backups know the number."""


@dataclass(frozen=True)
class Due:
    """What would be erased of a form."""

    form: Form
    submissions: int
    oldest: datetime | None
    newest: datetime | None
    versions: int
    files: int
    bytes: int


def due(form: Form, now: datetime | None = None) -> SubmissionQuerySet:
    """Submissions that the form's retention lets go: received longer ago than its days, whatever their state."""
    rows: SubmissionQuerySet = Submission.everything.filter(form=form, draft=None, purged_at=None)
    if form.retention_days is None:
        return rows.none()
    return rows.filter(received_at__lt=(now or timezone.now()) - timedelta(days=form.retention_days))


def in_the_trash_too_long(now: datetime | None = None) -> SubmissionQuerySet:
    rows: SubmissionQuerySet = Submission.everything.filter(draft=None, purged_at=None)
    return rows.filter(deleted_at__lt=(now or timezone.now()) - KEPT_FOR)


def dry_run(form: Form, now: datetime | None = None) -> Due:
    """Nothing is changed."""
    rows = due(form, now)
    span = rows.aggregate(oldest=Min("received_at"), newest=Max("received_at"))
    files = Attachment.objects.filter(submission__in=rows, sha256__isnull=False)
    return Due(
        form,
        rows.count(),
        span["oldest"],
        span["newest"],
        SubmissionVersion.objects.filter(submission__in=rows).count(),
        files.count(),
        files.aggregate(sum=Sum("size"))["sum"] or 0,
    )


def agree(form: Form, *, by: Any, days: int, seen: int) -> RetentionConsent:
    """From now on the nights erase what the form's retention lets go. ``days`` and ``seen`` are what the dry run showed.

    Raises :class:`Refused` where the form's days changed since, or more would go now than was shown.
    """
    form.refresh_from_db()
    if form.retention_days is None:
        raise no_retention()
    if form.retention_days != days or due(form).count() > seen:
        raise seen_another()
    consent, _new = RetentionConsent.objects.update_or_create(
        form=form, defaults={"days": days, "seen": seen, "by": by, "at": timezone.now()}
    )
    return consent


def agreed(form: Form) -> RetentionConsent | None:
    """The consent that counts: given for the days that the form has now."""
    consent = RetentionConsent.objects.filter(form=form).select_related("by").first()
    return consent if consent is not None and consent.days == form.retention_days else None


def withdraw(form: Form) -> None:
    RetentionConsent.objects.filter(form=form).delete()


def purge(submissions: Iterable[UUID], *, ground: str, reason: str, by: Any = None) -> int:
    """Erases them, some at a time, each lot in one transaction; answers how many. Safe to run again after it was cut off."""
    if not reason.strip():
        raise reason_missing()
    gone = 0
    for some in _lots(submissions):
        with transaction.atomic():
            gone += _erase(some, ground, reason.strip(), by)
    return gone


def purge_due(form: Form, *, by: Any = None, now: datetime | None = None) -> int:
    rows = due(form, now).order_by("pk").values_list("pk", flat=True)
    return purge(list(rows), ground=Ground.RETENTION, reason=f"Retention: {form.retention_days} days", by=by)


def empty_trash(now: datetime | None = None) -> int:
    rows = in_the_trash_too_long(now).order_by("pk").values_list("pk", flat=True)
    return purge(list(rows), ground=Ground.TRASH, reason="In the trash for 30 days")


def keep_house(now: datetime | None = None) -> None:
    """What a night does: retention where somebody agreed to it, the trash, and files that nothing names any more."""
    for form in Form.objects.filter(retention_days__isnull=False):
        consent = agreed(form)
        if consent is not None:
            log.info(
                "%s submissions of form %s erased by retention", purge_due(form, by=consent.by, now=now), form.xform_id
            )
    log.info("%s submissions erased from the trash", empty_trash(now))
    sweep()


def sweep(*, older_than: float | None = None) -> int:
    """Removes files that no record names; none while a backup copies them. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SWEEP_LOCK])
        if not cursor.fetchone()[0]:
            log.info("files are being copied; the sweep waits for the next night")
            return 0
        try:
            more = {} if older_than is None else {"older_than": older_than}
            gone = blobs.sweep(known_blobs, **more)
            drop_thumbnails()
            return gone
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SWEEP_LOCK])


def _lots(ids: Iterable[UUID]) -> Iterator[list[UUID]]:
    lot: list[UUID] = []
    for one in ids:
        lot.append(one)
        if len(lot) == AT_ONCE:
            yield lot
            lot = []
    if lot:
        yield lot


def _erase(ids: list[UUID], ground: str, reason: str, by: Any) -> int:
    forms = Submission.everything.filter(pk__in=ids).order_by("form").values_list("form", flat=True).distinct()
    for form in forms:
        lock_form(form)
    rows = list(
        Submission.everything.select_for_update(of=("self",))
        .filter(pk__in=ids, purged_at=None, draft=None)
        .order_by("pk")
    )
    pks = [row.pk for row in rows]
    if not pks:
        return 0
    files: dict[UUID, list[str]] = {}
    for submission, sha256 in Attachment.objects.filter(submission__in=pks, sha256__isnull=False).values_list(
        "submission", "sha256"
    ):
        files.setdefault(submission, []).append(str(sha256))
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at = cursor.fetchone()[0]
    Tombstone.objects.bulk_create(
        Tombstone(
            submission=row,
            form_id=row.form_id,
            ground=ground,
            reason=reason,
            files=sorted(files.get(row.pk, [])),
            at=at,
            by=by,
        )
        for row in rows
    )
    purging()
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, {"ids": pks, "at": at})
        # Decisions stay; what was said with them may name people.
        with pgtrigger.ignore("rafid_forms.ReviewEvent:decided_stays"):
            cursor.execute("UPDATE rafid_forms_reviewevent SET reason = '' WHERE submission_id = ANY(%s)", [pks])
        cursor.execute("SET LOCAL rafid.purge = 'off'")
    return len(pks)


_OF = "(SELECT id FROM rafid_forms_submissionversion WHERE submission_id = ANY(%(ids)s))"
_STATEMENTS = (
    # Of an interviewer who has nothing else here any more, the ranking keeps no name until the night makes it anew.
    "DELETE FROM rafid_forms_copyingrank r USING rafid_forms_submission s WHERE s.id = ANY(%(ids)s) AND r.form_id = s.form_id"
    " AND r.owner_id = s.owner_id AND r.interviewer = s.interviewer AND NOT EXISTS (SELECT FROM rafid_forms_submission o"
    " WHERE o.form_id = r.form_id AND o.owner_id = r.owner_id AND o.interviewer = r.interviewer"
    " AND o.purged_at IS NULL AND o.id <> ALL(%(ids)s))",
    f"DELETE FROM rafid_forms_row WHERE submission_version_id IN {_OF}",
    f"DELETE FROM rafid_forms_heldupdate WHERE submission_version_id IN {_OF}",
    "DELETE FROM rafid_forms_visitfacts WHERE submission_id = ANY(%(ids)s)",
    "DELETE FROM rafid_forms_comment WHERE submission_id = ANY(%(ids)s)",
    "UPDATE rafid_forms_attachment SET replaced_by_id = NULL WHERE submission_id = ANY(%(ids)s)",
    "DELETE FROM rafid_forms_attachment WHERE submission_id = ANY(%(ids)s)",
    # That a check found something stays; what it found goes, and names of files with it.
    "DELETE FROM rafid_forms_finding WHERE submission_id = ANY(%(ids)s) AND path <> '' AND left(path, 1) <> '/'",
    "UPDATE rafid_forms_finding SET value = NULL, expected = NULL, evidence = '{}',"
    " comment = CASE WHEN state = 'explained' THEN '*' ELSE '' END WHERE submission_id = ANY(%(ids)s)",
    "UPDATE rafid_forms_submissionversion SET xml = NULL, reason = '', account_id = NULL, app_user_id = NULL, link_id = NULL,"
    " purged_at = %(at)s"
    " WHERE submission_id = ANY(%(ids)s)",
    "UPDATE rafid_forms_submission SET account_id = NULL, app_user_id = NULL, link_id = NULL, place_id = NULL,"
    " entity_id = NULL, location = NULL, started_at = NULL, ended_at = NULL, interviewer = '', site = '',"
    " device_id = '', findings_open = 0, worst = 0, attachments_present = 0, handled_at = coalesce(handled_at, %(at)s),"
    " deleted_at = coalesce(deleted_at, %(at)s), deleted_why = '', purged_at = %(at)s, changed_at = %(at)s"
    " WHERE id = ANY(%(ids)s)",
)
