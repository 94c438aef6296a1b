"""Declination beside published values and another model."""

from datetime import date

import numpy as np
import pytest

from rafid.methods.survey import declination

# By ppigrf 2.1.0, an independent evaluation of the same coefficients (K. Laundal, MIT).
ELSEWHERE = [
    (45, 36, 0, date(1900, 1, 1), 1.04523),
    (45, 36, 0, date(1950, 1, 1), 3.77546),
    (45, 36, 0, date(1987, 10, 1), 3.68621),
    (45, 36, 0, date(2010, 6, 1), 4.63781),
    (45, 36, 0, date(2025, 1, 1), 5.37016),
    (47.8, 30.5, 0, date(1987, 10, 1), 2.73502),
    (47.8, 30.5, 0, date(2025, 1, 1), 3.97813),
    (43, 37, 1500, date(1950, 1, 1), 3.74803),
    (43, 37, 1500, date(2010, 6, 1), 4.87659),
    (0, 80, 0, date(1900, 1, 1), -25.41737),
    (-120, -80, 0, date(1987, 10, 1), 71.06771),
]
# World Magnetic Model 2025, table of test values of its report (NOAA and BGS 2024): another model of the same field.
WMM_2025 = [(0, 80, 0, 1.28), (120, 0, 0, -0.16), (-120, -80, 0, 68.78)]


@pytest.mark.parametrize(("lon", "lat", "elevation", "on", "expected"), ELSEWHERE)
def test_beside_another_evaluation(lon, lat, elevation, on, expected):
    assert declination(lon, lat, on=on, elevation=elevation) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(("lon", "lat", "elevation", "expected"), WMM_2025)
def test_beside_the_published_table_of_the_world_magnetic_model(lon, lat, elevation, expected):
    assert declination(lon, lat, on=date(2025, 1, 1), elevation=elevation) == pytest.approx(expected, abs=0.05)


def test_beside_pygeomag_over_iraq():
    pygeomag = pytest.importorskip("pygeomag", reason="pygeomag is not installed")
    lon, lat = (axis.ravel() for axis in np.meshgrid(np.linspace(38.8, 48.6, 12), np.linspace(29, 37.4, 12)))
    model = pygeomag.GeoMag()
    theirs = [model.calculate(glat=b, glon=a, alt=0, time=2026.5).d for a, b in zip(lon, lat, strict=True)]
    assert declination(lon, lat, on=date(2026, 7, 2)) == pytest.approx(np.array(theirs), abs=0.05)


def test_arrays_broadcast_and_numbers_stay_numbers():
    found = declination([44, 45, 46], [[33], [36]], on=date(2026, 7, 1))
    assert found.shape == (2, 3)
    one = declination(45, 36, on=date(2026, 7, 1))
    assert isinstance(one, float)
    assert found[1, 1] == pytest.approx(one, abs=1e-12)
    many = declination(np.full(5001, 45.0), 36, on=date(2026, 7, 1))
    assert np.ptp(many) < 1e-12


def test_it_goes_on_from_day_to_day():
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2029, 12, 31)]
    first, second, last = (declination(45, 36, on=day) for day in days)
    assert abs(second - first) < 1e-3
    assert last > second  # the predicted secular variation is used


@pytest.mark.parametrize("on", [date(1899, 12, 31), date(2030, 1, 1), date(1850, 1, 1), None, "2026-07-01"])
def test_a_day_that_no_model_covers(on):
    with pytest.raises(ValueError, match=r"1900 to 2029|give a date"):
        declination(45, 36, on=on)


@pytest.mark.parametrize(
    ("lon", "lat", "elevation"), [(45, 91, 0), (3990000, 36, 0), (float("nan"), 36, 0), (45, 36, float("inf"))]
)
def test_a_position_that_is_none(lon, lat, elevation):
    with pytest.raises(ValueError, match=r"position|latitude"):
        declination(lon, lat, on=date(2026, 7, 1), elevation=elevation)
