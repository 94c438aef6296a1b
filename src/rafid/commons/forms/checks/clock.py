"""A phone's clock that cannot be right: an end before its start, an end in the future, a start before the form was there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from rafid.commons.forms.models import FormVersion

from .batch import Batch, Found


def run(batch: Batch) -> Iterable[Found]:
    ahead = timedelta(hours=batch.limits["clock_ahead_hours"])
    published = dict(FormVersion.objects.filter(form=batch.form).values_list("pk", "published_at"))
    for visit in batch.visits.values():
        start, end = visit.started_at, visit.ended_at
        wrong = []
        if start and end and end < start:
            wrong.append("end_before_start")
        if end and end > visit.received_at + ahead:
            wrong.append("end_after_received")
        since = published.get(visit.form_version)
        if start and since and start < since:
            wrong.append("start_before_published")
        if wrong:
            evidence = {
                "reasons": wrong,
                "start": start.isoformat() if start else None,
                "end": end.isoformat() if end else None,
                "received": visit.received_at.isoformat(),
                "published": since.isoformat() if since else None,
            }
            value = start if "start_before_published" in wrong else end
            yield batch.found("clock_problem", visit, value=value.isoformat() if value else None, evidence=evidence)
