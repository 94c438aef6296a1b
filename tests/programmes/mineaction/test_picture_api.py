"""Hazards, releases, activities and the ledger as programs read them."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.programmes.mineaction.hazards import states
from rafid.programmes.mineaction.models import HazardGround, Release

from .conftest import at, square

pytestmark = pytest.mark.django_db
API = "/api/v1/mineaction"


def ask(client, user, path, **query):
    client.logout()
    if user is not None:
        client.force_login(user)
    return client.get(f"{API}/{path}", query)


@pytest.fixture
def told(ground):
    """The story of the specification of a ledger: one hazard, a clearance, a cancellation that came late, ground suspected again.
    ``square``s are 0.003° wide; a third of one is 0.001°."""
    first = ground.make_hazard("confirmed", on=date(2025, 2, 1), known_at=at(date(2025, 2, 1)))
    cleared = ground.make_release(
        first, on=date(2025, 3, 10), ground=square(2, 0, 1), known_at=at(date(2025, 3, 15)), reported_m2=20000
    )
    late = ground.make_release(
        first, "cancelled", on=date(2025, 5, 1), ground=square(0, 0, 1), known_at=at(date(2026, 1, 20))
    )
    again = ground.make_hazard(on=date(2025, 6, 1), ground=square(2.5, 0, 1), known_at=at(date(2025, 6, 1)))
    return type("Told", (), {"first": first, "cleared": cleared, "late": late, "again": again})


def test_the_ledger_in_two_states(ground, told, client):
    before = ask(client, ground.im_officer, "ledger", on="2025-06-30", known="2025-06-30").json()
    # Half of what was cleared is suspected again since.
    half = before["cleared"]
    assert half == pytest.approx(10_000, rel=0.01)
    assert before["still_claimed"] == pytest.approx(half, rel=1e-4)
    assert before["remaining"] == pytest.approx(before["recorded"] - half - before["counted_twice"], abs=0.01)
    now = ask(client, ground.im_officer, "ledger").json()
    assert now["ground"] == pytest.approx(sum(now[name] for name in ("remaining", "cleared", "reduced", "cancelled")))
    assert now["recorded"] == pytest.approx(now["ground"] + now["counted_twice"])
    assert now["cancelled"] == pytest.approx(2 * half, rel=1e-4)
    assert now["hazards"] == 2
    assert {row["id"] for row in now["rows"]} == {str(told.first.pk), str(told.again.pk)}
    assert ask(client, ground.im_officer, "ledger", known=now["state"]).json()["remaining"] == now["remaining"]
    early = ask(client, ground.im_officer, "ledger", on="2025-06-30", known="2025-05-30").json()
    assert early["recorded"] < before["recorded"]


def test_the_steps_add_up(ground, told, client):
    answer = ask(
        client, ground.im_officer, "ledger/changes", on="2025-05-30", known="2025-05-30", to_on="2026-01-31"
    ).json()
    steps = {(step["ref"], step["cause"]): step["change"] for step in answer["steps"]}
    assert set(steps) == {(told.again.ref, "hazard added"), (told.late.ref, "release added")}
    assert sum(steps.values()) == pytest.approx(answer["after"]["remaining"] - answer["before"]["remaining"], abs=1e-6)
    assert steps[told.late.ref, "release added"] == pytest.approx(-answer["after"]["cancelled"])
    assert {step["item"] for step in answer["steps"]} == {str(told.again.pk), str(told.late.pk)}


def test_a_deleted_release_is_withdrawn_from_then_on(ground, told, client):
    Release.everything.filter(pk=told.late.pk).update(deleted_at=at(date(2026, 3, 1)), deleted_why="Wrong field")
    was = ask(client, ground.im_officer, "ledger", known="2026-02-01").json()
    now = ask(client, ground.im_officer, "ledger").json()
    assert was["cancelled"] > 0
    assert now["cancelled"] == 0
    steps = ask(client, ground.im_officer, "ledger/changes", known="2026-02-01").json()["steps"]
    assert [(step["cause"], step["ref"]) for step in steps] == [("release withdrawn", told.late.ref)]


def test_a_discarded_hazard_leaves_the_ledger_from_then_on(ground, client):
    hazard = ground.make_hazard(known_at=at(date(2026, 1, 10)))
    assert ask(client, ground.im_officer, "ledger").json()["recorded"] > 0
    states.discard(hazard, by=ground.im_officer, reason="It was a stone wall")
    assert ask(client, ground.im_officer, "ledger").json()["recorded"] == 0
    HazardGround.objects.filter(hazard=hazard, counts=False).update(known_at=at(date(2026, 6, 1)))
    assert ask(client, ground.im_officer, "ledger", known="2026-05-01").json()["recorded"] > 0


def test_a_ledger_is_of_what_one_sees(ground, told, client):
    mine = ask(client, ground.im_officer, "ledger").json()
    other = ground.make_hazard(on=date(2025, 2, 1), east=20, owner=ground.ikmaa, organisation=ground.rival)
    ground.make_release(other, on=date(2025, 7, 1), owner=ground.ikmaa, organisation=ground.rival)
    again = ask(client, ground.im_officer, "ledger").json()
    assert {name: again[name] for name in again if name != "state"} == {
        name: mine[name] for name in mine if name != "state"
    }
    theirs = ask(client, ground.ikmaa_officer, "ledger").json()
    assert (theirs["hazards"], theirs["remaining"]) == (1, pytest.approx(0, abs=1e-6))
    assert theirs["cleared"] == pytest.approx(theirs["recorded"])
    # A release of the other authority on our hazard counts for it, and is not told as outside.
    ground.make_release(None, on=date(2025, 7, 2), ground=square(0, 0, 30, 1), owner=ground.ikmaa, organisation=None)
    now = ask(client, ground.im_officer, "ledger").json()
    assert now["outside"] == pytest.approx(mine["outside"], abs=0.1)
    assert now["remaining"] < mine["remaining"]
    assert ask(client, ground.rival_desk, "ledger").json()["hazards"] == 1
    assert ask(client, ground.partner, "ledger").status_code == 404
    assert ask(client, None, "ledger").status_code == 401


def test_a_ledger_of_a_place(ground, told, client, world):
    elsewhere = ground.make_hazard(on=date(2025, 2, 1), east=30, place=world.north)
    all_of_it = ask(client, ground.im_officer, "ledger").json()
    here = ask(client, ground.im_officer, "ledger", place=world.town.ref).json()
    north = ask(client, ground.im_officer, "ledger", place=world.north.ref).json()
    assert north["hazards"] == 1
    assert north["rows"][0]["id"] == str(elsewhere.pk)
    assert here["remaining"] + north["remaining"] == pytest.approx(all_of_it["remaining"])


@pytest.mark.parametrize(
    ("query", "where"),
    [({"on": "yesterday"}, "on"), ({"known": "2026-13-01"}, "known"), ({"place": "Nowhere"}, "place"),
     ({"to_on": "x"}, "to_on")],
)  # fmt: skip
def test_a_wrong_word_is_named(ground, client, query, where):
    path = "ledger/changes" if where.startswith("to_") else "ledger"
    answer = ask(client, ground.im_officer, path, **query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == where


def test_hazards_exactly_and_on_a_grid(ground, told, client):
    items = ask(client, ground.im_officer, "hazards").json()["items"]
    assert {one["ref"] for one in items} == {told.first.ref, told.again.ref}
    first = next(one for one in items if one["ref"] == told.first.ref)
    assert (first["classification"], first["status"], first["precision"]) == ("CHA", "confirmed", "exact")
    assert first["remaining_m2"] == pytest.approx(first["area_m2"] / 3, rel=0.01)
    for user in (None, ground.partner):
        cells = ask(client, user, "hazards", authority="TT-DMA").json()["items"]
        cell = next(one for one in cells if one["ref"] == told.first.ref)
        assert (cell["status"], cell["precision"], cell["remaining_m2"]) == ("open", "1 km", None)
        assert all(round(value, 2) == pytest.approx(value) for value in cell["point"])
        shapes = ask(client, user, "hazards.geojson", authority="TT-DMA").json()["features"]
        assert {one["geometry"]["type"] for one in shapes} == {"Point"}
        assert ask(client, user, f"hazards/{told.first.ref}").status_code == 404
    assert ask(client, ground.rival_desk, "hazards").json()["items"] == []
    assert ask(client, ground.desk, f"hazards/{told.first.pk}").json()["ref"] == told.first.ref


def test_hazards_in_a_box(ground, told, client):
    inside = ask(client, ground.im_officer, "hazards.geojson", bbox="44.3,36,44.3301,36.1").json()["features"]
    assert [one["properties"]["ref"] for one in inside] == [told.first.ref]
    assert inside[0]["geometry"]["type"] == "MultiPolygon"
    for wrong in ("1,2,3", "a,b,c,d", "50,0,40,10"):
        assert ask(client, None, "hazards.geojson", bbox=wrong).status_code == 422


def test_releases_are_public_and_activities_are_not(ground, told, client):
    work = ground.make_activity(told.first)
    ground.make_day(work, items_found=2)
    items = ask(client, None, "releases", kind="cleared", authority="TT-DMA").json()["items"]
    one = next(one for one in items if one["ref"] == told.cleared.ref)
    assert (one["depth_m"], one["reported_m2"]) == (0.2, 20000)
    assert one["area_m2"] == pytest.approx(20_000, rel=0.01)
    assert told.cleared.ref in {
        one["properties"]["ref"] for one in ask(client, None, "releases.geojson", authority="TT-DMA").json()["features"]
    }
    assert ask(client, None, "activities").status_code == 401
    found = ask(client, ground.desk, "activities").json()["items"]
    assert [(row["ref"], row["area_m2"], row["items_found"], row["hazards"]) for row in found] == [
        (work.ref, 400, 2, [told.first.ref])
    ]
    assert ask(client, ground.rival_desk, "activities").json()["items"] == []
