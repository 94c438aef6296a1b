"""Who did what with a report, from its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rafid.commons.people.models import Account

from ..models import FieldReport, Reconciled, ReportState
from ..models.reports import said_why


@dataclass(frozen=True)
class Step:
    at: Any
    what: str
    by: Any
    why: str
    state: str


def since(report: FieldReport, version: int) -> list[Step]:
    """Steps after ``version``, the newest first: each version of the row in which the state or what it speaks of changed. That
    an accepted report points to the record it made is no step of its own."""
    events = list(report.events.order_by("pgh_id").select_related("pgh_context"))
    people = {
        str(one.pk): one
        for one in Account.objects.filter(pk__in={_facts(event).get("user") for event in events} - {None})
    }
    found: list[Step] = []
    before: Any = None
    for event in events:
        moved = before is None or event.state != before.state
        spoken = before is not None and (event.target, event.reconciled) != (before.target, before.reconciled)
        told = moved or (spoken and event.state != ReportState.APPROVED)
        before = event
        if event.version <= version or not told:
            continue
        facts = _facts(event)
        ended = event.state in (ReportState.REJECTED, ReportState.SUPERSEDED)
        reason = said_why(event.reason_code, event.reason) if ended else ""
        what = str(ReportState(event.state).label) if moved else _spoken_of(event)
        found.append(Step(event.pgh_created_at, what, people.get(str(facts.get("user"))), reason, event.state))
    return found[::-1]


def _spoken_of(event: Any) -> str:
    if not event.reconciled:
        return _("Reconciliation taken back")
    return _("Reconciled: %(what)s") % {"what": Reconciled(event.reconciled).label}


def _facts(event: Any) -> dict[str, Any]:
    return (event.pgh_context.metadata if event.pgh_context else None) or {}
