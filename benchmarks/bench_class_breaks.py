"""Jenks class breaks beside mapclassify.FisherJenks: time, fit, growth with the number of values.

    python benchmarks/bench_class_breaks.py

One thread. Both are compiled before they are timed; the best of several runs counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.commons.products.cartography import class_breaks, classify  # noqa: E402

VALUES, CLASSES = 5_000, 7


def sample(size: int) -> np.ndarray:
    """Populations of places: log-normal, all different."""
    return np.random.default_rng(2024).lognormal(8.0, 1.5, size)


def deviations(values: np.ndarray, edges: np.ndarray) -> float:
    found = classify(values, edges)
    groups = [values[found == index] for index in range(len(edges) - 1)]
    return float(sum(((group - group.mean()) ** 2).sum() for group in groups if group.size))


def seconds(run: Callable[[], object], times: int = 5) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def print_peer() -> None:
    values = sample(VALUES)
    try:
        from mapclassify import FisherJenks
    except ImportError:
        print("Not measured: mapclassify is not installed.")
        return
    FisherJenks(values[:100], k=CLASSES)
    mine, peer = seconds(lambda: class_breaks(values, classes=CLASSES)), seconds(lambda: FisherJenks(values, k=CLASSES))
    edges = class_breaks(values, classes=CLASSES)
    theirs = np.concatenate(([values.min()], FisherJenks(values, k=CLASSES).bins))
    print(f"| {VALUES:,} values, {CLASSES} classes | time | sum of squared deviations |\n|---|---|---|")
    print(f"| class_breaks | {mine * 1e3:.2f} ms | {deviations(values, edges):.10g} |")
    print(f"| mapclassify.FisherJenks | {peer * 1e3:.1f} ms | {deviations(values, theirs):.10g} |")
    print(f"| ratio | **{peer / mine:.0f} ×** | {deviations(values, edges) / deviations(values, theirs):.9f} |\n")


def print_growth() -> None:
    print("| values | time | per value |\n|---|---|---|")
    for size in (1_000, 10_000, 100_000, 1_000_000):
        values = sample(size)
        taken = seconds(lambda v=values: class_breaks(v, classes=CLASSES), 3 if size < 1_000_000 else 1)  # type: ignore[misc]
        print(f"| {size:,} | {taken * 1e3:,.1f} ms | {taken / size * 1e9:,.0f} ns |")


def main() -> None:
    print("## Class breaks\n")
    class_breaks(sample(1_000), classes=3)
    print_peer()
    print_growth()


if __name__ == "__main__":
    main()
