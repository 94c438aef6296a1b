"""Methods of monitoring beside their peers (pandas, loops over scipy and statsmodels, a plain sort), and how honest they are.

    python benchmarks/bench_monitoring.py [--worlds 4000] [--quick]

One thread; processor time is compared, since other work on the machine lengthens an answer, not that. Both sides give the
same numbers, which is checked in the run. The second part is no benchmark: it counts, in worlds whose truth is known, how
often the verified range covers it and the floor exceeds it.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

from benchmarks.honest_worlds import SITES, VISITS, interval_coverage, simulate  # noqa: E402
from rafid.methods.progress import compliance_columns  # noqa: E402
from rafid.methods.sampling import draw, lqas_plan, proportion_interval, zero_acceptance_size  # noqa: E402

SEVERITIES, RESULTS = np.array(["critical", "major", "minor"]), np.array(["no", "yes", "na"])
WEIGHTS = {"critical": 5, "major": 3, "minor": 1}


def seconds(run: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def row(what: str, mine: float, peer: float, aim: str) -> None:
    print(f"| {what} | {mine * 1e3:,.1f} ms | {peer * 1e3:,.0f} ms | **{peer / mine:,.1f} ×** | {aim} |")


def print_scores(answers: int, visits: int) -> None:
    import pandas

    chance = np.random.default_rng(1)
    visit = chance.integers(0, visits, answers)
    severity, result = chance.choice(3, answers, p=[0.2, 0.4, 0.4]), chance.choice(3, answers, p=[0.15, 0.75, 0.1])
    # All that can be prepared is, before the clock starts: the peer only adds and divides, and gives no verdict.
    frame = pandas.DataFrame({"visit": visit, "weight": np.array([*WEIGHTS.values()])[severity], "yes": result == 1})
    frame = frame[result != 2]

    def peer():  # type: ignore[no-untyped-def]
        return frame.groupby("visit")[["weight", "yes"]].apply(
            lambda group: (group.weight * group.yes).sum() / group.weight.sum()
        )

    theirs = peer()
    texts = SEVERITIES[severity], RESULTS[result]
    for name, columns in (("codes", (severity, result)), ("texts", texts)):
        found = compliance_columns(visit, *columns)
        assert np.array_equal(found.visit, theirs.index)
        assert np.abs(found.score - theirs.to_numpy()).max() < 1e-12
        mine = seconds(lambda c=columns: compliance_columns(visit, *c), 10)  # type: ignore[misc]
        if name == "codes":
            taken = seconds(peer, 1)
        row(f"scores of {answers:,} answers of {visits:,} visits, columns of {name}", mine, taken, "50 ×")


def lqas_by_scipy(low: float, high: float) -> tuple[int, int]:
    from scipy import stats

    size = 0
    while True:
        size += 1
        for decision in range(1, size + 1):
            if stats.binom.sf(decision - 1, size, low) <= 0.1:
                if stats.binom.cdf(decision - 1, size, high) <= 0.1:
                    return size, decision
                break


def zero_by_scipy(lot: int, defects: int) -> int:
    from scipy import stats

    size = 1
    while stats.hypergeom.pmf(0, lot, defects, size) > 0.05:
        size += 1
    return size


def print_searches(settings: int) -> None:
    plans = [(low / 100, (low + gap) / 100) for low in range(30, 80, 5) for gap in (15, 18, 20, 22, 24)][
        : settings // 2
    ]
    lots = [(lot, max(1, lot * share // 100)) for lot in range(40, 440, 40) for share in (3, 5, 8, 10, 15)][
        : settings // 2
    ]

    def mine():  # type: ignore[no-untyped-def]
        found = [lqas_plan(low=low, high=high) for low, high in plans]
        return [(plan.size, plan.decision) for plan in found] + [
            zero_acceptance_size(confidence=0.95, lot=lot, defects=bad) for lot, bad in lots
        ]

    def peer():  # type: ignore[no-untyped-def]
        return [lqas_by_scipy(*plan) for plan in plans] + [zero_by_scipy(*lot) for lot in lots]

    assert mine() == peer()
    row(f"plan searches, {len(plans) + len(lots)} settings", seconds(mine, 5), seconds(peer, 1), "30 ×")


def print_intervals(count: int) -> None:
    from statsmodels.stats.proportion import proportion_confint

    chance = np.random.default_rng(2)
    n = chance.integers(1, 400, count)
    x = chance.integers(0, n + 1)
    for method, name in (("wilson", "wilson"), ("exact", "beta")):
        start = time.process_time()
        theirs = np.array([proportion_confint(a, b, method=name) for a, b in zip(x.tolist(), n.tolist(), strict=True)])
        taken = time.process_time() - start
        found = proportion_interval(x, n, method=method)
        assert max(np.abs(found.low - theirs[:, 0]).max(), np.abs(found.high - theirs[:, 1]).max()) < 1e-9
        mine = seconds(lambda m=method: proportion_interval(x, n, method=m), 5)  # type: ignore[misc]
        row(f"{count:,} intervals, {method}", mine, taken, "50 ×" if method == "wilson" else "")


def print_draw(count: int) -> None:
    ids = [f"SITE-{number:07d}" for number in range(count)]
    sizes = np.random.default_rng(3).lognormal(9, 1, count)

    def plain_sort():  # type: ignore[no-untyped-def]
        return sorted(ids, key=lambda name: hashlib.sha256(f"seed|{name}".encode()).hexdigest())

    assert list(draw(ids, 1000, seed="seed")) == plain_sort()[:1000]
    peer = seconds(plain_sort, 3)
    print(f"\n| draw of 1,000 from {count:,} | time | over a plain sort by hash | aim |\n|---|---|---|---|")
    print(f"| plain sort | {peer:.2f} s | 1 | |")
    for name, more in (("equal", None), ("by size", sizes)):
        mine = seconds(lambda s=more: draw(ids, 1000, seed="seed", sizes=s), 3)  # type: ignore[misc]
        print(f"| {name} | {mine:.2f} s | **{mine / peer:.2f}** | at most 2 |")


def print_honesty(worlds: int) -> None:
    print(f"\n{worlds:,} worlds of {SITES} sites, {VISITS} visited, 95 %:\n")
    print("| sites wholly invented | range covers | error | of blowing up | ratio | floor too high | floor / truth |")
    print("|---|---|---|---|---|---|---|")
    for ghosts in (0.0, 0.03, 0.06, 0.10, 0.20):
        found = simulate(worlds, ghosts=ghosts)
        ratio = found.error / found.blown_up
        print(
            f"| {ghosts:.0%} | {found.covers:.1%} | {found.error:.1%} | {found.blown_up:.1%} | {ratio:.2f} "
            f"| {found.above:.2%} | {found.floor:.3f} |"
        )
    print("\n| honest worlds, visits | range covers | floor / truth |\n|---|---|---|")
    for visits in (10, 20, 30, 60):
        found = simulate(max(worlds // 2, 1), visits=visits)
        print(f"| {visits} | {found.covers:.1%} | {found.floor:.3f} |")
    print("\n| interval of a share | least coverage | mean |\n|---|---|---|")
    for n, method, population in ((20, "wilson", None), (20, "exact", None), (20, "wilson", 60), (60, "wilson", None)):
        least, mean = interval_coverage(n, method=method, population=population)
        print(f"| {n}{f' of {population}' if population else ''}, {method} | {least:.1%} | {mean:.1%} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=4000)
    parser.add_argument("--quick", action="store_true", help="a hundredth of everything, to see that it runs")
    asked = parser.parse_args()
    part = 100 if asked.quick else 1
    print("## Methods of monitoring\n")
    print("| | Rafid | peer | ratio | aim |\n|---|---|---|---|---|")
    try:
        print_scores(200_000 // part, 5_000 // part)
        print_searches(100 // math.isqrt(part))
        print_intervals(100_000 // part)
    except ImportError as missing:
        print(f"| not measured: {missing.name} is not installed | | | | |")
    print_draw(1_000_000 // part)
    print_honesty(asked.worlds // part)


if __name__ == "__main__":
    main()
