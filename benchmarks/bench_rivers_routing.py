"""Routing a network: cost a node and step, as nodes and as steps grow.

    python benchmarks/bench_rivers_routing.py

One thread, compiled before it is timed; the best of three runs counts. Linear is a cost that does not rise.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.hydrology.graph import Diversion, Reach, RiverNetwork  # noqa: E402
from rafid.methods.hydrology.network import route_network  # noqa: E402

DAY = 86_400.0


def river(size: int) -> RiverNetwork:
    """A stem with a lateral inflow at every third node; every tenth diverts into a reservoir beside it."""
    stem = [f"n{i}" for i in range(size)]
    reaches = [Reach(f"r{i}", stem[i], stem[i + 1], k=DAY, x=0.2) for i in range(size - 1)]
    lakes = [f"lake{i}" for i in range(0, size - 1, 10)]
    barrages = [Diversion(f"d{i}", stem[10 * i], lake, capacity_downstream=400) for i, lake in enumerate(lakes)]
    return RiverNetwork(stem + lakes, reaches, barrages, lakes)


def seconds(nodes: int, steps: int) -> tuple[float, float]:
    network = river(nodes)
    drawn = np.random.default_rng(7)
    inflows = {f"n{i}": drawn.gamma(0.5, 20.0, steps) for i in range(0, nodes, 3)}
    best, error = float("inf"), 0.0
    for _ in range(3):
        start = time.perf_counter()
        error = route_network(network, inflows, dt=DAY).balance_error
        best = min(best, time.perf_counter() - start)
    return best, error


def main() -> None:
    print("## Routing\n\n| nodes | steps | time | a node and step | water lost |\n|---|---|---|---|---|")
    seconds(4, 10)
    for nodes, steps in ((100, 3650), (400, 3650), (1600, 3650), (100, 14_600), (100, 58_400)):
        taken, error = seconds(nodes, steps)
        print(f"| {nodes:,} | {steps:,} | {taken * 1e3:,.0f} ms | {taken / nodes / steps * 1e9:.1f} ns | {error:.1e} |")


if __name__ == "__main__":
    main()
