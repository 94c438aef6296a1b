"""A visit gets its time and monitors, and moves on step by step. That it was not made is said by ``visits.not_made``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.writing import whole

from ..models import Chosen, Monitor, Rule, RuleOverride, Site, Visit, VisitState
from ..models.visits import OPEN
from ..plans.registering import add_visit
from ..refusals import told
from .checking import Breach, breaches, clearance_missing, not_allowed
from .days import at
from .routes import renew

MINUTES = 120
"""How long a visit takes where nobody says otherwise."""
LONGEST = 12 * 60
AGAIN = (*OPEN, VisitState.POSTPONED)
"""States in which a visit gets a (new) time."""
OF_A_ROW = frozenset({Rule.ROTATION, Rule.PAIR, Rule.UNANNOUNCED})
"""Rules that look at the visits before and after."""


class Broken(Refused):
    """What speaks against the visit, all of it at once."""

    def __init__(self, found: Sequence[Breach]) -> None:
        super().__init__(" ".join(one.sentence for one in found))
        self.breaches = list(found)


class Unexplained(Broken):
    """All that speaks against the visit is allowed, and nobody says why."""

    def __str__(self) -> str:
        return _("Say why the rule is not applied; the report prints it.")


@dataclass(frozen=True)
class Wish:
    """When and by whom. ``start`` is a time of the country."""

    on: date
    start: time
    lead: Monitor | None
    second: Monitor | None = None
    type: str = "announced"
    minutes: int = MINUTES

    @property
    def window(self) -> DateTimeTZRange:
        begins = at(self.on, self.start)
        return DateTimeTZRange(begins, begins + timedelta(minutes=self.minutes))


def plan_visit(
    visit: Visit, wish: Wish, *, by: Any, version: int | None = None, allow: Collection[str] = (), why: str = "",
    alone: bool = True,
) -> Visit:  # fmt: skip
    """Gives the visit its time, monitors and type; what was cleared or confirmed for another time is planned again.

    ``allow``: rules that a manager does not apply, and ``why``; each is written down beside the visit. Raises ``Broken`` for
    what speaks against it, ``Stale``, and ``Refused`` for what the database refuses. One of several that are planned together
    (not ``alone``) is judged once more by its caller, when all have their time: a row of visits is known only then.
    """
    _sensible(visit, wish)
    with told(Visit), because("visit planned"):
        row: Visit = locked(Visit, visit.pk, version)  # type: ignore[assignment]
        if row.state not in AGAIN:
            raise Refused(
                _("%(visit)s is over: %(state)s. Only a visit that is still to be made gets a time.")
                % {"visit": whole(row.ref), "state": row.get_state_display()}
            )
        before, team = (row.window, row.lead_id), (row.planned_on, row.lead_id)
        row.planned_on, row.window, row.type = wish.on, wish.window, wish.type
        row.lead, row.second = wish.lead, wish.second
        if row.state == VisitState.POSTPONED or before != (row.window, row.lead_id):
            row.state, row.not_seen_reason, row.not_seen_text = VisitState.PLANNED, "", ""
        found = [one for one in breaches(row) if alone or one.rule not in OF_A_ROW]
        _allowed(row, found, by, allow, why)
        row.save()
        renew(row.owner, [team, (row.planned_on, row.lead_id)])
    row.refresh_from_db()
    return row


def _sensible(visit: Visit, wish: Wish) -> None:
    if wish.lead is None:
        raise Broken([Breach("time", _("Choose who leads the visit."), "lead", allowable=False)])
    if wish.lead == wish.second:
        raise Broken(
            [Breach("time", _("The second monitor is another person than the lead."), "second", allowable=False)]
        )
    if not 0 < wish.minutes <= LONGEST:
        raise Broken(
            [
                Breach(
                    "time",
                    _("A visit takes from 1 minute to 12 hours. Correct the minutes."),
                    "minutes",
                    allowable=False,
                )
            ]
        )
    for monitor in (wish.lead, wish.second):
        if monitor is not None and monitor.owner_id != visit.owner_id:
            raise Refused(_("%s works for another organisation. Choose one of your own monitors.") % whole(monitor))


def _allowed(visit: Visit, found: list[Breach], by: Any, allow: Collection[str], why: str) -> None:
    """Raises ``Broken`` for what is not allowed, and writes down what is."""
    refused = [one for one in found if not one.allowable or one.rule not in allow]
    if refused:
        raise Broken(found)
    if found and not why.strip():
        raise Unexplained(found)
    for one in found:
        RuleOverride.objects.create(visit=visit, rule=one.rule, monitor=one.monitor, reason=why.strip(), made_by=by)


def plan_new(
    site: Site, wish: Wish, *, by: Any, reason: str = Chosen.EXTRA, text: str = "", allow: Collection[str] = (), why: str = "",
    every_weeks: int = 0, times: int = 1,
) -> list[Visit]:  # fmt: skip
    """A visit beside the sample. With ``every_weeks`` and ``times`` it comes again: the later ones wait, without monitors,
    for their week, where rotation and clearance are looked at anew."""
    if not 1 <= times <= 26 or (times > 1 and not 1 <= every_weeks <= 26):
        raise Refused(_("A visit comes again every 1 to 26 weeks, at most 26 times. Correct the two numbers."))
    with told(Visit):
        first = plan_visit(add_visit(site, by=by, reason=reason, text=text), wish, by=by, allow=allow, why=why)
        made = [first]
        for number in range(1, times):
            on = wish.on + timedelta(weeks=every_weeks * number)
            made.append(add_visit(site, by=by, reason=reason, text=text, planned_on=on, type=wish.type))
    return made


def clear(visit: Visit, *, by: Any, version: int | None = None) -> Visit:
    """Security has no objection; where the place asks for a clearance, one that is granted covers the time."""
    with because("visit cleared"):
        return _step(visit, VisitState.CLEARED, (VisitState.PLANNED,), version)


def confirm(visit: Visit, *, by: Any, version: int | None = None) -> Visit:
    """The visit will be made. Everything is looked at again: somebody may have declared, gone on leave or left since."""
    with because("visit confirmed"):
        return _step(visit, VisitState.CONFIRMED, (VisitState.PLANNED, VisitState.CLEARED), version)


def _step(visit: Visit, state: str, before: Collection[str], version: int | None) -> Visit:
    with told(Visit):
        row: Visit = locked(Visit, visit.pk, version)  # type: ignore[assignment]
        if row.state not in before:
            raise Refused(
                _("%(visit)s is in the state “%(state)s” and cannot take this step.")
                % {"visit": whole(row.ref), "state": row.get_state_display()}
            )
        if row.window is None or row.lead_id is None:
            raise Refused(_("%s has no time or no lead monitor yet. Plan it first.") % whole(row.ref))
        found = clearance_missing(row) + not_allowed(row, breaches(row))
        if found:
            raise Broken(found)
        row.state = state
        row.save()
    row.refresh_from_db()
    return row
