"""What both authorities claim: the worked example on real ground, cases that are open, and who sees it."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from rafid.commons.records.models import Case, ExchangeChange
from rafid.programmes.mineaction.claims.claimed import claims, pairs

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(ground):
    """A open 0-100 and closed 100-150, B open 50-200: as in the worked example, in thousandths of a degree."""
    reader = ground.world.person(
        "x-both", ("mineaction.director", ground.dma, None), ("mineaction.node", ground.ikmaa, None)
    )
    ground.make_hazard("confirmed", ground=ground.square(0, 0, 2, 2))
    ground.make_hazard("closed", ground=ground.square(2, 0, 1, 2))
    ground.make_hazard("confirmed", ground=ground.square(1, 0, 3, 2), owner=ground.ikmaa)
    ground.reader = reader
    return ground


def browser(account):
    client = Client()
    client.force_login(account)
    return client


def test_each_square_metre_once_in_four_parts(both):
    found = claims(both.reader, both.dma, both.ikmaa).found
    quarter = found.total / 4
    for part in (found.agreed, found.disputed, found.only_a, found.only_b):
        assert part == pytest.approx(quarter, rel=1e-5)


def test_the_bridge_leads_from_one_total_to_the_other(both):
    told = claims(both.reader, both.dma, both.ikmaa)
    assert told.total_a - told.found.only_a + told.found.only_b == pytest.approx(told.total_b)


def test_pairs_name_both_records_and_whether_they_agree(both):
    listed = pairs(claims(both.reader, both.dma, both.ikmaa))
    assert {(pair.a.status, pair.b.status, pair.agrees) for pair in listed} == {
        ("open", "open", True), ("closed", "open", False),
    }  # fmt: skip


def test_ground_that_was_decided_to_be_another_is_said_to_be(both):
    pair = pairs(claims(both.reader, both.dma, both.ikmaa))[0]
    ExchangeChange.objects.create(
        node="FAR", number=1, record=str(pair.b.hazard.pk), kind="mineaction.hazard", action="distinct",
        fields=json.dumps({"with": str(pair.a.hazard.pk)}), after=[], at="", by="",
    )  # fmt: skip
    assert pairs(claims(both.reader, both.dma, both.ikmaa))[0].decided == "distinct"
    assert "Two different ones" in browser(both.reader).get("/mineaction/claims/?lang=en").content.decode()


def test_where_a_case_is_open_each_authority_claims_its_own_side(both):
    hazard = both.make_hazard("confirmed", ground=both.square(20, 0, 2, 2))
    before = claims(both.reader, both.dma, both.ikmaa).found
    wkt = hazard.ground.wkt
    Case.objects.create(
        pk="c1", cause="value", kind="mineaction.hazard", records=[str(hazard.pk)], names=["state"],
        sides={"DMA:2": {"state": "closed", "ground": wkt}, "IKMAA:1": {"state": "confirmed", "ground": wkt}},
    )  # fmt: skip
    both.dma.ref, both.ikmaa.ref = "TT-DMA", "TT-IKMAA"
    after = claims(both.reader, both.dma, both.ikmaa).found
    area = before.only_a - after.only_a
    assert area > 1000
    assert after.disputed - before.disputed == pytest.approx(area)


def test_who_sees_one_authority_only_has_nothing_to_compare(both):
    page = browser(both.im_officer).get("/mineaction/claims/")
    assert page.status_code == 200
    assert b"data-claims" not in page.content


@pytest.mark.parametrize("who", ["desk", "partner"])
def test_others_find_no_such_page(both, who):
    assert browser(both.people[who]).get("/mineaction/claims/").status_code == 404


def test_page_map_and_file(both):
    client = browser(both.reader)
    page = client.get("/mineaction/claims/?lang=en")
    assert page.status_code == 200
    assert b"No record does not mean" in page.content
    query = f"?a={both.dma.ref}&b={both.ikmaa.ref}"
    shapes = json.loads(client.get(f"/mineaction/claims/shapes{query}").content)
    assert {one["properties"]["what"] for one in shapes["features"]} == {"agreed", "disputed", "only_a", "only_b"}
    table = client.get(f"/mineaction/claims.csv{query}")
    assert table.status_code == 200
    assert client.get("/mineaction/claims.exe").status_code == 404
