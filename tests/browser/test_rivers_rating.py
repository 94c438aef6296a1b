"""A rating published and the picture of the station as it was known before; a return period that becomes a threshold."""

from __future__ import annotations

import pytest

from rafid.programmes.rivers.models import Rating, Threshold
from rafid.programmes.rivers.rating.draft_rating import draft_rating
from rafid.programmes.rivers.rating.publish_rating import publish_rating
from tests.programmes.rivers.conftest import at, river  # noqa: F401
from tests.programmes.rivers.flooded import flooded  # noqa: F401
from tests.programmes.rivers.test_ratings import bed, gauge, stages  # noqa: F401


@pytest.fixture
def scoured(gauge):  # noqa: F811
    """Flows of the first curve are known since March; a draft for the scoured bed from the third of March on."""
    publish_rating(gauge.first, user=gauge.chief)
    stages(gauge, range(1, 6), known_from=at(6))
    heights = (0.9, 1.4, 2.0, 2.8, 3.9)
    rows = [
        gauge.make_gauging(gauge.station, h, float(bed(h, 0.1)), time=at(10 + i, month=2, hour=9))
        for i, h in enumerate(heights)
    ]
    draft_rating(gauge.station, gaugings=rows, valid_from=at(3, 0), user=gauge.rating_engineer)
    return gauge


def last_flow(page) -> float:
    """The newest flow of the table of last values."""
    cell = page.locator("#picture table").last.locator("tbody tr").first.locator("td").first
    return float(cell.inner_text().replace(",", ""))


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ckb", 360)])
def test_a_rating_is_published_and_the_slider_shows_what_was_known(visit, scoured, language, width):
    watched = visit(scoured.rating_engineer, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/stations/tt-town/?variable=discharge&days=30&lang={language}")
    before = last_flow(page)
    assert page.locator("[data-known-slider]").count() == 0, "nothing was corrected yet"

    watched.open("/rivers/ratings/tt-town/2/")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "3 / 3" in page.locator("dl.facts").first.inner_text()
    page.locator("form[action$='/publish/'] button").click()
    page.wait_for_url("**/rivers/ratings/tt-town/")
    assert Rating.objects.get(station__code="tt-town", number=2).state == "published"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    watched.open("/rivers/stations/tt-town/?variable=discharge&days=30")
    after = last_flow(page)
    assert after > before * 1.1
    slider = page.locator("[data-known-slider]")
    slider.wait_for(state="visible")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_response(lambda answer: "known_at=2" in answer.url):
        slider.focus()
        page.keyboard.press("Home")
    page.wait_for_selector("#picture .note.info")
    assert last_flow(page) == before
    with page.expect_response(lambda answer: answer.url.endswith("known_at=") or "known_at=&" in answer.url):
        slider.focus()
        page.keyboard.press("End")
    page.wait_for_selector("#picture .note.info", state="detached")
    assert last_flow(page) == after


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ckb", 360)])
def test_a_return_period_becomes_a_threshold(visit, flooded, language, width):  # noqa: F811
    watched = visit(flooded.forecaster, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/floods/tt-town/?lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("svg.floods .at-wide .peak").count() == 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#quantile").select_option(index=2)
    page.locator("#class").select_option("severe")
    page.locator("form[action$='/threshold/'] button").click()
    page.wait_for_load_state()
    made = Threshold.objects.get(station=flooded.station)
    assert (made.class_code, made.return_period) == ("severe", 10)
    assert f"{made.value:,.0f}" in page.locator("form[action$='/end/']").locator("xpath=ancestor::tr").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("form[action$='/end/'] button").click()
    page.wait_for_load_state()
    made.refresh_from_db()
    assert made.valid_to is not None
