"""Grids: convergence and scale at a point, and the way from a grid of Iraq's old maps to WGS 84."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.exceptions import CRSError, ProjError

Floats = NDArray[np.float64]

WGS84 = "EPSG:4326"
GEOD = Geod(ellps="WGS84")
ZONES = (37, 38, 39)
GRIDS = (
    *(f"EPSG:{32600 + zone}" for zone in ZONES),  # WGS 84
    *(f"EPSG:{3354 + zone}" for zone in ZONES),  # Karbala 1979
    *(f"EPSG:{27000 + zone}" for zone in ZONES),  # Nahrwan 1967
)
"""UTM zones of Iraq, in the three datums that its maps and receivers use."""

# EPSG holds no operation from Nahrwan 1967 to WGS 84 for Iraq, so that software passes it on by a change of the ellipsoid
# alone, some 150 m beside. The Ministry of Oil's sheets (EPSG 5080, 5094, 5096: the mean of three that differ by up to 25 m)
# lead to Karbala 1979; from there "Karbala 1979 to WGS 84 (2)" leads on.
_TO_KARBALA = (-328.0, 190.0, 161.0)
_KARBALA_TO_WGS84 = (70.995, -335.916, 262.898)

_mine = threading.local()


def grid(crs: Any) -> CRS:
    """A projected grid in metres. Raises ``ValueError`` for any other."""
    if not isinstance(crs, Hashable):
        raise ValueError(f"{crs!r} is no coordinate system; give a code such as EPSG:32638")
    return _grid(crs)


@lru_cache(maxsize=64)
def _grid(crs: Any) -> CRS:
    try:
        found = CRS.from_user_input(crs)
    except CRSError as unknown:
        raise ValueError(f"{crs!r} is no coordinate system that is known; give a code such as EPSG:32638") from unknown
    if not found.is_projected:
        raise ValueError(f"{name(crs)} is in degrees and no grid; give a projected one such as EPSG:32638")
    if any(axis.unit_conversion_factor != 1 for axis in found.axis_info):
        raise ValueError(f"{name(crs)} is not in metres; give a grid in metres such as EPSG:32638")
    return found


def name(crs: Any) -> str:
    return CRS.from_user_input(crs).to_string()


def kept(key: Any, make: Callable[[], Any]) -> Any:
    """One object of PROJ for each thread: making one is slow, and none may be used by two threads at once."""
    store = _mine.__dict__.setdefault("store", {})
    if key not in store:
        store[key] = make()
    return store[key]


def projection(crs: Any) -> Proj:
    found: Proj = kept(("proj", str(crs)), lambda: Proj(grid(crs)))
    return found


def grid_factors(easting: ArrayLike, northing: ArrayLike, *, crs: Any) -> tuple[Any, Any]:
    """Convergence (degrees, positive east of the central meridian: grid north then lies east of true north) and scale (grid
    metre per metre on the ellipsoid) at points of a grid, by the projection itself. Numbers for numbers, arrays for arrays.

    Raises ``ValueError`` for a crs that is not projected, and for points that lie outside what it can project.

    >>> convergence, scale = grid_factors(557000, 3935000, crs="EPSG:32638")
    >>> round(convergence, 4), round(scale, 7)
    (0.3657, 0.99964)
    """
    proj = projection(crs)
    east, north = together({"easting": easting, "northing": northing})
    if not east.size:
        return np.empty(east.shape), np.empty(east.shape)
    lon, lat = proj(east.ravel(), north.ravel(), inverse=True)
    inside = np.isfinite(lon) & np.isfinite(lat)
    if not np.all(inside):
        at = int(np.flatnonzero(~inside)[0])
        raise ValueError(
            f"the point ({east.flat[at]:.10g}, {north.flat[at]:.10g}) does not lie in {name(crs)}; check zone and order of axes"
        )
    factors = proj.get_factors(lon, lat)
    convergence, scale = np.asarray(factors.meridian_convergence, float), np.asarray(factors.meridional_scale, float)
    if not east.ndim:
        return float(convergence[0]), float(scale[0])
    return convergence.reshape(east.shape), scale.reshape(east.shape)


def together(named: dict[str, ArrayLike]) -> tuple[Floats, ...]:
    """Numbers or arrays brought to one shape. Raises ``ValueError`` that names what is no number, or what does not fit."""
    found = []
    for what, values in named.items():
        try:
            found.append(np.asarray(values, float))
        except (TypeError, ValueError, OverflowError) as bad:
            raise ValueError(f"the {what} holds what is no number: {str(values)[:60]!r}; mend it") from bad
    try:
        return tuple(np.broadcast_arrays(*found))
    except ValueError as bad:
        told = ", ".join(f"{what} {values.shape}" for what, values in zip(named, found, strict=True))
        raise ValueError(f"the shapes do not fit one another ({told}); give one of each for every point") from bad


def number(value: Any, what: str) -> float:
    """A number, be it infinite or none. Raises ``ValueError`` that names what is no number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError) as bad:
        raise ValueError(f"{what} is {str(value)[:60]!r}; give a number") from bad


def geographic(points: Floats, crs: Any) -> tuple[Floats, Floats]:
    """Longitude and latitude on the grid's own datum."""
    lon, lat = projection(crs)(points[:, 0], points[:, 1], inverse=True)
    return np.asarray(lon, float), np.asarray(lat, float)


def operations(crs: str) -> list[Transformer]:
    """Ways from a coordinate system to WGS 84, the likeliest first. For Nahrwan 1967 there are two: as Iraq's sheets lie, and
    as software without an operation for Iraq passes it on."""

    def make() -> list[Transformer]:
        own = CRS.from_user_input(crs)
        found = [Transformer.from_crs(own, WGS84, always_xy=True)]
        if crs in GRIDS[6:]:
            shift = [first + second for first, second in zip(_TO_KARBALA, _KARBALA_TO_WGS84, strict=True)]
            clarke = {"proj": "utm", "zone": int(crs[-2:]), "a": 6378249.145, "rf": 293.465, "units": "m"}
            found.insert(0, Transformer.from_crs(CRS.from_dict(clarke | {"towgs84": shift}), WGS84, always_xy=True))
        return found

    ways: list[Transformer] = kept(("ways", crs), make)
    return ways


def transformed(way: Transformer, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Infinite where there is no answer."""
    try:
        lon, lat = way.transform(x, y)
    except ProjError:
        lon, lat = np.full(np.shape(x), np.inf), np.full(np.shape(x), np.inf)
    return np.asarray(lon, float), np.asarray(lat, float)


def to_wgs84(easting: ArrayLike, northing: ArrayLike, *, crs: Any) -> tuple[Floats, Floats]:
    """Longitude and latitude in WGS 84 of points of a grid: Karbala 1979 to 1 m, Nahrwan 1967 by the mean of three of
    the Ministry of Oil's sheets (25 m).

    Raises ``ValueError`` for a crs that is not projected.

    >>> lon, lat = to_wgs84(440000, 3990000, crs="EPSG:32638")
    >>> round(float(lon), 5), round(float(lat), 5)
    (44.33384, 36.05271)
    """
    return transformed(operations(name(grid(crs)))[0], easting, northing)
