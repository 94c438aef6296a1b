"""Series of one station as CF NetCDF (CF-1.8, featureType timeSeries, one station; H.2.3 of the conventions).

All series stand over one axis of times. Where a series has no value at a time of another, its value and its flag are both
filled; a value that was missing has the flag 9.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from ..edr.finding import Named
from ..models import Station
from ..sta.showing import utc
from ..standards import CELL_METHODS, CF_NAMES, MADE_UP, QARTOD, UDUNITS, english, is_made_up
from ..values.reading import Known

TYPE = "application/x-netcdf"
NONE = -127
SINCE = "seconds since 1970-01-01T00:00:00Z"


def netcdf(station: Station, found: Sequence[tuple[Named, Known]], *, known_at: datetime) -> bytes:
    """The file. xarray is imported here only."""
    import xarray

    times = _times(found)
    data: dict[str, Any] = {}
    for one, known in found:
        name = re.sub(r"\W", "_", one.name)
        at = np.searchsorted(times, known.times)
        rates = bool((known.flow_quality >= 0).any())
        data[name] = ("time", _filled(times, at, known.values, np.nan), _attributes(one, name, station, rates))
        flags = _filled(times, at, known.quality, NONE).astype("int8")
        data[f"{name}_qc"] = ("time", flags, _flags(one))
        if rates:
            rated = np.where(known.flow_quality < 0, NONE, known.flow_quality)
            data[f"{name}_rating_flag"] = ("time", _filled(times, at, rated, NONE).astype("int8"), _rated(one))
        since = np.full(len(times), np.datetime64("NaT"), dtype="datetime64[ns]")
        since[at] = known.known_from.astype("datetime64[ns]")
        data[f"{name}_known_from"] = ("time", since, {"long_name": f"since when the value of {one.name} is known"})
    dataset = xarray.Dataset(data, coords=_coordinates(station, times), attrs=_about(station, found, known_at))
    file = io.BytesIO()
    dataset.to_netcdf(file, engine="h5netcdf", encoding=_encoding(dataset))
    return file.getvalue()


def _times(found: Sequence[tuple[Named, Known]]) -> Any:
    every = [known.times for _one, known in found] or [np.array([], dtype="datetime64[us]")]
    return np.unique(np.concatenate(every))


def _filled(times: Any, at: Any, values: Any, empty: float) -> Any:
    row = np.full(len(times), empty, dtype=float)
    row[at] = values
    return row


def _attributes(one: Named, name: str, station: Station, rates: bool) -> dict[str, Any]:
    series = one.series
    said: dict[str, Any] = {
        "long_name": english(series.variable),
        "units": UDUNITS[series.unit],
        "cell_methods": f"time: {CELL_METHODS[series.aggregation]}",
        "ancillary_variables": " ".join(
            f"{name}{end}" for end in ("_qc", *(["_rating_flag"] if rates else []), "_known_from")
        ),
        "rafid_variable": series.variable,
        "rafid_series": str(series.pk),
        "origin": f"{series.origin} {series.origin_name}".strip(),
        "time_step": series.step,
    }
    if series.variable in CF_NAMES:
        said["standard_name"] = CF_NAMES[series.variable]
    if series.variable == "stage" and station.gauge_zero_m is not None:
        said["comment"] = f"Above the gauge's zero, which lies at {station.gauge_zero_m:g} m ({station.datum})"
    return said


def _flags(one: Named) -> dict[str, Any]:
    return {
        "long_name": f"quality of {one.name}",
        "standard_name": "quality_flag",
        "flag_values": np.array(list(QARTOD), dtype="int8"),
        "flag_meanings": " ".join(QARTOD.values()),
        "references": "QARTOD (UNESCO/IOC Manuals and Guides 54, volume 3)",
    }


def _rated(one: Named) -> dict[str, Any]:
    return {
        "long_name": f"what {one.name} from a rating curve rests on",
        "flag_values": np.array([0, 1, 2, 9], dtype="int8"),
        "flag_meanings": "within_gauged_range beyond_gauged_range far_beyond_gauged_range missing",
    }


def _coordinates(station: Station, times: Any) -> dict[str, Any]:
    point = station.point
    east = {"standard_name": "longitude", "units": "degrees_east", "long_name": "longitude of the station"}
    north = {"standard_name": "latitude", "units": "degrees_north", "long_name": "latitude of the station"}
    return {
        "time": ("time", times.astype("datetime64[ns]"), {"standard_name": "time", "long_name": "time", "axis": "T"}),
        "latitude": ((), round(point.y, 6), north),
        "longitude": ((), round(point.x, 6), east),
        "station_id": ((), station.code, {"cf_role": "timeseries_id", "long_name": "code of the station"}),
        "station_name": ((), station.name, {"long_name": "name of the station", "standard_name": "platform_name"}),
    }


def _about(station: Station, found: Sequence[tuple[Named, Known]], known_at: datetime) -> dict[str, Any]:
    made_up = is_made_up(station) or any(is_made_up(one.series) for one, _known in found)
    names = ", ".join(english(one.series.variable) for one, _known in found)
    said = {
        "Conventions": "CF-1.8",
        "featureType": "timeSeries",
        "title": f"{f'{MADE_UP}. ' if made_up else ''}{station.name} ({station.code}): {names}",
        "institution": str(station.owner.name) if station.owner_id else "",
        "source": "Rafid",
        "history": f"{utc(known_at)} values as they were known at this moment",
        "known_at": utc(known_at),
    }
    if made_up:
        said["comment"] = MADE_UP
    return said


def _encoding(dataset: Any) -> dict[str, dict[str, Any]]:
    encoding: dict[str, dict[str, Any]] = {"time": {"units": SINCE, "dtype": "float64", "calendar": "standard"}}
    for name, one in dataset.data_vars.items():
        if str(name).endswith(("_qc", "_flag")):
            encoding[str(name)] = {"_FillValue": np.int8(NONE), "dtype": "int8", "zlib": True}
        elif str(name).endswith("_known_from"):
            encoding[str(name)] = {"units": SINCE, "dtype": "float64", "zlib": True}
        elif one.dtype.kind == "f":
            encoding[str(name)] = {"_FillValue": np.nan, "zlib": True}
    return encoding
