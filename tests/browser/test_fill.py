"""A form filled in the browser from its first question to the submission in the database."""

from __future__ import annotations

import re

import pytest
from django.contrib.gis.geos import Point

from rafid.commons.forms.models import Attachment, Row, Submission

READY = "html[data-fill=ready]"
SMALL = """(side) => { const c = document.createElement("canvas"); c.width = side; c.height = side / 2;
  c.getContext("2d").fillRect(0, 0, side, side); return c.toDataURL("image/jpeg").split(",")[1]; }"""


@pytest.fixture
def filling(visit, collector, fillable, every_question):
    """Opens the form as a collector; ``filling(language)`` gives what is watched."""
    form = fillable(every_question)

    def opened(language="en", query="", **options):
        watched = visit(collector, **options)
        watched.form = form
        watched.page.set_default_timeout(15_000)
        watched.page.on("dialog", lambda dialog: dialog.accept())
        watched.open(f"/forms/fill/{form.pk}/?lang={language}{query}").wait_for_selector(READY)
        return watched

    return opened


def received():
    """What came in of the tests' own form; the demonstration has others."""
    return Submission.objects.filter(form__xform_id="every_question")


def field(page, name: str):
    """The box of a question, by its place in the form."""
    return page.locator(f"[data-ref$='/{name}']").first


def choose(page, question: str, choice: str) -> None:
    field(page, question).get_by_label(choice, exact=True).check()


def fill_what_is_required(page, number: str = "TPM-0001") -> None:
    field(page, "visit_id").locator("input").fill(number)
    field(page, "deminers").locator("input").fill("12")
    choose(page, "gov", "Kirkuk")
    choose(page, "ambulance", "Yes")
    choose(page, "sev", "Minor")


def finish(page) -> None:
    page.get_by_role("button", name="Finish and send").click()
    page.wait_for_selector("html[data-fill=sent]")


def answers(submission: Submission) -> dict[str, str | None]:
    from rafid.commons.forms.schema import tables_of

    main = tables_of(submission.current.form_version.schema)[0]
    row = Row.objects.get(submission_version=submission.current, table=0)
    return {column.name: row.values[column.slot] for column in main.columns if row.values[column.slot] is not None}


def picture(page, side: int) -> dict:
    import base64

    return {"name": "IMG 1.jpg", "mimeType": "image/jpeg", "buffer": base64.b64decode(page.evaluate(SMALL, side))}


def test_every_question_is_answered_and_received(filling, collector):
    watched = filling()
    page = watched.page
    fill_what_is_required(page)
    field(page, "medics").locator("input").fill("٢")
    field(page, "area").locator("input").fill("١٬٢٠٠٫٥")
    choose(page, "dist", "Dibis")
    choose(page, "things", "Tape")
    choose(page, "things", "Field hospital")
    field(page, "site").get_by_role("searchbox").fill("site 117")
    choose(page, "site", "Site 117")
    assert "field" in field(page, "site_note").inner_text()
    field(page, "order").get_by_role("button", name="Move up: Food").click()
    field(page, "score").get_by_role("slider").fill("7")
    choose(page, "stars", "4")
    field(page, "day").locator("input").fill("2026-09-30")
    field(page, "hour").locator("input").fill("08:30")
    field(page, "moment").locator("input").fill("2026-09-30T10:15")
    field(page, "code").locator("input").fill("۴۵-B")
    page.get_by_role("button", name="Add: Non-conformity").click()
    second = page.locator("[data-ref='/data/nc[2]/sev']")
    second.get_by_label("Major", exact=True).check()
    page.locator("[data-ref='/data/nc[2]/photo'] input").set_input_files([picture(page, 3000)])
    page.locator("[data-ref='/data/nc[2]/photo'] img").wait_for()
    assert "Major ones: 1" in field(page, "n_note").inner_text()
    field(page, "loc").locator("input").fill("36.1909, 44.0100")
    for corner in ("36.1, 44.0", "36.2, 44.0", "36.2, 44.1"):
        field(page, "field").locator("input").fill(corner)
        field(page, "field").locator("input").press("Enter")
    for stop in ("36.1, 44.0", "36.2, 44.2"):
        field(page, "way").locator("input").fill(stop)
        field(page, "way").get_by_role("button", name="Add this point").click()
    field(page, "paper").locator("input").set_input_files(
        [{"name": "ورقة.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}]
    )
    field(page, "agreed").get_by_label("I have read this").check()
    finish(page)

    kept = received().get()
    assert (kept.account, kept.current.way, kept.findings_open, kept.owner) == (
        collector, "browser", 0, kept.form.owner,
    )  # fmt: skip
    said = answers(kept)
    expected = {
        "visit_id": "TPM-0001", "team-deminers": "12", "team-medics": "2", "team-area": "1200.5", "gov": "kirkuk",
        "dist": "dibis", "ambulance": "yes", "things": "tape hospital", "site": "s117", "site_type": "field",
        "order": "food water shelter", "score": "7", "stars": "4", "day": "2026-09-30", "code": "۴۵-B", "n_major": "1",
        "loc-Latitude": "36.1909", "loc-Longitude": "44.01", "agreed": "OK",
    }  # fmt: skip
    assert {name: said.get(name) for name in expected} == expected
    assert said["hour"].startswith("08:30:00.000")
    assert said["moment"].startswith("2026-09-30T10:15:00.000")
    assert said["field"].count(";") == 3
    assert said["way"].count(";") == 1
    assert said["device"].startswith("browser:")
    files = {one.name: one for one in Attachment.objects.filter(submission=kept)}
    assert len(files) == 2
    assert all(one.sha256 for one in files.values())
    photo = next(one for name, one in files.items() if name.startswith("photo-"))
    assert photo.media_type == "image/jpeg"
    from io import BytesIO

    from PIL import Image

    from rafid.commons import blobs

    assert Image.open(BytesIO(blobs.read(photo.sha256))).size == (1600, 800), "the long side is 1600 pixels"
    assert not watched.errors
    assert not watched.elsewhere, "nothing is asked of another host"


def test_what_is_wrong_stands_beside_the_question_and_in_a_list_that_leads_to_it(filling):
    watched = filling()
    page = watched.page
    visit = field(page, "visit_id")
    visit.locator("input").fill("XXX")
    assert visit.locator(".error").inner_text() == "Write TPM- and four digits"
    field(page, "medics").locator("input").fill("a few")
    assert "whole number" in field(page, "medics").locator(".error").inner_text()
    assert field(page, "deminers").locator(".error").is_hidden(), "nobody is told of what he has not reached"
    page.get_by_role("button", name="Finish and send").click()
    summary = page.locator(".error-summary")
    assert summary.evaluate("(box) => box === document.activeElement")
    told = summary.locator("li").all_inner_texts()
    assert [text.split(":")[0] for text in told] == [
        "Visit number", "Deminers", "Medics", "Governorate", "Ambulance there?", "Severity",
    ]  # fmt: skip
    summary.get_by_role("link", name="Governorate").click()
    assert field(page, "gov").get_by_role("radio").first.evaluate("(one) => one === document.activeElement")
    # The rule follows the answers: no more medics than deminers.
    field(page, "deminers").locator("input").fill("3")
    field(page, "medics").locator("input").fill("4")
    assert field(page, "medics").locator(".error").inner_text() == "No more than deminers"
    field(page, "medics").locator("input").fill("3")
    assert field(page, "medics").locator(".error").is_hidden()
    assert not received().exists()


def test_relevance_and_filters_follow_at_once(filling):
    page = filling().page
    assert field(page, "amb_why").is_hidden()
    choose(page, "ambulance", "No")
    assert field(page, "amb_why").is_visible()
    choose(page, "gov", "Nineveh")
    assert field(page, "dist").get_by_role("radio").count() == 2
    choose(page, "gov", "Kirkuk")
    assert field(page, "dist").locator("label").all_inner_texts() == ["Dibis"]
    page.get_by_role("button", name="Remove").click()
    assert page.locator("[data-ref^='/data/nc']").count() == 0


@pytest.mark.parametrize(("language", "form", "label"), [("ar", "ar", "رقم الزيارة"), ("ckb", "ckb", "ژمارەی سەردان")])
def test_right_to_left(filling, language, form, label):
    watched = filling(language, viewport={"width": 360, "height": 740})
    page = watched.page
    box = page.locator(".q-form")
    assert (box.get_attribute("dir"), box.get_attribute("lang")) == ("rtl", form)
    visit = field(page, "visit_id")
    assert visit.locator(".q-text").inner_text() == label
    radio, words = field(page, "gov").get_by_role("radio").first, field(page, "gov").locator(".q-choice").first
    assert radio.bounding_box()["x"] > words.bounding_box()["x"], "the mark stands where the line begins"
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    visit.locator("input").fill("خ")
    if language == "ar":
        assert visit.locator(".error").inner_text() == "اكتب TPM- وأربعة أرقام"
    page.locator("#fill-language").select_option("English (en)")
    assert box.get_attribute("dir") == "ltr"
    assert visit.locator(".q-text").inner_text() == "Visit number"
    assert not watched.errors


def test_labels_are_text_with_a_few_marks(filling):
    page = filling().page
    intro = field(page, "intro")
    assert intro.locator("strong").inner_text() == "Visit"
    assert intro.locator("a").get_attribute("rel") == "noopener noreferrer"
    assert "<script>alert(1)</script>" in intro.inner_text()
    assert intro.locator("script").count() == 0


def test_from_the_keyboard_alone(filling):
    page = filling(viewport={"width": 1280, "height": 900}).page
    page.locator("#fill-language").focus()

    def on_to(name: str) -> None:
        for _step in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(name) => Boolean(document.activeElement.closest(`[data-ref$='/${name}']`))", name):
                return
        raise AssertionError(f"{name} is not reached")

    on_to("visit_id")
    page.keyboard.type("TPM-0042")
    on_to("deminers")
    page.keyboard.type("5")
    on_to("gov")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    on_to("ambulance")
    page.keyboard.press("Space")
    on_to("order")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    on_to("score")
    page.keyboard.press("ArrowRight")
    on_to("sev")
    page.keyboard.press("ArrowDown")
    on_to("loc")
    for _step in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Finish and send":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("html[data-fill=sent]")
    said = answers(received().get())
    assert (said["visit_id"], said["team-deminers"], said["gov"], said["score"]) == ("TPM-0042", "5", "kirkuk", "6")
    assert re.fullmatch(r"\w+ \w+ \w+", said["order"])


def test_where_the_device_is_and_a_touch_on_the_map(filling):
    watched = filling(
        geolocation={"latitude": 33.3152, "longitude": 44.3661, "accuracy": 12}, permissions=["geolocation"]
    )
    page = watched.page
    fill_what_is_required(page)
    place = field(page, "loc")
    place.get_by_role("button", name="Where I am").click()
    place.get_by_text("accurate to 12 m").wait_for()
    assert place.locator("input").input_value() == "33.3152, 44.3661"
    place.locator("summary").click()
    page.locator("[data-map=ready] canvas").wait_for()
    place.locator("canvas").scroll_into_view_if_needed()
    box = place.locator("canvas").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2 + 40, box["y"] + box["height"] / 2)
    page.wait_for_function("() => !document.querySelector('[data-ref$=\"/loc\"] input').value.endsWith('44.3661')")
    finish(page)
    kept = received().get()
    assert kept.location.distance(Point(44.3661, 33.3152, srid=4326)) < 0.05
    assert not watched.errors
    assert not watched.elsewhere


def test_the_policy_of_the_page_is_strict(visit, collector, fillable, every_question, client):
    form = fillable(every_question)
    client.force_login(collector)
    policy = client.get(f"/forms/fill/{form.pk}/").headers["Content-Security-Policy"]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert parts["style-src"] == "'self'"
    assert parts["connect-src"] == "'self'"
    assert "unsafe-eval" not in client.get("/forms/fill/session").headers["Content-Security-Policy"]
