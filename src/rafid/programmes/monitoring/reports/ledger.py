"""What a report says of findings: those that stood in the quarter, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from ..models import ChecklistItem, NonConformity, Visit
from .known import as_known, local_day

SETTLED = ("closed", "withdrawn")
SEVERITIES = ("critical", "major", "minor")


def findings_of(contracts: Sequence[Any], first: date, last: date, known: datetime) -> dict[Any, list[dict[str, Any]]]:
    """By contract: released findings that were opened in the quarter or were still open when it began."""
    events = NonConformity.events.rel.related_model
    ended: dict[Any, datetime] = {}
    for pk, at in (
        events.objects.filter(contract__in=contracts, state__in=SETTLED, pgh_created_at__lte=known)
        .order_by("-pgh_id")
        .values_list("pgh_obj_id", "pgh_created_at")
    ):
        ended[pk] = at  # the first time that it was settled stands last
    refs = dict(Visit.everything.filter(contract__in=contracts).values_list("pk", "ref"))
    texts = {one.pk: one for one in ChecklistItem.objects.filter(nonconformities__contract__in=contracts).distinct()}
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in as_known(NonConformity, known, contract__in=contracts):
        settled = row.closed_at or ended.get(row.pgh_obj_id) if row.state in SETTLED else None
        if row.released_at is None or row.opened_on > last or (settled and timezone.localdate(settled) < first):
            continue
        item = texts.get(row.item_id)
        found.setdefault(row.contract_id, []).append(
            {
                "ref": row.ref,
                "visit": refs.get(row.visit_id, ""),
                "item": row.item_code,
                "item_text": {"ar": item.text_ar, "ckb": item.text_ckb, "en": item.text_en} if item else {},
                "severity": row.severity,
                "text": row.text,
                "opened_on": row.opened_on.isoformat(),
                "due_on": row.due_on.isoformat(),
                "state": row.state,
                "settled_on": local_day(settled),
                "overdue": row.state not in SETTLED and row.due_on < timezone.localdate(known),
                "repeat": row.repeat_of_id is not None,
                "stop_work": row.stop_work,
            }
        )
    for rows in found.values():
        rows.sort(key=lambda one: (SEVERITIES.index(one["severity"]), one["opened_on"], one["ref"]))
    return found
