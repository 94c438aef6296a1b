"""/api/v1/places."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon

from rafid.commons.places.matching import remember
from rafid.commons.places.models import Place, PlaceVersion

pytestmark = pytest.mark.django_db
BASE = "/api/v1/places"


def get(client, path="", **query):
    response = client.get(BASE + path, query)
    return response, response.json() if response.content else None


def test_the_list_goes_on_by_its_cursor(client):
    seen, cursor, pages = [], None, 0
    while True:
        query = {"division": "cosit2024", "limit": 50, **({"cursor": cursor} if cursor else {})}
        response, body = get(client, **query)
        assert response.status_code == 200
        seen += [item["ref"] for item in body["items"]]
        pages += 1
        cursor = body["next"]
        if not cursor:
            break
    assert (pages, len(seen), len(set(seen))) == (4, 181, 181)
    assert seen == sorted(seen)


def test_filters(client):
    def refs(**query):
        response, body = get(client, limit=500, **query)
        assert response.status_code == 200, body
        return {item["ref"] for item in body["items"]}

    assert len(refs(level=1)) == 19
    assert len(refs(level=1, on="2024-12-31")) == 18
    assert refs(level=2, within="IQ-HA") == {"IQG06Q05", "COSIT-1305"}
    assert refs(level=2, within="iq-ha", division="ocha2019") == {"IQG06Q05"}
    assert "IQG06Q05" in refs(level=2, within="IQG06", on="2024-12-31")
    assert "IQG17" in refs(q="Dhi Qar")
    assert "IQG17" in refs(q="ذى قار")
    assert refs(level=1, bbox="46,31,46.8,31.5") == {"IQG17"}
    assert refs(division="nowhere") == set()


def test_fields_and_count(client):
    _response, body = get(client, level=1, fields="ref,names", limit=3, count=True)
    assert body["count"] == 19
    assert [set(item) for item in body["items"]] == [{"ref", "names"}] * 3
    assert (
        body["items"][0]["names"] == {"ar": "الأنبار", "ckb": "ئەنبار", "en": "Al-Anbar"}
        or body["items"][0]["ref"] == "IQ-HA"
    )


def test_geometry_only_where_asked(client):
    _response, body = get(client, "/IQG17")
    assert "geometry" not in body
    _response, body = get(client, "/IQG17", geometry=True)
    assert body["geometry"]["type"] == "MultiPolygon"
    assert body["generalised"] is True
    _response, body = get(client, level=1, geometry=True, limit=500)
    drawn = {item["ref"]: item["geometry"] for item in body["items"]}
    assert drawn["IQ-HA"] is None
    assert sum(1 for one in drawn.values() if one) == 18


def test_one_place_with_its_versions(client):
    _response, body = get(client, "/iqg06q05")
    assert body["parent"] == "IQ-HA"
    assert [(one["parent"], one["valid_from"], one["valid_until"]) for one in body["versions"]] == [
        ("IQG06", None, "2025-04-14"),
        ("IQ-HA", "2025-04-14", None),
    ]
    assert get(client, "/IQG06Q05", on="2024-01-01")[1]["parent"] == "IQG06"
    assert get(client, "/IQG14Q03")[1]["remarks"][0]["what"] == "rates"
    links = get(client, "/COSIT-1101")[1]["links"]
    assert [(one["other"], one["confidence"]) for one in links] == [("IQG09Q02", "A")]


def test_an_unchanged_list_is_not_sent_again(client):
    response, _body = get(client, level=1)
    again = client.get(BASE, {"level": 1}, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    place = Place.objects.get(ref="IQG17")
    version = PlaceVersion.objects.get(place=place)
    version.geometry = MultiPolygon(Polygon.from_bbox((45, 31, 47, 32)), srid=4326)
    version.save()
    changed = client.get(BASE, {"level": 1}, headers={"If-None-Match": response["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != response["ETag"]


@pytest.mark.parametrize(
    ("path", "query", "status", "where"),
    [
        ("", {"fields": "ref,shoe_size"}, 422, "fields"),
        ("", {"bbox": "1,2,3"}, 422, "bbox"),
        ("", {"bbox": "nan,1,2,3"}, 422, "bbox"),
        ("", {"bbox": "47,31,45,32"}, 422, "bbox"),
        ("", {"within": "IQG99"}, 422, "within"),
        ("", {"cursor": "nonsense"}, 422, "cursor"),
        ("", {"level": 9}, 422, None),
        ("", {"on": "31/12/2024"}, 422, None),
        ("", {"division": "a\x00b"}, 422, None),
        ("/IQG99", {}, 404, None),
        ("/IQG17%00", {}, 404, None),
        ("/match", {}, 422, None),
        ("/match", {"text": "Basra", "lon": 44}, 422, "lat"),
        ("/match", {"text": "Basra", "parent": "IQG99"}, 422, "parent"),
    ],
)
def test_bad_questions_get_a_problem(client, path, query, status, where):
    response, body = get(client, path, **query)
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    if where:
        assert body["errors"][0]["where"] == where


def test_a_cursor_with_a_nul_is_refused(client):
    from rafid.commons.api import encode_cursor

    assert client.get(BASE, {"cursor": encode_cursor(["a\x00"])}).status_code == 422


def test_matching_says_what_would_become_of_a_name(client):
    _response, body = get(client, "/match", text="قضاء الناصرية", lang="en")
    assert (body["place"], body["outcome"]) == ("IQG17Q04", "name")
    assert body["candidates"][0]["reason"] == "kind"
    assert body["candidates"][0]["name"] == "Al-Nasiriya"
    assert get(client, "/match", text="SY0702")[1]["outcome"] == "foreign_code"
    doubtful = get(client, "/match", text="Basra", limit=2)[1]
    assert (doubtful["place"], doubtful["outcome"], len(doubtful["candidates"])) == (None, "ambiguous", 2)
    near = get(client, "/match", text="Halabja", lon=45.98, lat=35.18)[1]
    assert near["candidates"][0]["reason"] == "near"
    assert get(client, "/match", text="Basra", levels="1")[1]["place"] == "IQG02"
    assert get(client, "/match", text="1101", levels="2", divisions="cosit2024")[1]["place"] == "COSIT-1101"


def test_what_lies_directly_in_a_place(client):
    found = client.get("/api/v1/places?parent=IQG17&division=ocha2019&fields=ref,parent").json()["items"]
    assert [one["ref"] for one in found] == [f"IQG17Q0{number}" for number in range(1, 6)]
    assert {one["parent"] for one in found} == {"IQG17"}
    before = client.get("/api/v1/places?parent=IQG06&division=ocha2019&on=2024-06-30&limit=500").json()["items"]
    after = client.get("/api/v1/places?parent=IQG06&division=ocha2019&on=2026-06-30&limit=500").json()["items"]
    assert {one["ref"] for one in before} - {one["ref"] for one in after} == {"IQG06Q05"}
    assert client.get("/api/v1/places?parent=XX9").status_code == 422


def test_a_decision_that_was_remembered_is_told_as_such(client):
    before = client.get("/api/v1/places/match?text=المركز الكبير&parent=IQG17").json()
    assert before["place"] is None
    parent, place = Place.objects.get(ref="IQG17"), Place.objects.get(ref="IQG17Q04")
    remember("المركز الكبير", parent, place, None)
    after = client.get("/api/v1/places/match?text=المركز  الكبير&parent=IQG17&lon=46.2&lat=31.0").json()
    assert (after["outcome"], after["place"]) == ("remembered", "IQG17Q04")
    assert after["candidates"][0]["reason"] == "remembered"
    elsewhere = client.get("/api/v1/places/match?text=المركز الكبير&parent=IQG02").json()
    assert elsewhere["outcome"] != "remembered"
