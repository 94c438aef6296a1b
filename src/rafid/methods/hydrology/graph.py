"""What a river network is made of: nodes, reaches, diversions and reservoirs, directed and without a cycle."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import floats, number, of_kind, whole


@dataclass(frozen=True)
class Reach:
    """The main way from ``upstream`` to ``downstream``. ``k`` in s (0: passes at once) and ``x`` of Muskingum, in
    ``subreaches``; ``loss`` is the share of its outflow that does not arrive."""

    code: str
    upstream: str
    downstream: str
    k: float = 0.0
    x: float = 0.0
    subreaches: int = 1
    loss: float = 0.0


@dataclass(frozen=True)
class Diversion:
    """Takes clip(max(q - ``capacity_downstream``, ``fraction``·q), 0, ``maximum``) of what passes ``at``, to the node ``to``;
    m³/s. Each of the three is a number, or one for each step where a gate moves."""

    code: str
    at: str
    to: str
    capacity_downstream: ArrayLike = math.inf
    maximum: ArrayLike = math.inf
    fraction: ArrayLike = 0.0


@dataclass(frozen=True)
class RiverNetwork:
    """Nodes by code, the reaches and diversions between them, and which nodes are reservoirs. Directed and without a cycle,
    but no tree: a node may give to several others.

    Raises ``ValueError`` for a code used twice, an unknown node, two main reaches from one node, a cycle (named), and a
    parameter out of its range.
    """

    nodes: Sequence[str]
    reaches: Sequence[Reach] = ()
    diversions: Sequence[Diversion] = ()
    reservoirs: Sequence[str] = ()
    order: tuple[str, ...] = field(init=False, repr=False, compare=False)
    """The nodes, each after all that give to it."""

    def __post_init__(self) -> None:
        for name, kind in (
            ("nodes", Hashable),
            ("reaches", Reach),
            ("diversions", Diversion),
            ("reservoirs", Hashable),
        ):
            given = of_kind(getattr(self, name), Iterable, name)
            object.__setattr__(self, name, tuple(of_kind(one, kind, f"one of the {name}") for one in given))
        _once(self.nodes, "node")
        _once([one.code for one in self.reaches], "reach")
        _once([one.code for one in self.diversions], "diversion")
        _once(self.reservoirs, "reservoir")
        known = set(self.nodes)
        for reach in self.reaches:
            _check_reach(reach, known)
        for diversion in self.diversions:
            _check_diversion(diversion, known)
        for code in self.reservoirs:
            known_node(code, known, "the reservoirs")
        main: dict[str, str] = {}
        for reach in self.reaches:
            if reach.upstream in main:
                raise ValueError(
                    f"two main reaches leave {reach.upstream}: {main[reach.upstream]} and {reach.code}; make one a diversion"
                )
            main[reach.upstream] = reach.code
        object.__setattr__(self, "order", _order(self))


def _once(codes: Sequence[str], what: str) -> None:
    seen: set[str] = set()
    for code in codes:
        if of_kind(code, Hashable, f"the code of a {what}") in seen:
            raise ValueError(f"the {what} {code} is there twice; give each its own code")
        seen.add(code)


def known_node(code: str, known: set[str], where: str) -> None:
    if code not in known:
        raise ValueError(f"{where} name {code}, which is no node of the network; add it or correct the code")


def _check_reach(reach: Reach, known: set[str]) -> None:
    for code in (reach.upstream, reach.downstream):
        if not isinstance(code, Hashable) or code not in known:
            raise ValueError(
                f"reach {reach.code} names {code}, which is no node of the network; add it or correct the code"
            )
    for name in ("k", "x", "loss"):
        number(getattr(reach, name), f"reach {reach.code}: {name}")
    if reach.k < 0 or not 0 <= reach.x <= 0.5 or not 0 <= reach.loss <= 1:
        raise ValueError(
            f"reach {reach.code}: k is 0 or more (s), x is 0 to 0.5 and the loss a share of 0 to 1; "
            f"found {reach.k}, {reach.x} and {reach.loss}"
        )
    whole(reach.subreaches, f"reach {reach.code}: subreaches")


def _check_diversion(one: Diversion, known: set[str]) -> None:
    for code in (one.at, one.to):
        if not isinstance(code, Hashable) or code not in known:
            raise ValueError(
                f"diversion {one.code} names {code}, which is no node of the network; add it or correct the code"
            )
    capacity, most, share = (
        floats(value, f"diversion {one.code}: {name}")
        for name, value in (
            ("capacity_downstream", one.capacity_downstream),
            ("maximum", one.maximum),
            ("fraction", one.fraction),
        )
    )
    if not ((capacity >= 0).all() and (most >= 0).all() and (share >= 0).all() and (share <= 1).all()):
        raise ValueError(
            f"diversion {one.code}: capacity and maximum are 0 or more (m³/s), the fraction is 0 to 1; "
            f"found {one.capacity_downstream}, {one.maximum} and {one.fraction}"
        )


def _order(network: RiverNetwork) -> tuple[str, ...]:
    """Each node after all that give to it (Kahn 1962). Raises ``ValueError`` that names a cycle."""
    gives: dict[str, list[str]] = {code: [] for code in network.nodes}
    waiting = dict.fromkeys(network.nodes, 0)
    for start, end in [
        *((one.upstream, one.downstream) for one in network.reaches),
        *((one.at, one.to) for one in network.diversions),
    ]:
        gives[start].append(end)
        waiting[end] += 1
    order = [code for code in network.nodes if not waiting[code]]
    for code in order:
        for end in gives[code]:
            waiting[end] -= 1
            if not waiting[end]:
                order.append(end)
    if len(order) == len(network.nodes):
        return tuple(order)
    raise ValueError(
        f"the network has a cycle: {' → '.join(_cycle(gives, waiting))}; water cannot come back, turn one of them round"
    )


def _cycle(gives: Mapping[str, Sequence[str]], waiting: Mapping[str, int]) -> list[str]:
    """Among nodes that still wait each has one that gives to it and waits too: go up until one comes again."""
    above = {end: start for start in gives if waiting[start] for end in gives[start] if waiting[end]}
    path = [next(code for code in waiting if waiting[code] and code in above)]
    while above[path[-1]] not in path:
        path.append(above[path[-1]])
    first = path.index(above[path[-1]])
    ring = path[first:][::-1]
    return [*ring, ring[0]]
