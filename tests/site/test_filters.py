"""Filters that the address got wrong: every page says which one and what is shown instead; files and programs refuse."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from rafid.commons.filters import Filters, echoed
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db

WRONG = [
    ("/statistics/population/", "period", "xx", "Period"),
    ("/statistics/population/", "period", "1900", "Period"),
    ("/statistics/population/", "measure", "height", "Measure"),
    ("/statistics/population/", "classes", "99", "Classes"),
    ("/statistics/population/", "level", "x", "Level"),
    ("/statistics/population/", "how", "x", "Classes by"),
    ("/statistics/population/", "sort", "x", "Order"),
    ("/indicators/population/", "period", "1900", "Period"),
    ("/indicators/population/", "level", "9", "Level"),
    ("/indicators/population/", "by", "colour", "Broken down by"),
    ("/indicators/population/", "division", "x", "Division"),
    ("/catalog/population/", "period", "xx", "Period"),
    ("/catalog/population/", "period", "1900", "Period"),
    ("/catalog/population/", "bbox", "a", "Box"),
    ("/catalog/population/", "fields", "colour", "Fields"),
    ("/places/", "level", "9", "Level"),
    ("/places/", "division", "x", "Division"),
    ("/places/", "bbox", "a", "Box"),
    ("/places/IQG17/", "on", "someday", "Day"),
]


@pytest.mark.parametrize(("path", "name", "value", "title"), WRONG)
def test_a_page_says_which_filter_it_did_not_understand(client, path, name, value, title):
    response = client.get(path, {name: value, "lang": "en"})
    html = response.content.decode()
    assert response.status_code == 200
    assert f"The filter “{title}” does not know “{value}”." in html
    assert 'role="alert"' in html
    assert "does not know" not in client.get(path, {"lang": "en"}).content.decode()


PAGES = ["/statistics/population/", "/indicators/population/", "/catalog/population/"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("written", ["ذي قار", "زیقار", "Thi Qar", "iqg17"])
def test_a_name_in_any_script_leads_to_the_place(client, path, written):
    response = client.get(path, {"place": written, "lang": "ckb"})
    assert response.status_code == 302
    assert "place=IQG17" in response["Location"]
    assert "lang=ckb" in response["Location"]


def test_the_list_of_places_takes_a_name_too(client):
    assert "parent=IQG17" in client.get("/places/", {"parent": "ذي قار"})["Location"]


@pytest.mark.parametrize("path", [*PAGES, "/places/"])
def test_a_place_that_is_not_there_is_said_with_candidates(client, path):
    name = "parent" if path == "/places/" else "place"
    response = client.get(path, {name: "Hamzeh Xalifa", "lang": "en"})
    html = response.content.decode()
    assert response.status_code == 404
    assert "No place is certainly meant by “Hamzeh Xalifa”" in html
    assert "Did you mean:" in html
    assert client.get(path, {name: "Xyzzyx", "lang": "en"}).status_code == 404


@pytest.mark.parametrize("query", ["period=xx", "measure=height", "classes=99"])
def test_files_refuse(client, query):
    response = client.get(f"/statistics/population.pdf?{query}&lang=ar")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert "لا يعرف" in response.json()["detail"]


@pytest.mark.parametrize("path", [*PAGES, "/places/", "/records/", "/search/"])
@pytest.mark.parametrize("name", ["place", "parent", "period", "q", "odd", "measure"])
def test_no_control_character_comes_back(client, path, name):
    response = client.get(f"{path}?{name}={quote(chr(0) + 'a' + chr(1) + chr(27))}&lang=en", follow=True)
    assert not {chr(0), chr(1), chr(27)} & {*response.content.decode()}


def test_echoed_and_filters():
    assert echoed("a\x00b\x1b<" + "c" * 100, 6) == "ab<ccc"
    words = Filters({"level": "2", "how": "x"})
    assert words.one_of("level", "Level", {"2": 2}, 1) == 2
    assert words.one_of("how", "How", ["jenks"], "jenks", "Natural breaks") == "jenks"
    assert words.one_of("none", "None", ["a"], "usual") == "usual"
    assert (len(words.notes), words.wrongs) == (1, {"how"})


def test_places_of_one_name_are_told_apart(client):
    answer = client.get("/api/v1/places/suggest", {"q": "الناصرية"}, headers={"accept-language": "ar"}).json()
    notes = {item["ref"]: item["note"] for item in answer["items"]}
    assert len({item["note"] for item in answer["items"] if item["name"] == "الناصرية"}) > 1
    assert notes["IQG17Q04"] == "قضاء · ذي قار · IQG17Q04"
    chosen = client.get("/statistics/population/", {"place": "IQG17Q04", "lang": "ar"}).content.decode()
    assert Place.objects.get(ref="IQG17Q04").level == 2
    assert '<option value="IQG17Q04" selected>الناصرية · قضاء · ذي قار</option>' in chosen
