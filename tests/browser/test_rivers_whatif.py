"""Dams asked what if: another release, its gate closed, kept under a name; and a place of the schematic dragged."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from django.utils import timezone

from rafid.programmes.rivers.models import FlowScenario, RiverNode, Series
from rafid.programmes.rivers.values.recording import Reading, record_values
from tests.programmes.rivers.conftest import river  # noqa: F401

EMPTY = {"ar": "دون الفراغ", "ckb": "بەتاڵیش کەمتر"}
PLAN = {"ar": "إلى جانب الخطة", "ckb": "لە پاڵ پلان"}


@pytest.fixture
def dam(river):  # noqa: F811
    """4,700 Mm³ that releases 400 of 500 m³/s to a town where 480 are observed."""
    station = river.make_station("tt-upper", kind="reservoir")
    row = river.make_reservoir(river.upper, station=station, sensitivity=0)
    river.make_table(row)
    river.make_reach(river.upper, river.town)
    river.make_reach(river.town, river.lower)
    level = river.make_series(station, "reservoir_level")
    now = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    rows = [Reading(level.pk, now, 310.0)]
    for name, flow in (("inflow", 500.0), ("release", 400.0)):
        series = Series.objects.create(
            station=station, variable=name, unit="m³/s", step="1d", known_at=level.known_at, owner=river.ministry,
            place=river.place,
        )  # fmt: skip
        rows.append(Reading(series.pk, now, flow))
    rows.append(Reading(river.make_series(river.make_station("tt-town"), "discharge").pk, now, 480.0))
    record_values(rows, origin="person", user=river.hydrologist)
    return row


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ckb", 360)])
def test_a_release_is_tried_and_kept(visit, river, dam, language, width):  # noqa: F811
    watched = visit(river.dam_operator, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/network/what-if/?lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    release = page.locator("input[name='release:tt-upper']")
    release.fill("٩٩٩٩")
    page.locator("#what-if button.primary").click()
    assert EMPTY[language] in page.locator("[role=alert]").inner_text()
    release.fill("٧٠٠")
    page.locator("#what-if button.primary").click()
    found = page.locator("#found")
    found.wait_for()
    assert PLAN[language] in found.inner_text()
    town = found.locator("tr", has_text="Tt-Town")
    assert town.locator("td").nth(0).inner_text() == "780"
    assert town.locator("td").nth(1).inner_text() == "480"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator("#title").fill("فتح")
    page.locator("button[name=keep]").click()
    page.wait_for_url("**/scenarios/**")
    assert page.locator("h1").inner_text() == "فتح"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    row = FlowScenario.objects.get()
    assert row.asked["releases"] == {"tt-upper": 700.0}


def test_a_place_of_the_schematic_is_dragged_and_stays(visit, river, dam):  # noqa: F811
    watched = visit(river.hydrologist, viewport={"width": 1280, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open("/rivers/network/?lang=ar")
    node = page.locator("g[data-node=tt-lower]")
    node.scroll_into_view_if_needed()
    box = node.locator("circle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = float(node.get_attribute("data-x"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y - 10, steps=3)
    page.mouse.up()
    page.wait_for_selector(".schematic[data-moved=tt-lower]")
    row = RiverNode.objects.get(code="tt-lower")
    assert row.drawn_x == pytest.approx(before + 60, abs=2)
    watched.open("/rivers/network/?lang=ar")
    assert float(page.locator("g[data-node=tt-lower]").get_attribute("data-x")) == row.drawn_x
