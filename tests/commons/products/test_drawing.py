import json
import math
import re
from xml.etree import ElementTree

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rafid.commons.products.coverage import simplified
from rafid.commons.products.drawing import MERCATOR, Area, Line, Projection, Spot, draw_map
from rafid.commons.products.svg import area_path, identifier
from tests.conftest import SHARED

NS = "{http://www.w3.org/2000/svg}"
WEST, EAST = shapely.box(44, 32, 45, 33), shapely.box(45, 32, 46, 33)
PAIR = [Area("IQG01", WEST, fill="#ffffcc", title="a < b & c"), Area("IQG02", EAST, hatch="withheld", css="here")]
SIZE = {"width": 400, "height": 300}


def parsed(drawing):
    return ElementTree.fromstring(drawing.svg)


def shapes(root, css="area"):
    return [node for node in root.iter() if css in node.get("class", "").split()]


def polygons(d):
    """Rings of a path in pixels, read back."""
    rings = []
    for ring in re.findall(r"M([^z]*)z", d):
        first, _, rest = ring.partition("l")
        start = list(map(int, re.findall(r"-?\d+", first)))
        steps = np.array(list(map(int, re.findall(r"-?\d+", rest)))).reshape(-1, 2)
        rings.append(np.vstack([start, start + np.cumsum(steps, axis=0)]) / 10)
    return rings


def drawn(node):
    whole = shapely.Polygon()
    for ring in polygons(node.get("d")):
        whole = whole.symmetric_difference(shapely.make_valid(shapely.Polygon(ring)))
    return whole


def test_each_area_is_a_path_in_its_order():
    root = parsed(draw_map(PAIR, **SIZE, web=True, label="Two <areas>"))
    areas = shapes(root)
    assert [(node.tag, node.get("id"), node.get("class"), node.get("data-ref")) for node in areas] == [
        (f"{NS}path", "map-IQG01", "area", "IQG01"),
        (f"{NS}path", "map-IQG02", "area here", "IQG02"),
    ]
    assert areas[0].get("fill") == "#ffffcc"
    assert areas[0].find(f"{NS}title").text == "a < b & c"
    assert root.get("aria-label") == "Two <areas>"
    assert root.get("viewBox") == "0 0 4000 3000"


def test_hatches_are_defined_where_they_are_used():
    root = parsed(draw_map(PAIR, **SIZE, name="one"))
    patterns = {node.get("id") for node in root.iter(f"{NS}pattern")}
    assert patterns == {"one-withheld"}
    assert shapes(root)[1].get("fill") == "url(#one-withheld)"
    assert not list(parsed(draw_map(PAIR[:1], **SIZE)).iter(f"{NS}pattern"))


def test_print_has_no_words_and_no_style():
    drawing = draw_map(
        PAIR,
        **SIZE,
        label="Map",
        with_scale="left",
        with_north="right",
        lines=[Line(shapely.LineString([(44, 32), (46, 33)]))],
        spots=[Spot("s", 44.5, 32.5, title="Nasiriya")],
        ground=[shapely.box(43, 31, 47, 34)],
    )
    assert not re.search(r"<text|<title|style=|<style|<script|\son\w+=|Nasiriya|href", drawing.svg)
    root = parsed(drawing)
    assert {node.tag.removeprefix(NS) for node in root.iter()} <= {"svg", "defs", "pattern", "path", "rect", "circle"}
    order = [node.get("class", "").split()[0] for node in root if node.get("class")]
    assert order == ["ground", "area", "area", "line", "spot", "scale-bar", "scale-bar", "north", "north"]


def test_ids_are_unique_and_plain():
    areas = [Area(ref, WEST) for ref in ("a b", "a-b", "a.b", "ذي قار", '"><x', "")]
    root = parsed(draw_map(areas, **SIZE))
    ids = [node.get("id") for node in shapes(root)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", one) for one in ids)
    assert [node.get("data-ref") for node in shapes(root)][:5] == ["a b", "a-b", "a.b", "ذي قار", '"><x']
    assert identifier("1", "x").startswith("x")


def test_the_map_fits_its_box():
    drawing = draw_map(PAIR, **SIZE, margin=10)
    west, north, east, south = shapely.total_bounds([drawn(node) for node in shapes(parsed(drawing))])
    assert 9.9 <= west < east <= 390.1
    assert 9.9 <= north < south <= 290.1
    assert math.isclose(east - west, 380, abs_tol=0.2) or math.isclose(south - north, 280, abs_tol=0.2)
    assert math.isclose(west + east, 400, abs_tol=0.3)


def test_equal_areas_are_drawn_equally_large():
    # one degree in the south is larger on the ground than one in the north
    areas = [Area("n", shapely.box(44, 60, 46, 61)), Area("s", shapely.box(44, 20, 46, 21))]
    sizes = {node.get("data-ref"): drawn(node).area for node in shapes(parsed(draw_map(areas, width=900, height=900)))}
    ground = {area.ref: abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(area.geometry)[0]) for area in areas}
    assert sizes["n"] / sizes["s"] == pytest.approx(ground["n"] / ground["s"], rel=0.03)
    mercator = draw_map(areas, width=900, height=900, crs=MERCATOR)
    sizes = {node.get("data-ref"): drawn(node).area for node in shapes(parsed(mercator))}
    assert sizes["n"] / sizes["s"] > 1.5 * ground["n"] / ground["s"]


def test_scale_bar_is_as_long_as_it_says():
    drawing = draw_map(PAIR, **SIZE, with_scale="right")
    bar = drawing.scale
    start = drawing.projection.lon_lat(200 - bar.width / 2, 150)
    end = drawing.projection.lon_lat(200 + bar.width / 2, 150)
    assert pyproj.Geod(ellps="WGS84").inv(*start, *end)[2] == pytest.approx(bar.metres, rel=1e-3)
    assert bar.x + bar.width == pytest.approx(392)
    assert bar.width <= 120
    assert draw_map(PAIR, **SIZE).scale is None


def test_pixels_and_places_are_inverse():
    projection = Projection(width=400, height=300, margin=5, bounds=(39, 29, 49, 37.5))
    lon, lat = projection.lon_lat(*projection.point(46.26, 31.04))
    assert (lon, lat) == (pytest.approx(46.26), pytest.approx(31.04))
    assert projection.north() == pytest.approx(0, abs=0.5)
    assert projection.metres_per_pixel() == pytest.approx(1e6 / 300, rel=0.3)


def test_labels_stand_inside_with_their_room():
    drawing = draw_map(PAIR, **SIZE)
    by_ref = {node.get("data-ref"): drawn(node) for node in shapes(parsed(drawing))}
    assert [label.ref for label in drawing.labels] == ["IQG01", "IQG02"]
    for label in drawing.labels:
        shape = by_ref[label.ref]
        assert shape.contains(shapely.Point(label.x, label.y))
        west, _, east, _ = shape.bounds
        assert 0.9 * (east - west) < label.room <= east - west + 0.2


def test_extent_can_be_given():
    drawing = draw_map(PAIR, **SIZE, bounds=(44.9, 32.4, 45.1, 32.6))
    west, north, east, south = shapely.total_bounds([drawn(node) for node in shapes(parsed(drawing))])
    assert (west, north, east, south) == pytest.approx((-4, -4, 404, 304), abs=1.1)
    outside = draw_map([*PAIR, Area("far", shapely.box(10, 10, 11, 11))], **SIZE, bounds=(44, 32, 46, 33))
    assert [node.get("data-ref") for node in shapes(parsed(outside))] == ["IQG01", "IQG02"]


def test_what_is_too_small_is_a_dot():
    root = parsed(draw_map([*PAIR, Area("tiny", shapely.Point(45.5, 32.5).buffer(1e-5))], **SIZE))
    assert shapes(root)[2].get("d").endswith("h15v15h-15z")


def test_holes_and_parts():
    ring = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    assert drawn_area(ring) == pytest.approx(9600)
    both = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10), shapely.box(40, 0, 40.2, 0.2)])
    assert area_path(both).count("z") == 2
    assert area_path(shapely.Polygon()) == ""


def drawn_area(shape):
    whole = shapely.Polygon()
    for points in polygons(area_path(shape)):
        whole = whole.symmetric_difference(shapely.Polygon(points))
    return whole.area


def test_geometry_that_crosses_itself_is_repaired():
    bow = shapely.Polygon([(44, 32), (45, 33), (45, 32), (44, 33)])
    root = parsed(draw_map([Area("bow", bow)], **SIZE))
    assert drawn(shapes(root)[0]).area > 1000


@pytest.mark.parametrize(
    ("areas", "options"),
    [
        ([], {}),
        ([Area("a", shapely.Polygon())], {}),
        ([Area("a", WEST), Area("a", EAST)], {}),
        ([Area("a", WEST, hatch="stripes")], {}),
        ([Area("a", WEST, fill="red;x")], {}),
        ([Area("a", WEST)], {"with_scale": "top"}),
        ([Area("a", WEST)], {"width": 10}),
        ([Area("a", WEST)], {"width": float("nan")}),
        ([Area("a", shapely.box(200, 0, 210, 5))], {}),
        ([Area("a", shapely.box(-140, -40, -130, -30))], {"crs": "+proj=gnom +lat_0=33 +lon_0=44"}),
    ],
)
def test_what_cannot_be_drawn_is_refused(areas, options):
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        draw_map(areas, **{**SIZE, **options})


def wiggly(seed, count=12):
    """A coverage of cells with borders of many points."""
    random = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 300, 300)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(random.uniform(0, 300, (count, 2)))))
    cells = shapely.intersection(cells, frame)
    return shapely.transform(
        shapely.segmentize(cells, 3),
        lambda p: p + 2 * np.sin(p[:, ::-1] / 7) * (np.abs(p - 150) < 149.9).all(axis=1)[:, None],
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_simplifying_opens_no_gaps(seed):
    cells = wiggly(seed)
    simple = simplified(cells, 2.0)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(cells).sum() / 2
    assert shapely.coverage_is_valid(simple)
    whole = shapely.union_all(simple)
    assert not any(part.interiors for part in shapely.get_parts(whole))
    assert whole.area == pytest.approx(300 * 300, rel=0.02)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_overlaps_and_gaps_of_a_hair_are_closed(seed):
    """Each area moved a little by itself, as published boundaries are."""
    cells = [
        shapely.transform(cell, lambda p, phase=phase: p + 0.02 * np.sin(p * 997 + phase))
        for phase, cell in enumerate(wiggly(seed))
    ]
    simple = simplified(np.array(cells, dtype=object), 2.0)
    # The outer border is simplified too, by a few pixels: what it gives up is no gap between neighbours.
    gaps = shapely.box(8, 8, 292, 292).difference(shapely.union_all(simple))
    assert gaps.area < 1
    assert shapely.area(simple).sum() - shapely.union_all(simple).area < 1
    assert (shapely.area(simple) > 0).all()


def test_an_area_that_others_cover_is_kept():
    cells = np.array([shapely.box(0, 0, 10, 10), shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10.5)], dtype=object)
    assert shapely.area(simplified(cells, 0.5)).tolist() == pytest.approx([100, 100, 105], abs=1)


def test_simplifying_to_nothing_changes_nothing():
    cells = wiggly(1)
    assert simplified(cells, 0) is cells


@pytest.mark.skipif(not SHARED.exists(), reason="the shared boundaries are not there")
def test_districts_of_iraq_are_small_and_whole():
    features = json.loads((SHARED / "iraq" / "irq_adm2.geojson").read_text())["features"]
    areas = [Area(str(index), shapely.geometry.shape(feature["geometry"])) for index, feature in enumerate(features)]
    drawing = draw_map(areas, width=640, height=620)
    assert len(drawing.svg) < 40_000
    root = parsed(drawing)
    assert len(shapes(root)) == 101 == len(drawing.labels)
    raw = drawing.projection.geometries([area.geometry for area in areas])
    for node, before in zip(shapes(root), raw, strict=True):
        assert drawn(node).area == pytest.approx(before.area, rel=0.1, abs=6)


def test_a_line_of_words_stands_within_its_area_not_only_its_middle():
    slanted = shapely.Polygon([(44, 33), (46, 33), (46, 34.5)])
    drawing = draw_map([Area("T", slanted)], width=300, height=300)
    (label,) = drawing.labels
    line = shapely.box(label.x - label.room / 2 + 0.5, label.y - 3, label.x + label.room / 2 - 0.5, label.y + 3)
    (shape,) = drawing.projection.geometries([slanted])
    assert label.room > 40
    assert shapely.contains(shape, line)
