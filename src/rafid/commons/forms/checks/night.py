"""A visit that began at night, by the country's clock."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from .batch import Batch, Found


def run(batch: Batch) -> Iterable[Found]:
    begins, ends = batch.limits["night_from"], batch.limits["night_until"]
    for visit in batch.visits.values():
        if visit.begun is None:
            continue
        local = timezone.localtime(visit.begun)
        hour = local.hour + local.minute / 60 + local.second / 3600
        # A night from 20 to 5 goes over midnight, one from 0 to 5 does not.
        at_night = begins <= hour < ends if begins < ends else (hour >= begins or hour < ends)
        if at_night and begins != ends:
            evidence = {"at": local.isoformat(), "from": begins, "until": ends}
            yield batch.found("night_interview", visit, value=local.strftime("%H:%M"), evidence=evidence)
