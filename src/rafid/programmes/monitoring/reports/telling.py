"""Who is told about a report: its partners when it is with them, the manager when their time is over, donors when it is final.

Messages go to accounts that see the report, and to nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from rafid.commons.names import FALLBACK, in_three
from rafid.commons.people.models import Account, Message
from rafid.commons.people.notify import notify
from rafid.commons.writing import day, period

from ..findings.telling import holders
from ..models import Report, ReportState
from ..seeing import DONORS, MANAGERS, PARTNERS
from .rights import may_make, speaks_for

SENT = gettext_noop("The report of the %(quarter)s is with you until %(day)s: read your part and comment.")
OVER = gettext_noop("The time for comments on the report of the %(quarter)s is over. Make it final.")
FINAL = gettext_noop("The report of the %(quarter)s is final.")
ERRATUM = gettext_noop("An erratum stands beside the report of the %(quarter)s.")


def tell_sent(report: Report) -> int:
    """Those who may comment: a message to anybody else would ask for what he cannot do."""
    if report.comments_until is None or report.comments_until < timezone.localdate():
        return 0
    text = in_three(SENT, quarter=_in_three(period, report.period), day=_in_three(day, report.comments_until))
    return _tell((one for one in _who_see(report, PARTNERS) if speaks_for(one, report)), text, _address(report))


def tell_final(report: Report) -> int:
    text = in_three(FINAL, quarter=_in_three(period, report.period))
    return _tell(_who_see(report, DONORS | PARTNERS), text, _address(report))


def tell_erratum(report: Report) -> int:
    text = in_three(ERRATUM, quarter=_in_three(period, report.period))
    return _tell(_who_see(report, DONORS | PARTNERS), text, f"{_address(report)}#errata")


def tell_over(today: date | None = None) -> int:
    """Each morning: managers of reports whose partners had their time; once for each such day, not every morning."""
    today, count = today or timezone.localdate(), 0
    waiting = Report.objects.filter(state=ReportState.COMMENTS, comments_until__lt=today)
    for report in waiting.select_related("place"):
        link = f"{_address(report)}#until-{report.comments_until}"
        text = in_three(OVER, quarter=_in_three(period, report.period))
        told = set(Message.objects.filter(link=link).values_list("account", flat=True))
        who = (one for one in _who_see(report, MANAGERS) if one.pk not in told and may_make(one, report))
        count += _tell(who, text, link)
    return count


def _who_see(report: Report, roles: Iterable[str]) -> list[Account]:
    return [one for one in holders(roles) if Report.objects.visible_to(one).filter(pk=report.pk).exists()]


def _tell(accounts: Iterable[Account], text: dict[str, str], link: str) -> int:
    count = 0
    for account in accounts:
        notify(account, text, link)
        count += 1
    return count


def _address(report: Report) -> str:
    return reverse("monitoring-report", args=[report.ref])


def _in_three(write: Any, value: Any) -> dict[str, str]:
    found = {}
    for language in FALLBACK:
        with override(language):
            found[language] = write(value)
    return found
