"""Outcomes and warnings at a real browser, in three languages and at a telephone: a study, land, a warning muted with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.monitoring.models import EarlyWarning
from rafid.programmes.monitoring.warnings.keeping import judge_all
from tests.programmes.monitoring.conftest import field  # noqa: F401
from tests.programmes.monitoring.outcomes_world import ground, person, study, worked_example

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {
    "ar": ("شخصاً سُئلوا مرتين", "المكسب مُجمَّل", "قائمة التحقق قيد المراجعة"),
    "ckb": ("کەس کە دوو جار پرسیاریان لێ کرا", "دەستکەوتەکە جوانتر دەردەکەوێت", "لیستەکە پێداچوونەوەی بۆ دەکرێت"),
    "en": ("people who were asked twice", "The gain is flattered", "The checklist is being revised"),
}


@pytest.fixture
def outcomes(field):  # noqa: F811
    """A study of 40 pairs with some apart, idle land, and the warnings that come of them."""
    asked = study(field)
    worked_example(asked)
    for number in range(3):
        person(asked, f"B{number}", {"k_find": 0})
        person(asked, f"A{number}", None, {"k_find": 1})
    land = study(field, kind="land_use", design="census")
    for number in range(9):
        ground(land, f"LOT-{number}", actual="unused" if number < 4 else "farming", place=field.world.town)
    judge_all()
    return asked


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{page.url} runs out of the page"
    )


@pytest.mark.parametrize("language", list(WORDS))
def test_a_study_and_a_warning_at_a_telephone(visit, field, outcomes, language):  # noqa: F811
    people, caveat, reason = WORDS[language]
    watched = visit(field.manager, **TELEPHONE)
    page = watched.open(f"/monitoring/outcomes/?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    fits(page)
    page.locator(f"tbody a[href*='{outcomes.ref}']").first.click()
    page.wait_for_selector(".headline .big")
    assert people in page.locator(".headline .big").inner_text()
    assert caveat in page.locator(".caveats").inner_text()
    assert page.locator("#apart").count() == 1
    fits(page)

    page.locator("#filter-by").select_option("age_group")
    page.wait_for_url("**by=age_group**")
    assert page.locator("section[aria-labelledby=groups] tbody tr").count() == 2
    page.goto(page.url.split("/monitoring/")[0] + "/monitoring/land-use/?show=unused")
    assert page.locator("section[aria-labelledby=grounds] tbody tr").count() == 4
    fits(page)

    page.goto(page.url.split("/monitoring/")[0] + "/monitoring/warnings/")
    fits(page)
    assert page.locator(".warning[data-state=new]").count() == 1
    page.locator(".warning a").first.click()
    page.wait_for_selector("#handle")
    fits(page)
    page.locator("section[aria-labelledby=handle] summary").first.click()
    page.locator("#mute-reason").fill(reason)
    page.locator("form[action$='/mute/'] button").click()
    page.wait_for_selector(".note.good")
    assert reason in page.locator("dl.facts").inner_text()
    fits(page)
    row = EarlyWarning.objects.get(owner=field.third)
    assert (row.state, row.muted_reason, row.muted_until) == (
        "muted",
        reason,
        timezone.localdate() + timedelta(days=30),
    )


def test_without_a_reason_nothing_is_muted_and_the_page_says_what_is_missing(visit, field, outcomes):  # noqa: F811
    row = EarlyWarning.objects.get(owner=field.third)
    page = visit(field.manager).open(f"/monitoring/warnings/{row.ref}/?lang=en")
    page.locator("section[aria-labelledby=handle] summary").first.click()
    page.locator("#mute-reason").fill("later")
    page.locator("form[action$='/mute/'] button").click()
    page.wait_for_selector(".note.bad")
    assert "Say why this warning is muted" in page.locator(".note.bad").inner_text()
    row.refresh_from_db()
    assert row.state == "new"
