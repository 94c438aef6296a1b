"""Persons of another system's file: left out of reports with their number, brought in behind the door, in nobody's log."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.people.models import AccessLog
from rafid.commons.records.imports.apply import apply
from rafid.commons.records.models import ImportRow, ImportRun
from rafid.programmes.mineaction.models import ExternalId, Victim, VictimName
from rafid.programmes.mineaction.people.labels import doubts

from .carried_files import hazard, report, xml
from .conftest import own
from .test_carrying import _store, said, send  # noqa: F401  (the fixtures)

pytestmark = pytest.mark.django_db
PAGE = "/mineaction/victim-import/"
NAME = "Zqxsalim"


def person(number: int = 1, *, harm: str = "Injured", more: str = "") -> str:
    return (
        f"<Victim><victimGUID>v-{number}</victimGUID><firstName>{NAME}{number}</firstName><lastName>Zqxfamily</lastName>"
        f"<gender>F</gender><age>34</age><injuryType>{harm}</injuryType><dateOfAccident>2026-01-09</dateOfAccident>{more}</Victim>"
    )


def file(*persons: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("people.xml", xml(report(1, hazard(1) + "".join(persons))), "application/xml")


@pytest.fixture
def carer(ground, client):
    client.force_login(ground.victim_assistance)
    client.post("/mineaction/victims/door/", {"reason": "register", "to": PAGE})

    def sent(*persons, act="record"):
        said = {"file": file(*persons), "mapping": "maxml", "owner": str(ground.dma.pk), "act": act}
        return client.post(PAGE, said, headers={"accept-language": "en"})

    return sent


def test_reports_say_how_many_persons_they_leave_out(send):  # noqa: F811
    run = send(xml(report(1, hazard(1) + person(1) + person(2) + "<VictimAssistance><id>1</id></VictimAssistance>")))
    assert any("Persons left out of this record: 3" in one for one in said(run, "warnings"))
    run = send(xml(report(2, hazard(2)), report(1, person(1))))
    assert (run.good, run.bad) == (1, 1)
    assert any("behind their own door" in one for one in said(run))


def test_persons_come_in_behind_the_door_once(carer, ground):
    looked = carer(person(1), person(2), act="look").content.decode()
    assert "What the file holds" in looked
    assert not own(Victim).exists()
    assert carer(person(1), person(2)).status_code == 302
    rows = own(Victim).order_by("pk")
    assert [(one.sex, one.age, one.age_given, one.harm) for one in rows] == [("female", 34, "age", "injured")] * 2
    assert all(one.sealed.startswith("fernet:") for one in VictimName.objects.filter(victim__in=rows))
    again = carer(person(1), person(2)).content.decode()
    assert "Registered now</dt><dd>0" in again
    assert own(Victim).count() == 2


def test_no_name_and_no_identifier_of_a_person_stays_anywhere(carer, ground, settings):
    carer(person(1), person(2, harm="Unclear"))
    told = [
        json.dumps(list(model.objects.values()), default=str) for model in (ImportRow, ImportRun, AccessLog, ExternalId)
    ]
    told += [str(path) for path in settings.MEDIA_ROOT.rglob("*")] if settings.MEDIA_ROOT.exists() else []
    assert not any(NAME in one or "v-1" in one for one in told)


def test_what_is_wrong_is_said_without_the_person(carer):
    page = carer(
        person(1, harm="Unclear"), person(1), person(2, more="<dateOfBirth>31/02/1990</dateOfBirth>"), act="look"
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert "does not know" in text
    assert NAME not in text
    assert "Zqxfamily" not in text
    assert page["Cache-Control"] == "no-store"


def test_nobody_else_finds_the_page(ground, client):
    for who in (ground.im_officer, ground.director, ground.desk, ground.partner):
        client.force_login(who)
        assert client.get(PAGE).status_code == 404
    client.force_login(ground.victim_assistance)
    assert "Why do you open this?" in client.get(PAGE, headers={"accept-language": "en"}).content.decode()


def test_a_file_that_is_no_xml_or_hides_others(carer, client, ground):
    for data in (b"PK\x03\x04", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x/>', b"<Other/>"):
        said = {
            "file": SimpleUploadedFile("x.xml", data),
            "mapping": "maxml",
            "owner": str(ground.dma.pk),
            "act": "record",
        }
        assert client.post(PAGE, said).status_code == 422


def test_columns_that_speak_of_other_people_are_remarked(send):  # noqa: F811
    session = (
        "<MREActivity><mreGUID>m-1</mreGUID><mreID>M-1</mreID><startDate>2026-02-01</startDate><Audience><men>3</men>"
        "<women>4</women></Audience></MREActivity>"
    )
    from rafid.programmes.mineaction.carrying.kept import shipped
    from rafid.programmes.mineaction.carrying.reading import audience_doubt

    assert not said(send(xml(report(1, session))), "warnings")
    for mapping in shipped().values():
        for one in mapping.reports:
            for each in one.fields if one.type == "eore" else ():
                assert all(audience_doubt(path, each.field) is None for path in each.path)
    assert doubts([("fem_adlt", ["girls"])])
    assert "fem_adlt" in audience_doubt("Audience/fem_adlt", "girls")["en"]
    apply(send(xml(report(2, session))))
