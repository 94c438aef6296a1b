"""A field book at a real browser: entered by the keyboard alone, pasted from a sheet, a reading tried, taken back and applied."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.programmes.mineaction.models import SurveySheet
from tests.programmes.mineaction.conftest import ground  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
NEW = "/mineaction/fieldbook/new/"


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def cell(row: int, column: str) -> str:
    return f'[data-row="{row}"][data-column="{column}"]'


def begin(page) -> None:
    page.wait_for_selector("[data-begun]", state="attached")
    page.select_option("[name=north]", "magnetic")
    page.select_option("[name=crs]", "EPSG:32639")
    page.fill("[name=on]", "2026-07-01")


def type_legs(page) -> None:
    """No mouse: from cell to cell by Tab, Shift+Tab and Enter, which goes below the cell where Tab began."""
    keys = page.keyboard
    page.focus(cell(0, "x"))
    keys.type("557000")
    keys.press("Tab")
    keys.type("3935000")
    keys.press("Enter")
    for _step in range(2):  # from the easting of the next line back to its bearing
        keys.press("Shift+Tab")
    for bearing, distance in ((70, 400), (160, 250), (250, 380)):
        keys.type(str(bearing))
        keys.press("Tab")
        keys.type(str(distance))
        keys.press("Enter")


@pytest.mark.parametrize(
    ("language", "options"),
    [("ar", TELEPHONE), ("ckb", {}), ("en", TELEPHONE)],
    ids=["ar-telephone", "ckb", "en-telephone"],
)
def test_a_wrong_zone_is_found_tried_taken_back_and_applied(visit, ground, language, options):  # noqa: F811
    watched = visit(ground.im_officer, **options)
    page = watched.open(f"{NEW}?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    begin(page)
    type_legs(page)
    page.wait_for_selector('[data-figure="area"] >> text=/97,50/')
    assert page.locator("[data-state]").get_attribute("data-mood") == "bad"
    assert page.locator(".book-problems .link").count() == 1
    assert page.locator(".book-sketch path.ring").count() == 1
    assert page.locator(cell(1, "label")).get_attribute("placeholder") == "TP1"

    page.fill("#gps", "SP 45.62893 35.55703\nTP1 45.63320 35.55794\nTP2 45.63390 35.55577")
    page.locator("[data-try]").click()
    best = page.locator("""[data-apply='{"crs":"EPSG:32638"}']""")
    best.wait_for()
    show = page.locator("""[data-show='{"crs":"EPSG:32638"}']""")
    show.click()
    page.wait_for_selector(".book-sketch path.tried")
    assert page.locator("[name=crs]").input_value() == "EPSG:32639", "shown, not applied"
    show.click()
    page.wait_for_selector(".book-sketch path.tried", state="detached")
    best.click()
    page.wait_for_selector('[data-state][data-mood="good"]')
    assert page.locator("[name=crs]").input_value() == "EPSG:32638"
    page.locator("[data-undo]").click()
    page.wait_for_selector('[data-state][data-mood="bad"]')
    assert page.locator("[name=crs]").input_value() == "EPSG:32639"
    page.locator("[data-try]").click()
    best.click()
    page.wait_for_selector('[data-state][data-mood="good"]')
    assert fits(page)
    assert not SurveySheet.objects.filter(owner=ground.dma).exists(), "looking keeps nothing"

    page.locator(".form-actions .primary").click()
    page.wait_for_url("**/mineaction/fieldbook/DMA-S-*/**")
    sheet = SurveySheet.objects.get(owner=ground.dma)
    assert (sheet.crs_code, sheet.on, sheet.marks.count()) == ("EPSG:32638", date(2026, 7, 1), 4)
    assert [(one["before"], one["after"]) for one in sheet.readings["applied"]] == [("EPSG:32639", "EPSG:32638")]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('rafid-fieldbook')).length") == 0
    assert fits(page)
    assert watched.errors == []
    assert watched.elsewhere == []


def test_what_was_typed_is_here_again_after_the_line_broke(visit, ground, line):  # noqa: F811
    watched = visit(ground.im_officer)
    page = watched.open(f"{NEW}?lang=en")
    begin(page)
    line.cut()
    type_legs(page)
    page.wait_for_selector("text=No line to the server")
    line.mend()
    page.reload()
    page.wait_for_selector("[data-begun]", state="attached")
    assert page.locator("[data-restored]").is_visible()
    assert page.locator(cell(3, "distance")).input_value() == "380"
    assert page.locator("[name=north]").input_value() == "magnetic"
    page.wait_for_selector('[data-figure="area"] >> text=/97,50/')


def test_columns_are_pasted_from_a_sheet_and_a_line_is_taken_out(visit, ground):  # noqa: F811
    watched = visit(ground.im_officer)
    page = watched.open(f"{NEW}?lang=en")
    begin(page)
    page.select_option("[name=crs]", "EPSG:32638")
    page.fill(cell(0, "x"), "557000")
    page.fill(cell(0, "y"), "3935000")
    page.focus(cell(1, "bearing"))
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "Bearing\\tDistance\\n70\\t400\\n160\\t250\\n99\\t1\\n250\\t380\\n");
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.locator(cell(4, "distance")).input_value() == "380"
    page.focus(cell(3, "bearing"))
    page.keyboard.press("Control+Delete")
    page.wait_for_selector('[data-figure="area"] >> text=/97,50/')
    page.fill(cell(2, "bearing"), "400")
    page.wait_for_selector(f'{cell(2, "bearing")}[aria-invalid="true"]')
    page.locator(".book-problems .link").click()
    assert page.evaluate("document.activeElement.dataset.row + document.activeElement.dataset.column") == "2bearing"
    assert watched.errors == []


def test_without_a_script_the_book_is_text(visit, ground):  # noqa: F811
    page = visit(ground.im_officer, java_script_enabled=False).open(f"{NEW}?lang=en")
    page.select_option("[name=north]", "grid")
    page.fill("[name=on]", "2026-01-05")
    page.fill("[name=rows]", "SP\tSP\t\t\t\t440000\t3990000\nTP\t\t\t0\t100\nTP\t\t\t90\t100")
    page.locator(".form-actions .primary").click()
    assert SurveySheet.objects.get(owner=ground.dma).marks.count() == 3
