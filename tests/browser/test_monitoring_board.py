"""The donor's board and a contract at a real browser: filters in the address, map, table and files of the same rows, right to left,
at a telephone."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from rafid.programmes.monitoring.models import Visit
from tests.programmes.monitoring.conftest import field  # noqa: F401 - a fixture
from tests.programmes.monitoring.contracts_world import (
    drawn_plan,
    found,
    promise,
    release,
    report,
    report_at,
    reveal,
    spend,
)

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
WORDS = {"ar": "خارج المسار", "ckb": "لە ڕێڕەو دەرچووە", "en": "Off track"}


@pytest.fixture
def board(field):  # noqa: F811
    """A contract that is far behind its plan and seen at two sites, and one of another partner of which nothing is reported."""
    line, other = field.contract.lines.order_by("code")
    promise(line, m1=10_000, m2=40_000, m3=90_000)
    promise(other, m3=400)
    report(line, 3, 20_000)
    report(other, 3, 40)
    spend(field.contract, 3, 300_000)
    for site in field.sites[:4]:
        report_at(line, site, 3, 5_000)
    plan, visits = drawn_plan(field, field.sites[:4], size=3)
    found(field, visits[0], line, 5_000, team="A")
    found(field, visits[1], line, 4_000, team="B")
    Visit.objects.filter(pk=visits[2].pk).update(
        state="denied", not_seen_reason="security", not_seen_text="Road mined", access="denied"
    )
    reveal(plan)
    release(*plan.visits.all())
    return field


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{page.url} runs out of the page"
    )


def rows_of(page):
    return page.locator("table.board tbody tr, section[aria-labelledby=contracts] tbody tr")


@pytest.mark.parametrize("language", list(WORDS))
def test_the_board_at_a_telephone_in_three_languages(visit, board, language):
    watched = visit(board.donor_account, **TELEPHONE)
    page = watched.open(f"/monitoring/?lang={language}&month=202603")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    fits(page)
    assert rows_of(page).count() == 1, "a donor sees the own contract alone"
    assert WORDS[language] in page.locator("main").inner_text()
    rows_of(page).locator("a").first.click()
    page.wait_for_url(f"**/contracts/{board.contract.ref}/**")
    fits(page)
    main = page.locator("main").inner_text()
    assert "1.1" in main
    assert page.locator("a[href*='/imports/new/']").count() == 0, "a donor reports nothing"


def test_filters_stand_in_the_address_and_rule_table_map_and_files(visit, board):
    watched = visit(board.manager)
    page = watched.open("/monitoring/?lang=en&month=202603")
    assert rows_of(page).count() == 2
    page.locator("#filter-partner").select_option(board.partner.ref)
    page.wait_for_url(f"**partner={board.partner.ref}**")
    assert "month=202603" in page.url
    assert rows_of(page).count() == 1
    assert board.contract.ref in rows_of(page).inner_text()
    # Whoever opens the address, or comes back to it, sees the same.
    address = page.url
    page.goto(f"{watched.site}/monitoring/contracts/{board.contract.ref}/")
    page.go_back()
    assert page.url == address
    assert page.locator("#filter-partner").input_value() == board.partner.ref
    # The map names governorates of the same visits, as its table does.
    assert page.locator("main [data-map], main svg.map, main figure.map-box").count() >= 1
    # The files hold the filtered rows.
    link = page.locator("a[href*='board.csv']").get_attribute("href")
    assert f"partner={board.partner.ref}" in link
    with page.expect_download() as kept:
        page.locator("a[href*='board.csv']").click()
    with open(kept.value.path(), encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(io.StringIO(file.read())))
    assert [board.contract.ref in one.values() for one in lines] == [True]


def test_a_contract_goes_down_to_lines_and_says_its_versions(visit, board):
    watched = visit(board.manager)
    page = watched.open(f"/monitoring/contracts/{board.contract.ref}/?lang=en&month=202603")
    text = page.locator("section[aria-labelledby=lines]").inner_text()
    assert "Denied: 1" in text
    page.locator("section[aria-labelledby=lines] a").first.click()
    page.wait_for_url("**/lines/1.1/**")
    assert board.sites[0].ref in page.content()
    page.goto(f"{watched.site}/monitoring/contracts/{board.contract.ref}/report/?lang=en&month=202603")
    page.locator("[name=line]").select_option(str(board.contract.lines.get(code="1.1").pk))
    page.locator("[name=month]").select_option("202603")
    page.locator("[name=value]").fill("21000")
    page.locator("[name=received_on]").fill(date(2026, 4, 5).isoformat())
    page.locator("main form button.primary").click()
    page.wait_for_selector(".error")
    assert "write why under" in page.locator("main").inner_text(), "another number for a month says why"
    page.locator("[name=reason]").fill("One site was forgotten")
    page.locator("main form button.primary").click()
    page.wait_for_url("**/lines/1.1/**")
    page.goto(f"{watched.site}/monitoring/contracts/{board.contract.ref}/numbers/?lang=en")
    assert "One site was forgotten" in page.locator("main").inner_text()
