"""The life of a finding at a real browser, by two accounts: the partner answers at a telephone, the quality officer closes it."""

from __future__ import annotations

import re

import pytest

from rafid.programmes.monitoring.demo_files import picture
from rafid.programmes.monitoring.findings import raising
from rafid.programmes.monitoring.models import NonConformity
from tests.programmes.monitoring.conftest import field  # noqa: F401
from tests.programmes.monitoring.test_findings_life import made

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {
    "en": {"cause": "Nobody had shown the new team how", "back": "Show the team that was visited", "seen": "Seen"},
    "ar": {"cause": "لم يُشرح للفريق الجديد", "back": "أظهروا الفريق الذي زرناه", "seen": "شوهد"},
}


@pytest.fixture
def finding(field, settings, tmp_path):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    return raising.raise_items(made(field), ["marking"], by=field.quality)[0]


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs out of the page"


def opened(page, code):
    """The form of a step, unfolded."""
    form = page.locator(f"form[action$='/steps/{code}/']")
    if not form.is_visible():
        form.locator("xpath=..").locator("summary").click()
    return form


def answer(page, words, seed):
    form = opened(page, "answer")
    form.locator("[name=root_cause]").fill(words["cause"])
    form.locator("[name=what]").fill(words["cause"])
    form.locator("[name=who]").fill("X")
    form.locator("[name=until]").fill("2026-03-09")
    form.locator("[name=files]").set_input_files(
        {"name": f"after-{seed}.jpg", "mimeType": "image/jpeg", "buffer": picture(seed)}
    )
    form.locator("button.primary").click()
    page.wait_for_selector(".note.good")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_findings_life_with_two_accounts(visit, field, finding, language):  # noqa: F811
    words, address = WORDS[language], f"/monitoring/findings/{finding.ref}/?lang={language}"
    partner = visit(field.partner_account, **TELEPHONE)
    page = partner.open(f"/monitoring/findings/?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    fits(page)
    page.locator(f"tbody a[href*='{finding.ref}']").click()
    page.wait_for_url(re.compile(finding.ref))
    fits(page)
    assert page.locator("form[action$='/steps/close/']").count() == 0, "the partner does not close"
    answer(page, words, 1)
    fits(page)

    quality = visit(field.quality)
    desk = quality.open(address)
    assert words["cause"] in desk.locator("section[aria-labelledby=answer]").inner_text()
    assert desk.locator(".evidence img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    assert desk.locator(".hints li").count() == 2, "neither when nor where"
    form = opened(desk, "send-back")
    form.locator("[name=reason]").fill(words["back"])
    form.locator("button").click()
    desk.wait_for_selector(".note.good")

    page = partner.open(address)
    assert words["back"] in page.locator("section[aria-labelledby=answer]").inner_text()
    answer(page, words, 2)

    desk = quality.open(address)
    opened(desk, "review").locator("button.primary").click()
    desk.wait_for_selector(".note.good")
    form = opened(desk, "close")
    form.locator("[name=reason]").fill(words["seen"])
    form.locator("button.primary").click()
    desk.wait_for_selector(".badge.finding-closed")
    row = NonConformity.objects.get(pk=finding.pk)
    assert (row.state, row.closed_by, row.evidence.count()) == ("closed", field.quality, 2)
    page = partner.open(address)
    assert page.locator(".badge.finding-closed").count()
    assert partner.errors == quality.errors == []
    assert partner.elsewhere == quality.elsewhere == []


def test_two_officers_at_once(visit, field, finding):  # noqa: F811
    partner = visit(field.partner_account)
    answer(partner.open(f"/monitoring/findings/{finding.ref}/?lang=en"), WORDS["en"], 3)
    first, second = visit(field.quality), visit(field.manager, **TELEPHONE)
    one, two = (who.open(f"/monitoring/findings/{finding.ref}/?lang=en") for who in (first, second))
    form = opened(one, "send-back")
    form.locator("[name=reason]").fill("Another team")
    form.locator("button").click()
    one.wait_for_selector(".note.good")
    form = opened(two, "close")
    form.locator("[name=reason]").fill("It is fine")
    form.locator("button.primary").click()
    table = two.locator("table.diff").inner_text()
    for part in ("Another team", "It is fine", "Sent back", "Closed"):
        assert part in table
    fits(two)
    assert NonConformity.objects.get(pk=finding.pk).state == "sent_back"


def test_the_board_by_state_fits_a_telephone(visit, field, finding):  # noqa: F811
    watched = visit(field.quality, **TELEPHONE)
    page = watched.open("/monitoring/findings/?view=board&lang=ar")
    fits(page)
    assert page.locator(f".kanban a[href*='{finding.ref}']").count() == 1
    page = watched.open("/monitoring/findings/ledger/?by=team&lang=ar")
    fits(page)
    assert watched.errors == []
