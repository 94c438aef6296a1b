"""An import as an officer does it: a file dropped on the page, errors seen by cell, the rest downloaded, recorded, undone."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from wells.models import Well

from rafid.commons.records.imports import work
from rafid.commons.records.models import ImportRun, RunState

NEW = "/imports/new/?target=wells.wells&lang=en"
TABLE = (
    "الرقم,المحافظة,القضاء,العمق,تاريخ الحفر\n"
    "W-1,South,Town,٤٠,31/10/2024\n"
    "W-2,South,Town,55,1/11/2024\n"
    "W-3,South,Town,deep,2/11/2024\n"
    "W-4,South,Atlantis,60,3/11/2024\n"
)
DROP = """([text, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/csv" }));
  const zone = document.querySelector(".dropzone");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}"""


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def officer(world, visit):
    watched = visit(world.keeper)
    watched.page.set_default_timeout(15_000)
    return watched


def choose_columns(page) -> None:
    page.wait_for_url("**/columns/**")
    page.get_by_role("button", name="Read the rows").click()


def test_from_a_dropped_file_to_the_records_and_back(world, officer, tmp_path):
    page = officer.open(NEW)
    page.evaluate(DROP, [TABLE, "wells.csv"])
    assert page.locator("[data-file-name]").inner_text() == "wells.csv"
    page.get_by_role("button", name="Send the file").click()

    # Columns: recognised by their Arabic names; the cells of the chosen column stand beside it.
    page.wait_for_url("**/columns/**")
    number = page.locator("#map-number")
    assert number.locator("option:checked").inner_text() == "A · الرقم"
    depth = page.locator("li", has=page.locator("#map-depth_m"))
    assert "٤٠ · 55 · deep" in depth.inner_text()
    depth.locator("select").select_option("")
    assert depth.get_by_label("One value for all rows").is_visible()
    depth.locator("select").select_option(label="D · العمق")
    assert "٤٠ · 55 · deep" in depth.inner_text()
    assert not depth.get_by_label("One value for all rows").is_visible()
    page.get_by_role("button", name="Read the rows").click()

    # Rows: what is wrong stands in the cell.
    wrong = page.locator("td.cell-bad")
    assert wrong.count() == 2
    assert "“deep” is not a number" in wrong.nth(0).inner_text()
    assert "Atlantis" in wrong.nth(1).inner_text()
    page.get_by_role("link", name=re.compile("With problems \\(2\\)")).click()
    page.wait_for_url("**show=problems**")
    assert [text.split()[0] for text in page.locator(".import-rows tbody th[scope=row]").all_inner_texts()] == [
        "4",
        "5",
    ]

    with page.expect_download() as coming:
        page.get_by_role("link", name="Rows to correct (CSV)").click()
    rest = Path(coming.value.path()).read_text("utf-8-sig")
    assert [line["What is wrong"] != "" for line in csv.DictReader(io.StringIO(rest))] == [True, True]

    page.get_by_role("button", name="Record the 2 good rows").click()
    page.get_by_text("2 rows are recorded.").wait_for()
    assert list(Well.objects.order_by("number").values_list("number", "depth_m")) == [("W-1", 40), ("W-2", 55)]

    # The corrected rest is an import of its own, with the columns as last time.
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(rest.replace("deep", "45").replace("Atlantis", "Town"), "utf-8")
    page.get_by_role("link", name="Import another table").click()
    page.set_input_files("input[type=file]", str(corrected))
    page.get_by_role("button", name="Send the file").click()
    page.get_by_text("they are chosen as last time").wait_for()
    choose_columns(page)
    page.get_by_role("button", name="Record all 2 rows").click()
    page.get_by_text("2 rows are recorded.").wait_for()
    assert Well.objects.count() == 4

    page.get_by_role("link", name="Undo this import").click()
    page.get_by_label("Why is it undone?").fill("the corrections were wrong")
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text("This import was undone:").wait_for()
    assert sorted(Well.objects.values_list("number", flat=True)) == ["W-1", "W-2"]
    assert not officer.errors
    assert not officer.elsewhere


def test_a_doubtful_place_is_searched_and_remembered(world, officer):
    page = officer.open(NEW)
    page.evaluate(DROP, [TABLE, "wells.csv"])
    page.get_by_role("button", name="Send the file").click()
    choose_columns(page)
    page.get_by_role("link", name="Say which places they are").click()
    question = page.get_by_role("group", name="Atlantis")
    box = question.get_by_role("combobox")
    box.fill("Samawa")
    page.get_by_role("option", name=re.compile("Samawa")).first.click()
    assert question.get_by_label("Another place", exact=True).first.is_checked()
    page.get_by_role("button", name="Remember this").click()
    page.get_by_role("button", name="Record the 3 good rows").wait_for()
    assert not officer.errors


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(world, officer, settings):
    settings.RAFID_UPLOAD_LIMIT = 100
    page = officer.open(NEW)
    page.evaluate(DROP, [TABLE, "wells.csv"])
    assert "This file is larger than 100 B" in page.locator("[data-upload-error]").inner_text()
    page.get_by_role("button", name="Send the file").click()
    assert page.url.endswith(NEW)
    assert not ImportRun.objects.filter(file_name="wells.csv").exists()


def test_a_large_file_shows_how_far_it_is_sent(world, officer):
    """What is refused by the server is said on the same page; what is taken leads on."""
    page = officer.open(NEW)
    page.evaluate(DROP, ["%PDF-1.7\n" + "x" * 1_500_000, "wells.csv"])
    page.get_by_role("button", name="Send the file").click()
    said = page.locator("[data-upload-error]")
    said.wait_for()
    assert "This file is a PDF" in said.inner_text()
    rows = "".join(f"W-{number},{number % 90 + 1},{'x' * 90}\n" for number in range(12_000))
    page.evaluate(DROP, ["Number,Depth,Name (English)\n" + rows, "wells.csv"])
    page.get_by_role("button", name="Send the file").click()
    page.wait_for_url("**/columns/**")
    assert page.locator("#map-name_en option:checked").inner_text() == "C · Name (English)"


def test_the_page_of_a_run_refreshes_itself(world, officer, monkeypatch):
    from procrastinate.contrib.django.models import ProcrastinateJob

    from rafid.commons.records.tasks import run as run_task

    monkeypatch.setattr(work, "SMALL_FILE", 0)
    page = officer.open(NEW)
    page.evaluate(DROP, [TABLE, "wells.csv"])
    page.get_by_role("button", name="Send the file").click()
    choose_columns(page)
    page.get_by_text("The rows are being read.").wait_for()
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        pass
    # The worker and the server would share this test's connection: the page waits while the work is done.
    page.context.set_offline(True)
    page.wait_for_function("!document.querySelector('.htmx-request')")
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="rafid.run"):
        run_task.func(None, **job.args)
    page.context.set_offline(False)
    page.get_by_role("button", name="Record the 2 good rows").wait_for()
    assert ImportRun.objects.get(file_name="wells.csv").state == RunState.STAGED


def test_without_javascript(world, visit, tmp_path):
    file = tmp_path / "wells.csv"
    file.write_text(TABLE, "utf-8")
    page = visit(world.keeper, java_script_enabled=False).open(NEW)
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Send the file").click()
    choose_columns(page)
    page.get_by_role("link", name="Say which places they are").click()
    question = page.get_by_role("group", name="Atlantis")
    question.get_by_label("Another place", exact=True).first.check()
    question.get_by_label("Code of the place").fill("T11")
    page.get_by_role("button", name="Remember this").click()
    page.get_by_role("button", name="Record the 3 good rows").click()
    assert page.get_by_text("3 rows are recorded.").is_visible()


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
def test_every_page_fits_a_telephone(world, visit, language):
    narrow = visit(world.keeper, viewport={"width": 360, "height": 760})
    page = narrow.open(f"/imports/new/?target=wells.wells&lang={language}")
    pages = ["/imports/", "/imports/new/?target=wells.wells"]
    page.evaluate(DROP, [TABLE, "a-file-with-a-rather-long-name-of-wells-in-the-south-2024.csv"])
    page.locator("form[data-upload] button.primary").click()
    page.wait_for_url("**/columns/**")
    page.locator("button[value=read]").click()
    page.wait_for_load_state()
    run = ImportRun.objects.latest("made_at")
    own = run.get_absolute_url()
    pages += [own, f"{own}columns/", f"{own}places/", f"{own}?show=problems"]
    for address in pages:
        page = narrow.open(address + ("&" if "?" in address else "?") + f"lang={language}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    assert not narrow.errors
