"""Who is told of what: a critical finding at once, each step to the other side, deadlines every morning.

Messages go to accounts that see the finding, and to nobody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.history import because
from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Grant, Message
from rafid.commons.people.notify import notify

from ..models import NonConformity
from ..seeing import DONORS, MANAGERS, PARTNERS, PROGRAMME, QUALITY

CRITICAL_SAID = gettext_noop(
    "Critical finding %(ref)s at work of %(partner)s: correct it by %(due)s. Was work stopped? Say yes or no on its page."
)
CRITICAL_STOPPED = gettext_noop(
    "Critical finding %(ref)s at work of %(partner)s: correct it by %(due)s. Work was stopped."
)
CRITICAL_GOES_ON = gettext_noop(
    "Critical finding %(ref)s at work of %(partner)s: correct it by %(due)s. Work was not stopped."
)
STEP_SAID = {
    "answer": gettext_noop("The partner answered the finding %(ref)s. Look at the evidence."),
    "dispute": gettext_noop("The partner disputes the finding %(ref)s."),
    "send-back": gettext_noop("The finding %(ref)s was sent back to you. Read why, and answer again."),
    "uphold": gettext_noop("The finding %(ref)s was upheld. Read why, and answer it."),
    "close": gettext_noop("The finding %(ref)s is closed."),
    "reopen": gettext_noop("The finding %(ref)s was opened again. Read why, and answer it."),
    "withdraw": gettext_noop("The finding %(ref)s was withdrawn."),
}
DUE_SOON = gettext_noop("Findings to answer until tomorrow: %(soon)s. Overdue: %(late)s.")
LATE = gettext_noop("Findings of partners that are overdue: %(late)s.")
WAITING_FOR_PARTNER = ("open", "sent_back")


def address(finding: NonConformity) -> str:
    return reverse("monitoring-finding", args=[finding.ref])


def holders(roles: Iterable[str]) -> list[Account]:
    codes = [f"{PROGRAMME}.{role}" for role in roles]
    now = Grant.objects.current().filter(role__in=codes).values("account")
    return list(Account.objects.filter(pk__in=now, is_active=True))


def who_sees(finding: NonConformity, roles: Iterable[str]) -> list[Account]:
    """Those with one of these roles who see this finding: the one rule decides, so a message tells nobody anything new."""
    return [one for one in holders(roles) if NonConformity.objects.visible_to(one).filter(pk=finding.pk).exists()]


def tell_critical(now: datetime | None = None) -> int:
    """Critical findings that nobody was told of yet: partner, manager and donor are, and from then on see them."""
    now, count = now or timezone.now(), 0
    waiting = NonConformity.objects.filter(severity="critical", notified_at=None).exclude(state="withdrawn")
    for pk in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic(), because("critical finding told"):
            row = (
                NonConformity.objects.select_for_update(of=("self",), skip_locked=True)
                .filter(pk=pk, notified_at=None)
                .first()
            )
            if row is None:
                continue
            row.notified_at, row.released_at = now, row.released_at or now
            row.save(update_fields=["notified_at", "released_at"])
            said = {None: CRITICAL_SAID, True: CRITICAL_STOPPED, False: CRITICAL_GOES_ON}[row.stop_work]
            text = in_three(said, ref=row.ref, partner=row.contract.partner.names, due=row.due_on.isoformat())
            for account in who_sees(row, MANAGERS | PARTNERS | DONORS):
                notify(account, text, address(row))
            count += 1
    return count


def tell_step(finding: NonConformity, code: str) -> None:
    """The side that waits is told: those who review, or the partner. Taking up the review is told to nobody."""
    if code not in STEP_SAID:
        return
    to = MANAGERS | QUALITY if code in ("answer", "dispute") else PARTNERS
    text = in_three(STEP_SAID[code], ref=finding.ref)
    for account in who_sees(finding, to):
        notify(account, text, address(finding))


def remind(today: date | None = None) -> int:
    """Each morning, one message to a person: what is due until tomorrow and what is overdue since yesterday, and again every
    seventh day. Closed and withdrawn findings are never overdue."""
    today = today or timezone.localdate()
    rows = NonConformity.objects.filter(state__in=WAITING_FOR_PARTNER, due_on__lte=today + timedelta(days=1))
    soon = [row for row in rows if row.due_on >= today]
    late = [row for row in rows if row.due_on < today and (today - row.due_on).days % 7 == 1]
    told = _tell(PARTNERS, soon, late, DUE_SOON, today)
    return told + _tell(MANAGERS, [], late, LATE, today)


def _tell(roles: Iterable[str], soon: list[Any], late: list[Any], said: str, today: date) -> int:
    if not soon and not late:
        return 0
    link, count = f"{reverse('monitoring-findings')}?show=due&on={today.isoformat()}", 0
    for account in holders(roles):
        seen = set(
            NonConformity.objects.visible_to(account)
            .filter(pk__in=[one.pk for one in (*soon, *late)])
            .values_list("pk", flat=True)
        )
        of: dict[str, int] = defaultdict(int)
        for name, some in (("soon", soon), ("late", late)):
            of[name] = sum(one.pk in seen for one in some)
        if (not of["soon"] and not of["late"]) or Message.objects.filter(account=account, link=link).exists():
            continue
        notify(account, in_three(said, soon=of["soon"], late=of["late"]), link)
        count += 1
    return count
