"""Which submission another one corrects (``deprecatedID``), and whether its sender may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from .models import Form, Submission, Way
from .receipt import lock
from .refusals import edits_not_taken, superseded, unknown_original
from .sender import Sender
from .works import works_of

if TYPE_CHECKING:
    from .accept import Judged


@dataclass(frozen=True)
class Original:
    """The submission that another one corrects."""

    submission: UUID
    owner: UUID
    place: UUID | None
    interviewer: str


def original_of(judged: Judged, sender: Sender, way: str) -> Original | None:
    """The submission that this one corrects, locked; None when it is a first one. Raises :class:`Refused`."""
    deprecated = judged.read.deprecated_id
    if not deprecated:
        return None
    if not judged.form.accept_edits and way != Way.OFFICE:
        raise edits_not_taken()
    # The form's lock before the row, as a decision takes them: each would wait for the other.
    lock(judged.form.pk)
    of_draft = "= %s" if judged.draft else "IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.owner_id, s.place_id, s.interviewer, s.current_id = v.id, s.deleted_at"
            " FROM rafid_forms_submissionversion v JOIN rafid_forms_submission s ON s.id = v.submission_id"
            f" WHERE v.form_id = %s AND v.draft_id {of_draft} AND v.instance_id = %s FOR UPDATE OF s",
            [one for one in (judged.form.pk, judged.draft, deprecated) if one],
        )
        row = cursor.fetchone()
    if row is None or row[5] is not None or not _may_correct(row[0], sender, judged.form):
        raise unknown_original()
    if not row[4]:
        raise superseded()
    return Original(*row[:4])


def _may_correct(submission: UUID, sender: Sender, form: Form) -> bool:
    """A phone corrects what was sent for its organisation, a link what it sent; an account what it sent or works with there:
    to see it is not enough."""
    rows = Submission.everything.filter(pk=submission)
    if sender.account is not None:
        return rows.filter(works_of(sender.account, form).rule).exists()
    if sender.app_user is not None:
        return rows.filter(owner=sender.owner).exists()
    return rows.filter(link=sender.link).exists()
