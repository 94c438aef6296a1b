"""Worlds whose truth is known, to see how often a range covers it and a floor stays below it.

Sites differ in size as clearance tasks do; what is reported is rounded and a little hopeful, and in some worlds a few
sites are wholly invented. The samples are drawn as plans draw them. Nothing is random but the seed's hashes and numpy's
generator, both fixed: each run gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rafid.methods.progress import verified_floor, verified_total
from rafid.methods.sampling import certain_sites, draw, proportion_interval

SITES, VISITS, GHOSTS = 120, 30, 0.06


@dataclass(frozen=True)
class Result:
    """``covers`` is the share of worlds whose truth lies in the range; ``error`` and ``blown_up`` the root mean square error
    of the verified total and of blowing up the visited sites' mean, over the truth; ``above`` the share of worlds whose floor
    exceeds the truth; ``floor`` its mean over the truth."""

    covers: float
    error: float
    blown_up: float
    above: float
    floor: float


def world(chance: np.random.Generator, ghosts: float) -> tuple[np.ndarray, np.ndarray]:
    """What was reported (N,), and what is there (N,)."""
    real = chance.lognormal(9, 0.9, SITES)
    reported = np.maximum(np.ceil(real * chance.lognormal(0.03, 0.08, SITES) / 10) * 10, 10)
    real[chance.permutation(SITES)[: round(ghosts * SITES)]] = 0
    return reported, real


def simulate(worlds: int, *, ghosts: float = 0.0, visits: int = VISITS, seed: int = 2026) -> Result:
    chance = np.random.default_rng(seed)
    ids = [f"SITE-{number:03d}" for number in range(SITES)]
    at = {name: number for number, name in enumerate(ids)}
    covers = above = 0
    errors, blown, floors = [], [], []
    for number in range(worlds):
        reported, real = world(chance, ghosts)
        truth = float(real.sum())
        equal = [at[name] for name in draw(ids, visits, seed=f"{seed}/{number}/equal")]
        found = verified_total(reported, seen(real, equal))
        covers += found.low <= truth <= found.high
        errors.append(found.value / truth - 1)
        blown.append(real[equal].mean() * SITES / truth - 1)
        by_size = [at[name] for name in draw(ids, visits, seed=f"{seed}/{number}/by size", sizes=reported)]
        floor = verified_floor(reported, seen(real, by_size), certain=certain_sites(reported, visits))
        above += floor > truth
        floors.append(floor / truth)
    return Result(
        covers / worlds,
        float(np.sqrt(np.mean(np.square(errors)))),
        float(np.sqrt(np.mean(np.square(blown)))),
        above / worlds,
        float(np.mean(floors)),
    )


def seen(real: np.ndarray, visited: list[int]) -> np.ndarray:
    """What is there where somebody went, NaN elsewhere."""
    found = np.full(real.size, np.nan)
    found[visited] = real[visited]
    return found


def interval_coverage(n: int, *, method: str, population: int | None = None, steps: int = 199) -> tuple[float, float]:
    """How often the interval of a share covers it, at the least and on the mean over all shares: counted, not simulated."""
    from scipy import stats

    x = np.arange(n + 1)
    found = proportion_interval(x, n, method=method, population=population)
    covered = []
    for step in range(1, steps + 1):
        if population is None:
            share = step / (steps + 1)
            weight = stats.binom.pmf(x, n, share)
        else:
            good = round(step * population / (steps + 1))
            share, weight = good / population, stats.hypergeom.pmf(x, population, good, n)
        covered.append(float(weight[(found.low <= share + 1e-12) & (share - 1e-12 <= found.high)].sum()))
    return min(covered), float(np.mean(covered))
