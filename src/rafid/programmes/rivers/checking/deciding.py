"""What a person does about a finding: explain it, confirm it, give it to somebody, correct the value, undo the correction.

A correction is a new value beside the old one, with its reason; the finding settles itself when the values are right. Undoing
writes what stood before as the newest value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.commons.records.change import Stale as StaleRecord

from ..models import Series, SeriesFinding, SeriesFindingState
from ..refusals import told
from ..values.reading import versions_of
from ..values.recording import NotRecorded, Reading, Recorded, record_values

State = SeriesFindingState
STEPS = {
    "explain": ({State.OPEN, State.CONFIRMED}, State.EXPLAINED),
    "confirm": ({State.OPEN, State.EXPLAINED}, State.CONFIRMED),
    "reopen": ({State.EXPLAINED, State.CONFIRMED}, State.OPEN),
}


def decide(
    finding: SeriesFinding, step: str, *, by: Any, reason: str = "", version: int | None = None
) -> SeriesFinding:
    """One of ``STEPS``. Raises ``Refused`` for a step that does not lead from here and an explanation without a reason, and
    ``Stale`` where somebody decided since."""
    if step not in STEPS:
        raise Refused(_("Choose what to do."))
    sources, target = STEPS[step]
    reason = reason.strip()
    with told(SeriesFinding), because(reason or step):
        row = SeriesFinding.objects.select_for_update().get(pk=finding.pk)
        _fresh(row, version)
        if row.state not in sources:
            raise Refused(_("From here this step of the finding is not possible. Look at its state."))
        if step == "explain" and not reason:
            raise Refused(_("Say why this finding is excused."))
        row.state, row.reason = target, reason
        row.settled_at, row.settled_by = (None, None) if target == State.OPEN else (timezone.now(), by)
        row.version += 1
        row.save()
    return row


@dataclass(frozen=True)
class Done:
    """Of many findings: how many were decided, and how many stay as they were, as their state does not lead there."""

    done: int
    left: int


def decide_many(findings: Iterable[SeriesFinding], step: str, *, by: Any, reason: str = "", to: Any = None) -> Done:
    """One of ``STEPS`` or ``assign`` for each, in one transaction. A finding from whose state the step does not lead is left as
    it is. Raises ``Refused`` for an excuse without a reason, and then nothing is decided."""
    if step != "assign" and step not in STEPS:
        raise Refused(_("Choose what to do."))
    if step == "explain" and not reason.strip():
        raise Refused(_("Say why this finding is excused."))
    done = left = 0
    with told(SeriesFinding):
        for one in findings:
            if step == "assign":
                assign(one, to=to)
            elif one.state in STEPS[step][0]:
                decide(one, step, by=by, reason=reason)
            else:
                left += 1
                continue
            done += 1
    return Done(done, left)


def assign(finding: SeriesFinding, *, to: Any, version: int | None = None) -> SeriesFinding:
    with told(SeriesFinding), because("finding assigned"):
        row = SeriesFinding.objects.select_for_update().get(pk=finding.pk)
        _fresh(row, version)
        row.assigned_to = to
        row.version += 1
        row.save()
    return row


def _fresh(row: SeriesFinding, version: int | None) -> None:
    if version is not None and row.version != version:
        raise StaleRecord(row)  # type: ignore[arg-type]


def correct(
    series: Series, time: datetime, value: float | None, *, by: Any, reason: str, base: datetime | None = None
) -> Recorded:
    """Another value for a time; None says that it is missing. ``base`` is the ``known_from`` of the value that the person saw:
    who corrects second sees what changed (``Stale`` of values.recording). Raises ``Refused`` without a reason."""
    if not reason.strip():
        raise Refused(_("Say why the value is corrected."))
    try:
        return record_values(
            [Reading(series.pk, time, value, 1, base=base)], user=by, origin="person", reason=reason.strip()
        )
    except NotRecorded as wrong:
        raise Refused(" ".join(one.reason for one in wrong.problems)) from wrong


def undo(series: Series, time: datetime, *, by: Any, reason: str) -> Recorded:
    """The value that stood before the last correction becomes the newest one. Raises ``Refused`` where there was none
    before."""
    versions = versions_of(series, time)
    if len(versions) < 2:
        raise Refused(_("This value was never corrected, so there is nothing to undo."))
    before, last = versions[-2], versions[-1]
    return correct(series, time, before["value"], by=by, reason=reason, base=last["known_from"])
