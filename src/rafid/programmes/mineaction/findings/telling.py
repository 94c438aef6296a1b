"""Alarms: an accident or ordnance on ground that was closed is told at once to those who answer for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.people.models import Account, Grant, Message
from rafid.commons.people.notify import notify
from rafid.commons.records.models import Finding, FindingState, model_of

from ..seeing import PROGRAMME
from .declared import ALARMS

TOLD = ("im_officer", "operations", "quality", "director")
NEWS = timedelta(days=2)
"""What was found longer ago came with a load of old records: it stands in the list, and wakes nobody."""
SAID = gettext_noop("Alarm, %(ref)s: %(text)s Look whether the hazard is to be opened again.")


def tell_alarms() -> int:
    """Alarms that nobody was told of yet; each person once for each. Safe to run again."""
    count = 0
    rows = Finding.objects.filter(
        kind__startswith=f"{PROGRAMME}.", check_code__in=ALARMS, state=FindingState.OPEN,
        found_at__gte=timezone.now() - NEWS,
    )  # fmt: skip
    for finding in rows.order_by("found_at"):
        with transaction.atomic():
            # One teller at a time: two workers must not wake people twice.
            Finding.objects.select_for_update().get(pk=finding.pk)
            count += _tell(finding)
    return count


def _tell(finding: Finding) -> int:
    link = reverse("mineaction-finding", args=[finding.pk])
    record = model_of(finding.kind).objects.filter(pk=finding.record_id).first()
    if record is None:
        return 0
    told = set(Message.objects.filter(link=link).values_list("account", flat=True))
    text = in_three(SAID, ref=record.ref, text=finding.message)
    count = 0
    for account in _people(record):
        if account.pk not in told:
            notify(account, text, link)
            count += 1
    return count


def _people(record: Any) -> list[Account]:
    """Of the record's authority, those who see the record: a message tells nobody anything new."""
    roles = [f"{PROGRAMME}.{role}" for role in TOLD]
    held = Grant.objects.current().filter(role__in=roles).values("account")
    people = Account.objects.filter(pk__in=held, is_active=True)
    return [one for one in people if type(record).objects.visible_to(one).filter(pk=record.pk).exists()]
