"""Grids made for tests: a straight valley, and files of GeoTIFF."""

from __future__ import annotations

import numpy as np
from pyproj import CRS

from rafid.programmes.rivers.terrain.frames import Frame
from rafid.programmes.rivers.terrain.rasters import geotiff

UTM = CRS.from_epsg(32638).to_wkt()
DEGREES = CRS.from_epsg(4326).to_wkt()
ROWS, COLUMNS, MIDDLE = 20, 11, 5
CELL = 30.0
WEST, NORTH = 440_000.0, 3_990_000.0
"""Near 44.33° E, 36.05° N."""


def frame(rows=ROWS, columns=COLUMNS, *, crs=UTM, x=WEST, y=NORTH, dx=CELL, dy=CELL):
    return Frame(crs, x, y, dx, dy, rows, columns)


def valley(rows=ROWS, columns=COLUMNS, middle=MIDDLE):
    """z = 2·|j − c| + 0.1·(n − i): the height above its drainage is 2·|j − c|."""
    row, column = np.mgrid[:rows, :columns]
    return 300 + 2.0 * np.abs(column - middle) + 0.1 * (rows - row)


def tiff(values, where=None):
    values = np.asarray(values, float)
    return geotiff(values, where or frame(*values.shape))


def own(model):
    """What the test made: a demonstration may stand beside it."""
    return model.objects.exclude(source="demonstration")
