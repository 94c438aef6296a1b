"""Files of a submission: which belong to it, which came, which came again with other bytes."""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.db.models import DateTimeField, Func
from django.utils import timezone

from rafid.commons.blobs import Blob
from rafid.commons.identity import uuid7

from .kinds import SEVERITY
from .models import Attachment, Submission

log = logging.getLogger("rafid.forms")

LONGEST_NAME = 255


def is_plain_name(name: str) -> bool:
    """A name that may stand in the database: never a path, at most 255 bytes of UTF-8."""
    if not name or name in (".", "..") or set(name) & {"/", "\\", "\x00"}:
        return False
    return len(name.encode("utf-8", "surrogatepass")) <= LONGEST_NAME and not any(
        unicodedata.category(sign) in ("Cc", "Cs") for sign in name
    )


def attach(
    submission: UUID, version: UUID, files: Sequence[tuple[str, Blob]], expected: Sequence[str] = ()
) -> tuple[int, int]:
    """Takes the files whose names the answers say; tells how many are present and how many are expected.

    ``expected``: names of the version that has just come; they are awaited from now on. A file of another name is left
    out. The same name with other bytes is kept beside the first, which stays shown, and found as ``attachment_changed``.
    Call it in the transaction of the receipt, under the submission's lock.
    """
    waiting = _waiting(submission)
    names = [name for name in dict.fromkeys(expected) if is_plain_name(name)]
    told = {*waiting, *names}
    if set(names) - waiting.keys() or any(
        name in told and (name not in waiting or waiting[name].sha256 != blob.sha256) for name, blob in files
    ):
        from .accept import lock_form

        # Before any row is touched, as a decision does it: each would wait for the other. And a correction may have told of
        # more files meanwhile.
        lock_form(Submission.everything.values_list("form", flat=True).get(pk=submission))
        waiting = _waiting(submission)
    fresh = [Attachment(submission_id=submission, name=name) for name in names if name not in waiting]
    if fresh:
        Attachment.objects.bulk_create(fresh)
        waiting.update({one.name: one for one in fresh})
    changed = False
    for name, blob in files:
        known = waiting.get(name)
        if known is None:
            log.info("a file that no answer names was left out of submission %s", submission)
            continue
        if known.sha256 == blob.sha256:
            continue
        if known.sha256 is None:
            known.sha256, known.size, known.media_type = blob.sha256, blob.size, blob.media_type
            known.arrived_at = timezone.now()
            known.save(update_fields=["sha256", "size", "media_type", "arrived_at"])
            changed = True
        elif not Attachment.objects.filter(submission=submission, name=name, sha256=blob.sha256).exists():
            _keep_beside(known, blob, submission, version)
            changed = True
    rows = waiting.values()
    present, total = sum(one.sha256 is not None for one in rows), len(waiting)
    if changed or fresh:
        # The clock is read under the form's lock, and is the database's: times of change rise in the order of commits.
        Submission.everything.filter(pk=submission).update(
            attachments_present=present,
            attachments_expected=total,
            changed_at=Func(function="clock_timestamp", output_field=DateTimeField()),
            handled_at=None,
        )
    return present, total


def _waiting(submission: UUID) -> dict[str, Attachment]:
    return {one.name: one for one in Attachment.objects.filter(submission=submission, replaced_by=None)}


def _keep_beside(first: Attachment, blob: Blob, submission: UUID, version: UUID) -> None:
    Attachment.objects.create(
        submission_id=submission,
        name=first.name,
        sha256=blob.sha256,
        size=blob.size,
        media_type=blob.media_type,
        arrived_at=timezone.now(),
        replaced_by=first,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rafid_forms_finding (id, submission_id, submission_version_id, kind, path, field, severity, value,"
            " expected, evidence, state, found_at, comment)"
            " VALUES (%s, %s, %s, 'attachment_changed', %s, '', %s, %s, %s, %s, 'open', now(), '')"
            " ON CONFLICT (submission_version_id, kind, path) DO NOTHING",
            [
                uuid7(),
                submission,
                version,
                first.name,
                SEVERITY["attachment_changed"],
                blob.sha256,
                first.sha256,
                json.dumps({"name": first.name, "kept": first.sha256, "came": blob.sha256}),
            ],
        )
        recount(submission)


def recount(*submissions: UUID) -> None:
    """Counts open findings and the worst of each submission's current version anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rafid_forms_submission s SET findings_open = found.open, worst = found.worst"
            " FROM (SELECT one.id, count(f.id) FILTER (WHERE f.state = 'open') AS open,"
            "       coalesce(max(f.severity) FILTER (WHERE f.state <> 'explained'), 0) AS worst"
            "       FROM rafid_forms_submission one"
            "       LEFT JOIN rafid_forms_finding f ON f.submission_version_id = one.current_id"
            "       WHERE one.id = ANY(%s) GROUP BY one.id) found WHERE s.id = found.id",
            [list(submissions)],
        )
