"""Points of other systems as field books: as they were entered, apart from what is drawn, accepted with their report."""

from __future__ import annotations

import json

import pytest

from rafid.commons.records.change import Refused
from rafid.commons.records.imports import undo
from rafid.commons.records.imports.apply import apply
from rafid.methods.survey import ground_area
from rafid.programmes.mineaction.models import FieldReport, SurveyPoint, SurveySheet
from rafid.programmes.mineaction.reports import decide
from rafid.programmes.mineaction.reports.reconcile import as_new

from .carried_files import CORNERS, hazard, ng, points, report, xml
from .conftest import own
from .test_carrying import (  # noqa: F401  (the fixture)
    _store,
    said,
    send,
)

pytestmark = pytest.mark.django_db
UTM = ((440000, 3990000), (440300, 3990000), (440300, 3990200), (440000, 3990200))


def sheet() -> SurveySheet:
    return own(SurveySheet).get()


def test_points_are_kept_as_they_were_entered(send):  # noqa: F811
    apply(send(xml(report(1, hazard(1, shape=points(UTM, crs="Karbala 1979 UTM 38N"))))))
    found = sheet()
    assert found.report == own(FieldReport).get()
    assert (found.crs_code, found.datum, found.north, found.state) == ("EPSG:3392", "Karbala 1979", "grid", "draft")
    marks = list(found.marks.order_by("order"))
    assert [(one.x_entered, one.y_entered) for one in marks] == [(str(x), str(y)) for x, y in UTM]
    assert [one.label for one in marks] == ["TP1", "TP2", "TP3", "TP4"]
    assert {one.entry for one in marks} == {"absolute"}


def test_what_is_derived_is_what_the_method_says(send):  # noqa: F811
    import shapely

    apply(send(xml(report(1, hazard(1, shape=points(UTM, crs="UTM 38N"))), report(2, hazard(2)))))
    for found, polygon in zip(own(SurveySheet).order_by("ref"), (UTM, None), strict=True):
        grid = "EPSG:32638"
        areas = ground_area(shapely.Polygon(polygon or found.points), crs=grid)
        assert found.plane_area == pytest.approx(areas.plane, abs=0.01)
        assert found.ellipsoidal_area == pytest.approx(areas.ellipsoidal, abs=0.01)
        assert found.scale == pytest.approx(0.9996, abs=0.001)
        assert found.ground.valid
        written = json.loads(found.ground.geojson)["coordinates"][0][0]
        said_there = found.report.content["ground"]["coordinates"][0][0]
        assert written == [pytest.approx(one, abs=1e-8) for one in said_there]
        first = found.marks.order_by("order").first()
        assert (first.point.x, first.point.y) == pytest.approx(tuple(said_there[0]), abs=1e-8)


def test_bearings_without_a_north_are_kept_and_not_drawn(send):  # noqa: F811
    apply(send(ng(), "imsma-ng", "ng.zip"))
    found = sheet()
    assert (found.north, found.ground, found.points) == ("unknown", None, [])
    assert "from which north" in found.readings["statement"]["text"]
    legs = [(one.label, one.entry, one.bearing, one.distance) for one in found.marks.order_by("order")]
    assert legs[0] == ("SP", "absolute", "", "")
    assert legs[1] == ("TP1", "relative", "90", "270")


def test_bearings_with_their_north_are_drawn_as_a_field_book_is(send):  # noqa: F811
    apply(send(ng(), "imsma-ng", "ng.zip", answers={"north": "magnetic"}))
    found = sheet()
    assert found.north == "magnetic"
    assert found.declination == pytest.approx(5.3, abs=0.4)
    assert found.ellipsoidal_area == pytest.approx(270 * 220, rel=0.01)
    written = json.loads(found.ground.geojson)["coordinates"][0][0]
    assert written == [pytest.approx(one, abs=1e-8) for one in found.report.content["ground"]["coordinates"][0][0]]


def test_a_report_takes_its_sheet_into_the_records(send, ground):  # noqa: F811
    apply(send(xml(report(1)), gates="elsewhere"))
    row = own(FieldReport).get()
    decide.check(row, by=ground.second)
    accepted = decide.accept(as_new(row), by=ground.operations)
    found = sheet()
    assert (found.state, found.hazard_id) == ("accepted", accepted.target)


def test_undoing_takes_sheets_and_their_points_along(send, ground):  # noqa: F811
    run = send(xml(report(1), report(2, hazard(2))))
    apply(run)
    sheets = list(own(SurveySheet).values_list("pk", flat=True))
    assert SurveyPoint.objects.filter(sheet__in=sheets).count() == 2 * len(CORNERS)
    undo(run, "Wrong file", by=ground.im_officer)
    assert not own(SurveySheet).exists()
    assert not SurveyPoint.objects.filter(sheet__in=sheets).exists()


def test_the_sheet_of_the_next_version_replaces_the_earlier_one(send):  # noqa: F811
    apply(send(xml(report(1))))
    before = sheet()
    apply(send(xml(report(1, hazard(1, shape=points((*CORNERS[:3], (44.3295, 36.052))))))))
    newer = own(SurveySheet).exclude(pk=before.pk).get()
    assert newer.replaces == before


def test_a_leg_from_a_point_that_is_not_there(send):  # noqa: F811
    data = ng()
    apply(send(data, "imsma-ng", "ng.zip"))
    run = send(_with_origin("p-404"), "imsma-ng", "ng.zip", answers={"north": "true"})
    assert any("p-404" in one for one in said(run))


def _with_origin(guid: str) -> bytes:
    from .carried_files import zipped

    more = {"hazard_guid": "ng-1", "coordrefsys": "WGS84", "shape_id": "1"}
    corners = [
        {"guid": "p-1", "pointno": 1, "pointtypeenum": "SP", "lon": 44.33, "lat": 36.05, "bearing": "", "distance": "",
         "frompoint_guid": ""},
        {"guid": "p-2", "pointno": 2, "pointtypeenum": "TP", "lon": "", "lat": "", "bearing": 90, "distance": 270,
         "frompoint_guid": guid},
    ]  # fmt: skip
    return zipped(
        hazard=[{"hazard_guid": "ng-1", "hazard_localid": "NG-HA-1", "hazard_type": "Mined area", "hazard_class": "SHA",
                 "org_name": "Operator", "dateofinformation": "01/02/2026"}],
        geopoint=[{**one, **more} for one in corners],
    )  # fmt: skip


def test_what_was_approved_elsewhere_needs_two_more_persons(send, ground):  # noqa: F811
    """Whoever says so answers for the operator's approval; another compares, a third accepts."""
    run = send(xml(report(1), report(2, hazard(2))), gates="elsewhere")
    apply(run)
    first, other = own(FieldReport).order_by("reference")
    assert (first.state, first.endorsed_by, first.checked_by) == ("operator_approved", ground.im_officer, None)
    with pytest.raises(Refused, match="Another person checks it first"):
        decide.accept(as_new(first), by=ground.operations)
    for again in (lambda: decide.check(first, by=ground.im_officer),
                  lambda: decide.check_imported(run.pk, by=ground.im_officer, owner=ground.dma)):  # fmt: skip
        with pytest.raises(Refused, match="Another person compares"):
            again()
    assert decide.check_imported(run.pk, by=ground.second, owner=ground.dma) == 2
    for one in (ground.second, ground.im_officer):
        with pytest.raises(Refused, match="Another person accepts"):
            decide.accept(as_new(first), by=one)
    assert decide.accept(as_new(first), by=ground.operations).state == "approved"
    other.refresh_from_db()
    assert other.checked_by == ground.second
    assert decide.check_imported(run.pk, by=ground.operations, owner=ground.dma) == 0


def test_three_persons_are_kept_by_the_database(send, ground):  # noqa: F811
    from .conftest import refused

    apply(send(xml(report(1)), gates="elsewhere"))
    rows = own(FieldReport)
    with refused("report_three_persons"):
        rows.update(checked_by=ground.im_officer)
