"""GR4J beside hydrogr (Rust) and beside the same loop in plain Python; and what calibrating a basin takes.

    python benchmarks/bench_rivers_runoff.py [--sets 1000] [--years 10] [--quick]

One thread; processor time is compared, since other work on the machine lengthens an answer, not that. The sides take turns, the
median of their ratios counts, and their flows are compared in the run.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

from benchmarks.rivers_data import FOLDER, read_basins  # noqa: E402
from rafid.methods.hydrology import calibrate, gr4j  # noqa: E402

TURNS = 5


def taken(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def plain_gr4j(rain: list[float], loss: list[float], x1: float, x2: float, x3: float, x4: float) -> list[float]:
    """The model as its paper prints it, one step after the other."""
    first, second = math.ceil(x4), math.ceil(2 * x4)
    rising = [min(j / x4, 1) ** 2.5 for j in range(first + 1)]
    both = [0.5 * (j / x4) ** 2.5 if j <= x4 else 1 - 0.5 * max(2 - j / x4, 0) ** 2.5 for j in range(second + 1)]
    shares1 = [b - a for a, b in pairwise(rising)]
    shares2 = [b - a for a, b in pairwise(both)]
    ahead1, ahead2 = [0.0] * first, [0.0] * second
    production, routing = 0.3 * x1, 0.5 * x3
    flow = []
    for fall, wish in zip(rain, loss, strict=True):
        share = production / x1
        if fall >= wish:
            gain = math.tanh(min((fall - wish) / x1, 13))
            stored = x1 * (1 - share * share) * gain / (1 + share * gain)
            production += stored
            reaching = fall - wish - stored
        else:
            gain = math.tanh(min((wish - fall) / x1, 13))
            production -= production * (2 - share) * gain / (1 + (1 - share) * gain)
            reaching = 0.0
        percolation = production * (1 - (1 + (4 * production / (9 * x1)) ** 4) ** -0.25)
        production -= percolation
        reaching += percolation
        for j in range(first):
            ahead1[j] = (ahead1[j + 1] if j + 1 < first else 0) + 0.9 * reaching * shares1[j]
        for j in range(second):
            ahead2[j] = (ahead2[j + 1] if j + 1 < second else 0) + 0.1 * reaching * shares2[j]
        exchange = x2 * (routing / x3) ** 3.5
        routing = max(0.0, routing + ahead1[0] + exchange)
        routed = routing * (1 - (1 + (routing / x3) ** 4) ** -0.25)
        routing -= routed
        flow.append(routed + max(0.0, ahead2[0] + exchange))
    return flow


def print_runs(sets: int, years: int) -> None:
    chance = np.random.default_rng(0)
    days = int(years * 365.25)
    rain = np.where(chance.random(days) < 0.4, chance.gamma(0.7, 8, days), 0)
    loss = 2.5 + 2 * np.sin(2 * np.pi * np.arange(days) / 365.25)
    x1, x2 = chance.uniform(100, 1000, sets), chance.uniform(-3, 2, sets)
    x3, x4 = chance.uniform(20, 300, sets), chance.uniform(0.7, 4, sets)
    few = min(sets, 20)

    def mine():  # type: ignore[no-untyped-def]
        return gr4j(rain, loss, x1=x1, x2=x2, x3=x3, x4=x4).flow

    def one_by_one():  # type: ignore[no-untyped-def]
        for a, b, c, d in zip(x1, x2, x3, x4, strict=True):
            gr4j(rain, loss, x1=a, x2=b, x3=c, x4=d)

    def plain():  # type: ignore[no-untyped-def]
        lists = rain.tolist(), loss.tolist()
        chosen = zip(*(x[:few].tolist() for x in (x1, x2, x3, x4)), strict=True)
        return np.array([plain_gr4j(*lists, *x) for x in chosen])

    flows = mine()
    assert np.abs(plain() - flows[:few]).max() < 1e-9
    gr4j(rain, loss, x1=x1[0], x2=x2[0], x3=x3[0], x4=x4[0])
    print(f"{sets:,} sets of {years} years:\n")
    print("| | Rafid | peer | ratio | aim |\n|---|---|---|---|---|")
    ours = [taken(mine) for _ in range(TURNS)]
    theirs = taken(plain) * sets / few
    row("the same loop in plain Python", ours, [theirs] * TURNS, "100 ×")
    try:
        import pandas as pd
        from hydrogr import InputDataHandler, ModelGr4j
        from hydrogr._hydrogr import gr4j as rust
    except ImportError as missing:
        print(f"| not measured: {missing.name} is not installed | | | | |")
        return
    dates = pd.date_range("2000-01-01", periods=days)
    frame = pd.DataFrame({"precipitation": rain, "evapotranspiration": loss, "date": dates}, index=dates)
    data = InputDataHandler(ModelGr4j, frame).data

    def peer():  # type: ignore[no-untyped-def]
        for a, b, c, d in zip(x1, x2, x3, x4, strict=True):
            found = ModelGr4j({"X1": a, "X2": b, "X3": c, "X4": d}).run(data)
        return found["flow"].to_numpy()

    def peer_bare():  # type: ignore[no-untyped-def]
        for a, b, c, d in zip(x1, x2, x3, x4, strict=True):
            rust([a, b, c, d], rain, loss, np.array([0.3 * a, 0.5 * c]), np.zeros(20), np.zeros(40))

    assert np.abs(peer() - flows[-1]).max() < 1e-5  # what hydrogr rounds
    turns = [(taken(mine), taken(one_by_one), taken(peer), taken(peer_bare)) for _ in range(TURNS)]
    all_at_once, single, whole, bare = (list(column) for column in zip(*turns, strict=True))
    row("hydrogr's `run`", all_at_once, whole, "5 ×")
    row("hydrogr's Rust function alone, without its tables", all_at_once, bare, "5 ×")
    row("the same, and here too one set after the other", single, bare, "")


def row(what: str, mine: list[float], peer: list[float], aim: str) -> None:
    ratio = statistics.median(b / a for a, b in zip(mine, peer, strict=True))
    a, b = statistics.median(mine), statistics.median(peer)
    print(f"| {what} | {a * 1e3:,.0f} ms | {b * 1e3:,.0f} ms | **{ratio:,.1f} ×** | {aim} |")


def print_calibration(data: Path, runs: int) -> None:
    try:
        basin = read_basins(data)[0]
    except FileNotFoundError as missing:
        print(f"\nCalibration is not measured: {missing.filename} is not there; give --data.")
        return
    split = basin.day("2009-01-01")
    weather, flow = basin.forcing.between(0, split), basin.flow[:split]
    calibrate(weather, flow, max_runs=20)
    seconds = statistics.median(taken(lambda: calibrate(weather, flow, max_runs=runs)) for _ in range(3))
    print(f"\nCalibrating on ten years in five bands of snow, {runs:,} runs: **{seconds:.2f} s**.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=FOLDER)
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--quick", action="store_true", help="a fiftieth of everything, to see that it runs")
    asked = parser.parse_args()
    print("## Runoff\n")
    print_runs(asked.sets // 50 if asked.quick else asked.sets, asked.years)
    print_calibration(asked.data, 50 if asked.quick else 2400)


if __name__ == "__main__":
    main()
