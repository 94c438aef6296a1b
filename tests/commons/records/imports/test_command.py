"""`./rafid import ROOM.WHAT FILE`: the same import without a page; nobody is there to ask, so a question is a refusal."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.management import CommandError, call_command
from wells.models import Well

from rafid.commons.records.models import ImportRun, RunState
from rafid.site.cli import __main__ as door
from rafid.site.cli import application

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

GOOD = "Number,District,Depth\nW-1,Town,40\nW-2,Town,55\n"
MIXED = GOOD + "W-3,Town,deep\n"


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.fixture
def table(tmp_path):
    def written(text: str | bytes, name: str = "wells.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return written


def run(target: str, path, **options) -> str:
    out = io.StringIO()
    call_command("import_table", target, str(path), stdout=out, **{"owner": "WA", **options})
    return out.getvalue()


def test_a_table_is_recorded_when_it_is_agreed_to(world, table):
    said = run("wells.wells", table(GOOD), yes=True, source="the authority's ledger")
    assert "2 rows: 2 good (2 new, 0 replacing, 0 as they are), 0 with problems" in said
    assert "Recorded." in said
    one = ImportRun.objects.latest("made_at")
    assert f"/imports/{one.pk}/" in said
    assert (one.state, one.owner, one.options["source"]) == (
        RunState.APPLIED,
        world.authority,
        "the authority's ledger",
    )
    assert Well.objects.count() == 2


def test_nobody_there_to_agree_is_a_refusal(world, table):
    with pytest.raises(CommandError, match="nobody is there to agree"):
        run("wells.wells", table(GOOD))
    assert not Well.objects.exists()


def test_problems_are_told_by_row_and_the_good_rows_on_demand(world, table, tmp_path):
    with pytest.raises(CommandError, match="rows have problems"):
        run("wells.wells", table(MIXED), yes=True)
    assert not Well.objects.exists()
    said = run("wells.wells", table(MIXED), yes=True, only_good=True, rest=tmp_path / "rest.csv")
    assert "Row 4: Depth: “deep” is not a number" in said
    assert Well.objects.count() == 2
    (left,) = csv.DictReader(io.StringIO((tmp_path / "rest.csv").read_text("utf-8-sig")))
    assert left["Number"] == "W-3"


def test_columns_and_values_are_said(world, table):
    text = "a,b\nW-1,40\n"
    with pytest.raises(CommandError, match="Choose the column of the file for"):
        run("wells.wells", table(text), yes=True)
    run("wells.wells", table(text), yes=True, map=["a=number", "B=depth_m"], set=["place=T11", "working=no"])
    well = Well.objects.get()
    run("wells.wells", table("Number,District,Depth\nW-5,Atlantis,40\n"), yes=True, without=["place"])
    assert Well.objects.get(number="W-5").place is None
    assert (well.number, well.depth_m, well.place, well.working) == ("W-1", 40, world.town, False)


@pytest.mark.parametrize(
    ("target", "options", "sentence"),
    [
        ("wells.nothing", {}, "Nothing can be imported under “wells.nothing”. Known: .*wells.wells"),
        ("wells.wells", {"owner": "NOBODY"}, "Say whose rows these are: --owner, one of .*WA"),
        ("wells.wells", {"login": "nobody"}, "There is no account “nobody”"),
        ("wells.wells", {"login": "reader"}, "reader may not import this for Water authority"),
        ("wells.wells", {"map": ["nonsense"]}, "--map wants two words with = between them"),
        ("wells.wells", {"map": ["Colour=depth_m"]}, "The file has no column “Colour”. Its columns are: Number"),
        ("wells.wells", {"map": ["Depth=colour"]}, "This import has no column “colour”"),
        ("wells.wells", {"without": ["colour"]}, "This import has no column “colour”"),
        ("wells.wells", {"set": ["depth_m"]}, "--set wants two words with = between them"),
        ("wells.wells", {"encoding": "klingon"}, "The encoding “klingon” is not known"),
    ],
)
def test_everything_wrong_is_a_sentence(world, table, target, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(target, table(GOOD), yes=True, **options)
    assert not Well.objects.exists()


def test_a_sheet_that_is_not_there(world, tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for row in (["Number", "Depth"], ["W-1", 40]):
        book.active.append(row)
    book.save(tmp_path / "wells.xlsx")
    with pytest.raises(CommandError, match=r"The workbook has no sheet “May”\. Its sheets are: Sheet"):
        run("wells.wells", tmp_path / "wells.xlsx", sheet="May", yes=True)


def test_it_speaks_the_language_of_the_terminal(world, table, monkeypatch):
    monkeypatch.setenv("LC_ALL", "ckb_IQ.UTF-8")
    with pytest.raises(CommandError, match="پەڕگەکە بەتاڵە"):
        run("wells.wells", table(b""), yes=True)


def test_a_file_that_is_not_there_or_no_table(world, table, tmp_path):
    with pytest.raises(CommandError, match="The file cannot be read"):
        run("wells.wells", tmp_path / "nothing.csv", yes=True)
    with pytest.raises(CommandError, match="The file cannot be read"):
        run("wells.wells", tmp_path, yes=True)
    with pytest.raises(CommandError, match="The file is empty"):
        run("wells.wells", table(b""), yes=True)


def test_what_the_database_refuses_names_the_row(world, table):
    world.well(number="W-2", owner=world.other)
    with pytest.raises(CommandError, match="Row 3"):
        run("wells.wells", table(GOOD), yes=True)
    assert Well.objects.count() == 1


def test_the_door_hands_import_on(monkeypatch):
    """A module cannot be called import; the word that an operator types is."""
    called = []
    monkeypatch.setattr("rafid.site.cli.environment.prepare", lambda: None)
    monkeypatch.setattr(application, "ready_database", lambda: None)
    monkeypatch.setattr(application, "become_manage", lambda arguments, database: called.append(arguments))
    assert door.main(["import", "statistics.population", "table.csv", "--yes"]) == 0
    assert called == [["import_table", "statistics.population", "table.csv", "--yes"]]
