"""Magnetic declination by the International Geomagnetic Reference Field, one model from 1900 to 2029."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.survey.grids import together

Floats = NDArray[np.float64]

DEGREE = 13
RADIUS = 6371.2
"""Reference radius of the model, km."""
EQUATOR, POLE = 6378.137, 6356.752314245
"""Half axes of WGS 84, km."""
CHUNK = 2048
"""Points at a time: the Legendre functions of so many stay in the processor's cache."""


def declination(lon: ArrayLike, lat: ArrayLike, *, on: date, elevation: ArrayLike = 0.0) -> float | Floats:
    """Declination, east positive, at geodetic longitude and latitude (degrees) and elevation (m above the ellipsoid), which
    broadcast; a number for numbers, an array for arrays.

    IGRF-14 to degree 13 (IAGA, https://doi.org/10.5281/zenodo.14012302), linear between its epochs of five years and, after
    2025, by its predicted secular variation. Good to about half a degree in a disturbed place: iron, a power line or a rock
    that is magnetic turn a compass by more than the model errs.

    Raises ``ValueError`` for a date before 1900 or after 2029, and for a position that is none.

    >>> from datetime import date
    >>> round(declination(45.63, 35.56, on=date(2026, 7, 1)), 2), round(declination(45.63, 35.56, on=date(1986, 7, 1)), 2)
    (5.26, 3.59)
    """
    east, north, height = together({"longitude": lon, "latitude": lat, "elevation": elevation})
    if not (np.isfinite(east) & np.isfinite(north) & np.isfinite(height)).all():
        raise ValueError("a position holds what is no number; give longitude, latitude and elevation as numbers")
    if np.any(np.abs(north) > 90) or np.any(np.abs(east) > 360):
        raise ValueError("a latitude is beyond 90 or a longitude beyond 360 degrees; give longitude first, in degrees")
    g, h = _coefficients(_year(on))
    flat = [np.ravel(value) for value in (east, north, height)]
    found = np.empty(east.size)
    for begin in range(0, east.size, CHUNK):
        part = slice(begin, begin + CHUNK)
        found[part] = _declinations(flat[0][part], flat[1][part], flat[2][part] / 1000, g, h)
    return found.reshape(east.shape) if east.ndim else float(found[0])


def _year(on: date) -> float:
    if not isinstance(on, date):
        raise ValueError(f"the date of the observation is {on!r}; give a date")
    if not 1900 <= on.year <= 2029:
        raise ValueError(
            f"no declination for {on.year}: the model knows 1900 to 2029; check the year of the observation"
        )
    days = date(on.year + 1, 1, 1).toordinal() - date(on.year, 1, 1).toordinal()
    return on.year + (on.toordinal() - date(on.year, 1, 1).toordinal()) / days


@lru_cache(maxsize=1)
def _table() -> tuple[Floats, dict[tuple[int, int], Floats]]:
    lines = (files("rafid.methods.survey") / "igrf14.shc").read_text("ascii").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    epochs = np.array(rows[1], float)
    return epochs, {(int(row[0]), int(row[1])): np.array(row[2:], float) for row in rows[2:]}


@lru_cache(maxsize=64)
def _coefficients(year: float) -> tuple[Floats, Floats]:
    """g and h of one day, (14, 14) each, by degree and order."""
    epochs, table = _table()
    g, h = np.zeros((DEGREE + 1, DEGREE + 1)), np.zeros((DEGREE + 1, DEGREE + 1))
    for (n, m), values in table.items():
        into, order = (g, m) if m >= 0 else (h, -m)
        into[n, order] = np.interp(year, epochs, values)
    return g, h


def _declinations(lon: Floats, lat: Floats, height: Floats, g: Floats, h: Floats) -> Floats:
    """The field in geocentric components, as a sum over degree n and order m of Schmidt's functions P (Langel 1987, "The main
    field", in Geomagnetism I, eq. 1 to 8), then turned to the geodetic north.
    """
    sin_lat, cos_lat = np.sin(np.radians(lat)), np.cos(np.radians(lat))
    across = EQUATOR**2 / np.sqrt((EQUATOR * cos_lat) ** 2 + (POLE * sin_lat) ** 2)
    rho = (across + height) * cos_lat
    z = (across * (POLE / EQUATOR) ** 2 + height) * sin_lat
    r = np.hypot(rho, z)
    cos_t, sin_t = z / r, np.maximum(rho / r, 1e-12)
    phi = np.radians(lon)
    cos_m = [np.ones_like(phi), np.cos(phi)]
    sin_m = [np.zeros_like(phi), np.sin(phi)]
    for m in range(2, DEGREE + 1):
        cos_m.append(cos_m[1] * cos_m[m - 1] - sin_m[1] * sin_m[m - 1])
        sin_m.append(sin_m[1] * cos_m[m - 1] + cos_m[1] * sin_m[m - 1])
    shrink = [(RADIUS / r) ** (n + 2) for n in range(DEGREE + 1)]
    radial, south, east = np.zeros_like(r), np.zeros_like(r), np.zeros_like(r)
    diagonal, slope = np.ones_like(r), np.zeros_like(r)
    zero = np.zeros_like(r)
    for m in range(DEGREE + 1):
        if m:
            scale = np.sqrt((2 * m - 1) / (2 * m)) if m > 1 else 1.0
            diagonal, slope = scale * sin_t * diagonal, scale * (sin_t * slope + cos_t * diagonal)
        before, before_slope, p, dp = zero, zero, diagonal, slope
        for n in range(m, DEGREE + 1):
            if n > m:
                root, under = np.sqrt(n * n - m * m), np.sqrt((n - 1) ** 2 - m * m)
                p, dp, before, before_slope = (
                    ((2 * n - 1) * cos_t * p - under * before) / root,
                    ((2 * n - 1) * (cos_t * dp - sin_t * p) - under * before_slope) / root,
                    p,
                    dp,
                )
            if n:
                wave = (g[n, m] * cos_m[m] + h[n, m] * sin_m[m]) * shrink[n]
                radial += (n + 1) * wave * p
                south -= wave * dp
                if m:
                    east += m * (g[n, m] * sin_m[m] - h[n, m] * cos_m[m]) * shrink[n] * p
    east /= sin_t
    # The geodetic vertical leans from the geocentric one by this angle.
    sin_lean, cos_lean = sin_lat * sin_t - cos_lat * cos_t, cos_lat * sin_t + sin_lat * cos_t
    north = -south * cos_lean - radial * sin_lean
    return np.degrees(np.arctan2(east, north))
