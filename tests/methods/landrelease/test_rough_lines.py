"""Lines that run along each other within the last digits, as where sheets were redrawn, turned or projected twice."""

from datetime import date

import numpy as np
import pytest
import shapely
from shapely import LineString, Polygon
from shapely.affinity import rotate
from shapely.ops import split

from rafid.methods.landrelease import Hazard, Release, ledger

DAY = date(2024, 3, 10)


def noisy(shape, size, chance):
    points = np.array(shape.exterior.coords)
    points += chance.normal(0, size, points.shape)
    points[-1] = points[0]
    return Polygon(points)


def world(seed):
    """Cells that share their edges, each as it is, turned by a hair, with noise, or with more points; releases are halves of
    them."""
    chance = np.random.default_rng(seed)
    far = chance.uniform(-5e5, 5e5, 2)
    marks = shapely.MultiPoint(chance.uniform(0, 2000, (15, 2)) + far)
    frame = shapely.box(*(far - 500), *(far + 2500))
    cells = [cell.intersection(frame) for cell in shapely.get_parts(shapely.voronoi_polygons(marks))]
    ways = (
        lambda cell: cell,
        lambda cell: rotate(cell, chance.uniform(-1e-6, 1e-6)),
        lambda cell: noisy(cell, 10.0 ** chance.integers(-10, -2), chance),
        lambda cell: shapely.segmentize(cell, 50),
    )
    hazards = [ways[chance.integers(4)](cell) for cell in cells]
    halves = []
    for cell in cells:
        west, south, east, north = cell.bounds
        cut = LineString([(west - 1, chance.uniform(south, north)), (east + 1, chance.uniform(south, north))])
        halves += [half if chance.random() < 0.5 else noisy(half, 1e-7, chance) for half in split(cell, cut).geoms]
    chosen = [half for half in halves if chance.random() < 0.7]
    return [[shape for shape in shapes if shape.is_valid and shape.area > 0] for shapes in (hazards, chosen)]


@pytest.mark.parametrize("seed", range(24))
def test_no_ground_is_lost_between_lines_that_almost_meet(seed):
    hazards, releases = world(seed)
    found = ledger(
        [Hazard(f"H{n}", shape, DAY) for n, shape in enumerate(hazards)],
        [Release(f"R{n}", "cleared", shape, DAY) for n, shape in enumerate(releases)],
    )
    for row, left in zip(found.rows, hazards, strict=True):
        for shape in releases:  # one by one: a difference of unions loses faces here
            left = left.difference(shape)
        assert row.remaining == pytest.approx(left.area, abs=0.5), row.id
    assert found.ground == pytest.approx(shapely.union_all(hazards).area, abs=0.5)
    assert found.ground == pytest.approx(found.remaining + found.cleared, abs=1e-6)
