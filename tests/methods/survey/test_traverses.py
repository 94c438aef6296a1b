"""From legs to points: the worked examples to their printed digits, geodesics, and what is refused."""

import doctest
import importlib
import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod, Proj
from shapely import MultiPolygon, Point, Polygon, box

from rafid.methods.survey import adjust, grid_factors, ground_area, traverse

UTM = "EPSG:32638"
BOOK = ((557000, 3935000), [70, 160, 250], [400, 250, 380])


@pytest.mark.parametrize("module", ["areas", "checks", "declinations", "grids", "overlapping", "reading", "traverses"])
def test_the_examples_of_the_docstrings(module):
    found = doctest.testmod(
        importlib.import_module(f"rafid.methods.survey.{module}"), extraglobs={"shapely": __import__("shapely")}
    )
    assert found.attempted
    assert not found.failed


def test_an_open_traverse_on_the_grid():
    found = traverse((440000, 3990000), [45, 120, 200, 275], [100, 150, 120, 160], crs=UTM, ground_distances=False)
    expected = [
        (440000, 3990000),
        (440070.711, 3990070.711),
        (440200.614, 3989995.711),
        (440159.572, 3989882.948),
        (440000.181, 3989896.892),
    ]
    assert found.points == pytest.approx(np.array(expected), abs=6e-4)
    assert found.closing_leg == pytest.approx((359.8995, 103.108), abs=6e-4)
    assert (found.misclosure, math.isnan(found.ratio), found.declination) == ((0, 0), True, 0)
    areas = ground_area(Polygon(found.points), crs=UTM)
    assert (areas.plane, areas.ellipsoidal) == pytest.approx((26_859.375, 26_878.497), abs=6e-4)
    assert (areas.perimeter, areas.ellipsoidal_perimeter) == pytest.approx((633.108, 633.333), abs=6e-4)


def test_a_closed_traverse_and_its_adjustment():
    found = traverse(
        (440000, 3990000), [0, 90, 180, 270], [200, 150, 200.6, 149.2], crs=UTM, ground_distances=False, closed=True
    )
    assert found.misclosure == pytest.approx((0.8, -0.6), abs=1e-6)
    assert found.ratio == pytest.approx(699.8, abs=1e-3)
    moved = adjust(found)
    expected = [(439999.7714, 3990200.1715), (440149.5999, 3990200.3001), (440149.3706, 3989999.8721)]
    assert moved.points[1:4] == pytest.approx(np.array(expected), abs=6e-5)
    assert Polygon(moved.points).area == pytest.approx(29_964.75, abs=6e-3)
    assert moved.points[4].tolist() == moved.points[0].tolist() == [440000, 3990000]
    assert found.points[4] == pytest.approx((440000.8, 3989999.4))  # what was observed is kept
    assert adjust(moved).points == pytest.approx(moved.points, abs=1e-9)


@pytest.mark.parametrize(
    ("year", "declination", "points"),
    [
        (2026, 5.256, [(557386.032, 3935104.231), (557451.187, 3934862.963), (557084.461, 3934763.926)]),
        (1986, 3.593, [(557091.277, 3934766.476)]),
    ],
)
def test_a_magnetic_field_book(year, declination, points):
    found = traverse(*BOOK, crs=UTM, north="magnetic", on=date(year, 7, 1))
    assert found.declination == pytest.approx(declination, abs=6e-4)
    assert (found.convergence, found.scale) == pytest.approx((0.3657, 0.9996400), abs=6e-5)
    assert found.points[-len(points) :] == pytest.approx(np.array(points), abs=6e-4)


def test_area_is_blind_to_a_wrong_north():
    hazard, drawn = (
        Polygon(traverse(*BOOK, crs=UTM, north=north, on=date(2026, 7, 1)).points) for north in ("magnetic", "grid")
    )
    assert hazard.area == pytest.approx(97_434, abs=0.6)
    assert hazard.difference(drawn).area == pytest.approx(9_149, abs=0.6)
    assert drawn.area == pytest.approx(hazard.area, rel=1e-4)


def test_a_declination_that_is_given():
    by_day = traverse(*BOOK, crs=UTM, north="magnetic", on=date(2026, 7, 1))
    given_one = traverse(*BOOK, crs=UTM, north="magnetic", declination=by_day.declination)
    assert given_one.points == pytest.approx(by_day.points, abs=1e-9)


def test_a_square_kilometre():
    found = ground_area(box(440000, 3990000, 441000, 3991000), crs=UTM)
    assert (found.plane, found.ellipsoidal) == pytest.approx((1_000_000, 1_000_713.14), abs=6e-3)
    albers = "+proj=aea +lat_1=30.5 +lat_2=36 +lat_0=33 +lon_0=44 +ellps=WGS84 +units=m"
    corners = np.array(box(440000, 3990000, 441000, 3991000).exterior.coords)
    lonlat = Proj(UTM)(*corners.T, inverse=True)
    assert Polygon(np.transpose(Proj(albers)(*lonlat))).area == pytest.approx(1_000_713.14, abs=0.02)


def test_holes_and_parts_count_whatever_their_direction():
    ring, hole = box(440000, 3990000, 441000, 3991000), box(440300, 3990300, 440600, 3990600)
    ways = [Polygon(ring.exterior.coords, [hole.exterior.coords[::step]]) for step in (1, -1)]
    whole, gap = ground_area(ring, crs=UTM), ground_area(hole, crs=UTM)
    for shape in ways:
        found = ground_area(shape, crs=UTM)
        assert found.ellipsoidal == pytest.approx(whole.ellipsoidal - gap.ellipsoidal)
        assert found.perimeter == pytest.approx(4000 + 1200)
        assert found.ellipsoidal_perimeter == pytest.approx(whole.ellipsoidal_perimeter + gap.ellipsoidal_perimeter)
    both = ground_area(MultiPolygon([ring, box(442000, 3990000, 443000, 3991000)]), crs=UTM)
    assert both.plane == 2_000_000
    assert both.ellipsoidal == pytest.approx(2 * whole.ellipsoidal, rel=1e-4)


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (Polygon([(440000, 3990000), (440010, 3990010), (440010, 3990000), (440000, 3990010)]), r"440005 3990005"),
        (Polygon(), "empty"),
        (Point(440000, 3990000), "Point"),
        (None, "NoneType"),
    ],
)
def test_a_ground_without_area_is_refused(ground, said):
    with pytest.raises(ValueError, match=said):
        ground_area(ground, crs=UTM)


legs = st.lists(st.tuples(st.floats(0, 360), st.floats(1, 800)), min_size=1, max_size=8)
starts = st.tuples(st.floats(300_000, 700_000), st.floats(3_250_000, 4_100_000))


@settings(max_examples=60, deadline=None)
@given(starts, legs)
def test_true_bearings_and_tape_follow_geodesics(start, book):
    found = traverse(start, *zip(*book, strict=True), crs=UTM, north="true")
    geod, proj = Geod(ellps="WGS84"), Proj(UTM)
    lon, lat = proj(*start, inverse=True)
    for (bearing, distance), point in zip(book, found.points[1:], strict=True):
        lon, lat, _ = geod.fwd(lon, lat, bearing, distance)
        assert point == pytest.approx(proj(lon, lat), abs=0.05)


@settings(max_examples=60, deadline=None)
@given(starts, legs)
def test_going_back_leads_to_the_start(start, book):
    bearings, distances = (np.array(values) for values in zip(*book, strict=True))
    there = traverse(start, bearings, distances, crs=UTM, ground_distances=False)
    back = traverse(there.points[-1], (bearings[::-1] + 180) % 360, distances[::-1], crs=UTM, ground_distances=False)
    assert back.points[::-1] == pytest.approx(there.points, abs=1e-6)
    assert there.grid_distances.sum() == pytest.approx(distances.sum())


@settings(max_examples=60, deadline=None)
@given(starts, legs, st.sampled_from(["grid", "true"]))
def test_an_adjusted_traverse_closes(start, book, north):
    found = traverse(start, *zip(*book, strict=True), crs=UTM, north=north, closed=True)
    moved = adjust(found)
    assert moved.points[-1].tolist() == moved.points[0].tolist()
    shift = np.linalg.norm(moved.points - found.points, axis=1)
    assert (np.diff(shift) >= -1e-6).all()  # the further along, the more
    assert shift[-1] == pytest.approx(math.hypot(*found.misclosure), abs=1e-6)
    assert np.linalg.norm(np.diff(moved.points, axis=0), axis=1) == pytest.approx(moved.grid_distances)


def test_legs_from_an_earlier_point():
    found = traverse((440000, 3990000), [90, 0, 90], [100, 50, 30], crs=UTM, ground_distances=False, origins=[0, 0, 1])
    assert found.points == pytest.approx(
        np.array([(440000, 3990000), (440100, 3990000), (440000, 3990050), (440130, 3990000)])
    )
    taped = traverse((440000, 3990000), [90, 0, 90], [100, 50, 30], crs=UTM, origins=[0, 0, 1])
    assert taped.points[3, 0] - 440000 == pytest.approx(130 * taped.scale, abs=1e-5)
    branch = adjust(traverse((0, 3990000), [90, 0, 269], [100, 70, 100], crs=UTM, origins=[0, 1, 1], closed=True))
    assert branch.points[-1].tolist() == branch.points[0].tolist()


def test_grid_factors_take_numbers_and_arrays():
    convergence, scale = grid_factors([440000, 560000], [[3990000], [3500000]], crs=UTM)
    assert convergence.shape == scale.shape == (2, 2)
    assert convergence[:, 0] == pytest.approx(-convergence[:, 1])
    assert (convergence[:, 1] > 0).all()
    assert grid_factors(440000, 3990000, crs=32638) == pytest.approx((convergence[0, 0], scale[0, 0]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bearings": []}, "0 bearings and 3 distances"),
        ({"bearings": [], "distances": []}, "no leg"),
        ({"bearings": [70, 400, 250]}, "leg 2: the bearing 400"),
        ({"bearings": [70, -1, 250]}, "leg 2: the bearing -1"),
        ({"distances": [400, 0, 380]}, "leg 2: the distance 0"),
        ({"distances": [400, -3, 380]}, "leg 2: the distance -3"),
        ({"distances": [400, float("nan"), 380]}, "distances: number 2"),
        ({"bearings": [70, "west", 250]}, "no number"),
        ({"start": (float("inf"), 0)}, "start: number 1"),
        ({"start": (557000,)}, "easting and northing"),
        ({"start": (3.9e9, 5e10)}, "check zone"),
        ({"north": "unknown"}, "north is 'unknown'"),
        ({"north": "magnetic"}, "date of the observation"),
        ({"north": "magnetic", "on": date(1850, 1, 1)}, "1850"),
        ({"north": "magnetic", "declination": float("nan")}, "declination"),
        ({"crs": "EPSG:4326"}, "degrees"),
        ({"crs": "EPSG:999999"}, "coordinate system"),
        ({"crs": "EPSG:2229"}, "not in metres"),
        ({"origins": [0, 5, 1]}, "leg 2 starts at point 5"),
        ({"origins": [0]}, "1 origins for 3 legs"),
    ],
)
def test_what_a_field_book_may_not_hold(change, said):
    start, bearings, distances = BOOK
    asked = {"start": start, "bearings": bearings, "distances": distances, "crs": UTM} | change
    with pytest.raises(ValueError, match=said):
        traverse(**asked)


def test_an_open_traverse_is_not_adjusted():
    with pytest.raises(ValueError, match="open"):
        adjust(traverse(*BOOK, crs=UTM))


def test_long_field_books():
    turns = np.linspace(0, 360, 3000)
    found = traverse((440000, 3990000), turns, np.ones(3000), crs=UTM, north="true", closed=True)
    assert found.points.shape == (3001, 2)
    assert math.hypot(*found.misclosure) < 2
