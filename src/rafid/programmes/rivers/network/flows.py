"""Flows through the network as it stands: the latest observed ones, what joins between them, and what another release
changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import NetworkRun, route_network

from ..models import Series, Station
from ..values.reading import latest_of
from .standing import Standing

F64 = NDArray[np.float64]

STEP = 21_600.0
FRESH = timedelta(days=30)


def observed(user: Any, at: datetime) -> dict[str, float]:
    """The latest flow at each node where this person sees one (rated or observed, the preferred first), m³/s."""
    rows = (
        Series.objects.visible_to(user)
        .filter(
            variable="discharge", station__node__isnull=False, station__in=Station.objects.visible_to(user).values("pk")
        )
        .exclude(origin__in=("forecast", "model"))
        .select_related("station__node")
        .order_by("-preferred", "origin", "ref")
    )
    series = [one for one in rows if one.embargo_hours == 0]
    last = latest_of([one.pk for one in series], before=at, within=FRESH)
    found: dict[str, float] = {}
    for one in series:
        value = last.get(one.pk)
        if value is not None and value.value is not None and value.quality < 4:
            found.setdefault(one.station.node.code, value.value)
    return found


def laterals(network: Standing, flows: dict[str, float], sent: dict[str, float]) -> dict[str, float]:
    """What joins at each node so that the steady network has the observed ``flows``; a node where less is observed than
    arrives gets nothing. ``sent``: what reservoirs release."""
    river = network.routed(dt=STEP)
    leaving = {one.upstream: one for one in river.reaches}
    arriving: dict[str, float] = {}
    joins: dict[str, float] = {}
    for node in river.order:
        there = arriving.get(node, 0.0)
        joins[node] = max(0.0, flows[node] - there) if node in flows else 0.0
        passing = sent.get(node, there + joins[node])
        for one in river.diversions:
            if one.at == node:
                capacity, share, most = (
                    float(np.asarray(value)) for value in (one.capacity_downstream, one.fraction, one.maximum)
                )
                part = min(max(passing - capacity, share * passing, 0.0), most)
                arriving[one.to] = arriving.get(one.to, 0.0) + part
                passing -= part
        if node in leaving:
            on = leaving[node]
            arriving[on.downstream] = arriving.get(on.downstream, 0.0) + passing * (1 - on.loss)
    return joins


@dataclass(frozen=True)
class Routed:
    """A run of the network beside the plan: flows by node for each step, m³/s."""

    run: NetworkRun
    plan: NetworkRun
    hours: list[float]


def routed(
    network: Standing,
    joins: dict[str, float],
    *,
    plan: dict[str, float],
    releases: dict[str, F64],
    storage: dict[str, float],
    steps: int,
) -> Routed:
    """``plan``: what reservoirs release today; ``releases`` what is asked instead, by node (steps,). ``storage`` m³ of those
    that store. Raises ``ValueError`` for a release that empties a reservoir."""
    stores = tuple(code for code in plan if code in storage)
    river = network.routed(dt=STEP, reservoirs=stores)
    inflows = {node: np.full(steps, value) for node, value in joins.items() if value > 0} or {
        river.nodes[0]: np.zeros(steps)
    }
    before = {code: np.full(steps, plan[code]) for code in stores}
    known: dict[str, Any] = {"dt": STEP, "initial_storage": {code: storage[code] for code in stores}}
    asked = route_network(river, inflows, releases={**before, **releases}, **known)
    usual = route_network(river, inflows, releases=before, **known)
    return Routed(asked, usual, [step * STEP / 3600 for step in range(steps)])
