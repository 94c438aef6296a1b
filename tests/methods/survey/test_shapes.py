"""Checks of shapes, one by one and among each other, and overlaps beside every pair tried."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from rafid.methods.survey import check_polygons, overlaps

BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
SEVERE = {"empty", "invalid", "duplicate", "repeated_point", "parts_overlap"}


def codes(found):
    return [(f.index, f.code) for f in found]


def test_a_good_shape_has_no_finding():
    ring = Polygon(box(0, 0, 100, 100).exterior.coords, [box(20, 20, 80, 80).exterior.coords])
    assert check_polygons([box(0, 0, 300, 200), ring, MultiPolygon([box(0, 0, 1, 1), box(5, 5, 9, 9)])]) == ()
    assert check_polygons([]) == ()


def test_a_crossing_is_shown_and_nothing_else_is_said():
    (found,) = check_polygons([BOW_TIE])
    assert (found.code, found.severity, found.where) == ("invalid", "high", (5, 5))


def test_empty_ones_are_no_duplicates_of_each_other():
    assert codes(check_polygons([None, Polygon(), Polygon(), box(0, 0, 9, 9)])) == [
        (0, "empty"),
        (1, "empty"),
        (2, "empty"),
    ]


def test_the_same_shape_whatever_start_and_direction():
    corners = [(0, 0), (300, 0), (320, 150), (0, 200)]
    turned = Polygon(corners[2:] + corners[:2])
    found = check_polygons([Polygon(corners), box(0, 0, 320, 200), turned, Polygon(corners[::-1]), BOW_TIE, BOW_TIE])
    same = [(f.index, f.other, f.severity) for f in found if f.code == "duplicate"]
    assert same == [(2, 0, "high"), (3, 0, "high"), (5, 4, "high")]


def test_points_of_a_ring():
    (few,) = [f for f in check_polygons([Polygon([(0, 0), (9, 9), (0, 0), (0, 0)])]) if f.code == "few_points"]
    assert (few.severity, few.amount) == ("medium", 2)
    (again,) = check_polygons([box(0, 0, 9, 9), Polygon([(0, 0), (50, 0), (50, 0), (50, 50), (0, 50)])])
    assert (again.index, again.code, again.severity, again.where, again.amount) == (
        1,
        "repeated_point",
        "high",
        (50, 0),
        1,
    )
    (long,) = check_polygons([Polygon([(0, 0), (6000, 0), (6000, 50), (0, 50)])])
    assert (long.code, long.severity, long.amount) == ("long_edge", "low", 6000)
    assert check_polygons([box(0, 0, 6000, 50)], max_edge=6000) == ()
    (small,) = check_polygons([box(0, 0, 0.5, 0.5)])
    assert (small.code, small.severity, small.amount) == ("small", "low", 0.25)
    assert check_polygons([box(0, 0, 0.5, 0.5)], min_area=0.1) == ()


def test_parts_that_overlap():
    found = check_polygons([MultiPolygon([box(0, 0, 10, 10), box(8, 0, 20, 10), box(30, 0, 40, 10)])])
    assert codes(found) == [(0, "invalid"), (0, "parts_overlap")]
    assert found[1].amount == pytest.approx(20)
    assert box(8, 0, 10, 10).contains(Point(found[1].where))
    assert "parts_overlap" not in dict(codes(check_polygons([MultiPolygon([box(0, 0, 10, 10), box(10, 0, 20, 10)])])))


def test_every_severity_is_told():
    shapes = [
        None,
        BOW_TIE,
        Polygon([(0, 0), (9, 9), (0, 0), (0, 0)]),
        BOW_TIE,
        box(0, 0, 6000, 6000),
        box(0, 0, 0.1, 0.1),
        MultiPolygon([box(0, 0, 10, 10), box(5, 0, 20, 10)]),
    ]
    found = check_polygons(shapes)
    assert {f.code for f in found} == {*SEVERE, "few_points", "long_edge", "small"}
    for f in found:
        assert f.severity == ("high" if f.code in SEVERE else "medium" if f.code == "few_points" else "low")
    assert [f.index for f in found] == sorted(f.index for f in found)


def test_what_is_no_polygon_is_refused():
    with pytest.raises(ValueError, match="shape 1 is a Point"):
        check_polygons([box(0, 0, 9, 9), Point(1, 1)])
    with pytest.raises(ValueError, match="shape 0 is a str"):
        check_polygons(["POLYGON EMPTY"])
    with pytest.raises(ValueError, match="shape 0 of b is a str"):
        overlaps([box(0, 0, 9, 9)], ["POLYGON EMPTY"])
    with pytest.raises(ValueError, match="minimum"):
        overlaps([], minimum=-1)


rough = st.lists(
    st.tuples(st.floats(0, 30), st.floats(0, 30), st.floats(1, 15), st.floats(1, 15), st.integers(0, 3)).map(
        lambda v: [
            box(v[0], v[1], v[0] + v[2], v[1] + v[3]),
            shapely.affinity.rotate(box(0, 0, v[2], v[3]), v[0] * 9),
            shapely.affinity.translate(BOW_TIE, v[0], v[1]),
            None,
        ][v[4]]
    ),
    max_size=9,
)


def pairs(a, b, minimum, one):
    def whole(shape):
        return shapely.make_valid(shape) if shape is not None else Polygon()

    for i, first in enumerate(a):
        for j, second in enumerate(b):
            area = whole(first).intersection(whole(second)).area
            if area > minimum and (not one or i < j):
                yield (
                    i,
                    j,
                    area,
                    area / whole(first).union(whole(second)).area,
                    area / min(whole(first).area, whole(second).area),
                )


@settings(max_examples=80, deadline=None)
@given(rough, rough, st.booleans(), st.sampled_from([0.0, 1.0, 20.0]))
def test_overlaps_are_those_of_all_pairs_tried(a, b, one, minimum):
    found = overlaps(a, None if one else b, minimum=minimum)
    expected = list(pairs(a, a if one else b, minimum, one))
    clear = [pair for pair in expected if abs(pair[2] - minimum) > 1e-6]
    told = {(i, j): rest for i, j, *rest in zip(found.i, found.j, found.area, found.iou, found.inside, strict=True)}
    assert {(i, j) for i, j, *_ in clear} <= set(told) <= {(i, j) for i, j, *_ in expected} | set(told)
    for i, j, *rest in clear:
        assert told[i, j] == pytest.approx(rest, abs=1e-6)
    assert all(area > minimum for area in found.area)
    assert len(told) - len(clear) == sum(abs(area - minimum) <= 1e-6 for area, *_ in told.values())
    assert [*zip(found.i, found.j, strict=True)] == sorted(told)


def test_relations():
    found = overlaps(
        [box(0, 0, 100, 100)],
        [box(0, 0, 100, 95), box(10, 10, 20, 20), box(90, 0, 200, 100), box(100, 0, 200, 100), box(0, 100, 10, 110)],
    )
    assert found.j.tolist() == [0, 1, 2]
    assert found.relation.tolist() == ["same", "inside", "partly"]
    assert found.iou[0] == pytest.approx(0.95)
    assert found.inside[1] == pytest.approx(1)


def test_an_invalid_shape_is_measured_by_its_polygons():
    spike = Polygon([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0), (-50, 0), (0, 0)])
    found = overlaps([spike, BOW_TIE], [box(50, 0, 200, 100), box(0, 0, 10, 10)])
    assert [*zip(found.i.tolist(), found.j.tolist(), found.area.tolist(), strict=True)] == [
        (0, 0, 5000),
        (0, 1, 100),
        (1, 1, 50),
    ]
    assert not spike.is_valid  # the one handed in is as it was
    assert np.isfinite(found.iou).all()
