"""What if another release: levels and volumes of the reservoir, and flows at every place downstream, beside the plan.

The reservoir's inflow stays what it was last, and so does what joins downstream; a release is changed and routed through
reaches, barrages and other reservoirs. No weather is foreseen: it is no forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons.records.change import Refused

from ..models import Reservoir
from ..network.flows import STEP, laterals, observed, routed
from ..network.standing import standing
from .queries import State, states

MOST_DAYS = 60
PER_DAY = int(86_400 / STEP)


@dataclass(frozen=True)
class WhatIf:
    """``days`` from 0; storage Mm³ and level m at the end of each, of what is asked and of the plan; ``flows`` and
    ``plan_flows`` by node downstream, m³/s. ``above``: the first day on which the plan is above the table."""

    state: State
    inflow: float
    plan_release: float
    release: list[float]
    days: list[int]
    storage: list[float]
    level: list[float | None]
    plan_storage: list[float]
    plan_level: list[float | None]
    flows: dict[str, list[float]]
    plan_flows: dict[str, list[float]]
    balance_error: float
    above: int | None


def what_if(
    user: Any, reservoir: Reservoir, *, release: list[float], at: datetime, inflow: float | None = None
) -> WhatIf:
    """``release``: m³/s for each day, the last one goes on for as long as is asked. Raises ``Refused`` where storage, inflow
    or table are not known, for a release that empties the dam (with the day), and for numbers that are none."""
    if not 0 < len(release) <= MOST_DAYS or not all(np.isfinite(one) and one >= 0 for one in release):
        raise Refused(_("Give a release of 0 or more, in m³/s, for 1 to %(most)s days.") % {"most": MOST_DAYS})
    mine, *others = states(
        user, [reservoir, *Reservoir.objects.visible_to(user).exclude(pk=reservoir.pk).select_related("node")], at
    )
    code = reservoir.node.code
    coming = inflow if inflow is not None else mine.now("inflow")
    if mine.storage is None or mine.table is None:
        raise Refused(_("The storage of this reservoir is not known: enter its level and its table first."))
    if coming is None or not np.isfinite(coming) or coming < 0:
        raise Refused(_("The inflow of this reservoir is not known: enter it, or say which to take."))
    plan = mine.now("release")
    plan = coming if plan is None else plan
    network = standing(at)
    releases, stored = {code: plan}, {code: mine.storage * 1e6}
    for one in others:
        known = one.now("release")
        if one.storage is not None and known is not None:
            releases[one.row.node.code], stored[one.row.node.code] = known, one.storage * 1e6
    steps = len(release) * PER_DAY + 1
    asked = np.repeat(release, PER_DAY)
    asked = np.concatenate([[plan], asked])[:steps]
    upstream = _above(network, code)
    # Above the reservoir nothing changes: its inflow is given, and the nodes that bring it are left out.
    joins = {
        node: flow for node, flow in laterals(network, observed(user, at), releases).items() if node not in upstream
    }
    joins[code] = coming
    kept = {node: value for node, value in releases.items() if node not in upstream}
    try:
        # Other reservoirs must not run dry of themselves: they store what they need for the run.
        room = {
            node: value if node == code else value + kept[node] * STEP * steps
            for node, value in stored.items()
            if node in kept
        }
        found = routed(network, joins, plan=kept, releases={code: asked}, storage=room, steps=steps)
    except ValueError as error:
        raise Refused(_emptied(mine.storage, coming, release, str(error))) from error
    _within_table(mine, found.run.storage[code][::PER_DAY] / 1e6)
    ends = [day * PER_DAY for day in range(len(release) + 1)]
    storage = [float(found.run.storage[code][at] / 1e6) for at in ends]
    usual = [float(found.plan.storage[code][at] / 1e6) for at in ends]
    below = [node for node in _below(network, code) if node != code]
    top = float(mine.table.volume[-1])
    return WhatIf(
        state=mine,
        inflow=float(coming),
        plan_release=float(plan),
        release=list(release),
        days=list(range(len(release) + 1)),
        storage=storage,
        level=[_level(mine, one) for one in storage],
        plan_storage=usual,
        plan_level=[_level(mine, one) for one in usual],
        flows={node: [float(found.run.flow[node][at]) for at in ends] for node in below},
        plan_flows={node: [float(found.plan.flow[node][at]) for at in ends] for node in below},
        balance_error=max(found.run.balance_error, found.plan.balance_error),
        above=next((day for day, one in enumerate(usual) if one > top), None),
    )


def _within_table(state: State, storage: Any) -> None:
    top = float(state.table.volume[-1]) if state.table is not None else np.inf
    over = np.flatnonzero(storage > top * (1 + 1e-9))
    if over.size:
        raise Refused(
            _("%(name)s would be above its table on day %(day)s (%(top)s Mm³). Release more there, or for fewer days.")
            % {"name": state.row.name, "day": int(over[0]), "top": f"{top:.0f}"}
        )


def _level(state: State, volume: float) -> float | None:
    try:
        return float(state.table.level_at(volume)) if state.table is not None else None
    except ValueError:
        return None


def _emptied(storage: float, inflow: float, release: list[float], other: str) -> str:
    left = storage
    for day, one in enumerate(release, 1):
        left += (inflow - one) * 0.0864
        if left < 0:
            return _("This release empties the reservoir on day %(day)s. Release less, or for fewer days.") % {
                "day": day
            }
    return _("This cannot be routed: %(reason)s") % {"reason": other}


def _edges(network: Any) -> list[tuple[str, str]]:
    return [
        *((one.upstream.code, one.downstream.code) for one in network.reaches),
        *((one.at.code, one.to.code) for one in network.diversions),
    ]


def _below(network: Any, code: str) -> list[str]:
    """The node and all that its water reaches, nearest first."""
    gives: dict[str, list[str]] = {}
    for start, stop in _edges(network):
        gives.setdefault(start, []).append(stop)
    return _walk(gives, code)


def _above(network: Any, code: str) -> set[str]:
    takes: dict[str, list[str]] = {}
    for start, stop in _edges(network):
        takes.setdefault(stop, []).append(start)
    return set(_walk(takes, code)) - {code}


def _walk(on: dict[str, list[str]], start: str) -> list[str]:
    found = [start]
    for node in found:
        found += [other for other in dict.fromkeys(on.get(node, ())) if other not in found]
    return found
