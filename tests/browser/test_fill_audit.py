"""The log of an interview in the browser, where the form asks for one."""

from __future__ import annotations

import csv
import io

import pytest

from rafid.commons import blobs
from rafid.commons.forms.models import Attachment, Form, Submission
from rafid.commons.forms.versions import publish_draft, put_draft
from rafid.methods.fieldwork import read_audit
from rafid.methods.xforms import convert_xlsform
from tests.browser.test_fill import READY, field, finish

FORM = """| survey | | | | | |
| | type | name | label | parameters | required |
| | audit | audit | | {parameters} | |
| | text | visit | Visit | | yes |
| | begin_group | team | Team | | |
| | integer | people | People | | |
| | end_group | | | | |
| | begin_repeat | nc | Fault | | |
| | text | what | What | | |
| | end_repeat | | | | |
| settings | | | |
| | form_title | form_id | version |
| | Logged | logged | 1 |
"""
EVERYTHING = "location-priority=high-accuracy location-min-interval=60 location-max-age=120 track-changes=true identify-user=true"


@pytest.fixture
def logged(world, settings, tmp_path):
    """A published form that asks for a log with these parameters."""
    settings.MEDIA_ROOT = tmp_path / "media"

    def made(parameters: str) -> Form:
        xform = convert_xlsform(FORM.format(parameters=parameters).encode(), name="logged.md").xform
        form = Form.objects.create(xform_id="logged", title_en="Logged", programme="wells", owner=world.authority)
        put_draft(form, xform)
        publish_draft(form)
        return form

    return made


def rows_of(form: Form) -> list[dict[str, str]]:
    one = Submission.objects.get(form=form)
    assert (one.attachments_present, one.attachments_expected) == (1, 1)
    return list(csv.DictReader(io.StringIO(blobs.read(Attachment.objects.get(submission=one).sha256).decode())))


def events(rows: list[dict[str, str]]) -> list[str]:
    return [row["event"] + (f" {row['node']}" if row["node"] else "") for row in rows]


def test_what_happens_is_logged_and_sent(logged, visit, collector, client):
    form = logged("track-changes=true")
    watched = visit(collector)
    page = watched.page
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    watched.open(f"/forms/fill/{form.pk}/?lang=en").wait_for_selector(READY)
    page.get_by_role("button", name="Finish and send").click()
    page.locator(".error-summary").get_by_role("link", name="Visit").click()
    page.keyboard.type('a, "b"')
    field(page, "people").locator("input").fill("3")
    page.get_by_role("button", name="Add: Fault").click()
    page.locator("[data-ref='/data/nc[2]/what'] input").fill("=1+1")
    page.get_by_role("button", name="Remove").first.click()
    field(page, "people").locator("input").fill("4")
    finish(page)
    rows = rows_of(form)
    assert list(rows[0]) == ["event", "node", "start", "end", "old-value", "new-value"]
    told = events(rows)
    assert told[:3] == ["form start", "constraint error /data/visit", "jump /data/visit"]
    assert told[-4:] == ["end screen", "form save", "form exit", "form finalize"]
    expected = [
        "question /data/visit", "question /data/team/people", "group questions /data/team", "add repeat /data/nc[2]",
        "question /data/nc[2]/what", "delete repeat /data/nc[1]",
    ]  # fmt: skip
    assert [one for one in told if one in expected][:6] == expected
    changes = [(row["node"], row["old-value"], row["new-value"]) for row in rows if row["new-value"]]
    assert changes == [
        ("/data/visit", "", 'a, "b"'), ("/data/team/people", "", "3"), ("/data/nc[2]/what", "", "=1+1"),
        ("/data/team/people", "3", "4"),
    ]  # fmt: skip
    log = read_audit(blobs.read(Attachment.objects.get(submission__form=form).sha256))
    assert not log.problems
    assert not log.changed_after_finalise
    assert set(log.seconds_by_question) >= {"/data/visit", "/data/team/people", "/data/nc[2]/what"}
    client.force_login(collector)
    one = Submission.objects.get(form=form)
    shown = client.get(one.get_absolute_url() + "?lang=en").content.decode()
    assert "Of it at questions" in shown
    assert not watched.errors


def test_it_goes_on_when_the_form_is_resumed(logged, visit, collector):
    form = logged("track-changes=true")
    watched = visit(collector)
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/forms/fill/{form.pk}/?lang=en").wait_for_selector(READY)
    field(page, "visit").locator("input").fill("one")
    page.get_by_role("link", name="Keep and leave").click()
    page.get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    field(page, "visit").locator("input").fill("two")
    finish(page)
    told = events(rows_of(form))
    assert told == [
        "form start", "question /data/visit", "form save", "form exit", "form resume", "question /data/visit",
        "end screen", "form save", "form exit", "form finalize",
    ]  # fmt: skip


def test_places_and_the_person_where_the_form_asks(logged, visit, collector):
    form = logged(EVERYTHING)
    watched = visit(
        collector, geolocation={"latitude": 33.3152, "longitude": 44.3661, "accuracy": 12}, permissions=["geolocation"]
    )
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/forms/fill/{form.pk}/?lang=en").wait_for_selector(READY)
    # Answered after the log's own question, which was asked first.
    page.evaluate(
        "() => new Promise((found, not) => navigator.geolocation.getCurrentPosition(() => found(), () => not(), {maximumAge: Infinity}))"
    )
    field(page, "visit").locator("input").fill("one")
    finish(page)
    rows = rows_of(form)
    assert list(rows[0]) == [
        "event", "node", "start", "end", "latitude", "longitude", "accuracy", "old-value", "new-value", "user",
    ]  # fmt: skip
    assert {row["user"] for row in rows} == {collector.login}
    assert "location tracking enabled" in events(rows)
    last = rows[-1]
    assert (float(last["latitude"]), float(last["longitude"]), float(last["accuracy"])) == (33.3152, 44.3661, 12)


def test_a_form_that_asks_for_none_sends_none(visit, collector, fillable, every_question):
    from tests.browser.test_fill import fill_what_is_required, received

    form = fillable(every_question)
    watched = visit(collector)
    watched.open(f"/forms/fill/{form.pk}/?lang=en").wait_for_selector(READY)
    fill_what_is_required(watched.page)
    finish(watched.page)
    assert received().get().attachments_expected == 0
