"""A manager plans a week at a real browser, and is refused for clearance and for rotation, in Arabic and in English."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from django.utils.translation import gettext, override

from rafid.programmes.monitoring.models import ClearanceArea, RuleOverride, Visit
from rafid.programmes.monitoring.weeks.days import week_of
from rafid.programmes.monitoring.weeks.schedule import Wish, plan_visit
from tests.programmes.monitoring.conftest import field  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
CLOSED = {"01-01", "01-06", "03-21", "05-01", "07-14", "12-25"}


@pytest.fixture
def monday() -> date:
    """Two weeks without a holiday of fixed date, that are still to come and lie in one quarter."""
    on = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    while {(on + timedelta(days=more)).strftime("%m-%d") for more in range(14)} & CLOSED or (on.month - 1) // 3 != (
        (on + timedelta(days=14)).month - 1
    ) // 3:
        on += timedelta(days=7)
    return on


def said(text: str, language: str) -> str:
    with override(language):
        return gettext(text)


def fill(page, on: date, lead, second, start: str = "09:00") -> None:
    page.locator("[name=planned_on]").fill(on.isoformat())
    page.locator("[name=start]").fill(start)
    page.locator("[name=lead]").select_option(str(lead.pk))
    page.locator("[name=second]").select_option(str(second.pk))
    page.locator("[name=type]").select_option("unannounced")
    page.locator(".week-form button.primary").click()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_week_is_planned_and_refused_for_clearance_and_rotation(visit, field, monday, language):  # noqa: F811
    first, second, third = field.monitors
    for number, on in enumerate((monday, monday + timedelta(days=1))):
        row = field.make_visit(field.sites[number], team="T1")
        partner = second if number else third
        plan_visit(row, Wish(on, time(9), first, partner, "unannounced"), by=field.manager)
    waiting = field.make_visit(field.sites[2], team="T1", planned_on=monday + timedelta(days=2))
    ClearanceArea.objects.create(
        owner=field.third, place=field.world.south, asked=DateRange(monday, monday + timedelta(days=14))
    )
    watched = visit(field.manager)
    week = f"/monitoring/weeks/{week_of(monday)}/"
    page = watched.open(f"{week}?lang={language}")
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert page.locator(".week-stop").count() == 2
    assert page.locator(".week-stop .badge.bad").count() == 2, "both lack a clearance, and it is said"
    assert said("To do", language) in page.locator("#todo").inner_text()

    # A third visit in a row of one lead: refused, nothing is kept, and allowed with a reason only.
    page.locator(f"a[href*='{waiting.ref}']").first.click()
    fill(page, monday + timedelta(days=2), first, third)
    page.wait_for_selector(".allow")
    assert page.locator("#id_lead_error").inner_text().count("3") >= 1
    waiting.refresh_from_db()
    assert waiting.window is None
    page.locator(".allow input[value=rotation]").check()
    page.locator("#why").fill("The others are ill")
    page.locator(".week-form button.primary").click()
    page.wait_for_url(f"**{week}")
    assert page.locator(".week-stop").count() == 3
    assert RuleOverride.objects.get(visit=waiting).reason == "The others are ill"

    # Without a clearance it is not confirmed; the sentence leads on.
    page.goto(f"{watched.site}/monitoring/weeks/visits/{waiting.ref}/")
    page.locator("button[value=confirm]").click()
    refused = page.wait_for_selector(".note.bad")
    assert field.world.town.name in refused.inner_text()
    waiting.refresh_from_db()
    assert waiting.state == "planned"

    # By the keyboard to the clearances: asked for, granted, and then confirmed.
    page.locator("a[href*='#ask']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/monitoring/weeks/clearances/**")
    page.locator("[name=route]").fill("Road 7")
    page.locator("[name=place]").select_option(str(field.world.south.pk))
    page.locator("[name=begins]").fill(f"{monday.isoformat()}T06:00")
    page.locator("[name=ends]").fill(f"{(monday + timedelta(days=4)).isoformat()}T18:00")
    page.locator("form[action$='/new/'] button.primary").click()
    page.wait_for_selector(".note.good")
    page.locator("#group-asked ~ .table-box th a").first.click()
    page.locator("[name=state]").select_option("granted")
    page.locator("[name=by]").fill("Operations room")
    page.locator(".form button.primary").click()
    page.wait_for_url("**/monitoring/weeks/clearances/")
    page.goto(f"{watched.site}/monitoring/weeks/visits/{waiting.ref}/")
    page.locator("button[value=confirm]").click()
    page.wait_for_selector(".note.good")
    assert Visit.objects.get(pk=waiting.pk).state == "confirmed"
    assert [one for one in watched.errors if "422" not in one] == []  # what the browser says of a refused form
    assert watched.elsewhere == []


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_the_pages_of_weeks_fit_a_telephone(visit, field, monday, language):  # noqa: F811
    row = field.make_visit(field.sites[0], team="T1")
    plan_visit(row, Wish(monday, time(9), *field.monitors[:2], "unannounced"), by=field.manager)
    field.make_visit(field.sites[1], team="T2", planned_on=monday)
    watched = visit(field.manager, **TELEPHONE)
    week = f"/monitoring/weeks/{week_of(monday)}/"
    for address in (
        week, f"{week}add/", f"{week}propose/", f"/monitoring/weeks/visits/{row.ref}/", "/monitoring/weeks/clearances/",
        "/monitoring/weeks/calendar/", "/monitoring/weeks/calendar/feed/", "/monitoring/weeks/not-seen/", "/monitoring/independence/",
        f"/monitoring/independence/monitors/{field.monitors[0].ref}/",
    ):  # fmt: skip
        page = watched.open(f"{address}?lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") == 360, address
    assert watched.elsewhere == []
