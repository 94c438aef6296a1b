"""A hydrograph on a phone, read from right to left: whole, with its axis, and nothing to scroll."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.values.recording import Reading, record_values
from tests.programmes.rivers.conftest import river  # noqa: F401

OUTSIDE = """one => {
  const box = one.getBoundingClientRect();
  return [...one.querySelectorAll('text')].filter((text) => text.getClientRects().length)
    .filter((text) => { const own = text.getBoundingClientRect(); return own.left < box.left - 2 || own.right > box.right + 2; })
    .map((text) => text.textContent);
}"""


@pytest.mark.parametrize(("width", "shown", "hidden"), [(360, "at-narrow", "at-wide"), (1280, "at-wide", "at-narrow")])
def test_a_chart_fits_its_page(visit, river, width, shown, hidden):  # noqa: F811
    series = river.make_series(river.make_station("tt-chart"))
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    readings = [Reading(series.pk, now - timedelta(days=day), 2 + (day % 9) / 4) for day in range(60, 0, -1)]
    record_values(readings, origin="person", judge=False, follow=False)
    watched = visit(river.hydrologist, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open("/rivers/stations/tt-chart/?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    chart = page.locator("svg.hydrograph")
    assert chart.locator(f".{shown}").is_visible()
    assert not chart.locator(f".{hidden}").is_visible()
    assert page.locator(".hydrograph-box").evaluate("one => one.scrollWidth <= one.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert chart.evaluate(OUTSIDE) == []
    # The letters are as tall as those of the page, whatever its width.
    tall = chart.locator(f".{shown} text").first.bounding_box()["height"]
    assert tall >= 11
