"""A made-up grid of a quarter of a degree: fifteen years of monthly rain and temperature, wetter towards the mountains, with
the drought years and the wet year of the demonstration's story. It is written as a NetCDF file and read as anybody's file is.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from .demo_world import World, chance
from .droughts.keep_grid import keep_grid
from .measuring.record_figures import record_months
from .models import DroughtGrid

YEARS = 15
WEST, EAST, SOUTH, NORTH = 38.0, 49.0, 28.5, 38.5
USUAL = (62, 55, 58, 45, 16, 1.2, 0.3, 0.2, 0.9, 14, 38, 58)
"""mm a month where it is neither wet nor dry; summers have none to speak of."""
WARM = (9, 11, 15, 21, 28, 33, 36, 35, 31, 24, 16, 11)
DRY, WET = 0.55, 1.6


def grid(world: World) -> DroughtGrid:
    """Kept as a file of the store; a degree instead of a quarter for tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demonstration-months.nc"
        write(path, world.today, 1.0 if world.small else 0.25, world.flood_year)
        return keep_grid(
            path,
            code="demonstration-months",
            names={
                "ar": "شبكة شهرية للعرض التوضيحي",
                "ckb": "تۆڕی مانگانەی پیشاندان",
                "en": "Monthly grid of the demonstration",
            },
            source="Invented for the demonstration",
            owner=world.ministry,
            made_up=True,
        )


def write(path: Path, today: date, cell: float, flood_year: int) -> None:
    """CF NetCDF: total rain of each month (mm) and its mean temperature (°C), from north to south."""
    import xarray

    east = np.arange(WEST + cell / 2, EAST, cell)
    north = np.arange(NORTH - cell / 2, SOUTH, -cell)
    end = np.datetime64(today.isoformat(), "M")
    months = np.arange(end - 12 * YEARS, end)
    rain, warmth = _weather(months, north, east, flood_year)
    place = ("time", "latitude", "longitude")
    data = xarray.Dataset(
        {
            "precipitation": (place, rain.astype("f4"), {"units": "mm", "standard_name": "precipitation_amount"}),
            "temperature": (place, warmth.astype("f4"), {"units": "degC", "standard_name": "air_temperature"}),
        },
        coords={
            "time": months.astype("datetime64[ns]"),
            "latitude": ("latitude", north, {"units": "degrees_north", "standard_name": "latitude"}),
            "longitude": ("longitude", east, {"units": "degrees_east", "standard_name": "longitude"}),
        },
        attrs={"Conventions": "CF-1.8", "title": "DEMONSTRATION: invented months", "source": "invented"},
    )
    data.to_netcdf(path, engine="h5netcdf", encoding={"time": {"units": "days since 2000-01-01"}})


def _weather(months: Any, north: Any, east: Any, flood_year: int) -> tuple[Any, Any]:
    throws = chance("grid of months")
    numbers = months.astype(int)
    year, month = numbers // 12 + 1970, numbers % 12
    # A hydrological year has one fate, which wanders over the land.
    water_year = year + (month >= 9)
    fates = {one: float(np.exp(throws.normal(0, 0.22))) for one in sorted(set(water_year.tolist()))}
    fates |= {flood_year: WET, flood_year - 1: DRY, flood_year - 2: DRY + 0.1}
    fate = np.array([fates[one] for one in water_year.tolist()])
    rows, columns = np.meshgrid(np.linspace(0, 1, north.size), np.linspace(0, 1, east.size), indexing="ij")
    height = np.clip(1.5 - 1.4 * rows + 0.6 * columns, 0.12, 2.2)
    waves = np.zeros((months.size, north.size, east.size))
    for number in range(6):  # storms are wide: neighbouring cells have much the same rain
        phase = throws.uniform(0, 2 * np.pi, months.size)[:, None, None]
        way = throws.normal(0, 2 + number, (2, 1, 1, 1))
        waves += np.cos(way[0] * rows + way[1] * columns + phase) * 0.2
    waves += throws.normal(0, 0.28, months.size)[:, None, None] + throws.normal(0, 0.07, waves.shape)
    rain = np.array(USUAL)[month][:, None, None] * height * fate[:, None, None] * np.exp(waves)
    rain = np.where(rain < 0.3, 0.0, rain)
    warm = np.array(WARM)[month][:, None, None] + 7.0 * (rows - 0.5) - 3.0 * (height - 1)
    return rain, warm + throws.normal(0, 0.8, months.size)[:, None, None]


def figures(world: World) -> int:
    """The indicators of the last months, of what everybody may see."""
    return record_months(3 if world.small else 12, world.ministry.pk, world.today)
