"""What this node knew at a moment: records that change are read from their history, so that figures can be computed again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

_OLDEST_OPEN = """
SELECT min(xact_start) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
"""


def moment_now() -> datetime:
    """A moment under which nothing can still be committed: rows are stamped while their transaction goes on, so it lies
    before the oldest transaction that is open elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), pg_stat_clear_snapshot()::text")
        now: datetime = cursor.fetchone()[0]
        cursor.execute(_OLDEST_OPEN)
        oldest = cursor.fetchone()[0]
    return oldest - timedelta(microseconds=1) if oldest is not None and oldest <= now else now


def as_known(model: Any, known: datetime, **which: Any) -> list[Any]:
    """Each record as it stood at ``known``, deleted ones left out. A row is an event: its record is ``pgh_obj_id``."""
    events = model.events.rel.related_model
    newest = (
        events.objects.filter(pgh_created_at__lte=known, **which)
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    )
    return [row for row in newest if row.pgh_label != "delete" and getattr(row, "deleted_at", None) is None]


def local_day(moment: datetime | None) -> str | None:
    """The country's day of a moment, as JSON."""
    return timezone.localdate(moment).isoformat() if moment else None
