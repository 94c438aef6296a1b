"""The catchment of a point on a grid of heights, and a basin of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.history import because
from rafid.commons.records.change import Refused
from rafid.methods.hydrology import catchment, drained_area, snap_outlet

from ..models import Basin, ElevationModel, RiverNode
from ..refusals import told
from .elevation import heights_of
from .outlines import geos, outline
from .rasters import Raster

MOST = 4_000_000
"""Cells of a grid on which a catchment is found while the person waits."""


@dataclass(frozen=True)
class Catchment:
    """``ground`` in degrees; ``outlet`` the longitude and latitude of the channel that was found ``moved_m`` beside the
    point."""

    ground: Any
    area_km2: float
    outlet: tuple[float, float]
    moved_m: float


def find_catchment(elevation: ElevationModel, *, longitude: float, latitude: float, snap_m: float = 0.0) -> Catchment:
    """What drains through the channel nearest to a point. Raises ``Refused`` for a point outside the grid or without a height,
    and for a catchment that goes on beyond the grid."""
    if elevation.rows * elevation.columns > MOST:
        raise Refused(
            _("This grid is too large to find a catchment on: at most %(most)s million cells. Cut it to the basin.")
            % {"most": MOST // 1_000_000}
        )
    raster = heights_of(elevation)
    frame = raster.frame
    start = frame.cell_of(longitude, latitude)
    if start is None:
        west, south, east, north = frame.outline.bounds
        raise Refused(
            _(
                "The point lies outside the grid, which reaches from %(west)s to %(east)s° E and %(south)s to %(north)s° N."
            )
            % {"west": f"{west:.3f}", "east": f"{east:.3f}", "south": f"{south:.3f}", "north": f"{north:.3f}"}
        )
    cells = int(snap_m // min(frame.sides_m))
    outlet = start
    if cells:
        try:
            outlet = snap_outlet(drained_area(raster.values, cell=frame.sides_m), outlet=start, within=cells)
        except ValueError:
            outlet = start
    if np.isnan(raster.values[outlet]):
        raise Refused(_("The grid has no height at this point. Move the point, or search a channel further away."))
    mask = catchment(raster.values, outlet=outlet, cell=frame.sides_m)
    if _touches_edge(mask, outlet, raster):
        raise Refused(
            _("The catchment reaches the edge of the grid, so that part of it is missing. Take a larger grid, or a point"
              " further up the river.")
        )  # fmt: skip
    down, across = frame.sides_m
    moved = float(np.hypot((outlet[0] - start[0]) * down, (outlet[1] - start[1]) * across))
    return Catchment(outline(mask, frame), frame.area_of(mask), frame.middle_of(*outlet), moved)


def _touches_edge(mask: NDArray[np.bool_], outlet: tuple[int, int], raster: Raster) -> bool:
    """Does it lie at the edge of the grid or beside a cell without a height, other than at its outlet?"""
    unknown = np.pad(np.isnan(raster.values), 1, constant_values=True)
    rows, columns = mask.shape
    beside = np.zeros_like(mask)
    for down in range(3):
        for right in range(3):
            beside |= unknown[down : down + rows, right : right + columns]
    open_ = mask & beside
    row, column = outlet
    open_[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] = False
    return bool(open_.any())


def save_basin(
    found: Catchment,
    elevation: ElevationModel,
    *,
    code: str,
    names: dict[str, str],
    by: Any,
    reason: str,
    node: RiverNode | None = None,
    parent: Basin | None = None,
) -> Basin:
    """The basin with this ground, made anew or changed; ``node`` becomes its. Raises ``Refused``."""
    if not code:
        raise Refused(_("Give the basin a code."))
    if not reason.strip():
        raise Refused(_("Say why the basin changes."))
    with told(Basin), because(reason):
        row = Basin.objects.filter(code=code).first() or Basin(code=code, made_by=by)
        new = row._state.adding
        if new and not any(names.values()):
            raise Refused(_("Give the new basin a name."))
        row.ground = geos(found.ground)
        row.area_km2 = float(f"{found.area_km2:.6g}")
        for language, name in names.items():
            if name:
                setattr(row, f"name_{language}", name)
        if parent is not None:
            row.parent = parent
        row.source_text = f"{elevation.name} ({elevation.ref})"[:300]
        row.as_of = timezone.localdate()
        row.save()
        if node is not None and node.basin_id != row.pk:
            node.basin = row
            node.save()
    return row
