"""Reports for publication go the way of every edition: begun, approved by another person, drawn, published, verified."""

from __future__ import annotations

import io
from datetime import date

import pypdfium2 as pdfium
import pytest
from django.core.exceptions import ValidationError
from docx import Document as read_docx
from openpyxl import load_workbook

from rafid.commons import blobs
from rafid.commons.products.editions import ladder
from rafid.commons.products.models import Edition, Recipe
from rafid.commons.products.reports.beginning import begin, begin_by_task, recipe_of
from rafid.commons.products.reports.declared import every
from rafid.programmes.mineaction.models import OrdnanceFind, Release
from rafid.programmes.mineaction.people import statistics
from rafid.programmes.mineaction.people.statistics import Person, count
from rafid.programmes.mineaction.picture.asked import Asked
from rafid.programmes.mineaction.picture.inputs import inputs_for
from rafid.programmes.mineaction.picture.ledgers import ledger_at
from rafid.programmes.mineaction.products.published import gather

from .conftest import square

pytestmark = pytest.mark.django_db
CODES = ("mineaction-treaty", "mineaction-district", "mineaction-picture", "mineaction-victims")


@pytest.fixture
def reported(ground):
    """Two hazards of January, one of them half cleared in March; finds, one of them at a restricted place."""
    first = ground.make_hazard("confirmed")
    ground.make_hazard("suspected", east=5)
    ground.make_release(first, ground=square(0, 0, 1.5))
    for quantity, sensitivity in ((7, 1), (5, 2)):
        OrdnanceFind.objects.create(
            owner=ground.dma, place=ground.place, organisation=ground.operator, on=date(2026, 3, 2), category="ap_mine",
            quantity=quantity, hazard=first, destroyed_on=date(2026, 3, 3), sensitivity=sensitivity,
        )  # fmt: skip
    ground.first = first
    return ground


def recipe(ground, code, user=None):
    programme, report = next(pair for pair in every() if pair[1].code == code)
    return recipe_of(programme, report, user or ground.im_officer, ground.place if report.of_place else None)


def out(ground, code, period=""):
    edition = ladder.send_to_review(begin(recipe(ground, code), ground.im_officer, period), ground.im_officer)
    edition = ladder.approve(edition, ground.director)
    ladder.draw(Edition.objects.get(pk=edition.pk))
    return ladder.publish(Edition.objects.get(pk=edition.pk), ground.director)


def text_of(file):
    data = blobs.path_of(file.sha256).read_bytes()
    if file.name.endswith(".pdf"):
        return " ".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data)).replace("\r\n", " ")
    if file.name.endswith(".docx"):
        word = read_docx(io.BytesIO(data))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        foot = [paragraph.text for section in word.sections for paragraph in section.footer.paragraphs]
        return " ".join([paragraph.text for paragraph in word.paragraphs] + cells + foot)
    book = load_workbook(io.BytesIO(data))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)


@pytest.mark.parametrize(("code", "period"), [*zip(CODES, ("2026", "", "202606", "2026"), strict=True)])
def test_an_edition_is_in_the_gallery_in_three_languages_and_known_to_verify(reported, client, code, period):
    reported.make_victim("Zubaydaqx", accident=reported.make_accident())
    edition = out(reported, code, period)
    assert edition.recipe.owner == reported.dma
    files = list(edition.files.all())
    assert {one.name.rpartition("-")[2] for one in files} == {
        f"{language}.{kind}" for language in ("ar", "ckb", "en") for kind in ("pdf", "docx", "xlsx")
    }
    for one in files:
        text = text_of(one)
        assert edition.figures["sha256"] in text
        assert edition.recipe_sha256 in text
        assert "Zubaydaqx" not in text
        assert ("DEMONSTRATION" in text) == edition.figures["demonstration"]
        if one.language == "en":
            assert "No record does not mean" in text
            assert "WGS 84" in text
    public = edition.sensitivity == 0
    assert public == (code in ("mineaction-treaty", "mineaction-victims"))
    for user, seen in ((None, public), (reported.partner, public), (reported.im_officer, True)):
        client.logout()
        if user is not None:
            client.force_login(user)
        assert client.get(f"/gallery/{edition.recipe.code}/").status_code == (200 if seen else 404)
        found = client.get(f"/verify/{edition.figures['sha256']}?format=json")
        assert found.status_code == (200 if seen else 404)
    assert found.json()["status"] == "current"


def test_what_is_published_names_no_report_no_exact_ground_and_nothing_restricted(reported):
    report = reported.make_report(reference="SECRET-REP-9", type="release", on=date(2026, 3, 2))
    Release.everything.filter(hazard=reported.first).update(report=report)
    for code, period in (("mineaction-treaty", "2026"), ("mineaction-district", ""), ("mineaction-picture", "202603")):
        figures = begin(recipe(reported, code), reported.im_officer, period).figures
        said = str(figures)
        assert "SECRET-REP-9" not in said
        assert figures["found"] == {"ap_mine": 7}
        if code == "mineaction-district":
            assert {one["ref"] for one in figures["hazards"]} >= {reported.first.ref}
            assert not any({"area", "remaining", "ground"} & set(one) for one in figures["hazards"])
            corners = [corner for one in figures["squares"] for corner in one["ground"]["coordinates"][0]]
            assert all(round((x + 0.005) / 0.01, 4) % 1 == 0 for x, _y in corners)
        else:
            assert reported.first.ref not in said


def test_the_bridge_begins_at_the_figure_that_was_published(reported):
    first = out(reported, "mineaction-treaty", "2025")
    assert first.figures["ledger"]["remaining"] == 0
    reported.make_hazard("suspected", east=30, on=date(2025, 6, 1))  # known late
    second = begin(recipe(reported, "mineaction-treaty"), reported.im_officer, "2026")
    assert second.figures["before_ledger"] == first.figures["ledger"]
    assert (second.figures["before_on"], second.figures["before_known"]) == (
        first.figures["on"],
        first.figures["known"],
    )
    after = second.figures["ledger"]["remaining"]
    assert sum(one["change"] for one in second.figures["bridge"]) == pytest.approx(after, abs=0.05)
    asked = Asked(date.fromisoformat(second.figures["on"]))
    assert after == pytest.approx(ledger_at(inputs_for(reported.im_officer), asked).remaining, abs=0.01)


def test_who_sees_no_hazard_exactly_takes_no_figures(reported):
    for user in (reported.partner, reported.desk, reported.world.person("x-author", ("platform.author", None, None))):
        with pytest.raises(ValidationError, match="sight of an authority"):
            gather({"report": "mineaction-treaty"}, "2026", user)
    with pytest.raises(ValidationError, match="not begun"):
        gather({"report": "mineaction-treaty"}, "2999", reported.im_officer)


def test_the_task_begins_it_once_and_says_why_not(reported):
    one = recipe(reported, "mineaction-picture")

    class Progress:
        def at(self, *_how):
            pass

    for _again in range(2):
        begin_by_task(Progress(), recipe=str(one.pk), by=str(reported.im_officer.pk), period="202606")
    assert one.editions.count() == 1
    with pytest.raises(Exception, match="not begun"):
        begin_by_task(Progress(), recipe=str(one.pk), by=str(reported.im_officer.pk), period="2999")


def test_pages_of_composing(reported, client):
    client.force_login(reported.im_officer)
    assert client.get("/compose/reports/new/").status_code == 200
    data = {"report": "mineaction-district"}
    assert client.post("/compose/reports/new/", data).status_code == 422
    made = client.post("/compose/reports/new/", data | {"place": reported.place.ref})
    page = client.get(made["Location"])
    assert page.status_code == 200
    one = Recipe.objects.get(code=made["Location"].strip("/").rpartition("/")[2])
    assert one.body == {"report": "mineaction-district", "owner": "TT-DMA", "place": reported.place.ref}
    assert client.post(made["Location"], {"do": "next", "period": "soon"}).status_code == 422
    begun = client.post(made["Location"], {"do": "next", "period": ""})
    assert begun["Location"].startswith("/tasks/")
    assert client.post(made["Location"], {"do": "save", "version": "99", "sensitivity": "0"}).status_code == 422
    client.force_login(reported.partner)
    assert client.get(made["Location"]).status_code == 404
    assert client.get("/compose/reports/new/").status_code == 404


def person(sex="male", year="2025"):
    return Person(year, sex, "adult", "mine", "playing")


def test_a_small_change_since_an_edition_is_withheld_as_a_small_count_is():
    before = [person() for _ in range(20)] + [person("female") for _ in range(20)]
    first = count(before)
    known = {cell: number for cell, number in first.cells.items() if number is not None}
    cell = ("2025", "female", "adult", "", statistics.ALL)
    assert known[cell] == 20
    grown = [*before, person("female"), person("female")]
    assert count(grown).cells[cell] == 22
    assert count(grown, known).cells[cell] is None
    total = (statistics.ALL, statistics.ALL, statistics.ALL, "", statistics.ALL)
    assert count(grown, known).cells[total] is None
    many = [*before, *(person("female") for _ in range(10))]
    assert count(many, known).cells[cell] == 30
    fewer = before[:-2]
    assert count(fewer, known).cells[cell] is None
