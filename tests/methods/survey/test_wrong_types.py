"""What is no number, no list or no grid is refused by its name, with what to do."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from rafid.methods import survey as s
from rafid.methods.landrelease import balance, explain_change

START, GRID = (440000, 3990000), "EPSG:32638"
SQUARE = shapely.box(440000, 3990000, 441000, 3991000)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: s.traverse(START, [45], [100], crs=[32638]), "give a code such as EPSG:32638"),
        (lambda: s.traverse(START, [45], [100], crs=None), "give a code such as EPSG:32638"),
        (lambda: s.traverse(START, [45], [10**400], crs=GRID), "the distances hold what is no number"),
        (lambda: s.traverse(START, [45], [100], crs=GRID, north="magnetic", declination="5°"), "the declination is '5°'; give"),
        (
            lambda: s.traverse(START, [45], [100], crs=GRID, north="magnetic", on=date(2026, 1, 1), elevation="high"),
            "the elevation is 'high'; give a number",
        ),
        (lambda: s.traverse(START, [45], [100], crs=GRID, origins=["SP"]), "give the number of a point for each leg"),
        (lambda: s.traverse(START, [45], [100], crs=GRID, origins=0), "give the number of a point for each leg"),
        (lambda: s.declination("44 E", 36, on=date(2026, 1, 1)), "the longitude holds what is no number: '44 E'"),
        (lambda: s.declination([44, 45], [36, 36, 36], on=date(2026, 1, 1)), "longitude .2,., latitude .3,."),
        (lambda: s.grid_factors("east", 3990000, crs=GRID), "the easting holds what is no number"),
        (lambda: s.ground_area(SQUARE, crs=[]), "give a code such as EPSG:32638"),
        (lambda: s.readings(440000, 3990000, near=44.3), "near is 44.3; give longitude and latitude"),
        (lambda: s.readings(440000, 3990000, near=("44", "north")), "give longitude and latitude in degrees"),
        (lambda: s.check_polygons([SQUARE], max_edge="5 km"), "max_edge is '5 km'; give a number"),
        (lambda: s.check_polygons([SQUARE], min_area=float("nan")), "min_area is nan; give a number of 0 or more"),
        (lambda: s.check_polygons(SQUARE), "the polygons are a Polygon; give a list"),
        (lambda: s.overlaps(SQUARE), "a is a Polygon; give a list of shapes"),
        (lambda: s.overlaps([SQUARE], minimum="none"), "the minimum is 'none'; give a number"),
        (lambda: balance(SQUARE, [], priority="cleared"), "the priority is 'cleared'; order each of"),
        (lambda: balance(SQUARE, [], priority=None), "the priority is None; order each of"),
        (lambda: explain_change([], [], before=None, after={}), "the state before is None; give dict"),
    ],
)  # fmt: skip
def test_the_wrong_type_is_refused_by_its_name(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_no_point_has_no_factors():
    convergence, scale = s.grid_factors([], [], crs=GRID)
    assert convergence.size == scale.size == 0
