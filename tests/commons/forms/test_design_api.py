"""Forms over /api/v1: as the contract prints it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.models import Form
from tests.commons.forms.designing import PLAIN, sheet

pytestmark = pytest.mark.django_db
FORMS = "/api/v1/forms"


@pytest.fixture
def officer(world, client):
    client.force_login(world.person("officer", ("wells.officer", world.authority, None)))
    return client


def post(client, address=FORMS, data=None, name="visit.md", **more):
    sent = {"file": SimpleUploadedFile(name, sheet(*PLAIN) if data is None else data), **more}
    return client.post(address, {"programme": "wells", **sent} if address == FORMS else sent)


def test_a_form_is_uploaded_published_and_read(officer, world):
    answer = post(officer)
    assert answer.status_code == 201
    made = answer.json()
    assert {key: made[key] for key in ("xform_id", "version", "state")} == {
        "xform_id": "visit", "version": "1", "state": "draft",
    }  # fmt: skip
    assert [(one["severity"], one["cell"]) for one in made["problems"]] == [("warning", "A7")]
    one = f"{FORMS}/{made['id']}"
    form = Form.objects.get(pk=made["id"])
    assert form.owner == world.authority
    assert officer.get(f"{one}/versions/draft.xml").content == bytes(form.versions.get().xform)
    assert officer.post(f"{one}/publish").json() == {"version": "1"}
    assert officer.post(f"{one}/publish").status_code == 409
    listed = officer.get(FORMS).json()["items"]
    assert [
        (item["xform_id"], item["state"], item["version"], item["draft"])
        for item in listed
        if item["programme"] == "wells"
    ] == [("visit", "open", "1", False)]
    (version,) = officer.get(f"{one}/versions").json()["items"]
    assert (version["version"], version["draft"], version["published_by"], version["uploaded_as"]) == (
        "1", False, "officer", "md",
    )  # fmt: skip
    assert officer.get(f"{FORMS}/visit/versions/1.md").content == sheet(*PLAIN)
    assert officer.get(f"{one}/versions/1.xlsx").status_code == 404
    assert officer.get(f"{one}/versions/2.xml").status_code == 404


def test_all_problems_of_a_faulty_form(officer):
    officer.cookies["django_language"] = "en"
    answer = post(officer, data=sheet("text | a | A | (1=1 | | |", "integer | b | B | . > 0 | ${gone} = 1 | |"))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()["problems"]
    assert [(one["severity"], one["sheet"], one["row"], one["column"], one["cell"], one["field"]) for one in told] == [
        ("error", "survey", 2, "constraint", "D2", "a"),
        ("error", "survey", 3, "relevant", "E3", "b"),
    ]
    assert told[0]["message"] == "constraint of “a”: a bracket is opened at character 1 and not closed (character 5)"
    assert not Form.objects.filter(xform_id="visit").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.xlsx", b"no zip"), ("a.xlsm", b"PK"), ("a.pdf", b"%PDF-"), ("a.xml", b"<a/>"), ("a.xls", b"")],
)
def test_what_is_no_form_is_refused_with_a_sentence(officer, name, data):
    answer = post(officer, data=data, name=name)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["message"]


def test_warnings_come_with_the_draft(officer):
    answer = post(officer, data=sheet("text | a | A | regex(., '[0-9]+') | | |"))
    (warning,) = answer.json()["problems"]
    assert (warning["severity"], warning["cell"]) == ("warning", "D2")


def test_the_next_draft_with_its_files(officer):
    form = Form.objects.get(pk=post(officer).json()["id"])
    publish(form)
    rows = ("select_one_from_file sites.csv | site | Site | | | |",)
    answer = post(
        officer, f"{FORMS}/{form.pk}/draft", sheet(*rows, version="2"), files=[SimpleUploadedFile("odd.csv", b"a")]
    )
    assert (answer.status_code, answer.json()["missing"], answer.json()["unneeded"]) == (
        201,
        ["sites.csv"],
        ["odd.csv"],
    )
    refused = officer.post(f"{FORMS}/{form.pk}/publish")
    assert refused.status_code == 409
    assert "sites.csv" in refused.json()["detail"]
    files = [SimpleUploadedFile("sites.csv", b"name,label\n1,A\n")]
    assert post(officer, f"{FORMS}/{form.pk}/draft", sheet(*rows, version="2"), files=files).json()["missing"] == []
    assert officer.post(f"{FORMS}/{form.pk}/publish").json() == {"version": "2"}
    newest, _first = officer.get(f"{FORMS}/{form.pk}/versions").json()["items"]
    assert [(file["name"], file["kind"], file["size"]) for file in newest["files"]] == [("sites.csv", "csv", 15)]


def test_settings_change_against_the_version_that_was_read(officer):
    one = f"{FORMS}/{post(officer).json()['id']}"

    def patch(body, etag=None):
        headers = {"If-Match": etag} if etag else {}
        return officer.patch(one, body, content_type="application/json", headers=headers)

    assert patch({"reviews_needed": 2}).status_code == 428
    etag = officer.get(one)["ETag"]
    body = {"reviews_needed": 2, "sensitivity": "restricted", "titles": {"ckb": "سەردان"}, "limits": {"night_from": 21},
            "roles": {"site": ""}, "policies": {"/data/site": {"label": "place", "reader_sees": "generalised", "public_sees": "nothing"}}}  # fmt: skip
    answer = patch(body, etag)
    assert answer.status_code == 200
    changed = answer.json()
    assert (changed["reviews_needed"], changed["sensitivity"], changed["titles"]["ckb"], changed["limits"], changed["roles"]["site"]) == (
        2, "restricted", "سەردان", {"night_from": 21}, "",
    )  # fmt: skip
    assert Form.objects.get(xform_id="visit").policies.get(path="/data/site").reader_sees == "generalised"
    assert patch({"reviews_needed": 1}, etag).status_code == 409
    for wrong in ({"limits": {"night_from": 99}}, {"roles": {"location": "/data/site"}}, {"reviews_needed": 3}):
        assert patch(wrong, answer["ETag"]).status_code == 422
    assert patch({"state": "open"}, answer["ETag"]).status_code == 409


def test_who_may_not(officer, world, client):
    one = f"{FORMS}/{post(officer).json()['id']}"
    client.logout()
    assert client.get(one).status_code == 404
    assert post(client).status_code == 401
    client.force_login(world.reader)
    assert client.get(one).status_code == 200
    assert post(client).status_code == 403
    assert client.post(f"{one}/publish").status_code == 403
    assert client.get(f"{one}/versions").json()["items"] == []
    client.force_login(world.stranger)
    assert client.get(one).status_code == 404
    assert client.post(f"{one}/publish").status_code == 404


def test_problems_speak_the_asked_language(officer):
    sent = {"file": SimpleUploadedFile("v.md", sheet("text | a | A | (1=1 | | |")), "programme": "wells"}
    told = {
        lang: officer.post(
            f"{FORMS}?lang={lang}", {**sent, "file": SimpleUploadedFile("v.md", sheet("text | a | A | (1=1 | | |"))}
        ).json()
        for lang in ("ar", "ckb", "en")
    }
    messages = {lang: answer["problems"][0]["message"] for lang, answer in told.items()}
    assert len(set(messages.values())) == 3, messages
