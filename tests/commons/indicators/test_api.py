"""/api/v1/indicators."""

from __future__ import annotations

import pytest

from rafid.commons.indicators.models import Indicator, IndicatorValue
from rafid.commons.places.models import Place

pytestmark = pytest.mark.django_db
BASE = "/api/v1/indicators"
VALUES = f"{BASE}/population/values"


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
    whole, _ = through(client, BASE, limit=500)
    paged, pages = through(client, BASE, limit=2)
    assert paged == whole
    assert pages == -(-len(whole) // 2)
    assert {"population", "population-density", "sex-ratio", "share-urban"} <= {item["code"] for item in whole}
    assert get(client, count=True)[1]["count"] == len(whole)
    assert get(client, programme="nobody")[1]["items"] == []


def test_one_indicator_with_its_history(client):
    _response, body = get(client, f"{BASE}/sex-ratio")
    assert body["numerator"] == "population{sex=male}"
    assert body["periods"] == ["2024"]
    assert body["multiplier"] == 100
    assert set(body["names"]) == {"ar", "ckb", "en"}
    assert [one["version"] for one in body["history"]] == [1]
    assert {"", "age_group=00-04"} <= set(body["disaggregations"])


def test_values(client):
    _response, body = get(client, VALUES, place="IQG17", level=1)
    (item,) = body["items"]
    assert (item["place"], item["period"], item["by"], item["value"], item["basis"]) == (
        "IQG17",
        "2024",
        {},
        2499468,
        "given",
    )
    assert item["names"]["ckb"] == "زیقار"
    assert item["as_of"] == "2024-11-20"


def test_values_go_on_by_their_cursor(client):
    whole, _ = through(client, VALUES, by="all", place="IQG17", limit=500)
    paged, pages = through(client, VALUES, by="all", place="IQG17", limit=37)
    assert paged == whole
    assert pages == -(-len(whole) // 37)
    keys = [(item["period"], item["place"], tuple(sorted(item["by"].items()))) for item in whole]
    assert len(set(keys)) == len(keys)
    assert get(client, VALUES, by="all", place="IQG17", limit=1, count=True)[1]["count"] == len(whole)


def test_filters(client):
    def places(**query):
        return {item["place"] for item in get(client, VALUES, limit=500, **query)[1]["items"]}

    assert len(places(level=1)) == 18
    assert places(level=1, bbox="46,31,46.8,31.5") == {"IQG17"}
    assert places(level=2, place="IQG17", division="ocha2019") == {f"IQG17Q0{n}" for n in range(1, 6)}
    assert all(ref.startswith("COSIT-") for ref in places(level=2, place="IQG17", division="cosit2024"))
    assert places(period="1999") == set()
    by = [item["by"] for item in get(client, VALUES, place="IQG17", level=1, by="sex")[1]["items"]]
    assert by == [{"sex": "female"}, {"sex": "male"}]
    (item,) = get(client, VALUES, place="IQG17", level=1, by="sex=female", fields="value,by")[1]["items"]
    assert item == {"value": 1234879, "by": {"sex": "female"}}


def test_a_barred_rate_is_null_and_says_so(client):
    _response, body = get(client, f"{BASE}/population-density/values", place="IQG14Q03")
    (item,) = body["items"]
    assert (item["value"], item["numerator"], item["basis"]) == (None, None, "barred")


def test_an_unchanged_answer_is_not_sent_again(client):
    response, _body = get(client, VALUES, level=1)
    again, nothing = get(client, VALUES, headers={"If-None-Match": response["ETag"]}, level=1)
    assert (again.status_code, nothing) == (304, None)
    IndicatorValue.objects.filter(indicator__code="population", place__ref="IQG17", by="").update(value=7)
    assert get(client, VALUES, headers={"If-None-Match": response["ETag"]}, level=1)[0].status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "status", "where"),
    [
        (VALUES, {"place": "IQG99"}, 422, "place"),
        (VALUES, {"period": "2024;2025"}, 422, "period"),
        (VALUES, {"fields": "shoe_size"}, 422, "fields"),
        (VALUES, {"bbox": "1,2,3"}, 422, "bbox"),
        (VALUES, {"by": "sex==female"}, 422, "by"),
        (VALUES, {"cursor": "nonsense"}, 422, "cursor"),
        (VALUES, {"limit": 501}, 422, None),
        (VALUES, {"level": 9}, 422, None),
        (BASE, {"programme": "a\x00b"}, 422, "programme"),
        (f"{BASE}/beauty", {}, 404, None),
        (f"{BASE}/beauty/values", {}, 404, None),
    ],
)
def test_bad_questions_get_a_problem(client, path, query, status, where):
    response, body = get(client, path, **query)
    assert response.status_code == status, body
    assert response["Content-Type"] == "application/problem+json"
    assert body["status"] == status
    if where:
        assert body["errors"][0]["where"] == where


def test_a_definition_that_is_not_for_all_is_not_found(client, django_user_model):
    Indicator.objects.create(code="secret", programme="statistics", unit="persons", sensitivity=2, name_en="Secret")
    assert get(client, f"{BASE}/secret")[0].status_code == 404
    assert "secret" not in {item["code"] for item in get(client, limit=500)[1]["items"]}
    client.force_login(django_user_model.objects.get(login="statistics.officer"))
    assert get(client, f"{BASE}/secret")[0].status_code == 200


def test_a_figure_is_seen_by_those_whose_role_reads_it(client, django_user_model):
    officer = django_user_model.objects.get(login="statistics.officer")
    IndicatorValue.objects.create(
        indicator=Indicator.objects.get(code="population", state="adopted"), place=Place.objects.get(ref="IQG17"),
        period="2031", value=42, sensitivity=2, owner=officer.organisation,
    )  # fmt: skip
    assert get(client, VALUES, period="2031")[1]["items"] == []
    client.force_login(officer)
    assert 42 in {item["value"] for item in get(client, VALUES, period="2031")[1]["items"]}
