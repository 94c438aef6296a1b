"""Gridded months from a CF NetCDF file: what it must hold, and its rows read block by block.

Precipitation is needed; PET, or the temperature from which Oudin's formula computes it, where SPEI is wanted too. Sums and
rates come to mm in the month. No step holds more than a block of rows, so that a file of gigabytes needs no more memory than a
small one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arriving.readers.netcdf import named, opened, units_of
from ..arriving.readers.reading import FileError

F64 = NDArray[np.float64]

NAMES = {
    "precipitation": (
        "precipitation", "precip", "precipitation_amount", "pr", "tp", "ppt", "rainfall", "rain", "pre",
        "lwe_thickness_of_precipitation_amount", "precipitation_flux", "lwe_precipitation_rate",
    ),
    "pet": (
        "pet", "potential_evapotranspiration", "evspsblpot", "water_potential_evaporation_amount",
        "water_potential_evaporation_flux",
    ),
    "temperature": ("temperature", "t2m", "tas", "tmp", "tmean", "air_temperature"),
}  # fmt: skip
LATITUDES, LONGITUDES = ("latitude", "lat", "y"), ("longitude", "lon", "x")
BLOCK = 64 << 20
"""Bytes of one variable that are read at once."""
PACKED = -0.01
"""mm; what packing lets fall below nothing. More is refused."""


@dataclass(frozen=True)
class Shape:
    """Where the cells lie and which months there are: middles of the first cell (north-west), sizes in degrees."""

    west: float
    north: float
    cell_x: float
    cell_y: float
    columns: int
    rows: int
    first: date
    months: int
    variables: tuple[str, ...]
    pet_from: str

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north: the edges of the outer cells."""
        west, north = self.west - self.cell_x / 2, self.north + self.cell_y / 2
        return west, north - self.rows * self.cell_y, west + self.columns * self.cell_x, north


class GridFile:
    """An open file. ``blocks(variable)`` gives (rows, columns, months) from north to south and west to east, in mm."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.names = {code: found for code, names in NAMES.items() if (found := named(data, *names))}
        if "precipitation" not in self.names:
            raise FileError("no_variable", found=", ".join(map(str, data.data_vars)) or "–")
        self._place()
        self._months()
        self.convert = {code: self._converter(code) for code in self.names}
        self.shape = Shape(
            float(self.longitude[0]), float(self.latitude[0]), self.cell_x, self.cell_y, len(self.longitude),
            len(self.latitude), date(int(self.first) // 12 + 1970, int(self.first) % 12 + 1, 1), len(self.lengths),
            ("precipitation", "pet") if {"pet", "temperature"} & set(self.names) else ("precipitation",),
            "pet" if "pet" in self.names else "temperature" if "temperature" in self.names else "",
        )  # fmt: skip

    def _place(self) -> None:
        self.rows, self.columns = named(self.data, *LATITUDES), named(self.data, *LONGITUDES)
        main = self.data[self.names["precipitation"]]
        if not self.rows or not self.columns or {self.rows, self.columns} - set(main.dims):
            raise FileError("grid_no_places", found=", ".join(map(str, main.dims)))
        latitude = np.asarray(self.data[self.rows].values, float)
        longitude = np.asarray(self.data[self.columns].values, float)
        longitude = np.where(longitude > 180, longitude - 360, longitude)
        self.down, self.right = np.argsort(-latitude, kind="stable"), np.argsort(longitude, kind="stable")
        self.latitude, self.longitude = latitude[self.down], longitude[self.right]
        self.cell_y, self.cell_x = _spacing(-self.latitude), _spacing(self.longitude)
        for code, name in self.names.items():
            if {self.rows, self.columns} - set(self.data[name].dims):
                raise FileError("grid_no_places", found=f"{code}: {', '.join(map(str, self.data[name].dims))}")

    def _months(self) -> None:
        main = self.data[self.names["precipitation"]]
        rest = [dim for dim in main.dims if dim not in (self.rows, self.columns)]
        times = [dim for dim in rest if dim in self.data.variables and self.data[dim].dtype.kind == "M"]
        if len(times) != 1 or any(main.sizes[dim] != 1 for dim in rest if dim != times[0]):
            raise FileError("no_time")
        (self.time,) = times
        moments = self.data[self.time].values
        if moments.size == 0 or np.isnat(moments).any():
            raise FileError("no_time")
        months = moments.astype("datetime64[M]").astype(int)
        apart = np.diff(months)
        if (apart != 1).any():
            at = int(np.flatnonzero(apart != 1)[0])
            raise FileError("grid_month_missing", value=str(np.datetime64(int(months[at]) + 1, "M")))
        self.first = months[0]
        starts = (months[0] + np.arange(months.size + 1)).astype("datetime64[M]").astype("datetime64[D]")
        self.lengths = np.diff(starts).astype(int)
        for name in self.names.values():
            if self.time not in self.data[name].dims:
                raise FileError("no_time")

    def _converter(self, code: str) -> tuple[float, float, bool]:
        """Factor, what is added before, and whether it is a rate of a day."""
        unit = units_of(self.data[self.names[code]]).strip().replace("**", "").replace("^", "")
        plain = unit.lower().replace(" ", "").replace("⁻", "-").replace("−", "-").replace("²", "2").replace("¹", "1")
        if code == "temperature":
            found = {"k": (1.0, -273.15, False), "kelvin": (1.0, -273.15, False)}
            found |= dict.fromkeys(("degc", "°c", "c", "celsius", "degreecelsius", "degreescelsius", "degree_celsius", "degrees_celsius"), (1.0, 0.0, False))  # noqa: E501 # fmt: skip
        else:
            found = dict.fromkeys(("mm", "kgm-2", "kg/m2", "mm/month", "mmmonth-1", "mm/mon", "millimeter", "millimetre"), (1.0, 0.0, False))  # noqa: E501 # fmt: skip
            found |= dict.fromkeys(("m", "metre", "meter"), (1000.0, 0.0, False)) | {"cm": (10.0, 0.0, False)}
            found |= dict.fromkeys(("mm/day", "mmday-1", "mm/d", "mmd-1", "kgm-2d-1", "kgm-2day-1"), (1.0, 0.0, True))
            found |= dict.fromkeys(("kgm-2s-1", "kg/m2/s", "mm/s", "mms-1"), (86_400.0, 0.0, True))
        if plain not in found:
            raise FileError("unknown_unit", value=unit, variable=code)
        return found[plain]

    def blocks(self, variable: str) -> Iterator[F64]:
        source = "temperature" if variable == "pet" and "pet" not in self.names else variable
        step = max(1, BLOCK // (8 * len(self.longitude) * len(self.lengths)))
        for start in range(0, len(self.latitude), step):
            which = slice(start, start + step)
            block = self._read(source, which)
            if source == "temperature":
                block = self._pet(block, self.latitude[which])
            elif (block < PACKED).any():
                at = np.argwhere(block < PACKED)[0]
                raise FileError(
                    "grid_negative",
                    value=f"{self.latitude[start + at[0]]:g}, {self.longitude[at[1]]:g}",
                    variable=variable,
                )
            yield np.where(block < 0, 0.0, block) if source != "temperature" else block

    def _read(self, code: str, which: slice) -> F64:
        one = self.data[self.names[code]]
        loose = {dim: 0 for dim in one.dims if dim not in (self.rows, self.columns, self.time)}
        one = one.isel({**loose, self.rows: self.down[which]}).transpose(self.rows, self.columns, self.time)
        values = np.asarray(one.values, float)[:, self.right, :]
        if np.isinf(values).any():
            raise FileError("grid_infinite", value=code)
        factor, before, daily = self.convert[code]
        values = (values + before) * factor
        return values * self.lengths if daily else values

    def _pet(self, temperature: F64, latitude: F64) -> F64:
        """Oudin's formula at the middle of each month, times its days."""
        from rafid.methods.hydrology import oudin_pet

        months = (int(self.first) + np.arange(len(self.lengths))) % 12
        middle = np.array([15, 46, 74, 105, 135, 166, 196, 227, 258, 288, 319, 349])[months]
        found = np.full_like(temperature, np.nan)
        for row, north in enumerate(latitude):
            for column in range(temperature.shape[1]):
                known = np.isfinite(temperature[row, column])
                if known.any():
                    of = oudin_pet(temperature[row, column, known], middle[known], latitude=float(north))
                    found[row, column, known] = of * self.lengths[known]
        return found


def _spacing(values: F64) -> float:
    """Degrees between cells, which must be the same everywhere (they are told with few decimals)."""
    if values.size < 2:
        raise FileError("grid_uneven", value="1")
    apart = np.diff(values)
    mean = float((values[-1] - values[0]) / (values.size - 1))
    if mean <= 0 or np.abs(apart - mean).max() > 0.02 * mean:
        raise FileError("grid_uneven", value=f"{apart.min():g} … {apart.max():g}")
    return round(mean, 6)


@contextmanager
def grid_file(path: Path) -> Iterator[GridFile]:
    """Raises ``FileError`` for another kind of file, and for whatever is missing in it or does not fit."""
    with opened(path) as data:
        yield GridFile(data)
