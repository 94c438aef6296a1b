"""Public links and trials in the browser: when they open, how often, and what is never counted."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.commons.forms.models import FormState, PublicLink, Submission
from rafid.commons.forms.sender import new_token
from tests.browser.test_fill import field, fill_what_is_required, finish, received

READY = "html[data-fill=ready]"


@pytest.fixture
def link(fillable, every_question, world):
    """``link(**limits)`` makes a public link and gives it with its address."""
    form = fillable(every_question)

    def made(**limits) -> tuple[PublicLink, str]:
        token, digest = new_token()
        one = PublicLink.objects.create(name="Camp", token_sha256=digest, owner=world.branch, form=form, **limits)
        return one, f"/forms/fill/t/{token}/?lang=en"

    return made


def opened(visit):
    watched = visit()
    watched.page.set_default_timeout(20_000)
    watched.page.on("dialog", lambda dialog: dialog.accept())
    return watched


def test_anybody_fills_by_a_link_without_an_account(visit, link):
    one, address = link()
    watched = opened(visit)
    page = watched.open(address)
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    finish(page)
    assert "Thank you" in page.locator("#fill").inner_text()
    kept = received().get()
    assert (kept.link, kept.account, kept.owner, kept.current.way) == (one, None, one.owner, "browser")
    assert not watched.errors
    assert not watched.elsewhere


def test_once_from_each_browser(visit, link):
    _one, address = link(once_per_browser=True)
    watched = opened(visit)
    page = watched.open(address)
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    finish(page)
    assert page.get_by_role("button", name="Fill another one").count() == 0
    page = watched.open(address)
    assert page.locator("h1").inner_text() == "You have filled this form already"
    other = opened(visit).open(address)
    other.wait_for_selector(READY)


@pytest.mark.parametrize(
    ("limits", "title"),
    [
        ({"opens_at": timedelta(days=1)}, "This form is not open yet"),
        ({"closes_at": timedelta(days=-1)}, "This form is closed"),
        ({"max_submissions": 0}, "Enough answers have come in"),
    ],
)
def test_each_limit_has_its_page(client, link, limits, title):
    now = timezone.now()
    limits = {name: now + value if isinstance(value, timedelta) else value for name, value in limits.items()}
    _one, address = link(**limits)
    answer = client.get(address)
    assert answer.status_code == 403
    assert f"<h1>{title}</h1>" in answer.content.decode()
    told = client.get(address.replace("?lang=en", "form.json?lang=en"))
    assert told.status_code == 403
    assert told.json()["message"].startswith(title)


def test_a_link_that_was_withdrawn_or_never_was(client, link):
    one, address = link()
    PublicLink.objects.filter(pk=one.pk).update(revoked_at=timezone.now())
    for url in (address, "/forms/fill/t/never/?lang=en"):
        answer = client.get(url)
        assert answer.status_code == 404
        assert "This link does not work" in answer.content.decode()


def test_filled_before_the_end_and_sent_after_it_is_refused_and_kept(visit, link, line):
    one, address = link()
    watched = opened(visit)
    page = watched.open(address)
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    line.cut()
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    PublicLink.objects.filter(pk=one.pk).update(closes_at=timezone.now() - timedelta(minutes=1))
    line.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("html[data-fill=refused]")
    assert "This form is closed" in page.locator("#fill").inner_text()
    assert not received().exists()


def test_a_lost_answer_does_not_count_twice_against_the_maximum(visit, link, line):
    _one, address = link(max_submissions=1, once_per_browser=True)
    once = threading.Event()

    def lost(path: str) -> bool:
        first = path.endswith("/send") and not once.is_set()
        if first:
            once.set()
        return first

    line.lose = lost
    page = opened(visit).open(address)
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    assert once.wait(20)
    assert received().count() == 1
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_selector("html[data-fill=sent]")
    assert received().count() == 1


def test_a_draft_is_tried_and_never_counted(visit, fillable, every_question, world, collector, client):
    form = fillable(every_question, publish=False)
    officer = world.person("designer", ("wells.officer", world.authority, None))
    watched = visit(officer)
    watched.page.set_default_timeout(20_000)
    page = watched.open(f"/forms/fill/{form.pk}/?draft&lang=en")
    page.wait_for_selector(READY)
    assert "never counted" in page.locator("#fill").inner_text()
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send as a trial").click()
    page.wait_for_selector("html[data-fill=sent]")
    assert not received().exists()
    assert Submission.everything.get(form=form).draft_id == form.versions.get().pk
    client.force_login(collector)
    assert client.get(f"/forms/fill/{form.pk}/?draft").status_code == 404, "only those who make forms try drafts"
    assert field(page, "visit_id").count() == 0


def test_an_encrypted_form_says_that_it_wants_a_phone(client, collector, fillable, every_question):
    form = fillable(every_question)
    form.public_key = "MIIB"
    form.save()
    client.force_login(collector)
    answer = client.get(f"/forms/fill/{form.pk}/?lang=en")
    assert answer.status_code == 403
    assert "Fill it with ODK Collect on a phone" in answer.content.decode()


def test_who_may_not_fill_finds_nothing(client, world, fillable, every_question, collector):
    form = fillable(every_question)
    assert client.get(f"/forms/fill/{form.pk}/").status_code == 302
    client.force_login(world.stranger)
    for path in ("", "form.json"):
        assert client.get(f"/forms/fill/{form.pk}/{path}").status_code == 404
    client.force_login(collector)
    assert client.get(f"/forms/fill/{form.pk}/form.json").json()["xform_id"] == "every_question"
    form.refresh_from_db()
    form.state = FormState.CLOSED
    form.save()
    assert client.get(f"/forms/fill/{form.pk}/form.json").json()["code"] == "closed"
