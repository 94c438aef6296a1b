"""A plan at a real browser: designed with the slider, registered, drawn, revealed, and its draw repeated outside of the platform."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from django.utils.translation import gettext, override

from rafid.programmes.monitoring.models import DrawnSite, MonitoringPlan, SealedSeed, Visit
from rafid.programmes.monitoring.plans.designing import begin, split
from rafid.programmes.monitoring.plans.registering import draw_sites, register
from tests.programmes.monitoring.conftest import field  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
PLANS = "/monitoring/plans/"


def said(text: str, language: str) -> str:
    with override(language):
        return gettext(text)


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


@pytest.fixture
def draft(field):  # noqa: F811
    plan = begin(by=field.manager, period="2026Q1", title="Spring", aim="proportion", contracts=[field.contract])
    split(plan, by="whole", total=3, method="equal", user=field.manager)
    plan.refresh_from_db()
    return plan


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("options", [{}, TELEPHONE], ids=["wide", "telephone"])
def test_the_statement_follows_the_slider(visit, draft, field, language, options):  # noqa: F811
    watched = visit(field.manager, **options)
    name = draft.strata.get().name
    page = watched.open(f"{PLANS}{draft.ref}/size/?of={name}&lang={language}")
    assert page.locator("html").get_attribute("dir") == ("ltr" if language == "en" else "rtl")
    slider = page.locator("#size")
    before = page.locator("#statement .said p").nth(1).inner_text()
    slider.focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_selector('#statement .said[data-size="4"]')
    after = page.locator("#statement .said p").nth(1).inner_text()
    assert page.locator("[data-with]").input_value() == "4"
    assert before != after
    assert "50 %" in after, "C(7, 4) / C(8, 4)"
    assert not re.search(r"\bthe\b", after) or language == "en"

    # A second size stands beside it, and a setting changes what is said of both.
    page.locator("#other").fill("7")
    page.wait_for_selector('#statement .said[data-size="7"]')
    assert page.locator("#statement .said").count() == 2
    page.locator("#id_tolerable").fill("50")
    page.wait_for_selector('#statement .said[data-size="4"] dd >> text=/^1 %$/')
    assert fits(page)
    assert MonitoringPlan.objects.get(pk=draft.pk).strata.get().size == 3, "looking keeps nothing"
    page.locator("[data-keep]").click()
    page.wait_for_url(f"**{PLANS}{draft.ref}/")
    stratum = draft.strata.get()
    assert (stratum.size, stratum.tolerable) == (4, 0.5)
    assert watched.errors == []
    assert watched.elsewhere == []


def test_without_a_script_the_slider_is_a_form(visit, draft, field):  # noqa: F811
    page = visit(field.manager, java_script_enabled=False).open(
        f"{PLANS}{draft.ref}/size/?lang=en&size=5&other=2&method=equal&tolerable=10&confidence=95&a_week=12"
    )
    assert page.locator("#statement .said").count() == 2
    page.locator("#other").fill("8")
    page.locator("#sizes button:not([data-keep])").click()
    assert page.locator('#statement .said[data-size="8"]').count() == 1
    page.locator("[data-keep]").click()
    assert page.locator(".note.good, .messages").first.inner_text()
    assert draft.strata.get().size == 5


@pytest.mark.parametrize(("language", "options"), [("ar", TELEPHONE), ("ckb", {}), ("en", {})], ids=["ar", "ckb", "en"])
def test_from_the_design_to_the_draw_repeated_outside(visit, field, tmp_path, language, options):  # noqa: F811
    watched = visit(field.manager, accept_downloads=True, **options)
    page = watched.open(f"{PLANS}?lang={language}")
    page.locator(f"a[href='{PLANS}new/']").first.click()
    page.locator("[name=period]").fill("2026Q1")
    page.locator("[name=title]").fill("Spring")
    page.locator("[name=contracts]").first.check()
    assert fits(page)
    page.locator("form.form button.primary").click()
    page.wait_for_selector("#frame")
    plan = MonitoringPlan.objects.get(title="Spring")
    assert page.locator("section[aria-labelledby=frame] tbody tr").count() == len(field.sites)

    page.locator("[name=by]").select_option("whole")
    page.locator("[name=total]").fill("3")
    page.locator("[name=method]").first.select_option("by_size")
    page.locator("form[action$='/split/'] button").click()
    page.wait_for_selector("section[aria-labelledby=strata] tr.total")
    page.locator(f"a[href='{PLANS}{plan.ref}/size/']").click()
    page.locator("#size").focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_selector('#statement .said[data-size="4"]')
    page.locator("[data-keep]").click()
    page.wait_for_url(f"**{PLANS}{plan.ref}/")
    assert fits(page)

    page.locator(f"a[href='{PLANS}{plan.ref}/register/']").click()
    assert page.locator(".note.warn li").count() == 4, "what is frozen"
    page.locator("form.form button.primary").click()
    page.wait_for_url(f"**{PLANS}{plan.ref}/")
    plan.refresh_from_db()
    assert plan.seed_hash in page.content()
    assert plan.seed is None
    assert said("Draw the sites", language) in page.locator(".actions").first.inner_text()
    page.locator(f"a[href='{PLANS}{plan.ref}/draw/']").click()
    page.locator("form.form button.primary").click()
    page.wait_for_selector("section[aria-labelledby=visits]")
    assert page.locator("section[aria-labelledby=visits] tbody tr").count() == 4
    assert page.locator("tr[data-on]").count() == 4, "the drawn ones are marked in the frame"

    Visit.objects.filter(plan=plan).update(
        state="denied", not_seen_reason="security", not_seen_text="The road is shut", access="denied"
    )
    page.goto(f"{watched.site}{PLANS}{plan.ref}/reveal/")
    page.locator("form.form button.primary").click()
    page.wait_for_selector("#repeat")
    assert fits(page)
    plan.refresh_from_db()
    assert plan.seed in page.content()
    for suffix in ("draw.json", "repeat_draw.py"):
        with page.expect_download() as loading:
            page.locator(f"a[href$='/{suffix}']").click()
        loading.value.save_as(tmp_path / loading.value.suggested_filename)
    line = page.locator("#repeat-line").inner_text().split()
    assert line[0] == "python3"
    done = subprocess.run(
        [sys.executable, *line[1:]], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr
    drawn = DrawnSite.objects.filter(plan=plan).order_by("place_in_draw").values_list("site__ref", flat=True)
    assert re.findall(r"S-\w+", done.stdout) == list(drawn)
    changed = (tmp_path / line[2]).read_text().replace(plan.seed, plan.seed[::-1])
    (tmp_path / line[2]).write_text(changed)
    forged = subprocess.run(
        [sys.executable, *line[1:]], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    assert forged.returncode == 1, "another seed does not fit its hash"
    assert watched.errors == []
    assert watched.elsewhere == []


def test_a_partner_learns_nothing_of_a_sealed_sample(visit, draft, field):  # noqa: F811
    register(draft, by=field.manager)
    visits = draw_sites(draft, by=field.manager)
    watched = visit(field.partner_account, **TELEPHONE)
    secrets = [
        *(site.ref for site in field.sites),
        *(site.name_en for site in field.sites),
        *(one.ref for one in visits),
    ]
    secrets += [SealedSeed.objects.get(plan=draft).sealed]
    bodies: list[str] = []
    watched.page.on("response", lambda answer: bodies.append(_body(answer)))
    page = watched.open(f"{PLANS}?lang=en")
    page.locator(f"a[href='{PLANS}{draft.ref}/']").click()
    page.wait_for_selector("text=The sample is sealed")
    assert draft.strata.get().name not in page.content()
    page.goto(f"{watched.site}/search/?q={field.sites[0].name_en.replace(' ', '+')}")
    bodies.append(page.content())
    assert fits(page)
    for body in bodies:
        found = [one for one in secrets if one in body and "q=" not in body]
        assert found == []


def _body(answer) -> str:
    try:
        return answer.text() if "text" in answer.headers.get("content-type", "") else ""
    except Exception:
        return ""
