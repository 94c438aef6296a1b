"""Findings about values: told when values come, settled when they are right again or when a person says why they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.utils.translation import gettext_noop

from rafid.commons.names import in_three
from rafid.commons.records.models import Severity
from rafid.methods.hydrology import SeriesRules

from ..codes import Quality
from ..models import Series, SeriesFinding, SeriesFindingState
from ..units import in_units
from ..values.reading import Known, aware, known_values
from ..values.recording import Recorded
from .arrival import AFTER, broken_rules, looked_back, rules_of
from .keeping import keep, settle

MESSAGES = {
    "range": gettext_noop(
        "The value %(value)s %(unit)s lies outside what this series can be. Look for a lost decimal or unit."
    ),
    "rate": gettext_noop("From %(against)s to %(value)s %(unit)s is faster than this river rises or falls."),
    "spike": gettext_noop("The value %(value)s %(unit)s stands alone between its neighbours."),
    "stuck": gettext_noop("The value %(value)s %(unit)s does not change any more. The gauge may be stuck."),
}

COLUMNS = ("times", "values", "quality", "flow_quality", "known_from")
POINTS = ("range", "rate", "spike")


def tell(
    recorded: Recorded,
    known: dict[UUID, Series],
    *,
    around: Mapping[UUID, Known | None] | None = None,
    user: Any = None,
) -> int:
    """Compares the findings of each touched series with what its rules say now, and reported flows with their ratings; answers
    how many are new. ``around``: the values of each series as they stand, where the recorder has them at hand."""
    from .rated import tell_rated

    there = around or {}
    new = sum(
        judge(known[pk], start, end, values=there.get(pk), user=user) for pk, (start, end) in recorded.touched.items()
    )
    settle("refused", recorded.touched, user=user)
    return new + tell_rated(recorded.touched, known, user=user)


def judge(series: Series, start: Any, end: Any, *, values: Known | None = None, user: Any = None) -> int:
    """Findings of one series from ``start`` to ``end``, made, kept or settled; answers how many are new. ``values``: those of
    that time with some before and after, read where nobody gives them."""
    if rules_of(series) == SeriesRules():
        wanted, since = [], start
    else:
        values = _around(series, start, end) if values is None else values
        since = min(start, aware(values.times[0])) if len(values) else start
        wanted = [one for one in _broken(series, values) if start <= one.end and one.start <= end]
    here: dict[str, Any] = {
        "series": [series.pk], "start": start, "end": end, "settled": SeriesFindingState.CORRECTED, "user": user,
    }  # fmt: skip
    points = keep([one for one in wanted if one.check_code in POINTS], codes=POINTS, **here)
    # A stuck gauge began before what came now: it is the finding that stands already.
    stuck = [one for one in wanted if one.check_code == "stuck"]
    return points + keep(stuck, codes=("stuck",), before=since, **here)


def _around(series: Series, start: Any, end: Any) -> Known:
    before = known_values(series, end=start - timedelta(microseconds=1), last=looked_back(series))
    since = aware(before.times[0]) if len(before) else start
    return known_values(series, start=since, end=end + AFTER)


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
                    unit=in_units(series.unit),
                    against="–" if against is None else f"{against:g}",
                ),
            )


def _against(known: Known, at: int) -> float | None:
    earlier = known.good[:at]
    earlier = earlier[~np.isnan(earlier)]
    return float(earlier[-1]) if earlier.size else None
