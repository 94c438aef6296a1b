"""The picture at a real browser: two dates, two states compared, down from a total to a hazard; from right to left, on a telephone."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils.translation import gettext, override

from tests.programmes.mineaction.conftest import ground  # noqa: F401 - a fixture
from tests.programmes.mineaction.test_picture_api import told  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def said(text: str, language: str) -> str:
    with override(language):
        return gettext(text)


def remaining(page) -> float:
    return float(page.locator(".ledger .big strong").inner_text().split()[0].replace(",", ""))


@pytest.mark.parametrize("language", ["ar", "en"])
def test_two_dates_and_what_changed_between_two_states(visit, ground, told, language):  # noqa: F811
    watched = visit(ground.director)
    page = watched.open(f"/mineaction/?lang={language}&place={ground.place.ref}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    rows = page.locator("#hazards ~ .table-box tbody tr")
    assert rows.count() == 2
    page.locator("#filter-on").fill("2025-06-30")
    page.locator("#filter-known").fill("2025-05-30")
    page.locator("form.filters button.button").click()
    page.wait_for_url("**known=2025-05-30**")
    # The late cancellation was not known yet, nor the ground that is suspected again.
    assert remaining(page) == pytest.approx(2 / 3 * 60_000, rel=0.02)
    assert rows.count() == 1

    page.locator(".ledger .card-head a[href*=changes]").click()
    page.locator("#filter-on").fill("2025-05-30")
    page.locator("#filter-known").fill("2025-05-30")
    page.locator("#filter-to-on").fill("2026-01-31")
    page.locator("#filter-to-known").fill("")
    page.locator("form.filters button.button").click()
    page.wait_for_url("**to_on=2026-01-31**")
    rows = page.locator("#steps-table tbody tr")
    assert rows.count() == 4
    assert said("Release added", language) in rows.nth(2).inner_text()
    page.get_by_role("link", name=told.again.ref).click()
    page.wait_for_url(f"**/mineaction/hazards/{told.again.ref}/**")
    assert said("Balance", language) in page.locator("#balance").inner_text()
    assert page.locator("svg.drawing").count() == 1
    assert watched.elsewhere == []
    assert watched.errors == []


def test_on_a_telephone(visit, ground, told):  # noqa: F811
    ground.make_release(told.first, "reduced", on=date(2025, 7, 1), reported_m2=5)
    watched = visit(ground.director, **TELEPHONE)
    for address in (
        "/mineaction/", "/mineaction/changes/?on=2025-05-30", "/mineaction/districts/", f"/mineaction/hazards/{told.first.ref}/",
        f"/mineaction/hazards/{told.first.ref}/step/cancelled/",
    ):  # fmt: skip
        page = watched.open(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    assert watched.errors == []


def test_the_live_map_draws_the_hazards(visit, ground, told):  # noqa: F811
    page = visit(ground.im_officer).open(f"/mineaction/hazards/{told.first.ref}/?lang=en")
    page.locator(".map").scroll_into_view_if_needed()
    page.locator(".map[data-drawn]").wait_for(state="attached", timeout=60_000)
    # What is left, twice, and outside where there is any; both releases; the outline.
    assert int(page.locator(".map").get_attribute("data-drawn")) >= 4
