"""Whether a value can be believed: the numeric rules of a series, flagged as QARTOD has it.

1 good, 2 not judged, 3 suspect, 4 fail, 9 missing (U.S. IOOS, "Manual for real-time quality control of water level data", and
"… of in-situ surface wave data" for the tests of rate, spike and flat line).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.hydrology.given import F64, I64, floats, number, of_kind

GOOD, NOT_JUDGED, SUSPECT, FAIL, MISSING = 1, 2, 3, 4, 9


@dataclass(frozen=True)
class SeriesRules:
    """What a series may do, in its own unit; each may be left out. Outside ``minimum`` to ``maximum`` a value fails, outside
    ``suspect_minimum`` to ``suspect_maximum`` it is suspect. ``max_rise`` and ``max_fall`` per hour; ``spike``: by how much a
    value may stand above, or below, both its neighbours; ``flat_steps``: how many equal values in a row are believed.

    Raises ``ValueError`` for a limit that is no number or below 0 where it is a size, and for ranges the wrong way round.
    """

    minimum: float | None = None
    maximum: float | None = None
    suspect_minimum: float | None = None
    suspect_maximum: float | None = None
    max_rise: float | None = None
    max_fall: float | None = None
    spike: float | None = None
    flat_steps: int | None = None

    def __post_init__(self) -> None:
        for rule in fields(self):
            value = getattr(self, rule.name)
            if value is not None:
                number(value, f"the rule {rule.name}")
        for name in ("max_rise", "max_fall", "spike"):
            if (value := getattr(self, name)) is not None and value < 0:
                raise ValueError(f"the rule {name} is {value}; it is a size, 0 or more")
        if self.flat_steps is not None and self.flat_steps < 1:
            raise ValueError(f"the rule flat_steps is {self.flat_steps}; it counts equal values, 1 or more")
        for low, high in (("minimum", "maximum"), ("suspect_minimum", "suspect_maximum")):
            first, last = getattr(self, low), getattr(self, high)
            if first is not None and last is not None and first > last:
                raise ValueError(f"the rule {low} {first} is above {high} {last}; exchange them")


def check_series(times: ArrayLike, values: ArrayLike, *, rules: SeriesRules) -> I64:
    """A flag for each value, (n,). ``times`` (n,): datetime64, datetimes, or numbers that count hours; ``values`` (n,), NaN
    where missing.

    Fail wins over suspect. Rise and fall are judged against the last value that is neither missing nor failed, over the hours
    since; a spike against the nearest such on both sides. More than ``flat_steps`` equal values in a row, gaps not counted,
    are all suspect. An infinite value fails. Without any rule a value is not judged.

    Raises ``ValueError`` for lengths that differ, and times that are missing or do not rise.

    >>> check_series([0, 1, 2, 3], [2.0, 2.1, 21.0, np.nan], rules=SeriesRules(minimum=0, maximum=12)).tolist()
    [1, 1, 4, 9]
    """
    of_kind(rules, SeriesRules, "rules")
    hours, value = _hours(times), floats(values, "the values")
    if value.shape != hours.shape:
        raise ValueError(f"{hours.size} times and {value.size} values; give one of each")
    judged = any(getattr(rules, rule.name) is not None for rule in fields(rules))
    flags = np.full(value.shape, GOOD if judged else NOT_JUDGED, np.int64)
    missing, failed = np.isnan(value), np.isinf(value)
    if rules.minimum is not None:
        failed |= value < rules.minimum
    if rules.maximum is not None:
        failed |= value > rules.maximum
    suspect = np.zeros(value.shape, bool)
    if rules.suspect_minimum is not None:
        suspect |= value < rules.suspect_minimum
    if rules.suspect_maximum is not None:
        suspect |= value > rules.suspect_maximum
    usable = np.flatnonzero(~missing & ~failed)
    suspect[usable] |= _rate(hours[usable], value[usable], rules) | _spike(value[usable], rules)
    present = np.flatnonzero(~missing)
    suspect[present] |= _flat(value[present], rules)
    flags[suspect] = SUSPECT
    flags[failed] = FAIL
    flags[missing] = MISSING
    return flags


def _rate(hours: F64, value: F64, rules: SeriesRules) -> NDArray[np.bool_]:
    found = np.zeros(value.shape, bool)
    if value.size > 1:
        rate = np.diff(value) / np.diff(hours)
        if rules.max_rise is not None:
            found[1:] |= rate > rules.max_rise * (1 + 1e-12)
        if rules.max_fall is not None:
            found[1:] |= -rate > rules.max_fall * (1 + 1e-12)
    return found


def _spike(value: F64, rules: SeriesRules) -> NDArray[np.bool_]:
    found = np.zeros(value.shape, bool)
    if rules.spike is not None and value.size > 2:
        before, after = value[1:-1] - value[:-2], value[1:-1] - value[2:]
        found[1:-1] = (before * after > 0) & (np.minimum(abs(before), abs(after)) > rules.spike)
    return found


def _flat(value: F64, rules: SeriesRules) -> NDArray[np.bool_]:
    found = np.zeros(value.shape, bool)
    if rules.flat_steps is not None and value.size:
        starts = np.concatenate([[0], np.flatnonzero(np.diff(value) != 0) + 1, [value.size]])
        lengths = np.diff(starts)
        return np.asarray(np.repeat(lengths > rules.flat_steps, lengths), bool)
    return found


def _hours(times: Any) -> F64:
    try:
        found = np.asarray(times)
    except ValueError as bad:
        raise ValueError("the times are no list of times; give one of each value") from bad
    if found.ndim != 1:
        raise ValueError(f"the times have the shape {found.shape}; give one of each value, in a row")
    if found.dtype.kind == "O":
        try:
            # numpy knows no zones and warns of them: a time with one is told in UTC first
            told = [one.astimezone(UTC).replace(tzinfo=None) if getattr(one, "tzinfo", None) else one for one in found]
            found = np.array(told, "datetime64[us]")
        except (TypeError, ValueError) as bad:
            raise ValueError("a time is no time; give datetime64 in UTC, or hours as numbers") from bad
    if found.dtype.kind == "M":
        missing = np.isnat(found)
        hours = (found - found[:1]) / np.timedelta64(1, "h") if found.size else np.zeros(found.shape)
    else:
        hours = floats(found, "the times")
        missing = ~np.isfinite(hours)
    if missing.any():
        raise ValueError("a time is missing; every value has its own, leave out what has none")
    for at in np.flatnonzero(np.diff(hours) <= 0) + 1:
        raise ValueError(f"the times do not rise at value {at}; sort them, and keep one value of each time")
    return np.asarray(hours, np.float64)
