"""Ensembles on grids: ECMWF ENS and SEAS5 (total precipitation, 2 m temperature), GloFAS (dis24), as NetCDF.

Total precipitation is metres, added up since the forecast began: differences of steps × 1000 are mm in a step. Temperature is
kelvin, river discharge the mean of 24 hours in m³/s. Longitudes may run to 360, latitudes from north to south.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .netcdf import named, opened, units_of
from .reading import FileError
from .units import file_converter

F64 = NDArray[np.float64]

_NAMES = {
    "tp": "precipitation",
    "total_precipitation": "precipitation",
    "t2m": "temperature",
    "2t": "temperature",
    "dis24": "discharge",
    "dis": "discharge",
    "river_discharge": "discharge",
}
_TOLERANCE = 1e-5
"""Metres by which packing lets an accumulation fall; more is a gap."""


@dataclass(frozen=True, eq=False)
class Grid:
    """``values`` (members, steps, latitudes, longitudes) of ``variable`` in ``unit``; ``times``: the end of each step, UTC;
    ``issued`` where the file says it; ``latitude`` from north to south, ``longitude`` -180 to 180 and rising."""

    variable: str
    unit: str
    issued: datetime | None
    times: tuple[datetime, ...]
    members: tuple[int, ...]
    latitude: F64
    longitude: F64
    values: F64


def read_grid(
    path: Path, *, members: int | None = None, bounds: tuple[float, float, float, float] | None = None
) -> tuple[Grid, ...]:
    """One grid for each variable that is known. ``members``: how many are expected. ``bounds`` (west, south, east, north): the
    area to be covered; only it is read.

    Raises ``FileError`` for another kind of file, no known variable, a variable without units, missing members or steps, and a
    grid that does not cover the bounds.
    """
    with opened(path) as data:
        known = [name for name in data.data_vars if str(name) in _NAMES]
        if not known:
            raise FileError("no_variable", found=", ".join(map(str, data.data_vars)) or "–")
        return tuple(_grid(data, str(name), members, bounds) for name in known)


def _grid(data: Any, name: str, members: int | None, bounds: tuple[float, float, float, float] | None) -> Grid:
    one = data[name]
    variable = _NAMES[name]
    unit_written = units_of(one)
    rows, columns = named(data, "latitude", "lat"), named(data, "longitude", "lon")
    if not rows or not columns or rows not in one.dims or columns not in one.dims:
        raise FileError("no_variable", found=name)
    latitude, longitude = np.asarray(data[rows].values, float), np.asarray(data[columns].values, float)
    longitude = np.where(longitude > 180, longitude - 360, longitude)
    down, right = _window(latitude, longitude, bounds)
    one = one.isel({rows: down, columns: right})
    many, one = _members(data, one, members)
    issued, times, ordered = _times(data, one, (rows, columns))
    values = ordered.values.astype(float)
    if np.isnan(values).all(axis=(2, 3)).any():
        gap = np.argwhere(np.isnan(values).all(axis=(2, 3)))[0]
        raise FileError("steps_missing", value=f"{times[int(gap[1])]:%Y-%m-%d %H:%M}")
    unit, values = _converted(variable, unit_written, values, times, issued)
    return Grid(
        variable, unit, issued, tuple(times), tuple(int(m) for m in many), latitude[down], longitude[right], values
    )


def _window(latitude: F64, longitude: F64, bounds: tuple[float, float, float, float] | None) -> tuple[Any, Any]:
    """Indices of rows from north to south and of columns from west to east; with bounds those inside and one around."""
    down, right = np.argsort(-latitude), np.argsort(longitude)
    if bounds is None:
        return down, right
    west, south, east, north = bounds
    inside = latitude.min() <= south and north <= latitude.max() and longitude.min() <= west and east <= longitude.max()
    if not inside:
        raise FileError("grid_too_small", value=f"{west:g} … {east:g}, {south:g} … {north:g}")
    height, width = _spacing(latitude), _spacing(longitude)
    down = down[(latitude[down] >= south - height) & (latitude[down] <= north + height)]
    right = right[(longitude[right] >= west - width) & (longitude[right] <= east + width)]
    return down, right


def _spacing(values: F64) -> float:
    return float(np.median(np.abs(np.diff(np.sort(values))))) if values.size > 1 else 0.0


def _members(data: Any, one: Any, wanted: int | None) -> tuple[Any, Any]:
    """Numbers of members, and the variable with them as its first dimension."""
    number = next((dim for dim in ("number", "realization", "member") if dim in one.dims), "")
    if not number:
        one, many = one.expand_dims("number"), np.array([0])
    else:
        many = data[number].values if number in data.variables else np.arange(one.sizes[number])
        one = one.transpose(number, ...)
    if wanted is not None and len(many) != wanted:
        raise FileError("members_missing", found=len(many), wanted=wanted)
    return many, one


def _times(data: Any, one: Any, places: tuple[str, str]) -> tuple[datetime | None, list[datetime], Any]:
    """When it was issued, the end of each step, and the variable as (members, steps, rows, columns)."""
    step = next((dim for dim in ("step", "forecast_period", "leadtime", "valid_time", "time") if dim in one.dims), "")
    first = one.dims[0]
    loose = [dim for dim in one.dims if dim not in {first, step, *places}]
    if not step or any(one.sizes[dim] != 1 for dim in loose):
        raise FileError("no_time")
    start = next(
        (
            data[at].values.ravel()[0]
            for at in ("forecast_reference_time", "time")
            if at in data.variables and at != step
        ),
        None,
    )
    valid = data["valid_time"] if "valid_time" in data.variables else None
    if valid is not None and step in valid.dims:
        ends = valid.isel({dim: 0 for dim in valid.dims if dim != step}).values
    elif data[step].dtype.kind == "M":
        ends = data[step].values
    elif start is not None and step in data.variables:
        ends = start + _lengths(data[step])
    else:
        raise FileError("no_time")
    if np.asarray(ends).dtype.kind != "M" or np.isnat(ends).any() or (np.diff(ends) <= np.timedelta64(0)).any():
        raise FileError("no_time")
    one = one.isel(dict.fromkeys(loose, 0)).transpose(first, step, *places)
    issued = None if start is None or np.asarray(start).dtype.kind != "M" else _python(start)
    return issued, [_python(end) for end in ends], one


def _lengths(step: Any) -> Any:
    """Steps as lengths of time: decoded ones, or numbers of a unit (hours where none is named)."""
    if step.dtype.kind == "m":
        return step.values
    unit = str(step.attrs.get("units", "hours")).lower()
    seconds = {"h": 3600, "d": 86_400, "s": 1, "m": 60}.get(unit[:1], 3600)
    if unit.startswith("nano"):
        return step.values.astype("timedelta64[ns]")
    return (np.asarray(step.values, float) * seconds).astype("timedelta64[s]")


def _converted(
    variable: str, unit: str, values: F64, times: list[datetime], issued: datetime | None
) -> tuple[str, F64]:
    kept, convert, _ = file_converter(variable, unit)
    if variable != "precipitation":
        return kept, np.asarray(convert(values), float)  # type: ignore[arg-type]
    # What has fallen since the beginning: the first step counts from nothing, unless it is the beginning itself.
    fallen = np.diff(values, axis=1, prepend=0.0)
    if issued is not None and times[0] <= issued:
        fallen[:, 0] = 0.0
    below = np.nanmin(fallen) if fallen.size else 0.0
    if convert(float(below)) < -1000 * _TOLERANCE:
        at = np.argwhere(fallen == below)[0]
        raise FileError("steps_missing", value=f"{times[int(at[1])]:%Y-%m-%d %H:%M}")
    return kept, np.asarray(convert(np.maximum(fallen, 0.0)), float)  # type: ignore[arg-type]


def _python(moment: Any) -> datetime:
    found = moment.astype("datetime64[us]").astype(datetime)
    assert isinstance(found, datetime)
    return found.replace(tzinfo=UTC)
