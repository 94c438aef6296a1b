"""The schematic: the great rivers as two lines from the mountains to the sea, their tributaries and lakes beside them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .standing import Standing

LANE, ROW, EDGE, LABEL = 176, 44, 28, 150
"""Between two lines, between two nodes, around all, and the room for names left of the first line."""
STEMS = 2
"""So many rivers are lines of their own; the others share the lanes between and beside them."""
THICK = 0.16
"""Of the square root of a flow in m³/s."""


def schematic(network: Standing, flows: dict[str, float], fills: dict[str, float] | None = None) -> dict[str, Any]:
    """Places of nodes and lines between them, for an SVG. Where a person moved a node, its place is kept."""
    places = _places(network)
    by_code = {one.code: one for one in network.nodes}
    first = min((x for x, _y in places.values()), default=0.0)
    return {
        "nodes": [
            {
                "node": by_code[code],
                "x": x,
                "y": y,
                "flow": flows.get(code),
                "fill": (fills or {}).get(code),
                "left": x == first and x >= LABEL,
            }
            for code, (x, y) in places.items()
        ],
        "lines": [
            {
                "kind": kind,
                "code": code,
                "start": start,
                "stop": stop,
                "path": curve(*places[start], *places[stop]),
                "wide": round(min(9.0, max(2.0, THICK * flows.get(start, 0.0) ** 0.5)), 1) if kind == "reach" else 2,
            }
            for kind, code, start, stop in _lines(network)
        ],
        "width": int(max((x for x, _y in places.values()), default=0) + LANE),
        "height": int(max((y for _x, y in places.values()), default=0) + ROW),
    }


def curve(x1: float, y1: float, x2: float, y2: float) -> str:
    """Down from the one, down into the other."""
    middle = (y1 + y2) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}"


def _lines(network: Standing) -> list[tuple[str, str, str, str]]:
    return [
        *(("reach", one.code, one.upstream.code, one.downstream.code) for one in network.reaches),
        *(("diversion", one.code, one.at.code, one.to.code) for one in network.diversions),
    ]


def _places(network: Standing) -> dict[str, tuple[float, float]]:
    gives: dict[str, list[str]] = defaultdict(list)
    takes: dict[str, list[str]] = defaultdict(list)
    for _kind, _code, start, stop in _lines(network):
        gives[start].append(stop)
        takes[stop].append(start)
    joined = [one for one in network.nodes if one.code in gives or one.code in takes]
    rows = _rows([one.code for one in joined], network.routed(dt=86_400.0).order, gives, takes)
    lanes = _lanes(joined, rows, gives, takes)
    places: dict[str, tuple[float, float]] = {}
    taken: set[tuple[float, float]] = set()
    for one in joined:
        x, y = LABEL + EDGE + lanes[one.river or one.code] * LANE, EDGE + rows[one.code] * ROW
        while (x, y) in taken:  # two of one river at one height
            x += LANE
        taken.add((x, y))
        places[one.code] = (x if one.drawn_x is None else one.drawn_x, y if one.drawn_y is None else one.drawn_y)
    return places


def _rows(codes: list[str], order: Any, gives: Any, takes: Any) -> dict[str, int]:
    """Each node as low as what it gives to allows, so that tributaries lie beside their mouths; what leads nowhere lies just
    below where it is led away."""
    above = dict.fromkeys(codes, 0)
    for code in reversed(order):
        if code in above:
            above[code] = max((above[other] + 1 for other in gives[code]), default=0)
    deepest = max(above.values(), default=0)
    rows = {code: deepest - above[code] for code in above}
    for code in order:
        if code in rows and not gives[code] and takes[code] and above[code] == 0:
            last = max(rows[other] for other in takes[code]) + 1
            rows[code] = max(last, 0)
    return rows


def _lanes(joined: list[Any], rows: dict[str, int], gives: Any, takes: Any) -> dict[str, int]:
    """The lane of each river: the longest rivers by their longitude, the others between and beside those that they meet."""
    rivers: dict[str, list[Any]] = defaultdict(list)
    for one in joined:
        rivers[one.river or one.code].append(one)
    stems = sorted(sorted(rivers, key=lambda name: -len(rivers[name]))[:STEMS], key=lambda name: _east(rivers[name]))
    river_of = {one.code: name for name, own in rivers.items() for one in own}
    beside: dict[int, list[str]] = defaultdict(list)
    for name, own in rivers.items():
        if name in stems:
            continue
        met = {river_of[other] for one in own for other in [*gives[one.code], *takes[one.code]]}
        near = [at for at, stem in enumerate(stems) if stem in met] or [len(stems) - 1]
        beside[near[-1] if len(near) > 1 or _east(own) < _near(rivers[stems[near[-1]]], own) else near[-1] + 1].append(
            name
        )
    lanes: dict[str, int] = {}
    next_lane = 0
    for at in range(len(stems) + 1):
        next_lane += _packed(beside[at], rivers, rows, lanes, next_lane)
        if at < len(stems):
            lanes[stems[at]] = next_lane
            next_lane += 1
    return lanes


def _packed(names: list[str], rivers: Any, rows: dict[str, int], lanes: dict[str, int], first: int) -> int:
    """Rivers that are never at one height share a lane; answers how many lanes they take."""
    ends: list[int] = []
    for name in sorted(names, key=lambda one: min(rows[node.code] for node in rivers[one])):
        spans = [rows[node.code] for node in rivers[name]]
        at = next((at for at, end in enumerate(ends) if end < min(spans)), len(ends))
        ends[at : at + 1] = [max(spans)]
        lanes[name] = first + at
    return len(ends)


def _east(nodes: list[Any]) -> float:
    return float(sum(one.point.x for one in nodes) / len(nodes))


def _near(stem: list[Any], own: list[Any]) -> float:
    """The longitude of the stem at the height of ``own``."""
    north = sum(one.point.y for one in own) / len(own)
    return float(min(stem, key=lambda one: abs(one.point.y - north)).point.x)
