"""A round: forecasts of many nodes from one moment. A routed node waits until those upstream are issued or have failed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ..models import Forecast
from .course import course_to


def start_ready(moment: datetime) -> int:
    """Puts those of the round in the queue that wait for nothing any more; answers how many. Asked twice at once it puts none
    in twice."""
    from .running import start_task, task_of

    count = 0
    waits = Forecast.objects.filter(data_known_at=moment, state="queued", model__kind="routing")
    for pk in waits.values_list("pk", flat=True):
        with transaction.atomic():
            row = (
                Forecast.objects.select_for_update(of=("self",))
                .select_related("model", "node")
                .filter(pk=pk, state="queued")
                .first()
            )
            if row is None or task_of(row) is not None or not _free(row, moment):
                continue
            start_task(row)
            count += 1
    return count


def _free(row: Forecast, moment: datetime) -> bool:
    assert row.model is not None
    course = course_to(row.node, moment, kept=row.model.parameters.get("places"))
    above = [one.code for one in course.all_places]
    return not Forecast.objects.filter(
        data_known_at=moment, node__code__in=above, state__in=("queued", "running")
    ).exists()
