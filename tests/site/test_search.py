"""Search across places, pages, indicators, data, records and help, in three scripts, of what the person may see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from rafid.commons.records import search as index
from rafid.site.search import says

from .pages import Page

pytestmark = pytest.mark.django_db


def found(client, text, language="en"):
    """Addresses of the hits, in their order."""
    html = client.get("/search/", {"q": text, "lang": language}).content.decode()
    assert 'class="error' not in html
    return [link for link, where in Page(html).links if "section" in where and "main" in where]


@pytest.mark.parametrize("text", ["Basrah", "البصرة", "البصره", "بصرة", "بەسرە", "IQG02", "iqg02", "basra"])
def test_a_place_is_found_as_one_writes_it(client, text):
    assert reverse("place", args=["IQG02"]) in found(client, text)[:4]


def test_what_is_being_typed_finds_the_place(client):
    assert reverse("place", args=["IQG17"]) in found(client, "thi q")


@pytest.mark.parametrize(("text", "language"), [("people", "en"), ("الأماكن", "ar"), ("شوێن", "ckb")])
def test_pages_are_found_by_their_names(client, world, text, language):
    hits = found(client, text, language)
    assert hits


@pytest.mark.parametrize(
    ("text", "language"), [("سكان", "ar"), ("السكان", "ar"), ("دانیشتووان", "ckb"), ("population", "en")]
)
def test_a_page_of_that_name_comes_before_places_that_only_sound_like_it(client, text, language):
    assert found(client, text, language)[0] == "/statistics/population/"


def test_a_place_of_that_name_comes_first(client):
    assert (
        found(client, "بغداد", "ar")[0] == "/places/IQG08/"
        or "بغداد" in client.get(found(client, "بغداد", "ar")[0], {"lang": "ar"}).content.decode()
    )
    assert found(client, "دوكان", "ar")[0].startswith("/places/")


def test_indicators_and_data_are_found(client):
    hits = found(client, "population")
    assert any(hit.startswith("/indicators/") for hit in hits)
    assert any(hit.startswith("/catalog/") for hit in hits)


@pytest.mark.parametrize(("text", "language"), [("bookmark", "en"), ("التشكيل", "ar"), ("داگرتن", "ckb")])
def test_help_is_found_in_the_reader_s_language(client, text, language):
    assert "/help/use/" in found(client, text, language)


def test_records_are_found_by_those_who_may_see_them_and_by_nobody_else(client, world):
    well = world.well(name_en="Zqhidden well", sensitivity=2, state="published")
    index.index_record(well)
    assert found(client, "zqhidden") == []
    client.force_login(world.stranger)
    assert found(client, "zqhidden") == []
    client.force_login(world.keeper)
    assert found(client, "zqhidden") == [well.get_absolute_url()]


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "%", "_", "'", "\\", "<script>alert(1)</script>", "ـ", "🙂", "a" * 5000]
)
def test_odd_questions_are_answered(client, text):
    response = client.get("/search/", {"q": text, "lang": "en"})
    assert response.status_code == 200
    assert not Page(response.content.decode()).faults


def test_nothing_found_says_what_to_do_next(client):
    html = client.get("/search/", {"q": "qqqzzzxxx", "lang": "en"}).content.decode()
    assert "Nothing was found" in html
    assert "another spelling" in html


def test_says():
    assert says(["بصره"], "البصرة")
    assert says(["البصره"], "وللبصرة")
    assert says(["البصره"], "والبصرة")
    assert says(["al", "bas"], "Al-Basrah")
    assert not says(["basrah"], "Bas")
    assert not says(["rah"], "Basrah")
