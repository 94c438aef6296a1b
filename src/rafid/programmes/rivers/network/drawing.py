"""The schematic: nodes in layers from the mountains to the sea, rivers side by side."""

from __future__ import annotations

from typing import Any

from .standing import Standing

WIDE, HIGH, EDGE = 210, 54, 30


def schematic(network: Standing, flows: dict[str, float]) -> dict[str, Any]:
    """Places of nodes and lines between them, for an SVG. Where a person moved a node, its place is kept."""
    river = network.routed(dt=86_400.0)
    gives: dict[str, list[str]] = {}
    for start, stop in [
        *((one.upstream, one.downstream) for one in river.reaches),
        *((one.at, one.to) for one in river.diversions),
    ]:
        gives.setdefault(start, []).append(stop)
    depth = dict.fromkeys(river.nodes, 0)
    for node in river.order:
        for other in gives.get(node, ()):
            depth[other] = max(depth[other], depth[node] + 1)
    joined = {code for code in depth if code in gives or any(code in others for others in gives.values())}
    columns: dict[str, int] = {}
    used: dict[int, set[int]] = {}
    by_code = {one.code: one for one in network.nodes}
    main = {one.downstream: one.upstream for one in reversed(river.reaches)}
    places: dict[str, tuple[float, float]] = {}
    for node in river.order:
        if node not in joined:
            continue
        wanted = columns.get(main.get(node, ""), 0)
        taken = used.setdefault(depth[node], set())
        column = wanted
        while column in taken:
            column += 1
        taken.add(column)
        columns[node] = column
        one = by_code[node]
        x, y = EDGE + column * WIDE, EDGE + depth[node] * HIGH
        places[node] = (x if one.drawn_x is None else one.drawn_x, y if one.drawn_y is None else one.drawn_y)
    return {
        "nodes": [{"node": by_code[code], "x": x, "y": y, "flow": flows.get(code)} for code, (x, y) in places.items()],
        "lines": [
            {
                "kind": kind,
                "code": code,
                "x1": places[start][0],
                "y1": places[start][1],
                "x2": places[stop][0],
                "y2": places[stop][1],
            }
            for kind, code, start, stop in [
                *(("reach", one.code, one.upstream, one.downstream) for one in river.reaches),
                *(("diversion", one.code, one.at, one.to) for one in river.diversions),
            ]
        ],
        "width": int(max((x for x, _y in places.values()), default=0) + WIDE),
        "height": int(max((y for _x, y in places.values()), default=0) + HIGH),
    }
