"""Without a line: forms are opened, filled, kept, found again after a tab was killed, and sent once, all of them."""

from __future__ import annotations

import json
import threading

import pytest

from rafid.commons.forms.models import FormState
from tests.browser.test_fill import choose, field, fill_what_is_required, finish, received

READY = "html[data-fill=ready]"
WORKER = "html[data-worker=ready]"
COUNT = """(store) => new Promise((resolve) => { const asked = indexedDB.open("rafid-forms");
  asked.onsuccess = () => { const count = asked.result.transaction(store).objectStore(store).count();
    count.onsuccess = () => { asked.result.close(); resolve(count.result); }; }; })"""
KEPT = (
    """(path) => caches.open("rafid-forms-pages").then((pages) => pages.match(path)).then((found) => Boolean(found))"""
)

# Another script under the same scope is a new worker. It is activated when it has fetched all kept pages anew.
RENEW = """async () => { const scope = "/forms/fill/", made = await navigator.serviceWorker.register(`${scope}worker.js?plain`, { scope });
  const fresh = made.installing ?? made.waiting;
  await new Promise((resolve) => { const look = () => { if (fresh.state === "activated") resolve(); };
    fresh.addEventListener("statechange", look); look(); }); }"""


def address(form) -> str:
    return f"/forms/fill/{form.pk}/"


@pytest.fixture
def device(visit, collector, fillable, every_question, line):
    """A browser of the collector in which the form was opened once; ``device.cut()`` and ``device.mend()`` the line."""
    watched = visit(collector)
    watched.form = fillable(every_question)
    watched.context = watched.page.context

    def cut() -> None:
        line.cut()
        watched.context.set_offline(True)

    def mend() -> None:
        line.mend()
        watched.context.set_offline(False)

    watched.cut, watched.mend = cut, mend
    ready(watched.page)
    watched.open(address(watched.form) + "?lang=en").wait_for_selector(READY)
    watched.page.wait_for_selector(WORKER)
    for path in ("/forms/fill/", address(watched.form)):
        watched.page.wait_for_function(KEPT, arg=path)
    return watched


def ready(page) -> None:
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())


def another(watched):
    page = watched.context.new_page()
    ready(page)
    return page


def saved(page) -> None:
    page.get_by_text("Saved on this device.").wait_for()


def test_a_page_that_breaks_off_leaves_the_kept_one(device, site, line):
    path = address(device.form)
    line.tear = lambda asked: asked == path
    page = another(device)
    page.goto(site + path)
    page.wait_for_selector(READY)
    line.tear = lambda asked: False
    device.cut()
    page = another(device)
    page.goto(site + path)
    page.wait_for_selector(READY)
    fill_what_is_required(page)


@pytest.mark.parametrize("how", ["torn", "lost", "cut"])
def test_a_renewal_that_fails_leaves_the_kept_page(device, site, line, how):
    """The page is fetched anew while it is open, and the answer breaks off, is lost, or there is no line."""
    path = address(device.form)
    if how == "cut":
        device.cut()
    elif how == "torn":
        line.tear = lambda asked: asked == path
    else:
        line.lose = lambda asked: asked == path
    kept = device.page.evaluate(
        """(path) => new Promise((resolve) => { const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => resolve(data);
          navigator.serviceWorker.controller.postMessage({ keep: new URL(path, location.origin).href }, [port2]); })""",
        path,
    )
    assert kept
    device.cut()
    page = another(device)
    page.goto(site + path)
    page.wait_for_selector(READY)
    assert field(page, "visit_id").count() == 1


def test_the_page_of_what_is_half_filled_outlives_the_closing_of_its_form(device, site):
    """A new worker fetches all kept pages anew, and the closed form's is refused: what was begun is still opened by it."""
    page = device.page
    field(page, "visit_id").locator("input").fill("TPM-0001")
    saved(page)
    device.form.refresh_from_db()
    device.form.state = FormState.CLOSED
    device.form.save()
    page.evaluate(RENEW)
    page.close()
    device.cut()
    page = another(device)
    page.goto(site + address(device.form))
    page.get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    assert field(page, "visit_id").locator("input").input_value() == "TPM-0001"


def refused(device, site):
    """One that the server did not take, since its form was closed; the form is open again."""
    device.form.refresh_from_db()
    device.form.state = FormState.CLOSED
    device.form.save()
    page = device.page
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=refused]")
    device.form.state = FormState.OPEN
    device.form.save()
    page.goto(site + "/forms/fill/?lang=en")
    page.get_by_role("button", name="Send now").wait_for()
    return page


def test_send_now_waits_for_whoever_sends(device, site):
    """Another tab, or the worker, sends at this moment: what a person asked for is done after it, not forgotten."""
    page, other = refused(device, site), another(device)
    other.goto(site + "/forms/fill/?lang=en")
    other.evaluate("""() => new Promise((held) => navigator.locks.request("rafid-forms-sending",
        () => new Promise((release) => { globalThis.release = release; held(); })).catch(() => {}) && undefined)""")
    page.get_by_role("button", name="Send now").click()
    page.wait_for_function("navigator.locks.query().then(({ pending }) => pending.length === 1)")
    assert not received().exists()
    other.evaluate("() => globalThis.release()")
    page.get_by_text("Nothing waits on this device.").wait_for()
    assert received().count() == 1


def test_what_send_now_could_not_send_is_tried_again_by_itself(device, site, line):
    page = refused(device, site)
    lost = threading.Event()

    def once(path: str) -> bool:
        first = path.endswith("/send") and not lost.is_set()
        if first:
            lost.set()
        return first

    line.lose = once
    page.get_by_role("button", name="Send now").click()
    assert lost.wait(30)
    page.get_by_text("Nothing waits on this device.").wait_for()
    assert received().count() == 1


def test_the_test_and_a_request_do_not_set_savepoints_across_each_other(site, monkeypatch):
    """A request is being answered while the test saves; each of them ends well."""
    import urllib.request

    from django.db import connections, transaction

    from rafid.commons.forms.fill import sent_views

    own, inside, over, went_wrong = connections["default"], threading.Event(), threading.Event(), []

    def save() -> None:
        connections["default"] = own
        try:
            with transaction.atomic():
                inside.set()
                over.wait(30)
        except Exception as error:
            went_wrong.append(error)

    saving = threading.Thread(target=save)

    def slow(_user) -> list:
        saving.start()
        # Let in at once, it would stay in until this request is over; waiting for it, the request goes on.
        inside.wait(0.5)
        return []

    monkeypatch.setattr(sent_views, "sent_by_account", slow)
    with urllib.request.urlopen(f"{site}/forms/fill/sent.json") as answer:
        assert answer.status == 200
    over.set()
    saving.join()
    assert not went_wrong


def test_filled_without_a_line_and_sent_when_it_is_back(device, site):
    device.cut()
    page = another(device)
    page.goto(site + address(device.form))
    page.wait_for_selector(READY)
    fill_what_is_required(page, "TPM-0007")
    field(page, "site").get_by_role("searchbox").fill("site 3")
    choose(page, "site", "Site 3")
    assert "field" in field(page, "site_note").inner_text(), "the form's own files are on the device"
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    assert "Kept on this device" in page.locator("#fill").inner_text()
    assert not received().exists()
    page.goto(site + "/forms/fill/")
    page.wait_for_selector(READY)
    assert "Waiting to be sent" in page.locator("#fill").inner_text()
    page.locator("[data-unsent] [data-count]").wait_for()
    assert page.locator("[data-unsent] [data-count]").inner_text() == "1"
    device.mend()
    page.get_by_text("Nothing waits on this device.").wait_for()
    kept = received().get()
    assert (kept.current.way, kept.findings_open) == ("browser", 0)
    page.wait_for_function("() => document.querySelector('[data-unsent]').hidden")


def test_a_half_filled_and_wrong_form_is_found_again_after_the_tab_was_killed(device, site):
    page = device.page
    field(page, "visit_id").locator("input").fill("XXX")
    field(page, "medics").locator("input").fill("a few")
    choose(page, "ambulance", "No")
    page.get_by_role("button", name="Add: Non-conformity").click()
    field(page, "paper").locator("input").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"paper"}]
    )
    page.locator("#fill-language").select_option("Arabic (ar)")
    saved(page)
    identity = page.evaluate("location.hash")
    device.cut()
    page.close()  # as the system does: without a word to the page

    page = another(device)
    page.goto(site + address(device.form))
    page.get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    assert page.evaluate("location.hash") == identity, "the identity is that of the first opening"
    assert field(page, "visit_id").locator("input").input_value() == "XXX"
    assert field(page, "medics").locator("input").input_value() == "a few", "also what is no number"
    assert field(page, "medics").locator(".error").is_visible()
    assert field(page, "amb_why").is_visible()
    assert page.locator(".q-instance").count() == 2
    assert page.locator("#fill-language").input_value() == "Arabic (ar)"
    assert "1 kB" in field(page, "paper").inner_text()
    page.locator("#fill-language").select_option("English (en)")
    fill_what_is_required(page, "TPM-0001")
    field(page, "medics").locator("input").fill("1")
    page.get_by_role("button", name="Remove").last.click()
    device.mend()
    finish(page)
    kept = received().get()
    assert f"#{kept.instance_id}" == identity
    assert (kept.attachments_present, kept.attachments_expected) == (1, 1)


@pytest.mark.long
def test_a_third_of_the_answers_lost_and_the_tab_killed(device, site, line):
    """Twelve are filled without a line. Of the answers to the sending every third is lost after the server has recorded it,
    and the tab is killed in the middle: exactly twelve arrive."""
    device.cut()
    page = another(device)
    wanted = set()
    for number in range(12):
        page.goto(site + address(device.form))
        page.wait_for_selector(READY)
        fill_what_is_required(page, f"TPM-{number:04}")
        page.get_by_role("button", name="Finish and send").click()
        page.wait_for_selector("html[data-fill=waiting]")
        wanted.add(page.evaluate("location.hash")[1:])
    assert page.evaluate(COUNT, "outbox") == 12
    assert len(wanted) == 12
    sent, half = [], threading.Event()

    def lost(path: str) -> bool:
        if not path.endswith("/send"):
            return False
        sent.append(path)
        if len(sent) >= 5:
            half.set()
        return len(sent) % 3 == 0

    line.lose = lost
    device.mend()
    page.evaluate("dispatchEvent(new Event('online'))")
    assert half.wait(30)
    page.close()  # killed while it sends

    page = another(device)
    page.goto(site + "/forms/fill/")
    page.wait_for_selector(READY)
    for _round in range(12):
        button = page.get_by_role("button", name="Send all now")
        if page.evaluate(COUNT, "outbox") == 0:
            break
        if button.count():
            button.first.click()
        page.wait_for_function("navigator.locks.request('rafid-forms-sending', () => true)")
    page.get_by_text("Nothing waits on this device.").wait_for()
    assert len(sent) > 12, "some were sent twice, since their answers were lost"
    kept = set(received().values_list("instance_id", flat=True))
    assert kept == wanted


def test_two_tabs_do_not_send_the_same_twice(device, site, line):
    device.cut()
    page = another(device)
    page.goto(site + address(device.form))
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    tabs = [another(device) for _tab in range(2)]
    for tab in tabs:
        tab.goto(site + "/forms/fill/")
        tab.wait_for_selector(READY)
    sent = []
    line.lose = lambda path: bool(path.endswith("/send") and sent.append(path))
    device.mend()
    for tab in tabs:
        tab.get_by_text("Nothing waits on this device.").wait_for()
    assert received().count() == 1
    assert len(sent) == 1


def test_a_refusal_is_kept_with_its_sentence_and_a_copy(device, site, tmp_path):
    import zipfile

    device.cut()
    page = another(device)
    page.goto(site + address(device.form))
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    field(page, "paper").locator("input").set_input_files(
        [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"paper"}]
    )
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    identity = page.evaluate("location.hash")[1:]
    device.form.refresh_from_db()
    device.form.state = FormState.CLOSED
    device.form.save()
    device.mend()
    page.wait_for_selector("html[data-fill=refused]")
    assert "This form is closed" in page.locator("#fill").inner_text()
    page.goto(site + "/forms/fill/?lang=en")
    page.wait_for_selector(READY)
    assert "This form is closed" in page.locator("#fill").inner_text()
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download a copy").click()
    path = tmp_path / "copy.zip"
    caught.value.save_as(path)
    with zipfile.ZipFile(path) as copy:
        assert copy.testzip() is None
        names = copy.namelist()
        assert names[0] == "submission.xml"
        assert len(names) == 2
        assert identity in copy.read("submission.xml").decode()
        assert copy.read(names[1]) == b"paper"
    device.form.refresh_from_db()
    device.form.state = FormState.OPEN
    device.form.save()
    page.get_by_role("button", name="Send now").click()
    page.get_by_text("Nothing waits on this device.").wait_for()
    assert received().get().instance_id == identity


def test_signed_out_it_waits_and_goes_under_the_next_session(device, site, world, collector):
    device.cut()
    page = another(device)
    page.goto(site + address(device.form))
    page.wait_for_selector(READY)
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    before = device.context.cookies()
    device.context.clear_cookies()
    device.mend()
    page.get_by_text("Sign in again, then it is sent.").wait_for()
    assert not received().exists()

    from django.conf import settings
    from django.test import Client

    def session_of(account) -> None:
        client = Client()
        client.force_login(account)
        device.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "url": site,
                }
            ]
        )

    # Somebody else signs in at this device: what he did not fill is not sent in his name.
    session_of(world.person("second", ("wells.collector", world.authority, None)))
    page.goto(site + "/forms/fill/?lang=en")
    page.get_by_text("Another person filled it").wait_for()
    assert not received().exists()
    device.context.clear_cookies()
    session_of(collector)
    page.goto(site + "/forms/fill/?lang=en")
    page.get_by_text("Nothing waits on this device.").wait_for()
    assert received().get().account == collector
    assert before, "the first session had its cookies"


def test_signing_out_warns_while_something_waits(device, site, line):
    device.cut()
    page = device.page
    fill_what_is_required(page)
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=waiting]")
    line.lose = lambda path: path == "/forms/fill/session"
    device.mend()
    page = device.context.new_page()
    page.set_default_timeout(60_000)
    said = []

    def stay(dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto(site + "/places/?lang=en")
    page.locator("[data-unsent]:not([hidden])").wait_for()
    page.locator("summary", has_text="Your account").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_function("() => true")
    assert said
    assert "1" in said[0]
    assert page.url.endswith("/places/?lang=en")


def test_a_draft_is_finished_under_the_version_that_it_began_with(device, site, fillable, every_question):
    page = device.page
    fill_what_is_required(page)
    saved(page)
    newer = every_question.replace(b'version="1"', b'version="2"').replace(b"Visit number", b"Number of the visit")
    fillable(newer, form=device.form)
    page = another(device)
    device.page.close()
    page.goto(site + address(device.form))
    page.get_by_role("link", name="Continue").click()
    page.wait_for_selector(READY)
    assert field(page, "visit_id").locator(".q-text").inner_text() == "Visit number"
    finish(page)
    assert received().get().current.form_version.version_text == "1"
    page.get_by_role("button", name="Fill another one").click()
    page.wait_for_selector(READY)
    assert field(page, "visit_id").locator(".q-text").inner_text() == "Number of the visit"


def test_the_device_says_what_is_kept(device, site):
    page = device.page
    page.goto(site + "/forms/fill/?lang=en")
    page.get_by_text("Kept on this device").wait_for()
    assert page.get_by_role("link", name="Fill in").get_attribute("href") == address(device.form)
    page.get_by_role("button", name="Do not keep").click()
    page.get_by_text("Needs a line to open").wait_for()
    page.get_by_role("button", name="Keep for use without a line").click()
    page.get_by_text("Kept on this device").wait_for()
    assert json.loads(
        page.evaluate("JSON.stringify([...document.querySelectorAll('h2')].map((one) => one.textContent))")
    ) == ["Forms"]
    assert not device.elsewhere
