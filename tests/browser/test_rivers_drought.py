"""The drought's live map: cells by class, what one of them says, governorates instead, the month before; without script a picture."""

from __future__ import annotations

import numpy as np
import pytest

from rafid.programmes.rivers.droughts import views
from rafid.programmes.rivers.droughts.grids import grid_month
from rafid.programmes.rivers.droughts.queries import Picture
from tests.programmes.rivers.conftest import river  # noqa: F401
from tests.programmes.rivers.test_drought_grids import COLUMNS, ROWS, keep, write

ADDRESS = "/rivers/drought/?lang=ar&grid=tt-live&month=2023-12&scale=3&index=spi"
CLASSES = ["منخفض", "دون المعتاد", "معتاد", "فوق المعتاد", "مرتفع"]
PRESSED = '[aria-pressed="true"]'


@pytest.fixture
def grid(river, settings, tmp_path, monkeypatch):  # noqa: F811
    # Without stations: one of a demonstration may lie where the pointer is.
    monkeypatch.setattr(
        views, "drought", lambda user, **asked: Picture(asked["index"], asked["scale"], asked["month"], [])
    )
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.mkdir()
    return keep(write(tmp_path / "rain.nc"), river.ministry, code="tt-live")


@pytest.mark.parametrize("width", [360, 1280])
def test_a_cell_says_its_class_and_its_value(visit, river, grid, width):  # noqa: F811
    watched = visit(river.planner, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(ADDRESS)
    assert page.locator("html").get_attribute("dir") == "rtl"
    box = page.locator(".drought-map .map[data-drawn]")
    box.scroll_into_view_if_needed()
    assert box.get_attribute("data-drawn") == str(ROWS * COLUMNS)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # The middle of the map is that of the grid: the cell there or one that touches it is told.
    place = box.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2 + 4, place["y"] + place["height"] / 2 + 4)
    page.mouse.move(place["x"] + place["width"] / 2 + 5, place["y"] + place["height"] / 2 + 5)
    tip = box.locator(".map-tip:visible")
    tip.first.wait_for()
    said = tip.first.inner_text()
    month = grid_month(grid, index="spi", scale=3, month="2023-12")
    rows, columns = ({size // 2, (size - 1) // 2} for size in (ROWS, COLUMNS))
    near = [(int(month.classes[r, c]), float(month.values[r, c])) for r in rows for c in columns]
    assert any(
        CLASSES[kind] in said and f"{value:.2f}".replace("-", "−") in said for kind, value in near if np.isfinite(value)
    ), said

    chooser = page.locator("#drought-what")
    assert chooser.locator(PRESSED).get_attribute("data-what") == "cells"
    chooser.locator("[data-what=areas]").click()
    assert chooser.locator(PRESSED).get_attribute("data-what") == "areas"
    assert box.get_attribute("data-shown") == "areas"
    page.locator(".drought-months a[rel=prev]").click()
    page.wait_for_url("**month=2023-11*")
    assert "2023-11" in page.locator(".drought-months strong").inner_text()
    assert page.locator(".drought-months a[rel=next]").count() == 1
    assert not watched.errors


def test_without_script_it_is_a_picture(visit, river, grid):  # noqa: F811
    watched = visit(river.planner, viewport={"width": 360, "height": 800}, java_script_enabled=False)
    page = watched.page
    watched.open(ADDRESS)
    picture = page.locator(".drought-map img")
    picture.scroll_into_view_if_needed()
    assert picture.is_visible()
    assert "SPI-3" in picture.get_attribute("alt")
    assert not page.locator("#drought-what").is_visible()
