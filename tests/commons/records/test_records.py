"""What every register gets: lists by scope, forms, conflicts, deletion with a reason, history, search, findings."""

from __future__ import annotations

import pytest
from wells.models import Well

from rafid.commons.records.change import Refused, Stale, delete, restore, save, undelete
from rafid.commons.records.models import Finding, FindingState
from rafid.commons.records.search import index_record, search

pytestmark = pytest.mark.django_db
LIST = "/records/wells/well/"


def test_list_shows_what_the_scope_reaches_and_nothing_else(world, client):
    mine, theirs = world.well(), world.well(number="W-2", place=world.north, owner=world.other)
    client.force_login(world.local)
    page = client.get(LIST).content.decode()
    assert mine.ref in page
    assert theirs.ref not in page
    assert client.get(theirs.get_absolute_url()).status_code == 404
    client.force_login(world.stranger)
    assert mine.ref not in client.get(LIST).content.decode()


def test_public_and_published_is_seen_by_nobody_in_particular(world, client):
    well = world.well(state="published", sensitivity=0)
    assert client.get(well.get_absolute_url()).status_code == 200
    Well.objects.filter(pk=well.pk).update(state="draft")
    assert client.get(well.get_absolute_url()).status_code == 404


def test_adding_outside_the_scope_is_refused_with_a_sentence(world, client):
    client.force_login(world.local)
    form = {
        "number": "W-9",
        "depth_m": "10",
        "owner": str(world.branch.pk),
        "sensitivity": "1",
        "name_en": "x",
        "working": "on",
    }
    answer = client.post(LIST + "new/?lang=en", {**form, "place": "T2"})
    assert answer.status_code == 200
    assert "does not reach" in answer.content.decode()
    assert not Well.objects.exists()
    answer = client.post(LIST + "new/", {**form, "place": "T11"})
    assert answer.status_code == 302
    assert Well.objects.get().made_by == world.local


def test_the_database_s_refusal_becomes_a_sentence(world, client):
    world.well()
    client.force_login(world.keeper)
    form = {"number": "W-1", "depth_m": "10", "owner": str(world.branch.pk), "sensitivity": "1", "name_en": "x"}
    page = client.post(LIST + "new/?lang=en", form).content.decode()
    assert "already" in page
    page = client.post(LIST + "new/?lang=en", {**form, "number": "W-3", "depth_m": "-1"}).content.decode()
    assert Well.objects.count() == 1
    assert "Traceback" not in page


def test_the_second_of_two_editors_sees_what_changed_and_decides(world, client):
    well = world.well()
    read = well.version
    well.depth_m = 55
    save(well, version=read, reason="measured again")
    client.force_login(world.keeper)
    form = {
        "number": "W-1",
        "depth_m": "60",
        "owner": str(world.branch.pk),
        "sensitivity": "1",
        "name_en": "Well one",
        "place": "T11",
        "working": "on",
    }
    answer = client.post(well.get_absolute_url() + "edit/?lang=en", {**form, "version": read})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "55" in page
    assert "60" in page
    assert "40" in page
    well.refresh_from_db()
    assert well.depth_m == 55
    answer = client.post(well.get_absolute_url() + "edit/", {**form, "version": well.version})
    assert answer.status_code == 302
    well.refresh_from_db()
    assert well.depth_m == 60


def test_stale_is_told_apart_from_fresh(world):
    well = world.well()
    old = well.version
    well.depth_m = 41
    save(well, version=old)
    well.depth_m = 42
    with pytest.raises(Stale):
        save(well, version=old)


def test_deleting_asks_why_and_can_be_undone(world, client):
    well = world.well()
    with pytest.raises(Refused):
        delete(well, why=" ", version=None)
    client.force_login(world.keeper)
    assert client.post(well.get_absolute_url() + "delete/", {"why": "entered twice"}).status_code == 302
    assert not Well.objects.exists()
    assert "entered twice" in client.get(well.get_absolute_url()).content.decode()
    client.force_login(world.reader)
    assert client.get(well.get_absolute_url()).status_code == 404
    undelete(well)
    assert Well.objects.get().deleted_why == ""


def test_history_says_who_changed_what_and_brings_a_version_back(world, client):
    well = world.well()
    client.force_login(world.keeper)
    form = {
        "number": "W-1",
        "depth_m": "80",
        "owner": str(world.branch.pk),
        "sensitivity": "1",
        "name_en": "Well one",
        "place": "T11",
        "working": "on",
        "version": well.version,
        "reason": "new tape",
    }
    client.post(well.get_absolute_url() + "edit/", form)
    page = client.get(well.get_absolute_url() + "history/?lang=en").content.decode()
    assert "new tape" in page
    assert "keeper" in page
    assert "80" in page
    first = well.events.order_by("pgh_id").first()
    answer = client.post(f"{well.get_absolute_url()}history/{first.pgh_id}/restore/", {"why": "the tape was wrong"})
    assert answer.status_code == 302
    well.refresh_from_db()
    assert well.depth_m == 40
    assert well.events.count() == 3


def test_a_restricted_past_is_not_shown_to_the_public(world, client):
    well = world.well(name_en="Secret name", sensitivity=2)
    well.refresh_from_db()
    well.name_en, well.sensitivity, well.state = "Open name", 0, "published"
    save(well, version=well.version)
    page = client.get(well.get_absolute_url() + "history/").content.decode()
    assert "Open name" in client.get(well.get_absolute_url() + "?lang=en").content.decode()
    assert "Secret name" not in page


def test_restore_through_the_verb_keeps_identity(world):
    well = world.well()
    well.refresh_from_db()
    ref = well.ref
    well.depth_m = 99
    save(well, version=well.version)
    restore(well, well.events.order_by("pgh_id").first(), why="back", version=None)
    assert (well.depth_m, well.ref) == (40, ref)


def test_a_check_makes_a_finding_that_goes_when_the_record_is_right(world):
    well = world.well(depth_m=700)
    well.refresh_from_db()
    save(well, version=None)
    finding = Finding.objects.get()
    assert "700" in finding.message["en"]
    well.depth_m = 70
    save(well, version=None)
    finding.refresh_from_db()
    assert finding.state == FindingState.RESOLVED
    well.depth_m = 800
    save(well, version=None)
    finding.refresh_from_db()
    assert finding.state == FindingState.OPEN


def test_a_finding_is_excused_only_with_a_reason(world, client):
    well = world.well(depth_m=700)
    well.refresh_from_db()
    save(well, version=None)
    finding = Finding.objects.get()
    client.force_login(world.keeper)
    url = f"/findings/{finding.pk}/?lang=en"
    assert client.post(url, {"action": "explained", "text": ""}).status_code == 422
    assert client.post(url, {"action": "explained", "text": "deep aquifer"}).status_code == 302
    assert client.post(url, {"action": "comment", "text": "seen on site"}).status_code == 302
    assert client.post(url, {"action": "assign", "to": str(world.local.pk)}).status_code == 302
    finding.refresh_from_db()
    assert (finding.state, finding.reason, finding.assigned_to) == ("explained", "deep aquifer", world.local)
    assert "seen on site" in client.get(url).content.decode()
    save(well, version=None)
    finding.refresh_from_db()
    assert finding.state == "explained"
    client.force_login(world.stranger)
    assert client.get(url).status_code == 404


def test_search_finds_in_three_scripts_what_the_person_may_see(world):
    well = world.well(name_ar="بئر الشُّهداء", name_ckb="بیری ناوەندی")
    index_record(well)
    assert [hit.url for hit in search(world.keeper, "الشهداء")] == [well.get_absolute_url()]
    assert search(world.keeper, "بيري ناوهندي")
    assert search(world.keeper, "well ONE")
    assert search(world.stranger, "well one") == []


@pytest.mark.parametrize(
    "asked", ["place=T1", "place=T11", "q=Well", "period=2026", "organisation=WA", "order=-depth_m"]
)
def test_filters_stay_in_the_address(world, client, asked):
    well = world.well(drilled_on="2026-03-01")
    index_record(well)
    client.force_login(world.keeper)
    assert well.ref in client.get(f"{LIST}?{asked}").content.decode()


@pytest.mark.parametrize(
    "asked", ["place=T2", "q=nothing", "period=2025", "organisation=OTHER", "place=%00", "period=20269999"]
)
def test_filters_that_find_nothing(world, client, asked):
    well = world.well(drilled_on="2026-03-01")
    index_record(well)
    client.force_login(world.keeper)
    answer = client.get(f"{LIST}?{asked}")
    assert answer.status_code == 200
    assert well.ref not in answer.content.decode()
