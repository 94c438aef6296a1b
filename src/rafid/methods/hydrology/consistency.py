"""Whether values agree with one another: with the clock, with the gauges up and down the river, with the rating, with the
balance of a dam, and with other sources of the same quantity.

The spatial and internal consistency checks of WMO-No. 168, *Guide to Hydrological Practices*, vol. I, chapter 9, and of
WMO-No. 1044, *Manual on Stream Gauging*, vol. II (stage against discharge). Each says only that something does not fit: which
of the two is wrong a person finds out. The limits are arguments; what is usual stands in the docstrings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.hydrology.given import F64, finite, floats, number

Flags = NDArray[np.bool_]
MAD = 1.4826
"""The median absolute deviation times this is the standard deviation of a normal distribution."""


@dataclass(frozen=True)
class Gap:
    """``missing`` readings that were expected in a row: the first is at ``start``, the last at ``end``."""

    start: np.datetime64
    end: np.datetime64
    missing: int


def gaps(times: ArrayLike, *, step_hours: float, until: Any = None, tolerated: int = 0) -> tuple[Gap, ...]:
    """Where readings that should come every ``step_hours`` are missing, more than ``tolerated`` in a row.

    ``times`` (n,) datetime64, rising. Between two readings round(dt / step) − 1 are missing, so a reading that is a little
    early or late is none. With ``until`` also those missing since the last one: floor((until − last) / step). Raises
    ``ValueError`` for times that do not rise and a step that is not above 0.

    >>> days = np.array(["2026-03-01", "2026-03-02", "2026-03-05"], "datetime64[h]")
    >>> [(str(one.start), str(one.end), one.missing) for one in gaps(days, step_hours=24)]
    [('2026-03-03T00:00:00.000000', '2026-03-04T00:00:00.000000', 2)]
    """
    there = np.asarray(times, "datetime64[us]")
    step = number(step_hours, "the step", above=0)
    width = np.timedelta64(round(step * 3_600_000_000), "us")
    if there.ndim != 1 or np.isnat(there).any() or (np.diff(there) <= np.timedelta64(0, "us")).any():
        raise ValueError("the times do not rise; sort them, and keep each once")
    if not there.size:
        return ()
    missing = np.rint(np.diff(there) / width).astype(int) - 1
    found = [Gap(there[i] + width, there[i] + width * missing[i], int(missing[i])) for i in np.flatnonzero(missing > 0)]
    if until is not None:
        open_end = int(np.floor((np.datetime64(until, "us") - there[-1]) / width))
        if open_end > 0:
            found.append(Gap(there[-1] + width, there[-1] + width * open_end, open_end))
    return tuple(one for one in found if one.missing > tolerated)


def least_arriving(
    upstream: ArrayLike, *, lags: ArrayLike, losses: ArrayLike = 0.0, diverted: float = 0.0, spread: int = 1
) -> F64:
    """The least flow (n,), m³/s, that can be expected below the gauges ``upstream`` (gauges, n), m³/s per step.

    Q_min(t) = Σᵢ (1 − lossᵢ) · min{ Qᵢ(s) : |s − (t − lagᵢ)| ≤ spread } − diverted, not below 0. The smallest flow around the
    travel time stands for the wave that flattens on its way. What joins between adds to it and is not needed. ``lags`` in whole
    steps, ``losses`` shares. NaN where no gauge has a value; a gauge without one adds nothing.

    >>> least_arriving([[100, 100, 400, 400.0]], lags=[1], losses=[0.1], spread=0).tolist()
    [nan, 90.0, 90.0, 360.0]
    """
    flows = np.atleast_2d(floats(upstream, "the upstream flows"))
    steps = np.broadcast_to(np.asarray(lags, int), flows.shape[:1])
    kept = 1 - np.broadcast_to(finite(losses, "the losses", least=0), flows.shape[:1])
    if (steps < 0).any() or spread < 0:
        raise ValueError("a travel time is below 0; give steps from the gauge down the river")
    away = number(diverted, "what is diverted", least=0)
    total, known = np.zeros(flows.shape[1]), np.zeros(flows.shape[1], bool)
    for flow, lag, share in zip(flows, steps.tolist(), kept.tolist(), strict=True):
        lowest = np.full(flow.size, np.nan)
        for shift in range(lag - spread, lag + spread + 1):
            lowest = np.fmin(lowest, _shifted(flow, shift))
        whole = ~np.isnan(_shifted(flow, lag))
        total[whole] += share * lowest[whole]
        known |= whole
    return np.where(known, np.maximum(total - away, 0), np.nan)


def short_of(flow: ArrayLike, least: ArrayLike, *, share: float = 0.3, floor: float = 0.0) -> Flags:
    """Where ``flow`` is below (1 − share) · least − floor. Usual: a share of 0.3, a floor of some m³/s for what is pumped
    out."""
    seen, bound = floats(flow, "the flows"), floats(least, "the least flows")
    with np.errstate(invalid="ignore"):
        return np.asarray(
            seen < (1 - number(share, "the share", least=0)) * bound - number(floor, "the floor", least=0)
        )


def unmatched_changes(
    here: ArrayLike,
    there: ArrayLike,
    *,
    lag: int,
    window: int = 2,
    strong: float = 6.0,
    weak: float = 1.5,
    share: float = 0.2,
    floor: float = 0.0,
) -> Flags:
    """Steps (n,) at which ``here`` jumps and ``there``, ``lag`` steps later (below 0: earlier), does not follow.

    A step is a jump where |Δhere| > strong · σ_here. It has a counterpart where ``there`` moves the same way by at least
    weak · σ_there and share · |Δhere|, from its lowest (highest) to a later value within lag ± window steps. σ = 1.4826 ·
    median |Δ − median Δ|, not below ``floor``: the usual change of a step. Give both in one measure, such as logarithms of
    flows. Where the window is not over yet, or holds fewer than three values, nothing is said.
    """
    one, other = floats(here, "the values here"), floats(there, "the values there")
    if one.shape != other.shape or one.ndim != 1:
        raise ValueError(f"{one.shape} values here and {other.shape} there; give one of each step")
    least = number(floor, "the floor", least=0)
    part = number(share, "the share", least=0)
    found = np.zeros(one.size, bool)
    if one.size < 3:
        return found
    moved = np.diff(one)
    jump = number(strong, "strong", above=0) * _usual(moved, least)
    follow = number(weak, "weak", above=0) * _usual(np.diff(other), least)
    for at in np.flatnonzero(np.abs(moved) > jump) + 1:
        low, high = at + lag - window - 1, at + lag + window + 1
        if low < 0 or high > other.size:
            continue
        around = other[low:high][~np.isnan(other[low:high])]
        if around.size < 3:
            continue
        sign = np.sign(moved[at - 1])
        rise = (sign * around - np.minimum.accumulate(sign * around)).max()
        found[at] = rise < max(follow, part * abs(moved[at - 1]))
    return found


def apart(values: ArrayLike, against: ArrayLike, *, share: float = 0.0, floor: float = 0.0) -> Flags:
    """Where two numbers for one thing lie further apart than both ``share`` · |against| and ``floor``. NaN is not apart.

    Stage against flow: the flow reported against that of the rating, usual 0.25 (three times the 8 % of a good gauging).

    >>> apart([100, 130, np.nan], 100.0, share=0.25).tolist()
    [False, True, False]
    """
    one, other = floats(values, "the values"), floats(against, "what they are compared with")
    with np.errstate(invalid="ignore"):
        allowed = np.maximum(number(share, "the share", least=0) * np.abs(other), number(floor, "the floor", least=0))
        return np.asarray(np.abs(one - other) > allowed)


def usual_offset(values: ArrayLike, against: ArrayLike, *, least: int = 10) -> float:
    """The median of values − against: how far two zeros lie from each other, as those of a gauge and an altimeter do. 0 where
    fewer than ``least`` stand side by side."""
    off = floats(values, "the values") - floats(against, "what they are compared with")
    off = off[~np.isnan(off)]
    return float(np.median(off)) if off.size >= least else 0.0


def balance_residual(
    storage: ArrayLike,
    *,
    inflow: ArrayLike,
    outflow: ArrayLike,
    evaporation: ArrayLike = 0.0,
    rainfall: ArrayLike = 0.0,
    area: ArrayLike = 0.0,
    seepage: ArrayLike = 0.0,
    dt: float = 86_400.0,
) -> F64:
    """What inflow and outflow do not explain of a reservoir's change, Mm³ (n,): the first is NaN, as is each without its terms.

    r = ΔS − (I − O − seepage) · dt · 10⁻⁶ − (rain − evaporation) · area · 10⁻³, with flows (m³/s) and mm of the step that
    ends at each storage (Mm³), area in km². It is ``water_balance`` turned round: of its own storages the residual is 0.

    >>> balance_residual([8000, 8000.528], inflow=420, outflow=400, evaporation=4, area=300).round(9).tolist()
    [nan, 0.0]
    """
    stored = floats(storage, "the storage")
    step = number(dt, "dt", above=0) * 1e-6
    named = {"the inflow": inflow, "the outflow": outflow, "the seepage": seepage}
    into, out, seeped = (np.broadcast_to(floats(one, name), stored.shape) for name, one in named.items())
    rain, dried, lake = (
        np.broadcast_to(floats(one, name), stored.shape)
        for name, one in {"the rainfall": rainfall, "the evaporation": evaporation, "the area": area}.items()
    )
    found = np.full(stored.shape, np.nan)
    explained = (into - out - seeped) * step + (rain - dried) * lake * 1e-3
    found[1:] = np.diff(stored) - explained[1:]
    return found


def runs(flags: ArrayLike) -> list[tuple[int, int]]:
    """First and last place of each unbroken run of true.

    >>> runs([False, True, True, False, True])
    [(1, 2), (4, 4)]
    """
    told = np.concatenate([[False], np.asarray(flags, bool), [False]]).astype(int)
    edges = np.diff(told)
    return list(zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True))


def _usual(changes: F64, floor: float) -> float:
    known = changes[~np.isnan(changes)]
    return max(MAD * float(np.median(np.abs(known - np.median(known)))), floor) if known.size else floor


def _shifted(values: F64, by: int) -> F64:
    """[t] is values[t − by]; NaN where there is none."""
    found = np.full(values.size, np.nan)
    if abs(by) < values.size:
        found[max(by, 0) : values.size + min(by, 0)] = values[max(-by, 0) : values.size - max(by, 0)]
    return found
