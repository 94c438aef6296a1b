"""GR4J: daily flow of a catchment from its rain and potential evapotranspiration, in two stores and two unit hydrographs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, of_kind

TOGETHER = 64
"""So many sets run in step: enough that roots overlap, few enough that their series stay near the processor."""


@dataclass(frozen=True, eq=False)
class RunoffState:
    """What a catchment holds at the end of a day, mm: both stores, and the water that is on its way in the unit hydrographs
    (⌈x4⌉ and ⌈2·x4⌉ days ahead)."""

    production: float
    routing: float
    uh1: F64
    uh2: F64


@dataclass(frozen=True, eq=False)
class RunoffRun:
    """``flow`` in mm/d, (n,) or (m, n), and the state after it, one or a list of m."""

    flow: F64
    state: RunoffState | list[RunoffState]


def gr4j(
    precipitation: ArrayLike,
    pet: ArrayLike,
    *,
    x1: ArrayLike,
    x2: ArrayLike,
    x3: ArrayLike,
    x4: ArrayLike,
    state: RunoffState | Sequence[RunoffState] | None = None,
    initial_fill: tuple[float, float] = (0.3, 0.5),
) -> RunoffRun:
    """Daily flow by GR4J (Perrin et al. 2003, doi:10.1016/S0022-1694(03)00225-7).

    ``precipitation`` and ``pet`` in mm/d, (n,) or (m, n); x1 mm production store, x2 mm/d exchange with the ground (either
    sign), x3 mm routing store, x4 d base time (≥ 0.5), each a number or (m,). Without ``state`` both stores begin at the
    shares ``initial_fill`` of x1 and x3, and nothing is on its way. Running to a day and going on from its state is one
    run. Raises ``ValueError`` for gaps, negative values, lengths that differ and a state of another x4.

    >>> run = gr4j([10, 0, 25], [2, 3, 1], x1=350, x2=-0.5, x3=90, x4=1.7)
    >>> [round(float(q), 6) for q in run.flow]
    [0.687359, 0.67357, 0.691784]
    """
    rain, loss = finite(precipitation, "precipitation", least=0), finite(pet, "pet", least=0)
    parameters = [finite(x, name) for x, name in ((x1, "x1"), (x2, "x2"), (x3, "x3"), (x4, "x4"))]
    sets = _sets(rain, loss, parameters, state)
    one, two, three, four = (np.broadcast_to(x, (sets or 1,)) for x in parameters)
    for name, store in (("x1", one), ("x3", three)):
        if (store <= 0).any():
            raise ValueError(f"{name} is {store.min():g} mm; a store must hold more than 0 mm")
    if (four < 0.5).any():
        raise ValueError(f"x4 is {four.min():g} d; give at least 0.5 d")
    n = rain.shape[-1]
    rains, losses = (np.broadcast_to(x, (sets or 1, n)) for x in (rain, loss))
    states = _begin(state, sets or 1, one, three, four, initial_fill)
    flow = np.empty((sets or 1, n))
    room = np.empty((4, n, min(sets or 1, TOGETHER)))
    for first in range(0, sets or 1, TOGETHER):
        part = slice(first, first + TOGETHER)
        if len(one[part]) != room.shape[2]:
            room = np.empty((4, n, len(one[part])))
        chosen = [np.ascontiguousarray(x[part]) for x in (one, two, three, four)]
        states[part] = _run(rains[part], losses[part], chosen, states[part], room, flow[part])
    return RunoffRun(flow, states) if sets else RunoffRun(flow[0], states[0])


def unit_hydrographs(x4: float) -> tuple[F64, F64]:
    """The shares of the water that leave on each day, (⌈x4⌉,) and (⌈2·x4⌉,); each sums to 1.

    >>> [len(one) for one in unit_hydrographs(1.7)]
    [2, 4]
    """
    first, second = _ordinates(np.array([x4], np.float64))
    return first[:, 0], second[:, 0]


def _ordinates(x4: F64) -> tuple[F64, F64]:
    """Of all sets side by side, (⌈largest x4⌉, m) and (⌈2 · largest x4⌉, m); a shorter one ends in zeros."""
    longest = float(x4.max())
    rising = np.minimum(np.arange(np.ceil(longest) + 1)[:, None] / x4, 1.0)
    both = np.minimum(np.arange(np.ceil(2 * longest) + 1)[:, None] / x4, 2.0)
    falling = np.where(both <= 1, 0.5 * both**2.5, 1 - 0.5 * (2 - both) ** 2.5)
    return np.diff(rising**2.5, axis=0), np.diff(falling, axis=0)


def _sets(rain: F64, loss: F64, parameters: list[F64], state: object) -> int:
    """How many sets are asked for; 0 for a single one, whose flow is one series."""
    if rain.ndim not in (1, 2) or loss.ndim not in (1, 2) or rain.shape[-1] != loss.shape[-1] or not rain.shape[-1]:
        raise ValueError(
            f"precipitation has the shape {rain.shape}, pet {loss.shape}; give both for the same days, at least one"
        )
    if any(x.ndim > 1 for x in parameters):
        raise ValueError("x1, x2, x3 and x4 are each one number or one for each set; a table is neither")
    many = [x.shape[0] for x in (rain, loss) if x.ndim == 2] + [x.shape[0] for x in parameters if x.ndim]
    if isinstance(state, Sequence):
        many.append(len(state))
    if many and (0 in many or len({count for count in many if count != 1}) > 1):
        raise ValueError(f"sets are given for {sorted(set(many))}; give one or the same number of each")
    return max(many, default=0)


def _begin(
    state: RunoffState | Sequence[RunoffState] | None, sets: int, x1: F64, x3: F64, x4: F64, fill: tuple[float, float]
) -> list[RunoffState]:
    if state is None:
        shares = finite(fill, "initial_fill")
        if shares.shape != (2,) or (shares < 0).any() or (shares > 1).any():
            raise ValueError(f"initial_fill is {fill}; give two shares between 0 and 1")
        full, routed = shares.tolist()
        return [
            RunoffState(full * a, routed * b, np.zeros(int(np.ceil(c))), np.zeros(int(np.ceil(2 * c))))
            for a, b, c in zip(x1.tolist(), x3.tolist(), x4.tolist(), strict=True)
        ]
    states = [
        of_kind(one, RunoffState, "state", by="gr4j") for one in (state if isinstance(state, Sequence) else [state])
    ]
    states = states * sets if len(states) == 1 else states
    for one, first, base in zip(states, x1.tolist(), x4.tolist(), strict=True):
        if len(one.uh1) != np.ceil(base) or len(one.uh2) != np.ceil(2 * base):
            raise ValueError(
                f"state holds unit hydrographs of {len(one.uh1)} and {len(one.uh2)} days, which are not those of x4 {base:g}; "
                "go on with the x4 of the run that made it"
            )
        if not (0 <= one.production <= first * (1 + 1e-9) and one.routing >= 0):
            raise ValueError(
                f"state holds {one.production:g} mm in production and {one.routing:g} mm in routing, x1 is {first:g}; "
                "go on with the parameters of the run that made it"
            )
    return states


def _run(
    rain: F64, loss: F64, parameters: list[F64], states: list[RunoffState], room: F64, flow: F64
) -> list[RunoffState]:
    """The sets of one turn; ``room`` (4, n, m) is written over, ``flow`` (m, n) filled."""
    from rafid.methods.hydrology import runoff_kernels as kernels  # numba: heavy, and wanted only where a model runs

    x1, x2, x3, x4 = parameters
    first, second = _ordinates(x4)
    ahead1, ahead2 = _stacked([one.uh1 for one in states]), _stacked([one.uh2 for one in states])
    production, routing = np.array([one.production for one in states]), np.array([one.routing for one in states])
    net, gain, effective, leaving = room
    kernels.set_out(rain, loss, x1, net, gain)
    np.tanh(gain, out=gain)
    kernels.fill_production(net, gain, x1, production, effective)
    slow, quick = net, gain  # what they held is spent
    kernels.convolve(effective, 0.9 * first, ahead1, slow)
    kernels.convolve(effective, 0.1 * second, ahead2, quick)
    kernels.drain_routing(slow, quick, x2, x3, routing, leaving)
    flow[:] = leaving.T
    return [
        RunoffState(float(production[i]), float(routing[i]), ahead1[: len(one.uh1), i].copy(), ahead2[: len(one.uh2), i].copy())
        for i, one in enumerate(states)
    ]  # fmt: skip


def _stacked(columns: list[F64]) -> F64:
    """Columns of unlike length side by side, the shorter ones ending in zeros."""
    out = np.zeros((max(len(one) for one in columns), len(columns)))
    for i, one in enumerate(columns):
        out[: len(one), i] = one
    return out
