"""The life of a finding, step by step: each with who takes it, from where, and what it writes.

The database has the last word (other eyes, evidence, the order of steps); here is what it cannot know: who the person is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_record

from ..models import CorrectiveAction, NonConformity
from ..refusals import told
from .rights import may


@dataclass(frozen=True)
class Given:
    """What the person wrote with a step; ``due`` is a new deadline."""

    reason: str = ""
    root_cause: str = ""
    what: str = ""
    who: str = ""
    until: date | None = None
    due: date | None = None


@dataclass(frozen=True)
class Step:
    """``fields`` are those of :class:`Given` that it asks for; a ``!`` before one that must be filled in."""

    code: str
    title: Promise
    right: str
    starts: tuple[str, ...]
    end: str
    fields: tuple[str, ...]
    write: Callable[[NonConformity, Given, Any, datetime], None]
    style: str = ""

    @property
    def needed(self) -> list[str]:
        return [name[1:] for name in self.fields if name.startswith("!")]

    @property
    def asked(self) -> list[str]:
        return [name.lstrip("!") for name in self.fields]


def _answer(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    row.answer, row.answered_by, row.answered_at = given.what, by, at
    CorrectiveAction.objects.create(
        nonconformity=row, root_cause=given.root_cause, what=given.what, who=given.who, by=given.until, made_by=by
    )


def _reasoned(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    row.step_reason = given.reason
    if given.due is not None:
        row.due_on = given.due


def _taken_up(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    """Nothing but the state: who and when stand in the history."""


def _close(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    row.closed_by, row.closed_at, row.step_reason = by, at, given.reason


def _reopen(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    from .raising import due_on

    row.step_reason, row.closed_by, row.closed_at = given.reason, None, None
    row.reopened += 1
    row.due_on = given.due or due_on(row.contract, row.severity, timezone.localdate(at))


def _withdraw(row: NonConformity, given: Given, by: Any, at: datetime) -> None:
    row.step_reason, row.withdrawn_by = given.reason, by


STEPS: dict[str, Step] = {
    one.code: one
    for one in (
        Step(
            "answer", gettext_lazy("Answer"), "answer", ("open", "sent_back", "disputed"), "answered",
            ("!root_cause", "!what", "!who", "!until"), _answer, "primary",
        ),
        Step(
            "review", gettext_lazy("Take up the review"), "close", ("answered",), "under_review", (), _taken_up, "primary",
        ),
        Step(
            "close", pgettext_lazy("a finding", "Close"), "close", ("answered", "under_review"), "closed", ("reason",),
            _close, "primary",
        ),
        Step(
            "send-back", gettext_lazy("Send back"), "close", ("answered", "under_review", "disputed"), "sent_back",
            ("!reason", "due"), _reasoned,
        ),
        Step("uphold", gettext_lazy("Uphold"), "close", ("disputed",), "open", ("!reason", "due"), _reasoned),
        Step(
            "dispute", pgettext_lazy("a finding", "Dispute"), "answer", ("open", "answered", "sent_back"), "disputed",
            ("!reason",), _reasoned,
        ),
        Step("reopen", gettext_lazy("Open again"), "close", ("closed",), "open", ("!reason", "due"), _reopen),
        Step(
            "withdraw", pgettext_lazy("a finding", "Withdraw"), "release",
            ("open", "answered", "under_review", "sent_back", "disputed"), "withdrawn", ("!reason",), _withdraw, "danger",
        ),
    )
}  # fmt: skip
"""``release`` is held by the manager alone, and so he alone withdraws."""

FIELD_NAMES = {
    "reason": gettext_lazy("Reason"),
    "root_cause": gettext_lazy("Root cause"),
    "what": gettext_lazy("What is done"),
    "who": gettext_lazy("By whom"),
    "until": pgettext_lazy("a day", "Until"),
    "due": gettext_lazy("New deadline"),
}


class NotYours(Exception):
    """The person sees the finding; this step is not his."""


def possible(user: Any, finding: NonConformity) -> list[Step]:
    """The steps that this person may take now, the main one first."""
    rights: dict[str, bool] = {}
    found = []
    for step in STEPS.values():
        if finding.state not in step.starts:
            continue
        if step.right not in rights:
            rights[step.right] = may(user, step.right, finding)
        if rights[step.right] and not (step.code == "close" and finding.answered_by_id == user.pk):
            found.append(step)
    return found


def take(
    pk: Any, code: str, *, by: Any, version: int | None, given: Given, at: datetime | None = None
) -> NonConformity:
    """Takes a step against the version that was read. Raises Stale, NotYours, or Refused with a sentence."""
    step, at = STEPS[code], at or timezone.now()
    given = _trimmed(given)
    with told(NonConformity), because(given.reason):
        row = locked(NonConformity, pk, version)
        assert isinstance(row, NonConformity)
        if not may(by, step.right, row):
            raise NotYours(code)
        if row.state not in step.starts:
            raise Refused(
                _("It is “%(state)s” now. From there the step “%(step)s” is not possible.")
                % {"state": row.get_state_display(), "step": step.title}
            )
        for name in step.needed:
            if not getattr(given, name):
                raise Refused(_("“%(field)s” is empty. Fill it in.") % {"field": FIELD_NAMES[name]})
        row.state = step.end
        step.write(row, given, by, at)
        row.save()
        row.refresh_from_db()
        index_record(row)
    return row


def _trimmed(given: Given) -> Given:
    words = {name: getattr(given, name).replace("\x00", "").strip() for name in ("reason", "root_cause", "what", "who")}
    return Given(**words, until=given.until, due=given.due)


def tell_of_work(pk: Any, stopped: bool, *, by: Any, version: int | None) -> NonConformity:
    """Whether work was stopped for a critical finding."""
    from .rights import may_tell_of_work

    with told(NonConformity), because("stop of work told"):
        row = locked(NonConformity, pk, version)
        assert isinstance(row, NonConformity)
        if not may_tell_of_work(by, row):
            raise NotYours("stop-work")
        if row.severity != "critical":
            raise Refused(_("Only a critical finding asks whether work was stopped."))
        row.stop_work = stopped
        row.save()
        row.refresh_from_db()
    return row
