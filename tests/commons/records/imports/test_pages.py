"""The pages of an import: what an officer sees and decides, from the file to the record and back."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wells.models import Well

from rafid.commons.people.models import Message
from rafid.commons.people.visibility import scopes
from rafid.commons.places.models import RememberedMatch
from rafid.commons.records.change import save
from rafid.commons.records.imports import apply, work
from rafid.commons.records.imports.targets import target_of
from rafid.commons.records.models import ImportRow, ImportRun, RunState, Task, TaskState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

NEW = "/imports/new/?target=wells.wells&lang=en"
HEAD = "Number,Governorate,District,Depth,Drilled on\n"
GOOD = HEAD + "W-1,South,Town,40,2024-10-31\nW-2,South,Town,55,2024-11-01\n"
MIXED = GOOD + "W-3,South,Town,deep,2024-11-02\nW-4,South,Town,60,31.31.2024\n"


def upload(client, text: str | bytes, name: str = "wells.csv", **fields):
    content = text.encode() if isinstance(text, str) else text
    return client.post(NEW, {"file": SimpleUploadedFile(name, content), **fields})


def read(client, text: str | bytes, name: str = "wells.csv", world=None, **columns) -> ImportRun:
    """Sends a file and confirms the columns as they are suggested, but for ``columns``."""
    answer = upload(client, text, name, owner=str(world.branch.pk))
    assert answer.status_code == 302, answer.content.decode()
    return confirm(client, ImportRun.objects.latest("made_at"), **columns)


def confirm(client, run: ImportRun, **columns) -> ImportRun:
    page = client.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    form = {**chosen(page), "seen": seen(page), "action": "read", **columns}
    answer = client.post(f"/imports/{run.pk}/columns/?lang=en", form)
    assert answer.status_code == 302, answer.content.decode()
    run.refresh_from_db()
    return run


def chosen(page: str) -> dict[str, str]:
    found = {}
    for name, options in re.findall(r'<select id="map-[^"]+" name="(map-[^"]+)"(.*?)</select>', page, re.DOTALL):
        at = re.search(r'value="(\d*)" selected', options)
        found[name] = at[1] if at else ""
    return found


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found[1]


def text_of(client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def page_of(client, run: ImportRun, query: str = "?lang=en") -> str:
    return text_of(client, run.get_absolute_url() + query)


def record(client, run: ImportRun, **fields):
    return client.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": seen(page_of(client, run)), **fields}, follow=True)


@pytest.fixture
def officer(world, client):
    """The keeper of the southern branch's authority, signed in."""
    client.force_login(world.keeper)
    return client


def test_from_the_file_to_the_records_and_back(world, officer):
    run = read(officer, MIXED, world=world)
    assert (run.state, run.rows, run.good, run.bad) == (RunState.STAGED, 4, 2, 2)
    page = page_of(officer, run)
    assert "“deep” is not a number" in page
    assert 'class="cell-bad"><bdi>deep</bdi>' in page
    assert "Record the 2 good rows" in page
    only_bad = page_of(officer, run, "?lang=en&show=problems")
    assert "W-3" in only_bad
    assert "W-1" not in only_bad
    by_column = page_of(officer, run, "?lang=en&show=problems&column=drilled_on")
    assert "W-4" in by_column
    assert "W-3" not in by_column

    page = record(officer, run, only_good="1").content.decode()
    assert "2 rows are recorded" in " ".join(page.split())
    assert sorted(Well.objects.values_list("number", flat=True)) == ["W-1", "W-2"]
    assert Well.objects.get(number="W-1").owner == world.branch

    answer = officer.post(f"/imports/{run.pk}/undo/?lang=en", {"why": ""})
    assert answer.status_code == 422
    assert "Say why" in answer.content.decode()
    answer = officer.post(f"/imports/{run.pk}/undo/?lang=en", {"why": "the wrong year"}, follow=True)
    assert not Well.objects.exists()
    assert "the wrong year" in answer.content.decode()


def test_all_rows_are_not_recorded_while_some_have_problems(world, officer):
    run = read(officer, MIXED, world=world)
    page = record(officer, run).content.decode()
    assert "rows have problems" in page
    assert not Well.objects.exists()


def test_the_rest_is_corrected_and_sent_again(world, officer):
    run = read(officer, MIXED, world=world)
    record(officer, run, only_good="1")
    answer = officer.get(f"/imports/{run.pk}/rest.csv?lang=en")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [line["Number"] for line in lines] == ["W-3", "W-4"]
    assert [line["Row in the file"] for line in lines] == ["4", "5"]
    assert "not a number" in lines[0]["What is wrong"]
    assert "attachment" in answer["Content-Disposition"]

    corrected = text.replace("deep", "33").replace("31.31.2024", "31.12.2024")
    officer.post(NEW, {"file": SimpleUploadedFile("again.csv", corrected.encode()), "owner": str(world.branch.pk)})
    again = ImportRun.objects.latest("made_at")
    assert "as last time" in text_of(officer, f"/imports/{again.pk}/columns/?lang=en")
    again = confirm(officer, again)
    assert (again.good, again.bad) == (2, 0)
    record(officer, again)
    assert Well.objects.count() == 4


def test_the_rest_as_a_workbook_names_the_reasons_in_the_reader_s_language(world, officer):
    from openpyxl import load_workbook

    run = read(officer, MIXED, world=world)
    answer = officer.get(f"/imports/{run.pk}/rest.xlsx?lang=ckb")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet.sheet_view.rightToLeft
    assert sheet.max_row == 3
    assert re.search(r"[\u0600-\u06ff]", sheet.cell(2, sheet.max_column).value)


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("ext", ["csv", "xlsx"])
def test_an_example_with_headings_of_the_reader_is_understood_whole(world, officer, language, ext):
    answer = officer.get(f"/imports/example/wells/wells.{ext}?lang={language}")
    assert answer.status_code == 200
    content = answer.content
    if ext == "csv":
        content += b"W-1" + b"," * 8 + b"\n"
    else:
        from openpyxl import load_workbook

        book = load_workbook(io.BytesIO(content))
        book.active.cell(2, 1, "W-1")
        out = io.BytesIO()
        book.save(out)
        content = out.getvalue()
    upload(officer, content, f"example.{ext}", owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    found = chosen(officer.get(f"/imports/{run.pk}/columns/").content.decode())
    assert list(found.values()) == [str(at) for at in range(9)]


@pytest.mark.parametrize("language", ["ar", "ckb", "en"])
@pytest.mark.parametrize("code", ["population", "values"])
def test_the_examples_of_official_statistics_are_understood_whole(client, language, code):
    from rafid.commons.people.models import Account
    from rafid.commons.records.imports.mapping import suggest
    from rafid.commons.records.imports.targets import target_of

    client.force_login(Account.objects.get(login="statistics.officer"))
    content = client.get(f"/imports/example/statistics/{code}.csv?lang={language}").content
    client.post(
        f"/imports/new/?target=statistics.{code}",
        {
            "file": SimpleUploadedFile("e.csv", content + b"1,1\n"),
            "owner": str(Account.objects.get(login="statistics.officer").organisation_id),
            "source": "Survey",
        },
    )
    run = ImportRun.objects.latest("made_at")
    from rafid.commons.records.imports.receive import open_run

    found = suggest(open_run(run), target_of(f"statistics.{code}"))
    assert [one.position for one in found] == list(range(len(found)))


def test_columns_are_changed_and_one_value_holds_for_all_rows(world, officer):
    text = "A,B\nW-1,40\nW-2,50\n"
    upload(officer, text, owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    page = officer.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    form = {"seen": seen(page), "action": "read", "map-number": "0"}
    answer = officer.post(f"/imports/{run.pk}/columns/?lang=en", form)
    assert answer.status_code == 422
    assert "Choose the column of the file for Depth" in answer.content.decode()
    answer = officer.post(f"/imports/{run.pk}/columns/?lang=en", {**form, "map-depth_m": "0"})
    assert "chosen for both" in answer.content.decode()
    answer = officer.post(f"/imports/{run.pk}/columns/?lang=en", {**form, "fixed-depth_m": "very"})
    assert "“very” is not a number" in answer.content.decode()
    assert 'value="very"' in answer.content.decode()
    officer.post(
        f"/imports/{run.pk}/columns/?lang=en",
        {**form, "map-depth_m": "1", "fixed-working": "no", "fixed-place": "Town"},
    )
    run.refresh_from_db()
    assert run.good == 2
    page = page_of(officer, run)
    assert "the same in all rows" in page
    record(officer, run)
    assert set(Well.objects.values_list("working", "place__ref")) == {(False, "T11")}


def test_a_column_out_of_range_is_a_sentence(world, officer):
    upload(officer, GOOD, owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    page = officer.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    answer = officer.post(
        f"/imports/{run.pk}/columns/?lang=en",
        {**chosen(page), "seen": seen(page), "map-number": "77", "action": "read"},
    )
    assert answer.status_code == 422
    assert "no column" in answer.content.decode()


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1"])
def test_a_number_that_is_none_is_no_column_and_no_match(world, officer, number):
    run = read(officer, "Number,District,Depth\nW-1,Town,40\n", world=world)
    assert officer.get(f"/imports/{run.pk}/places/", {"change": number}).status_code == 200
    upload(officer, GOOD, owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    page = officer.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    answer = officer.post(
        f"/imports/{run.pk}/columns/?lang=en",
        {**chosen(page), "seen": seen(page), "map-number": number, "action": "read"},
    )
    assert answer.status_code == 422
    assert "Choose the column" in answer.content.decode()


def test_a_file_is_read_otherwise(world, officer):
    upload(officer, "x;y\nNumber;Depth\nW-1;4\n", owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    url = f"/imports/{run.pk}/columns/?lang=en"
    page = officer.get(url).content.decode()
    answer = officer.post(url, {"seen": seen(page), "action": "reread", "header_row": "2", "delimiter": ";"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.header == ["Number", "Depth"]
    page = officer.get(url).content.decode()
    answer = officer.post(url, {"seen": seen(page), "action": "reread", "header_row": "70"})
    assert answer.status_code == 422
    run.refresh_from_db()
    assert run.header == ["Number", "Depth"]
    page = officer.get(url).content.decode()
    assert officer.post(url, {"seen": seen(page), "action": "reread", "header_row": "x"}).status_code == 422


def test_what_was_chosen_is_remembered_and_said_so(world, officer):
    text = "Bore,How deep\nW-1,40\n"
    read(officer, text, world=world, **{"map-number": "0", "map-depth_m": "1"})
    upload(officer, text.replace("W-1", "W-9"), owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    page = officer.get(f"/imports/{run.pk}/columns/?lang=en").content.decode()
    assert "chosen as last time" in page
    assert (chosen(page)["map-number"], chosen(page)["map-depth_m"]) == ("0", "1")


def test_a_name_that_fits_two_places_is_asked_and_remembered(world, officer):
    from rafid.commons.places.models import Place

    Place.objects.create(ref="T21", level=2, name_en="Riverside", parent=world.north)
    other = Place.objects.create(ref="T12", level=2, name_en="Riverside", parent=world.south)
    text = "Number,District,Depth\nW-1,Riverside,40\nW-2,Town,50\nW-3,Nowhere at all,60\n"
    run = read(officer, text, world=world)
    assert (run.good, run.bad) == (1, 2)
    page = page_of(officer, run)
    assert "“Riverside” may be more than one place" in page
    url = f"/imports/{run.pk}/places/?lang=en"
    page = text_of(officer, url)
    assert "T12" in page
    assert "T21" in page
    assert "South" in page
    assert "The name is written in the same way" in page
    form = {"seen": seen(page), "question": ["0", "1"]}
    for number in ("0", "1"):
        for name in ("column", "text", "inside"):
            form[f"{name}-{number}"] = re.search(rf'name="{name}-{number}" value="([^"]*)"', page)[1]
    first = form["text-0"]
    assert officer.post(url, {**form, "answer-0": "other", "other-0": "XX99"}).status_code == 422
    assert "there is no place" in officer.post(url, {**form, "answer-0": "other", "other-0": "XX99"}).content.decode()
    assert "not a place of the kind" in officer.post(url, {**form, "answer-0": "T1"}).content.decode()
    at = "0" if first == "Riverside" else "1"
    rest = "1" if at == "0" else "0"
    answer = officer.post(url, {**form, f"answer-{at}": "T12", f"answer-{rest}": "none"})
    assert answer.status_code == 302
    run.refresh_from_db()
    assert (run.good, run.bad) == (2, 1)
    assert "as you said, none of the places" in page_of(officer, run)
    assert RememberedMatch.objects.get(place=other).decided_by == world.keeper.pk
    again = read(officer, text.replace("W-1", "W-7").replace("Nowhere at all", "Town"), world=world)
    assert again.bad == 0
    assert "An officer decided so before" in text_of(officer, f"/imports/{again.pk}/places/?lang=en")


def test_a_recognised_place_can_be_changed(world, officer):
    from rafid.commons.places.models import Place

    Place.objects.create(ref="T13", level=2, name_en="Hilltop", parent=world.south)
    run = read(officer, "Number,District,Depth\nW-1,Town,40\n", world=world)
    url = f"/imports/{run.pk}/places/?lang=en&change=0"
    page = text_of(officer, url)
    assert "taken for Town" in page
    officer.post(url, {
        "seen": seen(page), "question": "0", "column-0": "place", "text-0": "Town", "inside-0": "",
        "answer-0": "other", "other-0": "T13",
    })  # fmt: skip
    assert ImportRow.objects.get(run=run).values["place"] == str(Place.objects.get(ref="T13").pk)


def test_the_second_of_two_officers_sees_what_happened(world, officer, client):
    run = read(officer, GOOD, world=world)
    as_seen = seen(page_of(officer, run))
    boss = world.person("boss", ("wells.keeper", world.authority, None))
    apply(run, by=boss)
    answer = officer.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": as_seen}, follow=True)
    assert "boss has already recorded this import" in answer.content.decode()
    assert Well.objects.count() == 2
    officer.post(f"/imports/{run.pk}/undo/", {"why": "x"})
    answer = officer.post(f"/imports/{run.pk}/undo/?lang=en", {"why": "y"}, follow=True)
    assert "This import was undone" in answer.content.decode()


def test_nobody_records_what_was_changed_after_he_looked(world, officer):
    run = read(officer, GOOD, world=world)
    old = seen(page_of(officer, run))
    confirm(officer, run, **{"map-drilled_on": ""})
    answer = officer.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": old}, follow=True)
    assert "Somebody changed this import after you looked at it" in answer.content.decode()
    assert not Well.objects.exists()


def test_the_database_s_refusal_names_the_row(world, officer):
    run = read(officer, GOOD, world=world)
    world.well(number="W-2", owner=world.other)
    page = record(officer, run).content.decode()
    assert "Nothing was recorded." in page
    assert "Row 3" in page
    run.refresh_from_db()
    assert (run.state, run.bad) == (RunState.STAGED, 1)
    assert Well.objects.count() == 1


def test_rows_that_repeat_or_contradict_one_another_are_shown_as_they_came(world, officer):
    lines = "".join(f"W-{number},South,Town,40,\n" for number in range(1, 150))
    run = read(officer, HEAD + lines + "W-140,South,Town,40,\nW-141,South,Town,99,\n", world=world)
    assert run.bad == 3
    page = page_of(officer, run, "?lang=en&show=problems")
    assert "repeats row 141 word for word" in page
    assert page.count("are about the same (Number) but differ") == 3  # both rows, and the count above them
    assert all(row.raw for row in ImportRow.objects.filter(run=run, problems__isnull=False))


def test_what_only_recording_would_refuse_is_found_while_reading(client):
    """An import with verbs of its own is rehearsed: the refused row is marked, the others are good."""
    from rafid.commons.people.models import Account

    account = Account.objects.get(login="statistics.officer")
    client.force_login(account)
    text = "Indicator,Place,Period,Value\npopulation,IQG17,2031,10\nno-such-thing,IQG17,2031,10\n"
    client.post(
        "/imports/new/?target=statistics.values",
        {
            "file": SimpleUploadedFile("v.csv", text.encode()),
            "owner": str(account.organisation_id),
            "source": "Survey",
        },
    )
    run = confirm(client, ImportRun.objects.latest("made_at"))
    assert (run.state, run.good, run.bad) == (RunState.STAGED, 1, 1)
    assert "There is no indicator “no-such-thing”" in page_of(client, run)


def test_undoing_what_was_changed_since_lists_it(world, officer):
    run = read(officer, GOOD, world=world)
    record(officer, run)
    well = Well.objects.get(number="W-1")
    well.depth_m = 41
    save(well, version=well.version, reason="measured again")
    answer = officer.post(f"/imports/{run.pk}/undo/?lang=en", {"why": "wrong"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert well.ref in page
    assert "measured again" in page
    assert Well.objects.count() == 2


def test_cancelling_leaves_nothing(world, officer):
    run = read(officer, GOOD, world=world)
    page = officer.post(f"/imports/{run.pk}/cancel/?lang=en", follow=True).content.decode()
    assert "Nothing of the file was recorded" in page
    assert not ImportRow.objects.filter(run=run).exists()
    answer = officer.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": "x"}, follow=True)
    assert "This import was cancelled" in answer.content.decode()
    answer = officer.post(f"/imports/{run.pk}/cancel/?lang=en", follow=True)
    assert "This import was cancelled. Send the file again." in answer.content.decode()


def test_what_is_recorded_is_undone_not_cancelled(world, officer):
    run = read(officer, GOOD, world=world)
    record(officer, run)
    page = officer.post(f"/imports/{run.pk}/cancel/?lang=en", follow=True).content.decode()
    assert "has already recorded this import" in page
    assert Well.objects.count() == 2


def test_nothing_of_the_rest_runs_in_a_spreadsheet(world, officer):
    run = read(officer, "Number,Depth,=cmd()\nW-1,deep,=1+1\n", world=world)
    lines = list(
        csv.reader(officer.get(f"/imports/{run.pk}/rest.csv?lang=en").getvalue().decode("utf-8-sig").splitlines())
    )
    assert lines[0][:3] == ["Number", "Depth", "'=cmd()"]
    assert lines[1][:3] == ["W-1", "deep", "'=1+1"]


def test_others_do_not_see_the_run_by_any_door(world, officer, client):
    run = read(officer, MIXED, world=world)
    outside = world.person("outside", ("wells.keeper", world.other, None))
    doors = ["", "columns/", "places/", "undo/", "rest.csv", "rest.xlsx", "file"]
    for account in (outside, world.reader, world.stranger):
        client.force_login(account)
        for door in doors:
            assert client.get(f"/imports/{run.pk}/{door}").status_code == 404, door
        for door in ("columns/", "places/", "apply/", "cancel/", "undo/"):
            assert client.post(f"/imports/{run.pk}/{door}").status_code == 404, door
        assert run.file_name not in client.get("/imports/").content.decode()
    client.logout()
    for door in ("/imports/", NEW, f"/imports/{run.pk}/", f"/imports/{run.pk}/file"):
        assert client.get(door).status_code == 302
    run.refresh_from_db()
    assert run.state == RunState.STAGED


def test_a_role_that_reads_less_than_the_file_holds_does_not_open_it(world, officer):
    """The right to import alone is none to read: the file is handed out as it came."""
    run = read(officer, GOOD, world=world)
    colleague = world.person("colleague", ("wells.keeper", world.authority, None))
    (scope,) = scopes(colleague)

    def opens(*held) -> bool:
        colleague._rafid_scopes = held
        return ImportRun.objects.visible_to(colleague).filter(pk=run.pk).exists()

    assert [opens(replace(scope, reads=reads)) for reads in (0, 1, 2)] == [False, True, True]
    # Another role of the same person may be the one that reads; but not of another organisation, nor without import.
    reader = replace(scope, reads=1, may=frozenset())
    assert opens(replace(scope, reads=0), reader)
    assert not opens(replace(scope, reads=0), replace(reader, organisation=world.other.pk))
    assert not opens(reader)


def test_files_of_public_figures_open_to_whoever_imports_them():
    assert target_of("statistics.population").sensitivity == 0
    assert target_of("wells.wells").sensitivity == 1


def test_who_lost_the_role_sees_his_run_and_does_nothing_with_it(world, officer):
    run = read(officer, GOOD, world=world)
    world.keeper.grants.all().delete()
    assert officer.get(run.get_absolute_url()).status_code == 200
    assert officer.post(f"/imports/{run.pk}/apply/", {"seen": "x"}).status_code == 403
    assert officer.get(NEW).status_code == 403
    assert not Well.objects.exists()


def test_nobody_imports_in_the_name_of_another_organisation(world, officer):
    answer = upload(officer, GOOD, owner=str(world.other.pk))
    assert answer.status_code == 422
    assert not ImportRun.objects.filter(target="wells.wells").exists()


def test_what_nobody_may_import_is_not_there(world, officer):
    assert officer.get("/imports/new/?target=statistics.population").status_code == 404
    assert officer.get("/imports/new/?target=nothing").status_code == 404
    assert officer.get("/imports/example/statistics/population.csv").status_code == 404
    assert officer.get("/imports/example/wells/wells.exe").status_code == 404


def test_the_list_filters_by_its_address(world, officer):
    run = read(officer, GOOD, "first.csv", world=world)
    record(officer, run)
    read(officer, MIXED, "second.csv", world=world)
    page = officer.get("/imports/?lang=en").content.decode()
    assert "first.csv" in page
    assert "second.csv" in page
    page = officer.get("/imports/?state=applied").content.decode()
    assert "first.csv" in page
    assert "second.csv" not in page
    page = officer.get("/imports/?q=second&mine=1&target=wells.wells").content.decode()
    assert "first.csv" not in page
    assert "second.csv" in page
    assert "Nothing fits" in officer.get("/imports/?q=%00third&lang=en").content.decode()


def test_the_menu_offers_imports_to_those_who_work(world, client):
    client.force_login(world.keeper)
    assert 'href="/imports/"' in client.get("/places/").content.decode()
    client.force_login(world.stranger)
    assert 'href="/imports/"' not in client.get("/places/").content.decode()


def test_the_file_comes_back_as_it_was_sent(world, officer):
    run = read(officer, GOOD, "wells.csv", world=world)
    answer = officer.get(f"/imports/{run.pk}/file")
    assert b"".join(answer.streaming_content) == GOOD.encode()
    assert answer["Content-Type"] == "application/octet-stream"


# The worker


@pytest.fixture
def by_the_worker(monkeypatch):
    """Also small files are left to the worker."""
    monkeypatch.setattr(work, "SMALL_FILE", 0)
    monkeypatch.setattr(work, "SMALL", 0)


def work_off() -> None:
    """What the worker would do: each waiting task, in this process."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from rafid.commons.records.tasks import run as run_task

    for job in ProcrastinateJob.objects.filter(status="todo", task_name="rafid.run").order_by("id"):
        run_task.func(None, **job.args)


def test_a_large_file_is_read_and_recorded_by_the_worker(world, officer, by_the_worker):
    run = read(officer, GOOD, world=world)
    assert run.state == RunState.STAGING
    page = page_of(officer, run)
    assert "The rows are being read" in page
    assert f'hx-get="{run.get_absolute_url()}"' in page
    part = officer.get(run.get_absolute_url() + "?lang=en", headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    work_off()
    run.refresh_from_db()
    assert run.state == RunState.STAGED
    assert officer.get(run.get_absolute_url(), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "wells.csv is read" in Message.objects.filter(account=world.keeper).latest("pk").text["en"]
    record(officer, run)
    run.refresh_from_db()
    assert run.state == RunState.APPLYING
    assert "just now" in officer.post(f"/imports/{run.pk}/apply/?lang=en", {"seen": "x"}, follow=True).content.decode()
    work_off()
    run.refresh_from_db()
    assert run.state == RunState.APPLIED
    assert Well.objects.count() == 2
    assert Message.objects.filter(account=world.keeper, link=run.get_absolute_url()).count() == 2


def test_a_silent_worker_is_told(world, officer, by_the_worker):
    from datetime import timedelta

    from django.utils import timezone

    run = read(officer, GOOD, world=world)
    assert "Nobody has taken this work up" not in page_of(officer, run)
    Task.objects.filter(pk=run.task_id).update(made_at=timezone.now() - timedelta(minutes=2))
    assert "Nobody has taken this work up yet" in page_of(officer, run)
    Task.objects.filter(pk=run.task_id).update(state=TaskState.RUNNING, beat_at=timezone.now() - timedelta(minutes=3))
    assert "has gone silent" in page_of(officer, run)
    part = officer.get(run.get_absolute_url() + "?lang=en", headers={"HX-Request": "true"}).content.decode()
    assert "has gone silent" in part


def test_rows_that_are_read_are_said_to_be_compared(world, officer, by_the_worker):
    run = read(officer, GOOD, world=world)
    Task.objects.filter(pk=run.task_id).update(state=TaskState.RUNNING, done=1200, of=1201)
    assert "1,200 rows are read. Now they are compared" in page_of(officer, run)


def test_long_work_gives_signs_of_life_without_progress(monkeypatch):
    """Work in one statement is not dead; the beat is written apart from the work's own transaction."""
    from threading import Event

    from rafid.commons.records import tasks

    beaten = Event()

    class Cursor:
        def __enter__(self):
            return self

        def __exit__(self, *_error):
            pass

        def execute(self, sql, params):
            if "beat_at" in sql and params == ["some-task"]:
                beaten.set()

    class Connection:
        cursor = staticmethod(Cursor)

        def close(self):
            pass

    monkeypatch.setattr(tasks.connections, "create_connection", lambda _alias: Connection())
    with tasks.alive("some-task", every=0.001):
        assert beaten.wait(30)


def test_a_worker_that_gave_up_leaves_a_run_that_goes_on(world, officer, by_the_worker):
    from rafid.commons.records.tasks import give_up

    run = read(officer, GOOD, world=world)
    Task.objects.filter(pk=run.task_id).update(tries=3, state=TaskState.RUNNING)
    assert give_up(str(run.task_id))
    page = " ".join(officer.get(run.get_absolute_url() + "?lang=en", follow=True).content.decode().split())
    assert "cut off three times" in page
    run = confirm(officer, ImportRun.objects.get(pk=run.pk))
    work_off()
    run.refresh_from_db()
    assert (run.state, run.good) == (RunState.STAGED, 2)


def test_a_cancelled_reading_stops_at_the_next_batch(world, officer, by_the_worker, monkeypatch):
    from rafid.commons.records.imports import staging

    monkeypatch.setattr(staging, "BATCH", 1)
    run = read(officer, GOOD, world=world)

    class Impatient:
        def at(self, done, of=None):
            officer.post(f"/imports/{run.pk}/cancel/")

    work.stage_in_background(Impatient(), str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert not ImportRow.objects.filter(run=run).exists()
    assert not Message.objects.filter(account=world.keeper).exists()


def test_a_command_that_was_killed_while_reading_leaves_a_run_that_goes_on(world, officer):
    upload(officer, GOOD, owner=str(world.branch.pk))
    run = ImportRun.objects.latest("made_at")
    ImportRun.objects.filter(pk=run.pk).update(state=RunState.STAGING, mapping={"number": 0, "depth_m": 3})
    page = officer.get(run.get_absolute_url() + "?lang=en", follow=True).content.decode()
    assert "was cut off" in page
    assert confirm(officer, ImportRun.objects.get(pk=run.pk)).state == RunState.STAGED
