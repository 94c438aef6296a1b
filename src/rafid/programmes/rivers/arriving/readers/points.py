"""CF NetCDF point series (featureType = timeSeries): one station or many, orthogonal or contiguous ragged (CF 1.11, H.2).

The station is the variable with cf_role = timeseries_id. The row of a value is its number in the variable, from 1.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from .netcdf import named, opened, units_of
from .reading import FileError, Gathering, Reading, Readings
from .units import file_converter, variable_named

_MEANS = {"mean": "mean", "sum": "sum", "maximum": "max", "minimum": "min"}


def read_points(path: Path) -> Readings:
    """Raises ``FileError`` for another kind of file, one that is no timeSeries, a variable without units, and times without
    any."""
    with opened(path) as data:
        if str(data.attrs.get("featureType", "")).lower() != "timeseries":
            raise FileError("not_this_kind", wanted="CF timeSeries", found="@found_hdf")
        stations, over = _stations(data)
        time = named(data, "time")
        if not time or data[time].dtype.kind != "M":
            raise FileError("no_time")
        values = [one for one in data.data_vars.values() if _holds(one, data, time)]
        if not values:
            raise FileError("no_variable", found=", ".join(map(str, data.data_vars)))
        table = Gathering("netcdf")
        for one in values:
            _take(table, one, data, time, stations, over)
        return table.done()


def _stations(data: Any) -> tuple[list[str], str]:
    """Codes, and the dimension over which they run (empty for one station)."""
    for one in data.variables.values():
        if one.attrs.get("cf_role") == "timeseries_id":
            cells = np.atleast_1d(one.values)
            if cells.dtype.kind == "S" and cells.ndim == 2:
                cells = np.array([b"".join(row) for row in cells])
            codes = [
                (cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)).strip() for cell in cells
            ]
            return codes, str(one.dims[0]) if one.ndim else ""
    raise FileError("no_station")


def _holds(one: Any, data: Any, time: str) -> bool:
    numeric = one.dtype.kind in "fiu" and "cf_role" not in one.attrs and "sample_dimension" not in one.attrs
    return numeric and bool(set(one.dims) & set(data[time].dims)) and not str(one.name).endswith(("_qc", "_flag"))


def _take(table: Gathering, one: Any, data: Any, time: str, stations: list[str], over: str) -> None:
    said = (str(one.attrs.get(name, "")) for name in ("standard_name", "long_name"))
    variable = variable_named(str(one.attrs.get("rafid_variable", "")), str(one.name), *said)
    unit, convert, doubt = file_converter(variable, units_of(one))
    method = str(one.attrs.get("cell_methods", ""))
    aggregation = next((code for word, code in _MEANS.items() if f"time: {word}" in method), "")
    times, values, owners = _flat(one, data, time, stations, over)
    absent = _absent(one, data)
    for row, (moment, value, owner) in enumerate(zip(times, values, owners, strict=True), 1):
        if absent is not None and absent[row - 1]:
            continue
        if np.isnat(moment):
            if not np.isnan(value):
                table.refuse(row, "not_a_time", value="NaT")
            continue
        if np.isinf(value):
            table.refuse(row, "not_finite")
            continue
        kept = None if np.isnan(value) else convert(float(value))
        table.add(Reading(stations[owner], variable, unit, _python(moment), kept, row, doubt, aggregation))


def _absent(one: Any, data: Any) -> Any:
    """Times at which nothing was to be measured: neither a value nor a flag stands there, since another variable of the file
    has that time. A value that is missing has its flag."""
    for name in str(one.attrs.get("ancillary_variables", "")).split():
        flags = data.variables.get(name)
        if name.endswith("_qc") and flags is not None and flags.dims == one.dims and one.ndim == 1:
            raw = flags.values
            return np.isnan(raw) & np.isnan(one.values.astype(float)) if raw.dtype.kind == "f" else None
    return None


def _flat(one: Any, data: Any, time: str, stations: list[str], over: str) -> tuple[Any, Any, Any]:
    """Times, values and numbers of stations, one for each value."""
    times = data[time]
    counts = next((item for item in data.variables.values() if "sample_dimension" in item.attrs), None)
    values = one.values.astype(float)
    if counts is not None and one.dims == times.dims:
        many = np.asarray(counts.values, int)
        if many.sum() != values.size or len(many) != len(stations):
            raise FileError("cut", found="@found_fewer")
        return times.values, values, np.repeat(np.arange(len(stations)), many)
    if not over or over not in one.dims:
        if len(stations) != 1:
            raise FileError("no_station")
        return times.values.ravel(), values.ravel(), np.zeros(values.size, int)
    order = (over, *(dim for dim in one.dims if dim != over))
    table = one.transpose(*order).values.astype(float)
    moments = times.transpose(*[dim for dim in order if dim in times.dims]).values
    spread = np.broadcast_to(moments, table.shape)
    owners = np.broadcast_to(np.arange(len(stations))[:, None], table.shape)
    return spread.ravel(), table.ravel(), owners.ravel()


def _python(moment: Any) -> datetime:
    found = moment.astype("datetime64[us]").astype(datetime)
    assert isinstance(found, datetime)
    return found.replace(tzinfo=UTC)
