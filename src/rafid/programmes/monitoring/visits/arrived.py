"""Submissions that named this visit and were not taken for it: what they are, why not, and looking at one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from rafid.commons.forms.events import NOT_TAKEN
from rafid.commons.forms.models import Finding, FindingState, Submission
from rafid.commons.forms.submissions.finding_words import sentence_of
from rafid.commons.records.change import Refused

from ..models import Visit
from .not_made import schedules


@dataclass(frozen=True)
class Left:
    submission: Submission
    received_at: datetime
    sentence: str


def not_taken(visit: Visit, user: Any) -> list[Left]:
    """Nothing is lost: each of these is kept whole, and says why it does not stand for the visit."""
    seen = Submission.objects.visible_to(user).filter(form__programme="monitoring")
    rows = Finding.objects.filter(
        kind=NOT_TAKEN, evidence__visit=visit.ref, submission__in=seen, state=FindingState.OPEN
    ).select_related("submission__form", "submission__current")
    return [
        Left(one.submission, one.submission.received_at, sentence_of(one))
        for one in rows.order_by("found_at")
        if one.submission_version_id == one.submission.current_id
    ]


def take_again(visit: Visit, submission: str, *, by: Any) -> None:
    """After the plan was mended: what follows arrival is done once more. Raises ``Refused``."""
    if not schedules(by, visit):
        raise Refused(_("Only the office takes a submission again."))
    try:
        pk = UUID(submission)
    except ValueError:
        pk = None
    known = {one.submission.pk for one in not_taken(visit, by)}
    if pk not in known:
        raise Refused(_("This submission does not wait for this visit."))
    Submission.objects.filter(pk=pk).update(handled_at=None)
