"""What a person sent, as far as its sender may know: what became of it, why it was sent back, and its answers to correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import unescape

from django.db.models import CharField, F, Func, QuerySet
from django.utils import timezone

from ..models import Form, FormState, ReviewEvent, Submission, SubmissionState
from ..sender import of_account

MOST = 100
FOR = timedelta(days=90)
"""So many of the newest, and so long, stay in the list."""
_NAME = (
    "left(substring(convert_from(%(expressions)s, 'UTF8')"
    r" from '<(?:[\w.-]+:)?instanceName(?:\s[^>]*)?>([^<]+)<'), 400)"
)
"""Read by the database: a hundred sets of answers can be long."""


@dataclass(frozen=True)
class Sent:
    """``name``: what the form itself calls this visit. ``reason``: the reviewer's, where it was sent back or rejected."""

    submission: Submission
    current: str
    name: str
    reason: str
    decided_at: datetime | None
    correctable: bool


def _own(user: Any) -> QuerySet[Submission]:
    """Of an account alone: a link is held by many, and a phone keeps its own list."""
    if not user.is_authenticated:
        return Submission.objects.none()
    return Submission.objects.visible_to(user).filter(account=user)


def sent_by_account(user: Any) -> list[Sent]:
    """The newest first. One question for the submissions, one for the decisions, however many there are."""
    rows = _own(user).filter(received_at__gte=timezone.now() - FOR).select_related("form", "current")
    rows = rows.annotate(called=Func(F("current__xml"), template=_NAME, output_field=CharField()))
    found: list[Any] = list(rows.defer("current__xml").order_by("-received_at", "-pk")[:MOST])
    decided = [one.pk for one in found if one.state in (SubmissionState.HAS_ISSUES, SubmissionState.REJECTED)]
    events = ReviewEvent.objects.filter(submission__in=decided).order_by("at", "pk")
    last = {event.submission_id: event for event in events}
    mine = {form.pk: takes_corrections(user, form) for form in {one.form_id: one.form for one in found}.values()}
    told = []
    for one in found:
        event = last.get(one.pk)
        told.append(
            Sent(
                one,
                one.current.instance_id,
                unescape(one.called or "").strip(),
                event.reason if event else "",
                event.at if event else None,
                mine[one.form_id] and _correctable(one),
            )
        )
    return told


def to_correct(user: Any, form: Any, instance_id: str) -> Submission | None:
    """What this person sent and may correct now; by the identity of its newest version."""
    one = _own(user).filter(form=form, current__instance_id=instance_id).select_related("form", "current").first()
    return one if one is not None and takes_corrections(user, one.form) and _correctable(one) else None


def takes_corrections(user: Any, form: Form) -> bool:
    open_ = form.state in (FormState.OPEN, FormState.CLOSING)
    return open_ and form.accept_edits and not form.public_key and of_account(user).may_send(form)


def _correctable(one: Submission) -> bool:
    return one.state == SubmissionState.HAS_ISSUES and not one.sealed and one.purged_at is None
