"""A dashboard in a real browser: clicks and keys filter the rest without a new page, and the composer works by buttons."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

PAGE = "/dashboards/population-overview/"
TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def query(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_click_on_a_bar_filters_the_rest_in_place(visit):
    watched = visit()
    page = watched.open(f"{PAGE}?lang=en")
    page.evaluate("window.stays = true")
    page.locator(".bars a", has_text="Al-Basrah").click()
    page.wait_for_url(re.compile("place=IQG02"))
    page.locator(".chip", has_text="Al-Basrah").wait_for()
    assert page.evaluate("window.stays") is True
    assert page.locator(".big-number").first.inner_text().strip() == "3,664,168"
    assert page.locator("#filter-place").input_value() == "IQG02"
    page.locator(".chip").click()
    page.locator(".chip").wait_for(state="detached")
    assert "place" not in query(page)
    assert "46,118,793" in page.locator(".big-number").first.inner_text()
    assert watched.errors == []
    assert watched.elsewhere == []


def test_the_keyboard_does_the_same_and_keeps_its_place(visit):
    watched = visit()
    page = watched.open(f"{PAGE}?lang=en")
    link = page.locator(".bands a").first
    link.focus()
    where = link.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"where\.age_group="))
    page.locator(".chip").wait_for()
    assert page.evaluate("document.activeElement.id") == where
    page.locator("#filter-period").select_option("2024")
    page.wait_for_url(re.compile("period=2024"))
    assert "where.age_group" in query(page)
    page.go_back()
    page.wait_for_url(lambda url: "period=2024" not in url)
    assert watched.errors == []


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_it_folds_on_a_telephone(visit, language):
    page = visit(**TELEPHONE).open(f"{PAGE}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator(".block").first.bounding_box()["width"] > 280
    page.locator(".behind summary").first.click()
    assert page.locator(".behind table").first.is_visible()
