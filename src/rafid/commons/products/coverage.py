"""Borders that neighbours share, however the areas were drawn.

Published boundaries overlap and gape by metres, and each polygon simplified for itself opens gaps that are seen. Here the
areas first become a coverage (every border once), which is then simplified as a whole.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

GRID = 0.1
"""Pixels: the resolution at which a drawing is written, so that nothing finer is worth a border of its own."""


def simplified(areas: NDArray[np.object_], detail: float) -> NDArray[np.object_]:
    """``areas`` (n,) in pixels, simplified to ``detail`` pixels with shared borders kept shared.

    Where areas overlap the later one wins, as it does when they are drawn in order. An area that the others cover whole, or
    that is too small for the grid, is kept as it is. ``detail`` of 0 changes nothing.
    """
    if detail <= 0 or areas.size == 0:
        return areas
    if shapely.coverage_is_valid(areas):
        return shapely.coverage_simplify(areas, detail)
    found = areas.copy()
    covering, own = _coverage(areas)
    if own.any():
        found[own] = shapely.coverage_simplify(covering[own], detail)
    return found


def _coverage(areas: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Areas made of the faces between all borders, and which of them have a face of their own."""
    lines = shapely.union_all(shapely.boundary(areas), grid_size=GRID)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    owner = np.full(faces.size, -1)
    tree, points = shapely.STRtree(areas), shapely.point_on_surface(faces)
    inside, holder = tree.query(points, predicate="intersects")
    np.maximum.at(owner, inside, holder)
    # A gap of a hair between neighbours is none; a lake that nobody claims stays one.
    hairs = (owner < 0) & (shapely.area(faces) < GRID * shapely.length(faces))
    owner[hairs] = tree.nearest(points[hairs])
    covering = areas.copy()
    own = np.zeros(areas.size, dtype=bool)
    for index in np.unique(owner[owner >= 0]):
        covering[index] = shapely.coverage_union_all(faces[owner == index])
        own[index] = True
    return covering, own
