"""A task refused for want of an accreditation, then issued; its work completed, checked, handed over, and opened again."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.utils import timezone

from rafid.programmes.mineaction.models import Hazard, Task
from rafid.programmes.mineaction.operations import accreditations
from rafid.programmes.mineaction.quality import checklists
from tests.programmes.mineaction.conftest import ground  # noqa: F401

TELEPHONE = {"viewport": {"width": 360, "height": 740}}


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing runs out of the page"
    assert not re.search(r"\bsafe\b", page.inner_text("main"))


def step(page, code, **given):
    form = page.locator(f"form[action*='/step/{code}/']")
    if not form.locator("button").is_visible():
        form.locator("xpath=..").locator("summary").click()
    for name, value in given.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_from_a_refused_task_to_a_hazard_opened_again(visit, ground, settings, tmp_path, language):  # noqa: F811
    settings.MEDIA_ROOT = tmp_path / "media"
    hazard, lang = ground.make_hazard("confirmed"), f"lang={language}"
    window = visit(ground.operations, **(TELEPHONE if language == "ar" else {}))
    page = window.open(f"/mineaction/hazards/{hazard.ref}/?{lang}")
    page.locator("a[href*='/tasks/new/']").first.click()
    page.wait_for_selector("[name=hazards]")
    assert page.input_value("[name=hazards]") == hazard.ref
    page.select_option("[name=organisation]", str(ground.operator.pk))
    page.fill("[name=valid_from]", "2026-02-01")
    page.fill("[name=purpose]", "Clear the field")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("#steps")
    fits(page)
    step(page, "issue")
    assert page.locator(".error-summary").is_visible(), "no accreditation: refused, and told why"
    row = accreditations.apply(
        authority=ground.dma, operator=ground.operator, by=ground.operations, activity="manual",
        valid_from=date(2026, 1, 1), valid_to=timezone.localdate().replace(month=12, day=31),
    )  # fmt: skip
    page = window.open(f"/mineaction/accreditations/{row.ref}/?{lang}")
    step(page, "desk")
    step(page, "grant")
    fits(page)
    task = Task.objects.get(owner=ground.dma)
    page = window.open(f"/mineaction/tasks/{task.ref}/?{lang}")
    step(page, "issue")
    order = page.locator(f"a[href*='orders/1.pdf?in={language}']").first.get_attribute("href")
    paper = page.request.get(window.site + order)
    assert paper.body().startswith(b"%PDF")

    desk = visit(ground.desk, **TELEPHONE)
    theirs = desk.open(f"/mineaction/tasks/{task.ref}/?{lang}")
    fits(theirs)
    step(theirs, "accept", on="2026-02-01")
    step(theirs, "start", on="2026-02-02")
    hazard.refresh_from_db()
    assert hazard.state == "worked_on"
    ground.make_release(hazard)
    page = window.open(f"/mineaction/hazards/{hazard.ref}/complete/?{lang}")
    page.fill("[name=depth_m]", "0.2")
    page.fill("[name=on]", "2026-03-02")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("a[href*='certificate.pdf']")
    fits(page)

    quality = visit(ground.quality)
    page = quality.open(f"/mineaction/inspections/new/?hazard={hazard.ref}&type=sampling&{lang}")
    page.fill("[name=on]", "2026-03-03")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("form[action$='/sample/']", state="attached")
    page.locator("form[action$='/sample/']").locator("xpath=..").locator("summary").click()
    page.locator("form[action$='/sample/'] button").click()
    page.wait_for_selector("form[action*='/sample/0']", state="attached")
    page.locator("form[action*='/sample/0'] button").click()
    page.wait_for_load_state()
    for item in next(one for one in checklists.newest() if one.code == "completion").items:
        page.check(f"[name=item-{item.code}][value=yes]")
    page.select_option("[name=result]", "pass")
    page.locator("form[action$='/result/'] button.primary").click()
    page.wait_for_selector(".note.good")
    fits(page)
    assert Hazard.objects.get(pk=hazard.pk).state == "checked"

    director = visit(ground.director, **TELEPHONE)
    page = director.open(f"/mineaction/hazards/{hazard.ref}/hand-over/?{lang}")
    page.fill("[name=residual_risk]", "Deeper than 0.2 m")
    page.fill("[name=name-community]", "Zqxsigner")
    fits(page)
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("a[href*='certificate.pdf']")
    assert "Zqxsigner" not in page.content()
    fits(page)
    page.locator("a[href*='/step/reopened/']").click()
    page.wait_for_selector("[name=reason]")
    page.fill("[name=reason]", "A mine was found")
    page.locator("form.narrow button.primary").click()
    page.wait_for_load_state()
    assert Hazard.objects.get(pk=hazard.pk).state == "reopened"
