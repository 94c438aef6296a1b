"""OGC API Features: what is out is read whole, once each, by any filter; what is withheld is in none of it."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from rafid.commons.products.release.decide import withdraw

from .test_release import counts_for, desk, out, table_of  # noqa: F401

pytestmark = pytest.mark.django_db

ITEMS = "/ogc/collections/cases/items"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    return out(desk, table_of(desk, counts_for(desk)))


def get(client, address, status=200, **query):
    answer = client.get(address, query)
    assert answer.status_code == status, answer.content[:500]
    return json.loads(answer.content)


def test_a_client_finds_its_way_from_the_landing_page(client, cases):
    landing = get(client, "/ogc")
    links = {one["rel"]: one["href"] for one in landing["links"]}
    assert {"service-desc", "conformance", "data"} <= links.keys()
    collections = get(client, links["data"])["collections"]
    (own,) = (one for one in collections if one["id"] == "cases")
    items = {one["rel"]: one["href"] for one in own["links"] if one["type"] != "text/html"}
    page = get(client, items["items"])
    assert page["numberMatched"] == cases.rows == page["numberReturned"]
    drawn = [one["geometry"]["type"] for one in page["features"] if one["geometry"]]
    assert set(drawn) == {"MultiPolygon"}
    api = get(client, links["service-desc"])
    assert api["servers"][0]["url"].endswith("/ogc")
    assert "/collections/cases/items" in api["paths"]
    assert any(one.endswith("/conf/core") for one in get(client, links["conformance"])["conformsTo"])


def test_each_feature_comes_once_through_the_links(client, cases):
    seen, address = [], f"{ITEMS}?limit=4"
    while address:
        page = json.loads(client.get(address).content)
        seen += [one["id"] for one in page["features"]]
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) == cases.rows
    one = get(client, f"{ITEMS}/{quote(seen[0])}")
    assert one["id"] == seen[0]
    get(client, f"{ITEMS}/nothing", 404)


def test_the_withheld_cell_is_in_no_answer(client, cases, desk):  # noqa: F811
    page = get(client, ITEMS, limit=10000)
    by = {one["id"]: one["properties"] for one in page["features"]}
    small = by[f"{desk.districts[0].ref}|2026|f"]
    assert (small["cases"], small["cases_flag"]) == (None, "*")
    assert get(client, ITEMS, filter="cases = 3")["numberMatched"] == 0
    assert get(client, ITEMS, filter="cases IS NULL")["numberMatched"] >= 4
    assert get(client, ITEMS, filter="cases < 5")["numberMatched"] == 0


def test_filters(client, cases, desk):  # noqa: F811
    districts = len(desk.districts)
    assert get(client, ITEMS, sex="f")["numberMatched"] == districts + 1
    assert get(client, ITEMS, filter="sex IN ('f', 'm') AND NOT (cases > 0)")["numberMatched"] == 0
    assert get(client, ITEMS, filter="sex IS NULL OR sex LIKE 'm%'")["numberMatched"] == 2 * (districts + 1)
    assert get(client, ITEMS, datetime="2026-05-01")["numberMatched"] == cases.rows
    assert get(client, ITEMS, datetime="../2025-12-31")["numberMatched"] == 0
    west, south, east, north = cases.bounds
    drawn = sum(1 for one in get(client, ITEMS, limit=10000)["features"] if one["geometry"])
    assert drawn >= 3
    assert get(client, ITEMS, bbox=f"{west},{south},{east},{north}")["numberMatched"] == drawn
    assert get(client, ITEMS, bbox="0,0,1,1")["numberMatched"] == 0
    box = f"S_INTERSECTS(geometry, BBOX({west},{south},{east},{north}))"
    assert get(client, ITEMS, filter=box)["numberMatched"] == drawn


def test_coordinate_systems(client, cases):
    last = cases.rows - 1  # the governorate, whose outline the country pack has
    plain = client.get(ITEMS, {"limit": 1, "after": last})
    assert plain["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    flipped = client.get(ITEMS, {"limit": 1, "after": last, "crs": "http://www.opengis.net/def/crs/EPSG/0/4326"})
    lon, lat = json.loads(plain.content)["features"][0]["geometry"]["coordinates"][0][0][0][:2]
    turned = json.loads(flipped.content)["features"][0]["geometry"]["coordinates"][0][0]
    assert [lat, lon] in [point[:2] for point in turned]
    metres = get(client, ITEMS, limit=1, after=last, crs="http://www.opengis.net/def/crs/EPSG/0/3857")
    assert abs(metres["features"][0]["geometry"]["coordinates"][0][0][0][0]) > 1e6


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"}, {"limit": "-5"}, {"limit": "many"}, {"bbox": "1,2"}, {"bbox": "a,b,c,d"}, {"bbox": "45,33,44,34"},
        {"bbox": "44,33,45,95"}, {"bbox": "nan,1,2,3"}, {"datetime": "someday"}, {"datetime": "2026-01-02/2026-01-01"},
        {"crs": "EPSG:1"}, {"bbox-crs": "x"}, {"nonsense": "1"}, {"filter": "cases ="}, {"filter": "nothing = 1"},
        {"filter": "cases = 'x'"}, {"filter": "sex > 5"}, {"filter": "NOT (" * 200 + "cases=1" + ")" * 200},
        {"filter": "cases + 1 > 2"}, {"filter": "S_BUFFER(geometry) = 1"}, {"filter": "x" * 5000}, {"filter-lang": "cql-json"},
        {"f": "xml"}, {"after": "x"}, {"datetime": ""}, {"filter": "S_INTERSECTS(geometry, POLYGON((1 1, 2 2)))"},
    ],
)  # fmt: skip
def test_nonsense_is_400_with_a_sentence(client, cases, query):
    found = get(client, ITEMS, 400, **query)
    assert found["errors"][0]["message"]


def test_a_limit_beyond_all_is_held_down(client, cases):
    assert get(client, ITEMS, limit=10**8)["numberReturned"] == cases.rows


def test_pages_for_people(client, cases):
    for address in ("/ogc", "/ogc/conformance", "/ogc/collections", "/ogc/collections/cases", ITEMS):
        answer = client.get(address, {"f": "html", "lang": "en"})
        assert answer.status_code == 200
        assert "text/html" in answer["Content-Type"]


def test_a_withdrawn_dataset_is_gone_with_the_next_request(client, cases, desk):  # noqa: F811
    tag = client.get(ITEMS)["ETag"]
    assert client.get(ITEMS, headers={"If-None-Match": tag}).status_code == 304
    withdraw(cases.dataset, desk.approver, why={"en": "wrong"})
    get(client, ITEMS, 404)
    assert "cases" not in [one["id"] for one in get(client, "/ogc/collections")["collections"]]
    get(client, "/ogc/collections/nothing", 404)
