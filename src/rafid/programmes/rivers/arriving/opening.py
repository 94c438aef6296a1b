"""A file that arrived, opened by the reader that its bytes ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from rafid.commons.records.tabular import TableError

from .readers import (
    FileError,
    Readings,
    kind_of,
    read_dahiti,
    read_grdc,
    read_grealm,
    read_hydroweb,
    read_rdb,
    read_shef,
    read_waterml,
)

KINDS = {
    "waterml": "WaterML 2.0",
    "shef": "SHEF",
    "rdb": "USGS RDB",
    "grdc": "GRDC",
    "grealm": "G-REALM",
    "hydroweb": "Hydroweb",
    "dahiti": "DAHITI",
    "netcdf": "NetCDF",
    "grid": "NetCDF (grid)",
    "geotiff": "GeoTIFF",
    "table": "CSV, XLSX",
}


def open_file(path: Path, *, name: str = "", zone: str | None = None, today: date | None = None) -> Readings:
    """``name`` is the file's name as its sender knows it: DAHITI's tables say their target there only. ``zone``: that of times
    that say none. Raises ``FileError`` and ``TableError``, each with a sentence, and nothing else for bytes of any kind."""
    with path.open("rb") as file:
        head = file.read(65_536)
    try:
        kind = kind_of(head)
    except FileError as error:
        if error.code == "empty" or error.params.get("found") not in {"@found_text", "@found_zip", "@found_bytes"}:
            raise
        return _table(path, zone, error)
    if kind == "netcdf":
        return _netcdf(path)
    data = path.read_bytes()
    readers: dict[str, Callable[[], Readings]] = {
        "waterml": lambda: read_waterml(data, zone=zone),
        "shef": lambda: read_shef(data, today=today),
        "rdb": lambda: read_rdb(data, zone=zone),
        "grdc": lambda: read_grdc(data, zone=zone),
        "grealm": lambda: read_grealm(data),
        "hydroweb": lambda: read_hydroweb(data),
        "dahiti": lambda: read_dahiti(data, station="".join(one for one in Path(name).stem if one.isdigit())),
    }
    return readers[kind]()


def _table(path: Path, zone: str | None, other: FileError) -> Readings:
    from .readers.tables import read_table

    try:
        return read_table(path, zone=zone)
    except TableError as error:
        if other.params.get("found") == "@found_bytes":
            raise other from error
        raise


def _netcdf(path: Path) -> Readings:
    from .readers.points import read_points

    try:
        return read_points(path)
    except FileError as error:
        if error.params.get("wanted") == "CF timeSeries":
            raise FileError("grid") from error
        raise
