"""What every register gets: lists by scope, forms, conflicts, deletion with a reason, history, search, findings."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from django.contrib.gis.geos import Point
from django.db.models import Q
from django.utils.translation import override
from openpyxl import load_workbook
from wells.models import Well

from rafid.commons.people.visibility import roles
from rafid.commons.records.change import Refused, Stale, delete, restore, save, undelete
from rafid.commons.records.models import Finding, FindingState
from rafid.commons.records.registers import text_of
from rafid.commons.records.search import index_record, search

pytestmark = pytest.mark.django_db
LIST = "/records/wells/well/"
FORM = {"number": "W-1", "depth_m": "40", "sensitivity": "1", "name_en": "Well one", "place": "T11", "working": "on"}


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
    assert "does not reach" in client.post(LIST + "new/?lang=en", form).content.decode(), "a place is needed"
    answer = client.post(LIST + "new/", {**form, "place": "T11"})
    assert answer.status_code == 302
    well = Well.objects.get()
    assert well.made_by == world.local
    away = {**form, "place": "", "version": well.version}
    assert client.post(f"{well.get_absolute_url()}edit/", away).status_code == 200, "nor is it taken away"
    assert client.post(LIST + "new/", {**form, "number": "W-8", "owner": ""}).status_code == 200
    client.force_login(world.keeper)
    assert client.post(LIST + "new/", {**form, "number": "W-8"}).status_code == 302, "whose role holds everywhere"


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


def test_what_only_the_first_editor_changed_is_taken_over(world, client):
    well = world.well(drilled_on="2026-01-01")
    read = well.version
    well.refresh_from_db()
    well.depth_m, well.working = 55, False
    save(well, version=read, reason="measured again")
    client.force_login(world.keeper)
    form = {**FORM, "owner": str(world.branch.pk), "drilled_on": "2026-01-01", "name_en": "Other name", "version": read}
    answer = client.post(well.get_absolute_url() + "edit/?lang=en", form)
    assert answer.status_code == 409
    assert "measured again" in answer.content.decode()
    shown = answer.context["form"]
    assert shown["depth_m"].value() == "55.0"
    assert shown["name_en"].value() == "Other name"
    assert shown["working"].value() is False
    assert not any(row["both"] for row in answer.context["rows"])


def test_a_change_without_the_version_that_was_read_is_refused(world, client):
    well = world.well()
    client.force_login(world.keeper)
    form = {**FORM, "owner": str(world.branch.pk), "depth_m": "60"}
    assert client.post(well.get_absolute_url() + "edit/", form).status_code == 200
    well.refresh_from_db()
    assert well.depth_m == 40


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "svg"])
def test_the_files_of_a_register_hold_the_rows_of_its_page(world, client, ending):
    well = world.well(point=Point(44.4, 33.3, srid=4326))
    other = world.well(number="W-2", place=world.north)
    world.well(number="W-3", owner=world.other, sensitivity=2)
    client.force_login(world.keeper)
    answer = client.get(f"/records/wells/well.{ending}?place=T1")
    assert answer.status_code == 200
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if ending == "csv":
        rows = list(csv.DictReader(body.decode().splitlines()))
        assert [row["ref"] for row in rows] == [well.ref]
        assert rows[0]["place"] == "T11"
    elif ending == "geojson":
        (feature,) = json.loads(body)["features"]
        assert feature["properties"]["ref"] == well.ref
        assert feature["geometry"]["coordinates"] == [44.4, 33.3]
        both = client.get("/records/wells/well.geojson").getvalue().decode()
        assert other.ref in both
        assert "W-3" not in both
    elif ending == "svg":
        assert str(well.pk) in body.decode()
    assert client.get(f"/records/wells/well.{ending}", headers={"If-None-Match": "x"}).status_code == 200
    same = client.get(f"/records/wells/well.{ending}?place=T1", headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304
    client.logout()
    nothing = client.get(f"/records/wells/well.{ending}")
    assert well.ref.encode() not in (b"".join(nothing.streaming_content) if nothing.streaming else nothing.content)
    assert client.get("/records/wells/well.exe").status_code == 404


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (2026, "2026"), (12345, "12,345"), (40.125, "40.125"), (1e6, "1,000,000"), (True, "yes")],
)
def test_values_are_shown_whole(value, text):
    with override("en"):
        assert text_of(value) == text


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
    assert client.post(well.get_absolute_url() + "delete/", {"why": "entered twice"}).status_code == 422
    well.refresh_from_db()
    read = {"why": "entered twice", "version": well.version}
    assert client.post(well.get_absolute_url() + "delete/", read).status_code == 302
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
    assert answer.status_code == 422
    well.refresh_from_db()
    read = {"why": "the tape was wrong", "version": well.version}
    answer = client.post(f"{well.get_absolute_url()}history/{first.pgh_id}/restore/", read)
    assert answer.status_code == 302
    well.refresh_from_db()
    assert well.depth_m == 40
    assert well.events.count() == 3


def test_bringing_a_version_back_brings_a_deleted_record_back_and_never_deletes(world, client):
    well = world.well()
    well.refresh_from_db()
    delete(well, why="entered twice", version=well.version)
    first, deleted = well.events.order_by("pgh_id")
    client.force_login(world.keeper)
    page = client.get(well.get_absolute_url() + "history/").content.decode()
    assert f"history/{first.pgh_id}/restore/" in page
    assert f"history/{deleted.pgh_id}/restore/" not in page
    assert client.get(f"{well.get_absolute_url()}history/{deleted.pgh_id}/restore/").status_code == 404
    read = {"why": "it was right", "version": "2"}
    assert client.post(f"{well.get_absolute_url()}history/{first.pgh_id}/restore/", read).status_code == 302
    assert Well.objects.get().deleted_why == ""


def test_two_versions_are_compared_whichever_is_chosen_first(world, client):
    well = world.well()
    well.refresh_from_db()
    well.depth_m = 77
    save(well, version=well.version, reason="new tape")
    one, two = well.events.order_by("pgh_id")
    client.force_login(world.keeper)
    for a, b in ((one, two), (two, one)):
        answer = client.get(f"{well.get_absolute_url()}history/?lang=en&a={a.pgh_id}&b={b.pgh_id}")
        assert answer.context["chosen"]["changes"] == [{"label": "Depth (m)", "before": "40", "after": "77"}]
    assert client.get(f"{well.get_absolute_url()}history/?a=1&b=x").context["chosen"] is None


def test_a_finding_is_assigned_to_those_who_may_check_it_only(world, client):
    well = world.well(depth_m=700)
    save(well, version=None)
    finding = Finding.objects.get(kind="wells.well")
    client.force_login(world.keeper)
    for to in (str(world.stranger.pk), "nonsense", ""):
        assert client.post(f"/findings/{finding.pk}/", {"action": "assign", "to": to}).status_code == 302
        finding.refresh_from_db()
        assert finding.assigned_to is None


def test_a_finding_asks_no_more_where_there_are_more_people(world, client, django_assert_max_num_queries):
    save(world.well(depth_m=700), version=None)
    finding = Finding.objects.get(kind="wells.well")
    for number in range(30):
        world.person(f"other-{number}")
    client.force_login(world.keeper)
    with django_assert_max_num_queries(30):
        page = client.get(f"/findings/{finding.pk}/")
    assert {world.keeper, world.local} <= set(page.context["people"])
    assert not any(account.login.startswith("other-") for account in page.context["people"])


def test_the_period_filter_offers_the_years_that_are_there(world, client):
    world.well(drilled_on="2024-03-01")
    world.well(number="W-2", drilled_on="2026-03-01")
    client.force_login(world.keeper)
    assert client.get(LIST).context["periods"] == ["2026", "2025", "2024"]
    assert client.get(f"{LIST}?period=2024").context["periods"][-13:-11] == ["2024", "202401"]
    assert client.get(f"{LIST}?period=2026Q1").context["periods"][0] == "2026Q1"


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
    finding = Finding.objects.get(kind="wells.well")
    assert finding.message["en"] == "700 m is deeper than 600 m"
    well.depth_m = 12345.5
    save(well, version=None)
    finding.refresh_from_db()
    assert finding.message["en"] == "12,345.5 m is deeper than 600 m"
    assert "12,345.5" in finding.message["ar"]
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
    finding = Finding.objects.get(kind="wells.well")
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
    assert answer.status_code == (404 if asked == "place=%00" else 200), "a place that is not there is said so"
    assert well.ref not in answer.content.decode()


def test_a_version_is_brought_back_only_where_the_role_reaches_it_and_publishes_nothing(world, client):
    well = world.well(place=world.north, state="published")
    Well.objects.filter(pk=well.pk).update(place=world.town, state="withdrawn", depth_m=41)
    Well.objects.filter(pk=well.pk).update(depth_m=42)
    elsewhere, here, _now = well.events.order_by("pgh_id")
    read = {"why": "as it was", "version": "3"}
    client.force_login(world.local)
    well.events.update(made_by=world.local)  # seen as one's own, wherever it lay
    refused = client.post(f"{well.get_absolute_url()}history/{elsewhere.pgh_id}/restore/", read)
    assert refused.status_code == 403
    assert client.post(f"{well.get_absolute_url()}history/{here.pgh_id}/restore/", read).status_code == 302
    client.force_login(world.keeper)
    read["version"] = str(Well.objects.get().version)
    assert client.post(f"{well.get_absolute_url()}history/{elsewhere.pgh_id}/restore/", read).status_code == 302
    back = Well.objects.get()
    assert (back.depth_m, back.place, back.state) == (40, world.north, "withdrawn")


def test_old_versions_fall_under_the_register_s_own_rule_too(world, client, monkeypatch):
    """A register may narrow the rule, as by "not before release": its history does not tell what its page withholds."""
    rule = Well.visibility.__func__
    monkeypatch.setattr(Well, "visibility", classmethod(lambda cls, user: rule(cls, user) & Q(working=True)))
    well = world.well(working=False, name_en="Before release")
    Well.objects.filter(pk=well.pk).update(working=True, name_en="Released")
    client.force_login(world.keeper)
    for address in (f"{well.get_absolute_url()}history/?lang=en", f"/api/v1/records/wells/well/{well.ref}/history"):
        told = client.get(address).content.decode()
        assert "Released" in told
        assert "Before release" not in told


def test_a_conflict_shows_no_version_that_the_editor_may_not_see(world, client, monkeypatch):
    """The version that was read comes with the form, so that anybody can name any."""
    well = world.well(name_en="Secret name", sensitivity=2)
    well.refresh_from_db()
    well.name_en, well.sensitivity = "Open name", 1
    save(well, version=well.version)
    monkeypatch.setitem(roles(), "wells.keeper", replace(roles()["wells.keeper"], reads="partner"))
    client.force_login(world.keeper)
    answer = client.post(f"{well.get_absolute_url()}edit/", {**FORM, "owner": str(world.branch.pk), "version": "1"})
    assert answer.status_code == 409
    assert "Open name" in answer.content.decode()
    assert "Secret name" not in answer.content.decode()


@pytest.mark.parametrize("order", ["--ref", "-", "-nothing", "pk"])
def test_an_order_that_means_nothing_is_the_usual_one(world, client, order):
    world.well()
    client.force_login(world.keeper)
    assert client.get(LIST, {"order": order}).status_code == 200


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "x"])
def test_a_version_that_is_no_number_is_stale(world, client, version):
    well = world.well()
    client.force_login(world.keeper)
    answer = client.post(f"{well.get_absolute_url()}delete/", {"why": "twice", "version": version})
    assert answer.status_code == 422
    event = well.events.get()
    answer = client.post(
        f"{well.get_absolute_url()}history/{event.pgh_id}/restore/", {"why": "back", "version": version}
    )
    assert answer.status_code == 422


def test_a_file_speaks_the_reader_s_language_and_says_so_in_its_tag(world, client):
    world.well()
    client.force_login(world.keeper)
    tags = set()
    for language, sheet in (("en", "Data"), ("ckb", "داتا"), ("ar", "البيانات")):
        answer = client.get("/records/wells/well.xlsx", headers={"Accept-Language": language})
        book = load_workbook(io.BytesIO(answer.getvalue()))
        assert book.sheetnames[0] == sheet
        tags.add(answer["ETag"])
    assert len(tags) == 3, "one address, three files: none may pass for another"


def test_a_moved_point_changes_the_tag_of_its_file(world, client):
    well = world.well(point=Point(44.4, 33.3, srid=4326), state="published", sensitivity=0)
    tag = client.get("/data/wells.geojson")["ETag"]
    assert client.get("/data/wells.geojson")["ETag"] == tag
    Well.objects.filter(pk=well.pk).update(point=Point(44.5, 33.3, srid=4326))
    assert client.get("/data/wells.geojson")["ETag"] != tag
