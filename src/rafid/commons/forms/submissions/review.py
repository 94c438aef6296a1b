"""Decisions on submissions: approve, reject, send back; one or many, in one transaction, each as an immutable event.

A decision is taken of what lies there now: under the form's lock, on rows that are locked until the end, so that no new
version comes in between. All of them happen, or none and every refusal is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from rafid.commons.people.visibility import may_at

from ..accept import lock_form
from ..entities.told import apply_on_approval
from ..events import tell
from ..models import Finding, FindingState, Form, ReviewEvent, Submission, SubmissionState, SubmissionVersion
from ..refusals import Refused

_RECEIVED, _ISSUES, _EDITED, _APPROVED, _REJECTED = SubmissionState.values
TRANSITIONS: dict[str, frozenset[str]] = {
    _RECEIVED: frozenset({_ISSUES, _APPROVED, _REJECTED}),
    _EDITED: frozenset({_ISSUES, _APPROVED, _REJECTED}),
    _ISSUES: frozenset({_APPROVED, _REJECTED}),
    _APPROVED: frozenset({_ISSUES, _REJECTED}),
    _REJECTED: frozenset({_ISSUES, _APPROVED}),
}
"""A new version moves any of them to ``edited``; that is the receipt's, not a decision."""
DECIDED = frozenset({_APPROVED, _REJECTED})
"""States that are left with a reason only."""


@dataclass(frozen=True)
class Outcome:
    """``state`` now; ``approvals`` of ``needed`` where another person has still to agree."""

    submission: UUID
    instance_id: str
    state: str
    approvals: int
    needed: int


class NotDecided(Refused):
    """``refusals``: (instanceID, sentence) of each submission that cannot be decided so; nothing was decided."""

    def __init__(self, refusals: Sequence[tuple[str, str]]) -> None:
        super().__init__(422, "transition", refusals[0][1])
        self.refusals = list(refusals)


def may_review(user: Any, submission: Submission, form: Form) -> bool:
    return may_at(user, "review", form.programme, submission.owner_id, submission.place_id)


def must_be_decision(state: str) -> None:
    """Raises :class:`Refused` for a state that no decision gives."""
    if state not in SubmissionState.values or state in (_RECEIVED, _EDITED):
        raise Refused(422, "state", _("A decision is one of approved, rejected and has_issues."))


def why_not(form: Form, pk: UUID, state: str, *, by: Any, reason: str) -> str:
    """The sentence that refuses this decision now, or an empty one."""
    row = Submission.objects.filter(form=form, pk=pk).first()
    return _why_not(form, row, state, by, typed_in(reason), _Facts.of([row], by)) if row is not None else ""


@transaction.atomic
def decide(form: Form, ids: Iterable[UUID], state: str, *, by: Any, reason: str = "") -> list[Outcome]:
    """Raises :class:`NotDecided` for transitions that are not allowed, :class:`Refused` for an unknown state."""
    reason = typed_in(reason)
    must_be_decision(state)
    lock_form(form.pk)
    chosen = Submission.objects.select_for_update(of=("self",)).filter(form=form, pk__in=list(ids)).order_by("pk")
    rows = list(chosen)
    facts = _Facts.of(rows, by)
    refusals = [
        (row.instance_id, sentence) for row in rows if (sentence := _why_not(form, row, state, by, reason, facts))
    ]
    if refusals:
        raise NotDecided(refusals)
    return _record(form, rows, state, by, reason, facts)


@dataclass(frozen=True)
class _Facts:
    """What the rules ask of many submissions, read by a handful of statements."""

    numbers: dict[UUID, int]
    rounds: dict[UUID, int]
    approvals: dict[UUID, set[UUID | None]]
    wrote: set[UUID]
    serious: set[UUID]

    @classmethod
    def of(cls, rows: Sequence[Submission], by: Any) -> _Facts:
        pks = [row.pk for row in rows]
        numbers = dict(
            SubmissionVersion.objects.filter(pk__in=[row.current_id for row in rows]).values_list(
                "submission", "number"
            )
        )
        others = dict(
            ReviewEvent.objects.filter(submission__in=pks, approves=False)
            .order_by()
            .values("submission")
            .annotate(n=Count("pk"))
            .values_list("submission", "n")
        )
        rounds = {pk: numbers.get(pk, 0) + others.get(pk, 0) for pk in pks}
        approvals: dict[UUID, set[UUID | None]] = {pk: set() for pk in pks}
        for pk, number, who in ReviewEvent.objects.filter(submission__in=pks, approves=True).values_list(
            "submission", "round", "by"
        ):
            if number == rounds[pk]:
                approvals[pk].add(who)
        wrote = set(
            SubmissionVersion.objects.filter(submission__in=pks, account=by).values_list("submission", flat=True)
        )
        wrote |= {row.pk for row in rows if row.account_id == by.pk}
        currents = [row.current_id for row in rows]
        serious = Finding.objects.filter(submission_version__in=currents, severity=3, state=FindingState.OPEN)
        return cls(numbers, rounds, approvals, wrote, set(serious.values_list("submission", flat=True)))


def _why_not(form: Form, row: Submission, state: str, by: Any, reason: str, facts: _Facts) -> str:
    """The sentence that refuses, or an empty one."""
    if not may_review(by, row, form):
        return _("Your roles do not include the review of this submission.")
    if state == row.state:
        return _("This submission has this state already.")
    if state not in TRANSITIONS[row.state]:
        return _("From “%(old)s” a submission does not become “%(new)s”.") % {
            "old": row.get_state_display(),
            "new": SubmissionState(state).label,
        }
    if row.state in DECIDED and not reason:
        return _("This submission was decided before; say why that changes.")
    if state != _APPROVED:
        return ""
    barred = _barred(row, by, facts)
    if not barred and row.pk in facts.serious and not reason:
        return _("A serious finding is open. Explain or confirm it, or say why you approve all the same.")
    return barred


def _barred(row: Submission, by: Any, facts: _Facts) -> str:
    if row.pk in facts.wrote:
        return _("Nobody approves what he sent or edited himself; another reviewer must.")
    if by.pk in facts.approvals[row.pk]:
        return _("You approved this submission already; the second approval must come from another account.")
    return ""


def _record(form: Form, rows: Sequence[Submission], state: str, by: Any, reason: str, facts: _Facts) -> list[Outcome]:
    at = now()
    events, outcomes, moved = [], [], []
    for row in rows:
        had = len(facts.approvals[row.pk])
        approves = state == _APPROVED
        complete = not approves or had + 1 >= form.reviews_needed
        new = state if complete else row.state
        events.append(
            ReviewEvent(
                submission=row,
                old=row.state,
                new=new,
                approves=approves,
                reason=reason,
                by=by,
                at=at,
                version_number=facts.numbers[row.pk],
                # What is no approval begins a new round: approvals of before do not count any more.
                round=facts.rounds[row.pk] if approves else facts.rounds[row.pk] + 1,
            )
        )
        approvals = had + 1 if approves else 0
        outcomes.append(Outcome(row.pk, row.instance_id, new, approvals, form.reviews_needed))
        if new != row.state:
            moved.append((row, row.state, new))
    ReviewEvent.objects.bulk_create(events, batch_size=1000)
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(changed_at=at)
    if moved:
        Submission.objects.filter(pk__in=[row.pk for row, _old, _new in moved]).update(state=state)
    for row, old, new in moved:
        row.state, row.changed_at = new, at
        if new == _APPROVED:
            apply_on_approval(row)
        tell(row, old, new)
    return outcomes


def typed_in(text: str) -> str:
    """What a person wrote, without blanks around it, and without the one sign that the database does not take."""
    return text.replace("\x00", "").strip()


def now() -> Any:
    """The moment under the form's lock: moments rise in the order of commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def approvals_of(submission: Submission) -> list[ReviewEvent]:
    """Approvals of the round that runs: more are needed while there are fewer than the form asks for."""
    number = SubmissionVersion.objects.values_list("number", flat=True).get(pk=submission.current_id)
    current = number + submission.events.filter(approves=False).count()
    return list(submission.events.filter(Q(approves=True), round=current).select_related("by").order_by("at"))


def choices_for(submission: Submission, by: Any) -> tuple[list[str], str]:
    """States to which this person's decision may move this submission, in the order of the buttons; and why approval is
    none of them, where it is another person's to give."""
    found = [state for state in (_APPROVED, _ISSUES, _REJECTED) if state in TRANSITIONS[submission.state]]
    barred = _barred(submission, by, _Facts.of([submission], by)) if _APPROVED in found else ""
    return [state for state in found if state != _APPROVED or not barred], barred
