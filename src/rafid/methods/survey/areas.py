"""Area and perimeter of a drawn ground: in the plane of its grid, and on the ellipsoid, which is what counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from pyproj import Geod

from rafid.methods.survey.grids import geographic, grid, kept


@dataclass(frozen=True)
class Areas:
    """m² and m. Perimeters count the rims of holes, too."""

    plane: float
    ellipsoidal: float
    perimeter: float
    ellipsoidal_perimeter: float


def ground_area(geometry: Any, *, crs: Any) -> Areas:
    """Areas of a Polygon or MultiPolygon in a grid, on the grid's own ellipsoid, by geodesics between its points (Karney 2013,
    "Algorithms for geodesics", J. Geodesy 87). Holes are taken off whatever their direction, parts added.

    Raises ``ValueError`` for a crs that is not projected, and a geometry that is empty, no polygon, or crosses itself (where).

    >>> found = ground_area(shapely.box(440000, 3990000, 441000, 3991000), crs="EPSG:32638")
    >>> found.plane, round(found.ellipsoidal, 2)
    (1000000.0, 1000713.14)
    """
    system = grid(crs)
    if not isinstance(geometry, shapely.Geometry) or geometry.geom_type not in ("Polygon", "MultiPolygon"):
        kind = getattr(geometry, "geom_type", type(geometry).__name__)
        raise ValueError(f"the ground is a {kind}; give a Polygon or MultiPolygon")
    if geometry.is_empty:
        raise ValueError("the ground is empty; draw its polygon")
    if not geometry.is_valid:
        raise ValueError(
            f"the ground is no valid polygon ({shapely.is_valid_reason(geometry)}); mend the order of its points"
        )
    geod: Geod = kept(("geod", str(crs)), system.get_geod)
    area = perimeter = 0.0
    for part in shapely.get_parts(geometry):
        for number, ring in enumerate(shapely.get_rings(part)):
            lon, lat = geographic(shapely.get_coordinates(ring), crs)
            if not (np.isfinite(lon) & np.isfinite(lat)).all():
                raise ValueError("a point of the ground does not lie in its grid; check zone and order of axes")
            size, length = geod.polygon_area_perimeter(lon, lat)
            area += -abs(size) if number else abs(size)
            perimeter += length
    return Areas(float(geometry.area), area, float(geometry.length), perimeter)
