"""What if water were managed otherwise: releases, closed gates, diversions and upstream fillings, routed beside the plan.

Today's flows go on: what joins at each node is what is observed there less what arrives. Only what is asked changes, from
now on, and goes down the network with its travel times. No weather is foreseen: it is no forecast.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import Diversion as Leading
from rafid.methods.hydrology import NetworkRun, RiverNetwork, route_network

from ..models import Reservoir, RiverNode
from .flows import STEP, laterals, observed
from .standing import Standing, standing

F64 = NDArray[np.float64]

PER_DAY = int(86_400 / STEP)
MOST_DAYS = 60
DAY_MM3 = 0.0864
"""Mm³ in a day of 1 m³/s."""


@dataclass(frozen=True)
class Asked:
    """``releases``: m³/s by code of the reservoir's node; ``diversions``: by code what becomes of ``capacity_downstream``,
    ``maximum`` and ``fraction`` (None: as it is); ``closed``: nodes of reservoirs and codes of diversions whose gates close;
    ``fillings``: m³/s kept back at nodes upstream."""

    days: int = 10
    releases: dict[str, float] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    diversions: dict[str, dict[str, float | None]] = field(default_factory=dict)
    fillings: dict[str, float] = field(default_factory=dict)

    @property
    def nothing(self) -> bool:
        return not (self.releases or self.closed or self.diversions or self.fillings)


@dataclass(frozen=True)
class Place:
    """One node: flow m³/s at the end of each day from day 0; storage Mm³ and level m where it is a reservoir whose storage is
    known."""

    code: str
    name: str
    kind: str
    flow: list[float]
    plan_flow: list[float]
    storage: list[float] | None = None
    plan_storage: list[float] | None = None
    level: list[float | None] | None = None
    plan_level: list[float | None] | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        pairs = [(self.flow, self.plan_flow), (self.storage or [], self.plan_storage or [])]
        return any(
            abs(a - b) > 0.005 * max(1.0, abs(b)) for one, other in pairs for a, b in zip(one, other, strict=True)
        )


@dataclass(frozen=True)
class Found:
    days: list[int]
    places: list[Place]
    diverted: dict[str, tuple[float, float]]
    """By diversion at the end, m³/s: as asked, by plan."""
    withheld: dict[str, float]
    """By node that is filled, Mm³ in all."""
    balance_error: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ask(user: Any, asked: Asked, *, at: datetime) -> Found:
    """Raises ``Refused`` where nothing is changed, a code is unknown, a number is none, or a reservoir would be below empty or
    above its table, with its name and the day."""
    from ..reservoirs.queries import states

    network = standing(at)
    known = {
        one.row.node.code: one for one in states(user, Reservoir.objects.visible_to(user).select_related("node"), at)
    }
    stored = {code: one for code, one in known.items() if one.storage is not None and one.now("release") is not None}
    _sound(asked, network, stored)
    steps = asked.days * PER_DAY + 1
    plan = {code: float(one.now("release") or 0.0) for code, one in stored.items()}
    flows = {**observed(user, at), **{code: v for code, one in stored.items() if (v := one.now("inflow")) is not None}}
    joins = {node: np.full(steps, flow) for node, flow in laterals(network, flows, plan).items() if flow > 0}
    joins = joins or {network.nodes[0].code: np.zeros(steps)}
    release = {code: np.full(steps, value) for code, value in plan.items()}
    # No reservoir runs dry of itself while it is routed: whether it would is asked of what it holds afterwards.
    spare = {
        code: value * STEP * steps + max(asked.releases.values(), default=0.0) * STEP * steps
        for code, value in plan.items()
    }
    start = {code: float(one.storage or 0.0) * 1e6 for code, one in stored.items()}
    river = network.routed(dt=STEP, reservoirs=tuple(stored))
    held = {"dt": STEP, "initial_storage": {code: start[code] + spare[code] for code in stored}}
    usual = route_network(river, joins, releases=release, **held)  # type: ignore[arg-type]
    moved = {**release, **{code: _then(plan[code], value, steps) for code, value in asked.releases.items()}}
    moved |= {code: _then(plan[code], 0.0, steps) for code in asked.closed if code in stored}
    other = route_network(_changed(river, network, asked, steps), joins, releases=moved, **held)  # type: ignore[arg-type]
    changed = {*asked.releases, *asked.closed}
    ends = [day * PER_DAY for day in range(asked.days + 1)]
    places = [_place(one, usual, other, stored.get(one.code), spare, changed, ends) for one in network.nodes]
    return Found(
        list(range(asked.days + 1)),
        [places[at] for at in _downwards(network, river)],
        {
            one.code: (float(other.diverted[one.code][-1]), float(usual.diverted[one.code][-1]))
            for one in network.diversions
        },
        {code: float(other.storage[_filled(code)][-1] / 1e6) for code in asked.fillings},
        max(usual.balance_error, other.balance_error),
    )


def _sound(asked: Asked, network: Standing, stored: dict[str, Any]) -> None:
    if asked.nothing:
        raise Refused(_("Nothing is changed yet: type a release, close a gate, change a diversion or add a filling."))
    if not 0 < asked.days <= MOST_DAYS:
        raise Refused(_("Choose 1 to %(most)s days.") % {"most": MOST_DAYS})
    nodes, leads = {one.code for one in network.nodes}, {one.code for one in network.diversions}
    for code in asked.releases:
        if code not in stored:
            raise Refused(
                _("The storage and the release of %(code)s are not known: enter them first.") % {"code": code}
            )
    for code in asked.closed:
        if code not in stored and code not in leads:
            raise Refused(_("%(code)s has no gate that is known here.") % {"code": code})
    for code in asked.diversions:
        if code not in leads:
            raise Refused(_("There is no diversion %(code)s.") % {"code": code})
    for code in asked.fillings:
        if code not in nodes:
            raise Refused(_("There is no river node %(code)s.") % {"code": code})
    sizes = [*asked.releases.values(), *asked.fillings.values()]
    sizes += [value for one in asked.diversions.values() for value in one.values() if value is not None]
    if not all(np.isfinite(one) and one >= 0 for one in sizes):
        raise Refused(_("Flows are numbers of 0 or more, in m³/s."))
    if any((one.get("fraction") or 0) > 1 for one in asked.diversions.values()):
        raise Refused(_("A share lies from 0 to 1."))


def _then(before: float, after: float, steps: int) -> F64:
    """What is, and from the first step on what is asked."""
    found = np.full(steps, after)
    found[0] = before
    return found


def _filled(code: str) -> str:
    return f"{code} is filled"


def _changed(river: RiverNetwork, network: Standing, asked: Asked, steps: int) -> RiverNetwork:
    """The network whose gates move after the first step; a filling takes all up to its flow before anything else."""
    leading = []
    for one in river.diversions:
        now = {name: float(np.asarray(getattr(one, name))) for name in ("capacity_downstream", "maximum", "fraction")}
        then = {**now, **{k: v for k, v in asked.diversions.get(one.code, {}).items() if v is not None}}
        if one.code in asked.closed:
            then["maximum"] = 0.0
        leading.append(
            replace(one, **{name: _then(now[name], then[name], steps) for name in now}) if then != now else one
        )
    fillings = [
        Leading(_filled(code), code, _filled(code), maximum=_then(0.0, flow, steps), fraction=1.0)
        for code, flow in asked.fillings.items()
    ]
    more = [_filled(code) for code in asked.fillings]
    return RiverNetwork([*river.nodes, *more], river.reaches, [*fillings, *leading], [*river.reservoirs, *more])


def _place(
    node: RiverNode,
    usual: NetworkRun,
    other: NetworkRun,
    state: Any,
    spare: dict[str, float],
    changed: set[str],
    ends: Any,
) -> Place:
    code = node.code
    flow = [float(other.flow[code][at]) for at in ends]
    plan_flow = [float(usual.flow[code][at]) for at in ends]
    if state is None:
        return Place(code, node.name, node.kind, flow, plan_flow)
    storage = [float((other.storage[code][at] - spare[code]) / 1e6) for at in ends]
    plan_storage = [float((usual.storage[code][at] - spare[code]) / 1e6) for at in ends]
    notes = _held(node, storage, plan_storage, state, code in changed)
    return Place(
        code, node.name, node.kind, flow, plan_flow, storage, plan_storage,
        [_level(state, one) for one in storage], [_level(state, one) for one in plan_storage], notes,
    )  # fmt: skip


def _held(node: RiverNode, storage: list[float], plan: list[float], state: Any, changed: bool) -> list[str]:
    """What the plan itself leads to. Raises ``Refused`` for what is asked and cannot be."""
    top = float(state.table.volume[-1]) if state.table is not None else np.inf
    notes = []
    for beyond, refusal, note in (
        (
            lambda one: one < -1e-6,
            _("%(name)s would be below empty on day %(day)s. Release less there, or more above it."),
            _("By the plan, too, it is empty on day %(day)s."),
        ),
        (
            lambda one: one > top * (1 + 1e-9),
            _("%(name)s would be above its table on day %(day)s (%(top)s Mm³). Release more there, or for fewer days."),
            _("By the plan, too, it is above its table on day %(day)s."),
        ),
    ):
        asked_on = next((day for day, one in enumerate(storage) if beyond(one)), None)
        plan_on = next((day for day, one in enumerate(plan) if beyond(one)), None)
        told = {"name": node.name, "top": f"{top:.0f}"}
        if asked_on is not None and (changed or plan_on is None):
            raise Refused(refusal % {**told, "day": asked_on})
        if asked_on is not None and plan_on is not None:
            notes.append(note % {"day": plan_on})
    return notes


def _level(state: Any, volume: float) -> float | None:
    try:
        return float(state.table.level_at(volume)) if state.table is not None else None
    except ValueError:
        return None


def _downwards(network: Standing, river: RiverNetwork) -> list[int]:
    """By river, each from its source down; a river after those that begin above it."""
    rank = {code: at for at, code in enumerate(river.order)}
    begins: dict[str, int] = {}
    for one in network.nodes:
        begins[one.river] = min(rank[one.code], begins.get(one.river, len(rank)))
    return sorted(
        range(len(network.nodes)),
        key=lambda at: (begins[network.nodes[at].river], network.nodes[at].river, rank[network.nodes[at].code]),
    )
