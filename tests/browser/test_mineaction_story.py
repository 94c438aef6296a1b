"""The whole story at a real browser: an old field book in the wrong zone becomes a hazard, part of it is cleared, it is completed,
checked and handed over with what is left told; then somebody explains the change of the district and prints its sheet."""

from __future__ import annotations

import re
from datetime import date
from unittest.mock import Mock

import pytest
from django.contrib.gis.geos import MultiPolygon, Polygon
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from rafid.commons.places.models import PlaceVersion
from rafid.programmes.mineaction.models import Hazard, LedgerRow, Product, SurveySheet, Task
from rafid.programmes.mineaction.products.printing import print_by_task
from rafid.programmes.mineaction.quality import checklists
from tests.browser.test_mineaction_fieldbook import cell
from tests.browser.test_mineaction_work import fits, step
from tests.programmes.mineaction.conftest import ground  # noqa: F401 - a fixture

TELEPHONE = {"viewport": {"width": 360, "height": 740}}
ZONE = '{"crs":"EPSG:32638"}'


class Story:
    """The people of the story, each at a window of his own that stays open."""

    def __init__(self, visit, ground, language, options):  # noqa: F811
        self.visit, self.ground, self.language, self.options = visit, ground, language, options
        self.windows = {}

    def of(self, role):
        if role not in self.windows:
            self.windows[role] = self.visit(self.ground.people[role], **self.options)
            self.windows[role].page.set_default_timeout(60_000)
        return self.windows[role]

    def open(self, role, address):
        page = self.of(role).open(f"{address}{'&' if '?' in address else '?'}lang={self.language}")
        fits(page)
        return page

    def gate(self, role, reference, act):
        """From the inbox to the report, where he takes his gate; the first page says that it waits."""
        page = self.open(role, "/")
        page.locator("main a[href*='/mineaction/reports/']", has_text=reference).first.click()
        page.wait_for_selector(".gates")
        fits(page)
        if act == "accept" and page.locator("a[href='#reconcile']").count():
            page.locator("input[name=record][value=new]").check()
            page.locator("form.reconcile button").click()
            page.wait_for_load_state()
        page.locator(f"form[action$='/step/{act}/'] button").click()
        page.wait_for_load_state()
        return page

    def through_the_gates(self, reference):
        for role, act in (("desk", "check"), ("operator_manager", "endorse"), ("im_officer", "accept")):
            page = self.gate(role, reference, act)
        page.wait_for_selector(".gates li.done:nth-child(3)")
        return page


@pytest.fixture
def place(ground):  # noqa: F811
    """The district itself has no border here, its governorate has."""
    ring = MultiPolygon(Polygon.from_bbox((45.9, 35.8, 46.4, 36.3)), srid=4326)
    PlaceVersion.objects.create(place=ground.world.south, geometry=ring, valid=DateRange(None, None), name_en="South")
    return ground.place


@pytest.fixture
def accredited(ground):  # noqa: F811
    ground.make_accreditation(valid_to=timezone.localdate().replace(month=12, day=31))


def enter_the_book(story, place):
    page = story.open("im_officer", "/")
    page.locator("main a.card[href='/mineaction/']").click()
    page.locator("nav.sections a[href='/mineaction/fieldbook/']").click()
    page.locator(".actions a[href='/mineaction/fieldbook/new/']").click()
    page.wait_for_selector("[data-begun]", state="attached")
    page.fill("#id_place-text", "Town")
    page.locator("[role=option]", has_text=place.ref).click()
    page.select_option("[name=operator]", label=story.ground.operator.name)
    page.fill("[name=on]", "1998-06-15")
    page.select_option("[name=crs]", "EPSG:32637")
    page.select_option("[name=north]", "magnetic")
    keys = page.keyboard
    page.select_option(cell(0, "mark"), "LM")
    page.focus(cell(0, "x"))
    keys.type("600000")
    keys.press("Tab")
    keys.type("3990000")
    keys.press("Enter")
    assert page.locator(cell(1, "mark")).input_value() == "BM", "a landmark is followed by a benchmark"
    page.focus(cell(1, "bearing"))
    for bearing, distance in ((45, 120), (88, 200), (70, 400), (160, 250), (250, 380)):
        keys.type(str(bearing))
        keys.press("Tab")
        keys.type(str(distance))
        keys.press("Enter")
    assert [page.locator(cell(row, "mark")).input_value() for row in range(6)] == ["LM", "BM", "SP", "TP", "TP", "TP"]
    page.wait_for_selector('[data-state][data-mood="warn"]')
    assert "South" in page.locator(".book-warnings").inner_text()
    page.locator("[data-problems] button.small").click()
    shown = page.locator(f"[data-show='{ZONE}']")
    shown.click()
    page.wait_for_selector(".book-sketch path.tried")
    shown.click()
    page.wait_for_selector(".book-sketch path.tried", state="detached")
    page.locator(f"[data-apply='{ZONE}']").click()
    page.wait_for_selector('[data-state][data-mood="good"]')
    page.locator("[data-undo]").click()
    page.wait_for_selector('[data-state][data-mood="warn"]')
    page.locator("[data-try]").click()
    page.locator(f"[data-apply='{ZONE}']").click()
    page.wait_for_selector('[data-state][data-mood="good"]')
    fits(page)
    page.locator(".form-actions .primary").click()
    page.locator("a[href$='/hand-over/']").click()
    page.wait_for_selector("[name=reference]")
    assert not page.locator("[name=depth_m]").is_visible(), "a new hazard has no depth"
    page.fill("[name=reference]", "FB-98")
    page.select_option("[name=type]", "minefield")
    fits(page)
    page.locator("form.hand .primary").click()
    page.wait_for_selector(".gates")
    sheet = SurveySheet.objects.get(owner=story.ground.dma)
    assert (sheet.crs_code, sheet.on, sheet.north) == ("EPSG:32638", date(1998, 6, 15), "magnetic")
    assert [one["before"] for one in sheet.readings["applied"]] == ["EPSG:32637"]
    assert sheet.declination == pytest.approx(3.93, abs=0.01), "that of the day, not of today"


def give_the_task(story, hazard):
    page = story.open("operations", f"/mineaction/hazards/{hazard.ref}/")
    page.locator(".actions a.primary[href*='/tasks/new/']").click()
    page.wait_for_selector("[name=hazards]")
    page.select_option("[name=organisation]", str(story.ground.operator.pk))
    page.fill("[name=valid_from]", "2026-02-01")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("#steps")
    step(page, "issue")
    task = Task.objects.get(owner=story.ground.dma)
    page = story.open("desk", "/")
    page.locator(f"main a[href='/mineaction/tasks/{task.ref}/']").first.click()
    page.wait_for_selector("#steps")
    step(page, "accept", on="2026-02-01")
    step(page, "start", on="2026-02-02")
    fits(page)
    return task


def report_the_work(story, task, hazard):
    page = story.open("desk", f"/mineaction/tasks/{task.ref}/")
    page.locator("a[href*='/new/progress/']").click()
    page.wait_for_selector("[name=days]")
    assert page.input_value("[name=task]") == task.ref
    page.fill("[name=reference]", "D-1")
    page.fill("[name=on]", "2026-02-03")
    page.fill("[name=days]", "2026-02-03; 400; 10; 6; 1")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector(".gates")
    story.through_the_gates("D-1")
    west, south, east, north = hazard.ground.extent
    half = hazard.ground.intersection(Polygon.from_bbox((west, south, (west + east) / 2, north)))
    page = story.open("desk", f"/mineaction/tasks/{task.ref}/")
    page.locator("a[href*='/new/release/']").click()
    page.wait_for_selector("[name=ground]")
    assert page.input_value("[name=hazard]") == hazard.ref
    assert page.input_value("[name=type]") == "", "nobody chose yet how it was released"
    for name, value in {
        "reference": "R-1",
        "on": "2026-02-20",
        "ground": half.wkt,
        "depth_m": "0.2",
        "reported_m2": "47000",
    }.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=type]", "cleared")
    fits(page)
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector(".gates")
    story.through_the_gates("R-1")


def see_the_balance(story, hazard):
    page = story.open("operations", f"/mineaction/hazards/{hazard.ref}/")
    row = LedgerRow.objects.get(hazard=hazard)
    assert row.remaining_m2 == pytest.approx(97_504 / 2, rel=0.1)
    shown = page.locator("#balance").locator("xpath=..").inner_text().replace("م²", "m²")
    assert f"{row.remaining_m2:,.0f} m²" in shown
    assert page.locator("main input[name*=remaining]").count() == 0, "what remains is computed, nowhere typed"
    page.locator(".actions a.primary[href$='/complete/']").click()
    page.wait_for_selector("[name=depth_m]")
    page.fill("[name=on]", "2026-03-02")
    page.fill("[name=reason]", "Under water until May")
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("a[href*='certificate.pdf']")
    fits(page)
    return row.remaining_m2


def inspect(story, hazard):
    page = story.open("quality", "/")
    page.locator(f"main a[href='/mineaction/hazards/{hazard.ref}/']").first.click()
    page.locator(".actions a.primary[href*='/inspections/new/']").click()
    page.wait_for_selector("[name=checklist]")
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


def hand_over(story, hazard, left):
    page = story.open("director", "/")
    page.locator(f"main a[href='/mineaction/hazards/{hazard.ref}/']").first.click()
    page.locator(".actions a.primary[href$='/hand-over/']").click()
    page.wait_for_selector("[name=residual_risk]")
    page.fill("[name=on]", "2026-03-10")
    page.fill("[name=residual_risk]", "The eastern half was not searched")
    fits(page)
    page.locator("form.narrow button.primary").click()
    page.wait_for_selector("a[href*='certificate.pdf']")
    assert f"{left:,.0f} m²" in page.locator("main .note.bad:not(.demonstration)").inner_text().replace("م²", "m²")
    fits(page)
    address = page.locator(f"a[href*='certificate.pdf?in={story.language}']").get_attribute("href")
    paper = page.request.get(story.of("director").site + address)
    assert paper.body().startswith(b"%PDF")


def explain_and_print(story, place, left):
    page = story.open("director", f"/mineaction/?place={place.ref}")
    page.locator("#ledger ~ * a[href*='/changes/'], .ledger a[href*='/changes/']").first.click()
    page.wait_for_selector("#filter-to-on")
    page.fill("#filter-on", "2026-02-10")
    page.fill("#filter-to-on", "2026-03-31")
    page.locator("form.filters button.button").click()
    page.wait_for_url("**on=2026-02-10**")
    fits(page)
    rows = page.locator("#steps-table tbody tr")
    assert rows.count() == 3, "what was, the one release, what is"
    assert rows.nth(1).locator("a", has_text="R-1").count() == 1
    figures = [
        float(re.sub(r"[^\d.-]", "", text.replace("−", "-"))) for text in rows.locator("td.num").all_inner_texts()
    ]
    before, change, after, difference, remaining = figures
    assert before + change == pytest.approx(after, abs=2)
    assert (difference, remaining) == (change, after)
    assert remaining == pytest.approx(left, abs=1)
    page.locator("a[href*='/products/new/district/']").click()
    page.wait_for_selector("main form .primary")
    assert page.locator("[name=place]").input_value() == place.ref
    assert page.locator("main [name=on]").input_value() == "2026-03-31", "the sheet of the state that was explained"
    page.locator("main form .primary").click()
    page.wait_for_selector("a[href*='.pdf']")
    fits(page)
    link = page.locator(f"a[href*='.pdf?lang={story.language}']").first
    address = story.of("director").site + link.get_attribute("href")
    link.click()
    page.wait_for_url("**/tasks/**")
    fits(page)
    product = Product.objects.get(place=place)
    print_by_task(Mock(), product=str(product.pk), format="pdf", language=story.language)
    assert page.request.get(address).body().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("language", "options"), [("en", {}), ("ar", TELEPHONE), ("ckb", {})], ids=["en", "ar-telephone", "ckb"]
)
def test_from_an_old_field_book_to_the_district_sheet(
    visit, ground, place, accredited, settings, tmp_path, language, options,  # noqa: F811
):  # fmt: skip
    settings.MEDIA_ROOT = tmp_path / "media"
    ground.desk.organisation = ground.operator
    ground.desk.save()
    story = Story(visit, ground, language, options)
    enter_the_book(story, place)
    page = story.through_the_gates("FB-98")
    page.locator(".page-head a.primary").click()
    page.wait_for_selector("#balance")
    hazard = Hazard.objects.get(owner=ground.dma)
    assert (hazard.state, hazard.suspected_on) == ("suspected", date(1998, 6, 15))
    task = give_the_task(story, hazard)
    report_the_work(story, task, hazard)
    left = see_the_balance(story, hazard)
    inspect(story, hazard)
    hand_over(story, hazard, left)
    hazard.refresh_from_db()
    assert hazard.state == "closed"
    explain_and_print(story, place, left)
    for role, window in story.windows.items():
        assert window.elsewhere == [], role
        assert window.errors == [], role
