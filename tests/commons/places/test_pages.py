"""Pages of places: the list by its filters, one place with all that is known of it, its history, the files of the list."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from html import unescape

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon
from django.utils.translation import override

from rafid.commons.history import because
from rafid.commons.places import panels
from rafid.commons.places.listing import asked, listed
from rafid.commons.places.models import Place, PlaceVersion
from rafid.commons.places.portrait import direction, inside, map_of, neighbours
from rafid.commons.places.queries import azimuth
from rafid.commons.places.sketch import draw

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 30)


def page(client, path, **query):
    response = client.get(path, {"lang": "en", **query})
    return response, response.content.decode()


def square(ref, west, south, east, north):
    version = PlaceVersion.objects.get(place__ref=ref, valid__contains=TODAY)
    version.geometry, version.generalised = (
        MultiPolygon(Polygon.from_bbox((west, south, east, north)), srid=4326),
        False,
    )
    version.save()


@pytest.fixture
def town():
    parent = Place.objects.get(ref="IQG17Q04")
    place = Place(
        ref="S-1", level=4, division="settlement", parent=parent, name_en="Zarqun", name_ar="زرقون",
        name_ckb="زەرقوون", other_names=["<b>Zarkoon</b>"], point=Point(46.25, 31.05, srid=4326), source="test",
    )  # fmt: skip
    place.save()
    PlaceVersion.objects.create(place=place, parent=parent, name_en="Zarqun", valid=(None, None))
    place.refresh_from_db()  # its lineage is written by the database
    return place


@pytest.mark.parametrize("text", ["Zarqun", "زرقون", "زەرقوون", "s-1", "zarkoon"])
def test_the_list_is_searched_in_three_scripts_and_by_code(client, town, text):
    assert town in listed(asked({"q": text}))
    response, html = page(client, "/places/", q=text, level="4")
    assert response.status_code == 200
    assert 'href="/places/S-1/"' in html


def test_filters_of_the_list():
    def refs(**query):
        return [place.ref for place in listed(asked(query))]

    assert refs(parent="IQG17", level="2", division="ocha2019").count("IQG17Q04") == 1
    assert len(refs(parent="IQG17", level="2", division="ocha2019")) == 5
    assert all(ref.startswith("COSIT") for ref in refs(parent="IQG17", level="2", division="cosit2024"))
    assert len(refs(level="1")) == 19
    assert len(refs(level="1", division="cosit2024")) == 19
    assert refs(parent="NOWHERE") == []
    assert refs(level="x", division="none") == refs()


@pytest.mark.parametrize(("language", "first"), [("en", "Al-Chibayish"), ("ar", "الجبايش")])
def test_the_list_goes_by_name_in_the_readers_language(language, first):
    with override(language):
        names = [place.name for place in listed(asked({"parent": "IQG17", "level": "2", "division": "ocha2019"}))]
    assert names[0] == first


def test_names_in_the_readers_script_come_first(town):
    latin = Place.objects.create(ref="S-2", level=4, division="settlement", parent=town.parent, name_en="'Abbas")

    def order():
        return [place for place in listed(asked({"parent": "IQG17Q04", "level": "4"})) if place in (town, latin)]

    with override("ar"):
        assert order() == [town, latin]
    with override("en"):
        assert order() == [latin, town]


def test_an_empty_list_says_what_to_do_next(client):
    _response, html = page(client, "/places/", level="3")
    assert "come with a file of borders" in html
    _response, html = page(client, "/places/", q="qqqqqq")
    assert "another spelling" in html
    _response, html = page(client, "/places/", parent="<XX>")
    assert "No place has the code &lt;XX&gt;." in html


def test_the_map_of_the_list_marks_its_rows(client):
    square("IQG17Q04", 46.0, 30.9, 46.5, 31.2)
    _response, html = page(client, "/places/", parent="IQG17", level="2", division="ocha2019")
    assert 'data-chosen="IQG17Q04"' in html
    assert html.count('class="marked"') == 1
    assert html.count('class="spot"') == 4
    assert json.loads(unescape(re.search(r"data-feature='([^']*)'", html)[1]))["type"] == "MultiPoint"


def test_files_are_the_rows_of_the_list(client, town):
    query = "parent=IQG17&level=2&division=ocha2019"
    text = b"".join(client.get(f"/places.csv?{query}")).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["ref"] for row in rows] == [f"IQG17Q0{number}" for number in range(1, 6)]
    assert rows[3]["parent"] == "IQG17"
    assert rows[3]["name_ar"] == Place.objects.get(ref="IQG17Q04").name_ar
    square("IQG17Q04", 46.0, 30.9, 46.5, 31.2)
    features = json.loads(b"".join(client.get(f"/places.geojson?{query}")))["features"]
    kinds = {one["properties"]["ref"]: one["geometry"]["type"] for one in features}
    assert (kinds["IQG17Q04"], kinds["IQG17Q01"]) == ("MultiPolygon", "Point")
    assert b"".join(client.get("/places.xlsx?level=1"))[:2] == b"PK"
    assert client.get("/places.exe").status_code == 404
    again = client.get("/places.csv?level=1")
    held = client.get("/places.csv?level=1", headers={"If-None-Match": again["ETag"]})
    assert held.status_code == 304


def test_the_page_of_a_district(client, town):
    response, html = page(client, "/places/IQG17Q04/")
    assert response.status_code == 200
    place = Place.objects.get(ref="IQG17Q04")
    for said in (place.name_ar, place.name_ckb, place.name_en, "IQG17Q04", "Thi Qar", "Towns and villages", "Zarqun"):
        assert said in html
    assert 'href="/places/COSIT-3301/"' in html, "census districts linked to it"
    assert 'href="/places/IQG17Q03/"' in html, "what is near"
    assert 'href="/places/IQG17Q04/history/"' in html
    assert client.get("/places/iqg17q04/").status_code == 200
    assert client.get("/places/NOWHERE/").status_code == 404


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("ref", ["IQ", "IQG17", "IQ-HA", "IQG14Q03", "COSIT-3301", "GN-98854"])
def test_pages_of_all_kinds_of_places(client, ref, language):
    response = client.get(f"/places/{ref}/", {"lang": language})
    assert response.status_code == 200
    assert "<svg" in response.content.decode()


def test_names_are_text_not_markup(client, town):
    _response, html = page(client, "/places/S-1/")
    assert "&lt;b&gt;Zarkoon" in html
    assert "<b>Zarkoon" not in html


def test_what_a_reader_must_know_is_told(client):
    _response, html = page(client, "/places/IQG14Q03/")
    assert 'class="note warn"' in html


def test_what_it_was_part_of_on_other_days(client):
    _response, html = page(client, "/places/IQG06Q05/")
    assert "Al-Sulaymaniyah" in html
    assert "13 April 2025" in html
    halabja = map_of(Place.objects.get(ref="IQG06Q05"), TODAY)
    assert halabja is not None


def test_a_map_of_another_day_is_drawn_on_its_borders(client):
    place = Place.objects.get(ref="IQG17Q04")
    version = PlaceVersion.objects.get(place=place)
    version.valid = (None, date(2020, 1, 1))
    version.geometry = MultiPolygon(Polygon.from_bbox((46.0, 30.9, 46.5, 31.2)), srid=4326)
    version.save()
    fresh = MultiPolygon(Polygon.from_bbox((46.0, 30.0, 47.0, 31.2)), srid=4326)
    PlaceVersion.objects.create(
        place=place, parent=place.parent, name_en="Later", geometry=fresh, valid=(date(2020, 1, 1), None)
    )
    before, after = map_of(place, date(2019, 1, 1)), map_of(place, TODAY)
    assert before is not None
    assert after is not None
    assert before.sketch.view_box != after.sketch.view_box
    _response, html = page(client, "/places/IQG17Q04/", on="2019-01-01")
    assert "The map shows the borders of 1 January 2019." in html
    assert 'data-tiles-query="on=2019-01-01"' in html
    assert page(client, "/places/IQG17Q04/", on="nonsense")[0].status_code == 200


def test_a_place_without_borders_is_a_dot_in_what_holds_it(town):
    drawn = map_of(town, TODAY)
    assert drawn is not None
    assert (drawn.chosen, drawn.sketch.inner.count('class="spot"')) == ("IQG17", 1)
    square("IQG17Q04", 46.0, 30.9, 46.5, 31.2)
    closer = map_of(town, TODAY)
    assert closer is not None
    assert closer.chosen == "IQG17Q04"
    west, south, east, north = map(float, closer.sketch.bounds.split(","))
    assert west < 46.0 < 46.5 < east
    assert east - west < 1
    assert south < 30.9 < 31.2 < north


def test_a_drawing_of_nothing_is_none():
    assert draw([], TODAY) is None


def test_what_lies_in_a_place_by_level_and_division():
    groups = {(group.level, group.division): group for group in inside(Place.objects.get(ref="IQG17"))}
    assert [place.ref for place in groups[2, "ocha2019"].places] != []
    assert groups[2, "ocha2019"].count == 5
    country = {(group.level, group.division): group for group in inside(Place.objects.get(ref="IQ"))}
    assert (country[1, "ocha2019"].count, country[2, "ocha2019"].count) == (19, 101)
    assert country[2, "ocha2019"].places == [], "districts lie in governorates, the country only counts them"


def test_what_is_near_with_distance_and_direction():
    here = Place.objects.get(ref="IQG17Q04")
    near = neighbours(here)
    assert [one.km for one in near] == sorted(one.km for one in near)
    assert {one.place.level for one in near} == {2}
    assert here.pk not in {one.place.pk for one in near}
    assert azimuth(Point(46.0, 31.0), Point(46.0, 32.0)) == pytest.approx(0, abs=1e-6)
    assert azimuth(Point(46.0, 31.0), Point(47.0, 31.0)) == pytest.approx(89.74, abs=0.01)
    with override("en"):
        assert [str(direction(angle)) for angle in (0, 22, 23, 180, 337, 338)] == [
            "north", "north", "north-east", "south", "north-west", "north",
        ]  # fmt: skip


def test_the_history_of_a_place_says_what_changed_and_why(client, town):
    with because("Corrected by hand"):
        town.name_en = "Zarqoun"
        town.save()
    response, html = page(client, "/places/S-1/history/")
    assert response.status_code == 200
    assert "Corrected by hand" in html
    assert "<del><bdi>Zarqun</bdi></del> <ins><bdi>Zarqoun</bdi></ins>" in html


def test_the_history_of_a_place_is_in_the_words_of_the_reader(client, town):
    html = client.get("/places/IQG17Q04/history/", {"lang": "ar"}).content.decode()
    assert "حزمة البلد: iraq" in html
    assert "Country pack" not in html
    assert "المنصة نفسها" in html, "who did it, where it was no person"
    town.area_m2 = 4_168_400_100
    town.save()
    with because("Borders valid from 2020-01-01: a file"):
        town.area_m2 = 4_168_400_900  # the same to one decimal of a km²
        town.name_en = "Zarqoun"
        town.save()
    html = client.get("/places/S-1/history/", {"lang": "ckb"}).content.decode()
    assert "Borders valid" not in html
    assert html.count("4,168.4") == 1, "what reads alike is no change"
    assert "4,168.4 کم²" in html


def test_how_a_name_was_made_is_told_only_to_those_who_look_after_places(client, admin_client):
    for ref in ("IQG03", "COSIT-3301", "GN-98854"):
        assert "review" not in client.get(f"/places/{ref}/", {"lang": "en"}).content.decode()
        assert "review" not in client.get(f"/places/{ref}/history/", {"lang": "en"}).content.decode()
    place = Place.objects.exclude(note="").filter(level=2).first()
    html = admin_client.get(f"/places/{place.ref}/", {"lang": "ar"}).content.decode()
    assert "review" not in html
    assert "ينبغي أن يراجع" in html


def test_every_note_of_the_pack_has_words_in_three_languages():
    from rafid.commons.places.name_notes import sentences

    for note in Place.objects.exclude(note="").values_list("note", flat=True).distinct():
        with override("ar"):
            assert all(re.search("[\u0600-\u06ff]", one) and "wants" not in one for one in sentences(note)), note


def test_rooms_above_show_what_they_know_of_a_place(client, monkeypatch):
    monkeypatch.setattr(panels, "_panels", [])
    panels.register(lambda request, place: f"<p>knows {place.ref}</p>" if place.level == 1 else "", order=5)
    assert "knows IQG17" in page(client, "/places/IQG17/")[1]
    assert "knows" not in page(client, "/places/IQG17Q04/")[1]


def test_the_page_shows_the_newest_figures_and_leads_to_the_population(client):
    _response, html = page(client, "/places/IQG17/")
    assert 'href="/statistics/population/?place=IQG17"' in html
    assert re.search(r'href="/indicators/population/\?place=IQG17&amp;period=2024"', html)
