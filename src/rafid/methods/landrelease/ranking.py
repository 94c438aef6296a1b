"""Ranks by weighted criteria, and how far each rank moves when the weights do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

BETTER = ("more", "less")


@dataclass(frozen=True)
class Ranking:
    """By row: ``score`` 0 to 1, ``rank`` 1 for the highest score (equal scores share the better rank), ``low`` and ``high`` the
    best and worst rank under all weightings tried; ``scaled`` the values as they were weighed (rows × criteria)."""

    score: Floats
    rank: Whole
    low: Whole
    high: Whole
    scaled: Floats


def rank(
    values: ArrayLike, weights: ArrayLike, *, better: Sequence[str] | None = None,
    bounds: Sequence[tuple[float, float] | None] | None = None, draws: int = 500, spread: float = 0.2, seed: int = 0,
) -> Ranking:  # fmt: skip
    """Weighted sum of criteria, as in multi-attribute value theory (Keeney and Raiffa 1976), with the ranks of ``draws``
    random weightings in which each weight is multiplied by an own uniform number of 1 − ``spread`` to 1 + ``spread``.

    ``values`` (n, k): what was measured, nan where it is not known. Each criterion becomes 0 to 1 between its ``bounds``, or
    between the least and the largest value known; beyond them it is 0 or 1. ``better`` "more" (the more the more urgent) or
    "less". A value that is not known counts as the mean of those that are, so that it neither raises nor lowers a row; a
    criterion whose values are all equal counts 0 for all. The same ``seed`` gives the same ranges.

    Raises ``ValueError`` for weights that are negative, not finite, not one a criterion, or all 0, for bounds out of order, for
    fewer than 1 draw and a spread outside 0 to 1.

    >>> found = rank([[100.0, 3.0], [50.0, 9.0], [0.0, 0.0]], [0.6, 0.4], seed=1)
    >>> found.score.round(3).tolist(), found.rank.tolist()
    ([0.733, 0.7, 0.0], [1, 2, 3])
    >>> found.low.tolist(), found.high.tolist()
    ([1, 1, 3], [2, 2, 3])
    """
    table = np.asarray(values, float)
    weight = np.asarray(weights, float)
    if table.ndim != 2:
        raise ValueError("the values are a table: a row for each record, a column for each criterion")
    rows, criteria = table.shape
    if weight.shape != (criteria,):
        raise ValueError(f"there are {criteria} criteria and {weight.size} weights; give one weight for each criterion")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise ValueError("a weight is a number that is 0 or more; correct the weights")
    if not weight.sum() > 0:
        raise ValueError("all weights are 0, so that nothing ranks before anything; give at least one a weight")
    if draws < 1:
        raise ValueError("the range of a rank needs at least one random weighting; give draws of 1 or more")
    if not 0 <= spread < 1:
        raise ValueError("the spread of the weights is from 0 to below 1; 0.2 moves them by a fifth")
    scaled = np.column_stack([
        _scaled(table[:, at], (better or [BETTER[0]] * criteria)[at], (bounds or [None] * criteria)[at], at)
        for at in range(criteria)
    ]) if criteria else np.zeros((rows, 0))  # fmt: skip
    score = scaled @ (weight / weight.sum())
    moved = weight * np.random.default_rng(seed).uniform(1 - spread, 1 + spread, (draws, criteria))
    scores = scaled @ (moved / moved.sum(axis=1, keepdims=True)).T
    own = _ranks(score[:, None])
    tried = np.hstack([own, _ranks(scores)])
    return Ranking(score, own[:, 0], tried.min(axis=1), tried.max(axis=1), scaled)


def _scaled(column: Floats, better: str, bound: tuple[float, float] | None, at: int) -> Floats:
    if better not in BETTER:
        raise ValueError(f"criterion {at + 1}: {better!r} is neither 'more' nor 'less'")
    known = np.isfinite(column)
    if not known.any():
        return np.zeros(len(column))
    low, high = bound if bound is not None else (float(column[known].min()), float(column[known].max()))
    if bound is not None and not low < high:
        raise ValueError(f"criterion {at + 1}: its scale goes from {low:g} to {high:g}; the first is below the second")
    if low == high:
        return np.zeros(len(column))
    found = np.clip((column - low) / (high - low), 0, 1)
    if better == "less":
        found = 1 - found
    found[~known] = found[known].mean()
    return found


def _ranks(scores: Floats) -> Whole:
    """By column; 1 for the highest, equal ones share the better rank. Scores closer than 1e-12 are equal."""
    rounded = np.round(scores, 12)
    order = np.sort(-rounded, axis=0)
    return np.column_stack([
        np.searchsorted(order[:, at], -rounded[:, at], side="left") + 1 for at in range(rounded.shape[1])
    ]).astype(np.int64) if len(scores) else np.zeros(scores.shape, np.int64)  # fmt: skip
