"""The nine development basins, beside the project: CAMELS-FR (Delaigue, Brigode, Thirel et al., INRAE, doi:10.57745/WH7FJR,
extract of airGRdatasets 0.2.3, CC BY 4.0)."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rafid.methods.hydrology import Forcing

F64 = NDArray[np.float64]
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "rivers"
BANDS, MIDDLE = (10, 30, 50, 70, 90), 50
"""Percentiles of elevation: five bands of equal area, and what the weather stands for."""


@dataclass(frozen=True, eq=False)
class Basin:
    code: str
    name: str
    dates: NDArray[np.datetime64]
    forcing: Forcing
    flow: F64

    def day(self, date: str) -> int:
        """Its index; dates run without a gap."""
        return int((np.datetime64(date) - self.dates[0]).astype(int))

    @cached_property
    def day_of_year(self) -> NDArray[np.int64]:
        return (self.dates - self.dates.astype("datetime64[Y]")).astype(np.int64) + 1


def read_basins(folder: Path = FOLDER) -> list[Basin]:
    """All basins of ``folder``/camels_fr; FileNotFoundError where they are not."""
    told = json.loads((folder / "camels_fr" / "meta.json").read_text(encoding="utf-8"))
    return [_read(folder / "camels_fr" / f"{basin['code']}.csv", basin) for basin in told]


def _read(path: Path, told: dict) -> Basin:  # type: ignore[type-arg]
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rain, loss, warm = (np.array([float(row[name]) for row in rows]) for name in ("Ptot", "Evap", "Temp"))
    flow = np.array([float(row["Qmmd"] or "nan") for row in rows])
    heights = told["hypso"]
    forcing = Forcing(rain, loss, warm, [heights[k] for k in BANDS], heights[MIDDLE])
    dates = np.array([row["Date"] for row in rows], "datetime64[D]")
    return Basin(told["code"], told["meta"]["Name"], dates, forcing, flow)
