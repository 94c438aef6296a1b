"""A visit that was not made: denied, postponed, impossible or cancelled, and why. It stays in the sample and beside it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.history import because
from rafid.commons.records.change import Refused, locked
from rafid.commons.records.search import index_rows
from rafid.commons.writing import whole

from ..models import Access, Monitor, NotSeenReason, Visit, VisitState
from ..models.visits import NOT_SEEN
from ..refusals import told
from ..seeing import may_here
from ..weeks.routes import renew
from ..weeks.schedule import AGAIN

BY_MONITORS = (VisitState.DENIED, VisitState.POSTPONED, VisitState.IMPOSSIBLE)
"""What a field monitor may say of the own visit; only the office cancels."""


def schedules(user: Any, visit: Visit) -> bool:
    return may_here(user, "schedule", owner=visit.owner_id, place=visit.place)


def goes(user: Any, visit: Visit) -> bool:
    """Is this person one of its monitors?"""
    own = Monitor.objects.filter(account=user.pk, pk__in=[one for one in (visit.lead_id, visit.second_id) if one])
    return may_here(user, "visit", owner=visit.owner_id, place=visit.place) and own.exists()


def states_for(user: Any, visit: Visit) -> tuple[str, ...]:
    """Which ends this person may give the visit now; one that is postponed may still be denied, impossible or cancelled."""
    if visit.state not in AGAIN:
        return ()
    if schedules(user, visit):
        return NOT_SEEN
    return BY_MONITORS if goes(user, visit) else ()


def not_made(visit: Visit, state: str, *, reason: str, text: str, by: Any, version: int | None = None) -> Visit:
    """A drawn visit stays in its sample, and no other site takes its place. Raises ``Stale`` and ``Refused``."""
    text = " ".join(text.replace("\x00", "").split())
    if state not in NOT_SEEN:
        raise Refused(_("Choose what happened: denied, postponed, impossible or cancelled."))
    if reason not in NotSeenReason.values or not text:
        raise Refused(_("Say why the visit was not made: choose a reason and write a sentence."))
    with told(Visit), because("visit not made"):
        row: Visit = locked(Visit, visit.pk, version)  # type: ignore[assignment]
        if row.state not in AGAIN:
            raise Refused(
                _("%(visit)s is over: %(state)s. What was seen or not seen stays.")
                % {"visit": whole(row.ref), "state": row.get_state_display()}
            )
        if state not in states_for(by, row):
            raise Refused(_("This is not yours to say of this visit."))
        row.state, row.not_seen_reason, row.not_seen_text = VisitState(state), reason, text
        if row.state == VisitState.DENIED:
            row.access = Access.DENIED
        row.save()
        renew(row.owner, [(row.planned_on, row.lead_id)])
        index_rows(Visit, [row])
    row.refresh_from_db()
    return row
