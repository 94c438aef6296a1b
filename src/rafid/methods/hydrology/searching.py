"""The least of a function of a few parameters between bounds, without its slope."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rafid.methods.hydrology.given import F64, chance

WIDTH = 0.25
"""First spread of the trials, where the bounds are 0 and 1."""

NARROW, FLAT, WATCHED = 1e-4, 1e-5, 12
"""A search is over when its trials lie this close, or the best of so many generations differ by no more than this."""


@dataclass(frozen=True, eq=False)
class Found:
    point: F64
    value: float
    runs: int


def least(function: Callable[[F64], F64], *, dimensions: int, max_runs: int, seed: int) -> Found:
    """The point of the unit cube where ``function`` is least, in at most ``max_runs`` trials.

    ``function`` takes trials (m, dimensions) within 0..1 and gives their values (m,). Covariance matrix adaptation (Hansen
    2016, "The CMA evolution strategy: a tutorial", arXiv:1604.00772), begun again with twice as many
    trials in a generation wherever it has closed in before the trials are spent (Auger and Hansen 2005). A trial beyond a
    bound is judged at the bound and pays for the way. The same seed gives the same answer.
    """
    drawn = chance(seed)
    together = 4 + int(3 * math.log(dimensions)) + 3
    best, value, spent = np.full(dimensions, 0.5), math.inf, 0

    def judge(trials: F64) -> F64:
        nonlocal best, value, spent
        inside = np.clip(trials, 0, 1)
        values = function(inside)
        values = np.where(np.isfinite(values), values, 1e9)
        spent += len(trials)
        at = int(np.argmin(values))
        if values[at] < value:
            best, value = inside[at], float(values[at])
        return np.asarray(values + ((trials - inside) ** 2).sum(axis=1))

    middle = np.full(dimensions, 0.5)
    while spent < max_runs:
        _search(judge, middle, together, lambda: max_runs - spent, drawn)
        middle = drawn.uniform(0.1, 0.9, dimensions)
        together *= 2
    return Found(best, value, spent)


def _search(
    judge: Callable[[F64], F64], middle: F64, together: int, left: Callable[[], int], drawn: np.random.Generator
) -> None:
    """One run of the strategy, until it has closed in or no trials are left."""
    n, half = len(middle), together // 2
    weights = math.log((together + 1) / 2) - np.log(np.arange(1, half + 1))
    weights /= weights.sum()
    effective = 1 / float((weights**2).sum())
    gather = (4 + effective / n) / (n + 4 + 2 * effective / n)
    damp = (effective + 2) / (n + effective + 5)
    rank_one = 2 / ((n + 1.3) ** 2 + effective)
    rank_many = min(1 - rank_one, 2 * (effective - 2 + 1 / effective) / ((n + 2) ** 2 + effective))
    brake = 1 + 2 * max(0.0, math.sqrt((effective - 1) / (n + 1)) - 1) + damp
    usual = math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n))  # length of a random step
    width, path, pull = WIDTH, np.zeros(n), np.zeros(n)
    shape, axes, lengths = np.eye(n), np.eye(n), np.ones(n)
    bests: list[float] = []
    generation = 0
    while True:
        generation += 1
        steps = drawn.standard_normal((together, n)) * lengths @ axes.T
        trials = (middle + width * steps)[: left()]
        values = judge(trials)
        if len(trials) < together or not left():
            return
        chosen = steps[np.argsort(values, kind="stable")[:half]]
        step = weights @ chosen
        middle = middle + width * step
        path = (1 - damp) * path + math.sqrt(damp * (2 - damp) * effective) * (axes @ ((axes.T @ step) / lengths))
        length = float(np.linalg.norm(path))
        moving = length / math.sqrt(1 - (1 - damp) ** (2 * generation)) < (1.4 + 2 / (n + 1)) * usual
        pull = (1 - gather) * pull + (math.sqrt(gather * (2 - gather) * effective) * step if moving else 0)
        lost = 0 if moving else rank_one * gather * (2 - gather)
        shape = (
            (1 - rank_one - rank_many + lost) * shape
            + rank_one * np.outer(pull, pull)
            + rank_many * (chosen.T * weights) @ chosen
        )
        width *= math.exp(min(1.0, damp / brake * (length / usual - 1)))
        squares, axes = np.linalg.eigh((shape + shape.T) / 2)
        lengths = np.sqrt(np.maximum(squares, 1e-20))
        bests.append(float(values.min()))
        if width * lengths.max() < NARROW or (len(bests) > WATCHED and np.ptp(bests[-WATCHED:]) < FLAT):
            return
