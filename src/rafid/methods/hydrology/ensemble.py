"""Futures drawn from the past: blocks of it, days like today, whole years; and how often they reach a threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.catchment_model import Forcing, ModelParameters, ModelState, simulate
from rafid.methods.hydrology.given import F64, I64, chance, finite, floats, number, of_kind, whole

YEAR, CIRCLE = 365, 366
"""Days that a forecast goes on through, and those between which seasons are apart: a record has leap years in it."""

FEWEST = 5
"""Members; fewer tell no probability."""


def block_bootstrap(
    day_of_year: ArrayLike,
    *,
    start_day: int,
    horizon: int,
    members: int,
    block: int = 5,
    window: int = 15,
    seed: int = 0,
) -> I64:
    """Days of the record (members, horizon) whose weather is to stand for the days from ``start_day`` on, as indices into it.

    ``day_of_year`` (n,) of the record, 1..366. Blocks of ``block`` consecutive days (one record day after the other) are
    set one behind the other; each begins within ± ``window`` days of its season, with equal chances (moving blocks, Künsch
    1989, doi:10.1214/aos/1176347265). Rain, temperature and evapotranspiration of one index belong together. Raises
    ``ValueError`` where no block of the record fits a season.
    """
    days = _days(day_of_year)
    first = int(_days([start_day], "start_day")[0])
    ahead, count, length = whole(horizon, "horizon"), whole(members, "members"), whole(block, "block")
    reach = whole(window, "window", least=0)
    drawn = chance(seed)
    step = np.diff(days)
    follows = (step == 1) | ((days[:-1] >= YEAR) & (days[1:] == 1))
    broken = np.concatenate([[0], np.cumsum(~follows)])
    out = np.empty((count, ahead), np.int64)
    for begin in range(0, ahead, length):
        size = min(length, ahead - begin)
        starts = np.arange(max(len(days) - size + 1, 0))
        whole_blocks = broken[starts] == broken[starts + size - 1]
        season = (min(first, YEAR) - 1 + begin) % YEAR + 1
        apart = np.abs(days[starts] - season)
        fits = starts[whole_blocks & (np.minimum(apart, CIRCLE - apart) <= reach)]
        if not fits.size:
            raise ValueError(
                f"no {size} consecutive days of the record begin within {reach} days of day {season} of the year; "
                "give a longer record or a wider window"
            )
        out[:, begin : begin + size] = drawn.choice(fits, count)[:, None] + np.arange(size)
    return out


def analogue_members(history: ArrayLike, *, current: ArrayLike, members: int, exclude: int = 0) -> I64:
    """The starts (members,) of the windows of ``history`` that are most like ``current``, the nearest first.

    ``history`` (n, variables), ``current`` (window, variables) in the same units; NaN in the history passes over the
    windows that hold it. The distance is the root of the summed squares, each variable divided by its deviation over the
    history (one that does not vary is left out). Windows that touch the last ``exclude`` steps are no candidates: there
    ``current`` itself may lie, or the days that are to follow are not known yet. Raises ``ValueError`` where fewer than
    ``members`` windows are left.
    """
    past, now = floats(history, "history"), finite(current, "current")
    past, now = (x[:, None] if x.ndim == 1 else x for x in (past, now))
    if past.ndim != 2 or now.ndim != 2 or past.shape[1] != now.shape[1] or not now.size:
        raise ValueError(
            f"history has the shape {past.shape}, current {now.shape}; give steps in rows and the same variables in columns"
        )
    count, left = whole(members, "members"), len(past) - whole(exclude, "exclude", least=0)
    starts = left - len(now) + 1
    deviation = np.nanstd(past, axis=0) if np.isfinite(past).any() else np.zeros(past.shape[1])
    varies = deviation > 0
    scaled, wanted = past[:, varies] / deviation[varies], now[:, varies] / deviation[varies]
    distance = np.zeros(max(starts, 0))
    for step in range(len(now)):
        distance += ((scaled[step : step + len(distance)] - wanted[step]) ** 2).sum(axis=1)
    known = int(np.isfinite(distance).sum())
    if known < count:
        raise ValueError(f"history holds {known} windows of {len(now)} steps without a gap, {count} are asked for")
    return np.argsort(distance, kind="stable")[:count].astype(np.int64)


def esp(traces: Sequence[Forcing], *, parameters: ModelParameters, state: ModelState) -> F64:
    """Ensemble streamflow prediction: flow, mm/d (traces, horizon), from today's ``state`` through each past year's weather.

    Day 1985 (J. Water Resour. Plann. Manage. 111, 157-170). Raises ``ValueError`` for no trace, traces of unlike length,
    and all that `simulate` refuses; give ``parameters`` their ``annual_snowfall``, or that of the state is used.
    """
    of_kind(state, ModelState, "state", by="simulate")
    traces = [of_kind(one, Forcing, "a trace") for one in of_kind(traces, Sequence, "traces")]
    if not traces:
        raise ValueError("traces are empty; give the weather of at least one past year")
    lengths = sorted({len(trace) for trace in traces})
    if len(lengths) > 1:
        raise ValueError(f"traces are {lengths[0]} to {lengths[-1]} days long; cut all to the same horizon")
    return np.array([simulate(trace, parameters=parameters, state=state).flow for trace in traces])


def exceedance_probability(ensemble: ArrayLike, *, threshold: float, within: int | None = None) -> F64 | float:
    """Share of the members that reach ``threshold`` (≥) at each step (horizon,), or at any of the first ``within`` steps.

    ``ensemble`` (members, horizon). Raises ``ValueError`` for fewer than 5 members, gaps, and a ``within`` beyond the
    horizon.

    >>> exceedance_probability([[1, 5], [2, 2], [3, 3], [4, 6], [0, 0]], threshold=3).tolist()
    [0.4, 0.6]
    """
    flows = finite(ensemble, "ensemble")
    if flows.ndim != 2 or flows.shape[0] < FEWEST or not flows.shape[1]:
        raise ValueError(f"ensemble has the shape {flows.shape}; give at least {FEWEST} members in rows")
    reached = flows >= number(threshold, "threshold")
    if within is None:
        return np.asarray(reached.mean(axis=0))
    steps = whole(within, "within")
    if steps > flows.shape[1]:
        raise ValueError(f"within is {steps} steps, the forecast has {flows.shape[1]}; ask for no more")
    return float(reached[:, :steps].any(axis=1).mean())


def _days(values: ArrayLike, name: str = "day_of_year") -> I64:
    days = finite(values, name)
    if days.ndim != 1 or not days.size or (days != np.floor(days)).any() or days.min() < 1 or days.max() > 366:
        raise ValueError(f"{name} must be whole days of the year, 1 to 366, at least one")
    return days.astype(np.int64)
