"""SPI of a grid beside climate-indices, L-moments beside lmoments3.

    python benchmarks/bench_rivers_drought.py [--cells 100] [--quick]

One thread; processor time is compared, since other work on the machine lengthens an answer, not that. The sides take turns, the
median of their ratios counts, and their answers are compared in the run. climate-indices logs some ten lines for each call;
it is silenced, which makes it faster.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.hydrology import l_moments, spi  # noqa: E402

F64 = NDArray[np.float64]
MONTHS, SCALE = 480, 6
CLIPPED = 3.09
"""climate-indices ends there; beyond, nothing can be compared."""


def taken(run: Callable[[], F64]) -> tuple[float, F64]:
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


def beside(mine: Callable[[], F64], peer: Callable[[], F64], turns: int) -> tuple[float, float, float, F64, F64]:
    """Median times of both, the median of their ratios, and both answers; each has answered once before."""
    pairs = []
    for _ in range(turns):
        here, own = taken(mine)
        there, theirs = taken(peer)
        pairs.append((here, there))
    here, there = (statistics.median(side) for side in zip(*pairs, strict=True))
    return here, there, statistics.median(b / a for a, b in pairs), own, theirs


def print_spi(side: int, turns: int) -> None:
    rain = np.random.default_rng(2024).gamma(0.6, 20.0, (side, side, MONTHS))
    print(
        f"| SPI-{SCALE}, {side} × {side} cells × {MONTHS} months | Rafid | climate-indices | ratio | aim | apart by |"
    )
    print("|---|---|---|---|---|---|")
    try:
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        from climate_indices import compute, indices
    except ImportError as missing:
        print(f"| not measured: {missing.name} is not installed | | | | | |")
        return
    years = 1981, 1981, 1980 + MONTHS // 12
    gamma, monthly = indices.Distribution.gamma, compute.Periodicity.monthly

    def mine() -> F64:
        return spi(rain, scale=SCALE, method="mle")

    def cells() -> F64:
        found = [indices.spi(one, SCALE, gamma, *years, monthly) for one in rain.reshape(-1, MONTHS)]
        return np.array(found).reshape(rain.shape)

    def block() -> F64:
        found = indices.spi(np.moveaxis(rain, -1, 0), SCALE, gamma, *years, monthly, spatial_time_major=True)
        return np.moveaxis(found, 0, -1)

    spi(rain[:2, :2], scale=SCALE, method="mle")
    indices.spi(rain[0, 0], SCALE, gamma, *years, monthly)
    for name, peer in (("cell after cell", cells), ("all cells in one pass", block)):
        here, there, ratio, own, theirs = beside(mine, peer, turns)
        held = np.abs(theirs) < CLIPPED
        apart = float(np.abs(own - theirs)[held].max())
        assert apart < 1e-9
        assert held.mean() > 0.95
        aim = "15 ×" if peer is cells else ""
        print(f"| {name} | {here * 1e3:,.0f} ms | {there * 1e3:,.0f} ms | **{ratio:.1f} ×** | {aim} | {apart:.0e} |")
    for label, run in (
        ("the same by L-moments", lambda: spi(rain, scale=SCALE)),
        ("a scale of 48", lambda: spi(rain, scale=48, method="mle")),
    ):
        print(f"| {label} | {statistics.median(taken(run)[0] for _ in range(turns)) * 1e3:,.0f} ms | | | | |")


def print_l_moments(samples: int, turns: int) -> None:
    values = np.random.default_rng(7).gumbel(100, 30, (samples, 50))
    print(
        f"\n| L-moments of {samples:,} samples of 50 | Rafid | lmoments3 | ratio | aim | apart by |\n|---|---|---|---|---|---|"
    )
    try:
        from lmoments3 import lmom_ratios
    except ImportError as missing:
        print(f"| not measured: {missing.name} is not installed | | | | | |")
        return

    def mine() -> F64:
        return np.stack(l_moments(values), -1)

    def each() -> F64:
        return np.array([l_moments(one) for one in values])

    def peer() -> F64:
        return np.array([lmom_ratios(one, nmom=4) for one in values])

    for name, run, aim in (("together", mine, "50 ×"), ("one after the other", each, "")):
        run()
        here, there, ratio, own, theirs = beside(run, peer, turns)
        apart = float(np.abs(own / theirs - 1).max())
        assert apart < 1e-9
        print(f"| {name} | {here * 1e3:,.1f} ms | {there * 1e3:,.0f} ms | **{ratio:.0f} ×** | {aim} | {apart:.0e} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=100, help="the grid has so many cells each way")
    parser.add_argument("--quick", action="store_true", help="a small grid and few samples, to see that it runs")
    asked = parser.parse_args()
    print("## Drought indices and L-moments\n")
    print_spi(20 if asked.quick else asked.cells, 3)
    print_l_moments(200 if asked.quick else 2000, 3)


if __name__ == "__main__":
    main()
