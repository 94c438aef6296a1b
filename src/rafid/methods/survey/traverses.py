"""A field book's legs as points of a grid: which north, which day, taped on the ground or measured on the grid."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rafid.methods.survey.declinations import declination as declination_of
from rafid.methods.survey.grids import geographic, grid, grid_factors, number

Floats = NDArray[np.float64]

NORTHS = ("grid", "true", "magnetic")


@dataclass(frozen=True)
class Traverse:
    """``points`` (n + 1, 2), the start first; ``grid_bearings`` and ``grid_distances`` (n,). ``misclosure`` (dx, dy) is last
    minus start of a closed one, and ``ratio`` the whole length over it (inf when it is 0, NaN when open). ``closing_leg``:
    bearing and distance from the last point to the start. ``declination`` is what was added to magnetic bearings (0 for
    others), ``convergence`` and ``scale`` are those at the start. ``origins``: the point at which each leg starts."""

    points: Floats
    grid_bearings: Floats
    grid_distances: Floats
    closed: bool
    misclosure: tuple[float, float]
    ratio: float
    closing_leg: tuple[float, float]
    declination: float
    convergence: float
    scale: float
    origins: tuple[int, ...] = ()


def traverse(
    start: Sequence[float],
    bearings: ArrayLike,
    distances: ArrayLike,
    *,
    crs: Any,
    north: str = "grid",
    on: date | None = None,
    declination: float | None = None,
    elevation: float = 0.0,
    ground_distances: bool = True,
    origins: Sequence[int] | None = None,
    closed: bool = False,
) -> Traverse:
    """Points of a traverse in a grid. Leg i starts at point i, or at point ``origins[i]`` (0 is the start).

    grid bearing = bearing + declination - convergence for magnetic north, bearing - convergence for true; the declination is
    IGRF-14's at the start on the day ``on``, or as given. Grid distance = taped × scale where ``ground_distances``. Convergence
    and scale are those of the station where the bearing was read. ``closed``: the last point is meant to be the start.

    Raises ``ValueError`` for lists of unequal length or without a leg, a bearing outside 0 to 360, a distance that is not
    above 0, what is no number, an unknown north, a leg from a point that is not there yet, a crs that is not projected, and
    magnetic bearings with neither day nor declination.

    >>> found = traverse((440000, 3990000), [45, 120], [100, 150], crs="EPSG:32638", ground_distances=False)
    >>> found.points.round(3).tolist()[-1]
    [440200.614, 3989995.711]
    """
    grid(crs)
    begin = _numbers(start, "the start")
    angle, taped = _numbers(bearings, "the bearings"), _numbers(distances, "the distances")
    _check(begin, angle, taped, north, on, declination)
    size = len(angle)
    origin = _origins(origins, size)
    convergence, scale = grid_factors(*begin, crs=crs)

    turn = _turn(begin, crs, north, on, declination, elevation)
    points = np.empty((size + 1, 2))
    points[0] = begin
    grid_bearings, grid_distances = angle % 360, taped.copy()
    if north == "grid" and not ground_distances:
        steps = _steps(grid_bearings, grid_distances)
        for leg, at in enumerate(origin):
            points[leg + 1] = points[at] + steps[leg]
    else:
        seen: dict[int, tuple[float, float]] = {}
        for leg, at in enumerate(origin):
            if at not in seen:
                here, factor = grid_factors(*points[at], crs=crs)
                seen[at] = (0.0 if north == "grid" else turn - here, factor)
            add, factor = seen[at]
            grid_bearings[leg] = (angle[leg] + add) % 360
            if ground_distances:
                grid_distances[leg] = taped[leg] * factor
            points[leg + 1] = points[at] + _steps(grid_bearings[leg], grid_distances[leg])
    miss = points[-1] - begin if closed else np.zeros(2)
    return Traverse(
        points=points,
        grid_bearings=grid_bearings,
        grid_distances=grid_distances,
        closed=closed,
        misclosure=(float(miss[0]), float(miss[1])),
        ratio=_ratio(miss, float(grid_distances.sum())) if closed else math.nan,
        closing_leg=_leg(points[-1], begin),
        declination=turn,
        convergence=convergence,
        scale=scale,
        origins=tuple(origin),
    )


def adjust(traverse: Traverse) -> Traverse:
    """The closed traverse with its misclosure spread by the compass rule (Bowditch 1808): point i moves by -misclosure ×
    (length so far / whole length). A new object whose bearings and distances are those of the moved points; the other keeps
    what was observed. Where legs start at other points than the last, length is that of the way from the start.

    Raises ``ValueError`` for an open traverse.
    """
    if not traverse.closed:
        raise ValueError(
            "the traverse is open and has no closing error to spread; measure back to the start, then adjust"
        )
    origins = traverse.origins or tuple(range(len(traverse.grid_distances)))
    length = np.zeros(len(traverse.points))
    for leg, at in enumerate(origins):
        length[leg + 1] = length[at] + traverse.grid_distances[leg]
    points = traverse.points - np.outer(length / length[-1], traverse.misclosure)
    points[-1] = points[0]
    moved = points[1:] - points[list(origins)]
    return replace(
        traverse,
        points=points,
        grid_bearings=np.degrees(np.arctan2(moved[:, 0], moved[:, 1])) % 360,
        grid_distances=np.hypot(moved[:, 0], moved[:, 1]),
        misclosure=(0.0, 0.0),
        ratio=math.inf,
        closing_leg=(0.0, 0.0),
    )


def _check(
    start: Floats, bearings: Floats, distances: Floats, north: str, on: date | None, declination: float | None
) -> None:
    if start.shape != (2,):
        raise ValueError("the start must be two numbers, easting and northing")
    if bearings.ndim != 1 or bearings.shape != distances.shape:
        raise ValueError(
            f"{bearings.size} bearings and {distances.size} distances; give one of each for every leg, check the last lines"
        )
    if not bearings.size:
        raise ValueError("the field book has no leg; enter a bearing and a distance")
    for leg in np.flatnonzero((bearings < 0) | (bearings > 360)):
        raise ValueError(
            f"leg {leg + 1}: the bearing {bearings[leg]:g} is not in 0 to 360 degrees; check it, or its unit"
        )
    for leg in np.flatnonzero(distances <= 0):
        raise ValueError(f"leg {leg + 1}: the distance {distances[leg]:g} is not above 0; check it in the field book")
    if north not in NORTHS:
        raise ValueError(f"the north is {north!r}; find out which it was: {', '.join(NORTHS)}")
    if declination is not None and not math.isfinite(number(declination, "the declination")):
        raise ValueError(f"the declination is {declination!r}; give degrees, east positive")
    if north == "magnetic" and on is None and declination is None:
        raise ValueError("magnetic bearings need the date of the observation, or the declination of that day; give one")


def _turn(start: Floats, crs: Any, north: str, on: date | None, declination: float | None, elevation: float) -> float:
    """What is to be added for the needle."""
    if north != "magnetic":
        return 0.0
    if declination is not None:
        return float(declination)
    assert on is not None
    lon, lat = geographic(start[None, :], crs)
    return float(declination_of(lon[0], lat[0], on=on, elevation=number(elevation, "the elevation")))


def _numbers(values: Any, what: str) -> Floats:
    try:
        found = np.asarray(values, float)
    except (TypeError, ValueError, OverflowError) as bad:
        raise ValueError(f"{what} hold what is no number: {values!r}; mend it") from bad
    if not np.isfinite(found).all():
        at = int(np.flatnonzero(~np.isfinite(found.ravel()))[0])
        raise ValueError(f"{what}: number {at + 1} is missing or infinite; enter it")
    return found


def _origins(origins: Sequence[int] | None, size: int) -> list[int]:
    if origins is None:
        return list(range(size))
    try:
        found = [int(at) for at in origins]
    except (TypeError, ValueError, OverflowError) as bad:
        raise ValueError(f"the origins are {origins!r}; give the number of a point for each leg") from bad
    if len(found) != size:
        raise ValueError(f"{len(found)} origins for {size} legs; name for each leg the point that it starts at")
    for leg, at in enumerate(found):
        if not 0 <= at <= leg:
            raise ValueError(
                f"leg {leg + 1} starts at point {at}, which is not there yet; name an earlier point (0 is the start)"
            )
    return found


def _steps(bearings: Any, distances: Any) -> Floats:
    turned = np.radians(bearings)
    return np.stack([distances * np.sin(turned), distances * np.cos(turned)], -1)


def _ratio(miss: Floats, length: float) -> float:
    size = math.hypot(*miss)
    return length / size if size > 1e-9 * length else math.inf


def _leg(begin: Floats, end: Floats) -> tuple[float, float]:
    east, north = end - begin
    return math.degrees(math.atan2(east, north)) % 360, math.hypot(east, north)
