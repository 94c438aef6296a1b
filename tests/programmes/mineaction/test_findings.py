"""Checks of mine action: each finds what it is for and leaves alone what is right; alarms are told; people decide."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from rafid.commons.people.models import Message
from rafid.commons.records.checks import check_record
from rafid.commons.records.models import Finding
from rafid.programmes.mineaction.findings.declared import ALARMS, CHECKS, REMEDIES
from rafid.programmes.mineaction.findings.nightly import check_country
from rafid.programmes.mineaction.findings.telling import tell_alarms
from rafid.programmes.mineaction.findings.titles import TITLES
from rafid.programmes.mineaction.models import Evidence, SurveyPoint, SurveySheet

from .conftest import EAST, NORTH, spot, square

pytestmark = pytest.mark.django_db
PAGE = "/mineaction/findings/"


def codes(record, state="open"):
    check_record(record)
    rows = Finding.objects.filter(kind=record.kind(), record_id=record.pk)
    return {one.check_code: one for one in rows if one.state == state}


def test_each_check_has_a_title_and_a_remedy():
    names = {one.code for one in CHECKS}
    assert len(names) == len(CHECKS)
    assert set(TITLES) == set(REMEDIES) == names
    assert set(ALARMS) <= names


def test_hazards_on_one_another(ground):
    first, second = ground.make_hazard(east=0), ground.make_hazard(east=2)
    third = ground.make_hazard(east=5)  # touches the second
    found = codes(second)["hazards-overlap"]
    assert first.ref in found.message["en"]
    assert "(33 % of the smaller one)" in found.message["en"]
    assert "م²" in found.message["ar"]
    assert "hazards-overlap" not in codes(third)
    second.ground = square(10)
    second.save()
    assert "hazards-overlap" not in codes(second)
    assert "hazards-overlap" in codes(second, "resolved")


def test_suspected_with_direct_evidence(ground):
    hazard = ground.make_hazard()
    assert not codes(hazard)
    Evidence.objects.create(hazard=hazard, direct=True, type="seen", on=date(2026, 1, 12))
    assert set(codes(hazard)) == {"suspected-with-direct-evidence"}


def test_dates_out_of_order(ground):
    hazard = ground.make_hazard()
    hazard.on = date(2026, 1, 2)
    hazard.save()
    assert "hazard-dates" in codes(hazard)


def test_more_with_a_disability_than_people(ground):
    assert "more-disabled-than-people" in codes(ground.make_hazard(men=2, with_disability=3))
    assert "more-disabled-than-people" not in codes(ground.make_hazard(east=10, men=2, women=1, with_disability=3))


def test_released_twice_outside_and_not_as_stated(ground):
    hazard = ground.make_hazard("confirmed")
    first = ground.make_release(hazard, ground=square(0, 0, 2, 2), reported_m2=40_100)
    assert not codes(first)
    again = ground.make_release(hazard, ground=square(1, 0, 1, 2), reported_m2=10_000)
    assert first.ref in codes(again)["released-twice"].message["en"]
    assert "10,000 m² are stated" in codes(again)["stated-area"].message["en"]
    beyond = ground.make_release(hazard, ground=square(2, 0, 2, 2))
    assert "(50 %)" in codes(beyond)["released-outside"].message["en"]
    right = ground.make_release(hazard, ground=square(1, 0, 1, 2), replaces=again)
    assert "released-twice" in codes(right)  # still on the first
    assert not codes(again)  # replaced: it counts no more


def test_released_ground_that_is_claimed_again(ground):
    release = ground.make_release(ground.make_hazard("confirmed"))
    assert "released-and-claimed" not in codes(release)
    later = ground.make_hazard(on=date(2026, 5, 1), east=1)
    assert later.ref in codes(release)["released-and-claimed"].message["en"]


def test_an_odd_shape_names_what_is_odd(ground):
    x, y = EAST, NORTH
    from django.contrib.gis.geos import MultiPolygon, Polygon

    far = MultiPolygon(Polygon(((x, y), (x + 0.2, y), (x, y + 0.01), (x, y))), srid=4326)
    found = codes(ground.make_hazard(ground=far))["hazard-shape"]
    assert found.message["en"] == "The shape is odd: an edge is longer than 5 km."


def test_an_accident_on_closed_ground_is_told_at_once(ground, client):
    hazard = ground.make_hazard("closed", on=date(2026, 1, 10))
    before = ground.make_accident(on=date(2026, 1, 8))
    assert not codes(before)
    accident = ground.make_accident(on=date(2026, 6, 1))
    found = codes(accident)["accident-on-closed-ground"]
    assert hazard.ref in found.message["en"]
    tell_alarms()
    told = Message.objects.filter(link=f"{PAGE}{found.pk}/")
    people = set(told.values_list("account__login", flat=True))
    assert {ground.im_officer.login, ground.director.login, ground.operations.login, ground.quality.login} <= people
    assert ground.desk.login not in people
    assert ground.ikmaa_officer.login not in people
    count = told.count()
    tell_alarms()
    assert told.count() == count
    client.force_login(ground.im_officer)
    page = client.get(f"{PAGE}{found.pk}/", headers={"accept-language": "en"}).content.decode()
    assert f"/mineaction/hazards/{hazard.ref}/step/reopened/" in page


def test_a_find_while_the_ground_was_worked_on_is_no_alarm(ground):
    hazard = ground.make_hazard("confirmed")
    during = ground.make_find(hazard, on=date(2026, 2, 3))
    ground.make_release(hazard, on=date(2026, 3, 1))
    after = ground.make_find(hazard, on=date(2026, 4, 1))
    assert "find-on-closed-ground" not in codes(during)
    assert "find-on-closed-ground" in codes(after)
    again = ground.make_hazard(on=date(2026, 3, 20))  # suspected again since: known, no news
    assert again.ground.contains(after.point)
    assert "find-on-closed-ground" not in codes(after)


def test_a_find_outside_the_worked_ground(ground):
    hazard = ground.make_hazard("confirmed")
    assert "find-outside-work" not in codes(ground.make_find(hazard))
    assert "find-outside-work" in codes(ground.make_find(hazard, point=spot(9, 9)))
    activity = ground.make_activity(hazard, worked=square(0, 0, 1, 1))
    assert "find-outside-work" in codes(ground.make_find(hazard, activity=activity, point=spot(2, 1)))


def test_an_odd_rate_stands_out_of_the_operators_own(ground):
    activity = ground.make_activity()
    for day in range(3, 15):
        ground.make_day(activity, date(2026, 2, day), area_m2=400 + 5 * day)
    assert not codes(activity)
    ground.make_day(activity, date(2026, 2, 20), area_m2=9000)
    assert "900 m² for each deminer" in codes(activity)["odd-rate"].message["en"]


def test_one_team_at_two_places_and_parts_that_do_not_add_up(ground):
    first, second = ground.make_activity(team="Team 4"), ground.make_activity(team="team 4")
    ground.make_day(first, by_method={"manual": 300, "dogs": 100})
    assert not codes(first)
    ground.make_day(second, by_method={"manual": 300})
    assert first.ref in codes(second)["team-at-two-places"].message["en"]
    assert "add up to 300" in codes(second)["parts-of-day"].message["en"]


def test_a_coarse_position(ground):
    sheet = SurveySheet.objects.create(
        owner=ground.dma, organisation=ground.operator, place=ground.place, on=date(2026, 2, 1), crs_code="EPSG:32638",
        north="grid",
    )  # fmt: skip
    point = SurveyPoint.objects.create(sheet=sheet, mark="SP", label="SP", order=1, entry="absolute", accuracy_m=4)
    assert not codes(sheet)
    point.accuracy_m = 35
    point.save()
    assert "SP is known to 35 m only" in codes(sheet)["coarse-position"].message["en"]


def test_counts_copied_from_month_to_month(ground):
    sessions = [ground.make_session(on=date(2026, month, 5), men=11, women=9, boys=4, girls=6) for month in (1, 2, 3)]
    ground.make_session(on=date(2026, 4, 5), men=12, women=9, boys=4, girls=6)
    assert "11 · 9 · 4 · 6" in codes(sessions[0])["copied-counts"].message["en"]
    assert "nobody-came" in codes(ground.make_session(men=0, girls=0))


def test_a_number_used_for_another_thing(ground):
    ground.make_report("R-5", "hazard", state="superseded")
    second = ground.make_report("R-5", "accident", {"killed": 1}, number=2)
    assert "R-5 · 1" in codes(second)["report-number-reused"].message["en"]
    assert "report-dates" in codes(ground.make_report("R-6", content={"suspected_on": "2026-03-01"}))
    assert "report-sums" in codes(ground.make_report("R-7", "eore", {"men": 3, "girls": 4, "total": 9}))


def test_the_whole_country_is_judged_as_one_record_is(ground):
    first, second = ground.make_hazard(east=0), ground.make_hazard(east=2)
    with transaction.atomic():
        check_country()
    rows = Finding.objects.filter(record_id__in=(first.pk, second.pk))
    assert set(rows.values_list("check_code", flat=True)) == {"hazards-overlap"}
    assert rows.count() == 2


def test_findings_are_decided_by_the_authority_and_answered_by_the_operator(ground, client):
    first = ground.make_hazard(east=0)
    ground.make_hazard(east=2)
    finding = codes(first)["hazards-overlap"]
    address = f"{PAGE}{finding.pk}/"

    def post(user, status, **data):
        client.force_login(user)
        answer = client.post(address, data, headers={"accept-language": "en"})
        assert answer.status_code == status
        finding.refresh_from_db()

    for stranger in (ground.rival_desk, ground.ikmaa_officer, ground.partner):
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert first.ref not in client.get(PAGE).content.decode()
    client.force_login(ground.im_officer)
    listed = client.get(PAGE, {"check": "hazards-overlap"}, headers={"accept-language": "en"}).content.decode()
    assert first.ref in listed
    assert client.get(f"{PAGE}shapes", {"check": "hazards-overlap"}).json()["features"]
    shapes = client.get(f"{address}shapes").json()["features"]
    assert {one["properties"]["what"] for one in shapes} == {"hazard"}
    post(ground.desk, 403, action="explained", text="Ours is the newer one")
    post(ground.desk, 302, action="comment", text="Ours is the newer one")
    post(ground.im_officer, 422, action="explained", text="")
    post(ground.im_officer, 302, action="assign", to=str(ground.second.pk))
    post(ground.im_officer, 302, action="explained", text="Two layers, both surveyed")
    assert (finding.state, finding.assigned_to) == ("explained", ground.second)
    assert codes(first, "explained")  # it stays excused while it is so


def test_the_point_of_an_accident_lies_where_it_lies(ground):
    accident = ground.make_accident(point=Point(EAST + 1, NORTH, srid=4326), on=date(2026, 6, 1))
    ground.make_hazard("closed")
    assert not codes(accident)


def test_work_of_an_operator_without_accreditation(ground):
    work = ground.make_report("R-8", "progress", {"type": "manual"})
    cleared = ground.make_report("R-9", "release", {"type": "cleared"})
    for report in (work, cleared):
        assert "report-without-accreditation" in codes(report)
    ground.make_accreditation(activity="dogs")
    assert "report-without-accreditation" in codes(work)
    assert "report-without-accreditation" not in codes(cleared)
    ground.make_accreditation()
    assert "report-without-accreditation" not in codes(work)
    assert "report-without-accreditation" not in codes(ground.make_report("R-10", "progress", {"type": "nts"}))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_list_is_downloaded_as_its_reader_sees_it(client, ground, kind):
    hazard, other = ground.make_hazard(east=0), ground.make_hazard(east=2)
    check_record(other)
    client.force_login(ground.im_officer)
    answer = client.get(f"{PAGE}findings.{kind}?check=hazards-overlap", headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert f"{PAGE}findings.{kind}?" in client.get(PAGE).content.decode()
    data = answer.getvalue()
    if kind == "csv":
        text = data.decode("utf-8-sig")
        assert hazard.ref in text
        assert other.ref in text
        assert "Hazards on one another" in text
    client.force_login(ground.rival_desk)
    hidden = client.get(f"{PAGE}findings.csv", headers={"accept-language": "en"}).getvalue().decode("utf-8-sig")
    assert hazard.ref not in hidden
    assert other.ref not in hidden


def test_a_file_of_findings_says_what_the_address_got_wrong(client, ground):
    client.force_login(ground.im_officer)
    assert client.get(f"{PAGE}findings.csv?severity=9").status_code == 400
    assert client.get(f"{PAGE}findings.pdf").status_code == 404
