"""Marks that were entered in an unknown grid, beside where they were found by GPS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.survey.grids import GEOD, GRIDS, operations, transformed

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OffsetReading:
    """``crs`` such as "EPSG:27038"; ``swapped``: northing was written first; ``rms``: root mean square of the distances, m."""

    crs: str
    swapped: bool
    rms: float


def explain_offset(entered: ArrayLike, measured: ArrayLike) -> tuple[OffsetReading, ...]:
    """Grid values as entered, (n, 2), beside longitude and latitude by GPS of the same marks, (n, 2): every datum, zone and
    order of axes, best first; infinite where a reading projects nowhere. Where a datum has two ways to WGS 84, the nearer one.

    A shift of datum is 300 to 400 m here; a few marks tell it although each is within the right district.

    Raises ``ValueError`` where the lists are not pairs of one length, or hold what is no number.
    """
    grid, gps = _pairs(entered, "the entered marks"), _pairs(measured, "the measured marks")
    if grid.shape != gps.shape:
        raise ValueError(
            f"{len(grid)} marks were entered and {len(gps)} measured; give the same marks in the same order"
        )
    if np.any(np.abs(gps[:, 1]) > 90) or np.any(np.abs(gps[:, 0]) > 360):
        raise ValueError("a measured mark is no longitude and latitude; give degrees, longitude first")
    found = [
        OffsetReading(crs, swapped, _rms(grid[:, ::-1] if swapped else grid, gps, crs))
        for crs in GRIDS
        for swapped in (False, True)
    ]
    return tuple(sorted(found, key=lambda reading: reading.rms))


def _rms(grid: Floats, gps: Floats, crs: str) -> float:
    best = np.inf
    for way in operations(crs):
        lon, lat = transformed(way, grid[:, 0], grid[:, 1])
        if (np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) <= 90)).all():
            best = min(best, float(np.sqrt(np.mean(np.square(GEOD.inv(lon, lat, gps[:, 0], gps[:, 1])[2])))))
    return float(best)


def _pairs(values: Any, what: str) -> Floats:
    try:
        found = np.asarray(values, float)
    except (TypeError, ValueError, OverflowError) as bad:
        raise ValueError(f"{what} hold what is no number; mend them") from bad
    if found.ndim != 2 or found.shape[1] != 2 or not len(found):
        raise ValueError(f"{what} must be pairs of numbers, one for each mark, and at least one")
    if not np.isfinite(found).all():
        at = int(np.flatnonzero(~np.isfinite(found).all(1))[0])
        raise ValueError(
            f"{what}: number {at + 1} is missing or infinite; enter it or leave the mark out of both lists"
        )
    return found
