"""Faults of polygons, measured on shapes whose answer is known."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from rafid.commons.places.geometry_report import area_m2, distance_m, gaps, mend, outside, overlaps, polygons_only


def test_area_on_the_ellipsoid():
    # A cell of one degree at 33-34 north: 9.5 % more than on a plane of 33.5 degrees would be a mistake.
    assert area_m2(box(44, 33, 45, 34)) == pytest.approx(10_299e6, rel=1e-3)
    ring = box(44, 33, 45, 34).difference(box(44.25, 33.25, 44.75, 33.75))
    assert area_m2(ring) == pytest.approx(area_m2(box(44, 33, 45, 34)) - area_m2(box(44.25, 33.25, 44.75, 33.75)))
    assert area_m2(ring.reverse()) == pytest.approx(area_m2(ring)), "the direction of drawing says nothing"
    assert area_m2(Point(44, 33)) == 0


def test_area_of_a_known_circle():
    # WGS 84's whole surface: 510,065,621.7 km2 (EPSG guidance note 7-2); an octant is an eighth of it.
    octant = Polygon([(0, 0), (90, 0), (90, 90), (0, 90)])
    assert area_m2(octant) * 8 == pytest.approx(510_065_621.7e6, rel=1e-6)


def test_distance_along_the_equator():
    assert distance_m(0, 0, 1, 0) == pytest.approx(111_319.49, abs=0.01)


def test_what_is_valid_stays_as_it_is():
    made = mend(box(44, 33, 45, 34))
    assert made.fault == ""
    assert made.geometry.geom_type == "MultiPolygon"
    assert made.geometry.equals(box(44, 33, 45, 34))


@pytest.mark.parametrize(
    ("shape", "fault"),
    [
        (None, "no_polygon"),
        (Point(44, 33), "no_polygon"),
        (shapely.LineString([(44, 33), (45, 34)]), "no_polygon"),
        (Polygon(), "no_polygon"),
        (Polygon([(44, 33), (float("inf"), 34), (45, 33)]), "not_finite"),
    ],
)
def test_what_is_no_polygon(shape, fault):
    assert (mend(shape).geometry, mend(shape).fault) == (None, fault)


def test_a_bow_tie_is_not_repaired():
    made = mend(Polygon([(44, 33), (45, 34), (45, 33), (44, 34)]))
    assert made.geometry is None
    assert made.fault == "invalid"
    assert made.at == (44.5, 33.5)


def test_a_small_crossing_is_repaired_and_says_where():
    spike = Polygon(
        [(44, 33), (45, 33), (45, 34), (44.5, 34), (44.5001, 34.0005), (44.4999, 34.0005), (44.5001, 34), (44, 34)]
    )
    assert not spike.is_valid
    made = mend(spike)
    assert made.fault == "invalid"
    assert made.geometry.is_valid
    assert 0 < made.change < 0.001
    assert made.at[1] == pytest.approx(34, abs=0.01)


def test_a_spike_without_area_is_cut_off():
    made = mend(Polygon([(44, 33), (45, 33), (45, 34), (45.5, 34.5), (45, 34), (44, 34)]))
    assert made.geometry.equals(box(44, 33, 45, 34))
    assert made.change == 0


def test_parts_that_cover_each_other_are_not_repaired():
    twice = MultiPolygon([box(44, 33, 45, 34), box(44.2, 33.2, 45.2, 34.2)])
    assert mend(twice).geometry is None


def test_overlaps_by_pair_the_largest_first():
    found = overlaps([box(44, 33, 45, 34), box(44.9, 33, 46, 34), box(45.99, 33, 47, 34), box(50, 33, 51, 34)])
    assert [(one.first, one.second) for one in found] == [(0, 1), (1, 2)]
    assert found[0].area_m2 == pytest.approx(area_m2(box(44.9, 33, 45, 34)))
    assert 44.9 < found[0].at[0] < 45
    assert overlaps([box(44, 33, 45, 34), box(45, 33, 46, 34)]) == [], "a shared border is no overlap"


def test_a_polygon_within_another_overlaps():
    (found,) = overlaps([box(44, 33, 46, 35), box(44.5, 33.5, 45, 34)])
    assert found.area_m2 == pytest.approx(area_m2(box(44.5, 33.5, 45, 34)))


def test_a_gap_names_those_around_it():
    frame = [box(44, 33, 47, 34), box(44, 35, 47, 36), box(44, 34, 45, 35), box(46, 34, 47, 35)]
    (found,) = gaps([*frame, box(60, 33, 61, 34)])
    assert found.between == (0, 1, 2, 3)
    assert found.area_m2 == pytest.approx(area_m2(box(45, 34, 46, 35)))
    assert gaps(frame[:3]) == [], "it opens to the outside"
    assert gaps([]) == []


def test_children_outside_their_parents():
    children = [box(44, 33, 45, 34), box(45.5, 33, 46.5, 34), box(60, 33, 61, 34)]
    found = outside(children, [box(44, 33, 46, 34), box(44, 33, 46, 34), None])
    assert [(one.child, round(one.share, 3)) for one in found] == [(1, 0.5)]


corner = st.floats(40, 47, allow_nan=False).map(lambda x: round(x, 3))


@given(st.lists(st.tuples(corner, corner.map(lambda y: y - 10)), min_size=3, max_size=12))
@settings(max_examples=300, deadline=None)
def test_a_repair_is_valid_and_hardly_changes_the_area_or_is_none(points):
    made = mend(Polygon(points))
    if made.geometry is None:
        assert made.fault in ("invalid", "no_polygon")
        return
    assert made.geometry.is_valid
    assert made.geometry.geom_type == "MultiPolygon"
    assert made.change < 0.001
    assert polygons_only(made.geometry).equals(made.geometry)


@given(st.lists(st.tuples(corner, st.floats(0.1, 3)), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None)
def test_overlaps_and_gaps_account_for_the_whole(strips):
    """Strips of one height: their areas, less what overlaps, plus the gaps make the whole (in pairs of strips)."""
    shapes = [box(west, 33, west + width, 34) for west, width in strips[:2]]
    union = shapely.union_all(shapes)
    total = sum(map(area_m2, shapes)) - sum(one.area_m2 for one in overlaps(shapes))
    # A border along a parallel is a geodesic between its corners: one corner more moves it a little.
    assert total == pytest.approx(area_m2(union), rel=1e-4, abs=2)
    assert gaps(shapes) == []
