"""Disclosure control beside its peers: class sizes beside pandas, protection beside an audit by fresh linear programs.

    python benchmarks/bench_disclosure.py [--sample 40]

One thread; processor time is compared, since other work on the machine lengthens an answer, not that. Everything is
compiled before it is timed. The peer of the protection asks scipy's HiGHS for the least and the greatest value of each
withheld cell, from scratch each time; of that a sample is timed and taken for all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from rafid.methods.disclosure import attack, attack_intervals, class_sizes, program, protect_counts  # noqa: E402
from rafid.methods.disclosure import table as moving  # noqa: E402
from rafid.methods.disclosure.sums import read_sums  # noqa: E402

AGES, SEXES = 17, 2
RECORDS = 1_000_000


def seconds(run: Callable[[], object], times: int = 3) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def cases(districts: int, governorates: int = 0) -> tuple[np.ndarray, list[tuple[int, np.ndarray]]]:
    """Cases of a disease by district, age and sex with every margin; ages and sexes differ alike everywhere."""
    age = np.random.default_rng(1).lognormal(0, 0.5, (1, AGES, 1)) * np.random.default_rng(2).lognormal(
        0, 0.5, (1, 1, SEXES)
    )
    chance = np.random.default_rng(2024)
    expected = chance.lognormal(0, 1, (districts, 1, 1)) * age
    base = chance.poisson(expected / expected.mean() * 15)
    groups = np.array_split(np.arange(districts), governorates) if governorates else []
    grown = np.concatenate(
        [base, *(base[group].sum(axis=0, keepdims=True) for group in groups), base.sum(axis=0, keepdims=True)]
    )
    for axis in (1, 2):
        grown = np.concatenate([grown, grown.sum(axis=axis, keepdims=True)], axis=axis)
    cell, sums = np.arange(grown.size).reshape(grown.shape), []
    for line in cell.reshape(cell.shape[0], -1).T:
        sums += [(int(line[districts + number]), line[group]) for number, group in enumerate(groups)]
        sums.append((int(line[-1]), line[districts:-1] if governorates else line[:-1]))
    for axis in (1, 2):
        for line in np.moveaxis(cell, axis, -1).reshape(-1, cell.shape[axis]):
            sums.append((int(line[-1]), line[:-1]))
    return grown.ravel().astype(float), sums


def crossed(shape: tuple[int, ...], governorates: int) -> tuple[np.ndarray, list[tuple[int, np.ndarray]]]:
    """Cases by district and any other fields, with every margin and the governorates' totals."""
    chance = np.random.default_rng(2024)
    expected = np.ones(shape)
    for axis, size in enumerate(shape):
        expected = expected * chance.lognormal(
            0, 0.5 if axis else 1, [size if one == axis else 1 for one in range(len(shape))]
        )
    grown = base = chance.poisson(expected / expected.mean() * 15)
    groups = np.array_split(np.arange(shape[0]), governorates)
    grown = np.concatenate(
        [base, *(base[group].sum(axis=0, keepdims=True) for group in groups), base.sum(axis=0, keepdims=True)]
    )
    for axis in range(1, len(shape)):
        grown = np.concatenate([grown, grown.sum(axis=axis, keepdims=True)], axis=axis)
    cell, sums = np.arange(grown.size).reshape(grown.shape), []
    for line in cell.reshape(cell.shape[0], -1).T:
        sums += [(int(line[shape[0] + number]), line[group]) for number, group in enumerate(groups)]
        sums.append((int(line[-1]), line[shape[0] : -1]))
    for axis in range(1, len(shape)):
        for line in np.moveaxis(cell, axis, -1).reshape(-1, cell.shape[axis]):
            sums.append((int(line[-1]), line[:-1]))
    return grown.ravel().astype(float), sums


class Programs:
    """Counts the linear programs that were solved: that does not depend on the machine."""

    def __init__(self) -> None:
        self.solved = 0
        self._minimise = program.minimise

    def __enter__(self) -> Programs:
        attack.minimise = moving.minimise = self._counted
        return self

    def __exit__(self, *_error: object) -> None:
        attack.minimise = moving.minimise = self._minimise

    def _counted(self, *given):  # type: ignore[no-untyped-def]
        self.solved += 1
        return self._minimise(*given)


def print_four_fields() -> None:
    """A fresh audit of each withheld cell would solve two programs for each."""
    print(
        "| four fields, all margins | cells | small | in addition | protect | programs | audit | programs | of a fresh audit |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for shape in ((101, 8, 2, 3), (101, 13, 2, 3)):
        counts, sums = crossed(shape, 18)
        with Programs() as protecting:
            start = time.process_time()
            found = protect_counts(counts, sums=sums)
            mine = time.process_time() - start
        with Programs() as auditing:
            start = time.process_time()
            low, high = attack_intervals(found.values, sums=sums, enough=5)
            audit = time.process_time() - start
        assert (high - low)[found.primary].min() >= 5 - 1e-6
        withheld = int(found.withheld.sum())
        print(
            f"| {' × '.join(map(str, shape))} in 18 governorates | {counts.size:,} | {found.primary.sum():,} "
            f"| {withheld - found.primary.sum():,} | {mine:.0f} s | {protecting.solved:,} | {audit:.0f} s "
            f"| {auditing.solved:,} | **1/{2 * withheld / max(auditing.solved, 1):.0f}** of {2 * withheld:,} |"
        )
    print()


def fresh_audit(counts: np.ndarray, sums: list, found, sample: int) -> tuple[float, float]:
    """Seconds for all withheld cells, by a sample; and the narrowest interval of its primary cells."""
    from scipy.optimize import linprog

    system = read_sums(counts.size, sums)
    cells = np.flatnonzero(found.withheld)
    matrix = system.matrix()[:, cells]
    used = np.diff(matrix.indptr) > 0
    matrix, right = matrix[used], -system.residual(np.where(found.withheld, 0.0, counts))[used]
    chosen = np.random.default_rng(0).choice(cells.size, min(sample, cells.size), replace=False)
    narrowest, start = float("inf"), time.process_time()
    for at in chosen:
        aim = np.zeros(cells.size)
        aim[at] = 1.0
        low = linprog(aim, A_eq=matrix, b_eq=right, bounds=(1, None))
        high = linprog(-aim, A_eq=matrix, b_eq=right, bounds=(1, None))
        if found.primary[cells[at]]:
            narrowest = min(narrowest, (np.inf if high.status == 3 else -high.fun) - low.fun)
    return (time.process_time() - start) / chosen.size * cells.size, narrowest


def print_protection(sample: int) -> None:
    print("| table | cells | small | withheld in addition | protect_counts | fresh audit | ratio |")
    print("|---|---|---|---|---|---|---|")
    for name, table in (
        ("133 districts × 17 ages × 2 sexes", cases(133)),
        ("101 districts in 18 governorates × 17 × 2", cases(101, 18)),
    ):
        counts, sums = table
        found = protect_counts(counts, sums=sums)
        mine = seconds(lambda c=counts, s=sums: protect_counts(c, sums=s))  # type: ignore[misc]
        peer, narrowest = fresh_audit(counts, sums, found, sample)
        assert narrowest >= 5 - 1e-6, f"an interval of {narrowest} is narrower than 5"
        more = int((found.withheld & ~found.primary).sum())
        print(
            f"| {name} | {counts.size:,} | {found.primary.sum():,} | {more:,} | {mine:.2f} s | {peer:.1f} s "
            f"| **1/{peer / mine:.0f}** |"
        )
    print()


def print_audit(sample: int) -> None:
    counts, sums = cases(133)
    found = protect_counts(counts, sums=sums)
    mine = seconds(lambda: attack_intervals(found.values, sums=sums), 1)
    peer, _ = fresh_audit(counts, sums, found, sample)
    print(
        f"attack_intervals of all {found.withheld.sum():,} withheld cells: {mine:.1f} s, "
        f"by fresh programs {peer:.1f} s, **1/{peer / mine:.1f}**\n"
    )


def print_growth() -> None:
    print("| districts | cells | protect_counts | grows as cells to the |\n|---|---|---|---|")
    before: tuple[int, float] | None = None
    for districts in (66, 133, 266, 532):
        counts, sums = cases(districts)
        taken = seconds(lambda c=counts, s=sums: protect_counts(c, sums=s), 2)  # type: ignore[misc]
        power = "" if before is None else f"{np.log(taken / before[1]) / np.log(counts.size / before[0]):.2f}"
        print(f"| {districts} | {counts.size:,} | {taken:.2f} s | {power} |")
        before = counts.size, taken
    print()


def print_classes() -> None:
    try:
        import pandas
    except ImportError:
        print("Not measured: pandas is not installed.\n")
        return
    chance = np.random.default_rng(1)
    print(f"| {RECORDS:,} × 4 | class_sizes | pandas | ratio |\n|---|---|---|---|")
    for name, codes in (
        ("101 districts, 17 ages, 2 sexes, 10 trades", chance.integers(0, [101, 17, 2, 10], (RECORDS, 4))),
        ("200 values in each field", chance.integers(0, 200, (RECORDS, 4))),
        ("64-bit numbers", chance.integers(-(2**63), 2**63 - 1, (RECORDS, 4))),
    ):
        class_sizes(codes)
        frame = pandas.DataFrame(codes)

        def peer(table=frame):  # type: ignore[no-untyped-def]
            return table.groupby([0, 1, 2, 3])[0].transform("size")

        assert np.array_equal(class_sizes(codes), peer().to_numpy())
        mine, theirs = seconds(lambda c=codes: class_sizes(c), 5), seconds(peer)  # type: ignore[misc]
        print(f"| {name} | {mine * 1e3:.0f} ms | {theirs * 1e3:.0f} ms | **{theirs / mine:.1f} ×** |")
    print("\n| records | class_sizes | per record |\n|---|---|---|")
    for size in (10_000, 100_000, 1_000_000, 10_000_000):
        codes = chance.integers(0, [101, 17, 2, 10], (size, 4))
        taken = seconds(lambda c=codes: class_sizes(c))  # type: ignore[misc]
        print(f"| {size:,} | {taken * 1e3:,.1f} ms | {taken / size * 1e9:.0f} ns |")
    print()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=40, help="withheld cells that the fresh audit is timed on")
    sample = parser.parse_args().sample
    print("## Disclosure control\n")
    protect_counts([3, 20, 30, 53], sums=[(3, [0, 1, 2])])
    print_classes()
    print_protection(sample)
    print_growth()
    print_audit(sample)
    print_four_fields()


if __name__ == "__main__":
    main()
