"""A reservoir: its level-volume-area table, its daily balance, a flood through it. Levels m, volumes Mm³ (10⁶ m³), areas km²,
flows m³/s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, floats, number, series

MILLION = 1e6
MM_KM2 = 1e-3
"""Mm³ in a millimetre over a square kilometre."""


@dataclass(frozen=True, eq=False)
class StorageTable:
    """What a survey found: rows of ``level`` (m), ``volume`` (Mm³) and ``area`` (km²), between which it is linear. ``area``
    may be left out where no question needs it.

    Raises ``ValueError`` for fewer than two rows, columns of unequal length, what is no number, levels or volumes that do not
    rise, an area that falls, and a volume or area below 0.

    >>> table = StorageTable([300, 310, 320], [3000, 4700, 7350], [150, 210, 320])
    >>> table.volume_at(305), table.level_at(4700), table.area_at(315)
    (3850.0, 310.0, 265.0)
    """

    level: F64
    volume: F64
    area: F64 | None = None

    def __post_init__(self) -> None:
        for name in ("level", "volume", "area"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, series(getattr(self, name), f"the column {name}"))
        if self.level.size < 2 or self.volume.shape != self.level.shape:
            raise ValueError("a storage table needs two rows or more, each with a level and a volume; enter them")
        if self.area is not None and self.area.shape != self.level.shape:
            raise ValueError(f"{self.area.size} areas stand beside {self.level.size} levels; give one for each row")
        for name, unit in (("level", "m"), ("volume", "Mm³")):
            column = getattr(self, name)
            for row in np.flatnonzero(np.diff(column) <= 0) + 1:
                raise ValueError(
                    f"row {row + 1}: the {name} {column[row]:g} {unit} is not above {column[row - 1]:g}; correct the table"
                )
        if self.volume[0] < 0:
            raise ValueError("the volume in row 1 is below 0; correct the table")
        if self.area is not None:
            for row in np.flatnonzero(np.diff(self.area, prepend=0.0) < 0):
                raise ValueError(f"row {row + 1}: the area {self.area[row]:g} km² falls; correct the table")

    def volume_at(self, level: ArrayLike) -> Any:
        """Mm³ at a level or many. Raises ``ValueError`` outside the table."""
        return self._read(level, self.level, self.volume, "level", "m")

    def level_at(self, volume: ArrayLike) -> Any:
        """m at a volume or many. Raises ``ValueError`` outside the table."""
        return self._read(volume, self.volume, self.level, "volume", "Mm³")

    def area_at(self, level: ArrayLike) -> Any:
        """km² at a level or many. Raises ``ValueError`` outside the table, and where it has no areas."""
        if self.area is None:
            raise ValueError("the storage table has no areas; add them to ask for evaporation or the lake's size")
        return self._read(level, self.level, self.area, "level", "m")

    def _read(self, asked: ArrayLike, column: F64, answer: F64, name: str, unit: str) -> Any:
        found = finite(asked, f"the {name}")
        outside = (found < column[0]) | (found > column[-1])
        if outside.any():
            first = float(np.atleast_1d(found)[np.atleast_1d(outside)][0])
            raise ValueError(
                f"the {name} {first:g} {unit} is outside the storage table, which runs from {column[0]:g} to {column[-1]:g}; "
                "correct it, or give a table that reaches there"
            )
        value = np.interp(found, column, answer)
        return float(value) if found.ndim == 0 else value


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
