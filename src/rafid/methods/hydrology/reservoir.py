"""A reservoir: its daily balance, a flood through it, its running by rule curve. Levels m, volumes Mm³ (10⁶ m³), areas km²,
flows m³/s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, floats, number, of_kind, series
from rafid.methods.hydrology.operation import OperatingRules, Operation, operate
from rafid.methods.hydrology.storage import MILLION, MM_KM2, StorageTable

__all__ = ["OperatingRules", "Operation", "StorageTable", "level_pool", "operate", "water_balance"]


def water_balance(
    initial: float,
    *,
    inflow: ArrayLike,
    outflow: ArrayLike,
    evaporation: ArrayLike = 0.0,
    rainfall: ArrayLike = 0.0,
    area: ArrayLike = 0.0,
    seepage: ArrayLike = 0.0,
    dt: float = 86_400.0,
) -> F64:
    """Storage after each step, Mm³ (..., n), from ``initial``: what flows in less what flows out and seeps away (m³/s), and
    rain less evaporation (mm per step) over ``area`` (km²). Each is a number or a series.

    Raises ``ValueError`` for gaps, series that do not fit one another, negative values, and a storage below 0 (with its step).

    >>> water_balance(8000, inflow=[420, 510], outflow=400, evaporation=4, area=[300, 302]).round(3).tolist()
    [8000.528, 8008.824]
    """
    start, step = number(initial, "the initial storage", least=0), number(dt, "dt", above=0)
    named = {
        "the inflow": inflow,
        "the outflow": outflow,
        "the seepage": seepage,
        "the rainfall": rainfall,
        "the evaporation": evaporation,
        "the area": area,
    }
    read = [finite(values, name, least=0) for name, values in named.items()]
    try:
        into, out, seeped, rain, dried, lake = np.broadcast_arrays(*read)
    except ValueError as bad:
        told = ", ".join(f"{name} {values.shape}" for name, values in zip(named, read, strict=True))
        raise ValueError(f"the terms do not fit one another ({told}); give each a number or one value a step") from bad
    if into.ndim == 0:
        raise ValueError("the inflow is one number; give a value for each step")
    change = (into - out - seeped) * (step / MILLION) + (rain - dried) * lake * MM_KM2
    storage = start + np.cumsum(change, axis=-1)
    below = storage < -1e-9 * max(start, 1.0)
    if below.any():
        at = int(np.argwhere(below)[0][-1])
        raise ValueError(
            f"the storage falls below 0 at step {at}; check its releases, the storage at the start and the units"
        )
    return storage


def level_pool(
    inflow: ArrayLike,
    *,
    table: StorageTable,
    release: Sequence[tuple[float, float]] | ArrayLike,
    initial_level: float,
    dt: float,
) -> tuple[F64, F64]:
    """(outflow m³/s, level m), (n,) each, of a flood through a lake whose surface stays level (Chow, Maidment and Mays 1988,
    section 8.2): S₂/Δt + O₂/2 = S₁/Δt + (I₁+I₂)/2 - O₁/2. The first entries are the start.

    ``release``: pairs (level, m³/s), linear between them, held below the first. Volume and release are both linear in the
    level between the rows of either table, so each step is solved exactly.

    Raises ``ValueError`` for gaps and negative flows, a release that falls or whose levels do not rise, an initial level
    outside the table, and a level that leaves the table, or rises above the last pair of the release (with its step).
    """
    of_kind(table, StorageTable, "table")
    coming, step = series(inflow, "the inflow", least=0), number(dt, "dt", above=0)
    level, flow = _release(release)
    top = min(float(table.level[-1]), float(level[-1]))
    marks = np.unique(np.concatenate([table.level, level]))
    marks = marks[(marks >= table.level[0]) & (marks <= top)]
    start = number(initial_level, "the initial level")
    if marks.size < 2 or not marks[0] <= start <= marks[-1]:
        raise ValueError(
            f"the initial level {start:g} m is outside what table and release both know, {table.level[0]:g} to {top:g}; "
            "correct it, or extend the shorter"
        )
    volumes = np.interp(marks, table.level, table.volume) * (MILLION / step)
    sums = volumes + np.interp(marks, level, flow) / 2
    outflow, levels = np.empty(coming.size), np.empty(coming.size)
    levels[0], outflow[0] = start, np.interp(start, level, flow)
    stored = float(np.interp(start, marks, volumes))
    for at in range(1, coming.size):
        whole = stored + (coming[at - 1] + coming[at]) / 2 - outflow[at - 1] / 2
        if not sums[0] - 1e-9 * abs(sums[0]) <= whole <= sums[-1]:
            where = "above" if whole > sums[-1] else "below"
            raise ValueError(
                f"at step {at} the level goes {where} the table ({marks[0]:g} to {marks[-1]:g} m); "
                "extend storage table and release, or check the inflow"
            )
        levels[at] = np.interp(whole, sums, marks)
        outflow[at] = np.interp(levels[at], level, flow)
        stored = whole - outflow[at] / 2
    return outflow, levels


def _release(pairs: Any) -> tuple[F64, F64]:
    found = floats(pairs, "the release")
    if found.ndim != 2 or found.shape[1] != 2 or len(found) < 2 or not np.isfinite(found).all():
        raise ValueError("the release is pairs of level (m) and flow (m³/s), two or more")
    level, flow = found[:, 0], found[:, 1]
    if (np.diff(level) <= 0).any() or (np.diff(flow) < 0).any() or flow[0] < 0:
        raise ValueError(
            "the release's levels must rise and its flows may not fall or be below 0; put the pairs in order"
        )
    return level, flow
