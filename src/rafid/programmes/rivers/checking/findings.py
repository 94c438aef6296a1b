"""Findings about values: told when values come, settled when they are right again or when a person says why they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity

from ..codes import Quality
from ..models import Series, SeriesFinding, SeriesFindingState
from ..values.reading import Known, aware, known_values
from ..values.recording import Recorded
from .arrival import BEFORE, broken_rules

MESSAGES = {
    "range": gettext_noop(
        "The value %(value)s %(unit)s lies outside what this series can be. Look for a lost decimal or unit."
    ),
    "rate": gettext_noop("From %(against)s to %(value)s %(unit)s is faster than this river rises or falls."),
    "spike": gettext_noop("The value %(value)s %(unit)s stands alone between its neighbours."),
    "stuck": gettext_noop("The value %(value)s %(unit)s does not change any more. The gauge may be stuck."),
}

OPEN = (SeriesFindingState.OPEN, SeriesFindingState.CONFIRMED)


def tell(recorded: Recorded, known: dict[UUID, Series], *, user: Any = None) -> int:
    """Compares the findings of each touched series with what its rules say now; answers how many are new."""
    return sum(judge(known[pk], start, end, user=user) for pk, (start, end) in recorded.touched.items())


def judge(series: Series, start: Any, end: Any, *, user: Any = None) -> int:
    """Findings of one series from ``start`` to ``end``, made, kept or settled; answers how many are new."""
    before = known_values(series, end=start - timedelta(microseconds=1), last=BEFORE)
    since = aware(before.times[0]) if len(before) else start
    values = known_values(series, start=since, end=end + timedelta(days=2))
    wanted = {
        (one.check_code, one.start): one for one in _broken(series, values) if start <= one.end and one.start <= end
    }
    there = {
        (one.check_code, one.start): one
        for one in SeriesFinding.objects.filter(series=series, start__lte=end, end__gte=start, check_code__in=MESSAGES)
    }
    now = timezone.now()
    for key, finding in there.items():
        if key not in wanted and finding.state in OPEN:
            finding.state, finding.settled_at, finding.settled_by = SeriesFindingState.CORRECTED, now, user
            finding.version += 1
            finding.save()
        elif key in wanted and finding.state in (SeriesFindingState.CORRECTED, SeriesFindingState.RESOLVED):
            finding.state, finding.settled_at, finding.settled_by = SeriesFindingState.OPEN, None, None
            finding.value, finding.message = wanted[key].value, wanted[key].message
            finding.version += 1
            finding.save()
    new = [one for key, one in wanted.items() if key not in there]
    SeriesFinding.objects.bulk_create(new)
    return len(new)


def _broken(series: Series, known: Known) -> Iterator[SeriesFinding]:
    for group, flags in broken_rules(series, known).items():
        bad = np.flatnonzero((flags == Quality.SUSPECT) | (flags == Quality.FAIL))
        # A stuck gauge is one finding, however long it lasts.
        runs = (
            np.split(bad, np.flatnonzero(np.diff(bad) > 1) + 1)
            if group == "stuck"
            else [bad[i : i + 1] for i in range(bad.size)]
        )
        for run in runs:
            first, last = int(run[0]), int(run[-1])
            value = float(known.values[first])
            against = _against(known, first)
            yield SeriesFinding(
                series=series,
                check_code=group,
                severity=Severity.SERIOUS if (flags[run] == Quality.FAIL).any() else Severity.CHECK,
                start=aware(known.times[first]),
                end=aware(known.times[last]),
                value=value,
                against=against,
                message=in_three(
                    MESSAGES[group],
                    value=f"{value:g}",
                    unit=series.unit,
                    against="–" if against is None else f"{against:g}",
                ),
            )


def _against(known: Known, at: int) -> float | None:
    earlier = known.good[:at]
    earlier = earlier[~np.isnan(earlier)]
    return float(earlier[-1]) if earlier.size else None
