"""The door with its reason, and a referral followed to its end, in a real browser: in Arabic, on a telephone."""

from __future__ import annotations

from datetime import date

import pytest

from rafid.commons.people.access_log import readings_of
from rafid.programmes.mineaction.models import Referral
from tests.programmes.mineaction.conftest import ground  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.mark.parametrize("options", [TELEPHONE], ids=["telephone"])
def test_a_referral_is_made_and_followed_behind_the_door(visit, ground, options):  # noqa: F811
    victim = ground.make_victim("زبيدة")
    watched = visit(ground.victim_assistance, **options)
    path = f"/mineaction/victims/{victim.ref}/"
    page = watched.open(f"{path}?lang=ar")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "زبيدة" not in page.content()
    assert fits(page)
    page.locator("#id_reason").select_option("care")
    page.locator("form[action$='/door/'] button").click()
    page.wait_for_selector(".door-open")
    assert "زبيدة" in page.locator("h1").inner_text()
    assert fits(page)
    page.locator("#refer summary").click()
    page.locator("#id_referral-service").select_option("prosthesis")
    page.locator("#id_referral-to").fill("ورشة الأطراف")
    page.locator("#id_referral-consent_scope").fill("الاسم والإصابة")
    page.locator("#refer form button").click()
    page.wait_for_url("**/mineaction/referrals/**")
    for state in ("accepted", "in_progress", "done"):
        page.locator("#id_step-state").select_option(state)
        with page.expect_navigation():
            page.locator("form[action$='/step/'] button").click()
    assert not page.locator("#id_step-state").count()
    assert fits(page)
    row = Referral.objects.get(victim=victim)
    assert (row.state, row.consent_scope) == ("done", "الاسم والإصابة")
    assert row.ended_on is not None
    assert row.ended_on >= date(2026, 1, 1)
    assert readings_of(victim).count() >= 5
    with page.expect_navigation():
        page.locator("form[action$='/leave/'] button").click()
    page.goto(page.url.split("/mineaction/")[0] + path)
    assert "زبيدة" not in page.content()
