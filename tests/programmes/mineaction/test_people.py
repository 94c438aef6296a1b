"""The door before persons, registering, needs, referrals to their end, and erasing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from rafid.commons.people.access_log import readings_of
from rafid.commons.people.models import AccessLog
from rafid.commons.records.change import Refused
from rafid.programmes.mineaction.models import (
    ErasedVictim,
    Need,
    Referral,
    SealedPerson,
    SpotTask,
    Victim,
    VictimName,
)
from rafid.programmes.mineaction.people.door import KEPT_AS
from rafid.programmes.mineaction.people.erase import erase_victim
from rafid.programmes.mineaction.people.naming import names_somebody
from rafid.programmes.mineaction.people.persons import erase_person, opened
from rafid.programmes.mineaction.people.refer import assess, refer, step, withdraw
from rafid.programmes.mineaction.reading import seal_person

from .conftest import refused

pytestmark = pytest.mark.django_db
LIST, DOOR = "/mineaction/victims/", "/mineaction/victims/door/"
TODAY = date(2026, 3, 1)
SECRET = "Zubaydaqx"


def enter(client, user, reason="follow", details=""):
    client.force_login(user)
    return client.post(DOOR, {"reason": reason, "details": details, "to": LIST}, headers={"accept-language": "en"})


def page(client, path, status=200, **query):
    answer = client.get(path, query, headers={"accept-language": "en"})
    assert answer.status_code == status, path
    return answer.content.decode()


def consented(victim, ground, to="Workshop", **values):
    given = {"on": TODAY, "consent_on": TODAY, "consent_scope": "Name and injury", "by": ground.victim_assistance}
    return refer(victim, "prosthesis", to, **{**given, **values})


def test_the_door_is_there_for_carers_only(ground, client):
    victim = ground.make_victim(SECRET)
    referral = consented(victim, ground)
    administrator = ground.world.person("x-root", ("platform.administrator", None, None))
    paths = (LIST, f"{LIST}new/", f"{LIST}{victim.ref}/", f"{LIST}{victim.ref}/edit/", "/mineaction/referrals/",
             f"/mineaction/referrals/{referral.ref}/")  # fmt: skip
    others = [user for role, user in ground.people.items() if role != "victim_assistance"]
    for user in (None, administrator, *others):
        client.logout()
        if user is not None:
            client.force_login(user)
        for path in paths:
            assert client.get(path).status_code == 404, (user, path)
        assert client.post(DOOR, {"reason": "follow"}).status_code == 404
    client.force_login(ground.victim_assistance)
    for path in paths:
        shown = page(client, path)
        assert "Why do you open this?" in shown
        assert SECRET not in shown
    assert not AccessLog.objects.filter(object_id=str(victim.pk)).exists()


def test_a_reason_opens_it_and_every_name_is_written_down(ground, client):
    victim = ground.make_victim(SECRET)
    assert enter(client, ground.victim_assistance, reason="").status_code == 422
    assert enter(client, ground.victim_assistance, reason="other").status_code == 422
    assert enter(client, ground.victim_assistance, details="Call the workshop").headers["location"] == LIST
    shown = client.get(LIST, headers={"accept-language": "en"})
    assert SECRET in shown.content.decode()
    assert "no-store" in shown.headers["cache-control"]
    row = readings_of(victim).get()
    assert row.account == ground.victim_assistance
    assert "Call the workshop" in row.purpose
    assert row.restricted
    page(client, f"{LIST}{victim.ref}/")
    assert readings_of(victim).count() == 2


def test_the_door_closes_by_itself_and_is_nobody_elses(ground, client):
    ground.make_victim(SECRET)
    enter(client, ground.victim_assistance)
    session = client.session
    session[KEPT_AS] = {**session[KEPT_AS], "until": (timezone.now() - timedelta(seconds=1)).isoformat()}
    session.save()
    assert SECRET not in page(client, LIST)
    enter(client, ground.victim_assistance)
    session = client.session
    session[KEPT_AS] = {**session[KEPT_AS], "account": "somebody else"}
    session.save()
    assert SECRET not in page(client, LIST)
    enter(client, ground.victim_assistance)
    client.post("/mineaction/victims/leave/")
    assert SECRET not in page(client, LIST)
    lost = client.post(f"{LIST}new/", {"given": SECRET}, headers={"accept-language": "en"}).content.decode()
    assert "nothing was saved" in lost


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example/", "/accounts/login/", ""])
def test_the_door_leads_nowhere_else(ground, client, to):
    client.force_login(ground.victim_assistance)
    answer = client.post(DOOR, {"reason": "follow", "to": to})
    assert answer.headers["location"] == LIST


def test_a_reason_names_nobody(ground, client):
    ground.make_victim()
    victim = ground.make_victim("Layla")
    VictimName.objects.filter(victim=victim).delete()
    from rafid.programmes.mineaction.reading import seal_name

    VictimName.objects.create(victim=victim, sealed=seal_name(["Layla", "Karim", "Yusuf", "al-Obaidi"]))
    answer = enter(client, ground.victim_assistance, details="About layla KARIM and her leg")
    assert answer.status_code == 422
    assert "names a victim" in answer.content.decode()
    assert names_somebody("the family of Yusuf al-Obaidi", Victim.objects.all())
    assert not names_somebody("Karim from the workshop", Victim.objects.filter(pk=victim.pk))
    assert not names_somebody("", Victim.objects.all())


def typed(ground, from_accident=None, **values):
    return {
        "given": "Nour", "father": "Sami", "grandfather": "", "family": SECRET, "owner": ground.dma.ref,
        "accident": from_accident.ref if from_accident else "", "on": "2026-02-01", "place": ground.place.ref, "harm": "injured",
        "sex": "female", "age_given": "birth", "born_on": "2014-03-02", "age": "", "injuries": ["leg"], "doing": "herding",
        "tampered": "no", "knew_danger": "unknown", "had_eore": "no", **values,
    }  # fmt: skip


def test_a_victim_is_registered_and_corrected(ground, client):
    accident = ground.make_accident()
    enter(client, ground.victim_assistance, "register")
    answer = client.post(f"{LIST}new/", typed(ground, accident))
    assert answer.status_code == 302, answer.content.decode()
    victim = Victim.objects.get(accident=accident)
    assert (victim.age, victim.age_given, victim.injuries, victim.owner) == (11, "birth", ["leg"], ground.dma)
    assert SECRET not in victim.name_row.sealed
    shown = page(client, f"{LIST}{victim.ref}/")
    assert f"Nour Sami {SECRET}" in shown
    assert "Herding" in shown
    form = page(client, f"{LIST}{victim.ref}/edit/")
    assert f'value="{SECRET}"' in form
    changed = typed(ground, accident, age_given="age", age="10", given="Nura", version=victim.version)
    assert client.post(f"{LIST}{victim.ref}/edit/", changed).status_code == 302
    victim.refresh_from_db()
    assert (victim.age, victim.born_on) == (10, None)
    stale = client.post(f"{LIST}{victim.ref}/edit/", changed, headers={"accept-language": "en"})
    assert stale.status_code == 422
    assert "Somebody changed this record" in stale.content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"born_on": "2026-02-02"}, "birth date lies on or before"),
        ({"born_on": ""}, "Enter the birth date"),
        ({"age_given": "age", "born_on": "", "age": "130"}, "120"),
        ({"age_given": "age", "born_on": "", "age": ""}, "Enter the age"),
        ({"on": "2100-01-01"}, "after today"),
        ({"accident": "DMA-AX-1999-0001"}, "No accident has this number"),
        ({"harm": ""}, "required"),
        ({"on": "2026-01-31"}, "on another day"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_kept(ground, client, wrong, told):
    accident = ground.make_accident()
    before = Victim.objects.count()
    enter(client, ground.victim_assistance, "register")
    answer = client.post(f"{LIST}new/", typed(ground, accident, **wrong), headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert Victim.objects.count() == before


def test_a_referral_is_followed_to_an_end(ground, client):
    victim = ground.make_victim(SECRET)
    enter(client, ground.victim_assistance)
    client.post(
        f"{LIST}{victim.ref}/needs/", {"need-service": "prosthesis", "need-on": "2026-02-10", "need-text": "Leg"}
    )
    need = Need.objects.get(victim=victim)
    sent = {
        "referral-need": str(need.pk), "referral-service": "prosthesis", "referral-to": "Workshop", "referral-on": "2026-02-12",
        "referral-consent_on": "2026-02-11", "referral-consent_scope": "Name and injury to the workshop",
    }  # fmt: skip
    late = client.post(
        f"{LIST}{victim.ref}/refer/", {**sent, "referral-consent_on": "2026-02-13"}, headers={"accept-language": "en"}
    )
    assert "The consent comes before the referral" in late.content.decode()
    assert client.post(f"{LIST}{victim.ref}/refer/", {**sent, "referral-consent_scope": ""}).status_code == 422
    assert not Referral.objects.filter(victim=victim).exists()
    assert client.post(f"{LIST}{victim.ref}/refer/", sent).status_code == 302
    referral = Referral.objects.get(victim=victim)
    path = f"/mineaction/referrals/{referral.ref}/"
    assert SECRET in page(client, "/mineaction/referrals/")
    for state, day in (("accepted", "2026-02-13"), ("in_progress", "2026-02-14"), ("done", "2026-02-20")):
        referral.refresh_from_db()
        answer = client.post(f"{path}step/", {
            "step-state": state, "step-on": day, "step-version": referral.version, "step-met": "on" if state == "done" else "",
        })  # fmt: skip
        assert answer.status_code == 302, answer.content.decode()
    referral.refresh_from_db()
    need.refresh_from_db()
    assert (referral.state, referral.ended_on, need.met_on) == ("done", date(2026, 2, 20), date(2026, 2, 20))
    shown = page(client, path)
    assert "This referral has ended." in shown
    assert shown.count("<time") == 4
    stale = client.post(f"{path}step/", {"step-state": "done", "step-on": "2026-02-21", "step-version": 1})
    assert stale.status_code == 422


def test_steps_go_only_where_they_lead(ground):
    referral = consented(ground.make_victim(), ground)
    with pytest.raises(Refused, match="not possible"):
        step(referral, "done", on=TODAY, by=ground.victim_assistance)
    with pytest.raises(Refused, match="before the referral"):
        step(referral, "accepted", on=TODAY - timedelta(days=1), by=ground.victim_assistance)
    lost = step(referral, "lost", on=TODAY, by=ground.victim_assistance)
    assert lost.ended_on == TODAY
    again = step(lost, "open", on=TODAY, by=ground.victim_assistance)
    assert again.ended_on is None
    with refused("referral_steps"):
        Referral.objects.filter(pk=referral.pk).update(state="done")


def test_a_withdrawn_consent_ends_the_referral_for_good(ground, client):
    referral = consented(ground.make_victim(), ground)
    going = step(referral, "accepted", on=TODAY, by=ground.victim_assistance)
    going = step(going, "in_progress", on=TODAY, by=ground.victim_assistance)
    with pytest.raises(Refused, match="on or after the day"):
        withdraw(going, on=TODAY - timedelta(days=1), by=ground.victim_assistance)
    enter(client, ground.victim_assistance)
    path = f"/mineaction/referrals/{going.ref}/"
    answer = client.post(f"{path}withdraw/", {"withdraw-on": "2026-03-05", "withdraw-version": going.version})
    assert answer.status_code == 302
    going.refresh_from_db()
    assert (going.state, going.withdrawn_on, going.ended_on) == ("refused", date(2026, 3, 5), date(2026, 3, 5))
    assert "nothing more is passed on" in page(client, path)
    with pytest.raises(Refused, match="already"):
        withdraw(going, on=date(2026, 3, 6), by=ground.victim_assistance)
    lost = step(consented(ground.make_victim(), ground), "lost", on=TODAY, by=ground.victim_assistance)
    lost = withdraw(lost, on=TODAY, by=ground.victim_assistance)
    with pytest.raises(Refused, match="not possible"):
        step(lost, "open", on=TODAY, by=ground.victim_assistance)
    with refused("referral_withdrawn_ends"):
        Referral.objects.filter(pk=lost.pk).update(state="open")


def everything_of(victim):
    """All text that the database holds in the tables of this programme and its history."""
    said = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND (table_name LIKE"
            " 'rafid_mineaction_%%' OR table_name LIKE 'pghistory_%%' OR table_name LIKE 'rafid_records_%%')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT string_agg(t::text, chr(10)) FROM "{table}" t')
            said.append(str(cursor.fetchone()[0]))
    return "\n".join(said)


def test_an_erased_person_leaves_a_tombstone_only(ground, client):
    victim = ground.make_victim("Hiba", born_on=date(2001, 7, 13), age_given="birth", age=24, doing="Qxgoats")
    Victim.objects.filter(pk=victim.pk).update(doing="Qxsheep")
    victim.refresh_from_db()
    need = assess(victim, "surgery", on=TODAY, text="Qxneed", by=ground.victim_assistance)
    consented(victim, ground, need=need, to="Qxclinic", text="Qxtext", consent_scope="Qxscope")
    assert "Qxgoats" in everything_of(victim)
    enter(client, ground.victim_assistance)
    path = f"{LIST}{victim.ref}/erase/"
    sent = {"ground": "request", "reason": "Asked on 1 March", "ref": victim.ref, "version": victim.version}
    assert client.post(path, {**sent, "ref": "other"}).status_code == 422
    assert (
        "names a victim"
        in client.post(path, {**sent, "reason": "hiba asked"}, headers={"accept-language": "en"}).content.decode()
    )
    assert client.post(path, sent).status_code == 302
    left = everything_of(victim)
    for trace in ("Qxgoats", "Qxsheep", "Qxneed", "Qxclinic", "Qxtext", "Qxscope", "2001-07-13"):
        assert trace not in left, trace
    victim.refresh_from_db()
    assert (victim.state, victim.on, victim.harm, victim.place, victim.age) == (
        "erased",
        date(2026, 1, 1),
        "injured",
        None,
        None,
    )
    stone = ErasedVictim.objects.get(victim=victim)
    assert stone.rows == {"names": 1, "needs": 1, "referrals": 1}
    assert set(stone.hashes) == {"name", "victim", "needs", "referrals"}
    shown = page(client, f"{LIST}{victim.ref}/")
    assert "Asked on 1 March" in shown
    with pytest.raises(Refused, match="already"):
        erase_victim(victim, ground="law", reason="Again", by=ground.victim_assistance)
    with pytest.raises(Refused, match="erased"):
        assess(victim, "surgery", on=TODAY, by=ground.victim_assistance)
    with refused("tombstone_stays"):
        ErasedVictim.objects.filter(pk=stone.pk).update(reason="else")


def test_who_looks_after_one_authority_does_not_reach_another(ground, client):
    other = ground.world.person("x-va-ikmaa", ("mineaction.victim_assistance", ground.ikmaa, None))
    victim = ground.make_victim(SECRET)
    enter(client, other)
    assert SECRET not in page(client, LIST)
    page(client, f"{LIST}{victim.ref}/", 404)
    assert client.post(f"{LIST}new/", typed(ground)).status_code == 422


def test_a_caller_who_asks_is_forgotten(ground, client):
    spot = ground.make_spot_task()
    person = SealedPerson.objects.create(
        owner=ground.dma, place=ground.place, spot_task=spot, role="reporter",
        sealed=seal_person("Rebaz Omerqx", telephone="07701234567"),
    )  # fmt: skip
    before = person.sealed
    for user in (ground.im_officer, ground.director, ground.desk, ground.partner):
        client.force_login(user)
        assert client.get("/mineaction/persons/").status_code == 404
    client.force_login(ground.victim_assistance)
    closed = client.post("/mineaction/persons/", {"do": "find", "name": "Omerqx"})
    assert b"Omerqx" not in closed.content
    client.post("/mineaction/victims/door/", {"reason": "request", "to": "/mineaction/persons/"})
    found = client.post("/mineaction/persons/", {"do": "find", "name": "omerqx rebaz"}).content.decode()
    assert "Rebaz Omerqx" in found
    assert "07701234567" in found
    assert readings_of(spot).count() == 1
    erase = {"do": "erase", "person": str(person.pk), "ground": "request"}
    for reason in ("", "Omerqx asked for it"):
        assert client.post("/mineaction/persons/", {**erase, "reason": reason}).status_code == 422
    assert client.post("/mineaction/persons/", {**erase, "reason": "Asked on the telephone"}).status_code == 302
    person.refresh_from_db()
    assert person.sealed != before
    assert opened(person) == {"name": "", "telephone": "", "function": ""}
    assert person.erased.ground == "request"
    assert b"Rebaz" not in client.post("/mineaction/persons/", {"do": "find", "name": "Omerqx"}).content
    with pytest.raises(Refused, match="already"):
        erase_person(person, ground="request", reason="Again", by=ground.victim_assistance)
    with refused("tombstone_stays"):
        person.erased.delete()
    SpotTask.objects.get(pk=spot.pk)
