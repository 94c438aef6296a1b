"""CemaNeige: snow that gathers and melts in bands of equal area before the runoff model sees the water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, number, series

_CEILING = 4000.0
"""Above it precipitation grows no more, m."""

_ALL_SNOW, _ALL_RAIN = -1.0, 3.0
"""°C; between them the share of snow is linear."""

_YEAR = 365.25


@dataclass(frozen=True, eq=False)
class SnowState:
    """Snow (mm) and its temperature (°C, not above 0) in each band at the end of a day, and the yearly snowfall (mm) that
    the run was made with: a run that goes on uses it, too."""

    pack: F64
    thermal: F64
    annual_snowfall: float


@dataclass(frozen=True, eq=False)
class SnowRun:
    """``liquid`` (n,): rain and melt, mm/d, mean of the bands. ``pack`` (bands, n): snow at the end of each day, mm."""

    liquid: F64
    pack: F64
    state: SnowState


@dataclass(frozen=True, eq=False)
class BandWeather:
    """Rain, snow (mm) and temperature (°C) of each band, (n, bands); the same for all parameters."""

    rain: F64
    snow: F64
    warmth: F64

    @property
    def annual_snowfall(self) -> float:
        """Mean of the bands, mm in a year."""
        return float(self.snow.mean() * _YEAR)


def cemaneige(
    precipitation: ArrayLike,
    temperature: ArrayLike,
    *,
    ctg: float,
    kf: float,
    elevations: ArrayLike,
    reference_elevation: float,
    annual_snowfall: float | None = None,
    precipitation_gradient: float = 0.00041,
    temperature_gradient: float = 0.006,
    state: SnowState | None = None,
) -> SnowRun:
    """Rain and snowmelt of a catchment by CemaNeige (Valéry et al. 2014, doi:10.1016/j.jhydrol.2014.04.058).

    ``precipitation`` mm/d and mean ``temperature`` °C, both (n,), at ``reference_elevation`` m; ``elevations`` m, one for
    each band of equal area. ``ctg`` 0..1 is the memory of the snow's temperature, ``kf`` mm/°C/d its melt. Snow covers a
    band wholly above 0.9 of ``annual_snowfall`` (mm/y, mean of the bands). Without it that of ``state`` serves, else that
    of this very series, which looks ahead: give the one of the calibration where the run stands for a forecast. Raises
    ``ValueError`` for gaps, negative precipitation, lengths that differ and a state of other bands.

    >>> run = cemaneige([0, 12, 20, 5], [-4, -3, -1, 1], ctg=0.4, kf=4, elevations=[800], reference_elevation=800,
    ...                 annual_snowfall=100)
    >>> [float(v) for v in run.liquid]
    [0.0, 0.0, 0.0, 2.5]
    """
    weather = band_weather(
        precipitation,
        temperature,
        elevations=elevations,
        reference_elevation=reference_elevation,
        precipitation_gradient=precipitation_gradient,
        temperature_gradient=temperature_gradient,
    )
    memory, rate = snow_parameters(ctg, kf)
    bands = weather.rain.shape[1]
    if state is not None and not (state.pack.shape == state.thermal.shape == (bands,)):
        raise ValueError(f"state is of {state.pack.shape[0]} bands, elevations of {bands}; go on with the same bands")
    if annual_snowfall is None:
        yearly = weather.annual_snowfall if state is None else state.annual_snowfall
    else:
        yearly = number(annual_snowfall, "annual_snowfall", least=0)
    pack = np.zeros(bands) if state is None else state.pack.copy()
    thermal = np.zeros(bands) if state is None else state.thermal.copy()
    packs = np.empty((bands, len(weather.rain)))
    liquid = melt(weather, memory, rate, yearly, pack, thermal, packs)
    return SnowRun(liquid, packs, SnowState(pack, thermal, yearly))


def snow_parameters(ctg: float, kf: float) -> tuple[float, float]:
    memory, rate = number(ctg, "ctg", least=0), number(kf, "kf", least=0)
    if memory > 1:
        raise ValueError(f"ctg is {memory:g}; the memory of the snow's temperature lies between 0 and 1")
    return memory, rate


def band_weather(
    precipitation: ArrayLike,
    temperature: ArrayLike,
    *,
    elevations: ArrayLike,
    reference_elevation: float,
    precipitation_gradient: float = 0.00041,
    temperature_gradient: float = 0.006,
) -> BandWeather:
    """The weather at ``reference_elevation`` taken to each band; the bands' mean precipitation is the one given."""
    fall, warm = series(precipitation, "precipitation", least=0), series(temperature, "temperature")
    heights = finite(elevations, "elevations")
    if heights.ndim != 1 or not heights.size:
        raise ValueError("elevations must be one height in m for each band, at least one")
    if len(fall) != len(warm):
        raise ValueError(f"precipitation has {len(fall)} days, temperature {len(warm)}; give both for the same days")
    reference = number(reference_elevation, "reference_elevation")
    weight = np.exp(precipitation_gradient * (np.minimum(heights, _CEILING) - min(reference, _CEILING)))
    weight /= weight.mean()
    warmth = warm[:, None] + temperature_gradient * (reference - heights)
    share = np.clip((_ALL_RAIN - warmth) / (_ALL_RAIN - _ALL_SNOW), 0, 1)
    falling = fall[:, None] * weight
    return BandWeather(falling * (1 - share), falling * share, warmth)


def melt(
    weather: BandWeather, ctg: float, kf: float, yearly: float, pack: F64, thermal: F64, packs: F64 | None = None
) -> F64:
    """Liquid water (n,); ``pack`` and ``thermal`` are carried on in place, ``packs`` (bands, n) is filled where given."""
    from rafid.methods.hydrology.runoff_kernels import melt_bands  # numba: heavy, and wanted only where a model runs

    liquid = np.empty(len(weather.rain))
    kept = np.empty((0, 0)) if packs is None else packs
    melt_bands(weather.rain, weather.snow, weather.warmth, ctg, kf, 0.9 * yearly, pack, thermal, liquid, kept)
    return liquid
