"""The Population page in a real browser: language, filters, places by name, files, the sheet, keyboard, a telephone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

PAGE = "/statistics/population/"
TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def query(page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_signing_in_and_switching_the_language_stay_where_one_is(visit, site):
    watched = visit()
    page = watched.open(f"{PAGE}?lang=en&place=IQG17&measure=urban")
    page.get_by_role("link", name="Sign in").click()
    page.locator("[name=login]").fill("statistics.officer")
    page.locator("[name=password]").fill("rafid-demo")
    page.locator("main button.primary").click()
    page.wait_for_url(f"{site}{PAGE}*")
    assert query(page)["place"] == "IQG17"
    assert query(page)["measure"] == "urban"
    page.locator("header details.menu", has=page.locator("[hreflang]")).locator("summary").click()
    page.locator("header a[hreflang=ckb]").click()
    page.wait_for_url(re.compile("lang=ckb"))
    assert query(page)["place"] == "IQG17"
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("h1").inner_text() == "دانیشتووانی زیقار"
    assert watched.elsewhere == []
    assert watched.errors == []


def test_filters_send_themselves_and_stay_in_the_address(visit):
    watched = visit()
    page = watched.open(f"{PAGE}?lang=en")
    page.locator("#filter-measure").select_option("urban")
    page.wait_for_url(re.compile("measure=urban"))
    assert "Urban share" in page.locator("#map-title").inner_text()
    page.locator("#filter-level").select_option("2")
    page.wait_for_url(re.compile("level=2"))
    assert query(page)["measure"] == "urban"
    assert page.locator("#figures-table tbody tr").count() > 90
    page.get_by_role("link", name="Number of people").click()
    page.wait_for_url(re.compile("sort=-total"))
    first = page.locator("#figures-table tbody tr").first
    assert first.get_attribute("data-place") == "IQG15Q05"  # Mosul
    page.reload()
    assert page.locator("#filter-measure").input_value() == "urban"
    assert watched.errors == []


def test_one_tab_leads_from_the_field_of_the_place_to_the_next(visit):
    page = visit().open(f"{PAGE}?lang=en")
    page.locator("#filter-place-text").focus()
    page.locator(".suggest [role=option]").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "filter-period"


def test_enter_right_after_typing_takes_what_was_typed(visit):
    page = visit().open(f"{PAGE}?lang=en")
    page.locator("#filter-place-text").focus()
    page.locator(".suggest [role=option]").first.wait_for()
    page.keyboard.insert_text("Thi Qar")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("place="))
    assert query(page)["place"] == "IQG17"


@pytest.mark.parametrize("typed", ["ذي قار", "Thi Qar"])
def test_a_place_is_found_by_its_name_in_another_script(visit, typed):
    page = visit().open(f"{PAGE}?lang=en")
    field = page.locator("#filter-place-text")
    field.fill(typed)
    page.locator(".suggest [role=option]").first.wait_for()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(re.compile("place=IQG17"))
    assert page.locator("h1").inner_text() == "Population of Thi Qar"


@pytest.mark.parametrize("address", [PAGE, "/indicators/population/", "/data/population/"])
def test_a_name_in_another_script_is_sent_before_anything_is_suggested(visit, address):
    page = visit().open(f"{address}?lang=en")
    page.route("**/api/v1/places/suggest*", lambda route: route.abort())
    field = page.locator("#filter-place-text")
    field.fill("ذي قار")
    field.press("Enter")
    page.wait_for_url(re.compile("place=IQG17"))
    assert field.input_value() == "Thi Qar · Governorate"


def test_a_name_that_no_place_has_is_refused_in_words(visit):
    page = visit().open(f"{PAGE}?lang=en")
    field = page.locator("#filter-place-text")
    field.fill("Xyzzyx")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("place=Xyzzyx"))
    assert "No place is certainly meant by “Xyzzyx”" in page.locator("[role=alert]").inner_text()


def test_files_hold_what_the_table_shows(visit, tmp_path: Path):
    page = visit().open(f"{PAGE}?lang=en&place=IQG17")
    shown = {
        row.get_attribute("data-place"): float(row.get_attribute("data-value"))
        for row in page.locator("#figures-table tbody tr").all()
    }
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV").click()
    assert waiting.value.suggested_filename == "population.csv"
    path = tmp_path / "population.csv"
    waiting.value.save_as(path)
    rows = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    held = {row["adm2_code"]: float(row["density"]) for row in rows if row["level"] == "district"}
    assert held == {ref: round(value, 2) for ref, value in shown.items()}


def test_the_sheet_opens_in_the_readers_language(visit):
    page = visit().open(f"{PAGE}?lang=ckb&place=IQG17")
    link = page.get_by_role("link", name="PDF")
    answer = page.request.get(page.evaluate("link => link.href", link.element_handle()))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "population-IQG17-2024-ckb.pdf" in answer.headers["content-disposition"]
    assert len(PdfReader(io.BytesIO(answer.body())).pages) == 1


def test_the_keyboard_alone_reaches_the_figures(visit):
    page = visit().open(f"{PAGE}?lang=en")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    seen = []
    for _step in range(40):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
        if seen[-1] == "Skip the map":
            break
    assert "CSV" in seen
    assert seen[-1] == "Skip the map"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('#figures')")


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize(
    "address", [PAGE, f"{PAGE}?place=IQG14", f"{PAGE}?level=2", "/indicators/population/?by=sex", "/data/population/"]
)
def test_a_telephone_shows_all_without_scrolling_sideways(visit, language, address):
    page = visit(**TELEPHONE).open(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    cut = page.evaluate(
        """() => [...document.querySelectorAll("main h1, main h2, .stat-value, .legend li, .filters label")]
            .filter((one) => !one.closest(".sr-only") && !one.classList.contains("sr-only") && one.scrollWidth > one.clientWidth + 1
                && one.clientWidth > 0)
            .map((one) => one.textContent.trim())"""
    )
    assert cut == []


def test_without_scripts_all_is_there(visit):
    page = visit(java_script_enabled=False).open(f"{PAGE}?lang=en")
    assert page.locator(".map svg a").count() == 18
    assert page.locator("#figures-table tbody tr").count() == 18
    page.locator("#filter-find").fill("زیقار")
    page.get_by_role("button", name="Show").click()
    assert page.locator("h1").inner_text() == "Population of Thi Qar"
    page.locator("#filter-find").fill("Xyzzyx")
    page.get_by_role("button", name="Show").click()
    assert "No place is certainly meant by “Xyzzyx”" in page.locator("[role=alert]").inner_text()


def test_figures_of_the_pyramid_are_not_cut(visit):
    page = visit().open(f"{PAGE}?lang=ar")
    outside = page.evaluate(
        """() => { const box = document.querySelector(".pyramid svg").getBoundingClientRect();
            return [...document.querySelectorAll(".pyramid svg text")].filter((one) => { const own = one.getBoundingClientRect();
                return own.left < box.left - 1 || own.right > box.right + 1 || own.bottom > box.bottom + 1; })
                .map((one) => one.textContent); }"""
    )
    assert outside == []
    assert page.locator(".pyramid .age").first.text_content() == "0–4"
