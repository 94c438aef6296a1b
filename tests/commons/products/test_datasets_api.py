"""/api/v1/products: datasets and their rows."""

from __future__ import annotations

import base64

import pytest

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.places.models import Place
from rafid.commons.products.models import Dataset

pytestmark = pytest.mark.django_db
BASE = "/api/v1/products/datasets"
ROWS = f"{BASE}/population/rows"


@pytest.fixture(autouse=True)
def _never_released():
    """The demonstration releases these tables; here they are what a programme declares, read as they stand today."""
    Dataset.objects.filter(code__startswith="population").update(state="draft")


def get(client, path=BASE, headers=None, **query):
    response = client.get(path, query, headers=headers or {})
    return response, response.json() if response.content else None


def through(client, path, **query):
    seen, cursor, pages = [], None, 0
    while True:
        _response, body = get(client, path, **query, **({"cursor": cursor} if cursor else {}))
        seen += body["items"]
        pages += 1
        cursor = body["next"]
        if not cursor:
            return seen, pages


def test_the_list_goes_on_by_its_cursor(client):
    whole, _pages = through(client, BASE, limit=500)
    codes = [item["code"] for item in whole]
    assert {"population", "population-age-sex", "population-census-districts"} <= set(codes)
    assert codes == sorted(codes)
    paged, pages = through(client, BASE, limit=1)
    assert (paged, pages) == (whole, len(whole))
    assert get(client, count=True)[1]["count"] == len(whole)


def test_one_dataset_with_its_fields(client):
    _response, body = get(client, f"{BASE}/population")
    assert body["rows"] == 119
    assert body["files"]["csv"] == "/data/population.csv"
    assert {"ar", "ckb", "en"} == set(body["titles"])
    fields = {field["name"]: field for field in body["fields"]}
    assert fields["total"] == {
        "name": "total", "titles": {"ar": "المجموع", "ckb": "کۆی گشتی", "en": "Total"}, "kind": "number",
        "unit": "persons", "hxl": "#population+total",
    }  # fmt: skip


def test_rows_go_on_by_their_cursor(client):
    rows, pages = through(client, ROWS, limit=50)
    assert (len(rows), pages) == (119, 3)
    assert len({(row["period"], row["adm1_code"], row["adm2_code"]) for row in rows}) == 119
    assert get(client, ROWS, limit=1, count=True)[1]["count"] == 119


def test_a_row_that_arrives_between_two_pages_breaks_nothing(client, django_user_model):
    first = get(client, ROWS, limit=100, period="2024")[1]
    indicator = Indicator.objects.get(code="population", state="adopted")
    owner = django_user_model.objects.get(login="statistics.officer").organisation
    IndicatorValue.objects.create(
        indicator=indicator, place=Place.objects.get(ref="IQG01"), period="2020", value=1, owner=owner
    )
    second = get(client, ROWS, limit=100, period="2024", cursor=first["next"])[1]
    assert len(first["items"]) + len(second["items"]) == 119
    assert second["next"] is None


def test_filters_and_fields(client):
    _response, body = get(client, ROWS, place="iqg17", fields="adm2_code,total", limit=500)
    assert [item["adm2_code"] for item in body["items"]] == [None, *(f"IQG17Q0{n}" for n in range(1, 6))]
    assert body["items"][0]["total"] == 2499468
    assert set(body["items"][0]) == {"adm2_code", "total"}
    _response, body = get(client, ROWS, bbox="46,31,46.8,31.5", limit=500)
    assert "IQG17" in {item["adm1_code"] for item in body["items"]}
    assert "IQG09" not in {item["adm1_code"] for item in body["items"]}
    assert get(client, ROWS, period="1999")[1] == {"items": [], "next": None, "count": None}


def test_a_barred_rate_is_null_and_flagged(client):
    _response, body = get(client, ROWS, place="IQG14Q03")
    (row,) = body["items"]
    assert row["total"] == 107276
    assert (row["density"], row["share_urban"], row["sex_ratio"], row["rates_flag"]) == (None, None, None, "*")


def test_an_unchanged_answer_is_not_sent_again(client):
    response, _body = get(client, ROWS, place="IQG17")
    again, nothing = get(client, ROWS, headers={"If-None-Match": response["ETag"]}, place="IQG17")
    assert (again.status_code, nothing) == (304, None)


@pytest.mark.parametrize(
    ("path", "query", "status", "where"),
    [
        (ROWS, {"place": "IQG99"}, 422, "place"),
        (ROWS, {"period": "soon"}, 422, "period"),
        (ROWS, {"fields": "shoe_size"}, 422, "fields"),
        (ROWS, {"bbox": "47,31,45,32"}, 422, "bbox"),
        (ROWS, {"bbox": "nan,1,2,3"}, 422, "bbox"),
        (ROWS, {"cursor": "nonsense"}, 422, "cursor"),
        (ROWS, {"limit": 0}, 422, None),
        (ROWS, {"limit": 501}, 422, None),
        (BASE, {"cursor": "nonsense"}, 422, "cursor"),
        (f"{BASE}/nothing", {}, 404, None),
        (f"{BASE}/nothing/rows", {}, 404, None),
    ],
)
def test_bad_questions_get_a_problem(client, path, query, status, where):
    response, body = get(client, path, **query)
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    if where:
        assert body["errors"][0]["where"] == where


def test_a_problem_is_in_the_asked_language(client):
    _response, body = get(client, ROWS, place="IQG99", lang="ckb")
    assert body["errors"][0]["message"] == "هیچ شوێنێک بە کۆدی IQG99 نییە."


@pytest.fixture
def restricted(django_user_model):
    officer = django_user_model.objects.get(login="statistics.officer")
    indicator = Indicator.objects.get(code="population", state="adopted")
    IndicatorValue.objects.create(
        indicator=indicator, place=Place.objects.get(ref="IQG17"), period="2031", value=42, sensitivity=2,
        owner=officer.organisation,
    )  # fmt: skip
    return officer


def test_each_way_of_signing_in_sees_the_same(client, restricted):
    def seen(headers=None):
        return len(get(client, ROWS, headers=headers, period="2031")[1]["items"])

    assert seen() == 0
    basic = base64.b64encode(b"statistics.officer:rafid-demo").decode()
    assert seen({"Authorization": f"Basic {basic}"}) == 1
    from rafid.commons.people.tokens import make_token

    _row, secret = make_token(restricted, "test")
    assert seen({"Authorization": f"Bearer {secret}"}) == 1
    restricted.refresh_from_db()  # its password is hashed anew when it is used
    client.force_login(restricted)
    assert seen() == 1
