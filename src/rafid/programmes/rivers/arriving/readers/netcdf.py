"""NetCDF, opened: by xarray with h5netcdf (version 4) or scipy (version 3), its times, its units. xarray is imported here
only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .opening import found_in
from .reading import FileError

NAME = "NetCDF"

STANDARD = {"standard", "gregorian", "proleptic_gregorian"}
_ENGINES = {"@found_hdf": "h5netcdf", "@found_netcdf3": "scipy"}


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The data set, times decoded, values not loaded. Raises ``FileError`` for another kind of file, a damaged one, and times
    that no calendar here has."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise FileError("empty")
    engine = _ENGINES.get(found_in(head))
    if engine is None:
        raise FileError("not_this_kind", wanted=NAME, found=found_in(head))
    import xarray

    try:
        data = xarray.open_dataset(path, engine=engine, decode_times=False, decode_timedelta=False)
    except Exception as error:  # h5py, h5netcdf, scipy and xarray each raise what they like on bytes that lie
        raise FileError("damaged", found="@found_unreadable") from error
    try:
        yield _with_times(data, xarray)
    except (OSError, RuntimeError, EOFError) as error:
        raise FileError("damaged", found="@found_unreadable") from error
    finally:
        data.close()


def _with_times(data: Any, xarray: Any) -> Any:
    for name, one in data.variables.items():
        if " since " not in str(one.attrs.get("units", "")):
            continue
        calendar = str(one.attrs.get("calendar", "standard")).lower()
        if calendar not in STANDARD:
            raise FileError("other_calendar", value=f"{calendar} ({name})")
    try:
        return xarray.decode_cf(data, decode_timedelta=False)
    except (ValueError, OverflowError, TypeError) as error:
        raise FileError("no_time") from error


def units_of(one: Any) -> str:
    """Raises ``FileError`` for a variable without the attribute ``units``."""
    unit = one.attrs.get("units")
    if unit is None:
        raise FileError("no_units", value=one.name)
    return str(unit)


def named(data: Any, *names: str) -> str:
    """The first of the names among coordinates, variables and dimensions, or among standard names; empty if none."""
    for name in names:
        if name in data.variables:
            return name
    for name, one in data.variables.items():
        if one.attrs.get("standard_name") in names:
            return str(name)
    return ""
