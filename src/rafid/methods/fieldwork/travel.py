"""How far and how fast: between two fixes, and between the visits of one person."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius R1 of the IUGG."""

SAME_PLACE_M: Final = 50.0
"""Two visits without time between them are no journey when they lie nearer than this: a phone's fix is not better."""


def distances_m(
    latitude_a: ArrayLike, longitude_a: ArrayLike, latitude_b: ArrayLike, longitude_b: ArrayLike
) -> NDArray[np.float64]:
    """Great-circle distance in metres, by the haversine on a sphere of ``EARTH_RADIUS_M``.

    Degrees; the arrays broadcast. NaN gives NaN. Raises ``ValueError`` for a latitude outside ±90.

    >>> round(float(distances_m(36.1900, 44.0100, 36.1909, 44.0100)), 1)
    100.1
    """
    a, b = np.asarray(latitude_a, float), np.asarray(latitude_b, float)
    for latitude in (a, b):
        if np.any(np.abs(latitude) > 90):
            raise ValueError("a latitude lies outside -90..90; are latitude and longitude exchanged?")
    phi_a, phi_b = np.radians(a), np.radians(b)
    across = np.radians(np.asarray(longitude_b, float) - np.asarray(longitude_a, float))
    half = np.sin((phi_b - phi_a) / 2) ** 2 + np.cos(phi_a) * np.cos(phi_b) * np.sin(across / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def travel_speeds_kmh(
    latitude: ArrayLike, longitude: ArrayLike, start: ArrayLike, end: ArrayLike
) -> NDArray[np.float64]:
    """Speeds (n-1,) in km/h between one person's n visits: from the end of one to the start of the next.

    ``latitude``, ``longitude`` (n,) in degrees; ``start``, ``end`` (n,) in seconds, ``start`` rising. Without time between
    two visits the speed is infinite where they lie more than 50 m apart, else 0. An unknown fix or time gives NaN. Raises
    ``ValueError`` for unsorted starts, shapes that differ, and latitudes outside ±90.

    >>> travel_speeds_kmh([33.3152, 36.3489], [44.3661, 43.1577], [0, 3600], [0, 7200]).round(1).tolist()
    [354.9]
    """
    lat, lon, begun, ended = (np.asarray(one, float) for one in (latitude, longitude, start, end))
    if not lat.shape == lon.shape == begun.shape == ended.shape or lat.ndim != 1:
        raise ValueError("latitude, longitude, start and end must be of one length")
    known = begun[~np.isnan(begun)]
    if np.any(np.diff(known) < 0):
        raise ValueError("the visits are not sorted by their start")
    if lat.size < 2:
        return np.empty(0)
    metres = distances_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    seconds = begun[1:] - ended[:-1]
    at_once = np.where(metres > SAME_PLACE_M, np.inf, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        speeds = np.where(seconds > 0, metres / seconds * 3.6, at_once)
    return np.where(np.isnan(metres) | np.isnan(seconds), np.nan, speeds)
