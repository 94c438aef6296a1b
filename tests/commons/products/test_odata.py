"""OData over released datasets: what Excel and Power BI ask, each row once, and what is withheld in none of it."""

from __future__ import annotations

import base64
import hashlib
import json
from xml.etree import ElementTree

import pytest

from rafid.commons.people.models import Token
from rafid.commons.products.release.decide import withdraw

from .test_release import counts_for, desk, out, table_of, uploaded  # noqa: F401

pytestmark = pytest.mark.django_db

ROOT = "/odata/v4"
CASES = f"{ROOT}/cases"
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cases(desk):  # noqa: F811
    return out(desk, table_of(desk, counts_for(desk)))


def get(client, address, status=200, **query):
    answer = client.get(address, query, headers={"Accept-Language": "en"})
    assert answer.status_code == status, answer.content[:500]
    assert answer["OData-Version"] == "4.0"
    return json.loads(answer.content)


def found(client, text):
    return get(client, CASES, **{"$filter": text, "$count": "true", "$top": "0"})["@odata.count"]


def test_the_service_and_its_metadata_name_the_same_sets(client, cases):
    said = get(client, f"{ROOT}/")
    assert said["@odata.context"].endswith("/odata/v4/$metadata")
    names = [one["name"] for one in said["value"]]
    assert names[0] == "cases"
    assert names[-1] == "indicator_values"
    answer = client.get(f"{ROOT}/$metadata")
    assert answer["Content-Type"].startswith("application/xml")
    schema = ElementTree.fromstring(answer.content).find(f".//{EDM}Schema")
    assert [one.get("Name") for one in schema.iter(f"{EDM}EntitySet")] == names
    kinds = {
        one.get("Name"): one.get("Type")
        for one in schema.find(f"{EDM}EntityType[@Name='cases_row']").iter(f"{EDM}Property")
    }
    assert (kinds["cases"], kinds["cases_flag"], kinds["__id"]) == ("Edm.Int64", "Edm.String", "Edm.String")
    assert set(get(client, CASES, **{"$top": "1"})["value"][0]) == set(kinds)


def test_each_row_comes_once_through_the_links_in_any_order(client, cases):
    for order in ("", "cases desc", "sex,cases", "cases_flag desc,sex desc"):
        seen, address = [], f"{CASES}?$orderby={order}" if order else CASES
        while address:
            page = json.loads(client.get(address, headers={"Prefer": "odata.maxpagesize=4"}).content)
            assert len(page["value"]) <= 4
            seen += page["value"]
            address = page.get("@odata.nextLink")
        assert len(seen) == len({one["__id"] for one in seen}) == cases.rows
        if order == "cases desc":
            numbers = [one["cases"] for one in seen if one["cases"] is not None]
            assert numbers == sorted(numbers, reverse=True)
            assert [one["cases"] for one in seen][-1] is None


def test_the_withheld_cell_is_in_no_answer(client, cases, desk):  # noqa: F811
    rows = {one["__id"]: one for one in get(client, CASES)["value"]}
    small = rows[f"{desk.districts[0].ref}|2026|f"]
    assert (small["cases"], small["cases_flag"]) == (None, "*")
    assert found(client, "cases eq 3") == found(client, "cases lt 5") == 0
    assert found(client, "cases eq null") == sum(one["cases"] is None for one in rows.values()) >= 4
    assert found(client, "cases_flag eq '*'") == found(client, "cases eq null")


def test_filters(client, cases, desk):  # noqa: F811
    each = len(desk.districts) + 1
    assert found(client, "sex eq 'f'") == found(client, "'f' eq sex") == each
    assert found(client, "sex ne 'f'") == 2 * each, "what is empty is not f"
    assert found(client, "not (sex eq 'f')") == 2 * each
    assert found(client, "sex in ('f', 'm') and not (cases gt 0 or cases eq null)") == 0
    assert found(client, "sex eq null or startswith(sex,'m')") == 2 * each
    assert found(client, "contains(toupper(period),'02')") == found(client, "endswith(period,'6')") == 3 * each
    assert found(client, "contains(area,'%')") == found(client, "contains(area,'_')") == 0
    assert found(client, "period ge '2026' and period le '2026'") == 3 * each
    assert found(client, "cases ge 20 and cases le 1e9") + found(client, "cases lt 20 or cases eq null") == 3 * each
    assert found(client, "sex eq 'it''s'") == 0
    assert found(client, "contains(sex,'f') eq true") == each


def test_names_that_the_parser_would_take_for_its_own(client, desk):  # noqa: F811
    fields = [
        {"name": "area", "kind": "place"}, {"name": "allowance", "kind": "text"}, {"name": "nullable", "kind": "text"},
        {"name": "عدد", "kind": "text"}, {"name": "in need", "kind": "text"},
    ]  # fmt: skip
    out(desk, uploaded(desk, "area,allowance,nullable,عدد,in need\nIQG08,a,b,c,d\n", code="odd-names", fields=fields))
    row = get(client, f"{ROOT}/odd_names")["value"][0]
    assert (row["allowance"], row["nullable"], row["عدد"], row["in_need"]) == ("a", "b", "c", "d")
    text = "allowance eq 'a' and nullable eq 'b' and عدد eq 'c' and in_need eq 'd'"
    assert len(get(client, f"{ROOT}/odd-names", **{"$filter": text})["value"]) == 1


def test_select_top_skip_count_and_single_rows(client, cases):
    page = get(client, CASES, **{"$select": "sex,cases", "$top": "3", "$skip": "2", "$count": "true"})
    assert page["@odata.count"] == cases.rows
    assert [set(one) for one in page["value"]] == [{"sex", "cases"}] * 3
    assert "@odata.nextLink" not in page
    every = get(client, CASES)["value"]
    assert page["value"][0]["cases"] == every[2]["cases"]
    one = get(client, f"{CASES}('{every[0]['__id']}')")
    assert one.pop("@odata.context").endswith("#cases/$entity")
    assert one == every[0]
    get(client, f"{CASES}('nothing')", 404)
    assert client.get(f"{CASES}/$count").content == str(cases.rows).encode()
    assert client.get(f"{CASES}/$count", {"$filter": "sex eq 'f'"}).content == str(cases.rows // 3).encode()


def test_top_of_a_million_is_read_page_by_page(client, cases):
    page = json.loads(client.get(CASES, {"$top": "1000000"}, headers={"Prefer": "odata.maxpagesize=5"}).content)
    assert len(page["value"]) == 5
    assert page["@odata.nextLink"]


def test_skip_beyond_all_names_the_way_that_works(client, cases):
    said = get(client, CASES, 400, **{"$skip": "100001"})["error"]["message"]
    assert "nextLink" in said
    assert "/data/cases.csv" in said


@pytest.mark.parametrize(
    "query",
    [
        {"$filter": "cases eq"}, {"$filter": "nothing eq 1"}, {"$filter": "cases eq 'x'"}, {"$filter": "sex gt 5"},
        {"$filter": "not (" * 200 + "cases eq 1" + ")" * 200}, {"$filter": "cases add 1 gt 2"}, {"$filter": "x" * 5000},
        {"$filter": "now() gt 5"}, {"$filter": "contains(cases,'1')"}, {"$filter": "cases"}, {"$filter": "sex eq 'a"},
        {"$filter": "cases eq 1e999"}, {"$filter": "items/any(x:x eq 1)"}, {"$filter": "\0"}, {"$filter": "5 eq 5"},
        {"$orderby": "nothing"}, {"$orderby": "cases up"}, {"$select": "nothing"}, {"$top": "-1"}, {"$top": "many"},
        {"$skip": "-1"}, {"$count": "maybe"}, {"$expand": "*"}, {"$search": "x"}, {"$format": "xml"}, {"nonsense": "1"},
        {"$skiptoken": "x"}, {"$apply": "groupby((sex))"},
    ],
)  # fmt: skip
def test_nonsense_is_400_with_a_sentence(client, cases, query):
    assert get(client, CASES, 400, **query)["error"]["message"]


def test_the_sentence_comes_in_the_asked_language(client, cases):
    said = {
        language: client.get(f"{CASES}?lang={language}&$top=-1").json()["error"]["message"]
        for language in ("ar", "ckb", "en")
    }
    assert len(set(said.values())) == 3


def test_who_may_have_it_finds_it_by_account_token_and_basic(client, desk, cases):  # noqa: F811
    withdraw(cases.dataset, desk.approver, why={"en": "wrong"})
    get(client, CASES, 401)
    partner = desk.world.person("partner", ("platform.author", None, None))
    from rafid.commons.products.release.decide import approve, publish, send_to_review
    from rafid.commons.products.release.freeze import make_version

    other = table_of(desk, counts_for(desk), code="for-partners")
    version = send_to_review(make_version(other, desk.author, reach="partners"), desk.author)
    publish(approve(version, desk.steward), desk.approver)
    get(client, f"{ROOT}/for_partners", 401)
    assert "for_partners" not in [one["name"] for one in get(client, ROOT)["value"]]
    Token.objects.create(account=partner, name="excel", sha256=hashlib.sha256(b"a-token").hexdigest())
    for said in ("anything:a-token", "partner:pass"):
        basic = "Basic " + base64.b64encode(said.encode()).decode()
        answer = client.get(f"{ROOT}/for_partners", headers={"Authorization": basic})
        assert answer.status_code == 200, answer.content
    wrong = "Basic " + base64.b64encode(b"partner:wrong").decode()
    answer = client.get(f"{ROOT}/for_partners", headers={"Authorization": wrong})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_figures_of_indicators(client):
    page = get(
        client, f"{ROOT}/indicator_values", **{"$filter": "indicator eq 'population' and level eq 1", "$top": "5"}
    )
    assert page["value"][0]["unit"]
    assert all(isinstance(one["value"], int | float) for one in page["value"])
    api = client.get("/api/v1/indicators/population/values", {"level": 1, "limit": 1, "by": "all"}).json()["items"][0]
    text = f"indicator eq 'population' and place eq '{api['place']}' and period eq '{api['period']}'"
    values = {one["value"] for one in get(client, f"{ROOT}/indicator_values", **{"$filter": text})["value"]}
    assert api["value"] in values
    seen, address = 0, f"{ROOT}/indicator_values?$filter=indicator eq 'population'&$orderby=value desc&$count=true"
    while address:
        answer = client.get(address, headers={"Prefer": "odata.maxpagesize=500"}).json()
        seen += len(answer["value"])
        address = answer.get("@odata.nextLink")
        total = answer["@odata.count"]
    assert seen == total > 0


def test_a_form_keeps_its_own_root(client, desk, cases):  # noqa: F811
    """Whatever is no dataset is asked of the forms; they want an account."""
    assert client.get(f"{ROOT}/some-form").status_code == 401
    assert client.get(f"{ROOT}/some-form/$metadata").status_code == 401
    client.force_login(desk.author)
    assert client.get(f"{ROOT}/some-form").status_code == 404
