"""Potential evapotranspiration from temperature alone."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, number

_SOLAR = 0.0820
"""Solar constant, MJ m⁻² min⁻¹."""


def extraterrestrial_radiation(day_of_year: ArrayLike, *, latitude: float) -> F64:
    """Ra in MJ m⁻² d⁻¹ at ``latitude`` (degrees, south negative) on the ``day_of_year`` 1..366, of any shape.

    FAO Irrigation and Drainage Paper 56 (Allen et al. 1998), equations 21 to 25. Within the polar circles the sunset angle is
    held to 0..π. Raises ``ValueError`` for other days and latitudes.

    >>> round(float(extraterrestrial_radiation(246, latitude=-20)), 1)
    32.2
    """
    day = finite(day_of_year, "day_of_year", least=1)
    if (day > 366).any():
        raise ValueError(f"day_of_year is {day.max():g}; a year has days 1 to 366")
    degrees = number(latitude, "latitude")
    if abs(degrees) > 90:
        raise ValueError(f"latitude is {degrees:g}; give degrees between -90 and 90")
    phi = np.radians(degrees)
    turn = 2 * np.pi * day / 365
    near = 1 + 0.033 * np.cos(turn)
    declination = 0.409 * np.sin(turn - 1.39)
    sunset = np.arccos(np.clip(-np.tan(phi) * np.tan(declination), -1, 1))
    lit = sunset * np.sin(phi) * np.sin(declination) + np.cos(phi) * np.cos(declination) * np.sin(sunset)
    return np.asarray(24 * 60 / np.pi * _SOLAR * near * lit)


def oudin_pet(temperature: ArrayLike, day_of_year: ArrayLike, *, latitude: float) -> F64:
    """Potential evapotranspiration in mm/d from the day's mean ``temperature`` (°C, …, n) and the ``day_of_year`` (n,).

    Ra/2.45 · (T + 5)/100 where T > −5 °C, else 0 (Oudin et al. 2005, doi:10.1016/j.jhydrol.2004.08.026). Made for
    rainfall-runoff models; it knows neither wind nor humidity, so it is no measure of what a field or a lake loses. Raises
    ``ValueError`` for gaps and for shapes that do not fit.

    >>> round(float(oudin_pet(25, 150, latitude=36.3)), 6)
    5.036603
    """
    warm = finite(temperature, "temperature")
    radiation = extraterrestrial_radiation(day_of_year, latitude=latitude)
    try:
        return np.asarray(radiation / 2.45 * np.maximum(warm + 5, 0) / 100)
    except ValueError:
        raise ValueError(
            f"temperature has the shape {warm.shape}, day_of_year {radiation.shape}; give a day for each temperature"
        ) from None
