"""A person's visits as a calendar that a phone subscribes to by a secret address. It names no site and no place.

It holds what its person sees, and no more: a partner's has released visits only, and never the day of an unannounced one.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from rafid.commons.history import because

from ..models import CalendarFeed, Visit, VisitState, VisitType
from ..models.visits import NOT_SEEN
from ..seeing import MONITORS, OFFICE, THIRD_PARTY, held
from .icalendar import Event, calendar

BACK = timedelta(days=92)
"""How far back a calendar reaches."""


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def make_feed(account: Any) -> str:
    """The secret of a new calendar, which is shown once and kept as its hash only; it replaces the one before."""
    token = secrets.token_urlsafe(32)
    with because("calendar made"):
        end_feeds(account)
        CalendarFeed.objects.create(account=account, token_sha256=hash_of(token), made_by=account)
    return token


def end_feeds(account: Any) -> int:
    """Ends the calendars of an account; their addresses answer no more."""
    return CalendarFeed.objects.filter(account=account, ended_at=None).update(ended_at=timezone.now())


def feed_of(token: str) -> CalendarFeed | None:
    found: CalendarFeed | None = (
        CalendarFeed.objects.filter(token_sha256=hash_of(token), ended_at=None, account__is_active=True)
        .select_related("account")
        .first()
    )
    return found


def visits_of(account: Any) -> Any:
    """Visits with a time: of the office all that it sees, of a monitor the own, of a partner or donor the released ones that
    were announced."""
    rows = Visit.objects.visible_to(account).filter(window__isnull=False, window__endswith__gte=timezone.now() - BACK)
    if held(account, OFFICE):
        return rows
    if held(account, MONITORS):
        return rows.filter(Q(lead__account=account) | Q(second__account=account))
    return rows.exclude(type=VisitType.UNANNOUNCED)


def written(account: Any, address: str) -> str:
    """``address``: where the platform is found, without a slash at its end."""
    third_party = bool(held(account, THIRD_PARTY))
    with override(account.language or "ar"):
        rows = visits_of(account).select_related("lead", "second").annotate(changed=Max("events__pgh_created_at"))
        events = [_event(row, third_party, address) for row in rows.order_by("window", "pk")]
        return calendar(events, name=_("Monitoring visits"))


def _event(visit: Any, third_party: bool, address: str) -> Event:
    said = {"visit": visit.ref, "type": visit.get_type_display(), "state": visit.get_state_display()}
    summary = _("Visit %(visit)s (%(type)s): %(state)s") % said
    who = [str(one) for one in (visit.lead, visit.second) if one is not None] if third_party else []
    return Event(
        uid=f"{visit.pk}@monitoring.rafid",
        sequence=visit.version - 1,
        changed=visit.changed or visit.known_at,
        begins=visit.window.lower,
        ends=visit.window.upper,
        summary=summary,
        status=_status(visit.state),
        description=" · ".join(who),
        url=f"{address}{visit.get_absolute_url()}",
    )


def _status(state: str) -> str:
    if state in NOT_SEEN:
        return "CANCELLED"
    return "CONFIRMED" if state in (VisitState.CONFIRMED, VisitState.DONE) else "TENTATIVE"
