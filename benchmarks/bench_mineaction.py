"""Methods of mine action beside their peers: the ledger beside geopandas, declination beside a loop over pygeomag.

    python benchmarks/bench_mineaction.py [--quick]

One thread; processor time is compared, since other work on the machine lengthens an answer, not that. Both sides give the
same figures, which is checked in the run. The shapes are invented: rough polygons of 24 points over a country's width, the
releases near the hazards, so that most meet one or several others.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
for folder in (ROOT, ROOT / "src"):
    sys.path.insert(0, str(folder))

import shapely  # noqa: E402

from rafid.methods.landrelease import Hazard, Release, explain_change, ledger, neighbourhood, revise  # noqa: E402
from rafid.methods.survey import check_polygons, declination, overlaps  # noqa: E402

BEFORE, DAY, LATER = date(2023, 2, 1), date(2024, 3, 10), date(2025, 6, 1)
POINTS = 24


def seconds(run: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """The best of some runs, and what it answered."""
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        found = run()
        best = min(best, time.process_time() - start)
    return best, found


def stars(chance: np.random.Generator, centres: np.ndarray, sizes: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    turn = np.linspace(0, 2 * np.pi, POINTS, endpoint=False)
    reach = sizes[:, None] * chance.uniform(0.6, 1.2, (len(sizes), POINTS))
    arms = np.stack([np.cos(turn), np.sin(turn)], -1)
    return shapely.polygons(centres[:, None] + reach[..., None] * arms)  # type: ignore[no-any-return]


def country(count: int) -> tuple[list[Hazard], list[Release]]:
    """Hazards of some hundred metres, as dense whatever their number, and as many releases near them."""
    chance = np.random.default_rng(7)
    centres = chance.uniform(0, 150_000 * (count / 8000) ** 0.5, (count, 2))
    sizes = chance.lognormal(5.3, 0.5, count)
    grounds = stars(chance, centres, sizes)
    at = chance.integers(0, count, count)
    near = centres[at] + chance.normal(0, 0.7, (count, 2)) * sizes[at, None]
    released = stars(chance, near, sizes[at] * chance.uniform(0.3, 0.9, count))
    kinds = ("cleared", "reduced", "cancelled")
    return (
        [Hazard(f"HA-{n}", ground, BEFORE) for n, ground in enumerate(grounds)],
        [Release(f"R-{n}", kinds[n % 3], ground, DAY) for n, ground in enumerate(released)],
    )


def by_geopandas(hazards: list[Hazard], releases: list[Release]) -> tuple[float, float]:
    """Dissolve both, then the difference and the intersection: what remains and what is released, and no more."""
    import geopandas

    recorded, released = (
        geopandas.GeoDataFrame(geometry=[record.ground for record in records]).dissolve()
        for records in (hazards, releases)
    )
    left, gone = (geopandas.overlay(recorded, released, how=how) for how in ("difference", "intersection"))
    return float(left.area.sum()), float(gone.area.sum())


def print_ledger(count: int) -> None:
    hazards, releases = country(count)
    records = f"{count:,} + {count:,} polygons"
    print("| | Rafid | geopandas | ratio | aim |\n|---|---|---|---|---|")
    whole, found = seconds(lambda: ledger(hazards, releases))
    peer = None
    try:
        peer, (left, gone) = seconds(lambda: by_geopandas(hazards, releases), 1)
    except ImportError as missing:
        print(
            f"| ledger of {records} | {whole * 1e3:,.0f} ms | not measured: {missing.name} is not installed | | 2.5 × |"
        )
    else:
        assert abs(found.remaining - left) < 1
        assert abs(found.cleared + found.reduced + found.cancelled - gone) < 1
        print(
            f"| ledger of {records} | {whole * 1e3:,.0f} ms | {peer * 1e3:,.0f} ms | **{peer / whole:.1f} ×** | 2.5 × |"
        )
    grounds = [record.ground for record in [*hazards, *releases]]
    both, pairs = seconds(lambda: (check_polygons(grounds), overlaps(grounds)))
    theirs = "" if peer is None else f"{peer * 1e3:,.0f} ms | **{peer / both:.1f} ×**"
    print(f"| checks and overlaps of {2 * count:,} polygons | {both * 1e3:,.0f} ms | {theirs or ' |'} | 1 × |")

    many = country(10 * count)
    longer, _ = seconds(lambda: ledger(*many), 2)
    late = [*releases, Release("R-new", "cleared", hazards[0].ground, LATER)]
    told, steps = seconds(lambda: explain_change(hazards, late, before={"on": DAY}, after={}), 5)
    stored = ledger(hazards, releases)

    def revised():  # type: ignore[no-untyped-def]
        near = neighbourhood(hazards, late, {"R-new"})
        return revise(stored, ledger(near[0], [r for r in near[1] if r.id != "R-new"]), ledger(*near))

    kept, after = seconds(revised, 5)
    again = ledger(hazards, late)
    assert abs(after.remaining - again.remaining) < 1e-3
    assert abs(stored.remaining + sum(step.change for step in steps) - again.remaining) < 1e-3
    print(f"\n{len(pairs[1].i):,} pairs of shapes overlap.\n\n| | time | of the full ledger | aim |\n|---|---|---|---|")
    print(f"| full ledger | {whole * 1e3:,.0f} ms | 1 | |")
    print(f"| ten times the polygons | {longer * 1e3:,.0f} ms | **{longer / whole:.1f} ×** | at most 13 × |")
    print(f"| one new report explained | {told * 1e3:.1f} ms | **1/{whole / told:.0f}** | at most 1/20 |")
    print(f"| the stored ledger revised by it | {kept * 1e3:.1f} ms | **1/{whole / kept:.0f}** | at most 1/20 |")


def print_declination(count: int) -> None:
    chance = np.random.default_rng(3)
    lon, lat = chance.uniform(38.8, 48.6, count), chance.uniform(29, 37.4, count)
    mine, found = seconds(lambda: declination(lon, lat, on=date(2026, 7, 2)))
    print("\n| | Rafid | pygeomag | ratio | aim | apart by |\n|---|---|---|---|---|---|")
    what = f"declination of {count:,} points"
    try:
        import pygeomag
    except ImportError:
        print(f"| {what} | {mine * 1e3:,.0f} ms | not measured: pygeomag is not installed | | 30 × | |")
        return
    model = pygeomag.GeoMag()
    places = list(zip(lon.tolist(), lat.tolist(), strict=True))
    peer, theirs = seconds(lambda: [model.calculate(glat=b, glon=a, alt=0, time=2026.5).d for a, b in places], 1)
    apart = float(np.abs(found - np.array(theirs)).max())
    assert apart < 0.05
    print(f"| {what} | {mine * 1e3:,.0f} ms | {peer * 1e3:,.0f} ms | **{peer / mine:.0f} ×** | 30 × | {apart:.3f}° |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a twentieth of everything, to see that it runs")
    part = 20 if parser.parse_args().quick else 1
    print("## Methods of mine action\n")
    print_ledger(8000 // part)
    print_declination(100_000 // part)


if __name__ == "__main__":
    main()
