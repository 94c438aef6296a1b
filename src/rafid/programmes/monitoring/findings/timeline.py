"""What happened to a finding, newest first: out of its history, its evidence and its answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rafid.commons.people.models import Account
from rafid.commons.records.views.history import people_of

from ..models import CorrectiveAction, Evidence, NonConformity


@dataclass(frozen=True)
class Entry:
    at: datetime
    what: str
    by: str = ""
    why: str = ""
    state: str = ""
    due: date | None = None
    action: CorrectiveAction | None = None
    files: list[Evidence] = field(default_factory=list)


class Names:
    """Who did it, as this reader may know: of the other side he reads the organisation, no person."""

    def __init__(self, finding: NonConformity, user: Any, whole: bool) -> None:
        self._finding, self._user, self._whole = finding, user, whole
        self._partner = finding.contract.partner

    def of(self, account: Account | None) -> str:
        if account is None:
            return ""
        if self._whole or account.pk == self._user.pk:
            return str(account)
        organisation = account.organisation
        if organisation is not None and self._partner.pk in organisation.lineage:
            own = self._user.organisation
            mine = own is not None and self._partner.pk in own.lineage
            return str(account) if mine else self._partner.name
        return self._finding.owner.name


def timeline(finding: NonConformity, names: Names) -> list[Entry]:
    events = list(finding.events.select_related("pgh_context").order_by("pgh_id"))
    accounts = {
        str(one.pk): one
        for one in Account.objects.filter(pk__in=list(people_of(events))).select_related("organisation")
    }
    actions = list(finding.actions.order_by("known_at", "pk"))
    told: list[Entry] = []
    for before, event in pairwise([None, *events]):
        facts = event.pgh_context.metadata if event.pgh_context else {}
        account = accounts.get(str(facts.get("user")))
        entry = _entry(finding, before, event, names.of(account), actions)
        if entry is not None:
            told.append(entry)
    told += _of_files(finding, names)
    return sorted(told, key=lambda one: one.at, reverse=True)


def _entry(finding: NonConformity, before: Any, event: Any, by: str, actions: list[CorrectiveAction]) -> Entry | None:
    label = dict(NonConformity._meta.get_field("state").flatchoices).get(event.state, event.state)
    if before is None:
        return Entry(_opened(finding, event), pgettext("a finding", "Opened"), by, state=event.state, due=event.due_on)
    if event.state != before.state:
        action = actions.pop(0) if event.state == "answered" and actions else None
        due = event.due_on if event.due_on != before.due_on else None
        reason = event.step_reason if event.step_reason != before.step_reason or event.state in _WITH_REASON else ""
        what = _("Opened again") if event.reopened > before.reopened else str(label)
        at = {"answered": event.answered_at, "closed": event.closed_at}.get(event.state) or event.pgh_created_at
        return Entry(at, what, by, reason, event.state, due, action)
    if event.notified_at and not before.notified_at:
        return Entry(event.notified_at, _("Partner, manager and donor were told"))
    if event.released_at and not before.released_at:
        return Entry(event.released_at, _("Released to the partner"), by)
    if event.stop_work != before.stop_work:
        return Entry(event.pgh_created_at, _("Work was stopped") if event.stop_work else _("Work was not stopped"), by)
    if event.due_on != before.due_on:
        return Entry(event.pgh_created_at, _("New deadline"), by, due=event.due_on)
    return None


def _opened(finding: NonConformity, event: Any) -> datetime:
    """One that a monitor wrote down began when his form came in."""
    submission = finding.visit.submission if finding.source == "submission" else None
    times = [event.known_at, event.pgh_created_at, *([submission.received_at] if submission else [])]
    return min(times)


_WITH_REASON = ("sent_back", "disputed", "withdrawn")


def _of_files(finding: NonConformity, names: Names) -> list[Entry]:
    """What was sent together stands together."""
    groups: dict[tuple[Any, Any], list[Evidence]] = {}
    for one in finding.evidence.select_related("by__organisation").order_by("known_at", "pk"):
        groups.setdefault((one.known_at, one.by_id), []).append(one)
    return [
        Entry(at, _("Evidence added"), names.of(files[0].by), files[0].text, files=files)
        for (at, _by), files in groups.items()
    ]
