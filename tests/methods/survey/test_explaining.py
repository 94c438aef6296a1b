"""Wrong zones, datums, axes, notations, norths and units are found where they were planted."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import LineString, box

from rafid.methods.survey import explain_bearings, explain_offset, readings, to_wgs84, traverse

GRIDS = [*range(32637, 32640), *range(3391, 3394), *range(27037, 27040)]
DISTRICT = box(43, 35, 45.5, 37)
DAY = date(2026, 7, 1)


def test_the_worked_example():
    first = readings(440000, 3990000, crs="EPSG:32639", within=DISTRICT)[0]
    assert (first.crs, first.swapped, first.notation, first.inside) == ("EPSG:32638", False, "grid", True)
    assert (first.lon, first.lat) == pytest.approx((44.33384, 36.05271), abs=6e-6)


def test_the_declared_reading_comes_first_when_it_fits():
    assert readings(440000, 3990000, crs="EPSG:3392", within=DISTRICT)[0].crs == "EPSG:3392"
    found = readings(440000, 3990000, crs=32639)[0]
    assert (found.crs, found.inside, math.isnan(found.distance)) == ("EPSG:32639", None, True)


def test_swapped_axes():
    found = readings(3990000, 440000, crs="EPSG:32638", within=DISTRICT)[0]
    assert (found.crs, found.swapped, found.inside) == ("EPSG:32638", True, True)
    found = readings(36.05271, 44.33384, crs="EPSG:4326", within=DISTRICT)[0]
    assert (found.swapped, found.notation, found.inside) == (True, "decimal", True)


@pytest.mark.parametrize(
    ("x", "y", "notation", "lon", "lat"),
    [
        ("44.205", "36.031", "dm", 44 + 20.5 / 60, 36 + 3.1 / 60),
        ("44.2030", "36.0309", "dms", 44 + 20.5 / 60, 36 + 3.15 / 60),
        (44.305, 36.3, "dm", 44 + 30.5 / 60, 36.5),
        ("٤٤٫٢٠٥", "٣٦٫٠٣١", "dm", 44 + 20.5 / 60, 36 + 3.1 / 60),
        ("44,205", "36,031", "dm", 44 + 20.5 / 60, 36 + 3.1 / 60),
    ],
)
def test_degrees_and_minutes_typed_as_a_decimal(x, y, notation, lon, lat):
    found = readings(x, y, crs="EPSG:4326", near=(lon, lat))[0]
    assert (found.notation, found.swapped) == (notation, False)
    assert (found.lon, found.lat) == pytest.approx((lon, lat), abs=1e-9)
    assert found.distance == pytest.approx(0, abs=1e-3)


def test_sixty_minutes_are_no_minutes():
    assert {r.notation for r in readings("44.75", "36.1")} == {"decimal"}
    assert "dms" not in {r.notation for r in readings("44.1075", "36.1")}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GRIDS), st.booleans(), st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_a_planted_zone_datum_and_order_is_the_nearest(code, swapped, u, v):
    easting, northing = 300_000 + 400_000 * u, 3_230_000 + 870_000 * v
    lon, lat = to_wgs84(easting, northing, crs=code)
    typed = (northing, easting) if swapped else (easting, northing)
    found = readings(*typed, near=(float(lon), float(lat)))[0]
    assert (found.crs, found.swapped) == (f"EPSG:{code}", swapped)
    assert found.distance < 1e-3


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(GRIDS), st.booleans(), st.integers(0, 2**32 - 1))
def test_a_few_marks_tell_datum_zone_and_order(code, swapped, seed):
    chance = np.random.default_rng(seed)
    marks = np.column_stack([chance.uniform(400_000, 600_000, 4), chance.uniform(3_300_000, 4_000_000, 4)])
    lon, lat = to_wgs84(*marks.T, crs=code)
    noise = chance.normal(0, 3e-5, (2, 4))  # some three metres of GPS
    found = explain_offset(marks[:, ::-1] if swapped else marks, np.column_stack([lon + noise[0], lat + noise[1]]))
    assert (found[0].crs, found[0].swapped) == (f"EPSG:{code}", swapped)
    assert found[0].rms < 15 < 100 < found[1].rms
    assert len(found) == 18
    assert [reading.rms for reading in found] == sorted(reading.rms for reading in found)


def test_nahrwan_as_software_passes_it_on_is_nahrwan_too():
    marks = np.array([[440000, 3990000], [441000, 3990500]])
    lon, lat = Transformer.from_crs(27038, 4326, always_xy=True).transform(*marks.T)
    shifted, passed_on = (
        explain_offset(marks, np.column_stack(to_wgs84(*marks.T, crs=27038))),
        explain_offset(marks, np.column_stack([lon, lat])),
    )
    assert shifted[0].crs == passed_on[0].crs == "EPSG:27038"
    assert max(shifted[0].rms, passed_on[0].rms) < 1e-3


def test_a_district_does_not_see_a_datum():
    inside = {r.crs for r in readings(440000, 3990000, within=DISTRICT) if r.inside}
    assert inside == {"EPSG:32638", "EPSG:3392", "EPSG:27038"}


@pytest.mark.parametrize(
    ("x", "y", "more"),
    [
        ("north", 1, {}),
        (float("nan"), 1, {}),
        (1, float("inf"), {}),
        (None, 1, {}),
        ("", 1, {}),
        (1, 1, {"crs": "EPSG:999999"}),
        (1, 1, {"within": LineString([(0, 0), (1, 1)])}),
        (1, 1, {"near": (44, 99)}),
    ],
)
def test_two_numbers_are_needed(x, y, more):
    with pytest.raises(ValueError, match=r"number|coordinate system|polygon|longitude"):
        readings(x, y, **more)


@pytest.mark.parametrize(
    ("entered", "measured"),
    [
        ([[1, 2]], [[44, 36], [45, 36]]),
        ([], []),
        ([1, 2], [44, 36]),
        ([[1, float("nan")]], [[44, 36]]),
        ([[1, 2]], [[3990000, 440000]]),
    ],
)
def test_marks_must_be_pairs(entered, measured):
    with pytest.raises(ValueError, match="mark"):
        explain_offset(entered, measured)


BEARINGS, DISTANCES = np.array([70.0, 160, 250, 310]), np.array([400.0, 250, 380, 90])
FACTORS = {"degrees": 1, "mils": 6400 / 360, "gon": 400 / 360}
LENGTHS = {"m": 1.0, "ft": 0.3048, "yd": 0.9144}


@pytest.mark.parametrize("north", ["grid", "true", "magnetic"])
@pytest.mark.parametrize("unit", FACTORS)
@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("back", [False, True])
def test_planted_norths_units_and_back_bearings(north, unit, length, back):
    start = (557000, 3935000)
    true_points = traverse(start, BEARINGS, DISTANCES, crs=32638, north=north, on=DAY).points[1:]
    written = ((BEARINGS + 180 * back) % 360) * FACTORS[unit]
    found = explain_bearings(start, written, DISTANCES / LENGTHS[length], true_points[:3], crs=32638, on=DAY)
    best = found[0]
    assert (best.north, best.unit, best.distance_unit, best.reversed) == (north, unit, length, back)
    assert best.rms < 1e-6
    assert found[1].rms > 0.5


def test_bearings_that_cannot_be_explained():
    start, points = (557000, 3935000), [[557300, 3935100]]
    with pytest.raises(ValueError, match="6400"):
        explain_bearings(start, [7000], [100], points, crs=32638, on=DAY)
    with pytest.raises(ValueError, match="below 0"):
        explain_bearings(start, [-5], [100], points, crs=32638, on=DAY)
    with pytest.raises(ValueError, match="2 measured points for 1 legs"):
        explain_bearings(start, [5], [100], points * 2, crs=32638, on=DAY)
    with pytest.raises(ValueError, match="leg 1: the distance"):
        explain_bearings(start, [5], [0], points, crs=32638, on=DAY)
    assert {r.unit for r in explain_bearings(start, [6300], [100], points, crs=32638, on=DAY)} == {"mils"}
    assert "magnetic" not in {r.north for r in explain_bearings(start, [5], [100], points, crs=32638, on=None)}
