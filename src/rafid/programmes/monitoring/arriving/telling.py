"""Whoever sent a visit is told at once what it came to, and what is odd about it and wants a word."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.notify import notify

from ..models import Visit
from ..visits.odd import odd_of

ODD = gettext_noop(
    "Your visit %(ref)s was received. %(count)s things about it are odd: look at them, and explain them."
)
FINE = gettext_noop("Your visit %(ref)s was received; nothing about it is odd.")
NEWS = timedelta(days=2)


def tell_makers(visit: Visit) -> None:
    """Once for each version that arrives. What was received long ago, and is looked at again, is no news."""
    submission = visit.submission
    if submission is None or submission.current.received_at < timezone.now() - NEWS:
        return
    for monitor in (visit.lead, visit.second):
        if monitor is None or monitor.account is None:
            continue
        count = sum(one.severity > 1 and not one.settled for one in odd_of(visit, monitor.account))
        words = in_three(ODD, ref=visit.ref, count=count) if count else in_three(FINE, ref=visit.ref)
        notify(monitor.account, words, "/monitoring/my/#sent")
