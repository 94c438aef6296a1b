"""A station's page: its sources, as known at any moment, the history of a value, and its files."""

import csv
import io
from datetime import timedelta
from urllib.parse import urlencode
from xml.etree import ElementTree

import numpy as np
import pytest

from rafid.programmes.rivers.station.queries import disagreement, sources, stops
from rafid.programmes.rivers.values.recording import Reading, record_values

from .conftest import at

pytestmark = pytest.mark.django_db

PAGE = "/rivers/stations/tt-town/"
WML = "{http://www.opengis.net/waterml/2.0}"


@pytest.fixture(autouse=True)
def _reads_english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def gauge(river):
    """Ten days of a gauge; the fifth was a slip, corrected two days later; an altimeter that lies 0.3 m higher."""
    river.station = river.make_station()
    river.stage = river.make_series(river.station, preferred=True)
    river.satellite = river.make_series(river.station, origin="altimetry", origin_name="S3A", step="irregular")
    rows = [Reading(river.stage.pk, at(day), 25.0 if day == 5 else 2 + day / 10, day) for day in range(1, 11)]
    record_values(rows, user=river.reader, origin="sheet:1", known_from=at(10, 12))
    fixed = Reading(river.stage.pk, at(5), 2.5)
    record_values([fixed], user=river.hydrologist, origin="person", reason="Lost decimal", known_from=at(12))
    seen = [Reading(river.satellite.pk, at(day, 20), 2.3 + day / 10) for day in (2, 6, 9)]
    record_values(seen, user=river.hydrologist, origin="import:1", known_from=at(10, 13))
    return river


def window(**more):
    return "?" + urlencode({"days": "30", "to": "2026-03-15T00:00", **more})


def test_the_page_shows_what_is_known_now_and_what_was_known_then(gauge, client):
    client.force_login(gauge.hydrologist)
    now = client.get(PAGE + window()).content.decode()
    assert "<svg" in now
    assert "25.00" not in now
    then = client.get(PAGE + window(known_at="2026-03-11T00:00")).content.decode()
    assert "25.00" in then
    assert "Lost decimal" in now
    assert "Lost decimal" not in then
    before = client.get(PAGE + window(known_at="2026-03-09T00:00")).content.decode()
    assert "No value in this window." in before
    part = client.get(PAGE + window(), headers={"HX-Request": "true"}).content.decode()
    assert part.startswith('<div id="picture">')
    answer = client.get(PAGE + window(known_at="yesterday"))
    assert (answer.status_code, "is no time" in answer.content.decode()) == (422, True)


def test_the_slider_stops_where_a_value_became_another_one(gauge):
    rows = [gauge.stage, gauge.satellite]
    assert stops(gauge.hydrologist, rows, start=at(1), end=at(15)) == [at(12)]
    assert stops(gauge.hydrologist, rows, start=at(6), end=at(15)) == []


def test_sources_disagree_by_so_much(gauge):
    rows = [gauge.stage, gauge.satellite]
    (one,) = disagreement(sources(gauge.hydrologist, rows, start=at(1), end=at(15)))
    assert (one.count, one.source.series) == (3, gauge.satellite)
    assert one.mean == pytest.approx(0.3)
    (then,) = disagreement(sources(gauge.hydrologist, rows, start=at(1), end=at(4), known_at=at(11)))
    assert then.count == 1
    assert disagreement(sources(gauge.hydrologist, rows, start=at(3), end=at(5))) == []


def test_an_altimeter_with_another_zero_stands_beside_the_gauge(gauge, client):
    altimeter = type(gauge.stage).objects.create(
        station=gauge.station, variable="water_level_altimetry", unit="m", step="irregular", origin="altimetry",
        origin_name="Jason-3", known_at=gauge.stage.known_at, owner=gauge.ministry, place=gauge.place,
    )  # fmt: skip
    seen = [Reading(altimeter.pk, at(day, 20), 33.5 + day / 10 + 0.02 * (day == 9)) for day in (2, 4, 6, 9)]
    record_values(seen, user=gauge.hydrologist, origin="import:2")
    client.force_login(gauge.hydrologist)
    answer = client.get(PAGE + window(variable="stage"))
    (shown,) = [one for one in answer.context["found"] if one["series"] == altimeter]
    assert shown["offset"] == pytest.approx(31.5)
    assert shown["last_value"] == pytest.approx(34.42), "what it said, as it said it"
    (apart,) = [one for one in answer.context["apart"] if one.source.series == altimeter]
    assert (apart.count, round(apart.most, 2)) == (4, 0.02)
    assert "its zero lies 31.50 m off" in answer.content.decode()
    own = client.get(PAGE + window(variable="water_level_altimetry")).context
    assert own["found"][0]["series"] == altimeter


def test_all_that_was_known_of_a_value(gauge, client):
    path = f"{PAGE}{gauge.stage.pk}/versions/?time=2026-03-05T06:00:00Z"
    page = client.get(path).content.decode()
    assert page.index("2.500") < page.index("25.000")
    assert "Lost decimal" not in page
    client.force_login(gauge.hydrologist)
    assert "Lost decimal" in client.get(path).content.decode()
    for wrong in ("2026-03-05T07:00:00Z", "yesterday"):
        assert client.get(f"{PAGE}{gauge.stage.pk}/versions/?time={wrong}").status_code == 404
    other = gauge.make_station("tt-lower")
    assert (
        client.get(f"/rivers/stations/{other.code}/{gauge.stage.pk}/versions/?time=2026-03-05T06:00Z").status_code
        == 404
    )


def test_files_hold_the_window_as_it_was_known(gauge, client):
    path = f"{PAGE}{gauge.stage.pk}.csv"
    rows = list(csv.reader(io.StringIO(client.get(path).content.decode())))
    assert len(rows) == 11
    assert rows[0][1] == "stage [m]"
    assert rows[5][:3] == ["2026-03-05T09:00:00+03:00", "2.5", "2"]
    asked = urlencode({"from": "2026-03-04T00:00Z", "to": "2026-03-06T00:00Z", "known_at": "2026-03-11T00:00Z"})
    then = list(csv.reader(io.StringIO(client.get(f"{path}?{asked}").content.decode())))
    assert [row[1] for row in then[1:]] == ["2.4", "25.0"]
    book = client.get(f"{PAGE}{gauge.stage.pk}.xlsx")
    assert book.content[:2] == b"PK"
    assert client.get(f"{PAGE}{gauge.stage.pk}.ods").status_code == 404


def test_waterml_goes_out_and_comes_in_again(gauge, client):
    from rafid.programmes.rivers.arriving.readers.waterml import read_waterml

    record_values([Reading(gauge.stage.pk, at(11), None)], user=gauge.reader, origin="sheet:2")
    answer = client.get(f"/api/v1/rivers/series/{gauge.stage.pk}/waterml")
    assert answer["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{WML}Collection"
    assert len(root.findall(f".//{WML}MeasurementTVP")) == 11
    found = read_waterml(answer.content)
    assert not found.refused
    assert {(one.station, one.variable, one.unit) for one in found.rows} == {("tt-town", "stage", "m")}
    values = [np.nan if one.value is None else one.value for one in sorted(found.rows, key=lambda one: one.time)]
    np.testing.assert_allclose(values[:10], [2 + day / 10 for day in range(1, 11)])
    then = client.get(f"/api/v1/rivers/series/{gauge.stage.pk}/waterml?known_at=2026-03-11T00:00Z").content.decode()
    assert "<wml2:value>25.0</wml2:value>" in then
    assert client.get("/api/v1/rivers/series/nothing/waterml").status_code == 404


def test_who_does_not_see_a_series_sees_nothing_of_it(gauge, client):
    gauge.satellite.sensitivity = 2
    gauge.satellite.save()
    page = client.get(PAGE + window()).content.decode()
    assert "S3A" not in page
    assert client.get(f"{PAGE}{gauge.satellite.pk}.csv").status_code == 404
    assert client.get(f"/api/v1/rivers/series/{gauge.satellite.pk}/waterml").status_code == 404
    gauge.stage.embargo_hours = 24 * 365 * 100
    gauge.stage.save()
    assert "No value in this window." in client.get(PAGE + window()).content.decode()
    assert list(csv.reader(io.StringIO(client.get(f"{PAGE}{gauge.stage.pk}.csv").content.decode())))[1:] == []
    assert client.get(f"{PAGE}{gauge.stage.pk}/versions/?time=2026-03-05T06:00:00Z").status_code == 404
    assert stops(gauge.partner, [gauge.stage], start=at(1), end=at(15)) == []
    gauge.station.sensitivity = 2
    gauge.station.save()
    assert client.get(PAGE).status_code == 404
    client.force_login(gauge.hydrologist)
    assert "S3A" in client.get(PAGE + window()).content.decode()


def test_a_station_without_series_and_a_long_record(gauge, client):
    gauge.make_station("tt-lower")
    assert client.get("/rivers/stations/tt-lower/").status_code == 200
    assert client.get("/rivers/stations/nowhere/").status_code == 404
    many = [
        Reading(gauge.stage.pk, at(1, month=1, year=2020) + timedelta(days=i), 2 + (i % 90) / 50) for i in range(2000)
    ]
    record_values(many, user=gauge.reader, origin="import:2")
    page = client.get(PAGE + window(days="3653"))
    assert page.status_code == 200
    assert len(page.content) < 120_000


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_page_in_three_languages(gauge, client, language):
    page = client.get(f"{PAGE}{window(lang=language)}").content.decode()
    assert ("Sources side by side" in page) == (language == "en")


def test_the_workbook_has_tags_and_a_demonstration_says_so(client, river, gauge):
    import openpyxl

    type(gauge.stage).everything.filter(pk=gauge.stage.pk).update(source="demonstration")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}{gauge.stage.pk}.xlsx?lang=en").content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][0] == "time"
    assert rows[1][:3] == ("#date+observed", "#indicator+num+stage", "#indicator+quality+code")
    assert {row[-1] for row in rows[2:]} == {"DEMONSTRATION: invented records"}
    assert ("Note", "DEMONSTRATION: invented records") in list(book.worksheets[1].iter_rows(values_only=True))
    assert b"DEMONSTRATION" in client.get(f"{PAGE}{gauge.stage.pk}.csv").content
    waterml = ElementTree.fromstring(client.get(f"/api/v1/rivers/series/{gauge.stage.pk}/waterml").content)
    assert waterml.find(".//{http://www.opengis.net/gml/3.2}description").text.startswith("DEMONSTRATION")


def test_programs_are_led_to_the_same_values(client, gauge):
    page = client.get(PAGE).content.decode()
    for part in (
        f"/api/v1/rivers/series/{gauge.stage.pk}/netcdf?",
        f"/sta/v1.1/Datastreams({gauge.stage.pk})/Observations?",
        "/edr/collections/rivers/locations/",
    ):
        assert part in page
        address = page.partition(f'href="{part}')[2].partition('"')[0]
        answer = client.get((part + address).replace("&amp;", "&").replace("&#x27;", "'"))
        assert answer.status_code == 200, (part, answer.content[:300])
