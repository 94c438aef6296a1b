"""Interviews that were much shorter than the others of the form: by the active time of audit.csv, else from start to end."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from .batch import Batch, Found
from .measures import active_seconds

ENOUGH = 10
"""Interviews below which nobody can say what is usual."""


def run(batch: Batch) -> Iterable[Found]:
    times = batch.once(active_seconds)
    if not times:
        return
    with connection.cursor() as cursor:
        # The others' as they were measured when they came; those of this batch as they are now.
        cursor.execute(
            "SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM ("
            " SELECT f.active_seconds AS seconds FROM rafid_forms_visitfacts f"
            " JOIN rafid_forms_submission s ON s.id = f.submission_id"
            " WHERE s.form_id = %s AND s.draft_id IS NULL AND s.deleted_at IS NULL AND f.active_seconds > 0"
            " AND NOT s.id = ANY(%s) UNION ALL SELECT one FROM unnest(%s::float8[]) one WHERE one > 0) known",
            [batch.form.pk, list(times), [one.seconds for one in times.values()]],
        )
        count, median = cursor.fetchone()
    if count < ENOUGH:
        return
    limit = batch.limits["interview_share"] * median
    for pk, time in times.items():
        if 0 <= time.seconds < limit:
            yield batch.found(
                "short_interview",
                batch.visits[pk],
                value=str(round(time.seconds)),
                expected=str(round(limit)),
                evidence={
                    "seconds": round(time.seconds, 1),
                    "median": round(median, 1),
                    "share": round(time.seconds / median, 3),
                    "interviews": count,
                    "audit": time.from_audit,
                },
            )
