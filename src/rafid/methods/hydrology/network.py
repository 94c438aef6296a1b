"""A network of reaches, barrages that divert and reservoirs that store, routed without losing water."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, floats, number, of_kind
from rafid.methods.hydrology.graph import Diversion, Reach, RiverNetwork, known_node
from rafid.methods.hydrology.routing import coefficients, flows, muskingum

EMPTY = 1e-9
"""Of the water that a reservoir has handled: below empty by less than this is rounding."""


@dataclass(frozen=True)
class NetworkRun:
    """``flow``: what arrives at each node, m³/s; ``diverted`` by diversion; ``storage`` of each reservoir after each step, m³;
    ``outflow``: what leaves at each node without a main reach. ``balance_error``: the share of what came in that is not
    accounted for."""

    flow: dict[str, F64]
    diverted: dict[str, F64]
    storage: dict[str, F64]
    outflow: dict[str, F64]
    balance_error: float


def route_network(
    network: RiverNetwork,
    inflows: Mapping[str, ArrayLike],
    *,
    dt: float,
    releases: Mapping[str, ArrayLike] | None = None,
    initial_storage: Mapping[str, float] | None = None,
) -> NetworkRun:
    """Route ``inflows`` (node → (..., n) in m³/s, of one shape) down the network in steps of ``dt`` seconds.

    At a node arrives its inflow, what its reaches bring and what is diverted to it. A reservoir sends what ``releases`` says
    (a series or a number, nothing if absent) and stores the rest: its storage, m³, begins at ``initial_storage`` (0) and grows
    by the trapezoid of arrival less release. Diversions of a node take from what it passes on, in their order; the rest goes
    down its main reach, or out. A reach begins steady (see :func:`muskingum`). Cost is linear in (nodes + reaches) × steps.

    balance_error = \\|in - out - losses - change of storage in reaches and reservoirs\\| / in, volumes by trapezoid; of many
    members the largest.

    Raises ``ValueError`` for an inflow or release at an unknown node, a gap or a negative value in one, series of unequal
    shape, a release that draws a reservoir below empty, and a step that does not fit a reach.

    >>> river = RiverNetwork(["Samarra", "Baghdad", "Tharthar"], [Reach("R", "Samarra", "Baghdad")],
    ...                      [Diversion("D", "Samarra", "Tharthar", capacity_downstream=3000)], ["Tharthar"])
    >>> run = route_network(river, {"Samarra": [5000] * 10}, dt=43_200)
    >>> float(run.storage["Tharthar"][-1] / 1e6), run.balance_error
    (777.6, 0.0)
    """
    of_kind(network, RiverNetwork, "network")
    number(dt, "dt, the step in seconds,", above=0)
    known = set(network.nodes)
    entering, shape = _entering(inflows, known)
    sent = _sent(releases or {}, network, shape)
    start = _stored(initial_storage or {}, network)
    main = {reach.upstream: reach for reach in network.reaches}
    barrages: dict[str, list[Diversion]] = {}
    for diversion in network.diversions:
        barrages.setdefault(diversion.at, []).append(diversion)

    flow: dict[str, F64] = {}
    diverted: dict[str, F64] = {}
    storage: dict[str, F64] = {}
    outflow: dict[str, F64] = {}
    coming: dict[str, F64] = {code: series.copy() for code, series in entering.items()}
    taken = sum((_volume(series, dt) for series in entering.values()), np.zeros(shape[:-1]))
    left, kept = np.zeros(shape[:-1]), np.zeros(shape[:-1])
    for node in network.order:
        arriving = coming.pop(node, None)
        if arriving is None:
            arriving = np.zeros(shape)
        flow[node] = passing = arriving
        if node in sent:
            gained = _gained(arriving - sent[node], dt)
            storage[node] = start.get(node, 0.0) + gained
            _refuse_empty(node, storage[node], start.get(node, 0.0) + _volume(arriving, dt))
            passing = sent[node]
            kept = kept + gained[..., -1]
        for barrage in barrages.get(node, ()):
            part = _part(passing, barrage)
            diverted[barrage.code] = part
            passing = passing - part
            _add(coming, barrage.to, part)
        if node not in main:
            outflow[node] = passing
            left = left + _volume(passing, dt)
            continue
        reach = main[node]
        arrived, stored = _through(reach, passing, dt)
        kept = kept + stored
        if reach.loss:
            lost = arrived * reach.loss
            left = left + _volume(lost, dt)
            arrived = arrived - lost
        _add(coming, reach.downstream, arrived)
    error = np.abs(taken - left - kept)
    measure = np.where(taken > 0, taken, np.maximum(sum(start.values()), 1.0))
    return NetworkRun(flow, diverted, storage, outflow, float(np.max(error / measure, initial=0.0)))


def _through(reach: Reach, passing: F64, dt: float) -> tuple[F64, F64]:
    """What comes out of a reach, and by how much its storage has grown over the run."""
    if reach.k == 0:
        return passing, np.zeros(passing.shape[:-1])
    _coefficients_of(reach, dt)
    part, inflow = reach.k / reach.subreaches, passing
    grown = np.zeros(passing.shape[:-1])
    for _ in range(reach.subreaches):
        out = muskingum(inflow, k=part, x=reach.x, dt=dt)
        grown = grown + part * (
            reach.x * (inflow[..., -1] - inflow[..., 0]) + (1 - reach.x) * (out[..., -1] - out[..., 0])
        )
        inflow = out
    return inflow, grown


def _coefficients_of(reach: Reach, dt: float) -> tuple[float, float, float]:
    """Those of :func:`rafid.methods.hydrology.routing.coefficients`; a refusal names the reach."""
    try:
        return coefficients(k=reach.k, x=reach.x, dt=dt, subreaches=reach.subreaches)
    except ValueError as bad:
        raise ValueError(f"reach {reach.code}: {bad}") from bad


def _part(passing: F64, barrage: Diversion) -> F64:
    capacity, most, share = (
        _each(value, passing, barrage.code)
        for value in (barrage.capacity_downstream, barrage.maximum, barrage.fraction)
    )
    return np.asarray(np.clip(np.maximum(passing - capacity, share * passing), 0.0, most))


def _each(value: ArrayLike, passing: F64, code: str) -> F64:
    """A number, or one for each step."""
    found = floats(value, f"diversion {code}")
    if found.ndim > 1 or (found.ndim and found.shape[-1] != passing.shape[-1]):
        raise ValueError(
            f"diversion {code} has {found.shape[-1]} steps, the inflows {passing.shape[-1]}; give one for each"
        )
    return found


def _add(coming: dict[str, F64], node: str, series: F64) -> None:
    coming[node] = coming[node] + series if node in coming else series


def _volume(series: F64, dt: float) -> F64:
    """By trapezoid, m³."""
    return np.asarray(dt * (series.sum(-1) - 0.5 * (series[..., 0] + series[..., -1])))


def _gained(surplus: F64, dt: float) -> F64:
    gained = np.zeros(surplus.shape)
    np.cumsum(0.5 * dt * (surplus[..., 1:] + surplus[..., :-1]), axis=-1, out=gained[..., 1:])
    return gained


def _refuse_empty(node: str, storage: F64, handled: F64) -> None:
    below = storage < -EMPTY * np.maximum(handled, 1.0)[..., None]
    if below.any():
        step = int(np.argwhere(below)[0][-1])
        raise ValueError(
            f"reservoir {node} is below empty from step {step}; release less, or give its storage at the start"
        )


def _entering(inflows: Mapping[str, ArrayLike], known: set[str]) -> tuple[dict[str, F64], tuple[int, ...]]:
    if not of_kind(inflows, Mapping, "inflows"):
        raise ValueError("no node has an inflow; give at least one series")
    entering = {}
    for node, series in inflows.items():
        known_node(node, known, "the inflows")
        entering[node] = flows(series, f"the inflow at {node}")
    shapes = {series.shape: node for node, series in entering.items()}
    if len(shapes) > 1:
        told = ", ".join(f"{node} {shape}" for shape, node in shapes.items())
        raise ValueError(f"the inflows are not of one shape ({told}); give each node the same steps")
    return entering, next(iter(shapes))


def _sent(releases: Mapping[str, ArrayLike], network: RiverNetwork, shape: tuple[int, ...]) -> dict[str, F64]:
    sent = {code: np.zeros(shape) for code in network.reservoirs}
    for node, series in of_kind(releases, Mapping, "releases").items():
        if node not in sent:
            raise ValueError(f"there is a release for {node}, which is no reservoir of the network; check the code")
        values = flows(np.atleast_1d(floats(series, f"the release of {node}")), f"the release of {node}")
        if values.shape[-1] not in (1, shape[-1]):
            raise ValueError(
                f"the release of {node} has {values.shape[-1]} steps, the inflows {shape[-1]}; give one for each"
            )
        try:
            sent[node] = np.broadcast_to(values, shape)
        except ValueError as bad:
            raise ValueError(f"the release of {node} is not of the inflows' shape {shape}; give one for each") from bad
    return sent


def _stored(initial: Mapping[str, float], network: RiverNetwork) -> dict[str, float]:
    for node, value in of_kind(initial, Mapping, "initial_storage").items():
        if node not in network.reservoirs:
            raise ValueError(f"there is a storage for {node}, which is no reservoir of the network; check the code")
        number(value, f"the storage of {node} at the start, m³,", least=0)
    return {node: float(value) for node, value in initial.items()}
