"""What a survey of a reservoir found: its level-volume-area table. Levels m, volumes Mm³ (10⁶ m³), areas km²."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from rafid.methods.hydrology.given import F64, finite, series

MILLION = 1e6
MM_KM2 = 1e-3
"""Mm³ in a millimetre over a square kilometre."""


@dataclass(frozen=True, eq=False)
class StorageTable:
    """What a survey found: rows of ``level`` (m), ``volume`` (Mm³) and ``area`` (km²), between which it is linear. ``area``
    may be left out where no question needs it.

    Raises ``ValueError`` for fewer than two rows, columns of unequal length, what is no number, levels or volumes that do not
    rise, an area that falls, and a volume or area below 0.

    >>> table = StorageTable([300, 310, 320], [3000, 4700, 7350], [150, 210, 320])
    >>> table.volume_at(305), table.level_at(4700), table.area_at(315)
    (3850.0, 310.0, 265.0)
    """

    level: F64
    volume: F64
    area: F64 | None = None

    def __post_init__(self) -> None:
        for name in ("level", "volume", "area"):
            if name != "area" or self.area is not None:
                object.__setattr__(self, name, series(getattr(self, name), f"the column {name}"))
        if self.level.size < 2 or self.volume.shape != self.level.shape:
            raise ValueError("a storage table needs two rows or more, each with a level and a volume; enter them")
        if self.area is not None and self.area.shape != self.level.shape:
            raise ValueError(f"{self.area.size} areas stand beside {self.level.size} levels; give one for each row")
        for name, unit in (("level", "m"), ("volume", "Mm³")):
            column = getattr(self, name)
            for row in np.flatnonzero(np.diff(column) <= 0) + 1:
                raise ValueError(
                    f"row {row + 1}: the {name} {column[row]:g} {unit} is not above {column[row - 1]:g}; correct the table"
                )
        if self.volume[0] < 0:
            raise ValueError("the volume in row 1 is below 0; correct the table")
        if self.area is not None:
            for row in np.flatnonzero(np.diff(self.area, prepend=0.0) < 0):
                raise ValueError(f"row {row + 1}: the area {self.area[row]:g} km² falls; correct the table")

    def volume_at(self, level: ArrayLike) -> Any:
        """Mm³ at a level or many. Raises ``ValueError`` outside the table."""
        return self._read(level, self.level, self.volume, "level", "m")

    def level_at(self, volume: ArrayLike) -> Any:
        """m at a volume or many. Raises ``ValueError`` outside the table."""
        return self._read(volume, self.volume, self.level, "volume", "Mm³")

    def area_at(self, level: ArrayLike) -> Any:
        """km² at a level or many. Raises ``ValueError`` outside the table, and where it has no areas."""
        if self.area is None:
            raise ValueError("the storage table has no areas; add them to ask for evaporation or the lake's size")
        return self._read(level, self.level, self.area, "level", "m")

    def _read(self, asked: ArrayLike, column: F64, answer: F64, name: str, unit: str) -> Any:
        found = finite(asked, f"the {name}")
        outside = (found < column[0]) | (found > column[-1])
        if outside.any():
            first = float(np.atleast_1d(found)[np.atleast_1d(outside)][0])
            raise ValueError(
                f"the {name} {first:g} {unit} is outside the storage table, which runs from {column[0]:g} to {column[-1]:g}; "
                "correct it, or give a table that reaches there"
            )
        value = np.interp(found, column, answer)
        return float(value) if found.ndim == 0 else value
