"""A designer at work: a faulty workbook with its cell marked, the corrected one, tried, published, changed and compared."""

from __future__ import annotations

import re

import pytest

from rafid.commons.forms.models import AppUser, Form
from tests.commons.forms.designing import PLAIN, sheet

NEW = "/forms/new/?lang=en"
DROP = """(files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  const zone = document.querySelector(".dropzone");
  for (const kind of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
  }
}"""


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"


def drop(page, *files: tuple[str, bytes]) -> None:
    page.evaluate(DROP, [[name, data.decode()] for name, data in files])
    page.get_by_role("button", name="Check and take as draft").click()


def test_from_a_faulty_workbook_to_the_second_version(world, visit):
    watched = visit(world.person("officer", ("wells.officer", world.authority, None)))
    page = watched.open(NEW)
    rows = [*PLAIN, "select_one_from_file sites.csv | visited | Visited | | | |"]
    faulty = [row.replace("| Story | |", "| Story | (. != '' |") for row in rows]

    drop(page, ("visit.md", sheet(*faulty)))
    # Whose it will be is asked before the files leave: they would not be there any more afterwards.
    assert page.locator("select:invalid").get_attribute("name") == "organisation"
    assert page.evaluate("document.querySelector('[type=file]').files.length") == 1
    page.select_option("[name=organisation]", str(world.authority.pk))
    page.get_by_role("button", name="Check and take as draft").click()
    page.wait_for_selector(".problem")
    marked = page.locator(".problem[data-severity=error] td.marked")
    assert marked.all_inner_texts() == ["(. != ''"]
    problem = page.locator(".problem[data-severity=error]")
    assert "Sheet “survey”, cell D8" in problem.inner_text()
    assert problem.locator("tr[data-on] th").inner_text() == "8"
    assert not Form.objects.filter(xform_id="visit").exists()
    # The answer 422 is told by the browser, and is all that it has to tell.
    assert all("422" in error for error in watched.errors)
    watched.errors.clear()

    drop(page, ("visit.md", sheet(*rows)), ("odd.csv", b"a\n"))
    page.wait_for_url(re.compile(r"/forms/[0-9a-f-]{36}/"))
    assert "odd.csv" in page.locator(".messages").inner_text()
    assert "sites.csv" in page.locator(".draft .note.warn").inner_text()
    page.get_by_role("link", name="Upload them with the form").click()
    drop(page, ("visit.md", sheet(*rows)), ("sites.csv", b"name,label\n1,North\n"))
    page.wait_for_url(re.compile(r"/forms/[0-9a-f-]{36}/$"))
    assert page.locator(".draft .note.warn").count() == 0

    page.get_by_role("button", name="Try on a phone").click()
    assert page.locator(".try-code svg path").get_attribute("d")
    assert re.search(r"/collect/test/[\w-]{43}$", page.locator(".try-address").inner_text())
    assert AppUser.objects.get(draft__isnull=False).draft.form.xform_id == "visit"
    page.get_by_role("link", name="Back to the form").click()

    page.get_by_role("link", name="Publish …").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.wait_for_selector(".badge:has-text('on phones')")
    assert Form.objects.get(xform_id="visit").state == "open"
    assert not AppUser.objects.filter(draft__isnull=False).exists()

    page.get_by_role("link", name="New draft").click()
    changed = [row for row in rows if "story" not in row]
    drop(page, ("visit.md", sheet(*changed, "text | more | More | | | |", version="2")))
    page.get_by_role("link", name="What the draft changes").click()
    told = page.locator("table.diff").inner_text()
    assert "Story" in told
    assert "More" in told
    assert page.locator(".badge:has-text('1 removed')").is_visible()
    assert not watched.errors
    assert not watched.elsewhere
