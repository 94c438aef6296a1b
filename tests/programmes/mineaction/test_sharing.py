"""How two authorities' changes to a hazard come together, by the rules of the programme alone."""

from __future__ import annotations

import pytest

from rafid.commons.records.exchange.declared import kinds
from rafid.methods.exchange import Change, merge
from rafid.programmes.mineaction import sharing
from rafid.programmes.mineaction.models import AuthorityArea, Evidence, Hazard

pytestmark = pytest.mark.django_db

KIND = sharing.HAZARD
SEEN = [{"id": "1", "direct": True, "type": "seen", "on": "2026-01-10", "source": "", "text": ""}]
BASE = {
    "state": "confirmed", "classification": "CHA", "suspected_on": "2026-01-10", "confirmed_on": "2026-01-10", "proofs": SEEN,
    "remaining_m2": 500.0, "ground": "POLYGON((44.3 36,44.303 36,44.303 36.002,44.3 36.002,44.3 36))",
}  # fmt: skip


def change(name, fields=None, after=("DMA:1",), action="set", record="HA-1"):
    return Change(name, record, KIND, action, fields or {}, tuple(after))


def picture(*changes, rules=None):
    return merge([change("DMA:1", BASE, ()), *changes], rules=rules or sharing.rules())


def only(found):
    assert len(found.conflicts) == 1
    return found.conflicts[0]


def test_edits_that_do_not_touch_each_other_merge():
    found = picture(change("DMA:2", {"men": 12}), change("IKMAA:1", {"slope": "steep"}))
    assert not found.conflicts
    assert found.records["HA-1"]["men"] == 12
    assert found.records["HA-1"]["slope"] == "steep"


def test_of_two_states_the_more_open_one_is_shown():
    found = picture(
        change("DMA:2", {"state": "closed", "remaining_m2": 0.0}), change("IKMAA:1", {"state": "worked_on"})
    )
    assert only(found).cause == "value"
    assert found.records["HA-1"]["state"] == "worked_on"


def test_of_two_remaining_areas_the_larger_one_is_shown():
    found = picture(change("DMA:2", {"remaining_m2": 120.0}), change("IKMAA:1", {"remaining_m2": 340.0}))
    assert only(found).fields == ("remaining_m2",)
    assert found.records["HA-1"]["remaining_m2"] == 340.0


def test_state_and_class_belong_together_and_the_confirmed_one_is_shown():
    start = change("DMA:2", {"state": "worked_on", "classification": "SHA", "confirmed_on": None})
    found = picture(
        start, change("DMA:3", {"state": "suspended"}, ["DMA:2"]),
        change("IKMAA:1", {"classification": "CHA", "confirmed_on": "2026-03-01"}, ["DMA:2"]),
    )  # fmt: skip
    assert only(found).cause == "together"
    shown = found.records["HA-1"]
    assert (shown["state"], shown["classification"], shown["confirmed_on"]) == ("worked_on", "CHA", "2026-03-01")


def test_ground_and_what_is_left_of_it_belong_together():
    other = "POLYGON((44.3 36,44.304 36,44.304 36.002,44.3 36.002,44.3 36))"
    found = picture(change("DMA:2", {"remaining_m2": 0.0}), change("IKMAA:1", {"ground": other}))
    assert only(found).fields == ("ground", "remaining_m2")


def test_confirmed_at_one_node_while_the_other_takes_the_evidence_away():
    start = change("DMA:2", {"state": "suspected", "classification": "SHA", "confirmed_on": None})
    found = picture(
        start, change("DMA:3", {"proofs": []}, ["DMA:2"]),
        change("IKMAA:1", {"state": "confirmed", "classification": "CHA", "confirmed_on": "2026-03-01"}, ["DMA:2"]),
    )  # fmt: skip
    assert (only(found).cause, only(found).fields) == ("check", (sharing.EVIDENCE,))
    shown = found.records["HA-1"]
    assert shown["classification"] == "CHA"
    assert shown["proofs"] == SEEN


def test_closed_at_one_node_while_the_other_measures_more():
    start = change("DMA:2", {"state": "checked", "remaining_m2": 0.0})
    found = picture(
        start, change("DMA:3", {"state": "closed"}, ["DMA:2"]), change("IKMAA:1", {"remaining_m2": 300.0}, ["DMA:2"])
    )
    assert (only(found).cause, only(found).fields) == ("check", (sharing.NOTHING_LEFT,))
    assert found.records["HA-1"]["state"] == "checked"


def test_retired_by_one_and_edited_by_the_other_stays():
    found = picture(change("DMA:2", action="retire"), change("IKMAA:1", {"comment": "still feared"}))
    assert only(found).cause == "retired"
    assert "HA-1" in found.records


def test_the_same_ground_under_two_numbers_and_not_where_it_is_no_ground():
    assert only(picture(change("IKMAA:1", BASE, (), record="HA-2"))).cause == "ground"
    assert not picture(change("IKMAA:1", {**BASE, "state": "discarded"}, (), record="HA-2")).conflicts


def test_closing_in_a_shared_area_waits_for_the_other_authority(ground):
    for owner in (ground.dma, ground.ikmaa):
        AuthorityArea.objects.create(
            owner=owner, place=ground.place.parent, shared=True, source="Test", valid_from="2020-01-01"
        )
    rules = kinds()[KIND].rules
    start = change("DMA:2", {"place": ground.place.ref, "state": "checked", "remaining_m2": 0.0})
    closing = change("DMA:3", {"state": "closed"}, ["DMA:2"])
    found = picture(start, closing, rules=rules)
    assert only(found).cause == "agreement"
    assert found.records["HA-1"]["state"] == "checked"
    agreed = change("IKMAA:1", {"change": "DMA:3"}, ["DMA:3"], "agree")
    done = picture(start, closing, agreed, rules=rules)
    assert not done.conflicts
    assert done.records["HA-1"]["state"] == "closed"
    # Closed when it was first recorded: that is history and asks nobody.
    assert not picture(
        change("IKMAA:1", {**BASE, "ground": None, "state": "closed", "place": ground.place.ref}, (), record="HA-3"),
        rules=rules,
    ).conflicts


def test_nothing_restricted_is_declared():
    never = {"observer", "investigation", "cost_usd", "sealed", "readings", "report", "made_by"}
    for name, kind in kinds().items():
        if name.startswith("mineaction."):
            assert never.isdisjoint(field.name for field in kind.fields), name
    assert "point" not in {field.name for field in kinds()["mineaction.accident"].fields}


def test_evidence_stands_on_its_hazard_and_nobody_else_writes_it(ground):
    hazard = ground.make_hazard("confirmed")
    row = Hazard.objects.get(pk=hazard.pk)
    assert [one["direct"] for one in row.proofs] == [True]
    assert row.version == 1  # evidence of a hazard is no change of what is written in the hazard
    Evidence.objects.create(hazard=hazard, direct=False, type="testimony", on=hazard.on, source="NTS")
    assert len(Hazard.objects.get(pk=hazard.pk).proofs) == 2
    row.proofs = []
    row.save()
    assert len(Hazard.objects.get(pk=hazard.pk).proofs) == 2
    Evidence.objects.filter(hazard=hazard, direct=False).delete()
    assert len(Hazard.objects.get(pk=hazard.pk).proofs) == 1
