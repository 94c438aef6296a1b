"""What this node knew at a moment: records that change are read from their history, so that figures can be computed again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from rafid.commons.records.moments import moment_now

__all__ = ["as_known", "local_day", "moment_now"]


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
