"""Readings that were expected and did not come: by the step of each series that a person or an instrument reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity
from rafid.methods.hydrology import gaps

from ..codes import Step
from ..models import Series, SeriesFinding
from ..values.reading import Known, aware, latest_of, moments, windows_of
from .limits import limits_of, wanted

CODE = "gap"
HOURS = {Step.HOURLY: 1.0, Step.SIX_HOURLY: 6.0, Step.DAILY: 24.0, Step.MONTHLY: 730.5}
MESSAGE = gettext_noop("Readings that were expected and did not come: %(missing)s.")
LONG = 7
"""So many missing readings in a row are more than a holiday."""


def monitored() -> list[Series]:
    rows = Series.objects.filter(
        origin__in=("observed", "telemetry"), step__in=HOURS, station__status="active"
    ).select_related("station")
    return [one for one in rows if wanted(one, CODE)]


def found(rows: list[Series], start: datetime, now: datetime) -> Iterator[SeriesFinding]:
    """Gaps of ``rows`` that end at ``start`` or later. The end of a series is measured against the newest reading of them all:
    where nothing comes in any more, it is not the readers who are silent."""
    ids = [one.pk for one in rows]
    values, earlier = windows_of(ids, start=start, end=now), latest_of(ids, before=start)
    times = {}
    for pk in ids:
        first = earlier.get(pk)
        own = _read(values[pk]) if pk in values else np.array([], "datetime64[us]")
        if first is not None and first.time < start and first.value is not None:
            own = np.concatenate([moments([first.time]), own])
        times[pk] = own
    newest = max((own[-1] for own in times.values() if own.size), default=None)
    if newest is None:
        return
    until = min(now, aware(newest))
    for one in rows:
        step = HOURS[Step(one.step)]
        late = timedelta(hours=max(step / 2, 3))
        end = moments([until - late])[0]
        for gap in gaps(times[one.pk], step_hours=step, until=end, tolerated=int(limits_of(one).gap_steps)):
            if aware(gap.end) >= start:
                yield SeriesFinding(
                    series=one,
                    check_code=CODE,
                    severity=Severity.SERIOUS if gap.missing >= LONG and step >= 24 else Severity.CHECK,
                    start=aware(gap.start),
                    end=aware(gap.end),
                    message=in_three(MESSAGE, missing=gap.missing),
                )


def _read(known: Known) -> np.ndarray:
    """Times of which something is known: a value, or a person's word that there is none."""
    answered = np.array([bool(reason) for reason in known.reasons], bool)
    return np.asarray(known.times[~np.isnan(known.values) | answered])
