"""Futures of a catchment's weather, and the flow that each makes from today's state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.methods.hydrology import (
    ErrorModel,
    Forcing,
    ModelParameters,
    ModelState,
    analogue_members,
    block_bootstrap,
    correct_forecast,
    dress_forecast,
    gr4j,
)
from rafid.methods.hydrology.snow import band_weather, melt

from .weather import NoWeather

F64 = NDArray[np.float64]
ALIKE = 30
"""Days of weather by which a past year is like this one."""

THIS_YEAR = 180
"""Days before today that belong to this year, not to a past one."""


@dataclass(frozen=True, eq=False)
class Weather:
    """Rain, evapotranspiration and temperature of each member, (members, horizon)."""

    rain: F64
    loss: F64
    warm: F64 | None

    @property
    def horizon(self) -> int:
        return self.rain.shape[1]


def drawn(past: Forcing, days: Any, *, kind: str, start_day: int, horizon: int, members: int, seed: int) -> Weather:
    """Members from the past alone: blocks of its season, or what followed weather like that of the last thirty days."""
    try:
        if kind == "analogue":
            columns = [past.rain] if past.temperature is None else [past.rain, past.temperature]
            history = np.column_stack([_smoothed(one) for one in columns])
            starts = _of_season(history, days, start_day, members, horizon)
            index = starts[:, None] + np.arange(horizon)
        else:
            index = block_bootstrap(days, start_day=start_day, horizon=horizon, members=members, seed=seed)
    except ValueError as error:
        raise NoWeather(
            _("The past weather holds no %(members)s members of this season. Use a longer record.")
            % {"members": members}
        ) from error
    warm = None if past.temperature is None else np.asarray(past.temperature)[index]
    return Weather(past.rain[index], past.loss[index], warm)


def of_forcings(members: list[Forcing], horizon: int) -> Weather:
    cut = [one.between(0, horizon) for one in members]
    warm = None if cut[0].temperature is None else np.array([one.temperature for one in cut])
    return Weather(np.array([one.rain for one in cut]), np.array([one.loss for one in cut]), warm)


def _smoothed(values: Any) -> F64:
    """Sums of five days: the day of a storm is chance, how wet the week was is not."""
    total = np.cumsum(np.concatenate([np.zeros(5), np.asarray(values, float)]))
    return total[5:] - total[:-5]


def _of_season(history: F64, days: Any, start_day: int, members: int, horizon: int) -> NDArray[np.int64]:
    """First days after windows like the last one, within a month of the season."""
    left_out = max(horizon, THIS_YEAR)
    windows = len(history) - left_out - ALIKE + 1
    found = analogue_members(history, current=history[-ALIKE:], members=max(windows, members), exclude=left_out)
    after = found + ALIKE
    apart = np.abs(days[after] - start_day)
    chosen: NDArray[np.int64] = after[np.minimum(apart, 366 - apart) <= 30][:members]
    if len(chosen) < members:
        raise ValueError("too few windows of the season")
    return chosen


def flows(weather: Weather, past: Forcing, *, parameters: ModelParameters, state: ModelState) -> F64:
    """Flow of each member, mm/d (members, horizon): all of them run side by side from one state."""
    liquid = weather.rain
    if parameters.kf is not None and state.snow is not None and weather.warm is not None:
        assert past.elevations is not None
        assert past.reference_elevation is not None
        liquid = np.empty_like(weather.rain)
        for i in range(len(liquid)):
            bands = band_weather(
                weather.rain[i],
                weather.warm[i],
                elevations=past.elevations,
                reference_elevation=past.reference_elevation,
            )
            liquid[i] = melt(
                bands,
                parameters.ctg or 0.0,
                parameters.kf,
                state.snow.annual_snowfall,
                state.snow.pack.copy(),
                state.snow.thermal.copy(),
            )
    run = gr4j(
        liquid,
        weather.loss,
        x1=parameters.x1,
        x2=parameters.x2,
        x3=parameters.x3,
        x4=parameters.x4,
        state=replace(state.runoff),
    )
    return np.atleast_2d(run.flow)


def told(ensemble: F64, *, observed: F64, simulated: F64, errors: ErrorModel, seed: int) -> F64:
    """The members corrected by today's error and dressed with what remains, each at a rank of its own: (members, horizon).

    The error model has a lead for each day of the horizon.
    """
    corrected = correct_forecast(ensemble, observed=observed, simulated=simulated, model=errors)
    count, horizon = corrected.shape
    leads = errors.leads[:horizon]
    if leads != tuple(range(1, horizon + 1)):
        raise NoWeather(_("The model's errors are not known at every day of the horizon. Calibrate it again."))
    short = ErrorModel(
        leads, *(table[:horizon] for table in (errors.coefficients, errors.bounds, errors.remains, errors.pairs))
    )
    dressed = dress_forecast(corrected.T, model=short, members=count, seed=seed)  # (ranks, leads, members)
    own = np.arange(count)
    return np.asarray(dressed[own, :, own])
