"""Inspections: planned with their checklist, made with answers and a result. What fails sends ground back to work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.checks import check_record
from rafid.commons.records.search import index_record

from ..hazards import states
from ..models import HazardState, NonConformity, QaResult, QaVisit
from ..operations.worked import worker_of
from ..refusals import told
from ..stepping import today_or_before
from .checklists import of

DUE = {"critical": 7, "major": 21, "minor": 42}
"""Days until a non-conformity is to be corrected, where nobody says otherwise."""

ANSWERS = ("yes", "no", "na")


def plan(*, owner: Any, by: Any, on: date, **values: Any) -> QaVisit:
    """``values``: type, hazard, task, activity, checklist, inspector, organisation, place. Whose work it is follows
    from what is looked at."""
    hazard, task, activity = values.get("hazard"), values.get("task"), values.get("activity")
    work = task or activity
    values["organisation"] = (
        values.get("organisation") or (work and work.organisation) or (hazard and worker_of(hazard))
    )
    values["place"] = values.get("place") or (hazard and hazard.place) or (work and work.place)
    if values["organisation"] is None:
        raise Refused(_("Say whose work is inspected."))
    if values.get("checklist") and of(values["checklist"]) is None:
        raise Refused(
            _("The checklist “%(code)s” is not known. Choose one of the list.") % {"code": values["checklist"]}
        )
    with told(QaVisit), because("inspection planned"):
        row = QaVisit.objects.create(owner=owner, on=on, made_by=by, **values)
        row.refresh_from_db()
        index_record(row)
    return row


def conclude(
    visit: QaVisit,
    *,
    by: Any,
    version: int | None,
    result: str,
    answers: Mapping[str, str] | None = None,
    comment: str = "",
    on: date | None = None,
    checked: bool = False,
) -> QaVisit:
    """The inspection was made. Rework and fail send completed or checked ground back to work, and each item answered with no
    becomes a non-conformity of its severity. ``checked``: a pass that also passes the check of a completed hazard."""
    on = today_or_before(on)
    answers = {code: value for code, value in (answers or {}).items() if value}
    if any(value not in ANSWERS for value in answers.values()):
        raise Refused(_("An item is answered with yes, no or does not apply."))
    with told(QaVisit), because("inspection made"):
        row: Any = locked(QaVisit, visit.pk, version)
        if row.state != "planned":
            raise Refused(_("This inspection is made already. Plan another one."))
        _complete(row, answers, result)
        row.on, row.answers, row.result, row.comment, row.state = on, answers, result, comment.strip(), "done"
        row.inspector = row.inspector or by
        row.save()
        row.refresh_from_db()
        opened = _findings(row, by)
        _to_hazard(row, by=by, checked=checked, opened=opened)
        check_record(row)
        index_record(row)
    return row


def _complete(row: QaVisit, answers: Mapping[str, str], result: str) -> None:
    listed = of(row.checklist)
    if listed is not None:
        missing = [item.text for item in listed.items if item.code not in answers]
        if missing:
            raise Refused(_("Not answered yet: %(items)s.") % {"items": "; ".join(missing[:3])})
    samples = list(row.samples.all())
    if row.type == "sampling":
        if not samples:
            raise Refused(_("An inspection by samples needs a sample that was planned before. Plan it first."))
        if any(not one.result for one in samples):
            raise Refused(_("A sample has no result yet. Enter it before the inspection is closed."))
    if result == QaResult.PASS:
        if any(one.result == QaResult.FAIL for one in samples):
            raise Refused(_("A sample failed, so that the inspection does not pass. Choose rework or fail."))
        if listed is not None and any(
            answers.get(item.code) == "no" and item.severity == "critical" for item in listed.items
        ):
            raise Refused(
                _("A critical item was answered with no, so that the inspection does not pass. Choose rework or fail.")
            )


def _findings(row: QaVisit, by: Any) -> list[NonConformity]:
    listed = of(row.checklist)
    made = []
    for item in listed.items if listed is not None else ():
        if row.answers.get(item.code) == "no":
            made.append(
                raised(
                    row,
                    by=by,
                    severity=item.severity,
                    text=f"{item.text} ({item.source})",
                    item_code=item.code,
                    on=row.on,
                )
            )
    if row.samples.filter(result=QaResult.FAIL).exists():
        made.append(
            raised(
                row,
                by=by,
                severity="critical",
                text=_("Something was left in ground that was reported as cleared."),
                on=row.on,
            )
        )
    return made


def raised(
    row: QaVisit,
    *,
    by: Any,
    severity: str,
    text: str,
    item_code: str = "",
    on: date | None = None,
    due_on: date | None = None,
) -> NonConformity:
    """A non-conformity of this inspection."""
    opened = on or timezone.localdate()
    finding = NonConformity.objects.create(
        owner=row.owner, organisation=row.organisation, place=row.place, visit=row, hazard=row.hazard, task=row.task,
        severity=severity, item_code=item_code, text=text, opened_on=opened, made_by=by,
        due_on=due_on or opened + timedelta(days=DUE[severity]),
    )  # fmt: skip
    finding.refresh_from_db()
    index_record(finding)
    return finding


def _to_hazard(row: QaVisit, *, by: Any, checked: bool, opened: list[NonConformity]) -> None:
    hazard = row.hazard
    if hazard is None:
        return
    hazard.refresh_from_db()
    if row.result in (QaResult.REWORK, QaResult.FAIL):
        if hazard.state in (HazardState.COMPLETED, HazardState.CHECKED):
            why = (
                row.comment
                or "; ".join(one.text for one in opened)
                or _("The inspection %(ref)s did not pass.") % {"ref": row.ref}
            )
            states.rework(hazard, by=by, reason=why, on=_not_before(hazard, row.on))
    elif checked and hazard.state == HazardState.COMPLETED:
        states.check(hazard, by=by, on=_not_before(hazard, row.on))


def _not_before(hazard: Any, on: date) -> date:
    """A step is not written before the hazard was discovered."""
    return max(on, hazard.suspected_on)
