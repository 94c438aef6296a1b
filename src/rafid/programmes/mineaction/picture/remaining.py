"""What is left of each of some hazards now: from the stored ledger, computed where a row is missing or stale."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from ..hazards.ledger_store import refresh
from ..models import LedgerRow


def stored_rows(hazards: Collection[UUID]) -> dict[UUID, LedgerRow]:
    """By hazard; one that is in no ledger (not drawn, only reported, discarded) has none."""
    rows = {row.hazard_id: row for row in LedgerRow.objects.filter(hazard__in=hazards)}
    late = [one for one in hazards if one not in rows or rows[one].stale]
    if late:
        with transaction.atomic():
            refresh(late)
        rows.update({row.hazard_id: row for row in LedgerRow.objects.filter(hazard__in=late)})
        for one in late:
            if one in rows and rows[one].stale:
                del rows[one]
    return rows
