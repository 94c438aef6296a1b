"""Security clearances: asked for, granted, refused, withdrawn. A visit that loses its clearance is planned anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.notify import notify
from rafid.commons.records.change import Refused, locked

from ..models import ClearanceState, SecurityClearance, Visit, VisitState
from ..refusals import told
from .checking import FIELD_TYPES, asks_clearance, covering

STEPS = {
    ClearanceState.ASKED: (ClearanceState.GRANTED, ClearanceState.REFUSED, ClearanceState.WITHDRAWN),
    ClearanceState.GRANTED: (ClearanceState.WITHDRAWN,),
    ClearanceState.REFUSED: (),
    ClearanceState.WITHDRAWN: (),
}
_DECIDED = {
    "granted": "clearance granted",
    "refused": "clearance refused",
    "withdrawn": "clearance withdrawn",
}
SOON = timedelta(days=7)
"""A clearance that ends within this time is shown first."""
NEEDS_CLEARANCE = gettext_noop("The visit %(visit)s lost its security clearance and is planned again.")


def ask(
    owner: Any, *, begins: datetime, ends: datetime, by: Any, place: Any = None, route: str = ""
) -> SecurityClearance:
    """Raises ``Refused`` without a place or route, or when it ends before it begins."""
    with told(SecurityClearance), because("clearance asked for"):
        return SecurityClearance.objects.create(
            owner=owner, place=place, route=route.strip(), valid=_time(begins, ends), made_by=by
        )


def decide(
    clearance: SecurityClearance, state: str, *, by: Any, given_by: str = "", number: str = "",
    begins: datetime | None = None, ends: datetime | None = None,
) -> list[Visit]:  # fmt: skip
    """The answer, with its own dates where they differ from those asked for; returns the visits that are planned again because
    nothing covers them any more."""
    with told(SecurityClearance), because(_DECIDED.get(state, "changed")):
        row = SecurityClearance.objects.select_for_update().get(pk=clearance.pk)
        if state not in STEPS[ClearanceState(row.state)]:
            raise Refused(
                _("This clearance is in the state “%s” and cannot take this step. Ask for a new one.")
                % row.get_state_display()
            )
        row.state = state
        row.by, row.number = given_by.strip() or row.by, number.strip() or row.number
        if begins and ends:
            row.valid = _time(begins, ends)
        row.save()
        return _uncovered(row) if state == ClearanceState.WITHDRAWN else []


def _time(begins: datetime, ends: datetime) -> DateTimeTZRange:
    if ends <= begins:
        raise Refused(_("The clearance ends before it begins. Correct one of the two."))
    return DateTimeTZRange(begins, ends)


def _uncovered(clearance: SecurityClearance) -> list[Visit]:
    """Visits to come that were cleared or confirmed by it and have no other: planned again, and their monitors told."""
    if clearance.place is None:
        return []
    rows = Visit.objects.filter(
        owner=clearance.owner_id, place__lineage__contains=[clearance.place_id], window__overlap=clearance.valid,
        state__in=(VisitState.CLEARED, VisitState.CONFIRMED), window__startswith__gte=timezone.now(),
    )  # fmt: skip
    found = []
    for one in rows.select_related("place", "lead__account", "second__account"):
        if one.type not in FIELD_TYPES or not asks_clearance(one.place, one.planned_on) or covering(one):
            continue
        row = locked(Visit, one.pk, None)
        row.state = VisitState.PLANNED
        row.save()
        for monitor in (one.lead, one.second):
            if monitor is not None and monitor.account is not None:
                notify(monitor.account, in_three(NEEDS_CLEARANCE, visit=one.ref), "/monitoring/weeks/")
        found.append(one)
    return found


def soon_over(rows: list[SecurityClearance], now: datetime | None = None) -> list[SecurityClearance]:
    """Granted ones that end within a week, the first to end first."""
    now = now or timezone.now()
    found = [one for one in rows if one.state == ClearanceState.GRANTED and now <= one.valid.upper <= now + SOON]
    return sorted(found, key=lambda one: one.valid.upper)
