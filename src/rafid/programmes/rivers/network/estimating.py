"""Travel times from data: at which lag the flow, or else the stage, at the lower gauge follows that at the upper one best.

No travel times between the gauges are published. What is found here is kept with the time that it was found in, as another
reach of the same way: the old one ends.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused

from ..models import Reach, Series
from ..values.reading import Known, seen_values
from .editing import replace_reach

HOUR = 3600.0
STEP_H = 6
YEARS = timedelta(days=3 * 365)
MOST_LAG_H = 240
LEAST = 0.6
"""A lag is told only where changes go together at least so well."""


def estimate_travel_time(user: Any, reach: Reach, *, by: Any) -> Reach:
    """Three years of both gauges, as this person sees them, in steps of six hours; by changes, as the level of two gauges says
    nothing of how the water goes. Raises ``Refused`` where one end has no series, too few pairs, or nothing follows."""
    from rafid.methods.hydrology import travel_time

    upper, lower = _pair(user, reach)
    end = timezone.now()
    above, below = (_stepped(seen_values(user, one, start=end - YEARS, end=end)) for one in (upper, lower))
    first = max(above[0][0], below[0][0]) if len(above[0]) and len(below[0]) else None
    if first is None:
        raise Refused(_("One end of this reach has no values of the last three years."))
    last = min(above[0][-1], below[0][-1])
    if last <= first:
        raise Refused(_("The values at the two ends of this reach have no time in common."))
    grid = np.arange(first, last + 1)
    changes = [np.diff(_on(grid, *one)) for one in (above, below)]
    try:
        lag, correlation = travel_time(changes[0], changes[1], max_lag=MOST_LAG_H // STEP_H)
    except ValueError as wrong:
        raise Refused(_("There are too few pairs of values for a travel time: at least 30 are needed.")) from wrong
    if not np.isfinite(correlation) or correlation < LEAST:
        raise Refused(
            _("The lower gauge does not follow the upper one (correlation %(r)s at best): no travel time is told.")
            % {"r": f"{correlation:.2f}"}
        )
    days = [
        (np.datetime64(0, "s") + np.timedelta64(int(one * STEP_H * HOUR), "s")).astype("datetime64[D]")
        for one in (first, last)
    ]
    return replace_reach(
        reach, by=by, reason=_("Travel time estimated from data"), k_s=float(lag) * STEP_H * HOUR,
        correlation=float(correlation), estimated_from=days[0].astype(object), estimated_to=days[1].astype(object),
    )  # fmt: skip


def _pair(user: Any, reach: Reach) -> tuple[Series, Series]:
    for variable in ("discharge", "stage"):
        found = []
        for node in (reach.upstream_id, reach.downstream_id):
            rows = Series.objects.visible_to(user).filter(station__node=node, variable=variable)
            found.append(rows.exclude(origin__in=("forecast", "model")).order_by("-preferred", "origin", "ref").first())
        if all(found):
            return found[0], found[1]
    raise Refused(
        _("A travel time needs a flow or a stage at both ends of the reach. Choose a reach between two gauges.")
    )


def _stepped(known: Known) -> tuple[Any, Any]:
    """Numbers of six-hour steps, and the mean of the good values in each."""
    good = ~np.isnan(known.good)
    steps = known.times[good].astype("datetime64[s]").astype(np.int64) // int(STEP_H * HOUR)
    which, at = np.unique(steps, return_inverse=True)
    if not which.size:
        return which, np.array([])
    return which, np.bincount(at, weights=known.good[good]) / np.bincount(at)


def _on(grid: Any, steps: Any, values: Any) -> Any:
    """On every step; within a day between two values by a straight line, else NaN."""
    found = np.interp(grid, steps, values)
    after = np.searchsorted(steps, grid)
    before = np.clip(after - 1, 0, len(steps) - 1)
    after = np.clip(after, 0, len(steps) - 1)
    apart = np.where(steps[after] == grid, 0, steps[after] - steps[before])
    return np.where(apart <= 24 // STEP_H, found, np.nan)
