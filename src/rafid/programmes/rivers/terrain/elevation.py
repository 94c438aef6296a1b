"""A grid of heights that a user supplies: looked at, kept as it came, read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from rafid.commons import blobs
from rafid.commons.history import because

from ..models import ElevationModel
from ..refusals import told
from .outlines import geos
from .rasters import NotTaken, Raster, read_geotiff

LOWEST, HIGHEST = -500.0, 9000.0
"""Metres between which the land of the earth lies."""


def receive_elevation(
    file: Iterable[bytes],
    *,
    name: str,
    source_text: str,
    licence: str,
    vertical_datum: str,
    owner: Any,
    by: Any,
    sensitivity: int = 0,
    place: Any = None,
    as_of: date | None = None,
    **more: Any,
) -> ElevationModel:
    """Keeps a GeoTIFF of heights. Raises ``NotTaken`` and then leaves nothing behind."""
    staged = blobs.stage(file)
    try:
        raster = heights_of_land(read_geotiff(staged.temporary))
    except BaseException:
        staged.drop()
        raise
    staged.keep()
    frame, down_across = raster.frame, raster.frame.sides_m
    missing = np.isnan(raster.values)
    with told(ElevationModel), because("grid of heights received"):
        row: ElevationModel = ElevationModel.objects.create(
            name=name,
            source_text=source_text,
            licence=licence,
            vertical_datum=vertical_datum,
            as_of=as_of,
            crs=frame.code,
            ground=geos(frame.outline),
            rows=frame.rows,
            columns=frame.columns,
            cell_y_m=down_across[0],
            cell_x_m=down_across[1],
            lowest_m=float(np.nanmin(raster.values)),
            highest_m=float(np.nanmax(raster.values)),
            missing=float(missing.mean()),
            sha256=staged.blob.sha256,
            owner=owner,
            place=place,
            sensitivity=sensitivity,
            made_by=by,
            **more,
        )
    return row


def heights_of_land(raster: Raster) -> Raster:
    """The grid, if its cells can be heights. Raises ``NotTaken``."""
    heights = raster.values
    if np.isnan(heights).all():
        raise NotTaken(_("No cell of the grid has a height."))
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    if low < LOWEST or high > HIGHEST:
        wrong = low if low < LOWEST else high
        raise NotTaken(
            _("A cell says %(height)s m, which no land has. Mark cells without a height as no data.")
            % {"height": f"{wrong:g}"}
        )
    if low == high:
        raise NotTaken(_("All cells have one height: no water flows on it. Send a grid of heights."))
    return raster


def heights_of(row: ElevationModel) -> Raster:
    """The grid, read from the store. Raises ``NotTaken``."""
    try:
        return read_geotiff(blobs.path_of(row.sha256))
    except OSError as error:
        raise NotTaken(_("The grid of heights is not in the store any more. Send it again.")) from error
