"""Field books: drawn as typed, kept as typed, corrected by a new sheet, handed over; and what is refused with a remedy."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from rafid.commons.places.models import PlaceVersion
from rafid.commons.records.change import Refused
from rafid.programmes.mineaction.fieldbook import tried
from rafid.programmes.mineaction.fieldbook.asked import book_of_json
from rafid.programmes.mineaction.fieldbook.book import Book, Row, book_of, from_lines, rows_of, to_lines
from rafid.programmes.mineaction.fieldbook.drawing import METHOD_VERSION, draw
from rafid.programmes.mineaction.fieldbook.handing import Given, hand_over
from rafid.programmes.mineaction.fieldbook.keep import Head, applied_of, keep, redraw
from rafid.programmes.mineaction.fieldbook.said import warnings
from rafid.programmes.mineaction.models import SurveyPoint, SurveySheet
from rafid.programmes.mineaction.reports import decide

pytestmark = pytest.mark.django_db

MAGNETIC = "SP\tSP\t\t\t\t557000\t3935000\nTP\t\t\t70\t400\nTP\t\t\t160\t250\nTP\t\t\t250\t380"
CLOSED = (
    "LM\tLM\t\t\t\t439900\t3989900\nSP\tSP\tLM\t45\t141.4213562373095\nTP\t\t\t0\t200\nTP\t\t\t90\t150\nTP\t\t\t180\t200.6\n"
    "TP\t\t\t270\t149.2"
)


def magnetic(**more):
    return Book(rows=from_lines(MAGNETIC), **{"north": "magnetic", "on": date(2026, 7, 1), **more})


def started(*legs, start=("440000", "3990000"), **more):
    rows = [{"mark": "SP", "x": start[0], "y": start[1]}, *({"bearing": b, "distance": d} for b, d in legs)]
    return Book(rows=rows_of(rows), **{"north": "grid", "on": date(2026, 3, 1), **more})


SQUARE = (("0", "100"), ("90", "100"), ("180", "100"))


# ---- drawn


def test_a_magnetic_book_of_today_and_of_1986():
    drawn = draw(magnetic())
    assert not drawn.problems
    assert drawn.declination == pytest.approx(5.256, abs=0.001)
    assert drawn.convergence == pytest.approx(0.3657, abs=0.0001)
    assert drawn.scale == pytest.approx(0.99964, abs=1e-6)
    assert (drawn.marks[3].east, drawn.marks[3].north) == pytest.approx((557084.461, 3934763.926), abs=0.01)
    assert drawn.observed.plane_area == pytest.approx(97434, abs=1)
    old = draw(magnetic(on=date(1986, 7, 1)))
    assert (old.marks[3].east, old.marks[3].north) == pytest.approx((557091.277, 3934766.476), abs=0.01)


def test_a_closing_error_is_seen_and_spread_only_by_a_person():
    book = Book(rows=from_lines(CLOSED), north="grid", taped="grid", closes=True)
    drawn = draw(book)
    assert drawn.misclosure == pytest.approx((0.8, -0.6), abs=1e-6)
    assert drawn.ratio == pytest.approx(699.8, abs=0.01)
    assert drawn.shape is drawn.observed
    assert [one.label for one in drawn.marks if one.returns] == ["TP4"]
    spread = draw(replace(book, adjusted=True))
    assert spread.shape.plane_area == pytest.approx(29964.75, abs=0.01)
    assert spread.observed.plane_area != pytest.approx(29964.75, abs=0.01), "both shapes are there"


def test_legs_from_any_earlier_point_and_a_point_by_coordinates():
    rows = rows_of(
        [
            {"mark": "LM", "label": "Mosque", "x": "439000", "y": "3990000"},
            {"mark": "SP", "origin": "Mosque", "bearing": "90", "distance": "1000"},
            {"bearing": "0", "distance": "100"},
            {"origin": "SP", "bearing": "90", "distance": "100"},
            {"mark": "TP", "label": "T9", "x": "440050", "y": "3989950"},
        ]
    )
    drawn = draw(Book(rows=rows, north="grid", taped="grid"))
    assert not drawn.problems
    assert [(round(one.east), round(one.north)) for one in drawn.marks] == [
        (439000, 3990000), (440000, 3990000), (440000, 3990100), (440100, 3990000), (440050, 3989950),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "distances", "legs"),
    [
        ("mils", "ft", (("0", "328.0839895"), ("1600", "328.0839895"), ("3200", "328.0839895"))),
        ("gon", "yd", (("0", "109.3613298"), ("100", "109.3613298"), ("200", "109.3613298"))),
        ("degrees", "m", (("0", "100"), ("90 0 0", "100"), ("180°0′", "١٠٠"))),
    ],
)
def test_units_and_ways_of_writing(unit, distances, legs):
    drawn = draw(started(*legs, taped="grid", bearing_unit=unit, distance_unit=distances))
    assert not drawn.problems
    assert drawn.observed.plane_area == pytest.approx(10_000, abs=0.01)


@pytest.mark.parametrize(
    ("x", "y", "notation"),
    [("44.33384", "36.05271", ""), ("44 20.0304", "36 3.1626 N", ""), ("44°20′1.824″E", "36°3′9.756″", ""), ("44.200304", "36.031626", "dm")],
)  # fmt: skip
def test_longitude_and_latitude_in_three_notations(x, y, notation):
    drawn = draw(started(*SQUARE, start=(x, y), crs="EPSG:4326", notation=notation))
    assert not drawn.problems
    assert (drawn.marks[0].lon, drawn.marks[0].lat) == pytest.approx((44.33384, 36.05271), abs=1e-6)
    assert drawn.grid == "EPSG:32638"


def test_an_old_datum_lies_hundreds_of_metres_away():
    wgs, old = (draw(started(*SQUARE, crs=crs)).marks[0] for crs in ("EPSG:32638", "EPSG:3392"))
    assert 300 < math.hypot((wgs.lon - old.lon) * 90_000, (wgs.lat - old.lat) * 111_000) < 500


def test_three_points_and_three_thousand():
    assert not draw(started(*SQUARE[:2])).problems
    many = 3000
    legs = [(f"{at * 360 / many:.4f}", "5") for at in range(1, many)]
    drawn = draw(started(*legs, north="magnetic", on=date(1987, 5, 1)))
    assert not drawn.problems
    assert len(drawn.observed.points) == many
    too_many = draw(started(*[("1", "1")] * 5001))
    assert "in parts" in too_many.problems[0].message


def test_points_without_a_label_take_the_next_free_one_of_their_kind():
    rows = rows_of([{"label": label, "mark": mark, "x": "1"} for label, mark in (
        ("", "SP"), ("TP2", ""), ("", ""), ("", ""), ("TP5", "TP"), ("", "LM"), ("", "TP"), ("", "LM"), ("", "TP"),
    )])  # fmt: skip
    assert [row.label for row in rows] == ["SP", "TP2", "TP1", "TP3", "TP5", "LM", "TP4", "LM1", "TP6"]


# ---- what is refused, with the row, the field and the remedy


@pytest.mark.parametrize(
    ("book", "row", "field", "words"),
    [
        (Book(), None, "rows", "no point yet"),
        (started(), None, "rows", "three points or more"),
        (started(("400", "100"), *SQUARE), 1, "bearing", "not in 0 to 360"),
        (started(("90", "0"), *SQUARE), 1, "distance", "not above 0"),
        (started(("90", "-3"), *SQUARE), 1, "distance", "not above 0"),
        (started(("9O", "100"), *SQUARE), 1, "bearing", "is no number"),
        (started(("90", "ten"), *SQUARE), 1, "distance", "is no number"),
        (started(("90", ""), *SQUARE), 1, "distance", "Enter it"),
        (started(("6500", "10"), bearing_unit="mils"), 1, "bearing", "not in 0 to 6400"),
        (started(*SQUARE, north="unknown"), None, "north", "Choose it"),
        (started(*SQUARE, north="magnetic", on=None), None, "on", "day of observation"),
        (started(*SQUARE, north="magnetic", on=date(1850, 1, 1)), None, "on", "1900 to 2029"),
        (started(*SQUARE, crs="EPSG:4326"), 0, "x", "no longitude and latitude"),
        (started(*SQUARE, crs="EPSG:32639", start=("557000", "3935000")), 0, "crs", "outside the country"),
        (started(*SQUARE, start=("3990000", "440000")), 0, "crs", "outside the country"),
        (started(("45", "100"), ("180", "100"), ("315", "100")), 3, "rows", "crosses itself"),
        (started(*SQUARE, start=("440000", "")), 0, "y", "missing"),
    ],
)
def test_bad_input_is_a_sentence_with_its_remedy(book, row, field, words):
    drawn = draw(book)
    assert drawn.problems, "it is refused"
    problem = next(one for one in drawn.problems if words in one.message)
    assert (problem.row, problem.field) == (row, field)


def test_a_crossing_is_shown_where_it_is():
    problem = draw(started(("45", "100"), ("180", "100"), ("315", "100"))).problems[0]
    assert problem.where == pytest.approx((44.3344, 36.0531), abs=0.001)


def test_two_of_one_label_a_later_origin_and_both_ways_of_entry():
    rows = rows_of([
        {"mark": "SP", "x": "440000", "y": "3990000"}, {"label": "A", "origin": "B", "bearing": "1", "distance": "1"},
        {"label": "A", "bearing": "1", "distance": "1"}, {"label": "C", "bearing": "1", "distance": "1", "x": "440000", "y": "3990000"},
    ])  # fmt: skip
    said = " ".join(one.message for one in draw(Book(rows=rows, north="grid")).problems)
    assert "measured from B" in said
    assert "Two points are called A" in said
    assert "C has a leg and coordinates" in said


def test_a_book_that_does_not_close_is_warned_of():
    from rafid.programmes.mineaction.fieldbook.said import warnings

    drawn = draw(started(("0", "100"), ("90", "100"), ("180", "100"), ("270", "60"), closes=True))
    assert not drawn.problems
    assert drawn.misclosure_m == pytest.approx(40, abs=0.1)
    assert "wrong leg" in " ".join(warnings(drawn))


def test_the_table_comes_and_goes_as_text():
    rows = from_lines(
        "Kind\tLabel\tFrom\tBearing\nLM\tMosque\t\t\t\t439000\t3990000\tgps\t3\r\n\r\nSP\t\tMosque\t90\t10\n\t\t\t45\t5"
    )
    assert [(row.mark, row.label, row.origin) for row in rows] == [
        ("LM", "Mosque", ""), ("SP", "SP", "Mosque"), ("TP", "TP1", ""),
    ]  # fmt: skip
    assert (rows[0].fixed_by, rows[0].accuracy) == ("GPS", "3")
    assert from_lines(to_lines(rows)) == rows


# ---- readings: proposed, never applied by themselves


def test_a_wrong_zone_is_found_with_distance_and_reason(ground):
    gps = {"SP": (44.33384, 36.05271)}
    found = tried.try_readings(started(*SQUARE, crs="EPSG:32639"), None, gps).tried
    best = next(one for one in found if one.basis == "gps")
    assert best.change == {"crs": "EPSG:32638"}
    assert best.distance < 5
    assert "SP" in best.why
    assert draw(started(*SQUARE, crs="EPSG:32639").read_as(**best.change)).problems == ()
    without = tried.try_readings(started(*SQUARE, crs="EPSG:32639"), None, {}).tried
    assert {"crs": "EPSG:32638"} in [one.change for one in without if one.inside]


def test_north_and_units_are_found_by_gps_of_the_points():
    true = draw(magnetic())
    gps = {one.label: (one.lon, one.lat) for one in true.marks}
    legs = [one for one in tried.try_readings(magnetic(north="grid"), None, gps).tried if one.basis == "legs"]
    assert legs[0].change == {"north": "magnetic"}
    assert legs[0].distance < 0.1
    now = next(one for one in legs if one.is_now)
    assert now.distance > 20
    unknown = tried.try_readings(magnetic(north="unknown"), None, gps).tried
    assert next(one for one in unknown if one.basis == "legs").change == {"north": "magnetic"}
    norths = {one.north: one.away for one in tried.norths(magnetic())}
    assert norths["grid"] == 0
    assert norths["magnetic"] > 20


def test_swapped_axes_and_minutes_as_decimals_are_found():
    swapped = tried.try_readings(started(*SQUARE, start=("3990000", "440000")), None, {}).tried
    assert any(one.change == {"swapped": True} and one.inside for one in swapped)
    packed = started(*SQUARE, start=("44.2003", "36.0316"), crs="EPSG:4326")
    assert any(one.change == {"notation": "dm"} for one in tried.try_readings(packed, None, {}).tried)


def test_lines_of_gps_that_cannot_be_read_are_said():
    found, notes = tried.gps_of("SP\t44.33\t36.05\nTP1 44\nTP2; 44.1; x\n")
    assert found == {"SP": (44.33, 36.05)}
    assert len(notes) == 2


# ---- kept


def head(ground, **more):
    return Head(authority=ground.dma, operator=ground.operator, place=ground.place, observer="Team 4", **more)


def test_a_book_is_kept_as_typed_beside_what_was_derived(ground):
    applied = applied_of(
        [{"field": "crs", "before": "EPSG:32639", "after": "EPSG:32638", "why": "0.2 m", "more": 1}, {"field": "ref"}]
    )
    sheet = keep(magnetic(), head(ground, applied=applied), by=ground.desk)
    assert sheet.state == "draft"
    assert sheet.ellipsoidal_area == pytest.approx(97504, abs=1)
    assert sheet.declination == pytest.approx(5.256, abs=0.001)
    assert sheet.method_version == METHOD_VERSION
    assert [(one.label, one.bearing, one.x_entered) for one in sheet.marks.order_by("order")] == [
        ("SP", "", "557000"), ("TP1", "70", ""), ("TP2", "160", ""), ("TP3", "250", ""),
    ]  # fmt: skip
    kept = sheet.readings["applied"]
    assert [(one["field"], one["before"], one["after"]) for one in kept] == [("crs", "EPSG:32639", "EPSG:32638")]
    assert kept[0]["by"] == str(ground.desk)
    assert book_of(sheet).read_as(on=None) == replace(magnetic(on=None), rows=from_lines(MAGNETIC))
    assert sheet.ref.startswith("DMA-S-2026-")


def test_a_district_without_a_border_is_asked_by_its_governorate_s(ground):
    ring = MultiPolygon(Polygon.from_bbox((44, 35.8, 45, 36.3)), srid=4326)
    PlaceVersion.objects.create(place=ground.world.south, geometry=ring, valid=DateRange(None, None), name_en="South")
    told = warnings(draw(started(*SQUARE, crs="EPSG:32637")), ground.place)
    assert any("SP lies outside South." in one for one in told)
    assert warnings(draw(started(*SQUARE)), ground.place) == []
    found = tried.try_readings(started(*SQUARE, crs="EPSG:32637"), ground.place, {}).tried
    assert next(one.change for one in found if one.basis == "place" and one.inside) == {"crs": "EPSG:32638"}
    assert all("South" in one.why for one in found if one.basis == "place")


def test_an_unknown_north_needs_a_person_s_statement(ground):
    with pytest.raises(Refused, match="who was asked"):
        keep(magnetic(north="unknown"), head(ground), by=ground.desk)
    sheet = keep(magnetic(north="unknown"), head(ground, statement="The team leader left the country."), by=ground.desk)
    assert sheet.ground is None
    assert sheet.readings["statement"]["text"].startswith("The team leader")
    assert sheet.marks.count() == 4
    with pytest.raises(Refused, match="not drawn"):
        hand_over(sheet, Given("new", "R-9", kind="minefield"), by=ground.desk)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"on": None}, "day of observation"),
        ({"on": date(1850, 1, 1), "declination": 3.0}, "before 1900"),
        ({"on": "tomorrow"}, "after today"),
        ({"adjusted": True}, "no closing error"),
        ({"crs": "EPSG:32639"}, "outside the country"),
    ],
)
def test_a_wrong_book_is_not_kept(ground, changes, words):
    if changes.get("on") == "tomorrow":
        changes = {"on": timezone.localdate() + timedelta(days=1), "declination": 5.0}
    before = SurveySheet.objects.count(), SurveyPoint.objects.count()
    with pytest.raises(Refused, match=words):
        keep(started(*SQUARE, **{"north": "magnetic", **changes}), head(ground), by=ground.desk)
    assert (SurveySheet.objects.count(), SurveyPoint.objects.count()) == before


def test_three_thousand_points_are_kept(ground):
    many = 3000
    sheet = keep(started(*[(f"{at * 360 / many:.4f}", "5") for at in range(1, many)]), head(ground), by=ground.desk)
    assert sheet.marks.count() == many
    assert sheet.ground.num_coords == many + 1


def test_a_correction_is_a_new_sheet_and_only_one(ground):
    first = keep(magnetic(), head(ground), by=ground.desk)
    second = keep(magnetic(north="grid"), head(ground, replaces=first), by=ground.desk)
    assert second.replaces == first
    first.refresh_from_db()
    assert (first.north, first.marks.count()) == ("magnetic", 4)
    with pytest.raises(Refused, match="corrected meanwhile"):
        keep(magnetic(), head(ground, replaces=first), by=ground.im_officer)


def test_a_better_method_draws_again_and_the_older_shape_stays(ground):
    sheet = keep(magnetic(), head(ground), by=ground.desk)
    old = sheet.ground
    SurveySheet.objects.filter(pk=sheet.pk).update(method_version="survey 0", ellipsoidal_area=1)
    sheet.refresh_from_db()
    again = redraw(sheet, by=ground.im_officer)
    assert again.pk == sheet.pk
    assert again.ellipsoidal_area == pytest.approx(97504, abs=1)
    accepted = again
    SurveySheet.objects.filter(pk=sheet.pk).update(
        state="accepted", accepted_at=timezone.now(), method_version="survey 0"
    )
    accepted.refresh_from_db()
    newer = redraw(accepted, by=ground.im_officer)
    assert (newer.replaces, newer.state, newer.method_version) == (accepted, "draft", METHOD_VERSION)
    accepted.refresh_from_db()
    assert accepted.ground.equals_exact(old, 1e-9)
    assert newer.marks.count() == 4


# ---- handed over


def through_the_gates(report, ground):
    decide.check(report, by=ground.desk)
    decide.endorse(report, by=ground.operator_manager)
    return decide.accept(report, by=ground.im_officer)


def test_a_new_hazard_from_a_sheet(ground):
    sheet = keep(magnetic(on=date(2026, 1, 5)), head(ground), by=ground.desk)
    report = hand_over(sheet, Given("new", "HB-1", kind="minefield"), by=ground.desk)
    sheet.refresh_from_db()
    assert (sheet.report, report.type, report.reconciled) == (report, "hazard", "new")
    with pytest.raises(Refused, match="was submitted"):
        hand_over(sheet, Given("new", "HB-2", kind="minefield"), by=ground.desk)
    through_the_gates(report, ground)
    sheet.refresh_from_db()
    assert sheet.state == "accepted"
    assert sheet.hazard.ground.equals_exact(sheet.ground, 1e-9)
    assert sheet.hazard.suspected_on == date(2026, 1, 5)


def test_the_ground_of_a_hazard_that_is_there(ground):
    hazard = ground.make_hazard("suspected")
    sheet = keep(magnetic(on=date(2026, 2, 5)), head(ground), by=ground.desk)
    report = hand_over(sheet, Given("ground", "HB-3", hazard=hazard), by=ground.desk)
    through_the_gates(report, ground)
    hazard.refresh_from_db()
    assert hazard.ground.equals_exact(sheet.ground, 1e-9)


def test_released_ground_from_a_sheet(ground):
    hazard = ground.make_hazard("suspected")
    sheet = keep(magnetic(on=date(2026, 2, 5)), head(ground), by=ground.desk)
    with pytest.raises(Refused, match="which depth"):
        hand_over(sheet, Given("release", "HB-4", kind="cleared", hazard=hazard), by=ground.desk)
    report = hand_over(sheet, Given("release", "HB-4", kind="cleared", hazard=hazard, depth_m=0.2), by=ground.desk)
    through_the_gates(report, ground)
    sheet.refresh_from_db()
    assert sheet.state == "accepted"
    assert sheet.release.ground.equals_exact(sheet.ground, 1e-9)


def test_what_a_program_sends_is_read_with_care():
    book = book_of_json(
        {"rows": [["SP", "SP", "", "", "", "1", "2"], {"bearing": 5}], "crs": "x", "on": "soon", "closes": "on"}
    )
    assert (book.crs, book.on, book.closes) == ("EPSG:32638", None, True)
    assert book.rows[1] == Row(label="TP1", bearing="5")
