"""Accidents, statistics of victims, risk education and affected villages, as everybody and as those with a right see them."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import numpy as np
import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from rafid.commons.people.access_log import readings_of
from rafid.commons.places.models import Level, Place
from rafid.methods.disclosure import attack_intervals
from rafid.programmes.mineaction.models import Accident, EoreSession
from rafid.programmes.mineaction.people import statistics
from rafid.programmes.mineaction.people.labels import Audience, doubts, read
from rafid.programmes.mineaction.people.statistics import Person, sums_of
from rafid.programmes.mineaction.people.villages import villages

from .conftest import EAST, NORTH, spot

pytestmark = pytest.mark.django_db


def get(client, user, path, status=200, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == status, (path, answer.status_code)
    return answer


def body(answer):
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")


def table(answer):
    return list(csv.DictReader(io.StringIO(body(answer).lstrip("\ufeff"))))


# --- accidents


def test_an_accident_is_exact_for_its_authority_and_coarse_for_everybody(ground, client):
    hazard = ground.make_hazard("confirmed")
    inside, outside = ground.make_accident(), ground.make_accident(point=spot(50, 50), killed=2)
    shown = body(get(client, ground.im_officer, "/mineaction/accidents/"))
    assert inside.ref in shown
    assert outside.ref in shown
    assert f"/mineaction/hazards/{hazard.ref}/" in shown
    assert "no record" in shown
    for user in (None, ground.partner):
        public = body(get(client, user, "/mineaction/accidents/", year="2026"))
        assert inside.ref not in public
        features = get(client, user, "/mineaction/accidents/shapes").json()["features"]
        for one in features:
            x, y = one["geometry"]["coordinates"]
            assert (round(x / 0.05, 6) % 1, round(y / 0.05, 6) % 1) == (0, 0)
        get(client, user, f"/mineaction/accidents/{inside.ref}/", 404)
    assert hazard.ref in body(get(client, ground.im_officer, f"/mineaction/accidents/{inside.ref}/"))
    rows = table(get(client, ground.im_officer, "/mineaction/accidents.csv"))
    assert {row["ref"]: row["inside"] for row in rows} == {inside.ref: hazard.ref, outside.ref: ""}
    get(client, None, "/mineaction/accidents.csv", 404, type="nothing")
    get(client, None, "/mineaction/accidents.exe", 404)


def test_the_addresses_of_accidents(ground, client):
    accident = ground.make_accident(killed=1)
    found = get(client, ground.im_officer, f"/api/v1/mineaction/accidents/{accident.ref}").json()
    assert (found["ref"], found["killed"], found["precision"]) == (accident.ref, 1, "exact")
    items = get(client, None, "/api/v1/mineaction/accidents", limit=500).json()["items"]
    mine = next(one for one in items if one["id"] == str(accident.pk))
    assert (mine["killed"], mine["place"], mine["precision"]) == (None, None, "5 km")
    get(client, None, f"/api/v1/mineaction/accidents/{accident.ref}", 404)


def test_the_address_of_victims_asks_for_right_and_reason_and_has_no_names(ground, client):
    victim = ground.make_victim("Zubaydaqx", doing="herding")
    path = "/api/v1/mineaction/victims"
    for user in (None, ground.im_officer, ground.director, ground.partner, ground.desk):
        get(client, user, path, 404, purpose="x")
    get(client, ground.victim_assistance, path, 422)
    found = get(client, ground.victim_assistance, path, purpose="Yearly report")
    (item,) = found.json()["items"]
    assert (item["ref"], item["activity"]) == (victim.ref, "herding")
    assert "Zubaydaqx" not in body(found)
    assert readings_of(victim).get().purpose == "Yearly report"


# --- statistics


def crowd(seed=3, number=400):
    chance = np.random.default_rng(seed)

    def of(*codes):
        return str(chance.choice(codes, p=np.arange(len(codes), 0, -1) / sum(range(1, len(codes) + 1))))

    return [
        Person(
            of("2025", "2024", "2023"), of("male", "female"), of("adult", "child", "unknown"),
            of("mine", "erw", "ied", "other"), of("livelihood", "playing", "handling"),
        )
        for _ in range(number)
    ]  # fmt: skip


def test_no_small_count_can_be_worked_out_from_all_tables_together():
    people = crowd()
    true = statistics._cells(people)
    found = statistics.count(people)
    cells = list(true)
    assert any(0 < true[cell] < 5 for cell in cells)
    assert {cell: value for cell, value in found.cells.items() if value is not None}.items() <= true.items()
    given = np.array([np.nan if found.cells[cell] is None else found.cells[cell] for cell in cells])
    assert 0.3 < np.isfinite(given).mean() < 1
    low, high = attack_intervals(given, sums=sums_of({cell: at for at, cell in enumerate(cells)}))
    small = np.array([0 < true[cell] < 5 for cell in cells])
    assert np.isnan(given[small]).all()
    assert (high - low >= 5 - 1e-6)[small].all()


def test_the_statistics_are_public_without_small_counts(ground, client):
    for _ in range(3):
        ground.make_victim("Hidden", sex="female", age=9, age_given="age", on=date(2019, 2, 1))
    for number in range(9):
        ground.make_victim("Hidden", sex="male", age=30, age_given="age", on=date(2019, 3, 1 + number))
    rows = table(get(client, None, "/mineaction/victim-statistics.csv"))
    year = {
        (row["sex"], row["age"]): row
        for row in rows
        if row["year"] == "2019" and row["device"] == row["activity"] == "all"
    }
    assert year["all", "all"]["persons"] in ("12", "")
    assert year["female", "child"]["persons"] == ""
    assert year["female", "child"]["withheld"].casefold() in ("true", "1")
    page = body(get(client, None, "/mineaction/victim-statistics/", by="activity"))
    assert "Counts from 1 to 4 are withheld" in page
    assert "Hidden" not in page
    items = get(client, None, "/api/v1/mineaction/victim-statistics").json()["items"]
    assert all(one["persons"] is None or one["persons"] >= 5 for one in items)
    assert all((one["persons"] is None) == one["withheld"] for one in items)


# --- risk education


def test_sessions_are_public_and_counted(ground, client):
    session = ground.make_session(on=date(2026, 2, 3), women=4, boys=2, with_disability=1, point=spot())
    page = body(get(client, None, "/mineaction/eore/", place=ground.place.ref))
    assert session.ref in page
    (row,) = table(get(client, None, "/mineaction/eore.csv", place=ground.place.ref))
    assert [row[name] for name in ("men", "women", "boys", "girls", "with_disability")] == ["5", "4", "2", "7", "1"]
    (item,) = get(client, None, "/api/v1/mineaction/eore", place=ground.place.ref).json()["items"]
    assert item["audience"] == 18
    shapes = get(client, None, "/mineaction/eore/shapes", place=ground.place.ref).json()["features"]
    assert len(shapes) == 1
    get(client, None, "/mineaction/eore.csv", 404, place="nowhere-at-all")
    assert "does not know" in body(get(client, None, "/mineaction/eore/", year="1901"))


def test_a_session_is_entered_by_whoever_teaches(ground, client):
    for user in (None, ground.partner, ground.desk, ground.im_officer):
        get(client, user, "/mineaction/eore/new/", 404)
    sent = {
        "owner": ground.dma.pk, "on": "2026-02-05", "place": ground.place.ref, "method": "school", "men": 0, "women": 1, "boys": 14,
        "girls": 15, "with_disability": 2, "campaign": "Spring",
    }  # fmt: skip
    client.force_login(ground.eore_officer)
    too_many = client.post("/mineaction/eore/new/", {**sent, "with_disability": 99}, headers={"accept-language": "en"})
    assert "More people with a disability" in too_many.content.decode()
    nobody = client.post("/mineaction/eore/new/", {**sent, "women": 0, "boys": 0, "girls": 0, "with_disability": 0})
    assert nobody.status_code == 422
    assert client.post("/mineaction/eore/new/", sent).status_code == 302
    assert EoreSession.objects.get(owner=ground.dma).audience == 30


# --- villages


@pytest.fixture
def hamlets(ground):
    """At the hazard, 3 km and 30 km from it."""

    def village(ref, north):
        return Place.objects.create(
            ref=ref, level=Level.SETTLEMENT, division="settlement", name_en=ref, parent=ground.place,
            point=Point(EAST + 0.0015, NORTH + 0.001 + north / 111.2, srid=4326),
        )  # fmt: skip

    ground.make_hazard("confirmed")
    return village("TV-NEAR", 0), village("TV-THREE", 3), village("TV-FAR", 30)


def found(user, ground, **values):
    return {one.place.ref: one for one in villages(user, ground.place, today=date(2026, 6, 1), **values)}


def test_villages_near_open_hazards_and_which_a_session_reached(ground, hamlets):
    near, three, _far = hamlets
    rows = found(ground.eore_officer, ground)
    assert set(rows) == {"TV-NEAR", "TV-THREE"}
    assert rows["TV-NEAR"].km == 0
    assert rows["TV-THREE"].km == pytest.approx(2.9, abs=0.2)
    assert not any(one.reached for one in rows.values())
    assert set(found(ground.eore_officer, ground, near_km=1)) == {"TV-NEAR"}
    ground.make_session(place=near, on=date(2026, 2, 1))
    ground.make_session(point=Point(three.point.x, three.point.y + 0.01, srid=4326), on=date(2026, 3, 1), men=10)
    ground.make_session(place=three, on=date(2023, 1, 1), men=500)
    rows = found(ground.eore_officer, ground)
    assert (rows["TV-NEAR"].sessions, rows["TV-NEAR"].last_on) == (1, date(2026, 2, 1))
    assert (rows["TV-THREE"].sessions, rows["TV-THREE"].people) == (1, 17)


def test_only_open_hazards_affect_and_strangers_see_the_grid(ground, hamlets):
    from rafid.programmes.mineaction.models import Hazard

    for user in (ground.partner, ground.world.stranger):
        rows = found(user, ground)
        assert set(rows) == {"TV-NEAR", "TV-THREE"}
        assert rows["TV-NEAR"].km > 0
    # An operator sees exactly what is its own, and that alone.
    assert not found(ground.rival_desk, ground)
    Hazard.objects.filter(owner=ground.dma).update(deleted_at="2026-06-01T00:00Z", deleted_why="twice")
    ground.make_hazard("closed")
    assert not found(ground.eore_officer, ground)


def test_maps_open_where_the_rows_lie(ground, hamlets, client):
    ground.make_accident(point=ground.spot())
    ground.make_session(point=ground.spot())
    for path in ("/mineaction/accidents/", "/mineaction/eore/", "/mineaction/eore/villages/"):
        page = get(client, ground.im_officer, path, place=ground.place.ref, show="all").content.decode()
        corners = re.search(r'data-bounds="([^"]+)"', page)
        assert corners, path
        west, south, east, north = map(float, corners[1].split(","))
        assert west < 44.33 < east, path
        assert south < 36.05 < north, path


def test_the_pages_and_files_of_villages(ground, hamlets, client):
    path = "/mineaction/eore/villages"
    page = body(get(client, ground.eore_officer, f"{path}/", place=ground.place.ref))
    assert "TV-THREE" in page
    rows = table(get(client, ground.eore_officer, f"{path}.csv", place=ground.place.ref, near="1"))
    assert [row["village"] for row in rows] == ["TV-NEAR"]
    features = get(client, ground.eore_officer, f"{path}/shapes", place=ground.place.ref).json()["features"]
    assert {one["properties"]["kind"] for one in features} == {"unreached"}
    items = get(client, None, "/api/v1/mineaction/eore/villages", place=ground.place.ref, reached="false").json()[
        "items"
    ]
    assert {one["place"] for one in items} == {"TV-NEAR", "TV-THREE"}
    get(client, None, "/api/v1/mineaction/eore/villages", 422, near_km="900")
    assert "No village is left out" not in page


# --- labels


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("fem_adlt", Audience("female", "adult")), ("children", Audience("", "child")), ("Women (18+)", Audience("female", "adult")),
        ("عدد الأطفال الذكور", Audience("male", "child")), ("ژمارەی کچان", Audience("female", "child")), ("girls_u18", Audience("female", "child")),
        ("Persons with disabilities", Audience(disability=True)), ("village", Audience()), ("Men and women", Audience("", "adult")),
        ("women_under_18", Audience("female", "child")),
    ],
)  # fmt: skip
def test_whom_a_field_counts(text, meant):
    assert read(text) == meant


def test_names_and_labels_that_disagree_are_told(ground, client):
    assert [(one.name, one.label) for one in doubts([("fem_adlt", ["children", "نساء"]), ("q7", ["Men", "نساء"])])] == [
        ("fem_adlt", "children"), ("q7", "نساء"),
    ]  # fmt: skip
    assert not doubts([("men", ["Men", "رجال"]), ("total", ["Children"]), ("fem_adlt", ["Women"])])
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in (
        ("type", "name", "label::English (en)", "label::العربية (ar)"),
        ("text", "village", "Village", "القرية"),
        ("integer", "fem_adlt", "Number of children", "عدد الأطفال"),
        ("integer", "mal_adlt", "Men", "رجال"),
    ):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    client.force_login(ground.eore_officer)
    path = "/mineaction/eore/labels/"
    answer = client.post(
        path, {"file": SimpleUploadedFile("form.xlsx", file.getvalue())}, headers={"accept-language": "en"}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Name and label disagree" in page
    assert page.count("fem_adlt") >= 3
    assert "mal_adlt" in page
    plain = client.post(
        path,
        {"file": SimpleUploadedFile("a.csv", b"men,women\nMen,Women\n3,4\n")},
        headers={"accept-language": "en"},
    )
    assert "Names and labels agree" in plain.content.decode()
    wrong = client.post(path, {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + bytes(90))})
    assert wrong.status_code == 422
    get(client, ground.partner, path, 404)


def test_the_demonstration_is_said_where_records_are_made_up(ground, client):
    ground.make_accident()
    Accident.objects.filter(owner=ground.dma).update(source="demonstration")
    for path in ("/mineaction/accidents/", "/mineaction/victim-statistics/"):
        assert "DEMONSTRATION" in body(get(client, None, path))
