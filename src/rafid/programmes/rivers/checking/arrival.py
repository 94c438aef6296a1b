"""Judging values on arrival: by the rules of their series, together with the values around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import SeriesRules, check_series

from ..codes import Quality
from ..models import Series
from ..values.reading import Known, known_values, moments

BEFORE = 12
"""So many earlier values are looked at: enough for the rate, the spike and most stuck gauges."""
AFTER = timedelta(days=2)

GROUPS: dict[str, tuple[str, ...]] = {
    "range": ("minimum", "maximum", "suspect_minimum", "suspect_maximum"),
    "rate": ("max_rise", "max_fall"),
    "spike": ("spike",),
    "stuck": ("flat_steps",),
}
"""The names under which people meet the rules."""

_KNOWN_RULES = {one.name for one in fields(SeriesRules)}


def rules_of(series: Series) -> SeriesRules:
    """The rules of a series; what it holds beside them (such as those of pages) is left out."""
    return SeriesRules(**{name: value for name, value in series.rules.items() if name in _KNOWN_RULES})


def only(rules: SeriesRules, names: Sequence[str]) -> SeriesRules:
    return SeriesRules(**{name: getattr(rules, name) for name in names})


def flags_of(series: Series, readings: Sequence[Any]) -> dict[tuple[UUID, datetime], int]:
    """QARTOD's flag of each reading (``values.recording.Reading``s of this series, each time once).

    A flag that the sender gave stays where it is worse; a value that nobody has a rule for stays not judged.
    """
    rules = rules_of(series)
    readings = sorted(readings, key=lambda one: one.time)
    if rules == SeriesRules():
        return {
            (series.pk, one.time): int(one.quality or Quality.NOT_JUDGED) for one in readings if one.value is not None
        }
    times, values, new = with_neighbours(series, readings)
    flags = check_series(times, values, rules=rules)
    found: dict[tuple[UUID, datetime], int] = {}
    for reading, flag in zip(readings, flags[new], strict=True):
        given = reading.quality or 0
        found[series.pk, reading.time] = max(int(flag), given if given in (Quality.SUSPECT, Quality.FAIL) else 0)
    return found


def with_neighbours(
    series: Series, readings: Sequence[Any]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], NDArray[np.bool_]]:
    """Times and values of the readings among those that stand before and after them; and which of them are the readings.
    Values that failed earlier are left out, as the rules do with them."""
    first, last = readings[0].time, readings[-1].time
    earlier = known_values(series, end=first - timedelta(microseconds=1), last=BEFORE)
    later = known_values(series, start=first, end=last + AFTER)
    times = moments(one.time for one in readings)
    values = np.array([np.nan if one.value is None else one.value for one in readings], np.float64)
    beside = [(earlier.times, earlier.good), (later.times, later.good)]
    kept = [(t[~np.isin(t, times)], v[~np.isin(t, times)]) for t, v in beside]
    all_times = np.concatenate([kept[0][0], kept[1][0], times])
    all_values = np.concatenate([kept[0][1], kept[1][1], values])
    new = np.concatenate([np.zeros(len(all_times) - len(times), bool), np.ones(len(times), bool)])
    order = np.argsort(all_times, kind="stable")
    return all_times[order], all_values[order], new[order]


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
