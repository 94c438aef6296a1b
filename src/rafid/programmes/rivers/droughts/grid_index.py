"""SPI and SPEI of every cell of a grid, at one scale: computed once in blocks of rows, kept as an array of months."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from rafid.commons import blobs

from ..models import DroughtGrid, GridIndex
from .keep_grid import months_of

BLOCK = 32 << 20
"""Bytes of values that are computed at once: the memory does not grow with the grid."""
AT_ONCE = 20_000_000
"""So many values (cells × months) are computed while a page waits; more needs ``rivers grid --indices``."""
INDICES = {"spi": ("precipitation",), "spei": ("precipitation", "pet")}


class NotComputed(Exception):
    """The grid is too large for a page to wait for, or lacks what the index is made of."""


def can(grid: DroughtGrid, index: str) -> bool:
    return set(INDICES.get(index, ("–",))) <= set(grid.variables)


def index_of(grid: DroughtGrid, index: str, scale: int, *, wait: bool = False) -> Any:
    """The array (months, rows, columns) of float32. Raises ``NotComputed``; with ``wait`` only where the grid lacks PET."""
    if not can(grid, index):
        raise NotComputed(index)
    row = GridIndex.objects.filter(grid=grid, index=index, scale=scale).first()
    if row is None or not blobs.path_of(row.sha256).exists():
        if not wait and grid.columns * grid.rows * grid.months > AT_ONCE:
            raise NotComputed(f"{index}-{scale}")
        row, _new = GridIndex.objects.update_or_create(
            grid=grid, index=index, scale=scale, defaults={"sha256": _computed(grid, index, scale)}
        )
    return np.load(blobs.path_of(row.sha256), mmap_mode="r")


def _computed(grid: DroughtGrid, index: str, scale: int) -> str:
    """Writes the array beside the store, block by block, and takes it in; its hash."""
    from rafid.methods.hydrology import spei, spi

    values = months_of(grid)
    at = {name: number for number, name in enumerate(grid.variables)}
    start = grid.first_month.month
    step = max(1, BLOCK // (8 * grid.columns * grid.months))
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        path = Path(beside) / "index.npy"
        out = np.lib.format.open_memmap(
            path, mode="w+", dtype="<f4", shape=(grid.months, grid.rows, grid.columns), version=(1, 0)
        )
        for first in range(0, grid.rows, step):
            rain = np.array(values[at["precipitation"], first : first + step])
            cells = rain.reshape(-1, grid.months)
            known = np.isfinite(cells).any(axis=1)
            found = np.full(cells.shape, np.nan)
            if known.any():
                if index == "spei":
                    pet = np.array(values[at["pet"], first : first + step]).reshape(-1, grid.months)
                    found[known] = spei(cells[known] - pet[known], scale=scale, start_month=start)
                else:
                    found[known] = spi(cells[known], scale=scale, start_month=start)
            out[:, first : first + step] = np.moveaxis(found.reshape(rain.shape), -1, 0)
        out.flush()
        del out
        with path.open("rb") as file:
            return blobs.receive(iter(lambda: file.read(1 << 20), b"")).sha256
