"""Gridded observations (CF NetCDF): rain, temperature, snow by time, latitude and longitude, nothing foretold.

A value counts for the time from its lower bound (``time_bnds``) on where the file says bounds, else from its time on. Rain is
that of each step, not added up since a beginning.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from .grids import _NAMES, Grid, _python, _window
from .netcdf import named, opened, units_of
from .reading import FileError
from .units import file_converter, variable_named

FORETOLD = ("number", "realization", "member", "step", "forecast_period", "leadtime")
KNOWN = ("precipitation", "temperature", "swe", "snow_cover", "soil_moisture", "pet")


def is_foretold(path: Path) -> bool:
    """Does the file say members, leads or a moment of issue? Then it is a forecast. Raises ``FileError``."""
    with opened(path) as data:
        names = {*map(str, data.dims), *map(str, data.variables)}
        flow = any(_NAMES.get(str(name)) == "discharge" for name in data.data_vars)
        return flow or bool(names & {*FORETOLD, "forecast_reference_time"})


def read_observed_grid(path: Path, *, bounds: tuple[float, float, float, float] | None = None) -> tuple[Grid, ...]:
    """One grid of a single member for each variable that is known; ``times`` are the beginnings of the steps. ``bounds``: the
    area to be covered. Raises ``FileError`` as ``read_grid``."""
    with opened(path) as data:
        known = {str(name): _variable(str(name), one) for name, one in data.data_vars.items()}
        wanted = {name: variable for name, variable in known.items() if variable in KNOWN}
        if not wanted:
            raise FileError("no_variable", found=", ".join(known) or "–")
        return tuple(_grid(data, name, variable, bounds) for name, variable in wanted.items())


def _variable(name: str, one: Any) -> str:
    if name in _NAMES:
        return _NAMES[name]
    return variable_named(name, *(str(one.attrs.get(key, "")) for key in ("standard_name", "long_name")))


def _grid(data: Any, name: str, variable: str, bounds: tuple[float, float, float, float] | None) -> Grid:
    one = data[name]
    unit = units_of(one)
    rows, columns, time = named(data, "latitude", "lat"), named(data, "longitude", "lon"), named(data, "time")
    if not {rows, columns} <= set(one.dims):
        raise FileError("no_variable", found=name)
    if time not in one.dims or data[time].dtype.kind != "M":
        raise FileError("no_time")
    loose = [dim for dim in one.dims if dim not in (rows, columns, time)]
    if any(one.sizes[dim] != 1 for dim in loose):
        raise FileError("no_time")
    latitude, longitude = np.asarray(data[rows].values, float), np.asarray(data[columns].values, float)
    longitude = np.where(longitude > 180, longitude - 360, longitude)
    down, right = _window(latitude, longitude, bounds)
    chosen = one.isel(dict.fromkeys(loose, 0)).isel({rows: down, columns: right}).transpose(time, rows, columns)
    kept, convert, _aggregation = file_converter(variable, unit)
    starts = _starts(data, time)
    if np.isnat(starts).any() or (np.diff(starts) <= np.timedelta64(0)).any():
        raise FileError("no_time")
    values = np.asarray(convert(chosen.values.astype(float)), float)
    return Grid(
        variable,
        kept,
        None,
        tuple(_python(start) for start in starts),
        (0,),
        latitude[down],
        longitude[right],
        values[None],
    )


def _starts(data: Any, time: str) -> Any:
    bounds = data[time].attrs.get("bounds") or data[time].encoding.get("bounds")
    if bounds and bounds in data.variables and data[bounds].dtype.kind == "M":
        return data[bounds].values[:, 0]
    return data[time].values
