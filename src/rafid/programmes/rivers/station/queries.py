"""What one station's page shows: the sources of one quantity side by side, and when what is known of them changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Q

from ..models import Series, Station, Threshold
from ..seeing import latest_time
from ..values.reading import Known, seen_values

LEVELS = ("stage", "reservoir_level", "water_level_altimetry")
"""One quantity, told by gauges and altimeters."""
STOPS = 60
"""So many moments the slider knows."""


@dataclass(frozen=True)
class Source:
    """``offset``: by how much another zero lies off that of the first source; ``known`` is without it."""

    series: Series
    known: Known
    preferred: bool
    offset: float = 0.0

    @property
    def last(self) -> tuple[Any, float] | None:
        """Time and value of the last value that did not fail."""
        good = np.flatnonzero(~np.isnan(self.known.good))
        return (self.known.times[good[-1]], float(self.known.good[good[-1]])) if good.size else None


@dataclass(frozen=True)
class Apart:
    """How far a source lies from the preferred one, over the ``count`` days on which both have values, in their unit."""

    source: Source
    count: int
    mean: float
    most: float
    on: Any


def series_of(user: Any, station: Station) -> list[Series]:
    rows = Series.objects.visible_to(user).filter(station=station).select_related("station", "derived_from")
    return sorted(rows, key=lambda one: (one.variable, not one.preferred, rank(one), one.ref))


def rank(series: Series) -> int:
    order = ("observed", "telemetry", "derived", "altimetry", "satellite", "model", "forecast")
    return order.index(series.origin) if series.origin in order else len(order)


def of_quantity(every: list[Series], variable: str) -> list[Series]:
    """The series of ``variable``; of a water level also those that an altimeter tells of it."""
    own = [one for one in every if one.variable == variable]
    if own and variable in LEVELS:
        own += [one for one in every if one.variable in LEVELS and one.variable != variable]
    return own


def sources(
    user: Any, rows: list[Series], *, start: datetime, end: datetime, known_at: datetime | None = None
) -> list[Source]:
    """The values of each series; the first is the preferred one. A level that counts from another zero is brought to that of
    the first, by the median of what lies between them."""
    found: list[Source] = []
    for one in rows:
        known = seen_values(user, one, start=start, end=end, known_at=known_at)
        offset = _offset(found[0].known, known) if found and one.variable != found[0].series.variable else 0.0
        if offset:
            known = replace(known, values=known.values - offset)
        found.append(Source(one, known, not found, offset))
    return found


def _offset(first: Known, other: Known) -> float:
    from rafid.methods.hydrology import usual_offset

    (days, values), (others, said) = daily(first), daily(other)
    _common, here, there = np.intersect1d(days, others, return_indices=True)
    return usual_offset(said[there], values[here], least=3) if here.size else 0.0


def disagreement(found: list[Source]) -> list[Apart]:
    """Each other source against the first, by daily means; those without a common day are left out."""
    if not found:
        return []
    base_days, base = daily(found[0].known)
    apart = []
    for other in found[1:]:
        days, values = daily(other.known)
        _common, here, there = np.intersect1d(base_days, days, return_indices=True)
        if not here.size:
            continue
        off = values[there] - base[here]
        most = int(np.argmax(np.abs(off)))
        apart.append(Apart(other, int(off.size), float(off.mean()), float(off[most]), base_days[here][most]))
    return apart


def daily(known: Known) -> tuple[Any, Any]:
    """Days that hold a good value, and their mean."""
    good = ~np.isnan(known.good)
    days = known.times[good].astype("datetime64[D]")
    which, at = np.unique(days, return_inverse=True)
    return which, np.bincount(at, weights=known.good[good]) / np.maximum(
        np.bincount(at), 1
    ) if which.size else np.array([])


_STOPS = """
SELECT known_from FROM (
    SELECT known_from, time, min(known_from) OVER (PARTITION BY series_id, time) AS first
    FROM rafid_rivers_value WHERE series_id = ANY(%(series)s) AND time >= %(start)s AND time <= %(end)s
) v WHERE known_from > first GROUP BY known_from ORDER BY known_from DESC LIMIT %(stops)s
"""


def stops(user: Any, rows: list[Series], *, start: datetime, end: datetime) -> list[datetime]:
    """The moments at which a value of these became another one, the oldest first: where the picture changed."""
    limits = [latest_time(user, one) for one in rows]
    known = [one for one in limits if one is not None]
    with connection.cursor() as cursor:
        cursor.execute(
            _STOPS,
            {"series": [one.pk for one in rows], "start": start, "end": min([end, *known]), "stops": STOPS},
        )
        return [row[0] for row in cursor.fetchall()][::-1]


def limits_of(user: Any, station: Station, variable: str, moment: datetime) -> list[Threshold]:
    rule = Q(valid_to=None) | Q(valid_to__gt=moment)
    rows = Threshold.objects.visible_to(user).filter(rule, station=station, variable=variable, valid_from__lte=moment)
    return list(rows.order_by("value"))
