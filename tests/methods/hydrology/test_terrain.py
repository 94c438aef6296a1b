"""Catchments, heights above drainage, depths."""

import math

import numpy as np
import pytest

from rafid.methods.hydrology import catchment, drained_area, flood_depth, height_above_drainage, snap_outlet

ROWS, COLUMNS, RIVER = 12, 15, 6
ROW, COLUMN = np.mgrid[0:ROWS, 0:COLUMNS]
VALLEY = 2.0 * abs(COLUMN - RIVER) + 0.1 * (ROWS - ROW)
BED = RIVER == COLUMN


def test_the_sides_of_a_straight_valley():
    np.testing.assert_allclose(height_above_drainage(VALLEY, drainage=BED), 2.0 * abs(COLUMN - RIVER), atol=1e-12)


def test_all_that_lies_above_the_outlet_drains_through_it():
    found = catchment(VALLEY, outlet=(8, RIVER), cell=30.0)
    assert found.dtype == bool
    np.testing.assert_array_equal(found, ROW <= 8)
    assert catchment(VALLEY, outlet=(8, RIVER + 1), cell=30.0)[8].sum() == COLUMNS - RIVER - 1, (
        "one cell off is the bank"
    )


def test_long_cells_turn_the_flow():
    """A slope that falls a little more to the south than to the east: cells of ten times the height send it east."""
    slope = -(1.0 * COLUMN + 1.5 * ROW)
    square = catchment(slope, outlet=(ROWS - 1, 5), cell=30.0)
    long = catchment(slope, outlet=(5, COLUMNS - 1), cell=(300.0, 30.0))
    assert square.sum() > 1
    np.testing.assert_array_equal(long, ROW <= 5, "each row runs east, and down along the edge")
    assert not square[:, 6:].any()


def test_a_hollow_fills_and_runs_over():
    ground = VALLEY.copy()
    ground[4:7, RIVER] = -5.0
    found = catchment(ground, outlet=(10, RIVER), cell=30.0)
    np.testing.assert_array_equal(found, ROW <= 10)


def test_a_flat_is_crossed():
    flat = np.zeros((6, 8))
    flat[:, 0] = flat[:, -1] = flat[0] = 5.0
    flat[5, 1:7] = [3, 3, 3, -1, 3, 3]
    found = catchment(flat, outlet=(5, 4), cell=30.0)
    assert found[1:5, 1:7].all()


def test_where_water_leaves_without_the_river_there_is_no_height():
    ridge = np.where(COLUMN < 7, COLUMN, 14 - COLUMN) * 1.0 + 0.01 * (ROWS - ROW)
    height = height_above_drainage(ridge, drainage=COLUMN == 0)
    assert np.isfinite(height[:, :7]).all()
    assert np.isnan(height[:, 8:]).all()


def test_cells_without_elevation_stay_without():
    ground = VALLEY.copy()
    ground[:, :2] = math.nan
    height = height_above_drainage(ground, drainage=BED)
    assert np.isnan(height[:, :2]).all()
    np.testing.assert_allclose(height[:, 2:], 2.0 * abs(COLUMN - RIVER)[:, 2:], atol=1e-12)
    assert not catchment(ground, outlet=(8, RIVER), cell=30.0)[:, :2].any()


def test_no_circle_on_a_rough_ground():
    """Every cell's water comes to the edge: the catchments of all ways out are the whole grid."""
    ground = np.random.default_rng(8).integers(0, 4, (25, 30)).astype(float)
    edge = np.ones_like(ground, bool)
    edge[1:-1, 1:-1] = False
    assert np.isfinite(height_above_drainage(ground, drainage=edge)).all()


def test_depth_is_what_the_river_stands_higher():
    height = height_above_drainage(VALLEY, drainage=BED)
    depth = flood_depth(height, stage=5.0)
    np.testing.assert_allclose(depth, np.maximum(5.0 - 2.0 * abs(COLUMN - RIVER), 0), atol=1e-12)
    assert math.isnan(flood_depth([[math.nan]], stage=1.0)[0, 0])
    assert flood_depth([[0.0, 2.0]], stage=[[1.0, 3.0]]).tolist() == [[1, 1]]
    with pytest.raises(ValueError, match="the stage"):
        flood_depth(height, stage=-1)
    with pytest.raises(ValueError, match="does not fit"):
        flood_depth(height, stage=[1.0, 2.0])


@pytest.mark.parametrize(
    ("ground", "asked", "said"),
    [
        (VALLEY, {"outlet": (99, 1)}, "outside the grid"),
        (VALLEY, {"outlet": (1,)}, "row and column"),
        (VALLEY, {"cell": 0}, "side in m"),
        (VALLEY[:1], {}, "2 × 2"),
        (np.full((3, 3), math.nan), {}, "nowhere there"),
        (np.where((ROW == 1) & (COLUMN == 1), math.nan, VALLEY), {"outlet": (1, 1)}, "has no elevation"),
    ],
)
def test_a_ground_that_is_none_is_refused(ground, asked, said):
    with pytest.raises(ValueError, match=said):
        catchment(ground, **({"outlet": (1, 1), "cell": 30.0} | asked))


def test_a_drainage_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="not of the elevation's shape"):
        height_above_drainage(VALLEY, drainage=BED[:-1])
    with pytest.raises(ValueError, match="no cell"):
        height_above_drainage(VALLEY, drainage=np.zeros_like(BED))


def test_drained_area_finds_the_river():
    """Each row of the straight valley flows to its middle: there a row more at every step."""
    area = drained_area(VALLEY, cell=(10.0, 20.0))
    rows, columns = VALLEY.shape
    np.testing.assert_allclose(area[:, RIVER], 200.0 * columns * np.arange(1, rows + 1))
    assert area[:, RIVER + 1 :].max() <= 200.0 * columns
    np.testing.assert_array_equal(area >= 200.0 * columns, BED)


def test_an_outlet_beside_the_river_is_brought_onto_it():
    area = drained_area(VALLEY, cell=10.0)
    assert snap_outlet(area, outlet=(3, RIVER - 2), within=2) == (5, RIVER), "the most water within reach"
    assert snap_outlet(area, outlet=(3, RIVER - 2), within=0) == (3, RIVER - 2)
    with pytest.raises(ValueError, match="outside the grid"):
        snap_outlet(area, outlet=(99, 0), within=1)
    with pytest.raises(ValueError, match="no cell near"):
        snap_outlet(np.full((3, 3), math.nan), outlet=(1, 1), within=1)


def test_cells_that_are_no_squares_drain_by_their_true_steepness():
    """Down to the south falls 3 m on 10 m, to the west 4 m on 40 m."""
    ground = [[5.0, 9.0, 12.0], [4.0, 6.0, 9.0]]
    river = [[1, 0, 0], [1, 1, 0]]
    assert height_above_drainage(ground, drainage=river)[0, 1] == 4.0
    assert height_above_drainage(ground, drainage=river, cell=(10.0, 40.0))[0, 1] == 3.0
