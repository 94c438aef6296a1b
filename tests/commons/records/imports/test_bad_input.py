"""Bad input: each gets a sentence on the page, and nothing of it is recorded or half done."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from wells.models import Well

from rafid.commons.places.models import Place
from rafid.commons.records.models import ImportRun, RunState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

NEW = "/imports/new/?target=wells.wells&lang=en"
HEAD = b"Number,Governorate,District,Depth,Drilled on\n"


@pytest.fixture
def officer(world, client):
    client.force_login(world.keeper)
    return client


def send(officer, world, content: bytes, name: str = "wells.csv"):
    return officer.post(NEW, {"file": SimpleUploadedFile(name, content), "owner": str(world.branch.pk)})


def kept() -> set[Path]:
    """The files that lie in the media folder."""
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


def refused(officer, world, content: bytes, name: str = "wells.csv") -> str:
    """The sentence on the page of a file that is not taken."""
    before = ImportRun.objects.count(), kept()
    answer = send(officer, world, content, name)
    assert answer.status_code == 422
    assert (ImportRun.objects.count(), kept()) == before
    page = answer.content.decode()
    assert "The file was not taken" in page
    return page


def staged(officer, world, content: bytes, name: str = "wells.csv") -> tuple[ImportRun, str]:
    """The run of a file whose columns were confirmed as suggested, and its page."""
    from rafid.commons.records.imports.mapping import choose_as_suggested
    from rafid.commons.records.imports.receive import open_run
    from rafid.commons.records.imports.targets import target_of
    from rafid.commons.records.imports.work import begin_staging

    assert send(officer, world, content, name).status_code == 302
    run = ImportRun.objects.latest("made_at")
    choose_as_suggested(run, target_of(run.target), open_run(run), {})
    run.save()
    begin_staging(run, world.keeper)
    run.refresh_from_db()
    answer = officer.get(run.get_absolute_url() + "?lang=en")
    assert answer.status_code == 200
    return run, " ".join(answer.content.decode().split())


def workbook(*rows: list[object]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "wells.csv", "The file is empty."),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "wells.xlsx", "This file is a PDF."),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 64, "wells.csv", "This file is a picture."),
        (b"<!doctype html><html><table><tr><td>1</table>", "wells.xls", "This file is a web page"),
        (b"PK\x03\x04" + b"\x00" * 60, "wells.xlsx", "The file is damaged"),
        (HEAD, "wells.csv", "There are column names but no rows below them."),
    ],
)
def test_a_file_that_is_not_what_it_says(officer, world, content, name, sentence):
    assert sentence in refused(officer, world, content, name)


def test_no_file_at_all(officer, world):
    answer = officer.post(NEW, {"owner": str(world.branch.pk)})
    assert answer.status_code == 422
    assert "Choose the file first." in answer.content.decode()


@pytest.mark.parametrize("more", [1, 3_000_000, 9_000_000])
def test_a_file_over_the_limit_is_dropped_while_it_comes(officer, world, settings, tmp_path, more):
    settings.RAFID_UPLOAD_LIMIT = 2_000_000
    settings.MEDIA_ROOT = tmp_path
    page = refused(officer, world, HEAD + b"x" * (2_000_000 + more - len(HEAD)))
    assert "files up to 1.91 MB are read" in page
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_zip_bomb_is_not_opened(officer, world):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        zipfile.ZipFile(io.BytesIO(workbook(["a"]))) as good,
    ):
        for part in good.namelist():
            if part != "xl/worksheets/sheet1.xml":
                archive.writestr(part, good.read(part))
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for _piece in range(300):
                sheet.write(b" " * (1 << 20))
    page = refused(officer, world, out.getvalue(), "wells.xlsx")
    assert "It was not opened" in page


def test_mixed_encodings_are_told_by_their_row(officer, world):
    lines = [f"W-{number},قضاء,{number}".encode() for number in range(1, 40)]
    lines[20] = "W-21,محافظة البصرة,21".encode("cp1256")
    page = refused(officer, world, b"Number,Name (Arabic),Depth\n" + b"\n".join(lines))
    assert "Row 22 is written in another encoding" in page


def test_a_formula_without_a_stored_result(officer, world):
    run, page = staged(officer, world, workbook(["Number", "Depth"], ["W-1", 40], ["W-2", "=20+21"]), "wells.xlsx")
    assert (run.good, run.bad) == (1, 1)
    assert "The cell holds a formula whose result is not stored in the file." in page


def test_a_row_of_3000_columns(officer, world):
    good = b"".join(b"W-%d,South,Town,40,\n" % number for number in range(1, 10))
    run, page = staged(officer, world, HEAD + good + b"W-10," + b"x," * 2999 + b"\n")
    assert (run.good, run.bad) == (9, 1)
    assert "This row has 3001 columns; up to 500 are read." in page


def test_a_table_of_3000_columns(officer, world):
    content = ",".join(f"c{at}" for at in range(3000)).encode() + b"\n" + b"1," * 2999 + b"1\n"
    assert "The table has 3000 columns; up to 500 are read." in refused(officer, world, content)


def test_a_p_code_of_another_country(officer, world):
    run, page = staged(officer, world, HEAD + b"W-1,South,SY0203,40,\n")
    assert run.bad == 1
    assert "“SY0203” is a code of Syria, not of this country." in page


def test_a_place_name_that_fits_two(officer, world):
    Place.objects.create(ref="T31", level=2, name_en="Riverside", parent=world.south)
    Place.objects.create(ref="T32", level=2, name_en="Riverside", parent=world.north)
    run, page = staged(officer, world, b"Number,District,Depth\nW-1,Riverside,40\n")
    assert (run.bad, len(run.questions)) == (1, 1)
    assert "“Riverside” may be more than one place. Choose which one under “Places”." in page
    run, _page = staged(officer, world, HEAD + b"W-1,South,Riverside,40,\n")
    assert run.bad == 0


def test_a_date_in_three_calendars(officer, world):
    text = (
        "Number,Depth,Drilled on\nW-1,1,2024-10-31\nW-2,2,28 ربيع الآخر 1446 هـ\nW-3,3,31/10/2024\n"
        "W-4,4,1403/08/10\nW-5,5,2724/8/10\nW-6,6,31/02/2024\n"
    )
    run, page = staged(officer, world, text.encode())
    values = {row.values["number"]: row.values["drilled_on"] for row in run.staged.all()}
    assert values["W-1"] == values["W-3"] == "2024-10-31"
    assert abs(date.fromisoformat(values["W-2"]) - date(2024, 10, 31)) <= timedelta(days=1)
    assert "may be a day off" in page
    assert values["W-4"] is None  # Hijri or solar: two dates far apart
    assert "in the Hijri calendar but" in page
    assert "does not exist in the calendar" in page
    page = officer.get(run.get_absolute_url() + "?lang=ar").content.decode()
    assert "\u206831/02/2024\u2069" in page  # behind an Arabic letter a date would be turned around


def test_the_officer_says_the_calendar_of_a_column(officer, world):
    send(officer, world, b"Number,Depth,Drilled on\nW-1,1,1403/08/10\n")
    run = ImportRun.objects.latest("made_at")
    url = f"/imports/{run.pk}/columns/?lang=en"
    seen = re.search(r'name="seen" value="(\w+)"', officer.get(url).content.decode())[1]
    officer.post(url, {
        "seen": seen, "action": "read", "map-number": "0", "map-depth_m": "1", "map-drilled_on": "2",
        "calendar-drilled_on": "solar_hijri",
    })  # fmt: skip
    run.refresh_from_db()
    assert run.bad == 0
    assert run.staged.get().values["drilled_on"] == "2024-10-31"


def test_a_text_that_is_no_file_of_ours_breaks_nothing(officer, world):
    content = HEAD + b"W-1\x00,South,Town,40,\n<script>alert(1)</script>,South,Town,5,\n"
    run, page = staged(officer, world, content, "../../<b>x</b>.csv")
    assert run.state == RunState.STAGED
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "/" not in run.file_name


def test_a_file_that_is_gone_is_said(officer, world, settings, tmp_path):
    run, _page = staged(officer, world, HEAD + b"W-1,South,Town,deep,\n")
    settings.MEDIA_ROOT = tmp_path
    for door in ("columns/", ""):
        assert officer.get(f"/imports/{run.pk}/{door}?lang=en").status_code == 200
    answer = officer.get(f"/imports/{run.pk}/rest.xlsx?lang=en", follow=True)
    assert "The file cannot be read" in answer.content.decode()
    assert officer.get(f"/imports/{run.pk}/file").status_code == 404
    assert not Well.objects.exists()
