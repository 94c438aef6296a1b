"""Tasks: what an authority gives to an operator, from the draft to its end. Hazards follow: work on them begins when the task
starts, and pauses with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.places.models import Place
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_record
from rafid.commons.writing import day

from ..hazards import states
from ..models import Hazard, HazardState, Task
from ..refusals import told
from ..stepping import Ask, Step, by_code, today_or_before
from . import accreditations, orders

TASKING = (("task", "authority"),)
EITHER = (("task", "authority"), ("check", "operator"))
"""What happens at the site either side may enter: the operator's desk, or operations from its paper."""
CLOSING = (("close", "authority"),)

_WHY = Ask("reason", gettext_lazy("Reason"), required=True)
_DAY = Ask("on", gettext_lazy("Date"), "day", help=gettext_lazy("Left empty: today."))
_BEGINS = (
    HazardState.SUSPECTED,
    HazardState.CONFIRMED,
    HazardState.SUSPENDED,
    HazardState.REWORK,
    HazardState.REOPENED,
)


def _issued(row: Task, _given: Mapping[str, Any], by: Any) -> None:
    if row.organisation_id is None:
        raise Refused(_("Say which operator the task is given to."))
    if not row.hazards.exists() and row.spot_task_id is None:
        raise Refused(_("The task names no hazard and no spot task. Say where the work is."))
    _accredited(row, row.valid_from)
    orders.issue(row, by=by, language=get_language() or "ar")


def _accredited(row: Task, on: date) -> None:
    """Raises ``Refused`` with what the operator has instead."""
    if accreditations.valid(row.organisation, row.activity, on) is not None:
        return
    others = list(accreditations.of_activity(row.organisation, row.activity)[:3])
    has = "; ".join(
        f"{one.ref} {one.get_phase_display()}, {one.get_state_display()}, {day(one.valid_from)} – {day(one.valid_to)}"
        for one in others
    )
    facts = {"operator": row.organisation, "activity": row.get_activity_display(), "day": day(on), "has": has}
    if others:
        raise Refused(
            _(
                "%(operator)s has no granted operational accreditation for “%(activity)s” that is valid on %(day)s. It"
                " has: %(has)s. Grant one, or choose another operator or day."
            )
            % facts
        )
    raise Refused(
        _(
            "%(operator)s has no accreditation for “%(activity)s” at all. Grant one that is valid on %(day)s, or choose"
            " another operator."
        )
        % facts
    )


def _on(row: Task, given: Mapping[str, Any], _by: Any) -> None:
    row.on = max(today_or_before(given.get("on")), row.on)
    row.step_reason = given.get("reason") or ""


def _started(row: Task, given: Mapping[str, Any], by: Any) -> None:
    on = today_or_before(given.get("on"))
    if on < row.valid_from:
        raise Refused(
            _("The order is valid from %(day)s on. Start on that day or later, or issue another order.")
            % {"day": day(row.valid_from)}
        )
    if row.valid_to and on > row.valid_to:
        raise Refused(
            _("The order was valid until %(day)s. Cancel the task and issue another.") % {"day": day(row.valid_to)}
        )
    _accredited(row, on)
    _on(row, given, by)
    for hazard in row.hazards.filter(state__in=_BEGINS).order_by("ref"):
        states.start_work(hazard, row, by=by, on=max(on, hazard.suspected_on))


def _suspended(row: Task, given: Mapping[str, Any], by: Any) -> None:
    _on(row, given, by)
    for hazard in row.hazards.filter(state=HazardState.WORKED_ON).order_by("ref"):
        if not hazard.tasks.filter(state="started").exclude(pk=row.pk).exists():
            states.suspend(hazard, by=by, reason=row.step_reason, on=max(row.on, hazard.suspected_on))


STEPS = by_code(
    Step(
        "issue",
        pgettext_lazy("a task", "Issue the task with its order"),
        TASKING,
        ("draft",),
        "issued",
        (),
        _issued,
        "primary",
    ),
    Step("accept", pgettext_lazy("a task", "Accept"), EITHER, ("issued",), "accepted", (_DAY,), _on, "primary"),
    Step("start", pgettext_lazy("a task", "Start"), EITHER, ("accepted",), "started", (_DAY,), _started, "primary"),
    Step("resume", pgettext_lazy("a task", "Go on"), TASKING, ("suspended",), "started", (_DAY,), _started, "primary"),
    Step(
        "finish", pgettext_lazy("a task", "Work is finished"), EITHER, ("started",), "finished", (_DAY,), _on, "primary"
    ),
    Step("close", pgettext_lazy("a task", "Close"), CLOSING, ("finished",), "closed", (_DAY,), _on, "primary"),
    Step("suspend", pgettext_lazy("a task", "Suspend"), EITHER, ("started",), "suspended", (_WHY, _DAY), _suspended),
    Step(
        "back",
        pgettext_lazy("a task", "Send back: work is not finished"),
        TASKING,
        ("finished",),
        "started",
        (_WHY, _DAY),
        _on,
    ),
    Step(
        "cancel",
        pgettext_lazy("a task", "Cancel"),
        TASKING,
        ("draft", "issued", "accepted", "suspended"),
        "cancelled",
        (_WHY, _DAY),
        _on,
        "danger",
    ),
)

FIELDS = ("organisation", "activity", "purpose", "priority", "valid_from", "valid_to", "spot_task")


def draft(*, by: Any, owner: Any, hazards: Sequence[Hazard] = (), **values: Any) -> Task:
    """A new task, of the authority that holds its hazards. ``values``: :data:`FIELDS`."""
    _one_authority(owner, hazards)
    with told(Task), because("task drafted"):
        row = Task.objects.create(
            owner=owner, on=timezone.localdate(), made_by=by, place=where(hazards, values.get("spot_task")), **values
        )
        row.hazards.set(hazards)
        row.refresh_from_db()
        index_record(row)
    return row


def change(task: Task, *, by: Any, version: int | None, hazards: Sequence[Hazard], **values: Any) -> Task:
    """While it is a draft. Raises ``Stale`` and ``Refused``."""
    _one_authority(task.owner, hazards)
    with told(Task), because("task changed"):
        row: Any = locked(Task, task.pk, version)
        if row.state != "draft":
            raise Refused(_("An issued task is not changed. Cancel it and issue another."))
        for name, value in values.items():
            setattr(row, name, value)
        row.place = where(hazards, row.spot_task)
        row.save()
        row.hazards.set(hazards)
        row.refresh_from_db()
        index_record(row)
    return row


def _one_authority(owner: Any, hazards: Iterable[Hazard]) -> None:
    for one in hazards:
        if one.owner_id != owner.pk:
            raise Refused(
                _("%(ref)s is held by another authority than the one that gives this task. Take it out.")
                % {"ref": one.ref}
            )


def where(hazards: Iterable[Hazard], spot: Any = None) -> Place | None:
    """The narrowest place that holds all of them."""
    places = [one.place for one in hazards] + ([spot.place] if spot is not None else [])
    if not places or None in places:
        return None
    lines = Place.objects.filter(pk__in={one.pk for one in places}).values_list("lineage", flat=True)
    shared = None
    for steps in zip(*lines, strict=False):
        if len(set(steps)) > 1:
            break
        shared = steps[0]
    return Place.objects.filter(pk=shared).first() if shared else None
