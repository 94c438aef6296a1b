"""From a file of heights to a flood map that is read and downloaded, and the catchment of a point: in Arabic, on a phone and on
a wide screen."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rafid.commons.places.models import Level, Place
from rafid.programmes.rivers.models import Basin, ElevationModel, FloodMap
from tests.programmes.rivers.conftest import river  # noqa: F401
from tests.programmes.rivers.ground import CELL, MIDDLE, ROWS, frame, tiff, valley
from tests.programmes.rivers.test_terrain import RIVER_KM2, bowl

WIDTHS = pytest.mark.parametrize("width", [360, 1280])
FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def opened(visit, river):  # noqa: F811
    """A page of the hydrologist, read from right to left."""

    def at(width, path):
        watched = visit(river.hydrologist, viewport={"width": width, "height": 800}, locale="ar")
        watched.page.set_default_timeout(60_000)
        watched.open(f"{path}?lang=ar")
        assert watched.page.locator("html").get_attribute("dir") == "rtl"
        return watched.page

    return at


def send(page, values, name):
    page.locator("#id_file").set_input_files({"name": "heights.tif", "mimeType": "image/tiff", "buffer": tiff(values)})
    page.locator("#id_name").fill(name)
    page.locator("#id_source_text").fill("مسح تجريبي")
    page.locator("#id_licence").fill("CC0")
    page.locator("#id_vertical_datum").fill("EGM2008")
    assert page.evaluate(FITS)
    page.locator("main form[method=post] button.primary").click()
    page.wait_for_url("**/rivers/terrain/DEM*/")
    assert page.locator("h1").inner_text() == name
    assert page.evaluate(FITS)
    return ElevationModel.objects.get(name=name)


@WIDTHS
def test_a_level_becomes_a_map_of_depth(opened, river, width):  # noqa: F811
    longitude, latitude = frame().middle_of(5, MIDDLE)
    Place.objects.create(
        ref="tt-gharqa", level=Level.SETTLEMENT, name_ar="قرية الغرقة", name_en="Wet village",
        point=f"SRID=4326;POINT({longitude} {latitude})",
    )  # fmt: skip
    page = opened(width, "/rivers/terrain/new/")
    elevation = send(page, valley(), "وادي الاختبار")
    page.locator(f'a[href$="/floods/maps/new/?elevation={elevation.ref}"]').click()
    page.wait_for_url("**/floods/maps/new/?elevation=*")
    assert page.locator("#id_elevation").input_value() == elevation.ref
    page.locator("#id_by").select_option("stage")
    page.locator("#id_bed_stage_m").fill("٠٫٥")
    page.locator("#id_drainage_km2").fill(str(RIVER_KM2))
    page.locator("#id_name").fill("فيضان الاختبار")
    page.locator("main form button.primary").click()
    page.locator(".error").first.wait_for()  # the stage was not said
    assert page.locator("#id_name").input_value() == "فيضان الاختبار"
    page.locator("#id_stage_m").fill("٣٫٠")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/floods/maps/FM*/")
    assert page.locator("h1").inner_text() == "فيضان الاختبار"
    assert page.evaluate(FITS)
    row = FloodMap.objects.get(name="فيضان الاختبار")
    assert "3.00 م" in page.locator("dl.facts").first.inner_text()

    # The live map holds what the drawing held: a class of depth for the river, one for its neighbours; and it says how deep.
    box = page.locator(".map[data-drawn]")
    box.scroll_into_view_if_needed()
    assert box.get_attribute("data-drawn") == "2"
    page.mouse.wheel(0, 0)
    place = box.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.move(place["x"] + place["width"] / 2 + 1, place["y"] + place["height"] / 2)
    tip = page.locator(".map-tip:visible")
    tip.first.wait_for()
    assert "م" in tip.first.inner_text()

    # What lies in the water, with how deep it stands there.
    thing = page.locator("li, tr").filter(has_text="قرية الغرقة").last
    assert "2.0" in thing.inner_text()
    with page.expect_download() as got:
        page.locator('a[href*="depths.geojson"]').click()
    shapes = json.loads(Path(got.value.path()).read_text())
    assert got.value.suggested_filename == f"flood-{row.ref}.geojson"
    cells = ROWS * CELL**2 / 1e6
    assert [one["properties"]["area_km2"] for one in shapes["features"]] == pytest.approx([2 * cells, cells], rel=1e-3)
    with page.expect_download() as got:
        page.locator('a[href$="exposure.csv"]').click()
    assert "tt-gharqa" in Path(got.value.path()).read_text()


@WIDTHS
def test_the_catchment_of_a_point_becomes_a_basin(opened, river, width):  # noqa: F811
    ground = bowl()
    page = opened(width, "/rivers/terrain/new/")
    elevation = send(page, ground, "حوض الاختبار")
    page.goto(f"{page.url.split('/rivers/')[0]}/rivers/catchments/?lang=ar")
    assert page.evaluate(FITS)
    longitude, latitude = frame(*ground.shape).middle_of(16, 6)
    page.locator("#id_elevation").select_option(elevation.ref)
    page.locator("#id_longitude").fill(f"{longitude:.6f}")
    page.locator("#id_latitude").fill("")
    page.locator("#find button.primary").click()
    page.locator(".error").first.wait_for()  # half a point is none
    page.locator("#id_latitude").fill(f"{latitude:.6f}")
    page.locator("#id_snap_m").fill("٤٠")
    page.locator("#find button.primary").click()
    facts = page.locator("section[aria-labelledby=found] dl")
    facts.wait_for()
    assert "0.159 كم²" in facts.inner_text()
    assert page.evaluate(FITS)

    # A click on the map says another point: further up the same channel drains less.
    box = page.locator(".map.is-live")
    box.wait_for()
    box.scroll_into_view_if_needed()
    place = box.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.wait_for_function(f"document.getElementById('id_latitude').value !== '{latitude:.6f}'")
    assert float(page.locator("#id_latitude").input_value()) > latitude
    page.locator("#id_snap_m").fill("60")
    page.locator("#find button.primary").click()
    page.wait_for_function("!document.querySelector('section[aria-labelledby=found] dl').innerText.includes('0.159')")
    page.locator("#id_code").fill("tt-hawd")
    page.locator("#id_name_ar").fill("حوض الاختبار")
    page.locator("#id_reason").fill("أول مرة")
    page.locator("button[name=save]").click()
    page.locator("tr", has_text="tt-hawd").wait_for()
    assert page.evaluate(FITS)
    basin = Basin.objects.get(code="tt-hawd")
    assert 0 < basin.area_km2 < 0.159
    assert basin.name_ar == "حوض الاختبار"
