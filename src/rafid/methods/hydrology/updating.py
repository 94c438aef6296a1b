"""What a model was wrong by until today corrects what it says of tomorrow, and what remains makes the range around it.

A forecast made with the rain that was later observed is better than any that could have been made: its skill is an upper
bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, I64, chance, finite, floats, of_kind, series, whole

REMEMBERED = 5
"""So many days a missing error is taken to be the last one known; after them it is nothing."""

CLASSES = 5
"""Of forecast flow, equally many days in each."""

RANKS = 101
"""Quantiles that are kept of what remains in a class."""

YEAR = 365.25
"""Days. Errors of one year resemble one another: a year, not a day, is what the spread was seen in."""

FEWEST = 100
"""Pairs of a forecast and what came, at each lead."""


@dataclass(frozen=True, eq=False)
class ErrorModel:
    """Of each lead (days): ``coefficients`` (leads, 3) of the error today, the error yesterday and the rise of the
    simulation until then; ``bounds`` (leads, 4) between the classes of forecast flow; ``remains`` (leads, 5, 101) the
    quantiles 0, 0.01 … 1 of √observed − √forecast in each, widened for a year not seen; ``pairs`` (leads,) how many
    forecasts it was learned from."""

    leads: tuple[int, ...]
    coefficients: F64
    bounds: F64
    remains: F64
    pairs: I64


def fit_error_model(observed: ArrayLike, simulated: ArrayLike, *, leads: Sequence[int]) -> ErrorModel:
    """Learn from the past how today's error goes on at each of ``leads`` (days).

    ``observed`` (n,), NaN where missing, and ``simulated`` (n,) in one unit. For each lead L, e = observed − simulated at t
    + L is regressed, without a constant, on e(t), e(t−1) and sim(t+L) − sim(t): type D of Refsgaard 1997
    (Nordic Hydrology 28, 65-84) with one regression for each lead. A missing error is the last one known for 5 days,
    then 0. What remains is kept by class of forecast flow, its distance from the class's median times √(1 + 1/N) for N
    years of pairs: the deviation of one more year from the mean of N. Raises ``ValueError`` for gaps in the simulation,
    lengths that differ, leads that do not rise from 1, and fewer than 100 pairs at a lead.
    """
    seen, run = _pair(observed, simulated)
    chosen = tuple(whole(lead, "a lead") for lead in np.atleast_1d(np.asarray(leads, object)).tolist())
    if not chosen or any(later <= earlier for earlier, later in pairwise(chosen)):
        raise ValueError(f"leads are {list(chosen)}; give days that rise, such as 1, 3, 7")
    today, yesterday = _errors(seen, run)
    error = seen - run
    coefficients, bounds, remains, pairs = [], [], [], []
    for lead in chosen:
        target = error[lead:]
        known = np.isfinite(target)
        if known.sum() < FEWEST:
            raise ValueError(
                f"{known.sum()} days are observed {lead} days after a first one; an error model needs {FEWEST}"
            )
        told = np.stack([today[:-lead], yesterday[:-lead], run[lead:] - run[:-lead]], axis=1)
        weights = np.linalg.lstsq(told[known], target[known], rcond=None)[0]
        forecast = np.maximum(run[lead:] + told @ weights, 0)[known]
        rest = np.sqrt(seen[lead:][known]) - np.sqrt(forecast)
        between = np.quantile(forecast, np.arange(1, CLASSES) / CLASSES)
        of_class = np.searchsorted(between, forecast, side="right")
        remains.append(_remains(rest, of_class))
        coefficients.append(weights)
        bounds.append(between)
        pairs.append(int(known.sum()))
    return ErrorModel(chosen, np.array(coefficients), np.array(bounds), np.array(remains), np.array(pairs))


def update_forecast(simulated: ArrayLike, observed: ArrayLike, *, model: ErrorModel) -> F64:
    """Past forecasts (leads, n): [i, t] is valid at t, issued at t − leads[i], and knows nothing observed after its issue.

    The first leads[i] entries of a row are NaN, no other; never below 0. Raises ``ValueError`` as `fit_error_model` does
    for the series.
    """
    of_kind(model, ErrorModel, "model", by="fit_error_model")
    seen, run = _pair(observed, simulated)
    today, yesterday = _errors(seen, run)
    out = np.full((len(model.leads), len(run)), np.nan)
    for i, lead in enumerate(model.leads):
        if lead >= len(run):
            continue
        first, second, rise = model.coefficients[i]
        change = first * today[:-lead] + second * yesterday[:-lead] + rise * (run[lead:] - run[:-lead])
        out[i, lead:] = np.maximum(run[lead:] + change, 0)
    return out


def correct_forecast(ensemble: ArrayLike, *, observed: ArrayLike, simulated: ArrayLike, model: ErrorModel) -> F64:
    """Today's forecast, corrected: ``ensemble`` (members, horizon) of the days that follow ``observed`` and ``simulated``.

    Both are (n,), up to today. The same as `update_forecast`; between the leads of the model its coefficients are taken in
    proportion, beyond them those of the nearest lead. Today's observation may be missing. Raises ``ValueError`` for gaps in
    the ensemble or the simulation.
    """
    of_kind(model, ErrorModel, "model", by="fit_error_model")
    members = finite(ensemble, "ensemble")
    if members.ndim != 2 or not members.size:
        raise ValueError(f"ensemble has the shape {members.shape}; give one row for each member")
    seen, run = _pair(observed, simulated)
    today, yesterday = _errors(seen, run)
    ahead = np.arange(1, members.shape[1] + 1)
    first, second, rise = (np.interp(ahead, model.leads, model.coefficients[:, k]) for k in range(3))
    change = first * today[-1] + second * yesterday[-1] + rise * (members - run[-1])
    return np.asarray(np.maximum(members + change, 0))


def dress_forecast(forecast: ArrayLike, *, model: ErrorModel, members: int = 50, seed: int = 0) -> F64:
    """The range around a forecast: ``forecast`` (leads,) or (leads, n), at the leads of the model, → (members, leads[, n]).

    To √forecast is added what remained in its class of flow, at one rank for each member through all leads and times; the
    ranks stand evenly, in an order that ``seed`` draws. NaN stays NaN. Raises ``ValueError`` for other leads and negative
    flow.
    """
    of_kind(model, ErrorModel, "model", by="fit_error_model")
    flow = floats(forecast, "forecast")
    count = whole(members, "members")
    if flow.ndim not in (1, 2) or flow.shape[0] != len(model.leads):
        raise ValueError(
            f"forecast has the shape {flow.shape}; its first axis is the leads {list(model.leads)} of the model"
        )
    if (flow < 0).any() or np.isinf(flow).any():
        raise ValueError("forecast is negative or endless; give flow of 0 or more, NaN where there is none")
    ranks = chance(seed).permutation((np.arange(count) + 0.5) / count)
    position = ranks * (RANKS - 1)
    below = np.minimum(position.astype(np.int64), RANKS - 2)
    part = position - below
    out = np.empty((count, *flow.shape))
    for i in range(len(model.leads)):
        table = model.remains[i]
        spread = table[:, below] * (1 - part) + table[:, below + 1] * part  # (classes, members)
        of_class = np.searchsorted(model.bounds[i], flow[i], side="right")  # NaN sorts last and stays NaN below
        rest = np.moveaxis(spread[np.minimum(of_class, CLASSES - 1)], -1, 0)
        out[:, i] = np.maximum(np.sqrt(flow[i]) + rest, 0) ** 2
    return out


def _remains(rest: F64, of_class: I64) -> F64:
    """Quantiles of each class (classes, ranks); those of all where flow is so even that a class is empty."""
    widened = np.sqrt(1 + YEAR / len(rest))
    ranks = np.linspace(0, 1, RANKS)
    out = np.empty((CLASSES, RANKS))
    for k in range(CLASSES):
        members = rest[of_class == k]
        out[k] = np.quantile(members if members.size else rest, ranks)
        out[k] = out[k, RANKS // 2] + widened * (out[k] - out[k, RANKS // 2])
    return out


def _pair(observed: ArrayLike, simulated: ArrayLike) -> tuple[F64, F64]:
    seen, run = series(observed, "observed", least=0, gaps=True), series(simulated, "simulated", least=0)
    if len(seen) != len(run):
        raise ValueError(f"observed has {len(seen)} days, simulated {len(run)}; give both for the same days")
    return seen, run


def _errors(seen: F64, run: F64) -> tuple[F64, F64]:
    """The error known on each day and the one known on the day before, (n,) each."""
    error = seen - run
    days = np.arange(len(error))
    last = np.maximum.accumulate(np.where(np.isfinite(error), days, -1))
    fresh = (last >= 0) & (days - last <= REMEMBERED)
    today = np.where(fresh, error[np.maximum(last, 0)], 0.0)
    return today, np.concatenate([[0.0], today[:-1]])
