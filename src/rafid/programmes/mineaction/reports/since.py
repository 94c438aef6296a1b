"""Who did what with a report, from its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rafid.commons.people.models import Account

from ..models import FieldReport, ReportState


@dataclass(frozen=True)
class Step:
    at: Any
    what: str
    by: Any
    why: str
    state: str


def since(report: FieldReport, version: int) -> list[Step]:
    """Steps after ``version``, the newest first: each version of the row in which the state or what it speaks of changed."""
    events = list(report.events.order_by("pgh_id").select_related("pgh_context"))
    people = {
        str(one.pk): one
        for one in Account.objects.filter(pk__in={_facts(event).get("user") for event in events} - {None})
    }
    found: list[Step] = []
    before: Any = None
    for event in events:
        told = before is None or event.state != before.state or event.target != before.target
        told = told or event.reconciled != before.reconciled
        before = event
        if event.version <= version or not told:
            continue
        facts = _facts(event)
        reason = event.reason if event.state in (ReportState.REJECTED, ReportState.SUPERSEDED) else ""
        found.append(
            Step(
                event.pgh_created_at, ReportState(event.state).label, people.get(str(facts.get("user"))), reason,
                event.state,
            )
        )  # fmt: skip
    return found[::-1]


def _facts(event: Any) -> dict[str, Any]:
    return (event.pgh_context.metadata if event.pgh_context else None) or {}
