"""Who sees what of mine action, on its rows and on the pages of its registers."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from rafid.commons.people.access_log import readings_of
from rafid.commons.programme import programme
from rafid.commons.records.change import Refused
from rafid.programmes.mineaction.models import (
    Accident,
    AccidentCell,
    FieldReport,
    Hazard,
    HazardCell,
    OrdnanceFind,
    Release,
    SealedPerson,
    Task,
    Victim,
    VictimName,
)
from rafid.programmes.mineaction.reading import persons, seal_person, victim_names
from rafid.programmes.mineaction.seeing import may_anywhere, may_do

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def sees(user, row) -> bool:
    return type(row).objects.visible_to(user).filter(pk=row.pk).exists()


def test_an_exact_hazard_is_for_its_authority_and_whose_task_it_is(ground):
    hazard = ground.make_hazard(organisation=None)
    for role in ("im_officer", "operations", "quality", "director", "eore_officer", "node"):
        assert sees(ground.people[role], hazard), role
    strangers = (NOBODY, ground.partner, ground.desk, ground.rival_desk, ground.ikmaa_officer, ground.world.stranger)
    assert not any(sees(user, hazard) for user in strangers)
    task = ground.make_task(hazard)
    assert not sees(ground.desk, hazard)
    Task.objects.filter(pk=task.pk).update(state="issued")
    assert sees(ground.desk, hazard)
    assert not sees(ground.rival_desk, hazard)
    assert Hazard.objects.visible_to(ground.desk).count() == 1
    # One's own report of it.
    assert sees(ground.rival_desk, ground.make_hazard(organisation=ground.rival))


def test_everybody_sees_open_hazards_coarsely_and_releases(ground):
    hazard = ground.make_hazard("confirmed")
    ground.make_hazard("closed", east=9)
    assert [cell.ref for cell in HazardCell.objects.visible_to(NOBODY).filter(owner=ground.dma)] == [hazard.ref]
    release = ground.make_release(hazard)
    assert Release.objects.visible_to(NOBODY).get(pk=release.pk) == release
    accident = ground.make_accident()
    assert not Accident.objects.visible_to(NOBODY).exists()
    assert AccidentCell.objects.visible_to(NOBODY).filter(pk=accident.pk).exists()


def test_an_operator_sees_its_own_reports_and_tasks_that_were_issued(ground):
    report, task = ground.make_report(), ground.make_task()
    assert sees(ground.desk, report)
    assert sees(ground.operator_manager, report)
    assert not sees(ground.rival_desk, report)
    assert not sees(ground.partner, report)
    assert not sees(ground.desk, task)
    assert sees(ground.operations, task)
    assert not FieldReport.objects.visible_to(NOBODY).exists()


def test_a_find_whose_place_must_not_be_known_is_for_managers(ground):
    find = ground.make_find(sensitivity=2)
    assert sees(ground.im_officer, find)
    assert sees(ground.operations, find)
    assert not any(sees(ground.people[role], find) for role in ("desk", "quality", "eore_officer", "partner"))
    assert sees(ground.desk, ground.make_find())
    assert OrdnanceFind.objects.visible_to(ground.desk).count() == 1


def test_persons_are_for_victim_assistance_only(ground, world):
    victim = ground.make_victim("Hidden")
    administrator = world.person("x-root", ("platform.administrator", None, None))
    others = [user for role, user in ground.people.items() if role != "victim_assistance"]
    for row in (victim, victim.name_row):
        assert sees(ground.victim_assistance, row)
        assert not any(sees(user, row) for user in (*others, administrator, NOBODY))
    assert "Hidden" not in victim.name_row.sealed
    assert not Victim.objects.visible_to(
        world.person("x-va2", ("mineaction.victim_assistance", ground.ikmaa, None))
    ).exists()


def request_of(user):
    request = RequestFactory().get("/mineaction/victims/")
    request.user = user
    return request


def test_a_name_is_opened_with_a_reason_and_written_down(ground):
    victim = ground.make_victim("Hidden")
    with pytest.raises(Refused, match="reason"):
        victim_names(request_of(ground.victim_assistance), [victim], purpose=" ")
    assert not readings_of(victim).exists()
    assert victim_names(request_of(ground.victim_assistance), [victim], purpose="Referral") == {victim.pk: ["Hidden"]}
    assert [(row.account, row.purpose) for row in readings_of(victim)] == [(ground.victim_assistance, "Referral")]
    assert victim_names(request_of(ground.director), [victim], purpose="Curious") == {}
    assert "Hidden" not in readings_of(victim).get().title
    spot = ground.make_spot_task()
    SealedPerson.objects.create(
        owner=ground.dma, place=ground.place, spot_task=spot, role="reporter", sealed=seal_person("Caller")
    )
    assert persons(request_of(ground.im_officer), spot, purpose="Call back") == []
    assert persons(request_of(ground.victim_assistance), spot, purpose="Call back")[0][1]["name"] == "Caller"
    assert VictimName.objects.visible_to(ground.desk).count() == 0


def test_rights(ground):
    report = ground.make_report()
    assert may_do(ground.desk, "check", report)
    assert not may_do(ground.desk, "approve", report)
    assert may_do(ground.operator_manager, "approve", report, side="operator")
    assert not may_do(ground.operator_manager, "approve", report, side="authority")
    assert may_do(ground.im_officer, "approve", report, side="authority")
    assert not may_do(ground.ikmaa_officer, "approve", report)
    assert not may_do(ground.rival_desk, "check", report)
    assert may_anywhere(ground.victim_assistance, "victims")
    assert not may_anywhere(ground.director, "victims")


def test_no_register_page_shows_persons(ground, client):
    declared = {record.model for record in programme("mineaction").records}
    assert not declared & {"victim", "victimname", "referral", "need", "sealedperson"}
    victim = ground.make_victim()
    client.force_login(ground.victim_assistance)
    assert client.get(f"/records/mineaction/victim/{victim.ref}/").status_code == 404


def test_the_pages_of_the_registers(ground, client):
    hazard = ground.make_hazard()
    made = {
        "hazard": hazard, "report": ground.make_report(), "activity": ground.make_activity(hazard),
        "release": ground.make_release(hazard, type="cancelled"), "ordnance": ground.make_find(hazard),
        "spot": ground.make_spot_task(), "task": ground.make_task(hazard), "accreditation": ground.make_accreditation(activity="bac"),
        "inspection": ground.make_inspection(hazard), "nonconformity": ground.make_nonconformity(hazard),
        "completion": ground.make_completion(hazard), "handover": ground.make_handover(hazard),
        "accident": ground.make_accident(), "eore": ground.make_session(),
    }  # fmt: skip
    client.force_login(ground.im_officer)
    assert client.get("/records/mineaction/sheet/").status_code == 200
    for code, row in made.items():
        assert row.ref in client.get(f"/records/mineaction/{code}/").content.decode(), code
        assert client.get(f"/records/mineaction/{code}/{row.ref}/").status_code == 200, code
        assert client.get(f"/records/mineaction/{code}/{row.ref}/history/").status_code == 200, code
    client.logout()
    assert client.get(f"/records/mineaction/hazard/{hazard.ref}/").status_code in (302, 404)
    assert hazard.ref not in client.get("/records/mineaction/hazard/").content.decode()
    assert made["release"].ref in client.get("/records/mineaction/release/").content.decode()


def test_a_hazard_is_entered_and_changed_on_its_page(ground, client):
    client.force_login(ground.im_officer)
    entered = {
        "type": "minefield", "on": "2026-01-05", "suspected_on": "2026-01-05", "place": ground.place.ref, "owner": ground.dma.pk,
        "land_dispute": "no", "owner_known": "yes", "name_local": "The old orchard", "sensitivity": 1,
    }  # fmt: skip
    answer = client.post("/records/mineaction/hazard/new/", entered)
    assert answer.status_code == 302, answer.content.decode()
    hazard = Hazard.objects.get(name_local="The old orchard")
    assert (hazard.state, hazard.owner, hazard.ref[:9]) == ("reported", ground.dma, "DMA-2026-")
    answer = client.post(
        f"/records/mineaction/hazard/{hazard.ref}/edit/?lang=en",
        {**entered, "version": hazard.version, "suspected_on": "2100-01-01"},
    )
    assert "after today" in answer.content.decode()
    hazard.refresh_from_db()
    assert hazard.suspected_on == date(2026, 1, 5)


def test_every_way_out_of_the_register_asks_who_sees(ground, client):
    """List, page, history, files, tiles and addresses of the hazards, for the operator of one of two and for nobody."""
    given, other = ground.make_hazard(organisation=None), ground.make_hazard(east=9, organisation=None)
    ground.make_task(given, state="issued")
    doors = (
        "/records/mineaction/hazard/", "/records/mineaction/hazard/?format=csv", "/api/v1/records/mineaction/hazard",
        "/records/mineaction/hazard.csv", "/records/mineaction/hazard.geojson",
    )  # fmt: skip
    seen = 0
    for user, refs in ((ground.desk, {given.ref}), (None, set())):
        client.force_login(user) if user else client.logout()
        for door in doors:
            answer = client.get(door)
            if answer.status_code != 200:
                continue
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert {ref for ref in (given.ref, other.ref) if ref.encode() in body} == refs, door
            seen += 1
        page = client.get(f"/records/mineaction/hazard/{given.ref}/history/")
        assert (page.status_code == 200) == bool(user)
        assert client.get(f"/records/mineaction/hazard/{other.ref}/history/").status_code in (302, 404)
        x, y = int((44.33 + 180) / 360 * 256), 100
        tile = client.get(f"/tiles/mineaction-hazard/8/{x}/{y}.mvt")
        assert tile.status_code in (200, 204)
    assert seen >= 4
