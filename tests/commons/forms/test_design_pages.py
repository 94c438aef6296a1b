"""The designer's pages, through the site."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import new_draft, new_form
from rafid.commons.forms.models import AppUser, Form
from tests.commons.forms.designing import PLAIN, given, sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(world, client):
    account = world.person("officer", ("wells.officer", world.authority, None))
    client.force_login(account)
    client.account = account
    return client


@pytest.fixture
def form(world):
    return new_form(given(sheet(*PLAIN)), programme="wells", owner=world.authority).form


def file(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def text(answer) -> str:
    return answer.content.decode()


def test_a_faulty_file_shows_the_marked_cell(officer, world):
    data = sheet("text | a | A | | | |", "integer | b | B | (. > 1 | | |")
    answer = officer.post(
        "/forms/new/?lang=en",
        {"file": [file("visit.md", data)], "programme": "wells", "organisation": str(world.authority.pk)},
    )
    assert answer.status_code == 422
    assert "Sheet “survey”, cell D3" in text(answer)
    assert re.search(r'class="marked"[^>]*><bdi>\(\. &gt; 1</bdi>', text(answer))
    assert not Form.objects.filter(xform_id="visit").exists()


@pytest.mark.parametrize("lang", ["ar", "ckb", "en"])
def test_from_upload_to_publication(officer, world, lang):
    answer = officer.post(
        f"/forms/new/?lang={lang}",
        {"file": [file("visit.md", sheet(*PLAIN)), file("odd.csv", b"a\n")], "programme": "wells",
         "organisation": str(world.authority.pk)},
        follow=True,
    )  # fmt: skip
    assert answer.status_code == 200
    assert "odd.csv" in text(answer)
    form = Form.objects.get(xform_id="visit")
    assert form.made_by == officer.account
    assert officer.get(f"/forms/{form.pk}/publish/").status_code == 200
    officer.post(f"/forms/{form.pk}/publish/")
    form.refresh_from_db()
    assert form.state == "open"
    listing = officer.get("/forms/")
    assert "Visit" in text(listing)


def test_whoever_only_reads_forms_changes_none(world, form, client):
    publish(form)
    client.force_login(world.reader)
    assert client.get(f"/forms/{form.pk}/").status_code == 200
    for what in ("draft/", "settings/", "questions/", "publish/"):
        assert client.get(f"/forms/{form.pk}/{what}").status_code == 403
    for what in ("draft/try/", "draft/drop/", "state/"):
        assert client.post(f"/forms/{form.pk}/{what}").status_code == 403
    assert client.get("/forms/new/").status_code == 403
    client.force_login(world.stranger)
    assert client.get(f"/forms/{form.pk}/").status_code == 404


def test_an_officer_of_another_organisation_does_not_change_it(world, form, client):
    client.force_login(world.person("elsewhere", ("wells.officer", world.other, None)))
    assert client.get(f"/forms/{form.pk}/").status_code == 200
    assert client.post(f"/forms/{form.pk}/draft/drop/").status_code == 403
    answer = client.post(
        "/forms/new/",
        {
            "file": [file("v.md", sheet(*PLAIN, form_id="v"))],
            "programme": "wells",
            "organisation": str(world.authority.pk),
        },
    )
    assert answer.status_code == 422
    assert not Form.objects.filter(xform_id="v").exists()


def test_a_draft_is_for_designers_only(world, form, client):
    draft = form.versions.get()
    client.force_login(world.reader)
    assert client.get(f"/forms/{form.pk}/versions/{draft.pk}.xml").status_code == 404
    assert "Try on a phone" not in text(client.get(f"/forms/{form.pk}/?lang=en"))


def test_any_version_comes_back_as_it_was(officer, form):
    first = publish(form)
    new_draft(form, given(sheet(*PLAIN[:-1], version="2")))
    second = publish(form)
    for version, data in ((first, sheet(*PLAIN)), (second, sheet(*PLAIN[:-1], version="2"))):
        answer = officer.get(f"/forms/{form.pk}/versions/{version.pk}.md")
        assert answer.content == data
        assert "attachment" in answer["Content-Disposition"]
        assert officer.get(f"/forms/{form.pk}/versions/{version.pk}.xml").content == bytes(version.xform)
        assert officer.get(f"/forms/{form.pk}/versions/{version.pk}.xlsx").status_code == 404
    compared = text(officer.get(f"/forms/{form.pk}/versions/{first.pk}/{second.pk}/?lang=en"))
    assert "Story" in compared
    assert "1 removed" in compared


def test_an_address_that_a_button_sends_to_leads_back_when_it_is_opened(officer, form):
    """As when another language is chosen on the page that answered."""
    page = f"/forms/{form.pk}/"
    for what, back in (("draft/try/", page), ("draft/drop/", page), ("review/", f"{page}submissions/")):
        answer = officer.get(f"{page}{what}?lang=ckb")
        assert (answer.status_code, answer["Location"]) == (302, f"{back}?lang=ckb")
    assert officer.put(f"{page}draft/try/").status_code == 405
    assert form.versions.filter(published_at=None).exists()


def test_the_code_for_a_phone_is_shown_once(officer, form):
    answer = officer.post(f"/forms/{form.pk}/draft/try/?lang=en")
    phone = AppUser.objects.get(draft__form=form)
    assert phone.draft == form.versions.get()
    address = re.search(r"/collect/test/([\w-]{43})<", text(answer))
    from rafid.commons.forms.sender import phone_by_token

    assert phone_by_token(address[1]) == phone
    assert "no-store" in answer["Cache-Control"]


def test_settings_and_limits(officer, form):
    good = {"title_en": "Visits", "title_ar": "زيارة", "reviews_needed": "2", "sensitivity": "2", "retention_days": "90",
            "travel_speed_kmh": "80", "night_from": ""}  # fmt: skip
    assert officer.post(f"/forms/{form.pk}/settings/", good).status_code == 302
    form.refresh_from_db()
    assert (form.title_en, form.reviews_needed, form.sensitivity, form.retention_days, form.accept_edits) == (
        "Visits", 2, 2, 90, False,
    )  # fmt: skip
    assert form.limits == {"travel_speed_kmh": 80}
    for wrong in (
        {"reviews_needed": "3"},
        {"travel_speed_kmh": "5"},
        {"night_from": "20.5"},
        {"title_en": "", "title_ar": ""},
    ):
        answer = officer.post(f"/forms/{form.pk}/settings/", {**good, **wrong})
        assert answer.status_code == 422, wrong
    form.refresh_from_db()
    assert (form.title_en, form.limits) == ("Visits", {"travel_speed_kmh": 80})


def test_questions_are_labelled_and_given_roles(officer, form):
    page = text(officer.get(f"/forms/{form.pk}/questions/"))
    number = re.search(r'name="path-(\d+)" value="/data/site"', page)[1]
    sent = {f"path-{number}": "/data/site", f"label-{number}": "identifying", f"reader-{number}": "nothing",
            f"public-{number}": "nothing", "role-place": "/data/site", "role-site": ""}  # fmt: skip
    assert officer.post(f"/forms/{form.pk}/questions/", sent).status_code == 302
    form.refresh_from_db()
    assert form.policies.get(path="/data/site").label == "identifying"
    assert (form.roles["place"], form.roles["site"]) == ("/data/site", "")
    sent[f"public-{number}"] = "value"
    answer = officer.post(f"/forms/{form.pk}/questions/?lang=en", sent)
    assert answer.status_code == 422
    assert "The public would see more" in text(answer)


def test_the_state_is_set_on_the_page(officer, form):
    publish(form)
    officer.post(f"/forms/{form.pk}/state/", {"state": "closed"})
    form.refresh_from_db()
    assert form.state == "closed"
    answer = officer.post(f"/forms/{form.pk}/state/?lang=en", {"state": "draft"}, follow=True)
    assert "cannot become that" in text(answer)


def test_a_form_that_was_never_published_goes_with_its_draft(officer, form):
    officer.post(f"/forms/{form.pk}/draft/drop/")
    assert not Form.objects.filter(pk=form.pk).exists()


def test_a_lost_file_is_told_on_the_forms_page(officer, world):
    from rafid.commons import blobs

    rows = ("select_one_from_file sites.csv | site | Site | | | |",)
    made = new_form(given(sheet(*rows), sites__csv=b"name,label\n1,A\n"), programme="wells", owner=world.authority).form
    version = publish(made)
    part = version.files.get()
    answer = officer.get(f"/forms/{made.pk}/versions/{version.pk}/files/{part.pk}")
    assert answer.content == b"name,label\n1,A\n"
    blobs.path_of(part.sha256).unlink()
    assert "Phones do not get this form" in text(officer.get(f"/forms/{made.pk}/?lang=en"))
    assert "Incomplete" in text(officer.get("/forms/?lang=en"))
    assert officer.get(f"/forms/{made.pk}/versions/{version.pk}/files/{part.pk}").status_code == 404


def test_a_file_that_is_far_too_large_is_refused_with_a_sentence(officer, world, settings):
    settings.RAFID_UPLOAD_LIMIT = 1000
    answer = officer.post(
        "/forms/new/?lang=en",
        {"file": [file("big.csv", b"x" * 5000)], "programme": "wells", "organisation": str(world.authority.pk)},
    )
    assert answer.status_code == 422
    assert "larger than" in text(answer)


def test_an_upload_needs_its_token(officer, world):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(officer.account)
    sent = {"file": [file("visit.md", sheet(*PLAIN))], "programme": "wells", "organisation": str(world.authority.pk)}
    assert strict.post("/forms/new/", sent).status_code == 403
    assert not Form.objects.filter(xform_id="visit").exists()


def test_without_an_account_there_is_nothing_to_upload(client):
    assert client.get("/forms/new/").status_code == 302
    assert client.post("/forms/new/").status_code == 302


def _chosen(page: str, name: str) -> list[str]:
    found = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    assert found is not None
    return re.findall(r'<option value="([^"]*)" selected', found[0])


def test_a_new_form_begins_with_the_person_s_own_organisation(world, client):
    admin = world.person("chief", ("platform.administrator", None, None))
    client.force_login(admin)
    page = text(client.get("/forms/new/?lang=en"))
    assert "Choose the organisation" in page
    assert _chosen(page, "organisation") in ([], [""])
    assert client.post("/forms/new/", {"programme": "wells", "organisation": ""}).status_code == 422
    admin.organisation = world.other
    admin.save()
    assert _chosen(text(client.get("/forms/new/?lang=en")), "organisation") == [str(world.other.pk)]
    # Whoever makes forms for one organisation alone is not asked.
    client.force_login(world.person("one", ("wells.officer", world.branch, None)))
    assert f'<input type="hidden" name="organisation" value="{world.branch.pk}"' in text(client.get("/forms/new/"))


def test_the_form_counts_the_questions_that_people_answer(world, officer):
    rows = (
        "start | start | | | | |", "end | end | | | | |", "deviceid | deviceid | | | | |", "note | hello | Hello | | | |",
        "text | name | Name | | | |", "begin_repeat | nc | NC | | | |", "integer | n | Count | | | |",
        "end_repeat | | | | | |", "calculate | c | | | | |", "acknowledge | seen | Seen | | | |",
    )  # fmt: skip
    data = (
        sheet(*rows)
        .replace(b"| bind::rafid:sensitivity |", b"| calculation |")
        .replace(b"| calculate | c | | | | |", b"| calculate | c | | | | 1+1 |")
    )
    form = new_form(given(data), programme="wells", owner=world.authority).form
    page = text(officer.get(f"/forms/{form.pk}/?lang=en"))
    assert re.search(r"<dt>Number</dt><dd>3</dd>", page)
