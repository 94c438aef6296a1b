"""One month of a grid's index as a person sees it: the cells, their classes, and the shares of governorates and basins."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from rafid.commons import blobs

from ..models import DroughtGrid
from .classes import classed
from .grid_index import INDICES, can, index_of
from .monthly import month_of
from .shares import Share, shares


@dataclass(frozen=True)
class GridMonth:
    """``values`` (rows, columns), NaN where there is none; ``at``: the number of the month in the grid."""

    grid: DroughtGrid
    index: str
    scale: int
    month: str
    at: int
    values: Any

    @functools.cached_property
    def classes(self) -> Any:
        return classed(self.values)

    @functools.cached_property
    def shares(self) -> list[Share]:
        return shares(self.grid, self.values)


def current(user: Any) -> list[DroughtGrid]:
    """The grids that a person sees and that nothing replaces, the newest first. One whose file is not in the store (a
    database that was restored without its files) has nothing to show; ``verify`` names it."""
    rows = DroughtGrid.objects.visible_to(user).filter(replaced_by=None).select_related("owner")
    return [row for row in rows if blobs.path_of(row.kept).exists()]


def months(grid: DroughtGrid) -> list[str]:
    """All its months, the last first."""
    first = np.datetime64(grid.first_month, "M")
    return [str(first + at) for at in range(grid.months - 1, -1, -1)]


def last_month(grid: DroughtGrid) -> date:
    return (np.datetime64(grid.first_month, "M") + grid.months - 1).astype("datetime64[D]").astype(date)


def grid_month(grid: DroughtGrid, *, index: str, scale: int, month: str | None = None) -> GridMonth:
    """Raises ``ValueError`` for an index or month that it lacks, ``NotComputed`` where it takes longer than a page may."""
    if index not in INDICES or not can(grid, index):
        raise ValueError(f"the grid has no {index}")
    if not 1 <= scale <= 48:
        raise ValueError("the scale is 1 to 48 months")
    first = np.datetime64(grid.first_month, "M")
    asked = month_of(month) if month else first + grid.months - 1
    at = int((asked - first).astype(int))
    if not 0 <= at < grid.months:
        raise ValueError(f"the grid has no {month}")
    values = np.array(index_of(grid, index, scale)[at], float)
    return GridMonth(grid, index, scale, str(asked), at, values)
