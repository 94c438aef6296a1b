"""For any table: recorded and undone, the register is as it was, and the history holds everything that happened."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from wells.models import Well, WellEvent

from rafid.commons.places.models import Place
from rafid.commons.programme import Column
from rafid.commons.records.imports import Refused, apply, undo
from rafid.commons.records.imports.cells import Cells, Reads
from rafid.commons.records.models import ImportRow
from tests.commons.records.imports.engine import NASIRIYA, SUQ, register, staged, wells

NUMBERS = st.sampled_from(["W-1", "W-2", "W-3", "W-4", "و-٥", "", "W 6"])
PLACES = st.sampled_from(["ذي قار,الناصرية", "Thi Qar,Suq Al-Shoyokh", "ذي قار,", ",", "Atlantis,", "ميسان,الناصرية"])
DEPTHS = st.one_of(
    st.decimals(min_value=0, max_value=900, places=1).map(str), st.sampled_from(["", "deep", "-1", "٤٠", "0"])
)
REST = st.sampled_from(["", "3", "x", "2,yes", ",no,2024-10-31", "1.5,نعم,31/12/2023", ",,,بئر,A well"])
LINES = st.builds(lambda *parts: ",".join(parts), NUMBERS, PLACES, DEPTHS, REST)
THERE = st.lists(st.sampled_from(["W-1", "W-2", "W-3"]), unique=True)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(lines=st.lists(LINES, min_size=1, max_size=12), there=THERE, foreign=st.booleans())
def test_recorded_and_undone_the_register_is_as_it_was(world, media, lines, there, foreign):
    assume(any(line.strip(",") for line in lines))
    with transaction.atomic():
        tried(world, media, lines, there, foreign)
        transaction.set_rollback(True)


def tried(world, media, lines, there, foreign):
    places = [Place.objects.get(ref=NASIRIYA), None, Place.objects.get(ref=SUQ)]
    for at, number in enumerate(there):
        world.well(number=number, place=places[at], depth_m=10 * at + 40, name_en="", owner=world.branch)
    if foreign:
        world.well(number="W-4", owner=world.other)
    before, history = register(), set(WellEvent.objects.values_list("pgh_id", flat=True))
    run = staged(media, wells(*lines), world.keeper, owner=world.branch)
    told = list(ImportRow.objects.filter(run=run).order_by("number"))
    assert run.rows == len(told) == run.good + run.bad
    assert [row.problems is None for row in told].count(True) == run.good
    assert sum(run.outlook[name] for name in ("new", "replacing", "same")) == run.good
    while run.good and (number := refused_row(run, world.keeper)):
        assert number in {row.number for row in told}
        assert register() == before
        assert set(WellEvent.objects.values_list("pgh_id", flat=True)) == history
        run.refresh_from_db()
    if not run.good:
        return
    recorded = register()
    (written,) = run.written.values()
    assert sum(written.values()) == run.good
    assert len(recorded) == len(before) + written["inserted"]
    fresh = WellEvent.objects.exclude(pgh_id__in=history)
    assert fresh.count() == written["inserted"] + written["updated"]
    assert {one.pgh_context.metadata["import_run"] for one in fresh.select_related("pgh_context")} <= {str(run.pk)}
    good = {row.number: row.values for row in ImportRow.objects.filter(run=run, problems=None)}
    for values in good.values():
        well = Well.objects.get(number=values["number"])
        assert (well.depth_m, str(well.place_id or "")) == (float(values["depth_m"]), values["place"] or "")
    undo(run, "wrong", by=world.keeper)
    assert register() == before
    assert history <= set(WellEvent.objects.values_list("pgh_id", flat=True))
    assert WellEvent.objects.exclude(pgh_id__in=history).count() == 2 * (written["inserted"] + written["updated"])


def refused_row(run, by) -> int | None:
    """Records the good rows; the number of the row that the database refuses, if it does."""
    try:
        apply(run, only_good=True, by=by)
    except Refused as refused:
        return refused.number
    return None


# What is read without asking a parser is what the parser would have read.

KINDS = {
    "text": Column("c", {"en": "C"}),
    "date": Column("c", {"en": "C"}, kind="date"),
    "number": Column("c", {"en": "C"}, kind="number", minimum=-5, maximum=2000),
    "integer": Column("c", {"en": "C"}, kind="integer", maximum=2000),
    "longitude": Column("c", {"en": "C"}, kind="longitude"),
}
CELLS = st.one_of(
    st.text(max_size=12),
    st.text(alphabet='abزيَّۆێ #"\\/-.,0123٤٥\u200f\u0301é', max_size=12),
    st.from_regex(r"(1[3-9]|2[0-8])\d\d-[01]\d-[0-3]\d", fullmatch=True),
    st.from_regex(r"-?\d{1,6}([.,]\d{1,4})?", fullmatch=True),
    st.dates().map(str),
)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=400, deadline=None)
@given(cell=CELLS.filter(bool))
def test_the_short_way_to_read_a_cell_ends_where_the_long_one_does(kind, cell):
    cells = Cells(KINDS[kind], [cell], model_field=SimpleNamespace(max_length=10) if kind == "text" else None)
    short = cells.plain(cell) if cells.plain else None
    if short is None:
        return
    reads = Reads([])
    long = cells._read_one(0, cell, reads)
    assert (reads.problems, reads.warnings) == ({}, {})
    assert json.loads(f"{{{short}}}".replace("\\\\", "\\")) == json.loads(f"{{{long}}}".replace("\\\\", "\\"))


@settings(max_examples=60, deadline=None)
@given(cells=st.lists(st.one_of(st.none(), CELLS), max_size=30), kind=st.sampled_from(list(KINDS)))
def test_a_column_reads_the_same_whether_it_remembers_or_not(cells, kind):
    cells = [cell or None for cell in cells]
    remembering, forgetting = Cells(KINDS[kind], cells), Cells(KINDS[kind], cells)
    forgetting.remembers = False
    first, again, other = remembering.read(cells), remembering.read(cells), forgetting.read(cells)
    for one in (again, other):
        assert [json.loads(f"{{{p}}}".replace("\\\\", "\\")) for p in one.pieces] == [
            json.loads(f"{{{p}}}".replace("\\\\", "\\")) for p in first.pieces
        ]
        assert (one.problems, one.warnings) == (first.problems, first.warnings)
