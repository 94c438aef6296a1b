"""Spot tasks, from the call to the disposal, and what is found on them. Who called stays behind its door."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_record

from ..models import Disposal, OrdnanceFind, PersonRole, SealedPerson, SpotTask
from ..reading import seal_person
from ..refusals import told
from ..stepping import Ask, Step, by_code, today_or_before
from .choosing import operators

TASKING = (("task", "authority"),)
EITHER = (("task", "authority"), ("check", "operator"))
_DAY = Ask("on", gettext_lazy("Date"), "day", help=gettext_lazy("Left empty: today."))
_OUTCOME = Ask("outcome", gettext_lazy("Outcome"), required=True)


def _verified(row: SpotTask, given: Mapping[str, Any], _by: Any) -> None:
    row.on = max(today_or_before(given.get("on")), row.on)


def _tasked(row: SpotTask, given: Mapping[str, Any], by: Any) -> None:
    _verified(row, given, by)
    row.organisation = given["operator"]


def _ended(row: SpotTask, given: Mapping[str, Any], by: Any) -> None:
    _verified(row, given, by)
    row.done_on = today_or_before(given.get("on"))
    row.outcome = given.get("outcome") or row.outcome


def _done(row: SpotTask, given: Mapping[str, Any], by: Any) -> None:
    if row.items.filter(disposal=Disposal.WAITING).exists():
        raise Refused(
            _("Something that was found is not disposed of yet. Enter how it was disposed of, then end the task.")
        )
    _ended(row, given, by)


def _again(row: SpotTask, given: Mapping[str, Any], by: Any) -> None:
    _verified(row, given, by)
    row.done_on = None


STEPS = by_code(
    Step(
        "verify",
        pgettext_lazy("a spot task", "Verified at the place"),
        TASKING,
        ("reported",),
        "verified",
        (_DAY,),
        _verified,
        "primary",
    ),
    Step(
        "task",
        pgettext_lazy("a spot task", "Give it to an operator"),
        TASKING,
        ("verified",),
        "tasked",
        (Ask("operator", gettext_lazy("Operator"), "row", required=True, options=lambda row, user: operators()), _DAY),
        _tasked,
        "primary",
    ),
    Step("done", pgettext_lazy("a spot task", "Done"), EITHER, ("tasked",), "done", (_OUTCOME, _DAY), _done, "primary"),
    Step(
        "ended",
        pgettext_lazy("a spot task", "The army disposed of it"),
        TASKING,
        ("to_army",),
        "done",
        (_OUTCOME, _DAY),
        _done,
        "primary",
    ),
    Step(
        "nothing",
        pgettext_lazy("a spot task", "Nothing found"),
        EITHER,
        ("reported", "verified", "tasked"),
        "nothing",
        (_OUTCOME, _DAY),
        _ended,
    ),
    Step(
        "army",
        pgettext_lazy("a spot task", "Hand over to the army"),
        TASKING,
        ("reported", "verified", "tasked"),
        "to_army",
        (Ask("outcome", gettext_lazy("Outcome")), _DAY),
        lambda row, given, by: _verified(row, given, by),
    ),
    Step("again", pgettext_lazy("a spot task", "Look again"), TASKING, ("nothing",), "reported", (_DAY,), _again),
)


def call(*, authority: Any, by: Any, reporter: str = "", telephone: str = "", **values: Any) -> SpotTask:
    """A call about something found. ``reporter``: enciphered at once, and read by nobody but victim assistance."""
    with told(SpotTask), because("spot task reported"):
        values["reported_on"] = today_or_before(values.get("reported_on"))
        row = SpotTask.objects.create(owner=authority, on=values["reported_on"], made_by=by, **values)
        if reporter.strip():
            SealedPerson.objects.create(
                owner=authority,
                place=row.place,
                spot_task=row,
                role=PersonRole.REPORTER,
                sealed=seal_person(reporter, telephone=telephone),
                made_by=by,
            )
        row.refresh_from_db()
        index_record(row)
    return row


def found(spot: SpotTask, *, by: Any, **values: Any) -> OrdnanceFind:
    """Something that was found on a spot task; where no position is given it lies where the call was."""
    with told(OrdnanceFind), because("ordnance entered"):
        row: Any = locked(SpotTask, spot.pk, None)
        if row.state in ("done", "nothing"):
            raise Refused(_("The spot task has ended. What was found later is a new call."))
        values["point"] = values.get("point") or row.point
        values["on"] = today_or_before(values.get("on"))
        find = OrdnanceFind.objects.create(
            owner=row.owner, organisation=row.organisation, place=row.place, spot_task=row, made_by=by, **values
        )
        find.refresh_from_db()
        index_record(find)
    return find


def dispose(
    find: OrdnanceFind, *, by: Any, version: int | None, disposal: str, destroyed_on: Any = None
) -> OrdnanceFind:
    """How something that was found was disposed of, and when."""
    with told(OrdnanceFind), because("ordnance disposed of"):
        row: Any = locked(OrdnanceFind, find.pk, version)
        row.disposal, row.destroyed_on = disposal, destroyed_on
        if destroyed_on and destroyed_on > timezone.localdate():
            raise Refused(_("A date lies after today. Correct it: what is recorded has happened."))
        row.save()
        row.refresh_from_db()
        index_record(row)
    return row
