"""What was sent: the list of the device's page, what became of each, and the correction of what was sent back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rafid.commons.forms.fill.sent import sent_by_account
from rafid.commons.forms.models import Form, PublicLink, Submission
from rafid.commons.forms.sender import new_token
from rafid.commons.forms.submissions.review import decide
from rafid.commons.forms.versions import publish_draft, put_draft
from tests.browser.test_fill import answers, field, fill_what_is_required, finish, received
from tests.browser.test_fill_offline import READY, WORKER, address, another, device, saved  # noqa: F401

REASON = "The photo shows another site <b>"


@pytest.fixture
def reviewer(world):
    return world.person("reviewer", ("wells.officer", world.authority, None))


def sent_list(page):
    return page.locator("section.card", has=page.get_by_role("heading", name="Sent", exact=True))


def test_sent_back_with_its_reason_is_corrected_and_sent_again(device, site, reviewer):  # noqa: F811
    page = device.page
    fill_what_is_required(page, "TPM-0001")
    field(page, "paper").locator("input").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"paper"}]
    )
    finish(page)
    first = received().get()
    page.goto(site + "/forms/fill/?lang=en")
    listed = sent_list(page)
    listed.get_by_text("Received").wait_for()
    assert "Every question" in listed.inner_text()

    decide(first.form, [first.pk], "has_issues", by=reviewer, reason=REASON)
    page.goto(site + "/forms/fill/?lang=en")
    listed.get_by_text("Sent back").wait_for()
    assert REASON in listed.inner_text(), "as text, never as markup"

    # Without a line: as it was last known.
    device.cut()
    page = another(device)
    page.goto(site + "/forms/fill/")
    page.wait_for_selector(READY)
    listed = sent_list(page)
    assert REASON in listed.inner_text()
    device.mend()

    listed.get_by_role("link", name="Correct it").click()
    page.wait_for_selector(READY)
    assert REASON in page.locator("#fill").inner_text()
    assert field(page, "visit_id").locator("input").input_value() == "TPM-0001"
    assert "1 kB" in field(page, "paper").inner_text(), "its files came along"
    saved(page)
    identity = page.evaluate("location.hash")[1:]
    assert identity != first.instance_id
    # Closed and found again without a line, it is still a correction.
    page.close()
    device.cut()
    page = another(device)
    page.goto(site + "/forms/fill/")
    page.get_by_text("Correction", exact=True).wait_for()
    sent_list(page).get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    field(page, "visit_id").locator("input").fill("TPM-0002")
    device.mend()
    page.get_by_role("button", name="Finish and send").click()
    page.get_by_text("Say why the answers are changed.").wait_for()
    page.get_by_label("Why are the answers changed?").fill("Read the sign again")
    finish(page)
    again = received().get()
    assert again.current.reason == "Read the sign again"
    assert (again.pk, again.state, again.edits) == (first.pk, "edited", 1)
    assert again.current.instance_id == identity
    assert answers(again)["visit_id"] == "TPM-0002"
    assert (again.attachments_present, again.attachments_expected) == (1, 1)
    page.goto(site + "/forms/fill/?lang=en")
    listed = sent_list(page)
    listed.get_by_text("Received, corrected").wait_for()
    assert listed.locator(".q-line").count() == 1

    decide(again.form, [again.pk], "approved", by=reviewer, reason="")
    page.goto(site + "/forms/fill/?lang=en")
    listed.get_by_text("Approved").wait_for()
    assert listed.get_by_role("link", name="Correct it").count() == 0


@pytest.fixture
def second_session(world):
    """The cookie of another collector, made before a browser asks the server anything."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(world.person("second", ("wells.collector", world.authority, None)))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_another_person_at_the_device_sees_none_of_it(second_session, device, site):  # noqa: F811
    value = second_session
    page = device.page
    fill_what_is_required(page)
    finish(page)
    page.goto(site + "/forms/fill/?lang=en")
    sent_list(page).wait_for()
    from django.conf import settings

    device.context.clear_cookies()
    device.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": site}])
    page.goto(site + "/forms/fill/?lang=en")
    page.get_by_role("link", name="Fill in").wait_for()
    assert sent_list(page).count() == 0
    assert page.evaluate("fetch('/forms/fill/sent.json').then((answer) => answer.json())")["items"] == []


def test_a_public_form_says_that_it_was_received_and_no_more(visit, site, fillable, every_question, world):
    form = fillable(every_question)
    token, digest = new_token()
    PublicLink.objects.create(name="Camp", token_sha256=digest, owner=world.branch, form=form)
    watched = visit()
    watched.page.set_default_timeout(60_000)
    page = watched.open(f"/forms/fill/t/{token}/?lang=en")
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    finish(page)
    page.goto(site + "/forms/fill/?lang=en")
    listed = sent_list(page)
    listed.get_by_text("Received").wait_for()
    assert listed.get_by_role("link").count() == 0
    assert "TPM" not in listed.inner_text()


def test_only_its_sender_gets_answers_and_only_while_they_are_sent_back(
    client, collector, reviewer, visit, fillable, every_question
):
    from rafid.commons.forms.accept import accept
    from rafid.commons.forms.sender import of_account

    form = fillable(every_question)
    xml = b'<data id="every_question" version="1"><visit_id>TPM-0001</visit_id><meta><instanceID>uuid:s1</instanceID><instanceName>Well &amp; pump</instanceName></meta></data>'
    accept(xml, of_account(collector), way="browser")
    one = Submission.objects.get(form=form)
    url = f"/forms/fill/{form.pk}/sent.json?id=uuid:s1"
    client.force_login(collector)
    assert client.get(url).status_code == 404, "nobody sent it back"
    decide(form, [one.pk], "has_issues", by=reviewer, reason="no")
    assert client.get(url).json()["xml"] == xml.decode()
    (told,) = client.get("/forms/fill/sent.json").json()["items"]
    assert (told["name"], told["state"], told["reason"], told["correctable"]) == (
        "Well & pump",
        "has_issues",
        "no",
        True,
    )
    with CaptureQueriesContext(connection) as asked:
        sent_by_account(collector)
    read = next(one["sql"] for one in asked if "instanceName" in one["sql"])
    assert read.count('"xml"') == 1, "only the name is taken out of the answers, which can be long"
    client.force_login(reviewer)
    assert client.get(url).status_code == 404, "he did not send it"
    client.logout()
    assert client.get(url).status_code == 404
    assert client.get("/forms/fill/sent.json").json() == {"account": None, "items": []}
    form.accept_edits = False
    form.save()
    client.force_login(collector)
    assert client.get(url).status_code == 404, "this form takes no corrections"


def test_the_list_of_forms_is_asked_for_in_one_question(
    client, collector, reviewer, visit, fillable, every_question, world
):
    form = fillable(every_question)
    client.force_login(collector)
    client.get("/forms/fill/forms.json")
    with CaptureQueriesContext(connection) as few:
        assert len(client.get("/forms/fill/forms.json").json()["items"]) == 1
    for number in range(3):
        more = Form.objects.create(xform_id=f"more{number}", programme=form.programme, owner=form.owner)
        for version in ("1", "2"):
            put_draft(more, bytes(form.versions.get().xform).replace(b'version="1"', f'version="{version}"'.encode()))
            publish_draft(more)
    with CaptureQueriesContext(connection) as many:
        items = client.get("/forms/fill/forms.json").json()["items"]
    assert [one["version"] for one in items] == ["1", "2", "2", "2"]
    assert len(many) == len(few)
    assert not any('"xform"' in one["sql"] for one in many)
