"""Non-conformities of operators' work: opened, answered with evidence, closed by another person of another organisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons import blobs
from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.models import NonConformitySeverity
from rafid.commons.records.models.nonconformities import SETTLED
from rafid.commons.records.search import index_record
from rafid.commons.writing import size as size_text

from ..hazards import states
from ..models import NonConformity, QualityEvidence
from ..refusals import told
from ..seeing import may_do
from ..stepping import Ask, NotYours, Step, by_code
from .visits import DUE

ANSWERING = (("check", "operator"),)
CLOSING = (("close", "authority"),)
LARGEST = 50_000_000
MOST_FILES = 20

_WHY = Ask("reason", gettext_lazy("Reason"), required=True)
_DUE = Ask("due", gettext_lazy("New deadline"), "day", help=gettext_lazy("Left empty: the deadline that stands."))


def _answer(row: NonConformity, given: Mapping[str, Any], by: Any) -> None:
    row.answer, row.answered_by, row.answered_at = given["answer"], by, timezone.now()
    row.action = given["action"]


def _reasoned(row: NonConformity, given: Mapping[str, Any], _by: Any) -> None:
    row.step_reason = given.get("reason") or ""
    if given.get("due"):
        row.due_on = given["due"]


def _close(row: NonConformity, given: Mapping[str, Any], by: Any) -> None:
    if row.answered_by_id == by.pk:
        raise Refused(_("You answered this finding yourself: somebody else closes it."))
    row.closed_by, row.closed_at, row.step_reason = by, timezone.now(), given.get("reason") or ""


def _reopen(row: NonConformity, given: Mapping[str, Any], by: Any) -> None:
    row.step_reason, row.closed_by, row.closed_at = given["reason"], None, None
    row.reopened += 1
    row.due_on = given.get("due") or timezone.localdate() + timedelta(days=DUE[row.severity])
    states.rework_for(row, by=by)


def _withdraw(row: NonConformity, given: Mapping[str, Any], by: Any) -> None:
    row.step_reason, row.withdrawn_by = given["reason"], by


STEPS = by_code(
    Step(
        "answer",
        gettext_lazy("Answer"),
        ANSWERING,
        ("open", "sent_back", "disputed"),
        "answered",
        (
            Ask("answer", gettext_lazy("Answer"), required=True),
            Ask("action", gettext_lazy("Corrective action"), required=True),
        ),
        _answer,
        "primary",
    ),
    Step("review", gettext_lazy("Take up the review"), CLOSING, ("answered",), "under_review", style="primary"),
    Step(
        "close",
        pgettext_lazy("a finding", "Close"),
        CLOSING,
        ("answered", "under_review"),
        "closed",
        (Ask("reason", gettext_lazy("Reason")),),
        _close,
        "primary",
    ),
    Step(
        "send-back",
        gettext_lazy("Send back"),
        CLOSING,
        ("answered", "under_review", "disputed"),
        "sent_back",
        (_WHY, _DUE),
        _reasoned,
    ),
    Step(
        "dispute",
        pgettext_lazy("a finding", "Dispute"),
        ANSWERING,
        ("open", "answered", "sent_back"),
        "disputed",
        (_WHY,),
        _reasoned,
    ),
    Step("reopen", gettext_lazy("Open again"), CLOSING, ("closed",), "open", (_WHY, _DUE), _reopen),
    Step(
        "withdraw",
        pgettext_lazy("a finding", "Withdraw"),
        CLOSING,
        ("open", "answered", "under_review", "sent_back", "disputed"),
        "withdrawn",
        (_WHY,),
        _withdraw,
        "danger",
    ),
)

SEVERITIES = NonConformitySeverity.choices


def open_finding(
    *,
    owner: Any,
    organisation: Any,
    by: Any,
    severity: str,
    text: str,
    opened_on: date,
    due_on: date | None = None,
    **values: Any,
) -> NonConformity:
    """A non-conformity beside any inspection. A critical one sends completed or checked ground back to work."""
    if organisation is None:
        raise Refused(_("Say whose work it is about."))
    with told(NonConformity), because("non-conformity opened"):
        row = NonConformity.objects.create(
            owner=owner, organisation=organisation, severity=severity, text=text, opened_on=opened_on, made_by=by,
            due_on=due_on or opened_on + timedelta(days=DUE[severity]), **values,
        )  # fmt: skip
        row.refresh_from_db()
        states.rework_for(row, by=by)
        index_record(row)
    return row


def may_add(user: Any, row: NonConformity) -> bool:
    return may_do(user, "check", row, side="operator") or may_do(user, "inspect", row, side="authority")


def add_evidence(
    row: NonConformity, files: Sequence[UploadedFile], *, by: Any, text: str = ""
) -> list[QualityEvidence]:
    """Keeps files that show the correction. Raises ``Refused`` with the file's name; then none of them is added."""
    if not files:
        raise Refused(_("Choose a file that shows the correction."))
    if len(files) > MOST_FILES:
        raise Refused(_("Send at most %(count)s files at once.") % {"count": MOST_FILES})
    for one in files:
        if not one.size:
            raise Refused(_("The file “%(name)s” is empty. Choose another one.") % {"name": one.name})
        if one.size > LARGEST:
            raise Refused(
                _("The file “%(name)s” has %(size)s; at most %(most)s are taken.")
                % {"name": one.name, "size": size_text(one.size), "most": size_text(LARGEST)}
            )
    kept = [(one.name or "file", blobs.receive(one.chunks(), limit=LARGEST)) for one in files]
    with told(QualityEvidence), because("evidence added"):
        locked(NonConformity, row.pk, None)
        row.refresh_from_db()
        if not may_add(by, row):
            raise NotYours("evidence")
        if row.state in SETTLED:
            raise Refused(_("It is “%(state)s” now, and takes no more evidence.") % {"state": row.get_state_display()})
        there = set(row.evidence.values_list("sha256", flat=True))
        made = []
        for name, blob in kept:
            if blob.sha256 in there:
                raise Refused(_("The file “%(name)s” is here already. Choose another one.") % {"name": name})
            there.add(blob.sha256)
            made.append(
                QualityEvidence.objects.create(
                    nonconformity=row,
                    sha256=blob.sha256,
                    file_name=name.replace("\x00", "")[-200:],
                    size=blob.size,
                    text=text.replace("\x00", "").strip(),
                    by=by,
                    made_by=by,
                )
            )
    return made
