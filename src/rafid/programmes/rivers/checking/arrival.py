"""Judging values on arrival: by the rules of their series, together with the values around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import SeriesRules, check_series

from ..codes import Quality
from ..models import Series
from ..values.reading import Known, aware, known_values

BEFORE = 12
"""At least so many earlier values are looked at: enough for the rate and the spike."""
AFTER = timedelta(days=2)
LONGEST = timedelta(days=400)
"""A value that is older says nothing of how fast a river rises; and only the partitions of two years are read."""

GROUPS: dict[str, tuple[str, ...]] = {
    "range": ("minimum", "maximum", "suspect_minimum", "suspect_maximum"),
    "rate": ("max_rise", "max_fall"),
    "spike": ("spike",),
    "stuck": ("flat_steps",),
}
"""The names under which people meet the rules."""

_KNOWN_RULES = {one.name for one in fields(SeriesRules)}


BEYOND = 2.0
"""Metres beyond what a station ever read at which a level is doubted, as a gauging is refused there."""


def rules_of(series: Series) -> SeriesRules:
    """The rules of a series; what it holds beside them (such as those of pages) is left out. A level without limits of its own
    has those of its station: not below the gauge zero, and not far outside what was ever read there."""
    said = {name: value for name, value in series.rules.items() if name in _KNOWN_RULES}
    if series.variable in ("stage", "reservoir_level"):
        low, high = usual_limits(series)
        if low is not None and not said.keys() & {"minimum", "suspect_minimum"}:
            said["suspect_minimum"] = low
        if high is not None and not said.keys() & {"maximum", "suspect_maximum"}:
            said["suspect_maximum"] = high
    return SeriesRules(**said)


def usual_limits(series: Series) -> tuple[float | None, float | None]:
    """The lowest and highest level that a station's facts let expect. A stage counts from the gauge zero, a reservoir's level
    from the sea."""
    station = series.station
    low = None if station.lowest_m is None else station.lowest_m - BEYOND
    if station.gauge_zero_m is not None:
        zero = 0.0 if series.variable == "stage" else station.gauge_zero_m
        low = zero if low is None else max(low, zero)
    return low, None if station.highest_m is None else station.highest_m + BEYOND


def looked_back(series: Series) -> int:
    """So many earlier values are needed to judge a new one: a gauge is stuck after as many equal values as its rules say."""
    return max(BEFORE, (rules_of(series).flat_steps or 0) + 1)


def before(series: Series, first: datetime) -> Known:
    """The values before ``first`` by which those from then on are judged."""
    start, end = first - LONGEST, first - timedelta(microseconds=1)
    return known_values(series, start=start, end=end, last=looked_back(series))


def nothing(series: Series) -> Known:
    none = np.array([], "datetime64[us]")
    return Known(series.pk, none, np.array([]), np.array([], np.int16), np.array([], np.int16), none, [], [])


def only(rules: SeriesRules, names: Sequence[str]) -> SeriesRules:
    return SeriesRules(**{name: getattr(rules, name) for name in names})


@dataclass(frozen=True)
class Judged:
    """``flags`` by QARTOD of what arrives; ``around``: those values among the ones that stand before, between and after them,
    as they will stand; nothing where the series has no rules."""

    flags: NDArray[np.int64]
    around: Known | None = None


def judged(
    series: Series,
    times: NDArray[np.datetime64],
    values: NDArray[np.float64],
    given: NDArray[np.int64],
    *,
    among_others: bool = True,
) -> Judged:
    """Values of one series that arrive, ``times`` rising, NaN where missing; ``given`` is the sender's flag, 0 where none.
    ``among_others``: values may stand between and shortly after them.

    A flag that the sender gave stays where it is worse; a value that nobody has a rule for stays not judged.
    """
    rules = rules_of(series)
    if rules == SeriesRules():
        return Judged(np.where(given > 0, given, int(Quality.NOT_JUDGED)))
    first, last = aware(times[0]), aware(times[-1])
    earlier = before(series, first)
    later = known_values(series, start=first, end=last + AFTER) if among_others else nothing(series)
    beside_times = np.concatenate([earlier.times, later.times])
    beside = np.ones(beside_times.size, bool)
    beside[len(earlier) :] = ~np.isin(later.times, times) if len(later) else True
    all_times = np.concatenate([beside_times[beside], times])
    order = np.argsort(all_times, kind="stable")

    def among(standing: str, own: NDArray[Any]) -> NDArray[Any]:
        there = np.concatenate([getattr(earlier, standing), getattr(later, standing)])
        return np.concatenate([there[beside], own])[order]

    new = among("quality", np.zeros(len(times), np.int64)) == 0
    # Values that failed earlier are left out, as the rules do with them.
    flags = check_series(all_times[order], among("good", values), rules=rules)[new]
    worse = np.isin(given, (Quality.SUSPECT, Quality.FAIL))
    flags = np.maximum(flags, np.where(worse, given, 0))
    stand = flags.copy()
    if len(later):
        # What is sent again as it stands is not written again: its judgement stays what it was.
        _same, at, old = np.intersect1d(times, later.times, assume_unique=True, return_indices=True)
        unchanged = values[at] == later.values[old]
        stand[at[unchanged]] = later.quality[old[unchanged]]
    around = Known(
        series.pk, all_times[order], among("values", values), among("quality", stand),
        np.full(len(order), -1, np.int16), np.full(len(order), np.datetime64("NaT", "us")), [], [],
    )  # fmt: skip
    return Judged(flags, around)


def broken_rules(series: Series, known: Known) -> dict[str, NDArray[np.int64]]:
    """By group of rules the flag of each value, for those groups that some value breaks."""
    rules = rules_of(series)
    found: dict[str, NDArray[np.int64]] = {}
    for group, names in GROUPS.items():
        own = only(rules, names)
        if own == SeriesRules() or not len(known):
            continue
        values = known.values if group in ("range", "stuck") else known.good
        flags = check_series(known.times, values, rules=own)
        if ((flags == Quality.SUSPECT) | (flags == Quality.FAIL)).any():
            found[group] = flags
    return found
