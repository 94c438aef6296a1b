"""A visit from the monitor's week to the partner's page: opened and filled without a line, sent, scored, released."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from rafid.commons.forms.arrivals import handle_arrivals
from rafid.commons.forms.design.publish import publish
from rafid.commons.forms.design.upload import Given, new_form
from rafid.commons.forms.models import Finding, Submission
from rafid.programmes.monitoring.checklists.sheets import items_of, sheet
from rafid.programmes.monitoring.models import Checklist, NonConformity, Visit
from tests.programmes.monitoring.conftest import field  # noqa: F401

READY = "html[data-fill=ready]"
SAYS = {
    "en": {"access": "Full", "yes": "Yes", "no": "No", "critical": "Critical", "send": "Finish and send"},
    "ar": {"access": "كامل", "yes": "نعم", "no": "لا", "critical": "حرجة", "send": "أنهِ وأرسل"},
    "ckb": {"access": "تەواو", "yes": "بەڵێ", "no": "نەخێر", "critical": "مەترسیدار", "send": "تەواوی بکە و بینێرە"},
}
ITEMS = {"accredited": "yes", "weather": "no", "double": "yes", "daily": "yes", "rest": "yes", "kennel": "yes"}


@pytest.fixture
def planned(field, settings, tmp_path):  # noqa: F811
    """A visit that is late by hours, which is odd at any time of the day, with a published checklist; its monitor has an account."""
    settings.MEDIA_ROOT = tmp_path / "media"
    given = Given("checklist_dogs.md", sheet("dogs", 3, items_of("dogs", 3)))
    publish(new_form(given, programme="monitoring", owner=field.third, by=field.manager).form, by=field.manager)
    checklist = Checklist.objects.get(code="checklist_dogs")
    start = timezone.now() - timedelta(hours=6)
    return field.make_visit(
        lead=field.monitors[0], checklist=checklist, planned_on=timezone.localdate(start),
        window=DateTimeTZRange(start, start + timedelta(hours=1)),
    )  # fmt: skip


def box(page, name: str):
    return page.locator(f"[data-ref$='/{name}']").first


def choose(page, name: str, label: str) -> None:
    box(page, name).get_by_label(label, exact=True).check()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("ckb", 360)])
def test_a_visit_is_filled_without_a_line_and_scored_when_the_line_is_back(
    visit, field, planned, line, language, width  # noqa: F811
):  # fmt: skip
    words = SAYS[language]
    watched = visit(field.monitor, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    page.on("dialog", lambda dialog: dialog.accept())
    watched.open(f"/monitoring/my/?lang={language}").wait_for_selector("html[data-week=kept]")
    page.wait_for_selector("html[data-keeping=done]")
    assert page.locator("[data-kept=yes]").count() == 1

    line.cut()
    page.context.set_offline(True)
    watched.open("/monitoring/my/")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    assert "Hidden site 1" in page.locator("#main, main").first.inner_text()
    assert page.locator("[data-offline]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("[data-keep-form] a.primary").click()
    page.wait_for_selector(READY)
    for name, known in (("visit", planned.ref), ("monitor", "X1"), ("site", planned.site.ref)):
        assert box(page, name).locator("input").input_value() == known
    choose(page, "access", words["access"])
    for name, result in ITEMS.items():
        choose(page, name, words[result])
    assert page.locator("[data-ref$='/item']").count() == 0, "nothing else was found until somebody says so"
    box(page, "found").locator("input").fill("1")
    box(page, "item").locator("input").fill("weather")
    choose(page, "severity", words["critical"])
    box(page, "text").locator("textarea").fill("41 °C, no shade")
    choose(page, "stop_work", words["yes"])
    page.get_by_role("button", name=words["send"]).click()
    page.wait_for_selector("html[data-fill=waiting]")
    watched.open("/monitoring/my/")
    page.wait_for_selector("[data-held=waiting]")
    assert not Submission.objects.filter(form__xform_id="checklist_dogs").exists()

    line.mend()
    page.context.set_offline(False)
    watched.open("/forms/fill/")
    page.wait_for_function("() => !document.querySelector('[data-unsent]:not([hidden])')")
    assert Submission.objects.filter(form__xform_id="checklist_dogs").count() == 1
    handle_arrivals()
    assert not Finding.objects.filter(kind__in=("not_examined", "not_taken")).exists()
    planned.refresh_from_db()
    assert (planned.state, planned.verdict, planned.failed_critical) == ("done", "fail", ["weather"])
    assert NonConformity.objects.get(visit=planned, severity="critical").stop_work is True
    watched.open("/monitoring/my/")
    sent = page.locator("#sent").inner_text()
    assert planned.ref in sent
    page.locator("#sent details.no-print summary").first.click()
    page.locator(f"#why-{planned.ref}").fill("The road was closed")
    page.locator("#sent form button").first.click()
    page.wait_for_load_state()
    assert "The road was closed" in page.locator("#sent").inner_text()


def test_the_partner_sees_a_visit_from_its_release_on(visit, field, planned):  # noqa: F811
    now = timezone.now()
    Visit.objects.filter(pk=planned.pk).update(
        state="done", access="full", arrived=now - timedelta(minutes=50), left=now, score=0.9, verdict="pass"
    )
    partner = visit(field.partner_account, viewport={"width": 360, "height": 700})
    page = partner.open("/monitoring/partner/?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "Hidden site 1" not in page.content()
    page.goto(f"{partner.site}/monitoring/visits/{planned.ref}/")
    assert planned.ref not in page.locator("h1").inner_text()

    manager = visit(field.manager)
    desk = manager.open(f"/monitoring/visits/{planned.ref}/?lang=en")
    desk.get_by_role("button", name="Release to the partner").click()
    desk.wait_for_load_state()
    assert "Released to the partner." in desk.content()
    assert not manager.errors

    page = partner.open("/monitoring/partner/")
    assert "Hidden site 1" in page.content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Hidden site 1").click()
    page.wait_for_load_state()
    assert planned.ref in page.locator(".page-head").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
