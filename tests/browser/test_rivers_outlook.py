"""The seasonal outlook and a forecast's fan, read from right to left: the range, who is short, and a lead that is guidance only."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.programmes.rivers.forecasting.calibrating import activate, calibrate_model
from rafid.programmes.rivers.forecasting.running import make_forecast
from rafid.programmes.rivers.models import Demand, Outlook, Verification
from rafid.programmes.rivers.outlook.making import make_outlook
from rafid.programmes.rivers.outlook.views import carry_out
from tests.programmes.rivers.basin import PROGRESS, make_basin
from tests.programmes.rivers.conftest import river  # noqa: F401

GUIDANCE = {"ar": "للاسترشاد فقط", "ckb": "تەنها بۆ ڕێنمایی"}


@pytest.fixture
def basin(river):  # noqa: F811
    made = make_basin(river, days=365 * 7)
    calibrate_model(made.model, split=date(2020, 1, 1), max_runs=80)
    activate(made.model, reason="Made weather, for the page alone")
    for sector, mm3, priority in (("drinking", 1, 1), ("irrigation", 1e6, 2)):
        Demand.objects.create(
            area="plain", node=river.town, sector=sector, month=2, mm3=mm3, priority=priority, source_text="Test"
        )
    return made


@pytest.mark.parametrize(("language", "width"), [("ar", 1280), ("ckb", 360)])
def test_an_outlook_is_read_from_right_to_left(visit, river, basin, language, width):  # noqa: F811
    make_outlook(basin.model, season="2023-01/2023-03", known_at=basin.now)
    row = Outlook.objects.get(node=river.town)
    watched = visit(river.planner, viewport={"width": width, "height": 900})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/outlook/?lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(f'a[href="/rivers/outlook/{row.ref}/"]').click()
    page.wait_for_url(f"**/rivers/outlook/{row.ref}/*")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A bar for each month; the range begins at the right, where the page does.
    bars = page.locator(".shares svg")
    assert bars.count() == 3
    assert "matrix(-1" in bars.first.evaluate("one => getComputedStyle(one).transform")
    short = page.locator("tr:has(.badge.bad)")
    assert short.count() == 1, "irrigation cannot be met, drinking can"
    with page.expect_download() as got:
        page.locator('a[href$="/plan.csv"]').click()
    assert got.value.suggested_filename == f"{row.ref}.csv"


@pytest.mark.parametrize("language", ["ar", "ckb"])
def test_a_planner_computes_one(visit, river, basin, language):  # noqa: F811
    watched = visit(river.planner, viewport={"width": 1280, "height": 900})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/outlook/?lang={language}")
    page.locator("#season").fill("2023-01/2023-02")
    page.locator("#method").select_option("analogue")
    page.locator("form.card button.primary").click()
    page.wait_for_url("**/tasks/**")
    carry_out(PROGRESS, str(basin.model.pk), season="2023-01/2023-02", method="analogue", known_at=basin.now)
    watched.open(f"/rivers/outlook/?lang={language}")
    row = Outlook.objects.get(node=river.town)
    assert page.locator(f'tr:has(a[href="/rivers/outlook/{row.ref}/"]) td.shares svg').count() == 1


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("ckb", 1280)])
def test_a_lead_that_is_guidance_only_is_pale(visit, river, basin, language, width):  # noqa: F811
    for lead in range(24, 264, 24):
        better = 0.3 if lead != 96 else -0.1
        Verification.objects.create(
            model=basin.model, lead_h=lead, start=date(2020, 1, 1), end=date(2022, 1, 1), n=300, computed_at=basin.now,
            scores={
                "nse": 0.8, "crps": 3.0, "crpss_persistence": better, "crpss_climatology": 0.4, "inside_80": 0.8,
                "beats_persistence": better > 0, "rank_histogram": [9] * 11, "hits": 3, "misses": 1, "false_alarms": 2,
            },
        )  # fmt: skip
    make_forecast(basin.model, members=20, known_at=basin.now)
    watched = visit(river.forecaster, viewport={"width": width, "height": 900})
    page = watched.page
    page.set_default_timeout(60_000)
    watched.open(f"/rivers/forecasts/tt-town/?lang={language}")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    fan = page.locator("svg.fan")
    assert fan.get_attribute("direction") == "ltr", "times run from left to right"
    assert fan.locator(".at-wide rect.fan-pale").count() == 1
    pale = page.locator("tr.pale .badge")
    assert pale.count() == 1
    assert pale.inner_text() == GUIDANCE[language]
    assert "96 " in page.locator("tr.pale").first.inner_text()
    page.locator(".model-line button").click()
    page.wait_for_selector(".message, [role=status], .messages")
    assert page.locator("svg.fan").count() == 1
