"""A flood on a grid: the river, the height above it, the depth of the water, and its classes as polygons. No database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused
from rafid.methods.hydrology import drained_area, flood_depth, height_above_drainage

from .frames import F64
from .outlines import outline
from .rasters import Raster

DEPTHS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Where the classes of depth begin, m: to the knee, to the hip, above a person, above a ground floor."""


@dataclass(frozen=True, eq=False)
class Part:
    """Where the water is more than ``low`` and at most ``high`` deep, m (None: however deep)."""

    low: float
    high: float | None
    area_km2: float
    ground: Any


@dataclass(frozen=True, eq=False)
class Drawn:
    """``depth`` in m: 0 where it is dry, NaN where the grid says nothing. ``river``: cells taken for the river."""

    depth: F64
    parts: tuple[Part, ...]
    ground: Any
    area_km2: float
    river: NDArray[np.bool_]


def draw(
    raster: Raster, *, water_m: float, drainage_km2: float, line: Any = None, corridor_km: float | None = None
) -> Drawn:
    """Where the river stands ``water_m`` above its height on the grid. Cells that drain ``drainage_km2`` are river; with
    ``line`` (degrees) only those within ``corridor_km`` of it. Raises ``Refused``."""
    frame = raster.frame
    river = river_of(raster, drainage_km2=drainage_km2)
    if line is not None:
        river &= _near(raster, line, corridor_km or 2.0, river)
        if not river.any():
            raise Refused(
                _("No river of the grid runs within %(distance)s km of the reach. Widen it, or leave the reach out.")
                % {"distance": f"{corridor_km or 2.0:g}"}
            )
    height = height_above_drainage(raster.values, drainage=river, cell=frame.sides_m)
    depth = flood_depth(height, stage=water_m)
    parts = []
    for low, high in zip(DEPTHS, [*DEPTHS[1:], None], strict=True):
        mask = (depth > low) & (depth <= (np.inf if high is None else high))
        if mask.any():
            parts.append(Part(low, high, frame.area_of(mask), outline(mask, frame)))
    wet = depth > 0
    return Drawn(depth, tuple(parts), outline(wet, frame), frame.area_of(wet), river)


def river_of(raster: Raster, *, drainage_km2: float) -> NDArray[np.bool_]:
    """Cells through which at least so much ground drains. Raises ``Refused``."""
    drained = drained_area(raster.values, cell=raster.frame.sides_m)
    # An area of whole cells: the last digit of a sum decides nothing.
    river = np.nan_to_num(drained) >= drainage_km2 * 1e6 * (1 - 1e-9)
    if not river.any():
        raise Refused(
            _("Nowhere on this grid drain %(asked)s km²; at most %(most)s km² do. Ask for a smaller area.")
            % {"asked": f"{drainage_km2:g}", "most": f"{np.nanmax(drained) / 1e6:.3g}"}
        )
    return np.asarray(river)


def usual_drainage(raster_cells: int, cell_km2: float) -> float:
    """What is offered where nobody says from which area on a river is one: a hundredth of the grid."""
    return float(f"{max(raster_cells * cell_km2 / 100, cell_km2):.2g}")


def _near(raster: Raster, line: Any, distance_km: float, river: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """River cells whose middle lies so near to a line."""
    frame = raster.frame
    rows, columns = np.nonzero(river)
    down, across = frame.sides_m
    planar = shapely.transform(frame.planar(line), lambda xy: xy * (across / frame.dx, down / frame.dy))
    reach = planar.buffer(1000 * distance_km)
    shapely.prepare(reach)
    x = (frame.x + (columns + 0.5) * frame.dx) * (across / frame.dx)
    y = (frame.y - (rows + 0.5) * frame.dy) * (down / frame.dy)
    near = np.zeros_like(river)
    near[rows, columns] = shapely.contains_xy(reach, x, y)
    return near
