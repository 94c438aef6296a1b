"""GeoTIFF in and out by the GDAL that GeoDjango stands on; what is none, or cannot be used, is refused with a sentence."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.gis.gdal import GDALException, GDALRaster
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from rafid.commons.records.change import Refused

from ..arriving.readers.messages import MESSAGES
from ..arriving.readers.opening import found_in
from ..arriving.readers.reading import FileError
from .frames import F64, Frame

MAGIC = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
MOST = 10_000_000
"""Cells; more outgrow the memory of a small machine."""

NOTHING = -9999.0
"""What a cell without a value holds in our own files."""


class NotTaken(Refused):
    """The file cannot be used. ``found``: its bytes are not what they were sent as."""

    def __init__(self, sentence: str, *, found: bool = False) -> None:
        super().__init__(sentence)
        self.found = found


@dataclass(frozen=True, eq=False)
class Raster:
    """``values`` (rows, columns), NaN where the file has none."""

    frame: Frame
    values: F64


def _ready() -> None:
    """pyogrio finds GDAL's data files when it is imported; GDAL looks for them once only, at its first raster. Whoever was
    second would not find them."""
    import pyogrio  # noqa: F401


def is_tiff(head: bytes) -> bool:
    return head.startswith(MAGIC)


def read_geotiff(path: Path, *, most: int = MOST) -> Raster:
    """The one band of a GeoTIFF. Raises ``NotTaken``."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise NotTaken(FileError("empty").text(_), found=True)
    if not is_tiff(head):
        what = MESSAGES[found_in(head)[1:]]
        raise NotTaken(_("This is no GeoTIFF, but %(found)s.") % {"found": _(what)}, found=True)
    _ready()
    try:
        opened = GDALRaster(str(path))
        system = opened.srs
    except (GDALException, ValueError) as error:
        raise NotTaken(_("The GeoTIFF is damaged or cut off. Send it again."), found=True) from error
    if system is None:
        raise NotTaken(_("The file says no coordinate system. Save it with one, such as EPSG:32638."))
    frame, north_up = _frame(opened, str(system.wkt))
    if frame.cells > most:
        raise NotTaken(
            _("The grid has %(count)s million cells; at most %(most)s are taken. Cut it or make its cells larger.")
            % {"count": math.ceil(frame.cells / 1e6), "most": most // 1_000_000}
        )
    if len(opened.bands) != 1:
        raise NotTaken(
            _("The file has %(count)s bands; one is wanted. Save the one that is meant.") % {"count": len(opened.bands)}
        )
    values = _values(opened.bands[0])
    return Raster(frame, values if north_up else values[::-1])


def _frame(opened: Any, wkt: str) -> tuple[Frame, bool]:
    x, dx, turned, y, turned_too, dy = opened.geotransform
    if turned or turned_too or dx <= 0 or dy == 0:
        raise NotTaken(_("The grid is turned. Save it with north on top."))
    top = y if dy < 0 else y + opened.height * dy
    frame = Frame(wkt, x, top, dx, abs(dy), opened.height, opened.width)
    if min(frame.rows, frame.columns) < 2:
        raise NotTaken(_("The grid has %(rows)s × %(columns)s cells: too few.") % _size(frame))
    system = frame.system
    if not (system.is_geographic or system.is_projected):
        raise NotTaken(_("The coordinate system is neither of degrees nor of a map. Save the grid in one that is."))
    if system.is_geographic:
        if frame.dx > 1 or abs(frame.x) > 360 or abs(frame.y) > 90.0001:
            raise NotTaken(
                _("The coordinate system is in degrees, but cells of %(side)s are in metres. Name the right system.")
                % {"side": f"{frame.dx:g}"}
            )
    elif any(axis.unit_conversion_factor != 1 for axis in system.axis_info):
        raise NotTaken(_("The coordinate system is not in metres. Save the grid in one that is."))
    elif frame.dx < 0.1:
        raise NotTaken(
            _("The coordinate system is in metres, but cells of %(side)s are in degrees. Name the right system.")
            % {"side": f"{frame.dx:g}"}
        )
    return frame, dy < 0


def _size(frame: Frame) -> dict[str, int]:
    return {"rows": frame.rows, "columns": frame.columns}


def _values(band: Any) -> F64:
    try:
        read = band.data()
    except (GDALException, ValueError) as error:
        raise NotTaken(_("The GeoTIFF is damaged or cut off. Send it again."), found=True) from error
    if read is None or np.asarray(read).dtype.kind not in "iuf":
        raise NotTaken(_("The cells of this file are no numbers."), found=True)
    values = np.asarray(read, float)
    nothing = band.nodata_value
    if nothing is not None and math.isfinite(nothing):
        values[np.asarray(read) == nothing] = np.nan
    values[~np.isfinite(values)] = np.nan
    return values


def geotiff(values: NDArray[Any], frame: Frame) -> bytes:
    """A compressed GeoTIFF of 32-bit numbers, NaN as no data."""
    _ready()
    filled = np.where(np.isnan(values), NOTHING, values).astype("<f4")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grid.tif"
        made = GDALRaster(
            {
                "driver": "GTiff",
                "name": str(path),
                "width": frame.columns,
                "height": frame.rows,
                "srid": frame.crs,
                "origin": (frame.x, frame.y),
                "scale": (frame.dx, -frame.dy),
                "skew": (0, 0),
                "datatype": 6,
                "bands": [{"data": filled.tobytes(), "nodata_value": NOTHING}],
                "papsz_options": {"compress": "deflate"},
            }
        )
        made._flush()
        del made
        return path.read_bytes()
