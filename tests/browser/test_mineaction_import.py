"""Reports of another system on the pages: sent, the mapping mended with its preview, recorded, sent again without doubles."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from rafid.programmes.mineaction.models import FieldReport, ImportMapping, SurveySheet
from tests.programmes.mineaction.carried_files import hazard, report, xml
from tests.programmes.mineaction.conftest import ground  # noqa: F401 - a fixture


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def send(watched, language: str, file: Path) -> None:
    page = watched.open(f"/mineaction/import/?mapping=maxml&lang={language}")
    page.set_input_files("input[type=file]", str(file))
    page.locator("form[data-upload] button.primary").click()
    page.wait_for_url("**/imports/**")


def figures(page) -> list[str]:
    return page.locator(".stat-value").all_inner_texts()


def fits(page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("language", "width"), [("ar", 360), ("en", 1280)])
def test_a_file_is_sent_its_mapping_mended_and_recorded_once(visit, ground, tmp_path, language, width):  # noqa: F811
    before = set(FieldReport.objects.values_list("pk", flat=True))

    def recorded():
        return FieldReport.objects.exclude(pk__in=before)

    watched = visit(ground.im_officer, viewport={"width": width, "height": 800})
    page = watched.page
    page.set_default_timeout(90_000)
    file = tmp_path / "reports.xml"
    file.write_bytes(xml(report(1), report(2, hazard(2, kind="Moonfield"))))
    watched.open(f"/mineaction/import/?lang={language}")
    assert fits(page)

    # One report has a word that the mapping lacks: the row says it, and the file of refused rows says it too.
    send(watched, language, file)
    assert figures(page)[:3] == ["2", "1", "1"]
    assert "Moonfield" in page.locator(".import-rows .said").all_inner_texts()[-1]
    assert fits(page)
    with page.expect_download() as coming:
        page.locator("a[href$='.csv']").first.click()
    (refused,) = csv.reader(io.StringIO(Path(coming.value.path()).read_text("utf-8-sig").split("\n", 1)[1]))
    assert "Moonfield" in refused[-1]

    # The word is added in the table of the mapping, seen in the preview, saved.
    watched.open(f"/mineaction/mappings/maxml/?lang={language}")
    assert fits(page)
    codes = page.locator("textarea[name='r0-f0-codes']")
    codes.fill(f"{codes.input_value()}\nMoonfield = minefield")
    page.locator("form.mapping-form").first.locator("button[value=preview]").click()
    page.locator(".preview article").nth(1).wait_for()
    assert page.locator(".preview .note.bad").count() == 0
    assert fits(page)
    page.locator("form.mapping-form").first.locator("button[value=save]").click()
    page.locator("a[href$='/maxml/1.toml']").wait_for()
    assert ImportMapping.objects.filter(owner=ground.dma, code="maxml").count() == 1

    # All of it is recorded; sent again, nothing is new.
    send(watched, language, file)
    assert figures(page)[:3] == ["2", "2", "0"]
    page.locator(".import-decide button.primary").click()
    page.locator("a[href*='/undo/']").wait_for()
    assert recorded().count() == 2
    assert SurveySheet.objects.filter(report__in=recorded()).count() == 2
    assert fits(page)
    send(watched, language, file)
    new, _replacing, same = figures(page)[-3:]
    assert (new, same) == ("0", "2")
    assert recorded().count() == 2
    assert not watched.errors
    assert not watched.elsewhere
