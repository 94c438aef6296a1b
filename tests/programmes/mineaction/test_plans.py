"""Priorities with the range of each rank, and the strategy's targets."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from rafid.commons.records.change import Refused
from rafid.programmes.mineaction.models import HazardPriority, StrategyTarget, WeightSet
from rafid.programmes.mineaction.operations import priorities, strategy
from rafid.programmes.mineaction.operations.facts import FACTS

from .conftest import refused, spot, square
from .test_operations import post, read, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(ground):
    """Near an accident; many people; neither."""
    found = [
        ground.make_hazard("confirmed", men=10, women=10, boys=0, girls=0, blocked=["land"]),
        ground.make_hazard(
            "suspected", east=100, ground=square(100), men=400, women=500, boys=0, girls=0, blocked=["road", "water"]
        ),
        ground.make_hazard("suspected", east=200, ground=square(200)),
    ]
    ground.make_accident(point=spot(1, 1))
    ground.make_find(found[0], quantity=7)
    return found


def test_facts(ground, three):
    near, many, bare = three
    values = {code: fact.compute(three) for code, fact in FACTS.items()}
    assert values["accidents"] == {near.pk: 1, many.pk: 0, bare.pk: 0}
    assert values["finds"] == {near.pk: 7, many.pk: 0, bare.pk: 0}
    assert values["beneficiaries"] == {near.pk: 20, many.pk: 900, bare.pk: None}
    assert values["blocked"] == {near.pk: 1, many.pk: 2, bare.pk: 0}
    assert values["confirmed"] == {near.pk: 1, many.pk: 0, bare.pk: 0}
    assert values["years"][near.pk] > 0


def test_weights_are_versions_and_ranks_have_ranges(ground, three):
    near, many, bare = three
    with pytest.raises(Refused, match="no fact"):
        priorities.add_criterion(owner=ground.dma, by=ground.director, field="colour", better="more")
    with pytest.raises(Refused, match="two ends"):
        priorities.add_criterion(owner=ground.dma, by=ground.director, field="blocked", better="more", low=3, high=1)
    for field in ("accidents", "beneficiaries"):
        priorities.add_criterion(owner=ground.dma, by=ground.director, field=field, better="more")
    with pytest.raises(Refused, match="All weights are 0"):
        priorities.set_weights(owner=ground.dma, by=ground.director, weights={"accidents": 0}, reason="x")
    with pytest.raises(Refused, match="Say why"):
        priorities.set_weights(owner=ground.dma, by=ground.director, weights={"accidents": 1}, reason=" ")
    first = priorities.set_weights(
        owner=ground.dma,
        by=ground.director,
        weights={"accidents": 0.52, "beneficiaries": 0.48, "colour": 9},
        reason="First",
    )
    ranks = {row.hazard_id: row for row in HazardPriority.objects.filter(weight_set=first)}
    assert (ranks[near.pk].rank, ranks[many.pk].rank, ranks[bare.pk].rank) == (1, 2, 3)
    assert (ranks[near.pk].rank_low, ranks[near.pk].rank_high) == (1, 2)
    assert (ranks[bare.pk].rank_low, ranks[bare.pk].rank_high) == (3, 3)
    assert ranks[bare.pk].values == {"accidents": 0, "beneficiaries": None}
    assert priorities.compute(first) == 3
    again = {
        row.hazard_id: (row.rank, row.rank_low, row.rank_high)
        for row in HazardPriority.objects.filter(weight_set=first)
    }
    assert again == {pk: (row.rank, row.rank_low, row.rank_high) for pk, row in ranks.items()}
    second = priorities.set_weights(owner=ground.dma, by=ground.director, weights={"beneficiaries": 1}, reason="People")
    assert (second.number, HazardPriority.objects.get(weight_set=second, rank=1).hazard) == (2, many)
    with refused("weights_stay"):
        WeightSet.objects.filter(pk=first.pk).update(weights={"accidents": 1})


def test_pages_of_priorities(ground, three, client):
    assert "Nothing is ranked yet" in text(read(client, ground.director, "/mineaction/priorities/"))
    post(client, ground.quality, "/mineaction/priorities/criterion/", 403)
    post(client, ground.director, "/mineaction/priorities/criterion/", field="accidents", better="more")
    post(client, ground.director, "/mineaction/priorities/weights/", 422, **{"weight-accidents": "0", "reason": "x"})
    post(
        client,
        ground.director,
        "/mineaction/priorities/weights/",
        **{"weight-accidents": "3", "reason": "Accidents alone"},
    )
    page = text(read(client, ground.im_officer, "/mineaction/priorities/"))
    assert three[0].ref in page
    assert "2–2" in page
    table = read(client, ground.im_officer, "/mineaction/priorities.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode())))
    assert [row["rank"] for row in rows] == ["1", "2", "2"]
    post(client, ground.director, "/mineaction/priorities/again/")
    for user in (ground.desk, ground.partner):
        read(client, user, "/mineaction/priorities/", 404)
        read(client, user, "/mineaction/priorities.csv", 404)
    assert "/mineaction/priorities/" in text(read(client, ground.im_officer, "/mineaction/operations/"))
    assert "/mineaction/priorities/" not in text(read(client, ground.desk, "/mineaction/operations/")), "a dead link"
    post(client, ground.desk, "/mineaction/priorities/again/", 403)
    assert three[0].ref not in text(read(client, ground.ikmaa_officer, "/mineaction/priorities/"))


def test_targets_and_what_was_reached(ground, client):
    hazard = ground.make_hazard("confirmed")
    ground.make_release(hazard, on=date(2026, 3, 1))
    ground.make_release(None, "reduced", on=date(2025, 12, 31), ground=square(10))
    ground.make_find(hazard, quantity=5, on=date(2026, 2, 1), destroyed_on=date(2026, 2, 2))
    ground.make_session(men=5, girls=7)
    for wrong in ({"period": "soon"}, {"indicator": "luck"}, {"value": 0}):
        with pytest.raises(Refused):
            strategy.aim(
                owner=ground.dma,
                by=ground.director,
                **{"period": "2026", "indicator": "cleared_m2", "value": 1, **wrong},
            )
    for indicator, value in (
        ("released_m2", 1000),
        ("cleared_m2", 1e6),
        ("items_destroyed", 10),
        ("eore_people", 24),
        ("hazards_closed", 2),
    ):
        strategy.aim(owner=ground.dma, by=ground.director, period="2026", indicator=indicator, value=value)
    with pytest.raises(Refused):
        strategy.aim(owner=ground.dma, by=ground.director, period="2026", indicator="cleared_m2", value=5)
    found = {
        one.target.indicator: one
        for one in strategy.standings(StrategyTarget.objects.filter(owner=ground.dma), date(2026, 7, 2))
    }
    assert found["cleared_m2"].measured == found["released_m2"].measured == pytest.approx(60_000, rel=0.02)
    assert found["items_destroyed"].percent == 50
    assert found["eore_people"].measured == 12
    assert found["hazards_closed"].measured == 0
    assert found["cleared_m2"].behind
    assert not found["items_destroyed"].behind
    assert found["eore_people"].expected == pytest.approx(0.5, abs=0.01)
    assert "Ground cleared" in text(read(client, ground.partner, "/mineaction/strategy/"))
    post(client, ground.desk, "/mineaction/strategy/new/", 403)
    given = {"authority": ground.dma.pk, "period": "2027", "indicator": "cleared_m2", "value": "5"}
    post(client, ground.director, "/mineaction/strategy/new/", 422, **{**given, "period": "20x"})
    post(client, ground.director, "/mineaction/strategy/new/", **given)
    assert StrategyTarget.objects.filter(owner=ground.dma, period="2027").exists()
