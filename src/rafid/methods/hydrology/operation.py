"""Running a reservoir by its rule curve: who is served, what is let go, what spills."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, floats, number, of_kind, series
from rafid.methods.hydrology.storage import MILLION, StorageTable


@dataclass(frozen=True)
class OperatingRules:
    """The rule curve's ``minimum``, ``target`` and ``maximum`` level (m) and the limits of the release (m³/s), each a number
    or one for each step. Above the target water is let go, below the minimum nobody is served, above the maximum it spills."""

    minimum: ArrayLike
    target: ArrayLike
    maximum: ArrayLike
    least_release: ArrayLike = 0.0
    most_release: ArrayLike = math.inf


@dataclass(frozen=True, eq=False)
class Operation:
    """``release`` through the outlets and ``spill`` over the crest, m³/s (n,); ``storage`` after each step, Mm³ (n,);
    ``shortage``: what each demand did not get, m³/s, of the demand's shape, (n,) or (demands, n)."""

    release: F64
    storage: F64
    spill: F64
    shortage: F64


def operate(
    inflow: ArrayLike,
    *,
    table: StorageTable,
    rules: OperatingRules,
    demand: ArrayLike,
    initial_volume: float,
    dt: float,
) -> Operation:
    """Operate a reservoir through ``inflow`` (n,) m³/s, by steps of ``dt`` seconds from ``initial_volume`` Mm³.

    Each step wants the larger of the whole demand and what brings the storage down to the target; it is held within the
    release's limits and never draws below the minimum level (then the least release is cut, too). What would stand above the
    maximum spills. ``demand`` is one series or (demands, n), the first served first; release and spill both serve it. Storage
    changes by inflow less release less spill, and by nothing else.

    Raises ``ValueError`` for gaps and negative flows, rules out of order or outside the table, and an initial volume outside
    it.

    >>> table = StorageTable([300, 310, 320], [3000, 4700, 7350])
    >>> rules = OperatingRules(minimum=302, target=310, maximum=318, most_release=1500)
    >>> done = operate([500, 500], table=table, rules=rules, demand=[300, 300], initial_volume=4690, dt=86_400)
    >>> done.release.round(2).tolist(), done.storage.round(2).tolist()
    ([384.26, 500.0], [4700.0, 4700.0])
    """
    of_kind(table, StorageTable, "table")
    of_kind(rules, OperatingRules, "rules")
    coming, step = series(inflow, "the inflow", least=0), number(dt, "dt", above=0) / MILLION
    steps = coming.size
    lowest, target, highest = (
        _level(getattr(rules, name), name, steps, table) for name in ("minimum", "target", "maximum")
    )
    if (lowest > target).any() or (target > highest).any():
        at = int(np.flatnonzero((lowest > target) | (target > highest))[0])
        raise ValueError(f"step {at}: minimum, target and maximum level are not in this order; correct the rule curve")
    least, most = (
        _limit(rules.least_release, "the least release", steps),
        _limit(rules.most_release, "the most release", steps),
    )
    if (least > most).any():
        raise ValueError("the least release is above the most; correct the limits")
    wanted = _demands(demand, steps)
    stored = number(initial_volume, "the initial volume", least=0)
    if not table.volume[0] <= stored <= table.volume[-1]:
        raise ValueError(
            f"the initial volume {stored:g} Mm³ is outside the table, {table.volume[0]:g} to {table.volume[-1]:g}; correct it"
        )
    needed = wanted.sum(0)
    release, storage, spill = np.zeros(steps), np.zeros(steps), np.zeros(steps)
    for at in range(steps):
        there = stored + coming[at] * step
        asked = min(max(needed[at], (there - target[at]) / step, least[at]), most[at])
        release[at] = max(0.0, min(asked, (there - lowest[at]) / step))
        left = there - release[at] * step
        spill[at] = max(0.0, left - highest[at]) / step
        stored = storage[at] = left - spill[at] * step
    return Operation(
        release, storage, spill, _shortage(wanted, release + spill).reshape(np.shape(_shaped(demand, steps)))
    )


def _shortage(wanted: F64, served: F64) -> F64:
    short, left = np.empty(wanted.shape), served.copy()
    for rank, one in enumerate(wanted):
        given = np.minimum(one, left)
        short[rank] = one - given
        left = left - given
    return short


def _shaped(demand: ArrayLike, steps: int) -> F64:
    found = finite(demand, "the demand", least=0)
    if found.ndim == 0:
        found = np.full(steps, float(found))
    if found.ndim > 2 or found.shape[-1] != steps:
        raise ValueError(
            f"the demand {found.shape} does not fit {steps} steps of inflow; give (steps,) or (demands, steps)"
        )
    return found


def _demands(demand: ArrayLike, steps: int) -> F64:
    return np.atleast_2d(_shaped(demand, steps))


def _limit(value: ArrayLike, name: str, steps: int) -> F64:
    found = floats(value, name)
    if np.isnan(found).any() or (found < 0).any() or found.shape not in ((), (steps,)):
        raise ValueError(f"{name} is a flow of 0 or more, or one for each of {steps} steps; correct it")
    return np.broadcast_to(found, (steps,))


def _level(value: ArrayLike, name: str, steps: int, table: StorageTable) -> F64:
    """As a volume, for each step."""
    found = finite(value, f"the {name} level")
    if found.shape not in ((), (steps,)):
        raise ValueError(f"the {name} level is a number or one for each of {steps} steps; found {found.shape}")
    try:
        return np.broadcast_to(np.asarray(table.volume_at(found), float), (steps,))
    except ValueError as bad:
        raise ValueError(f"the {name} level: {bad}") from bad
