"""Recording and undoing: one transaction each, with a history that names who, why and the run."""

from __future__ import annotations

from uuid import uuid4

import pghistory
import pytest
from django.db import connection
from django.utils.translation import override
from wells.models import Well, WellEvent

from rafid.commons.history import because
from rafid.commons.indicators.models import IndicatorValue, IndicatorValueEvent
from rafid.commons.people.visibility import forget_scopes
from rafid.commons.places.models import Place
from rafid.commons.records.change import delete, save
from rafid.commons.records.imports import NotNow, Refused, apply, undo
from rafid.commons.records.imports import register as register_module
from rafid.commons.records.imports.undo import CannotUndo
from rafid.commons.records.imports.work import begin_applying, follow_up
from rafid.commons.records.models import Finding, FindingState, ImportRow, ImportRun, RunState, SearchEntry
from tests.commons.records.imports.engine import NASIRIYA, events, many, register, said, staged, wells

pytestmark = pytest.mark.django_db


@pytest.fixture
def keep(world, media):
    def read(text: str, **more):
        return staged(media, text, more.pop("by", world.keeper), owner=more.pop("owner", world.branch), **more)

    return read


@pytest.fixture
def second(world):
    """Another keeper than the one who sent the file."""
    return world.person("second", ("wells.keeper", world.authority, None))


ONE = wells("W-1,ذي قار,الناصرية,11,2,yes,2024-01-02,بئر,New name", "W-9,ذي قار,الناصرية,90")


def test_every_new_row_leaves_an_event_that_names_person_reason_and_run(keep, world, second):
    run = apply(keep(many(50)), by=second)
    found = events()
    assert len(found) == Well.objects.count() == 50
    assert {one.pgh_label for one in found} == {"insert"}
    assert len({one.pgh_context_id for one in found}) == 1
    told = found[0].pgh_context.metadata
    assert told["user"] == str(second.pk)
    assert told["import_run"] == str(run.pk)
    assert run.file_name in told["reason"]
    wells_ = Well.objects.all()
    assert {(w.source, w.source_id, w.made_by_id, w.owner_id) for w in wells_} == {
        ("import", run.pk, world.keeper.pk, world.branch.pk)
    }
    assert sorted(w.source_row for w in wells_) == list(range(2, 52))
    assert (run.state, run.applied_by, run.written) == (
        RunState.APPLIED,
        second,
        {"rafid_wells.well": {"inserted": 50, "updated": 0, "same": 0}},
    )


def test_a_replaced_row_leaves_its_old_values_and_one_that_is_the_same_leaves_nothing(keep, world):
    nasiriya = Place.objects.get(ref=NASIRIYA)
    changed = world.well(number="W-1", name_en="Old name", place=nasiriya)
    same = world.well(number="W-9", depth_m=90, name_en="", place=nasiriya)
    before = len(events())
    run = keep(ONE)
    assert run.outlook == {"new": 0, "replacing": 1, "same": 1}
    apply(run, by=world.keeper)
    fresh = events()[before:]
    assert [(one.pgh_obj_id, one.pgh_label) for one in fresh] == [(changed.pk, "update")]
    assert fresh[0].pgh_context.metadata["import_run"] == str(run.pk)
    assert fresh[0].pgh_context.metadata["user"] == str(world.keeper.pk)
    kept = events(pgh_obj_id=changed.pk)
    assert [(one.name_en, one.depth_m) for one in kept] == [("Old name", 40), ("New name", 11)]
    changed.refresh_from_db()
    same.refresh_from_db()
    assert (changed.version, changed.source_id, changed.made_by) == (2, run.pk, None)
    assert (same.version, same.source_id) == (1, None)
    assert run.written == {"rafid_wells.well": {"inserted": 0, "updated": 1, "same": 1}}


def test_the_context_holds_within_a_request_and_ends_with_the_run(keep, world):
    """A page names its person around everything; what it does besides is not the run's."""
    run = keep(many(3))
    with pghistory.context(user=str(world.reader.pk), url="/imports/"):
        apply(run, by=world.keeper)
        with because("measured"):
            Well.objects.filter(number="W-00001").update(depth_m=99)
    *made, after = events()
    assert {one.pgh_context.metadata["user"] for one in made} == {str(world.keeper.pk)}
    assert after.pgh_context.metadata["user"] == str(world.reader.pk)
    assert after.pgh_context.metadata["reason"] == "measured"
    assert "import_run" not in after.pgh_context.metadata


def test_two_imports_in_one_request_can_each_be_undone(keep, world):
    with pghistory.context(user=str(world.reader.pk)):
        first, second = apply(keep(many(3)), by=world.keeper), apply(keep(many(3, first=100)), by=world.keeper)
    undo(first, "the wrong file", by=world.keeper)
    assert sorted(w.number for w in Well.objects.all()) == ["W-00100", "W-00101", "W-00102"]
    second.refresh_from_db()
    assert second.state == RunState.APPLIED


def test_what_the_database_refuses_names_its_row_and_nothing_is_recorded(keep, world):
    run = keep(wells("W-1,ذي قار,الناصرية,10", "W-2,ذي قار,الناصرية,0", "W-3,ذي قار,الناصرية,30"))
    assert run.bad == 0  # 0 is not below the minimum; the database wants more than 0
    with pytest.raises(Refused) as refused:
        apply(run, by=world.keeper)
    assert (refused.value.number, refused.value.column) == (3, "depth_m")
    assert not Well.objects.exists()
    assert not WellEvent.objects.exists()
    run.refresh_from_db()
    assert (run.state, run.good, run.bad) == (RunState.STAGED, 2, 1)
    assert said(run, 3) == [("depth_m", "refused")]
    assert ImportRow.objects.get(run=run, number=3).raw[0] == "W-2"
    assert "3" in run.error["en"]
    apply(run, only_good=True, by=world.keeper)
    assert sorted(w.number for w in Well.objects.all()) == ["W-1", "W-3"]


@pytest.mark.parametrize("at", [2, 5001, 20_001, 20_002, 24_000])
def test_the_refused_row_is_found_wherever_it_lies(keep, world, at):
    lines = [f"W-{number},,,{0 if number == at else 10}" for number in range(2, 24_001)]
    run = keep(wells(*lines))
    assert run.rows == 23_999
    with pytest.raises(Refused) as refused:
        apply(run)
    assert refused.value.number == at
    assert not Well.objects.exists()


def test_a_random_reference_that_somebody_has_is_drawn_anew(keep, world, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY SEQUENCE drawn")
    monkeypatch.setattr(register_module, "REF", "nextval('drawn')::text")
    taken = world.well(number="W-7", ref="WELL-2")
    apply(keep(many(3)), by=world.keeper)
    refs = set(Well.objects.exclude(pk=taken.pk).values_list("ref", flat=True))
    assert len(refs) == 3
    assert taken.ref not in refs


def test_another_organisation_s_number_is_refused_and_not_replaced(keep, world):
    theirs = world.well(number="W-1", owner=world.other)
    run = keep(ONE)
    assert run.outlook["new"] == 2
    with pytest.raises(Refused) as refused:
        apply(run)
    assert (refused.value.number, refused.value.column) == (2, "number")
    theirs.refresh_from_db()
    assert (theirs.depth_m, theirs.version) == (40, 1)


def test_recording_twice_is_refused_with_the_name_of_who_did_it(keep, world):
    run = apply(keep(many(2)), by=world.keeper)
    with pytest.raises(NotNow, match="keeper"):
        apply(run, by=world.reader)
    assert Well.objects.count() == 2


def test_undo_takes_back_new_and_replaced_rows_as_one_and_keeps_the_history(keep, world, second):
    old = world.well(number="W-1", name_en="Old name")
    before = register()
    run = apply(keep(ONE), by=world.keeper)
    assert register() != before
    with pytest.raises(NotNow):
        undo(run, "  ", by=world.keeper)
    undo(run, "sent twice", by=second)
    assert register() == before
    run.refresh_from_db()
    assert (run.state, run.undone_by, run.undone_why) == (RunState.UNDONE, second, "sent twice")
    kept = events(pgh_obj_id=old.pk)
    assert [(one.pgh_label, one.name_en) for one in kept] == [
        ("insert", "Old name"),
        ("update", "New name"),
        ("update", "Old name"),
    ]
    assert kept[-1].pgh_context.metadata["undone_run"] == str(run.pk)
    assert kept[-1].pgh_context.metadata["user"] == str(second.pk)
    assert kept[-1].pgh_context.metadata["reason"] == "sent twice"
    gone = events(number="W-9")
    assert [one.pgh_label for one in gone] == ["insert", "delete"]
    assert gone[0].depth_m == 90
    with pytest.raises(NotNow):
        undo(run, "again", by=world.keeper)


def test_undo_refuses_where_a_row_was_changed_since_and_lists_it(keep, world):
    run = apply(keep(many(5)), by=world.keeper)
    well = Well.objects.get(number="W-00003")
    well.depth_m = 33
    with pghistory.context(user=str(world.reader.pk)):
        save(well, version=well.version, reason="measured again")
    after = register()
    with pytest.raises(CannotUndo) as refused:
        undo(run, "sent twice", by=world.keeper)
    (changed,) = refused.value.changed
    assert refused.value.count == 1
    assert (changed.record_id, changed.ref, changed.row) == (well.pk, well.ref, 4)
    assert (changed.by, changed.why) == (str(world.reader.pk), "measured again")
    assert register() == after
    run.refresh_from_db()
    assert run.state == RunState.APPLIED


def test_a_later_import_of_the_same_rows_is_undone_first(keep, world):
    first = apply(keep(many(3)), by=world.keeper)
    second = apply(keep(many(3, depth=40)), by=world.keeper)
    with pytest.raises(CannotUndo) as refused:
        undo(first, "wrong", by=world.keeper)
    assert refused.value.count == 3
    undo(second, "wrong", by=world.keeper)
    assert sorted(w.depth_m for w in Well.objects.all()) == [11, 12, 13]
    # What was taken back stands as the first one left it.
    undo(first, "wrong, too", by=world.keeper)
    assert not Well.everything.exists()


def test_undo_refuses_where_a_row_was_deleted_since(keep, world):
    run = apply(keep(many(2)), by=world.keeper)
    delete(Well.objects.get(number="W-00001"), why="filled in", version=None)
    with pytest.raises(CannotUndo):
        undo(run, "wrong", by=world.keeper)


def test_search_and_findings_follow(keep, world):
    run = apply(keep(wells("W-1,ذي قار,الناصرية,700", "W-2,ذي قار,الناصرية,5")), by=world.keeper)
    follow_up(run, world.keeper)
    pk = Well.objects.get(number="W-1").pk
    assert SearchEntry.objects.filter(kind="wells.well").count() == 2
    assert Finding.objects.get(kind="wells.well", record_id=pk).state == FindingState.OPEN
    undo(run, "wrong", by=world.keeper)
    assert not SearchEntry.objects.filter(kind="wells.well").exists()
    assert Finding.objects.get(kind="wells.well", record_id=pk).state == FindingState.RESOLVED


@pytest.fixture
def officer(world):
    return world.person("officer", ("statistics.officer", None, None))


@pytest.fixture
def chief(world):
    return world.person("chief_officer", ("statistics.officer", None, None))


FIGURES = "Governorate,Period,Total,Female,Male\nذي قار,2031,{},40,60\nميسان,2031,30,10,20\n"


def figures() -> dict:
    return {
        (one.place.ref, one.by): one.value
        for one in IndicatorValue.objects.filter(period="2031").select_related("place")
    }


def test_a_programme_s_own_apply_is_undone_as_one_too_and_names_its_run(keep, world, officer, chief):
    first = keep(FIGURES.format(100), target="statistics.population", owner=world.authority, by=officer)
    assert first.outlook == {"new": 6, "replacing": 0, "same": 0}
    apply(first, by=chief)
    assert figures()["IQG17", ""] == 100
    made = IndicatorValueEvent.objects.filter(period="2031").select_related("pgh_context")
    assert {one.pgh_context.metadata["import_run"] for one in made} == {str(first.pk)}
    assert {one.pgh_context.metadata["user"] for one in made} == {str(chief.pk)}
    before = figures()
    second = keep(FIGURES.format(101), target="statistics.population", owner=world.authority, by=officer)
    assert second.outlook == {"new": 0, "replacing": 1, "same": 5, "to_check": 1}  # 40 and 60 are not 101
    apply(second, by=chief)
    assert figures() == {**before, ("IQG17", ""): 101}
    undo(second, "wrong", by=chief)
    assert figures() == before
    values = [
        (one.pgh_label, one.value)
        for one in IndicatorValueEvent.objects.filter(period="2031", place__ref="IQG17", by="").order_by("pgh_id")
    ]
    assert values == [("insert", 100), ("update", 101), ("update", 100)]


@pytest.fixture
def english():
    with override("en"):
        yield


def narrowed(person, place: str = "IQG17") -> None:
    """The role of the person from now on holds for one governorate only."""
    person.grants.update(place=Place.objects.get(ref=place))
    forget_scopes(person)


@pytest.mark.usefixtures("english")
def test_who_reaches_less_than_when_the_rows_were_read_records_nothing_outside(keep, world, officer, chief):
    run = keep(FIGURES.format(100), target="statistics.population", owner=world.authority, by=officer)
    assert run.bad == 0
    narrowed(officer)
    with pytest.raises(NotNow, match="Row 3 lies outside the area"):
        apply(run, by=officer)
    with pytest.raises(NotNow, match="Row 3 lies outside the area"):
        begin_applying(run, False, officer)
    run.refresh_from_db()
    assert (figures(), run.state, run.bad) == ({}, RunState.STAGED, 0)
    apply(run, by=chief)
    assert len(figures()) == 6


@pytest.mark.usefixtures("english")
def test_who_reaches_less_than_when_it_was_recorded_undoes_nothing_outside(keep, world, officer, chief):
    run = apply(keep(FIGURES.format(100), target="statistics.population", owner=world.authority, by=officer))
    narrowed(officer)
    before = figures()
    with pytest.raises(NotNow, match="Row 3 lies outside the area"):
        undo(run, "wrong", by=officer)
    assert figures() == before
    undo(run, "wrong", by=chief)
    assert figures() == {}


@pytest.mark.usefixtures("english")
def test_a_record_that_lay_outside_before_is_neither_replaced_nor_brought_back_by_a_narrower_role(keep, world, second):
    world.well(number="W-1", place=Place.objects.get(ref="IQG14"))
    run = keep(wells("W-1,ذي قار,الناصرية,11"), by=second)
    assert (run.bad, run.outlook["replacing"]) == (0, 1)
    narrowed(world.keeper)
    before = register()
    with pytest.raises(NotNow, match="changes records outside the area"):
        apply(run, by=world.keeper)
    assert register() == before
    apply(run, by=second)
    after = register()
    with pytest.raises(NotNow, match="changes records outside the area"):
        undo(run, "wrong", by=world.keeper)
    assert register() == after


def test_rows_within_the_narrower_role_are_recorded_and_undone_by_it(keep, world):
    run = keep(many(3))
    narrowed(world.keeper)
    apply(run, by=world.keeper)
    assert Well.objects.count() == 3
    undo(run, "wrong", by=world.keeper)
    assert not Well.objects.exists()


def test_a_rehearsal_leaves_nothing_behind(keep, world, officer):
    counts = IndicatorValue.objects.count(), IndicatorValueEvent.objects.count()
    run = keep(FIGURES.format(100), target="statistics.population", owner=world.authority, by=officer)
    assert run.outlook == {"new": 6, "replacing": 0, "same": 0}
    assert (IndicatorValue.objects.count(), IndicatorValueEvent.objects.count()) == counts


def test_a_figure_of_another_organisation_is_not_replaced(keep, world, officer):
    apply(keep(FIGURES.format(100), target="statistics.population", owner=world.authority, by=officer))
    run = keep(FIGURES.format(7), target="statistics.population", owner=world.other, by=officer)
    assert run.bad == 2
    assert said(run, 2) == [("", "belongs_to_another")]


def test_an_id_of_a_run_that_is_not_there_is_refused(world, media):
    with pytest.raises(ImportRun.DoesNotExist):
        apply(ImportRun(pk=uuid4(), target="wells.wells"))
