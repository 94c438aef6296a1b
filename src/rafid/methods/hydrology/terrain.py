"""Ground and water: the catchment of a point, the height above the nearest drainage, the depth of a flood.

A grid of elevations (rows, columns), row 0 in the north, NaN outside. Flow goes to one of eight neighbours, the one to which
it falls most steeply (O'Callaghan and Mark 1984); depressions are filled and flats crossed as pyflwdir has it (Wang and Liu
2006, doi:10.1080/13658810500433453). Water leaves at the edge of the grid.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from rafid.methods.hydrology.given import F64, finite, floats

Mask = NDArray[np.bool_]


def catchment(elevation: ArrayLike, *, outlet: tuple[int, int], cell: float | tuple[float, float]) -> Mask:
    """Which cells drain through ``outlet`` (row, column), itself included: (rows, columns) of bool.

    ``cell``: the side of a cell in m, or (north-south, east-west) where they differ, as in a grid of degrees. The catchment's
    area is the count of cells times that of one. Put the outlet on the channel of the same grid, not beside it: one cell off
    finds the bank.

    Raises ``ValueError`` for a grid of fewer than 2 × 2, infinite elevations, an outlet outside it and a side that is not
    above 0.
    """
    ground, (height, width) = _ground(elevation), _sides(cell)
    row, column = _outlet(outlet, ground)
    found = _flow(ground, height, width).basins(idxs=np.array([row * ground.shape[1] + column]))
    return np.asarray(found > 0)


def drained_area(elevation: ArrayLike, *, cell: float | tuple[float, float]) -> F64:
    """The area that drains through each cell, itself included, m²: (rows, columns); NaN where there is no elevation. Cells of
    more than some area are a river.

    ``cell`` as :func:`catchment` has it, and what it raises.

    >>> drained_area([[2.0, 2.0, 2.0], [1.0, 0.0, 1.0]], cell=10.0).tolist()
    [[100.0, 100.0, 100.0], [100.0, 600.0, 100.0]]
    """
    ground, (height, width) = _ground(elevation), _sides(cell)
    count = np.asarray(_flow(ground, height, width).upstream_area(unit="cell"), float)
    return np.where(np.isnan(ground), np.nan, count * height * width)


def snap_outlet(drained: ArrayLike, *, outlet: tuple[int, int], within: int) -> tuple[int, int]:
    """The cell (row, column) of the largest ``drained`` area at most ``within`` cells beside ``outlet``: the channel beside a
    gauge's position. The nearest one of equals.

    Raises ``ValueError`` for an outlet outside the grid and for no cell with an area so near.

    >>> snap_outlet([[1.0, 9.0, 1.0], [1.0, 12.0, 1.0]], outlet=(0, 0), within=1)
    (1, 1)
    """
    area = floats(drained, "the drained area")
    row, column = _outlet(outlet, np.nan_to_num(area))
    top, left = max(row - within, 0), max(column - within, 0)
    near = area[top : row + within + 1, left : column + within + 1]
    if np.isnan(near).all():
        raise ValueError("no cell near the outlet has a drained area; move the outlet onto the grid")
    found = np.argwhere(near == np.nanmax(near)) + np.array([top, left])
    nearest = found[np.argmin(np.abs(found - (row, column)).max(axis=1))]
    return int(nearest[0]), int(nearest[1])


def height_above_drainage(elevation: ArrayLike, *, drainage: ArrayLike, cell: float | tuple[float, float] = 1.0) -> F64:
    """How far each cell lies above the cell of ``drainage`` (bool, of the grid's shape) that its water reaches first, m: HAND
    (Nobre et al. 2011, doi:10.1016/j.jhydrol.2011.03.051). 0 on the drainage; NaN where there is no elevation and where water
    leaves the grid without meeting it. Cells are square unless ``cell`` says otherwise, as :func:`catchment` has it. Below 0
    stands what lies in a hollow whose rim is the way out.

    Raises ``ValueError`` for a drainage of another shape or without a cell, and grids as :func:`catchment`.
    """
    ground, (high, wide) = _ground(elevation), _sides(cell)
    river = floats(drainage, "the drainage")
    if river.shape != ground.shape:
        raise ValueError(
            f"the drainage {river.shape} is not of the elevation's shape {ground.shape}; cut both to one grid"
        )
    river = (river == 1) & ~np.isnan(ground)
    if not river.any():
        raise ValueError("the drainage has no cell with an elevation; mark the river's cells with 1")
    flow = _flow(ground, high, wide)
    meets = flow.basins(idxs=np.flatnonzero(river)) > 0
    height = flow.hand(drain=river, elevtn=np.where(np.isnan(ground), 0.0, ground))
    return np.where(meets, height, np.nan)


def flood_depth(hand: ArrayLike, *, stage: ArrayLike) -> F64:
    """Depth of water, m, where the river stands ``stage`` m above its bed (a number, or one for each cell, as of reaches):
    stage - hand, not below 0; NaN where ``hand`` is. It knows no dyke finer than the grid and no time that water needs to get
    there.

    Raises ``ValueError`` for a stage that is missing or below 0, or does not fit the grid.

    >>> flood_depth([[0.0, 1.0, 4.0]], stage=2.5).tolist()
    [[2.5, 1.5, 0.0]]
    """
    above, level = floats(hand, "the height above drainage"), finite(stage, "the stage", least=0)
    try:
        return np.maximum(level - above, 0.0)
    except ValueError as bad:
        raise ValueError(
            f"the stage {level.shape} does not fit the grid {above.shape}; give a number or one a cell"
        ) from bad


def _flow(ground: F64, height: float, width: float) -> Any:
    """pyflwdir's raster of flow directions. It is imported here: it compiles for seconds when it is first called."""
    import pyflwdir

    # pyflwdir's queue holds 32 bits: elevations of more would make depressions of a rounding.
    filled, flooded = pyflwdir.fill_depressions(ground.astype(np.float32), nodata=np.nan, outlets="edge")
    return pyflwdir.from_array(_steepest(filled, flooded, height, width), ftype="d8", check_ftype=False)


@njit(cache=True, nogil=True)
def _steepest(filled: Any, flooded: Any, height: float, width: float) -> Any:
    """The steepest of eight ways down; where no neighbour is lower, the way on which the flood came.

    No circle can arise: every step goes to a lower cell, or at one level to a cell that was flooded earlier.
    """
    rows, columns = filled.shape
    diagonal = np.hypot(height, width)
    codes = np.array([[32, 64, 128], [16, 0, 1], [8, 4, 2]], np.uint8)
    found = flooded.copy()
    for row in range(rows):
        for column in range(columns):
            if flooded[row, column] == 247:
                continue
            best = 0.0
            for down in range(-1, 2):
                for right in range(-1, 2):
                    r, c = row + down, column + right
                    if r < 0 or c < 0 or r >= rows or c >= columns or flooded[r, c] == 247:
                        continue
                    if down == 0 and right == 0:
                        continue
                    way = diagonal if down != 0 and right != 0 else (height if down != 0 else width)
                    fall = (np.float64(filled[row, column]) - np.float64(filled[r, c])) / way
                    if fall > best:
                        best = fall
                        found[row, column] = codes[down + 1, right + 1]
    return found


def _sides(cell: float | tuple[float, float]) -> tuple[float, float]:
    sides = finite(cell, "the cell")
    if sides.shape not in ((), (2,)) or not (sides > 0).all():
        raise ValueError("the cell is its side in m, above 0, or two of them (north-south, east-west)")
    height, width = np.broadcast_to(sides, (2,))
    return float(height), float(width)


def _ground(elevation: ArrayLike) -> F64:
    ground = floats(elevation, "the elevation")
    if ground.ndim != 2 or min(ground.shape) < 2:
        raise ValueError(f"the elevation has the shape {ground.shape}; give a grid of rows and columns, 2 × 2 or more")
    if np.isinf(ground).any() or np.isnan(ground).all():
        raise ValueError("the elevation is infinite or nowhere there; set cells without one to NaN and keep some")
    return ground


def _outlet(outlet: tuple[int, int], ground: F64) -> tuple[int, int]:
    try:
        row, column = (int(one) for one in outlet)
    except (TypeError, ValueError) as bad:
        raise ValueError(f"the outlet is {outlet!r}; give its row and column in the grid") from bad
    if not (0 <= row < ground.shape[0] and 0 <= column < ground.shape[1]):
        raise ValueError(f"the outlet ({row}, {column}) is outside the grid {ground.shape}; give row and column from 0")
    if np.isnan(ground[row, column]):
        raise ValueError(f"the outlet ({row}, {column}) has no elevation; move it to a cell that has one")
    return row, column
