"""One reach of a river: the Muskingum method, its parameters from the channel's shape, travel times from records.

Flows are in m³/s and time is the last axis. A time (k, dt) is in any one unit, which must be the same for both; the parameters
by Cunge come in seconds.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, floats, number, whole

SLACK = 1e-9
"""Relative: a step that equals its limit but for rounding is within it."""
PAIRS = 30
"""Fewer pairs of observations say nothing of a travel time."""


def muskingum(
    inflow: ArrayLike,
    *,
    k: float,
    x: float,
    dt: float,
    initial_outflow: float | None = None,
    subreaches: int = 1,
) -> F64:
    """Outflow of a reach, of the shape of ``inflow`` (..., n), by the Muskingum method (Chow, Maidment and Mays, "Applied
    hydrology", 1988, section 8.4).

    D = 2k(1-x) + dt, c0 = (dt - 2kx)/D, c1 = (dt + 2kx)/D, c2 = (2k(1-x) - dt)/D and O2 = c0·I2 + c1·I1 + c2·O1. The reach is
    cut into ``subreaches`` of k/subreaches each. ``initial_outflow`` is that of every one of them; without it the reach begins
    steady, with the first inflow. What is stored in a reach, k(x·I + (1-x)·O), changes by the difference of what came and what
    left.

    Raises ``ValueError`` for x outside 0 to 0.5, k or dt not above 0, missing, infinite or negative flows, and a step outside
    2kx to 2k(1-x) of a subreach, with which the answer would fall below 0 or swing; it names the number of subreaches that
    fits.

    >>> muskingum([93, 137, 208], k=2.3, x=0.15, dt=1, initial_outflow=85).round(1).tolist()
    [85.0, 91.0, 114.2]
    """
    flow = flows(inflow, "the inflow")
    c0, c1, c2 = coefficients(k=k, x=x, dt=dt, subreaches=subreaches)
    if initial_outflow is None:
        first = flow[..., :1].copy()
    else:
        first = np.full((*flow.shape[:-1], 1), number(initial_outflow, "the initial outflow", least=0))
    out = flow.reshape(-1, flow.shape[-1])
    start = np.ascontiguousarray(first.reshape(-1))
    for _ in range(subreaches):
        out = recurrence(np.ascontiguousarray(out), start, c0, c1, c2)
    return out.reshape(flow.shape)


def coefficients(*, k: float, x: float, dt: float, subreaches: int = 1) -> tuple[float, float, float]:
    """(c0, c1, c2) of one subreach; they add up to 1. Raises ``ValueError`` as :func:`muskingum` does."""
    k, dt, x = number(k, "k"), number(dt, "dt"), number(x, "x")
    if not k > 0 or not dt > 0:
        raise ValueError(f"k is {k} and dt is {dt}; both are times above 0 in one unit")
    if not 0 <= x <= 0.5:
        raise ValueError(f"x is {x}; it lies between 0 (a lake) and 0.5 (a wave that is only moved)")
    whole(subreaches, "subreaches")
    part = k / subreaches
    low, high = 2 * part * x, 2 * part * (1 - x)
    if dt < low * (1 - SLACK) or dt > high * (1 + SLACK):
        raise ValueError(
            f"a step of {dt:g} is outside {low:g} to {high:g}, where the reach's flow neither falls below 0 nor swings; "
            + _remedy(k, x, dt)
        )
    total = high + dt
    c0, c1 = (dt - low) / total, (dt + low) / total
    return max(c0, 0.0), c1, max((high - dt) / total, 0.0)


def _remedy(k: float, x: float, dt: float) -> str:
    if not math.isfinite(2 * k / dt):
        return "check both, and that they are in one unit"
    fewest = max(1, math.ceil(2 * k * x / dt * (1 - SLACK)))
    most = math.floor(2 * k * (1 - x) / dt * (1 + SLACK))
    if most < 1:
        return f"the wave is through within the step: take a step of at most {2 * k * (1 - x):g}, or k = 0"
    if fewest > most:
        return f"no number of subreaches fits; take a step between {2 * k * x:g} and {2 * k * (1 - x):g}"
    if fewest == most:
        return f"subreaches={fewest} fits"
    return f"{fewest} to {most} subreaches fit"


@njit(cache=True, nogil=True)
def recurrence(inflow: F64, first: F64, c0: float, c1: float, c2: float) -> F64:
    """O2 = c0·I2 + c1·I1 + c2·O1 along each row of ``inflow`` (m, n) from ``first`` (m,)."""
    rows, steps = inflow.shape
    out = np.empty((rows, steps))
    for row in range(rows):
        last = first[row]
        out[row, 0] = last
        for step in range(1, steps):
            last = c0 * inflow[row, step] + c1 * inflow[row, step - 1] + c2 * last
            out[row, step] = last
    return out


def muskingum_cunge_parameters(
    flow: ArrayLike, *, length: float, slope: float, width: float, roughness: float
) -> tuple[Any, Any]:
    """(k in seconds, x) of a reach for a reference ``flow`` Q in m³/s, one or many (Cunge 1969,
    doi:10.1080/00221686909500264).

    A wide channel: depth y = (nQ / (B√S))^0.6, wave speed c = 5Q/(3By), k = length/c, x = ½(1 - Q/(B·S·c·length)), not below
    0. ``length`` and ``width`` B in m, ``slope`` S without unit, ``roughness`` Manning's n.

    Raises ``ValueError`` for what is not above 0.

    >>> k, x = muskingum_cunge_parameters(1500, length=25_000, slope=2.5e-4, width=150, roughness=0.03)
    >>> round(k, 3), round(x, 6)
    (8769.645, 0.219371)
    """
    q = floats(flow, "the flow")
    named = {
        "the flow": q,
        "the length": floats(length, "the length"),
        "the slope": floats(slope, "the slope"),
        "the width": floats(width, "the width"),
        "the roughness": floats(roughness, "the roughness"),
    }
    for name, value in named.items():
        if value.ndim and value is not q:
            raise ValueError(f"{name} has the shape {value.shape}; give one number")
        if not np.all((value > 0) & np.isfinite(value)):
            raise ValueError(
                f"{name} must be above 0 and finite; look up the reach's own (m³/s, m, m/m, m, Manning's n)"
            )
    depth = (roughness * q / (width * np.sqrt(slope))) ** 0.6
    speed = 5 * q / (3 * width * depth)
    k = length / speed
    x = np.maximum(0.5 * (1 - q / (width * slope * speed * length)), 0.0)
    return (float(k), float(x)) if q.ndim == 0 else (k, x)


def travel_time(upstream: ArrayLike, downstream: ArrayLike, *, max_lag: int) -> tuple[int, float]:
    """(lag in steps, correlation): by how many steps the record ``downstream`` (n,) follows ``upstream`` (n,).

    The lag of 0 to ``max_lag`` whose pairs upstream[t], downstream[t + lag] have the highest correlation; of equal ones the
    shortest. NaN is a missing value: its pairs are left out. Floods are what travels: give differences or a flood's weeks
    where the season is stronger than they are.

    Raises ``ValueError`` for records of unequal length, a negative ``max_lag``, fewer than 30 pairs at every lag, and a record
    that does not vary.

    >>> rain = np.sin(np.arange(80) / 3.0)
    >>> travel_time(rain, np.roll(rain, 4), max_lag=8)[0]
    4
    """
    above, below = floats(upstream, "upstream"), floats(downstream, "downstream")
    if above.ndim != 1 or above.shape != below.shape:
        raise ValueError("upstream and downstream must be records of the same times; bring them to one step first")
    longest = whole(max_lag, "max_lag", least=0)
    best: tuple[int, float] | None = None
    enough = False
    for lag in range(min(longest, above.size - 1) + 1 if above.size else 0):
        first, second = above[: above.size - lag], below[lag:]
        both = np.isfinite(first) & np.isfinite(second)
        if both.sum() < PAIRS:
            continue
        enough = True
        found = correlation(first[both], second[both])
        if not math.isnan(found) and (best is None or found > best[1]):
            best = lag, found
    if best is not None:
        return best
    if enough:
        raise ValueError("a record does not vary, so nothing can be seen to travel; take a period with a flood in it")
    raise ValueError(f"fewer than {PAIRS} pairs of values at every lag; give longer records")


def correlation(first: F64, second: F64) -> float:
    """Pearson's, NaN where one does not vary."""
    a, b = first - first.mean(), second - second.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    scale = max(float(np.abs(first).max()), 1e-300) * max(float(np.abs(second).max()), 1e-300) * len(first)
    if size <= 1e-15 * scale:
        return math.nan
    return min(1.0, max(-1.0, float(a @ b) / size))


def flows(values: ArrayLike, name: str) -> F64:
    """(..., n) finite numbers of 0 or more. Raises ``ValueError`` that names the first that is not."""
    try:
        found = floats(values, name)
    except ValueError as bad:
        raise ValueError(f"{name} holds what is no number; give m³/s") from bad
    if found.ndim == 0 or found.shape[-1] == 0:
        raise ValueError(f"{name} holds no step; give a value for each")
    wrong = ~(np.isfinite(found) & (found >= 0))
    if wrong.any():
        at = tuple(int(i) for i in np.argwhere(wrong)[0])
        value = found[at]
        if np.isnan(value):
            raise ValueError(f"{name} has a gap at step {at[-1]}; fill it first, a routed flow needs every step")
        raise ValueError(f"{name} is {value:g} at step {at[-1]}; a flow is finite and not below 0, correct it")
    return found
