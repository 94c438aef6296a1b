"""What a report says of early warnings that stood in the quarter and were released."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ..models import EarlyWarning
from .known import as_known


def warnings_of(contracts: Sequence[Any], first: date, last: date, known: datetime) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in as_known(EarlyWarning, known, contract__in=contracts):
        if row.released_at is None or row.since > last or (row.until and row.until < first):
            continue
        found.setdefault(row.contract_id, []).append(
            {
                "ref": row.ref, "rule": row.rule, "subject": row.subject, "about": row.about, "state": row.state,
                "since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None,
                "confirmed_on": row.confirmed_on.isoformat() if row.confirmed_on else None,
                "muted_reason": row.muted_reason if row.state == "muted" else "",
                "muted_until": row.muted_until.isoformat() if row.muted_until else None,
            }
        )  # fmt: skip
    for rows in found.values():
        rows.sort(key=lambda one: (one["since"], one["ref"]))
    return found
