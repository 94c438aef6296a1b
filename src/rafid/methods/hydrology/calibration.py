"""Parameters of a catchment from what was observed there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.catchment_model import Forcing, ModelParameters
from rafid.methods.hydrology.given import F64, of_kind, series, whole
from rafid.methods.hydrology.rainfall_runoff import gr4j
from rafid.methods.hydrology.searching import least
from rafid.methods.hydrology.snow import BandWeather, band_weather, melt

FEWEST = 365
"""Observed days; fewer do not hold one year's course."""

BOUNDS = {
    "x1": (math.log(33), math.log(3000)),
    "x2": (math.asinh(-6), math.asinh(6)),
    "x3": (math.log(4), math.log(1100)),
    "x4": (0.6, 15.0),
    "ctg": (0.0, 0.98),
    "kf": (1.0, 9.0),
}
"""Where the search goes, as it sees them: ln x1, asinh x2, ln x3."""


@dataclass(frozen=True)
class Calibration:
    """``score`` of the objective over the observed days after the warm-up; ``runs`` of the model that it took."""

    parameters: ModelParameters
    score: float
    runs: int


def calibrate(
    forcing: Forcing,
    observed: ArrayLike,
    *,
    warmup: int = 365,
    objective: str = "kge",
    max_runs: int = 2400,
    seed: int = 0,
) -> Calibration:
    """The parameters with which the model's flow is most like ``observed`` (n,), mm/d, NaN where it is missing.

    ``objective`` "kge" (Gupta et al. 2009) or "nse" (Nash and Sutcliffe 1970), over the days after ``warmup``. A global
    search (`searching.least`) within `BOUNDS`, in at most ``max_runs`` runs; the same seed gives the same answer. With snow
    when the forcing has temperature and bands: the yearly snowfall is then that of the forcing, and is kept with the
    parameters. Raises ``ValueError`` for fewer than 365 observed days after the warm-up, for flow that does not vary or is
    negative, and for weather without rain.
    """
    of_kind(forcing, Forcing, "forcing")
    flow = series(observed, "observed", least=0, gaps=True)
    days, first = len(forcing), whole(warmup, "warmup", least=0)
    if len(flow) != days:
        raise ValueError(f"observed has {len(flow)} days, the forcing {days}; give both for the same days")
    if not isinstance(objective, str) or objective not in SCORES:
        raise ValueError(f'objective is {objective!r}; give "kge" or "nse"')
    counted = np.isfinite(flow)
    counted[:first] = False
    if counted.sum() < FEWEST:
        raise ValueError(
            f"observed has {counted.sum()} days with flow after a warm-up of {first}; give at least {FEWEST}"
        )
    kept = flow[counted]
    if not np.ptp(kept) > 0:
        raise ValueError(f"observed is {kept[0]:g} on every day; a model cannot be fitted to flow that does not vary")
    if not forcing.rain.any():
        raise ValueError("precipitation is 0 on every day; give the rain of the catchment")
    weather = None
    if forcing.temperature is not None and forcing.elevations is not None and forcing.reference_elevation is not None:
        weather = band_weather(
            forcing.rain,
            forcing.temperature,
            elevations=forcing.elevations,
            reference_elevation=forcing.reference_elevation,
        )
    names = list(BOUNDS) if weather is not None else ["x1", "x2", "x3", "x4"]
    judge = partial(
        _judge, names=names, forcing=forcing, weather=weather, counted=counted, kept=kept, objective=objective
    )
    found = least(judge, dimensions=len(names), max_runs=whole(max_runs, "max_runs"), seed=seed)
    values = {name: float(one[0]) for name, one in _parameters(found.point[None], names).items()}
    snowfall = None if weather is None else weather.annual_snowfall
    return Calibration(ModelParameters(**values, annual_snowfall=snowfall), 1 - found.value, found.runs)


def _parameters(trials: F64, names: list[str]) -> dict[str, F64]:
    found = {}
    for i, name in enumerate(names):
        low, high = BOUNDS[name]
        found[name] = low + (high - low) * trials[:, i]
    return found | {"x1": np.exp(found["x1"]), "x2": np.sinh(found["x2"]), "x3": np.exp(found["x3"])}


def _judge(
    trials: F64,
    *,
    names: list[str],
    forcing: Forcing,
    weather: BandWeather | None,
    counted: F64,
    kept: F64,
    objective: str,
) -> F64:
    """1 − score of each trial (m, parameters)."""
    chosen = _parameters(trials, names)
    water = forcing.rain
    if weather is not None:
        bands = weather.rain.shape[1]
        water = np.array(
            [
                melt(weather, ctg, kf, weather.annual_snowfall, np.zeros(bands), np.zeros(bands))
                for ctg, kf in zip(chosen["ctg"].tolist(), chosen["kf"].tolist(), strict=True)
            ]
        )
    run = gr4j(water, forcing.loss, x1=chosen["x1"], x2=chosen["x2"], x3=chosen["x3"], x4=chosen["x4"])
    return 1 - SCORES[objective](run.flow[:, counted], kept)


def _kge(flows: F64, observed: F64) -> F64:
    """Of each row."""
    mean, spread = flows.mean(axis=1), flows.std(axis=1)
    together = ((flows - mean[:, None]) * (observed - observed.mean())).mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.where(spread > 0, together / (spread * observed.std()), 0.0)
    return np.asarray(
        1 - np.sqrt((r - 1) ** 2 + (spread / observed.std() - 1) ** 2 + (mean / observed.mean() - 1) ** 2)
    )


def _nse(flows: F64, observed: F64) -> F64:
    return np.asarray(1 - ((flows - observed) ** 2).mean(axis=1) / observed.var())


SCORES = {"kge": _kge, "nse": _nse}
