"""Pages, files and addresses of field books: who reaches them, and what they answer."""

from __future__ import annotations

import json
import re
from datetime import date
from xml.etree import ElementTree as xml

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.programmes.mineaction.fieldbook.keep import Head, keep
from rafid.programmes.mineaction.models import FieldReport, SurveySheet
from tests.programmes.mineaction.test_fieldbook import MAGNETIC, magnetic

pytestmark = pytest.mark.django_db

TRACE = "/api/v1/mineaction/survey/trace"
READINGS = "/api/v1/mineaction/survey/readings"
NEW = "/mineaction/fieldbook/new/"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"0" * 64


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def sheet(ground):
    head = Head(authority=ground.dma, operator=ground.operator, place=ground.place, observer="Team <4>")
    return keep(magnetic(on=date(2026, 1, 5)), head, by=ground.desk)


def posted(client, address, body):
    return client.post(address, json.dumps(body), content_type="application/json", headers={"accept-language": "en"})


def legs(*pairs):
    return [{"bearing": bearing, "distance": distance} for bearing, distance in pairs]


OPEN = {
    "crs": "EPSG:32638", "start": [440000, 3990000], "north": "grid", "ground_distances": False,
    "legs": legs((45, 100), (120, 150), (200, 120), (275, 160)),
}  # fmt: skip


def test_a_trace_answers_and_keeps_nothing(ground, client):
    client.force_login(ground.desk)
    found = posted(client, TRACE, OPEN).json()
    assert found["points"][-1] == pytest.approx([440000.181, 3989896.892], abs=0.001)
    assert found["closing_leg"] == pytest.approx([359.8995, 103.108], abs=0.001)
    assert found["plane_area"] == pytest.approx(26859.375, abs=0.01)
    assert found["ellipsoidal_area"] == pytest.approx(26878.497, abs=0.01)
    assert (found["misclosure"], found["ratio"], found["findings"]) == ([0, 0], None, [])
    assert not SurveySheet.objects.filter(owner=ground.dma).exists()


def test_a_trace_that_closes_and_one_from_another_point(ground, client):
    client.force_login(ground.desk)
    closed = {**OPEN, "closed": True, "legs": legs((0, 200), (90, 150), (180, 200.6), (270, 149.2))}
    found = posted(client, TRACE, closed).json()
    assert found["misclosure"] == pytest.approx([0.8, -0.6], abs=1e-6)
    assert found["ratio"] == pytest.approx(699.8, abs=0.01)
    branch = {**OPEN, "legs": [*legs((0, 100)), {"bearing": 90, "distance": 50, "from": 0}]}
    assert posted(client, TRACE, branch).json()["points"][-1] == pytest.approx([440050, 3990000])
    magnetic = {**OPEN, "north": "magnetic", "on": "2026-07-01", "start": [557000, 3935000], "ground_distances": True}
    assert posted(client, TRACE, magnetic).json()["declination"] == pytest.approx(5.256, abs=0.001)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"legs": []}, "no leg"),
        ({"legs": legs((400, 100))}, "400"),
        ({"legs": legs((40, 0))}, "distance 0"),
        ({"north": "unknown"}, "unknown"),
        ({"crs": "EPSG:4326", "start": [44.3, 36.0]}, "no grid in metres"),
        ({"crs": "EPSG:99999999"}, "no grid in metres"),
        ({"north": "magnetic"}, "day of observation"),
        ({"start": [1e300, 1e300]}, "outside their grid"),
        ({"north": "magnetic", "on": "1850-01-01"}, "1850"),
        ({"legs": [{"bearing": "x", "distance": 1}]}, ""),
        ({"legs": [{"bearing": 1, "distance": 1, "from": 7}]}, "not there yet"),
    ],
)
def test_a_wrong_trace_is_refused_with_a_sentence(ground, client, change, words):
    client.force_login(ground.desk)
    answer = posted(client, TRACE, {**OPEN, **change})
    assert answer.status_code == 422
    assert words in answer.json()["detail"] + json.dumps(answer.json()["errors"])


WRONG = {
    "crs": "EPSG:4326", "start": [44.3, 36.0], "north": "unknown",
    "legs": [{"bearing": 400, "distance": 0}, {"bearing": 10, "distance": 5, "from": 9}],
}  # fmt: skip


def test_all_that_is_wrong_with_a_trace_is_told_by_its_place(ground, client):
    client.force_login(ground.desk)
    answer = posted(client, TRACE, WRONG)
    named = [one["where"] for one in answer.json()["errors"]]
    assert named == ["crs", "north", "legs.1.bearing", "legs.1.distance", "legs.2.from"]


@pytest.mark.parametrize("language", ["ar", "ckb"])
@pytest.mark.parametrize(
    ("address", "body"),
    [
        (TRACE, WRONG),
        (TRACE, {**OPEN, "legs": []}),
        (TRACE, {**OPEN, "start": [1e300, 1e300]}),
        (TRACE, {**OPEN, "north": "magnetic"}),
        (TRACE, {**OPEN, "north": "magnetic", "on": "1850-01-01"}),
        (READINGS, {"x": "abc", "y": "1"}),
        (READINGS, {"x": 1, "y": 1, "crs": "EPSG:99999999"}),
        (READINGS, {"x": 1, "y": 1, "near": [44, 500]}),
        (READINGS, {"x": 1, "y": 1, "within": {"type": "Point", "coordinates": [44, 36]}}),
    ],
)
def test_what_is_wrong_is_told_in_the_language_that_was_asked(ground, client, language, address, body):
    client.force_login(ground.desk)
    answer = posted(client, f"{address}?lang={language}", body)
    assert answer.status_code == 422
    for one in answer.json()["errors"]:
        words = [word for word in re.findall(r"[A-Za-z]{4,}", one["message"]) if word not in ("EPSG", "grid", "true")]
        assert set(words) <= {"unknown", "magnetic", "GeoJSON", "Polygon"}, one["message"]


def test_a_trace_tells_of_a_crossing_and_of_another_country(ground, client):
    client.force_login(ground.desk)
    bow = {**OPEN, "start": [440000, 3990000], "legs": legs((45, 100), (180, 100), (315, 100))}
    found = posted(client, TRACE, bow).json()
    assert (found["plane_area"], [one["code"] for one in found["findings"]]) == (None, ["invalid"])
    away = posted(client, TRACE, {**OPEN, "crs": "EPSG:32639", "start": [557000, 3935000]}).json()
    assert [one["code"] for one in away["findings"]] == ["outside_country"]


def test_readings_of_two_numbers(ground, client):
    client.force_login(ground.desk)
    box = {"type": "Polygon", "coordinates": [[[43, 35], [45.5, 35], [45.5, 37], [43, 37], [43, 35]]]}
    found = posted(client, READINGS, {"x": "440000", "y": 3990000, "crs": "EPSG:32639", "within": box}).json()
    assert found["next"] is None
    best = found["items"][0]
    assert (best["crs"], best["swapped"], best["inside"]) == ("EPSG:32638", False, True)
    assert (best["lon"], best["lat"]) == pytest.approx((44.33384, 36.05271), abs=1e-5)
    assert posted(client, READINGS, {"x": "abc", "y": 1}).status_code == 422
    assert posted(client, READINGS, {"x": 1, "y": 1, "within": {"type": "Nothing"}}).status_code == 422
    assert posted(client, READINGS, {"x": 1, "y": 1, "place": "NOWHERE"}).status_code == 422


def test_nobody_draws_without_an_account(client, ground):
    for address in (TRACE, READINGS, "/api/v1/mineaction/survey/book", "/api/v1/mineaction/survey/book/readings"):
        assert posted(client, address, OPEN | {"x": 1, "y": 1}).status_code == 401


def form(ground, **more):
    return {
        "authority": str(ground.dma.pk), "operator": str(ground.operator.pk), "place": ground.place.ref, "on": "2026-01-05",
        "crs": "EPSG:32638", "north": "magnetic", "bearing_unit": "degrees", "distance_unit": "m", "taped": "ground",
        "rows": MAGNETIC, **more,
    }  # fmt: skip


def test_a_book_is_entered_with_its_page(ground, client):
    client.force_login(ground.desk)
    assert client.get(NEW).status_code == 200
    answer = client.post(NEW, form(ground, scan=SimpleUploadedFile("page.png", PNG)))
    sheet = SurveySheet.objects.get(owner=ground.dma)
    assert answer.url.startswith(f"/mineaction/fieldbook/{sheet.ref}/")
    page = client.get(f"/mineaction/fieldbook/{sheet.ref}/?lang=en").content.decode()
    assert "3,935,000.00" in page
    assert b"".join(client.get(f"/mineaction/fieldbook/{sheet.ref}/scan")) == PNG
    assert sheet.ref in client.get("/mineaction/fieldbook/").content.decode()
    wrong = client.post(NEW, form(ground, scan=SimpleUploadedFile("page.png", b"<script>")))
    assert wrong.status_code == 422
    assert SurveySheet.objects.filter(owner=ground.dma).count() == 1


def test_a_refused_book_comes_back_with_all_that_was_typed(ground, client):
    client.force_login(ground.desk)
    answer = client.post(
        NEW, form(ground, rows="SP\tSP\t\t\t\t1\t2\nTP\t\t\t400\tx"), headers={"accept-language": "en"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "not in 0 to 360" in page
    assert "TP\t\t\t400\tx" in page


def test_who_reaches_a_sheet(ground, client, sheet):
    address = f"/mineaction/fieldbook/{sheet.ref}/"
    for person, status in ((ground.im_officer, 200), (ground.desk, 200), (ground.rival_desk, 404), (ground.partner, 404), (ground.ikmaa_officer, 404)):  # fmt: skip
        client.force_login(person)
        assert client.get(address).status_code == status
        for more in ("sheet.pdf", "sheet.kml", "sheet.gpx"):
            assert client.get(address + more).status_code == status
    client.force_login(ground.quality)
    assert client.get(address).status_code == 200
    assert client.get(address + "hand-over/").status_code == 403
    assert client.get(NEW).status_code == 403
    client.force_login(ground.rival_desk)
    assert client.get(f"{NEW}?replaces={sheet.ref}").status_code == 404
    assert client.post(NEW, form(ground)).status_code == 422, "another operator's work is not his to enter"
    client.logout()
    assert client.get(address).status_code == 302


def test_files_of_a_sheet(ground, client, sheet):
    client.force_login(ground.desk)
    address = f"/mineaction/fieldbook/{sheet.ref}/"
    kml = xml.fromstring(client.get(address + "sheet.kml").content)
    space = "{http://www.opengis.net/kml/2.2}"
    names = [one.findtext(f"{space}name") for one in kml.iter(f"{space}Placemark")]
    assert names == [sheet.ref, "SP", "TP1", "TP2", "TP3"]
    gpx = xml.fromstring(client.get(address + "sheet.gpx?lang=en").content)
    route = gpx.findall("{*}rte/{*}rtept")
    assert len(route) == 4
    assert float(route[0].get("lon")) == pytest.approx(sheet.marks.get(label="SP").point.x, abs=1e-7)
    assert "no record" in gpx.findtext("{*}metadata/{*}desc").lower()
    for language in ("ar", "ckb", "en"):
        pdf = client.get(f"{address}sheet.pdf?lang={language}")
        assert pdf.content.startswith(b"%PDF-")


def test_a_demonstration_sheet_says_so_everywhere(ground, client, sheet):
    SurveySheet.objects.filter(pk=sheet.pk).update(source="demonstration")
    client.force_login(ground.desk)
    address = f"/mineaction/fieldbook/{sheet.ref}/"
    for more in ("", "sheet.kml", "sheet.gpx"):
        assert "DEMONSTRATION" in client.get(f"{address}{more}?lang=en").content.decode()


def test_a_sheet_is_handed_over_on_its_page(ground, client, sheet):
    client.force_login(ground.desk)
    address = f"/mineaction/fieldbook/{sheet.ref}/hand-over/"
    wrong = client.post(
        address, {"what": "ground", "reference": "B-1", "hazard": "DMA-0"}, headers={"accept-language": "en"}
    )
    assert "No hazard has this number" in wrong.content.decode()
    answer = client.post(address, {"what": "new", "reference": "B-1", "type": "minefield"})
    report = FieldReport.objects.get(owner=ground.dma)
    assert (answer.status_code, report.content["sheet"]) == (302, sheet.ref)
    assert "B-1" in client.get(f"/mineaction/fieldbook/{sheet.ref}/").content.decode()
