"""A field book whose north or units are in doubt, beside GPS positions of its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.survey.offsets import _pairs
from rafid.methods.survey.traverses import NORTHS, _numbers, traverse

UNITS = {"degrees": 360, "mils": 6400, "gon": 400}
DISTANCES = {"m": 1.0, "ft": 0.3048, "yd": 0.9144}


@dataclass(frozen=True)
class BearingReading:
    """``unit``: degrees, mils (6400) or gon (400); ``distance_unit``: m, ft or yd; ``reversed``: the bearings were read looking
    back; ``rms``: root mean square of the distances to the measured points, m."""

    north: str
    unit: str
    distance_unit: str
    reversed: bool
    rms: float


def explain_bearings(
    start: Sequence[float],
    bearings: ArrayLike,
    distances: ArrayLike,
    measured: ArrayLike,
    *,
    crs: Any,
    on: date | None,
) -> tuple[BearingReading, ...]:
    """Taped legs as written, beside grid positions by GPS of points 1 to k, (k, 2), k no more than the legs: every north, unit
    of bearing and of distance, and looking back, best first. Readings in which a bearing is beyond its full circle are left
    out; magnetic ones, too, where ``on`` is None.

    Raises ``ValueError`` as ``traverse`` does, for more measured points than legs, and where no reading is possible.
    """
    angle, length = _numbers(bearings, "the bearings"), _numbers(distances, "the distances")
    gps = _pairs(measured, "the measured points")
    if angle.ndim != 1 or angle.shape != length.shape or not angle.size:
        raise ValueError(f"{angle.size} bearings and {length.size} distances; give one of each for every leg")
    if len(gps) > angle.size:
        raise ValueError(
            f"{len(gps)} measured points for {angle.size} legs; give those of the first points, in their order"
        )
    if np.any(angle < 0):
        raise ValueError(f"the bearing {angle.min():g} is below 0; check it in the field book")
    legs = slice(0, len(gps))
    found = []
    for unit, circle in UNITS.items():
        if np.any(angle > circle):
            continue
        for back in (False, True):
            turned = (angle[legs] * (360 / circle) + 180 * back) % 360
            for north in NORTHS:
                if north == "magnetic" and on is None:
                    continue
                for measure, metres in DISTANCES.items():
                    points = traverse(start, turned, length[legs] * metres, crs=crs, north=north, on=on).points[1:]
                    rms = float(np.sqrt(np.mean(np.sum((points - gps) ** 2, 1))))
                    found.append(BearingReading(north, unit, measure, back, rms))
    if not found:
        raise ValueError(f"the bearing {angle.max():g} is beyond the full circle of every unit (6400 mils); check it")
    return tuple(sorted(found, key=lambda reading: reading.rms))
