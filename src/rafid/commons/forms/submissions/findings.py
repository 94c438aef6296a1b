"""Findings of submissions: excused with a reason, or confirmed; and the talk about a submission or one of its questions."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..accept import lock_form
from ..attach import recount
from ..models import Comment, Finding, FindingState, Form, Submission
from ..questions import book_of
from ..refusals import Refused
from .review import may_review, now, typed_in

LONGEST_TEXT = 5000


@transaction.atomic
def settle(form: Form, finding: Finding, state: str, *, by: Any, comment: str = "") -> Finding:
    """Explains, confirms or opens a finding again. Raises :class:`Refused`."""
    comment = typed_in(comment)
    lock_form(form.pk)
    finding = Finding.objects.select_for_update(of=("self",)).select_related("submission").get(pk=finding.pk)
    submission = finding.submission
    if not may_review(by, submission, form):
        raise Refused(403, "right", _("Your roles do not include the review of this submission."))
    if state not in FindingState.values:
        raise Refused(422, "state", _("A finding is open, explained or confirmed."))
    if state == FindingState.EXPLAINED and not comment:
        raise Refused(422, "comment", _("Say why this finding is excused."))
    if len(comment) > LONGEST_TEXT:
        raise too_long()
    settled = state != FindingState.OPEN
    finding.state, finding.comment = FindingState(state), comment
    finding.by, finding.at = (by, now()) if settled else (None, None)
    finding.save(update_fields=["state", "comment", "by", "at"])
    recount(submission.pk)
    Submission.objects.filter(pk=submission.pk).update(changed_at=now())
    return finding


def add_comment(form: Form, submission: Submission, text: str, *, by: Any, field: str = "") -> Comment:
    """Raises :class:`Refused` for an empty one, or one about a question that the form does not have."""
    text = typed_in(text)
    if not text:
        raise Refused(422, "text", _("Write a comment first."))
    if len(text) > LONGEST_TEXT:
        raise too_long()
    if field and book_of(form).field(field) is None:
        raise Refused(422, "field", _("This form has no such question."))
    return Comment.objects.create(submission=submission, text=text, field=field, by=by)


def too_long() -> Refused:
    return Refused(422, "text", _("This text is too long; at most %(most)s signs are kept.") % {"most": LONGEST_TEXT})
