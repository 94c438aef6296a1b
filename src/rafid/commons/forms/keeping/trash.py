"""The trash: out of every list at once, with a reason; back within thirty days, as it was."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.people.visibility import may_at

from ..accept import lock_form
from ..models import Form, Submission
from ..models.submission import SubmissionQuerySet
from ..refusals import Refused
from ..submissions.review import now, typed_in

KEPT_FOR = timedelta(days=30)


def may_delete(user: Any, submission: Submission, form: Form) -> bool:
    """Whoever makes the form's programme run may: its designer there, or a role that deletes."""
    of = (form.programme, submission.owner_id, submission.place_id)
    return may_at(user, "design", *of) or may_at(user, "delete", *of)


@transaction.atomic
def delete(form: Form, ids: Iterable[UUID], *, by: Any, why: str) -> int:
    """Raises :class:`Refused`; then nothing is deleted."""
    why = typed_in(why)
    if not why:
        raise Refused(422, "why", _("Say why this is deleted."))
    lock_form(form.pk)
    rows = list(Submission.objects.select_for_update(of=("self",)).filter(form=form, pk__in=list(ids)))
    if not all(may_delete(by, row, form) for row in rows):
        raise Refused(403, "right", _("Your roles do not include deleting here."))
    at = now()
    pks = [row.pk for row in rows]
    Submission.objects.filter(pk__in=pks).update(deleted_at=at, deleted_by=by, deleted_why=why[:2000], changed_at=at)
    return len(rows)


@transaction.atomic
def bring_back(form: Form, ids: Iterable[UUID], *, by: Any) -> int:
    """Raises :class:`Refused` where thirty days are over, or the answers are gone by retention."""
    lock_form(form.pk)
    rows = list(in_trash(form).select_for_update(of=("self",)).filter(pk__in=list(ids)))
    if not all(may_delete(by, row, form) for row in rows):
        raise Refused(403, "right", _("Your roles do not include deleting here."))
    if any(row.purged_at or row.deleted_at < timezone.now() - KEPT_FOR for row in rows):
        raise Refused(409, "gone", _("Thirty days are over; this submission cannot be brought back."))
    Submission.everything.filter(pk__in=[row.pk for row in rows]).update(
        deleted_at=None, deleted_by=None, deleted_why="", changed_at=now()
    )
    return len(rows)


def in_trash(form: Form) -> SubmissionQuerySet:
    rows: SubmissionQuerySet = Submission.everything.filter(form=form, draft=None, deleted_at__isnull=False)
    return rows.filter(purged_at=None)
