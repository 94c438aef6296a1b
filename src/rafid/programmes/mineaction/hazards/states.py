"""The steps of a hazard's state, each a verb: it writes the step, lets the state follow, and says why where it may not.

Rights are asked by the pages; the guards of each step are the database's (``models/hazard_steps.py``).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.checks import check_record
from rafid.commons.records.search import index_record

from ..models import (
    Classification,
    Handover,
    Hazard,
    HazardState,
    HazardStep,
    LedgerRow,
    NonConformity,
    ReleaseCriteria,
    Task,
)
from ..models.hazards import CLOSED, STEPS
from ..refusals import told
from . import consent
from .ledger_store import refresh

ENDING = (HazardState.COMPLETED, HazardState.CLOSED)


def possible(hazard: Hazard) -> tuple[HazardState, ...]:
    """Where the hazard may go from where it stands; what else a step asks, the step says."""
    return tuple(HazardState(one) for one in STEPS[hazard.state])


def take(
    hazard: Hazard, new: str, *, by: Any, on: date | None = None, version: int | None = None, **values: Any
) -> HazardStep:
    """One step. Raises ``Stale`` (the hazard changed since ``version``) and ``Refused`` with a sentence; nothing is written
    then. ``values``: reason, second_by, report, task, handover, criteria, find, accident, depth_m. A step that closes ground
    in a shared area is written, and the state follows when the other authority has agreed: ``hazard.state`` says it."""
    on = on or timezone.localdate()
    if on > timezone.localdate():
        raise Refused(_("A date lies after today. Correct it: what is recorded has happened."))
    values["reason"] = " ".join(str(values.get("reason") or "").split())
    with told(HazardStep), because("hazard step"):
        row: Any = locked(Hazard, hazard.pk, version)
        asked = _asked(row, new) if new in CLOSED else ()
        if new in ENDING and row.ground is not None:
            refresh([row.pk])
        number = (row.steps.aggregate(last=Max("number"))["last"] or 0) + 1
        step = HazardStep.objects.create(hazard=row, number=number, old=row.state, new=new, on=on, made_by=by, **values)
        row.state = row.state if asked else new
        left = LedgerRow.objects.filter(hazard=row, stale=False).values_list("remaining_m2", flat=True).first()
        row.remaining_m2 = row.remaining_m2 if left is None else round(left, 2)  # finer is no ground
        if new == HazardState.SUSPECTED:
            row.classification, row.confirmed_on = Classification.SHA, None
        elif new == HazardState.CONFIRMED and row.classification != Classification.CHA:
            row.classification, row.confirmed_on = Classification.CHA, on
        elif new == HazardState.REOPENED:
            row.reopened_on = on
        row.save(update_fields=["state", "classification", "confirmed_on", "reopened_on", "remaining_m2"])
        if asked:
            consent.ask(row, new)
        elif new not in CLOSED:
            consent.withdraw(row, by=by)
        row.refresh_from_db()
        check_record(row)
        index_record(row)
        if row.ground is not None and new != HazardState.DISCARDED:
            refresh([row.pk])
    for field in ("state", "classification", "confirmed_on", "reopened_on", "version"):
        setattr(hazard, field, getattr(row, field))
    step.refresh_from_db()
    return step


def _asked(row: Hazard, new: str) -> tuple[str, ...]:
    """The authorities that have to agree. What they are asked already is not asked again."""
    waiting = consent.awaited(row)
    if waiting:
        raise Refused(
            _("It was closed here before, and waits for the consent of %(who)s. Ask there.")
            % {"who": consent.in_words(row, waiting)}
        )
    return consent.needed(row, new)


def suspect(hazard: Hazard, *, by: Any, report: Any = None, **values: Any) -> HazardStep:
    """Reported ground becomes suspected; confirmed ground only by an approved survey (``report``)."""
    return take(hazard, HazardState.SUSPECTED, by=by, report=report, **values)


def confirm(hazard: Hazard, *, by: Any, **values: Any) -> HazardStep:
    """Asks for direct evidence: write it before."""
    return take(hazard, HazardState.CONFIRMED, by=by, **values)


def discard(hazard: Hazard, *, by: Any, reason: str, **values: Any) -> HazardStep:
    """There never was a hazard: it leaves the ledger."""
    return take(hazard, HazardState.DISCARDED, by=by, reason=reason, **values)


def start_work(hazard: Hazard, task: Task, *, by: Any, **values: Any) -> HazardStep:
    """Work begins, or goes on after a suspension or a rework, under an accepted task that names the hazard."""
    return take(hazard, HazardState.WORKED_ON, by=by, task=task, **values)


def suspend(hazard: Hazard, *, by: Any, reason: str, **values: Any) -> HazardStep:
    return take(hazard, HazardState.SUSPENDED, by=by, reason=reason, **values)


def complete(hazard: Hazard, *, by: Any, depth_m: float | None = None, reason: str = "", **values: Any) -> HazardStep:
    """The operator is done: nothing is left by the releases, or ``reason`` says why something is."""
    return take(hazard, HazardState.COMPLETED, by=by, depth_m=depth_m, reason=reason, **values)


def check(hazard: Hazard, *, by: Any, **values: Any) -> HazardStep:
    """Quality control passed; no critical non-conformity is open."""
    return take(hazard, HazardState.CHECKED, by=by, **values)


def rework(hazard: Hazard, *, by: Any, reason: str, **values: Any) -> HazardStep:
    return take(hazard, HazardState.REWORK, by=by, reason=reason, **values)


def rework_for(finding: NonConformity, *, by: Any) -> HazardStep | None:
    """A critical non-conformity sends completed or checked ground back; None where there is nothing to send back."""
    hazard = finding.hazard
    if hazard is None or finding.severity != "critical":
        return None
    if hazard.state not in (HazardState.COMPLETED, HazardState.CHECKED):
        return None
    return rework(hazard, by=by, reason=finding.text, on=max(finding.opened_on, hazard.suspected_on))


def close(hazard: Hazard, handover: Handover, *, by: Any, reason: str = "", **values: Any) -> HazardStep:
    """The land was given back; ``on`` is not before the handover."""
    values.setdefault("on", max(handover.on, _last_day(hazard)))
    return take(hazard, HazardState.CLOSED, by=by, handover=handover, reason=reason, **values)


def cancel(
    hazard: Hazard, criteria: ReleaseCriteria, *, by: Any, second_by: Any, reason: str, **values: Any
) -> HazardStep:
    """Two persons found by the criteria that there is no hazard here. All its ground is released as cancelled; in a shared
    area when the other authority has agreed (``consent.release_agreed``)."""
    with told(HazardStep), because("hazard step"):
        on = values.setdefault("on", timezone.localdate())
        if not consent.needed(hazard, HazardState.CANCELLED):
            consent.cancel_ground(hazard, criteria, on=on, by=by)
        values |= {"criteria": criteria, "second_by": second_by}
        return take(hazard, HazardState.CANCELLED, by=by, reason=reason, **values)


def reopen(
    hazard: Hazard, *, by: Any, reason: str, find: Any = None, accident: Any = None, **values: Any
) -> HazardStep:
    """Something was found or happened on closed ground, or there is new evidence. Earlier releases no longer count for it."""
    return take(hazard, HazardState.REOPENED, by=by, reason=reason, find=find, accident=accident, **values)


def _last_day(hazard: Hazard) -> date:
    return hazard.steps.aggregate(last=Max("on"))["last"] or hazard.suspected_on
