"""Flows of stages: computed anew where a curve or a stage became another one, and nowhere else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db import connection
from django.utils.translation import gettext as _

from ..models import Series
from ..values.reading import aware, known_values
from ..values.recording import Reading, Recorded, record_values
from .curves import flow_series, flows, published


def recompute_flow(
    station: Any,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    user: Any = None,
    reason: str,
    known_from: datetime | None = None,
) -> Recorded:
    """Computes the flows of ``station`` at ``start`` ≤ time ≤ ``end`` by the curves published now, and records those that
    became others: a new row each, the old ones stay. A time without a curve loses no flow that stood there before.

    Raises ``values.recording.NotRecorded`` as that does. Asks nobody's rights.
    """
    curves = published(station)
    readings = [one for series in flow_series(station) for one in made(series, curves, start, end)]
    numbers = ",".join(str(one.number) for one in curves)
    if not readings:
        return Recorded()
    return record_values(readings, user=user, origin=f"rating:{numbers}", reason=reason, known_from=known_from)


def made(series: Series, curves: Any, start: datetime | None, end: datetime | None) -> list[Reading]:
    """The readings of one series of flow, from its stages as they are known now."""
    stage = known_values(series.derived_from_id, start=start, end=end)
    found = flows(stage, curves)
    rows = np.flatnonzero(found.version > 0)
    return [
        Reading(
            series.pk,
            aware(stage.times[i]),
            None if np.isnan(found.discharge[i]) else float(found.discharge[i]),
            row=int(i) + 1,
            quality=int(stage.quality[i]),
            flow_quality=int(found.quality[i]),
        )
        for i in rows
    ]


def before(end: datetime | None) -> datetime | None:
    """The last moment before ``end``: a curve's time ends there, the reading of values takes both ends."""
    return None if end is None else end - timedelta(microseconds=1)


def follow_stages(recorded: Recorded, user: Any) -> None:
    """New and corrected stages become flows in the same transaction."""
    stages = Series.objects.filter(pk__in=recorded.touched, variable="stage", derived__variable="discharge").distinct()
    for stage in stages.select_related("station"):
        first, last = recorded.touched[stage.pk]
        recompute_flow(
            stage.station,
            start=first,
            end=last,
            user=user,
            reason=_("The stage was corrected."),
            known_from=_loaded(recorded.known_from),
        )


def _loaded(known_from: datetime | None) -> datetime | None:
    """A moment before this transaction is that of a loader, whose flows are as old; all others are known from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (began,) = cursor.fetchone()
    return known_from if known_from is not None and known_from < began else None
